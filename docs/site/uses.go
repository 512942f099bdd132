package site

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
)

// edge leads from a node's column to another's, or back: its own column, the other node's ID, the other column, and the kind of use. A
// column is "" where the use decides about the rows of the node, whatever the column.
type edge [4]string

// uses are the edges of a project's columns by the node that they lead to, and by the one that they come from.
type uses struct{ in, out map[string][]edge }

// columnEdges are what the lineage of a node's columns is drawn from.
type columnEdges struct {
	In    []edge               `json:"in"`
	Out   []edge               `json:"out"`
	Names map[string][2]string `json:"names"` // of the other nodes: name and type
}

func usesOf(t *telling) uses {
	u := uses{in: map[string][]edge{}, out: map[string][]edge{}}
	seen := map[edge]bool{}
	for _, n := range t.nodes {
		known := t.Columns.Node(n.ID)
		if known == nil {
			continue
		}
		clear(seen)
		u.of(known, seen)
	}
	return u
}

// of adds the edges of a node; seen is room for those that were.
func (u *uses) of(n *analyze.Node, seen map[edge]bool) {
	add := func(own, other, column, kind string) {
		e := edge{own, other, column, kind}
		if other == n.ID || seen[e] {
			return
		}
		seen[e] = true
		u.in[n.ID] = append(u.in[n.ID], e)
		u.out[other] = append(u.out[other], edge{column, n.ID, own, kind})
	}
	for _, c := range n.Columns {
		for _, use := range c.Uses {
			add(c.Name, use.Input.Table, use.Input.Column, use.Kind.String())
		}
	}
	for _, use := range n.Rows {
		add("", use.Input.Table, use.Input.Column, use.Kind.String())
	}
}

func (t *telling) columnPart(nodes []*compiler.Node) map[string]columnEdges {
	out := map[string]columnEdges{}
	for _, n := range nodes {
		e := columnEdges{In: t.uses.in[n.ID], Out: t.uses.out[n.ID], Names: map[string][2]string{}}
		if len(e.In)+len(e.Out) == 0 {
			continue
		}
		for _, edges := range []*[]edge{&e.In, &e.Out} {
			if *edges == nil {
				*edges = []edge{} // a list for the script, never null
			}
			for _, other := range *edges {
				if node := t.Graph.Nodes[other[1]]; node != nil {
					e.Names[other[1]] = [2]string{title(node), string(node.Type)}
				}
			}
		}
		out[n.ID] = e
	}
	return out
}
