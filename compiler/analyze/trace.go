package analyze

import (
	"strings"

	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/types"
)

// Edge leads from a column to one that is made of it, or whose rows it decides about.
type Edge struct {
	From, To lineage.Input // Table is a node's ID
	Kind     lineage.Kind
}

// Up returns the edges that lead to a column: those to it, those to the columns it derives from, and so on, over at most depth nodes
// (negative: any number). Edges of uses that only decide about rows are told, and not followed.
func (a *Analysis) Up(to lineage.Input, depth int) []Edge {
	var out []Edge
	a.walk(to, depth, func(at lineage.Input) []lineage.Input {
		var next []lineage.Input
		for _, e := range a.into(at) {
			out = append(out, e)
			if e.Kind.Derives() {
				next = append(next, e.From)
			}
		}
		return next
	})
	return out
}

// Down returns the edges that lead away from a column, as Up does for those that lead to it.
func (a *Analysis) Down(from lineage.Input, depth int) []Edge {
	a.index.Do(a.addOutgoing)
	var out []Edge
	a.walk(from, depth, func(at lineage.Input) []lineage.Input {
		var next []lineage.Input
		for _, e := range a.outgoing[key(at)] {
			out = append(out, e)
			if e.Kind.Derives() {
				next = append(next, e.To)
			}
		}
		return next
	})
	return out
}

// walk visits columns level by level, each once.
func (a *Analysis) walk(start lineage.Input, depth int, visit func(lineage.Input) []lineage.Input) {
	seen := map[lineage.Input]bool{key(start): true}
	level := []lineage.Input{start}
	for d := 0; len(level) > 0 && (depth < 0 || d < depth); d++ {
		var next []lineage.Input
		for _, at := range level {
			for _, n := range visit(at) {
				if k := key(n); !seen[k] {
					seen[k] = true
					next = append(next, n)
				}
			}
		}
		level = next
	}
}

// into are the edges that lead to a column: first what it is made of, then what decides about its rows.
func (a *Analysis) into(to lineage.Input) []Edge {
	n := a.nodes[to.Table]
	if n == nil {
		return nil
	}
	c := n.Column(to.Column)
	if c == nil {
		return nil
	}
	to.Column = c.Name
	var out []Edge
	for _, u := range joined(c.Uses, n.Rows) {
		out = append(out, Edge{From: u.Input, To: to, Kind: u.Kind})
	}
	return out
}

// addOutgoing finds all edges of the project by the column that they come from.
func (a *Analysis) addOutgoing() {
	a.outgoing = map[lineage.Input][]Edge{}
	for _, n := range a.Graph.Order {
		node := a.nodes[n.ID]
		if node == nil {
			continue
		}
		for _, c := range node.Columns {
			for _, e := range a.into(lineage.Input{Table: n.ID, Column: c.Name}) {
				a.outgoing[key(e.From)] = append(a.outgoing[key(e.From)], e)
			}
		}
	}
}

func key(in lineage.Input) lineage.Input {
	return lineage.Input{Table: in.Table, Column: strings.ToLower(in.Column)}
}

// TypeOf is the type of a column in the warehouse's spelling, "" if it is not known.
func (a *Analysis) TypeOf(in lineage.Input) string {
	if n := a.nodes[in.Table]; n != nil {
		if c := n.Column(in.Column); c != nil {
			return a.at(n).types.Print(c.Type)
		}
	}
	return ""
}

// Parse reads a type in the warehouse's spelling.
func (a *Analysis) Parse(text string) types.Type { return a.types.Parse(text) }

// Stores tells whether a value of one type can be stored in a column of another, as far as that is known.
func (a *Analysis) Stores(value, column types.Type) bool {
	return value.IsUnknown() || column.IsUnknown() || value.Equal(column) || a.types.Cast(value, column) >= types.Assignment
}

// Spelled is a type in the warehouse's spelling, "" if it is not known.
func (a *Analysis) Spelled(t types.Type) string { return a.types.Print(t) }
