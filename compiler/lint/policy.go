package lint

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Policy is how bad problems are in a project: what its file and the config of its nodes say of their codes, and the comments
// that allow them. The nil Policy leaves everything as it is. It is used by one goroutine at a time.
type Policy struct {
	project *project.Project
	levels  map[diag.Code]diag.Severity
	nodes   map[string]map[diag.Code]diag.Severity // by the path of their file
	files   map[string]*file
}

// file is the comments of a file by which something is allowed.
type file struct {
	allows []*diag.Allow
	used   map[diag.Span]bool // codes in them
	vain   map[diag.Span]bool // codes of problems that cannot be allowed
}

// NewPolicy is the policy of a project, with what is wrong in its file's diagnostics: block. Learn adds what nodes say.
func NewPolicy(p *project.Project) (*Policy, *diag.List) {
	policy := &Policy{project: p, levels: map[diag.Code]diag.Severity{}, nodes: map[string]map[diag.Code]diag.Severity{}, files: map[string]*file{}}
	problems := &diag.List{}
	for _, s := range p.Severities {
		policy.levels[s.Code] = s.Severity
		if d := unknown(string(s.Code), s.At); d != nil {
			problems.Add(d)
		}
	}
	return policy, problems
}

// Default sets the severity of a code of which the project's file says nothing.
func (p *Policy) Default(code diag.Code, s diag.Severity) {
	if p == nil {
		return
	}
	if _, ok := p.levels[code]; !ok {
		p.levels[code] = s
	}
}

// Learn adds the diagnostics: config of the graph's nodes. What is wrong with one is reported once, at the first node that has it.
func (p *Policy) Learn(g *compiler.Graph) *diag.List {
	problems := &diag.List{}
	if g == nil {
		return problems
	}
	said := map[string]bool{}
	for _, n := range g.Order {
		if n.Config == nil || n.File == nil || n.At.Source == nil {
			continue
		}
		v, ok := n.Config.Value("diagnostics")
		if !ok {
			continue
		}
		levels, wrong := levelsOf(v, n.At)
		p.nodes[n.File.Source.Path] = levels
		for _, d := range wrong {
			if !said[d.Message] {
				said[d.Message] = true
				problems.Add(d)
			}
		}
	}
	return problems
}

// levelsOf reads a diagnostics config.
func levelsOf(v jinja.Value, at diag.Span) (map[diag.Code]diag.Severity, []*diag.Diagnostic) {
	dict, ok := v.(*jinja.Dict)
	if !ok {
		return nil, []*diag.Diagnostic{{Code: compiler.InvalidConfig, Span: at, Message: `"diagnostics" must be a mapping of codes to severities`}}
	}
	levels := map[diag.Code]diag.Severity{}
	var wrong []*diag.Diagnostic
	for k, v := range dict.All() {
		code := jinja.Str(k)
		if d := unknown(code, at); d != nil {
			wrong = append(wrong, d)
		}
		s, ok := project.SeverityOf(v)
		if !ok {
			wrong = append(wrong, &diag.Diagnostic{Code: compiler.InvalidConfig, Span: at, Hint: "use error, warning, info or off",
				Message: jinja.Str(v) + " is not a severity of " + code})
			continue
		}
		levels[diag.Code(code)] = s
	}
	return levels, wrong
}

// Settle returns problems with the severities that the project wants, without those that are off or allowed. Errors of loading and
// compiling (firm) stay: the project cannot be built with them.
func (p *Policy) Settle(found *diag.List, firm bool) *diag.List {
	if p == nil {
		return found
	}
	out := &diag.List{}
	for _, d := range found.Sorted() {
		stays := firm && d.Severity == diag.Error
		if p.allowed(d, stays) && !stays {
			continue
		}
		level, ok := p.level(d)
		switch {
		case !ok || stays || level == d.Severity:
			out.Add(d)
		case level != diag.Off:
			settled := *d
			settled.Severity = level
			out.Add(&settled)
		}
	}
	return out
}

// level is the severity that the project wants of a problem.
func (p *Policy) level(d *diag.Diagnostic) (diag.Severity, bool) {
	if !d.Span.IsZero() {
		if s, ok := p.nodes[d.Span.Source.Path][d.Code]; ok {
			return s, true
		}
	}
	s, ok := p.levels[d.Code]
	return s, ok
}

// allowed tells whether a comment allows a problem, and remembers which; one that stays is allowed in vain.
func (p *Policy) allowed(d *diag.Diagnostic, stays bool) bool {
	if d.Span.IsZero() || d.Code == UnusedAllow {
		return false
	}
	f := p.file(d.Span.Source)
	found := false
	for _, a := range f.allows {
		by, ok := a.Covers(d)
		if !ok {
			continue
		}
		found = true
		if stays {
			f.vain[by] = true
		} else {
			f.used[by] = true
		}
	}
	return found
}

// file is what is known of the file of a source: a model's is read with the properties at its top.
func (p *Policy) file(src *diag.Source) *file {
	f := p.files[src.Path]
	if f == nil {
		f = &file{allows: diag.Allows(src), used: map[diag.Span]bool{}, vain: map[diag.Span]bool{}}
		p.files[src.Path] = f
	}
	return f
}

// late are the packages whose problems only other commands than a check find.
var late = []string{"runner", "compiler/compare", "compiler/selector", "compiler/doctor"}

// Comments are the problems with the comments that allow something, in those files of the project that examined says were looked
// at in full: codes that do not exist, and codes of problems that are not there. It is called when everything has been settled.
func (p *Policy) Comments(examined func(*project.File) bool) *diag.List {
	problems := &diag.List{}
	root := p.project.Root
	sources := []*diag.Source{root.Source}
	for _, files := range [][]*project.File{
		root.PropertyFiles, root.Models, root.Snapshots, root.Tests, root.GenericTests, root.Analyses, root.Macros,
	} {
		for _, f := range files {
			if examined(f) {
				sources = append(sources, written(f))
			}
		}
	}
	for _, src := range sources {
		f := p.file(src)
		for _, a := range f.allows {
			for _, code := range a.Codes {
				if d := f.problem(a, code); d != nil {
					problems.Add(d)
				}
			}
		}
	}
	return problems
}

// written is a file's source as the user wrote it.
func written(f *project.File) *diag.Source {
	if f.Head.IsZero() {
		return f.Source
	}
	return f.Head.Source
}

// problem is what is wrong with a code that is allowed; nil if nothing is.
func (f *file) problem(a *diag.Allow, code diag.Span) *diag.Diagnostic {
	if f.used[code] {
		return nil
	}
	name := code.Text()
	if d := unknown(name, code); d != nil {
		return d
	}
	folder, _ := entry(diag.Code(name))
	if slices.ContainsFunc(late, func(p string) bool { return folder == p || strings.HasPrefix(folder, p+"/") }) {
		return nil
	}
	d := &diag.Diagnostic{Severity: diag.Info, Code: UnusedAllow, Span: code, Message: name + " is allowed here, but there is none", Hint: "remove the comment"}
	d.Fix = a.Without(code)
	if len(a.Codes) > 1 {
		d.Hint = "take it out of the comment"
	}
	if f.vain[code] {
		d.Fix = nil
		d.Severity, d.Message, d.Hint = diag.Warning, name+" cannot be allowed: the project does not compile with it", "mend it, and remove the comment"
	}
	return d
}
