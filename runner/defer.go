package runner

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
)

// Deferral says where nodes are read that were built elsewhere. The zero value defers nothing.
// https://docs.getdbt.com/reference/node-selection/defer
type Deferral struct {
	// At tells where an earlier state of the project has a node. A node that exists here is read here, as long as Over does
	// not say otherwise.
	At func(id string) (relation.Relation, bool)
	// Over tells of the nodes that are read there even if they exist here; nil is none.
	Over func(id string) bool
}

// deferred answers where nodes of a target are read there as they are seen now; nil if they are read where they are built.
func (r *Runner) deferred(at *compiler.Graph, existing func(relation.Relation) *relation.Table) func(id string) (relation.Relation, bool) {
	d := r.Deferral
	if d.At == nil {
		return nil
	}
	return func(id string) (relation.Relation, bool) {
		n := r.Graph.Nodes[id]
		if n == nil || r.Graph.Of(n) != at || (d.Over == nil || !d.Over(id)) && existing(n.Relation) != nil {
			return relation.Relation{}, false
		}
		return d.At(id)
	}
}

// deferrable are the nodes of which it matters whether they exist here.
func (r *Runner) deferrable() []*compiler.Node {
	if r.Deferral.At == nil {
		return nil
	}
	var out []*compiler.Node
	for _, n := range r.Graph.Order {
		if _, ok := r.Deferral.At(n.ID); ok && n.Stored() {
			out = append(out, n)
		}
	}
	return out
}
