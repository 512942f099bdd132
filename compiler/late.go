package compiler

import (
	"github.com/modsql/mod/compiler/interval"
)

// Timed is something that a microbatch model reads by times: its batches have the rows whose event_time is in them.
type Timed struct {
	*Node
	Relation string // as its batches read it, spelled
	Column   string // its event_time, spelled
}

// Timed are the nodes that a microbatch model reads by times, as the sight has it, ephemeral models left out: nobody can ask those.
func (g *Graph) Timed(n *Node, s Sight) []Timed {
	s.Batch = nil
	c := g.renderContext(n, s)
	var out []Timed
	for _, id := range n.DependsOn {
		parent := g.Nodes[id]
		if parent == nil || parent == n || parent.Config == nil || parent.Config.String("event_time") == "" || parent.Ephemeral() {
			continue
		}
		r := g.relation(parent)
		if parent.Type != Source {
			r = g.elsewhere(c, parent)
		}
		out = append(out, Timed{parent, r.String(), g.eventColumn(parent)})
	}
	return out
}

// Times are ranges as a query compares an event_time with them.
func (g *Graph) Times(ranges []interval.Range) []any {
	out := make([]any, len(ranges))
	for i, r := range ranges {
		out[i] = map[string]any{"from": g.instantLiteral(r.From), "to": g.instantLiteral(r.To)}
	}
	return out
}

// CountsLateRows tells whether it is noted of a microbatch model how many rows its batches were loaded from, so that those which come later can be
// told. It is, unless the model says otherwise.
func (n *Node) CountsLateRows() bool { return n.Config.Bool("late_rows", true) }
