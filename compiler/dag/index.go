package dag

// Of is the graph of those nodes, in their order; parents are the places of the nodes that each depends on. The slices are the graph's
// from then on.
func Of[K comparable](keys []K, parents [][]int) *Graph[K] {
	g := &Graph[K]{index: make(map[K]int, len(keys)), keys: keys, parents: parents, children: make([][]int, len(keys))}
	counts := make([]int, len(keys))
	edges := 0
	for i, k := range keys {
		g.index[k] = i
		for _, p := range parents[i] {
			counts[p]++
		}
		edges += len(parents[i])
	}
	room := make([]int, edges)
	for i, n := range counts {
		g.children[i], room = room[:0:n], room[n:]
	}
	for i := range keys {
		for _, p := range parents[i] {
			g.children[p] = append(g.children[p], i)
		}
	}
	return g
}

// Places are the nodes in the order in which they were added, and the places in it of those that each depends on. The slices are the graph's.
func (g *Graph[K]) Places() (keys []K, parents [][]int) { return g.keys, g.parents }
