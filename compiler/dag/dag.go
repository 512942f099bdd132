// Package dag is a directed graph of comparable keys: an edge leads from a node to one that depends on it.
//
// Order is stable everywhere: nodes are visited in the order in which they were added.
package dag

import "slices"

// Graph is a directed graph. The zero value is empty and ready. It is safe for concurrent reading once built.
type Graph[K comparable] struct {
	index    map[K]int
	keys     []K
	parents  [][]int
	children [][]int
}

// Grow makes room for n nodes in a graph that is empty, so that adding them moves nothing.
func (g *Graph[K]) Grow(n int) {
	if len(g.keys) > 0 {
		return
	}
	g.index, g.keys = make(map[K]int, n), make([]K, 0, n)
	g.parents, g.children = make([][]int, 0, n), make([][]int, 0, n)
}

// Add adds a node; adding it again does nothing.
func (g *Graph[K]) Add(k K) { g.at(k) }

// Connect says that child depends on parent, adding both where they are new. A repeated edge counts once.
func (g *Graph[K]) Connect(parent, child K) {
	p, c := g.at(parent), g.at(child)
	if slices.Contains(g.parents[c], p) {
		return
	}
	g.parents[c] = append(g.parents[c], p)
	g.children[p] = append(g.children[p], c)
}

// Has tells whether k is a node.
func (g *Graph[K]) Has(k K) bool { _, ok := g.index[k]; return ok }

// Nodes are all nodes in the order in which they were added.
func (g *Graph[K]) Nodes() []K { return slices.Clone(g.keys) }

// Parents are the nodes k depends on directly; nil for an unknown k.
func (g *Graph[K]) Parents(k K) []K { return g.neighbours(k, g.parents) }

// Children are the nodes that depend on k directly; nil for an unknown k.
func (g *Graph[K]) Children(k K) []K { return g.neighbours(k, g.children) }

// Ancestors are the nodes k depends on over at most depth edges (negative: any number), nearest first, without k itself.
func (g *Graph[K]) Ancestors(k K, depth int) []K { return g.reach(k, depth, g.parents) }

// Descendants are the nodes that depend on k over at most depth edges (negative: any number), nearest first, without k itself.
func (g *Graph[K]) Descendants(k K, depth int) []K { return g.reach(k, depth, g.children) }

// Sort returns every node after all nodes it depends on. If that cannot be, it returns nil and a cycle: a path whose first
// node is also its last, each depending on the one before.
func (g *Graph[K]) Sort() (order, cycle []K) {
	waiting := make([]int, len(g.keys))
	ready := make([]int, 0, len(g.keys))
	order = make([]K, 0, len(g.keys))
	for i := range g.keys {
		waiting[i] = len(g.parents[i])
		if waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		order = append(order, g.keys[i])
		for _, c := range g.children[i] {
			if waiting[c]--; waiting[c] == 0 {
				ready = append(ready, c)
			}
		}
	}
	if len(order) == len(g.keys) {
		return order, nil
	}
	return nil, g.cycle(waiting)
}

// cycle walks backwards from a node that is still waiting; every such node has a waiting parent, so it must come round.
func (g *Graph[K]) cycle(waiting []int) []K {
	at := slices.IndexFunc(waiting, func(n int) bool { return n > 0 })
	seen := map[int]int{}
	var path []int
	for {
		if start, ok := seen[at]; ok {
			path = append(path[start:], at)
			break
		}
		seen[at] = len(path)
		path = append(path, at)
		next := slices.IndexFunc(g.parents[at], func(p int) bool { return waiting[p] > 0 })
		at = g.parents[at][next]
	}
	slices.Reverse(path)
	return g.named(path)
}

func (g *Graph[K]) at(k K) int {
	if i, ok := g.index[k]; ok {
		return i
	}
	if g.index == nil {
		g.index = map[K]int{}
	}
	i := len(g.keys)
	g.index[k] = i
	g.keys = append(g.keys, k)
	g.parents = append(g.parents, nil)
	g.children = append(g.children, nil)
	return i
}

func (g *Graph[K]) neighbours(k K, edges [][]int) []K {
	i, ok := g.index[k]
	if !ok {
		return nil
	}
	return g.named(edges[i])
}

func (g *Graph[K]) reach(k K, depth int, edges [][]int) []K {
	start, ok := g.index[k]
	if !ok {
		return nil
	}
	seen := map[int]bool{start: true}
	level, found := []int{start}, []int(nil)
	for d := 0; len(level) > 0 && (depth < 0 || d < depth); d++ {
		var next []int
		for _, i := range level {
			for _, n := range edges[i] {
				if !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		found = append(found, next...)
		level = next
	}
	return g.named(found)
}

func (g *Graph[K]) named(indexes []int) []K {
	out := make([]K, len(indexes))
	for n, i := range indexes {
		out[n] = g.keys[i]
	}
	return out
}
