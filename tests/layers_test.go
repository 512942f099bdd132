package tests

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/modsql/mod"

// lattice says who may import whom: "package: what of ours it may import". It is a statement of policy; a build that breaks it is
// repaired in the code, not here. A star stands for one folder, "anything" for every package; the first line that matches a
// package is its rule, and a package that no line matches has no place yet. A line that begins with "test" says what the
// tests of a package may import besides.
const lattice = `
compiler/diag:
compiler/dag:
compiler/relation:
compiler/dialect: compiler/relation
compiler/jinja: compiler/diag
compiler/interval:
compiler/sql: compiler/diag compiler/dialect
compiler/types: compiler/dialect compiler/relation
compiler/lineage: compiler/sql compiler/types compiler/dialect compiler/diag
compiler/fingerprint: compiler/sql compiler/lineage compiler/types compiler/dialect compiler/diag
compiler/project: compiler/diag compiler/jinja compiler/dialect compiler/macros/modules
compiler/seed: compiler/relation compiler/diag compiler/dialect
compiler/macros/bind: compiler/jinja
compiler/macros/pack:
compiler/macros/agate: compiler/macros/modules compiler/macros/bind compiler/jinja compiler/relation
compiler/macros/*: compiler/macros/bind compiler/jinja compiler/relation compiler/diag
compiler/macros: compiler/macros/* compiler/jinja compiler/project compiler/dialect compiler/diag compiler/relation
compiler/materialize: compiler/relation compiler/dialect
compiler/check: compiler/relation compiler/dialect
compiler/python: compiler/diag compiler/jinja
compiler: compiler/diag compiler/dag compiler/interval compiler/relation compiler/dialect compiler/jinja compiler/sql compiler/lineage compiler/types compiler/project compiler/seed compiler/macros compiler/macros/bind compiler/materialize compiler/check compiler/python
compiler/selector: compiler compiler/dag compiler/diag compiler/jinja compiler/project
compiler/artifact: compiler compiler/dag compiler/diag compiler/relation compiler/dialect compiler/jinja compiler/macros compiler/project
compiler/cache: compiler compiler/dag compiler/diag compiler/dialect compiler/jinja compiler/project
compiler/compare: compiler compiler/artifact compiler/diag compiler/jinja compiler/macros
compiler/plan: compiler compiler/change compiler/dag compiler/diag compiler/interval compiler/project compiler/relation compiler/dialect compiler/materialize compiler/seed
compiler/lint: compiler compiler/analyze compiler/diag compiler/jinja compiler/lineage compiler/macros compiler/plan compiler/project compiler/relation compiler/seed compiler/sql compiler/types
compiler/analyze: compiler compiler/check compiler/diag compiler/jinja compiler/lineage compiler/macros compiler/project compiler/relation compiler/sql compiler/types
compiler/change: compiler compiler/analyze compiler/diag compiler/dialect compiler/fingerprint compiler/interval compiler/jinja compiler/lineage compiler/macros compiler/relation compiler/sql
compiler/diff: compiler/relation compiler/types
compiler/policy: compiler compiler/analyze compiler/diag compiler/diff compiler/jinja compiler/lineage compiler/project compiler/relation compiler/types
compiler/doctor: compiler compiler/diag compiler/jinja compiler/macros compiler/plan compiler/project compiler/relation

adapters: compiler/diag compiler/relation compiler/dialect compiler/sql
adapters/all: adapters adapters/*
adapters/adaptertest: adapters compiler/relation compiler/dialect
adapters/servertest:
adapters/*: adapters adapters/*/copytext adapters/*/quiet compiler/relation compiler/dialect
adapters/*/copytext:
adapters/*/quiet:
adapters/*/*test: adapters adapters/servertest

syncs: compiler/diag compiler/relation
syncs/all: syncs syncs/*
syncs/destinationtest: syncs
syncs/template: syncs
syncs/web: syncs
syncs/*: syncs syncs/template syncs/web adapters/*/copytext

runner/state: adapters compiler/dialect compiler/fingerprint compiler/interval compiler/relation
runner/python: compiler/diag
runner/git:
runner/forge: syncs syncs/web
runner/deps: compiler/diag compiler/project runner/git
runner: runner/state runner/python adapters syncs compiler compiler/*

tui: compiler/diag
tui/shell: tui tui/shell/quiet
tui/shell/quiet:
docs:
docs/site: compiler compiler/* docs/site/layout
docs/site/layout:
docs/reference: anything

cmd: anything
cmd/mod: cmd
tests: anything
tests/*: anything
tests/servers/*:

test adapters/*: adapters/adaptertest adapters/*/*test syncs/destinationtest
test syncs/*: syncs/destinationtest adapters/*/*test
test runner: adapters/* adapters/*/*test
test runner/state: adapters/* adapters/*/*test compiler/macros compiler/project
test compiler: compiler/* compiler/macros/*
test compiler/*: compiler compiler/* compiler/macros/*
test compiler/macros/*: compiler compiler/* compiler/macros/*
`

