// Package doctor examines a project and tells whether it will run on mod, without a warehouse: what it uses that mod does not do,
// what is wrong in it, and which of its spellings dbt v2 refuses.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Case is a project to be examined.
type Case struct {
	Project  *project.Project
	Graph    *compiler.Graph // nil if it cannot be built
	Problems *diag.List      // what loading, compiling and reading the selectors found; dated spellings are in it if they were asked for
}

// Report is what an examination found.
type Report struct {
	Project  string         `json:"project"`
	Version  string         `json:"version,omitempty"`
	Profile  string         `json:"profile,omitempty"` // "" without one
	Target   string         `json:"target"`
	Type     string         `json:"type"` // of the warehouse
	Packages []Package      `json:"packages"`
	Counts   map[string]int `json:"counts"`   // of nodes, by resource type; empty if the graph cannot be built
	Missing  []Finding      `json:"missing"`  // what mod does not do
	Mistakes []Finding      `json:"mistakes"` // what is wrong in the project
	Ignored  []Finding      `json:"ignored"`  // what mod reads and makes nothing of, and other warnings: it runs all the same
	Dated    []Finding      `json:"dated"`    // what dbt 1.x takes and dbt v2 refuses
	Runs     bool           `json:"runs"`
	Verdict  string         `json:"verdict"`
}

// Package is an installed package.
type Package struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// Finding is one thing at its place.
type Finding struct {
	Path    string    `json:"path,omitempty"`
	Line    int       `json:"line,omitempty"`
	Code    diag.Code `json:"code"`
	Message string    `json:"message"`
	Hint    string    `json:"hint,omitempty"`
}

// Unsupported is the code of what mod does not do and only an examination tells.
const Unsupported diag.Code = "not-on-mod"

// foreign are the codes of problems that are no mistake in the project: it asks for something that mod does not have.
var foreign = []diag.Code{
	jinja.CodeUnknownTag, jinja.CodeUnknownFilter, macros.Unsupported, Unsupported, project.CodeUnknownWarehouse,
}

// loose are the codes of warnings about what dbt v2 refuses.
var loose = []diag.Code{project.CodeDated, project.CodeUnknownKey, project.CodeDuplicateKey}

// Examine examines a project. It renders every model offline; the only errors are of the context.
func Examine(ctx context.Context, c Case) (*Report, error) {
	e := examination{Case: c, found: &diag.List{}}
	e.found.Append(c.Problems)
	e.resources()
	if c.Graph != nil {
		e.duplicateDocs()
		if err := e.nodes(ctx); err != nil {
			return nil, err
		}
	}
	return e.report(), nil
}

// examination is an examination under way.
type examination struct {
	Case
	found *diag.List
}

// resources tells of what the properties define and mod makes nothing of.
func (e *examination) resources() {
	for _, pkg := range e.Project.Packages {
		for kind, raws := range map[string][]*project.Raw{
			"metric": pkg.Props.Metrics, "semantic model": pkg.Props.SemanticModels, "saved query": pkg.Props.SavedQueries,
		} {
			for _, r := range raws {
				e.found.Warnf(r.At, Unsupported, "%s %q: mod describes it and cannot query it", kind, r.Name)
			}
		}
	}
}

// duplicateDocs tells of docs blocks of one name.
func (e *examination) duplicateDocs() {
	seen := map[string]*compiler.Doc{}
	for _, doc := range e.Graph.Docs {
		if first := seen[doc.ID()]; first != nil {
			e.found.Add(&diag.Diagnostic{Severity: diag.Info, Code: project.CodeDated, Span: doc.At,
				Message: fmt.Sprintf("a second docs block %q: the other one is at %s", doc.Name, place(first.At)), Hint: "rename one of them"})
			continue
		}
		seen[doc.ID()] = doc
	}
}

