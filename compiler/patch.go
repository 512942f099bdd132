package compiler

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Patch compiles a few models of a project of which an outline is known, and puts what it finds into that: their tags, what they depend on and
// what describes them. part holds those models' files, their properties, and all macros and docs. renewed are the paths of the files of
// properties that have changed: the tests in them are compiled too, and take the place of those that were there.
//
// ok is false, and the outline is as it was, wherever that could differ from what Compile finds: a model is new or gone, other nodes
// would see another face of it, properties are of anything but models, or there is anything to report.
func Patch(outline *Graph, faces map[string]string, part *project.Project, renewed map[string]bool, o Options) (ok bool) {
	library, problems := macros.NewLibrary(part, o.Dialect)
	if library == nil {
		return false
	}
	b := newBuilder(part, library, problems, o)
	b.readDocs()
	gone, ok := describedIn(outline, renewed)
	if !ok || !b.describesModels(renewed) || !b.draftModels(renewed) {
		return false
	}
	b.parallel(b.drafts, b.parse)
	for _, d := range b.drafts {
		b.finish(d)
	}
	for _, d := range b.drafts {
		old := outline.Nodes[d.ID]
		if old == nil || !d.Enabled || b.Nodes[d.ID] != d.Node || b.Face(d.Node) != faces[d.ID] || hasUnitTest(outline, old) || !b.sameProperties(old, d.Node, renewed) {
			return false
		}
	}
	tests := b.renewedTests(renewed)
	b.named, b.disabled, b.sources, b.tables = outlineNames(outline)
	b.resolve()
	if b.problems.Len() > 0 {
		return false
	}
	for _, t := range tests {
		if b.Nodes[t.ID] != t.Node || outline.Nodes[t.ID] != nil && !gone[t.ID] {
			return false
		}
	}
	return outline.replace(b.drafts, tests, gone)
}

// describedIn are the IDs of the tests in files of properties; ok is false if these describe anything but models and their tests.
func describedIn(outline *Graph, files map[string]bool) (tests map[string]bool, ok bool) {
	tests = map[string]bool{}
	if len(files) == 0 {
		return tests, true
	}
	in := func(n *Node) bool {
		return n != nil && (n.File != nil && files[n.File.Source.Path] || files[propertiesOf(n)])
	}
	for _, n := range outline.Order {
		switch {
		case !in(n) || n.Type == Model && n.Version == nil:
		case n.Type == Test && n.Props == nil && n.Test != nil && in(outline.Nodes[n.Test.Attached]) && len(outline.DAG.Children(n.ID)) == 0:
			tests[n.ID] = true
		default:
			return nil, false
		}
	}
	return tests, !slices.ContainsFunc(outline.Disabled, in)
}

// describesModels tells whether files of properties describe nothing but models, each once, in no special way.
func (b *builder) describesModels(files map[string]bool) bool {
	if len(files) == 0 {
		return true
	}
	for _, pkg := range b.project.Packages {
		p := &pkg.Props
		for _, list := range [][]*project.Node{p.Seeds, p.Snapshots, p.Analyses, p.Functions, p.DataTests} {
			if slices.ContainsFunc(list, func(n *project.Node) bool { return files[n.File.Source.Path] }) {
				return false
			}
		}
		for _, list := range [][]*project.Raw{p.UnitTests, p.Exposures, p.Groups, p.Metrics, p.SemanticModels, p.SavedQueries, p.Syncs} {
			if slices.ContainsFunc(list, func(r *project.Raw) bool { return files[r.File.Source.Path] }) {
				return false
			}
		}
		if slices.ContainsFunc(p.Macros, func(m *project.Macro) bool { return files[m.File.Source.Path] }) ||
			slices.ContainsFunc(p.Sources, func(s *project.Source) bool { return files[s.File.Source.Path] }) {
			return false
		}
	}
	return true
}

// sameProperties tells whether a model's properties stand where they stood, or come from or go to a file that has changed.
func (b *builder) sameProperties(old, n *Node, renewed map[string]bool) bool {
	was, is := propertiesOf(old), propertiesOf(n)
	return was == is || (was == "" || renewed[was]) && (is == "" || renewed[is])
}

// renewedTests compiles the tests in files of properties.
func (b *builder) renewedTests(files map[string]bool) []*draft {
	var tests []*draft
	for _, d := range b.drafts {
		if files[propertiesOf(d.Node)] {
			tests = append(tests, b.draftTests(d.Node)...)
		}
	}
	b.parallel(tests, b.parseTest)
	for _, t := range tests {
		if t.calls == nil {
			b.problems.Warnf(t.At, UnknownTest, "there is no data test %q", t.Test.Name)
			continue
		}
		b.finish(t)
	}
	return tests
}

// draftModels makes drafts of the models of the part; ok is false if one is more than a file of SQL and an entry in a YAML file, or if a file of
// properties that has changed describes another one.
func (b *builder) draftModels(renewed map[string]bool) (ok bool) {
	for _, pkg := range b.project.Packages {
		entries := map[string]*project.Node{}
		for _, p := range pkg.Props.Models {
			if entries[p.Name] != nil {
				return false
			}
			entries[p.Name] = p
		}
		for _, f := range pkg.Models {
			var p *patch
			if entry := entries[f.Name]; entry != nil {
				if !ordinary(entry) {
					return false
				}
				p = &patch{Node: entry}
				b.patches[f] = p
				delete(entries, f.Name)
			}
			if !f.Head.IsZero() || f.Ending() != ".sql" {
				return false
			}
			b.draftFile(Model, f, p)
		}
		for _, p := range entries {
			if renewed[p.File.Source.Path] {
				return false
			}
		}
	}
	return len(b.drafts) > 0
}

