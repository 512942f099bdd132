package compiler

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// names is what refs and sources are looked up in. It is not changed after the graph is built.
type names struct {
	project   *project.Project
	named     map[string][]*Node     // enabled nodes that ref() can mean, by name
	functions map[string][]*Node     // enabled functions, by name
	metrics   map[string][]*Node     // enabled metrics, by name
	disabled  map[string][]*Node     // what ref() could mean if it were not disabled
	sources   []*Node                // enabled sources
	tables    map[SourceCall][]*Node // the same by source and table
	off       []*Node                // everything that is disabled
	isOff     map[string]bool        // the IDs of what the project disabled
	testsOff  map[string][]*Node     // generic tests that are disabled or left out, by the ID of what they test
	locations map[*Node]string       // of sources that are read by something else than a name
}

// resolve turns every ref and source of every node into an edge.
func (b *builder) resolve() {
	for _, id := range b.ids {
		n := b.Nodes[id]
		for _, s := range n.Sources {
			if target := b.resolveSource(n, s); target != nil {
				b.connect(target, n)
			}
		}
		b.resolveBareRefs(n)
		for _, r := range n.Refs {
			if target := b.resolveRef(n, r); target != nil {
				b.connect(target, n)
			}
		}
		b.resolveNamed(n, n.Metrics, b.findMetric)
		b.resolveNamed(n, n.Functions, b.findFunction)
	}
}

// resolveNamed turns calls of metric() or function() into edges.
func (b *builder) resolveNamed(n *Node, calls []RefCall, find func(*project.Package, RefCall) (*Node, *diag.Diagnostic)) {
	for _, call := range calls {
		target, problem := find(n.Package, call)
		if problem != nil {
			b.problems.Add(problem)
			continue
		}
		b.connect(target, n)
	}
}

func (b *builder) connect(parent, child *Node) {
	if !slices.Contains(child.DependsOn, parent.ID) {
		child.DependsOn = append(child.DependsOn, parent.ID)
	}
}

// resolveRef finds the node of a ref, or reports that there is none.
func (b *builder) resolveRef(n *Node, r RefCall) *Node {
	target, problem := b.findRef(n.Package, r)
	if problem == nil {
		if target.Config != nil && target.Type == Model {
			if refused := b.access(n, target, r); refused != nil {
				b.problems.Add(atTest(refused, n.Test))
			}
		}
		return target
	}
	b.unresolved(n, problem)
	return nil
}

// unresolved reports what a node refers to and the project does not have. As in dbt, a test is left out then: quietly if what it
// tests is disabled, with a warning if there is no such thing.
func (b *builder) unresolved(n *Node, problem *diag.Diagnostic) {
	problem = atTest(problem, n.Test)
	if n.Type == Test {
		if n.Enabled {
			b.leaveOut(n)
		}
		if problem.Code == DisabledRef {
			return
		}
		problem.Severity = diag.Warning
	}
	b.problems.Add(problem)
}

// findRef resolves a ref as a node of package from sees it: in the named package, or in the root project, the node's own
// package and then any.
func (n *names) findRef(from *project.Package, r RefCall) (*Node, *diag.Diagnostic) {
	candidates := visible(n.named[r.Name], n.project.Root, from, r.Package)
	if len(candidates) == 0 {
		return nil, n.unknownRef(from, r)
	}
	if found := withVersion(candidates, r.Version); found != nil {
		return found, nil
	}
	return nil, unknownVersion(candidates, r)
}

// visible are the nodes of the first package that has any: the named one alone if there is one.
func visible(nodes []*Node, root, own *project.Package, named string) []*Node {
	in := func(name string) []*Node {
		return slices.DeleteFunc(slices.Clone(nodes), func(n *Node) bool { return n.Package.Name != name })
	}
	if named != "" {
		return in(named)
	}
	for _, pkg := range []*project.Package{root, own} {
		if found := in(pkg.Name); len(found) > 0 {
			return found
		}
	}
	return nodes
}

// withVersion picks a version; nil asks for the latest one, or the only node without versions.
func withVersion(nodes []*Node, version jinja.Value) *Node {
	for _, n := range nodes {
		want := version
		if want == nil {
			want = n.LatestVersion
		}
		if want == nil && n.Version == nil || want != nil && n.Version != nil && jinja.Str(want) == jinja.Str(n.Version) {
			return n
		}
	}
	return nil
}

func unknownVersion(nodes []*Node, r RefCall) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: UnknownVersion, Span: r.At}
	var versions []string
	for _, n := range nodes {
		if n.Version != nil {
			versions = append(versions, jinja.Str(n.Version))
		}
	}
	if len(versions) == 0 {
		d.Message = fmt.Sprintf("%q has no versions", r.Name)
		d.Hint = "leave the version out"
		return d
	}
	d.Message = fmt.Sprintf("%q has no version %s", r.Name, jinja.Str(r.Version))
	if r.Version == nil {
		d.Message = fmt.Sprintf("the latest version of %q is disabled", r.Name)
	}
	d.Hint = "it has " + strings.Join(sorted(versions), ", ")
	return d
}