// report sorts what was found.
func (e *examination) report() *Report {
	p := e.Project
	r := &Report{
		Project: p.Root.Name, Version: p.Root.Version, Target: p.Target.Name, Type: p.Target.Type, Counts: map[string]int{},
		Packages: []Package{}, Missing: []Finding{}, Mistakes: []Finding{}, Ignored: []Finding{}, Dated: []Finding{},
	}
	if !p.Target.Default {
		r.Profile = p.Target.ProfileName
	}
	for _, pkg := range p.Packages[1:] {
		r.Packages = append(r.Packages, Package{Name: pkg.Name, Version: pkg.Version})
	}
	if e.Graph != nil {
		for _, n := range e.Graph.Nodes {
			r.Counts[string(n.Type)]++
		}
	}
	for _, d := range e.found.Sorted() {
		list := r.list(d)
		if f := finding(d); !slices.ContainsFunc(*list, f.repeats) {
			*list = append(*list, f)
		}
	}
	r.Runs = len(r.Missing)+len(r.Mistakes) == 0
	r.Verdict = r.verdict()
	return r
}

// list is where a problem belongs.
func (r *Report) list(d *diag.Diagnostic) *[]Finding {
	switch {
	case d.Severity == diag.Error && (slices.Contains(foreign, d.Code) || foreignMethod(d)):
		return &r.Missing
	case d.Severity == diag.Error, d.Code == jinja.CodeUndefined: // a call of what nobody defines fails its node, though reading the project only warns
		return &r.Mistakes
	case slices.Contains(loose, d.Code):
		return &r.Dated
	default:
		return &r.Ignored
	}
}

// foreignMethod tells whether a problem is a method of the adapter that this warehouse's does not have.
func foreignMethod(d *diag.Diagnostic) bool {
	return d.Code == jinja.CodeUndefined && strings.HasPrefix(d.Span.Text(), "adapter.")
}

func finding(d *diag.Diagnostic) Finding {
	f := Finding{Code: d.Code, Message: d.Message, Hint: d.Hint}
	if !d.Span.IsZero() {
		f.Path, f.Line = d.Span.Source.Path, d.Span.Position().Line
	}
	return f
}

// repeats tells whether two findings say the same; one may have a hint that the other lacks.
func (f Finding) repeats(other Finding) bool {
	f.Hint = other.Hint
	return f == other
}

// Place is "path:line", "" for what has none.
func (f Finding) Place() string {
	if f.Path == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", f.Path, f.Line)
}

func place(s diag.Span) string { return fmt.Sprintf("%s:%d", s.Source.Path, s.Position().Line) }

func (r *Report) verdict() string {
	var against []string
	if n := len(r.Missing); n > 0 {
		against = append(against, things(n, "thing", "things")+" that mod does not do")
	}
	if n := len(r.Mistakes); n > 0 {
		against = append(against, things(n, "mistake", "mistakes")+" in the project")
	}
	switch {
	case len(against) > 0:
		return "it does not run on mod: " + strings.Join(against, " and ")
	case len(r.Dated) > 0:
		return fmt.Sprintf("it runs on mod, with %s that dbt v2 refuses", things(len(r.Dated), "spelling", "spellings"))
	default:
		return "it runs on mod"
	}
}

func things(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// problem is an error of a node as a problem at its place; nil if it only says that there is no warehouse to ask.
func problem(n *compiler.Node, err error) []*diag.Diagnostic {
	var d *diag.Diagnostic
	var many *diag.Errors
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		return slices.DeleteFunc(many.List.Sorted(), func(d *diag.Diagnostic) bool { return d.Code == macros.NeedsWarehouse })
	case !errors.As(err, &d):
		return []*diag.Diagnostic{{Code: Unsupported, Span: n.At, Message: err.Error()}}
	case d.Code == macros.NeedsWarehouse:
		return nil
	}
	placed := *d
	if placed.Span.IsZero() {
		placed.Span = n.At
	}
	return []*diag.Diagnostic{&placed}
}