// ordinary tells whether an entry is that of a model which is nothing else besides, whenever the project is compiled.
func ordinary(entry *project.Node) bool {
	return !entry.Inline && len(entry.Versions) == 0 && entry.LatestVersion == nil && entry.DeprecationDate == "" && entry.TimeSpine == nil && !entry.Semantic && len(entry.Metrics) == 0
}

// Simple tells whether no node of the graph is looked at by checks that compare it with others: there are no groups, no access rules, no
// batches, no metrics and no functions.
func (g *Graph) Simple() bool {
	for _, pkg := range g.Project.Packages {
		if pkg.RestrictAccess || len(pkg.Props.Groups) > 0 {
			return false
		}
	}
	for _, n := range g.Order {
		switch n.Type {
		case Model, Seed, Snapshot, Test, UnitTest, Analysis, Source, Exposure:
		default:
			return false
		}
		if n.Type == Model && (n.Access() == "private" || n.Config.String("group") != "" || g.Batched(n)) {
			return false
		}
	}
	return true
}

// Faces are the faces of all models, by their IDs.
func (g *Graph) Faces() map[string]string {
	faces := map[string]string{}
	for _, n := range g.Order {
		if n.Type == Model {
			faces[n.ID] = g.Face(n)
		}
	}
	return faces
}

// Face is what other nodes may see of a model while they are compiled, as text to compare.
func (g *Graph) Face(n *Node) string {
	return fmt.Sprintf("%q %v %s %v %q %q %v %v %v", n.Relation, n.Stored(), n.Config.Materialized(), n.Version, n.Config.String("event_time"),
		n.Config.String("group"), n.Access(), g.Batched(n), n.FQN)
}

// propertiesOf is the path of the file with a node's properties, "" without: it may be another package's.
func propertiesOf(n *Node) string {
	if n.Props == nil {
		return ""
	}
	return n.Props.File.Source.Path
}

func hasUnitTest(outline *Graph, n *Node) bool {
	return slices.ContainsFunc(outline.DAG.Children(n.ID), func(id string) bool { return outline.Nodes[id].Type == UnitTest })
}

// outlineNames are the nodes of an outline as refs and sources find them.
func outlineNames(outline *Graph) (named, disabled map[string][]*Node, sources []*Node, tables map[SourceCall][]*Node) {
	named, disabled, tables = map[string][]*Node{}, map[string][]*Node{}, map[SourceCall][]*Node{}
	keys, _ := outline.DAG.Places()
	for _, id := range keys {
		n := outline.Nodes[id]
		switch {
		case refable(n.Type):
			named[n.Name] = append(named[n.Name], n)
		case n.Type == Source:
			sources = append(sources, n)
			key := SourceCall{Source: n.Table.Source.Name, Table: n.Table.Table.Name}
			tables[key] = append(tables[key], n)
		}
	}
	for _, n := range outline.Disabled {
		if refable(n.Type) {
			disabled[n.Name] = append(disabled[n.Name], n)
		}
	}
	return named, disabled, sources, tables
}

// replace puts what was found into the outline, in which some tests are gone; ok is false, and nothing is changed, if there is a cycle now.
func (g *Graph) replace(drafts, tests []*draft, gone map[string]bool) (ok bool) {
	was, old := g.DAG.Places()
	keys, moved := make([]string, 0, len(was)+len(tests)), make([]int, len(was))
	for i, id := range was {
		if moved[i] = len(keys); gone[id] {
			moved[i] = -1
			continue
		}
		keys = append(keys, id)
	}
	for _, t := range tests {
		keys = append(keys, t.ID)
	}
	places := make(map[string]int, len(keys))
	for i, id := range keys {
		places[id] = i
	}
	parents := make([][]int, len(keys))
	for i, list := range old {
		if moved[i] >= 0 {
			parents[moved[i]] = list
			if len(gone) > 0 {
				parents[moved[i]] = translated(list, moved)
			}
		}
	}
	for _, d := range slices.Concat(drafts, tests) {
		list := make([]int, 0, len(d.DependsOn))
		for _, id := range d.DependsOn {
			list = append(list, places[id])
		}
		parents[places[d.ID]] = list
	}
	next := dag.Of(keys, parents)
	order, cycle := next.Sort()
	if cycle != nil {
		return false
	}
	for id := range gone {
		delete(g.Nodes, id)
	}
	for _, t := range tests {
		g.Nodes[t.ID] = t.Node
	}
	for _, d := range drafts {
		n := g.Nodes[d.ID]
		n.Tags, n.DependsOn, n.Props = d.Tags, d.DependsOn, d.Props
	}
	g.DAG, g.Order = next, make([]*Node, len(order))
	for i, id := range order {
		g.Order[i] = g.Nodes[id]
	}
	return true
}

// translated are places after what stands at some of them has moved.
func translated(places, moved []int) []int {
	out := make([]int, len(places))
	for i, p := range places {
		out[i] = moved[p]
	}
	return out
}
