package compiler

import (
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/relation"
)

// order builds the DAG and checks that it is one, and that no two nodes are stored under one name.
func (b *builder) order() {
	b.DAG.Grow(len(b.ids))
	for _, id := range b.ids {
		if b.Nodes[id] != nil {
			b.DAG.Add(id)
		}
	}
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil {
			continue
		}
		for _, parent := range n.DependsOn {
			b.DAG.Connect(parent, id)
		}
	}
	order, cycle := b.DAG.Sort()
	if cycle != nil {
		b.cycle(cycle)
		return
	}
	b.Order = make([]*Node, 0, len(order))
	for _, id := range order {
		b.Order = append(b.Order, b.Nodes[id])
	}
	b.checkRelations()
}

// cycle reports a cycle with its whole path, at the ref that closes it.
func (b *builder) cycle(path []string) {
	names := make([]string, len(path))
	for i, id := range path {
		names[i] = b.Nodes[id].Name
	}
	first := b.Nodes[path[0]]
	d := b.problems.Errorf(b.refTo(first, path[len(path)-2]), Cycle, "%s %q depends on itself: %s", first.Type, first.Name, strings.Join(names, " -> "))
	d.Hint = "take one of these refs out"
	for i := 1; i < len(path)-1; i++ {
		n := b.Nodes[path[i]]
		d.Related = append(d.Related, diag.Note{Span: b.refTo(n, path[i-1]), Message: n.Name + " reads " + names[i-1] + " here"})
	}
}

// refTo is where a node refers to another.
func (b *builder) refTo(n *Node, id string) diag.Span {
	for _, r := range n.Refs {
		if target, _ := b.findRef(n.Package, r); target != nil && target.ID == id {
			return r.At
		}
	}
	return n.At
}

// checkRelations reports nodes that would overwrite one another.
func (b *builder) checkRelations() {
	stored := map[relation.Relation]*Node{}
	for _, n := range b.Order {
		if !n.Stored() {
			continue
		}
		key := relation.Relation{
			Database: strings.ToLower(n.Relation.Database), Schema: strings.ToLower(n.Relation.Schema), Name: strings.ToLower(n.Relation.Name),
		}
		first := stored[key]
		if first == nil {
			stored[key] = n
			continue
		}
		d := b.problems.Errorf(n.At, DuplicateRelation, "%s %q and %s %q would both be stored as %s", n.Type, n.Name, first.Type, first.Name, n.Relation)
		d.Related = []diag.Note{{Span: first.At, Message: "the other one is here"}}
		d.Hint = "give one of them another alias or schema"
	}
}

// Stored tells whether running the node leaves a relation of its name in the warehouse, whatever else happens.
func (n *Node) Stored() bool {
	return (n.Type == Model || n.Type == Seed || n.Type == Snapshot) && !n.Ephemeral()
}

// Ephemeral tells whether the node is only ever part of others' queries.
func (n *Node) Ephemeral() bool { return n.Type == Model && n.Config.Materialized() == "ephemeral" }

// Blank tells whether a model's file holds nothing. As in dbt, such a model is there, but never run.
func (n *Node) Blank() bool { return n.Type == Model && isBlank(n.Raw) }