// banned are names of the standard library that a part of the program does without, and why.
var banned = []struct {
	in, outside *regexp.Regexp // of the file's path; outside may be nil
	names       []string       // an import path, or "import path.Name"
	because     string
}{
	{
		in:      regexp.MustCompile(`^compiler/`),
		names:   []string{"net", "net/*", "database/sql", "database/sql/*", "os/exec", "time.Now", "time.Since", "time.Until", "time.Sleep"},
		because: "the compiler is pure: no network, no warehouse, no processes, no clock",
	},
	{
		in:      regexp.MustCompile(`^`),
		outside: regexp.MustCompile(`^tui/shell/`),
		names:   []string{"github.com/charmbracelet/bubbletea"},
		because: "what the terminal interface does is decided in tui, which is pure; tui/shell alone knows a terminal",
	},
	{
		in:      regexp.MustCompile(`^tui/[^/]+$`),
		names:   []string{"os", "os/exec", "net", "net/*", "time.Now", "time.Since", "time.Sleep"},
		because: "the state of the terminal interface is pure: effects are data, which cmd carries out",
	},
	{
		in:      regexp.MustCompile(`^`),
		outside: regexp.MustCompile(`^(cmd|tests|tui|docs)/`),
		names:   []string{"fmt.Print", "fmt.Printf", "fmt.Println", "os.Stdout", "os.Stderr", "os.Exit", "log"},
		because: "only cmd prints and exits",
	},
}

func TestImportsFollowTheLattice(t *testing.T) {
	t.Parallel()
	problems, err := brokenLayers(os.DirFS(".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// brokenLayers checks the Go files of a module against the lattice, the bans, and the rule that the names of warehouses stand
// only in the files that belong to them.
func brokenLayers(tree fs.FS) ([]string, error) {
	rules, warehouses := parseLattice(lattice), warehouses(tree)
	var problems []string
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (base == "testdata" || base == "bin" || base == "dist" || strings.HasPrefix(base, ".")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		c := goFile{path: name, set: set, tree: file}
		problems = append(problems, c.breaches(rules, warehouses)...)
		return nil
	})
	return problems, err
}

// warehouses are the names of the adapters.
func warehouses(tree fs.FS) []string {
	var names []string
	entries, _ := fs.ReadDir(tree, "adapters") // a module without adapters has no names to guard
	for _, e := range entries {
		if e.IsDir() && e.Name() != "all" && e.Name() != "adaptertest" {
			names = append(names, e.Name())
		}
	}
	return names
}

type rule struct {
	line     string
	test     bool
	packages string // pattern
	allowed  []string
}

func parseLattice(text string) []rule {
	var rules []rule
	for line := range strings.Lines(text) {
		of, allowed, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		of, test := strings.CutPrefix(of, "test ")
		rules = append(rules, rule{strings.TrimSpace(line), test, of, strings.Fields(allowed)})
	}
	return rules
}

func (r rule) allows(imported string) bool {
	return slices.ContainsFunc(r.allowed, func(p string) bool { return p == "anything" || matches(p, imported) })
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

type goFile struct {
	path string
	set  *token.FileSet
	tree *ast.File
}

func (f goFile) test() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f goFile) breaches(rules []rule, warehouses []string) []string {
	out := f.imports(rules)
	if !f.test() {
		out = append(append(append(out, f.bans()...), f.initializers()...), f.warehouseNames(warehouses)...)
	}
	return out
}

func (f goFile) problem(at token.Pos, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", f.path, f.set.Position(at).Line, fmt.Sprintf(format, args...))
}

func (f goFile) imports(rules []rule) []string {
	own := path.Dir(f.path)
	at := slices.IndexFunc(rules, func(r rule) bool { return !r.test && matches(r.packages, own) })
	if at < 0 {
		return []string{f.problem(f.tree.Package, "package %s has no layer: give it a line in the lattice of tests/layers_test.go", own)}
	}
	extra := slices.DeleteFunc(slices.Clone(rules), func(r rule) bool { return !r.test || !f.test() || !matches(r.packages, own) })
	var out []string
	for _, spec := range f.tree.Imports {
		imported, ours := strings.CutPrefix(importPath(spec), module+"/")
		if !ours || imported == own || slices.ContainsFunc(append(extra, rules[at]), func(r rule) bool { return r.allows(imported) }) {
			continue
		}
		out = append(out, f.problem(spec.Pos(), "package %s may not import %s; its rule is %q", own, imported, rules[at].line))
	}
	return out
}

func (f goFile) bans() []string {
	names := map[string]string{} // import path by the name it has in this file
	for _, spec := range f.tree.Imports {
		p := importPath(spec)
		names[path.Base(p)] = p
		if spec.Name != nil {
			names[spec.Name.Name] = p
		}
	}
	var out []string
	for _, b := range banned {
		if !b.in.MatchString(f.path) || b.outside != nil && b.outside.MatchString(f.path) {
			continue
		}
		refuse := func(at token.Pos, used string) {
			if slices.ContainsFunc(b.names, func(n string) bool { return matches(n, used) }) {
				out = append(out, f.problem(at, "package %s may not use %s: %s", path.Dir(f.path), used, b.because))
			}
		}
		for _, spec := range f.tree.Imports {
			refuse(spec.Pos(), importPath(spec))
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && names[x.Name] != "" {
					refuse(s.Pos(), names[x.Name]+"."+s.Sel.Name)
				}
			}
			return true
		})
	}
	return out
}

