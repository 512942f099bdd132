package macros

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Library holds every macro. It is immutable and safe for concurrent use.
type Library struct {
	root     string
	dialect  *dialect.Dialect
	all      []*Macro
	packages map[string]index // the project and its packages
	pack     map[string]index // "dbt", "dbt_postgres"
	builtin  index            // the pack as one: a dialect's macros hide its parents', those the default ones
	search   map[string][]string
	explicit bool // a package's materialization replaces a built-in one only if the root project says so
}

// index is the macros of a package by name.
type index map[string]*Macro

// NewLibrary parses the macro files of a project and its packages and adds the pack of the dialect. Duplicate names within a
// package and syntax errors are diagnostics.
func NewLibrary(p *project.Project, d *dialect.Dialect) (*Library, *diag.List) {
	l := &Library{
		root: p.Root.Name, dialect: d,
		packages: map[string]index{}, pack: map[string]index{}, builtin: index{}, search: map[string][]string{},
		explicit: explicitOverrides(p),
	}
	problems := &diag.List{}
	l.addPack()
	for _, pkg := range p.Packages {
		l.addPackage(pkg, problems)
	}
	for _, rule := range p.Root.Dispatch {
		l.search[rule.Namespace] = rule.Search
	}
	slices.SortFunc(l.all, func(a, b *Macro) int { return strings.Compare(a.ID, b.ID) })
	return l, problems
}

// explicitOverrides reads dbt's flag require_explicit_package_overrides_for_builtin_materializations, which is on unless the
// project turns it off.
func explicitOverrides(p *project.Project) bool {
	v, ok := p.Root.Flags.Get("require_explicit_package_overrides_for_builtin_materializations")
	return !ok || jinja.Truth(v)
}

func (l *Library) addPack() {
	for _, folder := range slices.Backward(lineage(l.dialect)) {
		pkg := PackPackage
		if folder != "default" {
			pkg += "_" + folder
		}
		l.pack[pkg] = index{}
		for _, m := range packMacros(folder) {
			l.pack[pkg][m.Name] = m
			l.builtin[m.Name] = m
			l.all = append(l.all, m)
		}
	}
}

// lineage is a dialect's name, its parents' and "default": what dispatch tries, in order.
func lineage(d *dialect.Dialect) []string {
	return append(append([]string{d.Name}, d.Parents...), "default")
}

func (l *Library) addPackage(pkg *project.Package, problems *diag.List) {
	known := index{}
	l.packages[pkg.Name] = known
	for _, file := range parseFiles(slices.Concat(pkg.Macros, pkg.GenericTests)) {
		problems.Append(file.problems)
		for _, b := range file.blocks() {
			m, ok := newMacro(pkg.Name, b)
			if !ok {
				continue
			}
			m.File, m.Path = file.File, file.Path
			if first := known[m.Name]; first != nil {
				problems.Errorf(b.Head, DuplicateMacro, "package %q has two macros named %q", pkg.Name, m.Name).Related =
					[]diag.Note{{Span: first.Block.Head, Message: "the first is here"}}
				continue
			}
			known[m.Name] = m
			l.all = append(l.all, m)
		}
	}
}

// parsed is a macro file with what was found in it.
type parsed struct {
	*project.File
	template *jinja.Template
	problems *diag.List
}

func (p parsed) blocks() []*jinja.Block {
	if p.template == nil {
		return nil
	}
	return p.template.Blocks()
}

// parseFiles parses files, several at a time, and returns them in their order.
func parseFiles(files []*project.File) []parsed {
	out := make([]parsed, len(files))
	loose := &jinja.Env{Loose: true}
	parallel(len(files), func(i int) {
		t, problems := loose.Parse(files[i].Source)
		out[i] = parsed{files[i], t, problems}
	})
	return out
}

// parallel does work(0) to work(n-1) on all processors and returns when all are done.
func parallel(n int, work func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// All are the macros by ID.
func (l *Library) All() []*Macro { return l.all }

// WithID is the macro of that unique_id, nil if there is none.
func (l *Library) WithID(id string) *Macro {
	if i := slices.IndexFunc(l.all, func(m *Macro) bool { return m.ID == id }); i >= 0 {
		return l.all[i]
	}
	return nil
}
