package layout

import (
	"cmp"
	"math"
	"slices"
)

// components are the numbers of the nodes that edges connect, each part sorted, largest part first.
func (g *graph) components() [][]int {
	seen := make([]bool, len(g.nodes))
	var all [][]int
	for root := range g.nodes {
		if seen[root] {
			continue
		}
		seen[root] = true
		members := []int{root}
		for i := 0; i < len(members); i++ {
			for _, next := range [...][]int{g.in[members[i]], g.out[members[i]]} {
				for _, n := range next {
					if !seen[n] {
						seen[n] = true
						members = append(members, n)
					}
				}
			}
		}
		slices.Sort(members)
		all = append(all, members)
	}
	slices.SortStableFunc(all, func(a, b []int) int { return len(b) - len(a) })
	return all
}

// assignLayers gives each node a layer behind those of all nodes that lead to it. Nodes on the longest ways go first, and no more go into a
// layer than keep the part in its shape; what is left over goes into the next.
func (p *part) assignLayers(o Options) {
	rest := p.height()
	p.breadth = p.bound(o, rest)
	waiting := make([]int, len(p.nodes))
	var ready []int
	for v := range p.nodes {
		if waiting[v] = len(p.in[v]); waiting[v] == 0 {
			ready = append(ready, v)
		}
	}
	urgent := func(a, b int) int {
		return cmp.Or(cmp.Compare(p.rank(a), p.rank(b)), rest[b]-rest[a], a-b)
	}
	p.layer = make([]int, len(p.nodes))
	for layer := 0; len(ready) > 0; layer++ {
		slices.SortFunc(ready, urgent)
		n := min(len(ready), p.breadth)
		for i := 1; i < n; i++ {
			if p.rank(ready[i]) != p.rank(ready[0]) {
				n = i
			}
		}
		taken := slices.Clone(ready[:n])
		ready = slices.Delete(ready, 0, n)
		for _, v := range taken {
			p.layer[v] = layer
			p.filled = append(p.filled[:layer], n)
			for _, next := range p.out[v] {
				if waiting[next]--; waiting[next] == 0 {
					ready = append(ready, next)
				}
			}
		}
	}
	p.pull()
}

// rank is the place in the row first, free, last that a node can have.
func (p *part) rank(v int) int {
	switch {
	case p.boxes[v].Rank == First && len(p.in[v]) == 0:
		return -1
	case p.boxes[v].Rank == Last && len(p.out[v]) == 0:
		return 1
	}
	return 0
}

// height tells how many nodes follow each other from each node to the end of the longest way.
func (p *part) height() []int {
	rest := make([]int, len(p.nodes))
	left := make([]int, len(p.nodes))
	var ready []int
	for v := range p.nodes {
		if left[v] = len(p.out[v]); left[v] == 0 {
			ready = append(ready, v)
		}
	}
	for i := 0; i < len(ready); i++ {
		v := ready[i]
		for _, before := range p.in[v] {
			rest[before] = max(rest[before], rest[v]+1)
			if left[before]--; left[before] == 0 {
				ready = append(ready, before)
			}
		}
	}
	return rest
}

// bound is how many nodes may stand in a layer for the part to be about as wide as wanted.
func (p *part) bound(o Options, rest []int) int {
	const least = 12 // a few more than fit look better than long edges
	var wide, high float64
	for _, b := range p.boxes {
		wide += b.Width + o.LayerGap
		high += b.Height + o.NodeGap
	}
	n, edges := float64(len(p.nodes)), 0
	for _, to := range p.out {
		edges += len(to)
	}
	// Edges beyond those of a tree are mostly long, and want room in the layers that they pass.
	air := 1 + 2.5*min(1, max(0, float64(edges)/n-1))
	layers := math.Sqrt(n * o.Aspect * air * high / max(wide, 1))
	if deep := float64(slices.Max(rest) + 1); layers < deep {
		// The longest way alone makes it wider: the layers need not be even.
		return max(least, int(4*n/deep))
	}
	return max(least, int(math.Ceil(n/layers)))
}

// pull moves nodes along the layers, as far as their edges, their ranks and the breadth let them, to where their edges are shorter.
func (p *part) pull() {
	const rounds = 8
	end := len(p.filled)
	for v := range p.nodes {
		if p.rank(v) > 0 {
			end = min(end, p.layer[v])
		}
	}
	byLayer := make([]int, len(p.nodes))
	for v := range byLayer {
		byLayer[v] = v
	}
	slices.SortStableFunc(byLayer, func(a, b int) int { return p.layer[a] - p.layer[b] })
	for range rounds {
		moved := false
		for _, v := range slices.Backward(byLayer) {
			if p.rank(v) == 0 && len(p.out[v]) > len(p.in[v]) {
				moved = p.move(v, min(end, p.nearest(p.out[v], slices.Min))-1, -1) || moved
			}
		}
		for _, v := range byLayer {
			if p.rank(v) == 0 && len(p.in[v]) > len(p.out[v]) {
				moved = p.move(v, p.nearest(p.in[v], slices.Max)+1, 1) || moved
			}
		}
		if !moved {
			break
		}
	}
	p.dropEmpty()
}

func (p *part) nearest(neighbours []int, of func([]int) int) int {
	layers := make([]int, len(neighbours))
	for i, n := range neighbours {
		layers[i] = p.layer[n]
	}
	return of(layers)
}

// move puts a node into the layer to, or into the first with room on the way back from there, and tells whether it moved.
func (p *part) move(v, to, back int) bool {
	from := p.layer[v]
	for ; to != from; to += back {
		if p.filled[to] < p.breadth {
			p.filled[from]--
			p.filled[to]++
			p.layer[v] = to
			return true
		}
	}
	return false
}

// dropEmpty closes the gaps that moved nodes leave.
func (p *part) dropEmpty() {
	number := make([]int, len(p.filled))
	n := 0
	for i, count := range p.filled {
		number[i] = n
		if count > 0 {
			n++
		}
	}
	for v := range p.layer {
		p.layer[v] = number[p.layer[v]]
	}
	p.layers = n
}