// initializers finds func init: what runs before main is listed there instead.
func (f goFile) initializers() []string {
	var out []string
	for _, d := range f.tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			out = append(out, f.problem(fn.Pos(), "package %s has a func init: call it by name from where it is needed", path.Dir(f.path)))
		}
	}
	return out
}

// touched are the files that name warehouses one by one, besides those that belong to one: what adding a warehouse touches.
var touched = map[string]string{
	"adapters/all/all.go":         "the one line",
	"compiler/dialect/list.go":    "made from the files beside it",
	"compiler/dialect/dialect.go": "which of them is the embedded one",
	"compiler/types/system.go":    "optional: without it, types are unknown",
}

// warehouseNames finds the names of warehouses: as texts, and as the variables dialect.X and x.Driver.
func (f goFile) warehouseNames(warehouses []string) []string {
	var out []string
	named := func(name string, at token.Pos) {
		if w := strings.ToLower(name); slices.Contains(warehouses, w) && touched[f.path] == "" && !belongsTo(f.path, w) {
			out = append(out, f.problem(at, "%s is one warehouse: go through the list of all, or ask for a feature of its dialect", name))
		}
	}
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && (x.Name == "dialect" || n.Sel.Name == "Driver") {
				named(map[bool]string{true: n.Sel.Name, false: x.Name}[x.Name == "dialect"], n.Pos())
			}
		}
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, _ := strconv.Unquote(literal.Value) // the parser has accepted it
		name, _, _ := strings.Cut(text, "__")     // a macro of one warehouse is called duckdb__x
		if slices.Contains(warehouses, name) && !belongsTo(f.path, name) {
			out = append(out, f.problem(literal.Pos(), "%q names a warehouse: ask for a feature of its dialect, or move this to compiler/dialect/%s.go", text, name))
		}
		return true
	})
	return out
}

func belongsTo(file, warehouse string) bool {
	return file == "compiler/dialect/"+warehouse+".go" || strings.HasPrefix(file, "adapters/"+warehouse+"/") ||
		strings.HasPrefix(file, "syncs/"+warehouse+"/")
}

func importPath(spec *ast.ImportSpec) string {
	p, _ := strconv.Unquote(spec.Path.Value) // the parser has accepted it
	return cmp.Or(p, spec.Path.Value)
}
