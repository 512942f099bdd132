package compiler

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Patch compiles a few models of a project of which an outline is known, and puts what it finds into that: their tags, and what they depend on.
// part holds those models' files, their properties, and all macros and docs.
//
// ok is false, and the outline is as it was, wherever that could differ from what Compile finds: a model is new or gone, other nodes
// would see another face of it, or there is anything to report.
func Patch(outline *Graph, faces map[string]string, part *project.Project, o Options) (ok bool) {
	library, problems := macros.NewLibrary(part, o.Dialect)
	if library == nil {
		return false
	}
	b := newBuilder(part, library, problems, o)
	b.readDocs()
	if !b.draftModels() {
		return false
	}
	b.parallel(b.drafts, b.parse)
	for _, d := range b.drafts {
		b.finish(d)
	}
	for _, d := range b.drafts {
		old := outline.Nodes[d.ID]
		if old == nil || !d.Enabled || b.Nodes[d.ID] != d.Node || b.Face(d.Node) != faces[d.ID] || hasUnitTest(outline, old) || propertiesOf(old) != propertiesOf(d.Node) {
			return false
		}
	}
	b.named, b.disabled, b.sources, b.tables = outlineNames(outline)
	b.resolve()
	if b.problems.Len() > 0 {
		return false
	}
	return outline.replace(b.drafts)
}

// draftModels makes drafts of the models of the part; ok is false if one is more than a file of SQL and an entry in a YAML file.
func (b *builder) draftModels() (ok bool) {
	for _, pkg := range b.project.Packages {
		entries := map[string]*project.Node{}
		for _, p := range pkg.Props.Models {
			entries[p.Name] = p
		}
		for _, f := range pkg.Models {
			var p *patch
			if entry := entries[f.Name]; entry != nil {
				if entry.Inline || len(entry.Versions) > 0 {
					return false
				}
				p = &patch{Node: entry}
				b.patches[f] = p
			}
			if !f.Head.IsZero() || f.Ending() != ".sql" {
				return false
			}
			b.draftFile(Model, f, p)
		}
	}
	return len(b.drafts) > 0
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

// replace puts what was found into the outline; ok is false, and nothing is changed, if there is a cycle now.
func (g *Graph) replace(drafts []*draft) (ok bool) {
	keys, old := g.DAG.Places()
	places := make(map[string]int, len(keys))
	for i, id := range keys {
		places[id] = i
	}
	parents := slices.Clone(old)
	for _, d := range drafts {
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
	for _, d := range drafts {
		n := g.Nodes[d.ID]
		n.Tags, n.DependsOn = d.Tags, d.DependsOn
	}
	g.DAG = next
	for i, id := range order {
		g.Order[i] = g.Nodes[id]
	}
	return true
}