func (n *names) unknownRef(from *project.Package, r RefCall) *diag.Diagnostic {
	if off := visible(n.disabled[r.Name], n.project.Root, from, r.Package); len(off) > 0 {
		d := &diag.Diagnostic{Code: DisabledRef, Span: r.At, Message: fmt.Sprintf("%s %q is disabled", off[0].Type, r.Name)}
		d.Hint = "enable it, or take the ref out"
		d.Related = []diag.Note{{Span: off[0].At, Message: "it is defined here"}}
		return d
	}
	d := &diag.Diagnostic{Code: UnknownRef, Span: r.At, Message: fmt.Sprintf("nothing is called %q", r.Name)}
	if r.Package != "" {
		d.Message = fmt.Sprintf("package %q has nothing called %q", r.Package, r.Name)
		if n.project.Package(r.Package) == nil {
			d.Message = fmt.Sprintf("there is no package %q", r.Package)
			d.Hint = diag.DidYouMean(r.Package, n.packageNames())
			return d
		}
	}
	var known []string
	for name := range n.named {
		known = append(known, name)
	}
	d.Hint = diag.DidYouMean(r.Name, sorted(known))
	d.Fix = diag.Rename(r.At, r.Name, diag.Meant(r.Name, known))
	if d.Hint == "" && n.sourceNamed(r.Name) != "" {
		d.Hint = fmt.Sprintf("it is a source: write %s", n.sourceNamed(r.Name))
	}
	return d
}

func (n *names) packageNames() []string {
	var out []string
	for _, p := range n.project.Packages {
		out = append(out, p.Name)
	}
	return out
}

// resolveSource finds the node of a source call, or reports that there is none.
func (b *builder) resolveSource(n *Node, s SourceCall) *Node {
	target, problem := b.findSource(n.Package, s)
	if problem != nil {
		b.unresolved(n, problem)
	}
	return target
}

func (n *names) findSource(from *project.Package, s SourceCall) (*Node, *diag.Diagnostic) {
	pkg, source := "", s.Source
	if before, after, ok := strings.Cut(s.Source, "."); ok && n.project.Package(before) != nil {
		pkg, source = before, after
	}
	match := func(t *Node) bool {
		return t.Type == Source && t.Table.Source.Name == source && t.Table.Table.Name == s.Table && (pkg == "" || t.Package.Name == pkg)
	}
	if found := visible(n.tables[SourceCall{Source: source, Table: s.Table}], n.project.Root, from, pkg); len(found) > 0 {
		return found[0], nil
	}
	if off := pick(n.off, match); len(off) > 0 {
		return nil, &diag.Diagnostic{
			Code: DisabledRef, Span: s.At, Message: fmt.Sprintf("source %q is disabled", s.Source+"."+s.Table),
			Hint: "enable it, or take the source out", Related: []diag.Note{{Span: off[0].At, Message: "it is defined here"}},
		}
	}
	return nil, n.unknownSource(s)
}

func (n *names) unknownSource(s SourceCall) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: UnknownSource, Span: s.At, Message: fmt.Sprintf("no source is called %q", s.Source)}
	var groups, tables []string
	for _, t := range n.sources {
		groups = append(groups, t.Table.Source.Name)
		if t.Table.Source.Name == s.Source {
			tables = append(tables, t.Table.Table.Name)
		}
	}
	if len(tables) > 0 {
		d.Message = fmt.Sprintf("source %q has no table %q", s.Source, s.Table)
		d.Hint = diag.DidYouMean(s.Table, sorted(tables))
		d.Fix = diag.Rename(s.At, s.Table, diag.Meant(s.Table, tables))
		if d.Hint == "" {
			d.Hint = "it has " + strings.Join(unique(sorted(tables)), ", ")
		}
		return d
	}
	d.Hint = diag.DidYouMean(s.Source, sorted(groups))
	d.Fix = diag.Rename(s.At, s.Source, diag.Meant(s.Source, groups))
	if d.Hint == "" {
		d.Hint = "define it under sources: in a properties file"
	}
	return d
}

// sourceNamed is how to write the source that has a table of that name, "" if there is none.
func (n *names) sourceNamed(table string) string {
	for _, t := range n.sources {
		if t.Table.Table.Name == table {
			return fmt.Sprintf("source('%s', '%s')", t.Table.Source.Name, table)
		}
	}
	return ""
}

// leaveOut takes a test out of the graph that refers to what is not there.
func (b *builder) leaveOut(n *Node) {
	n.Enabled = false
	n.Config.Values.Put("enabled", false)
	delete(b.Nodes, n.ID)
	b.LeftOut = append(b.LeftOut, n)
	b.off = append(b.off, n)
	b.noteOff(n)
}

func pick(nodes []*Node, match func(*Node) bool) []*Node {
	var out []*Node
	for _, n := range nodes {
		if match(n) {
			out = append(out, n)
		}
	}
	return out
}

func sorted(s []string) []string { slices.Sort(s); return s }
