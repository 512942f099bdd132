// Package layout places the nodes of a graph so that its edges run from left to right: in layers, with few crossings, and so that
// edges are short and nearly straight. It is the method of Sugiyama, Tagawa and Toda (IEEE SMC 11(2), 1981) with these parts: layers
// of bounded breadth in the manner of Coffman and Graham, barycentres with transposition (Gansner et al., "A Technique for
// Drawing Directed Graphs", 1993), and coordinates by isotonic regression.
//
// It is a pure function. The same graph gives the same places, in whatever order its nodes and edges are told.
package layout

import (
	"cmp"
	"slices"
)

// Rank says where among the layers a node belongs. The zero Rank leaves it to the edges.
type Rank int

// The ranks.
const (
	Free  Rank = iota
	First      // in the first layer, apart from nodes of other ranks, if no edge leads to it
	Last       // in the last layer, apart from nodes of other ranks, if no edge leaves it
)

// Node is a box to place.
type Node struct {
	ID    string // unique; decides between equals, so that places stay from one build to the next
	Group string // nodes of a group begin next to each other
	Rank  Rank
	// Width and Height are in the unit that places have. Less than zero is zero.
	Width, Height float64
}

// Edge leads from a node to another, both by their index. One that leads nowhere or to its own node is passed over.
type Edge struct{ From, To int }

// Options are the gaps between things. A gap that is zero is the default's.
type Options struct {
	LayerGap     float64 // between the boxes of neighbouring layers; 80
	NodeGap      float64 // between neighbours in a layer; 12
	LineGap      float64 // between a long edge and its neighbours in the layers that it passes; 5
	ComponentGap float64 // between parts that no edge connects; 40
	Aspect       float64 // how many times wider than high the whole should be; 1.6
}

// Point is a place; y grows downwards.
type Point struct{ X, Y float64 }

// Place is where a node is: the middle of its box, and its layer and its order there, counted within the part of the graph that edges
// connect it to.
type Place struct {
	Point
	Layer, Order int
}

// Layout is a graph with its places.
type Layout struct {
	Nodes []Place // as the nodes were told
	// Edges are the ways of the edges, as these were told: from the side of one box by bends to the side of another, nil for an edge
	// that was passed over. Edges from one node share their bends as long as they go the same way. An edge that closes a cycle runs
	// from right to left.
	Edges         [][]Point
	Width, Height float64
	Crossings     int // how often edges cross
}

// Of lays out a graph.
func Of(nodes []Node, edges []Edge, o Options) *Layout {
	o = o.withDefaults()
	g := newGraph(nodes, edges)
	g.breakCycles()
	out := &Layout{Nodes: make([]Place, len(nodes)), Edges: make([][]Point, len(edges))}
	var parts []*part
	for _, members := range g.components() {
		p := newPart(g, members)
		p.assignLayers(o)
		p.makeProper()
		p.order()
		p.place(o)
		out.Crossings += p.crossings()
		parts = append(parts, p)
	}
	out.Width, out.Height = pack(parts, o)
	for _, p := range parts {
		p.report(g, out)
	}
	g.route(out, edges)
	return out
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		gap   *float64
		value float64
	}{{&o.LayerGap, 80}, {&o.NodeGap, 12}, {&o.LineGap, 5}, {&o.ComponentGap, 40}, {&o.Aspect, 1.6}} {
		if !(*d.gap > 0) {
			*d.gap = d.value
		}
	}
	return o
}

// graph is a graph whose nodes are numbered by group and ID: what is decided by number does not depend on the order of the input.
type graph struct {
	nodes    []Node
	told     []int   // the index of a node in the input
	number   []int   // the inverse of told
	out, in  [][]int // neighbours in the order of their numbers, without doubles
	reversed map[Edge]bool
	ways     map[Edge][]Point // by numbers, from left to right
}

func newGraph(nodes []Node, edges []Edge) *graph {
	g := &graph{told: make([]int, len(nodes)), number: make([]int, len(nodes)), reversed: map[Edge]bool{}, ways: map[Edge][]Point{}}
	for i := range g.told {
		g.told[i] = i
	}
	slices.SortStableFunc(g.told, func(a, b int) int {
		return cmp.Or(cmp.Compare(nodes[a].Group, nodes[b].Group), cmp.Compare(nodes[a].ID, nodes[b].ID))
	})
	for n, i := range g.told {
		g.number[i] = n
		g.nodes = append(g.nodes, nodes[i])
		g.nodes[n].Width, g.nodes[n].Height = max(0, nodes[i].Width), max(0, nodes[i].Height)
	}
	g.connect(edges)
	return g
}

func (g *graph) connect(edges []Edge) {
	var clean []Edge
	for _, e := range edges {
		if g.leads(e) {
			clean = append(clean, Edge{g.number[e.From], g.number[e.To]})
		}
	}
	slices.SortFunc(clean, func(a, b Edge) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	g.out, g.in = make([][]int, len(g.nodes)), make([][]int, len(g.nodes))
	for _, e := range slices.Compact(clean) {
		g.out[e.From] = append(g.out[e.From], e.To)
		g.in[e.To] = append(g.in[e.To], e.From)
	}
}

// leads tells whether an edge is drawn at all.
func (g *graph) leads(e Edge) bool {
	n := len(g.nodes)
	return e.From >= 0 && e.To >= 0 && e.From < n && e.To < n && e.From != e.To
}
