package layout

import (
	"cmp"
	"slices"
)

// many is the number of vertices from which on less is tried to make a part better.
const many = 5000

// order puts the vertices of each layer into an order in which few edges cross.
func (p *part) order() {
	p.begin()
	rounds, patience, passes := 24, 5, 8
	if len(p.vertices) > many {
		rounds, patience, passes = 6, 1, 1
	}
	best, fewest, idle := p.saved(), p.crossings(), 0
	for round := 0; round < rounds && fewest > 0 && idle < patience; round++ {
		p.sweep(round%2 == 0)
		p.transpose(passes)
		idle++
		if n := p.crossings(); n < fewest {
			best, fewest, idle = p.saved(), n, 0
		}
	}
	p.restore(best)
}

// begin walks from each node in the order of their numbers to all that follow, so that what belongs together begins together.
func (p *part) begin() {
	p.rows = make([][]int, p.layers)
	seen := make([]bool, len(p.vertices))
	roots := make([]int, len(p.nodes))
	for v := range roots {
		roots[v] = v
	}
	slices.SortStableFunc(roots, func(a, b int) int { return p.layer[a] - p.layer[b] })
	for _, root := range roots {
		stack := []int{root}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if seen[v] {
				continue
			}
			seen[v] = true
			p.rows[p.vertices[v].layer] = append(p.rows[p.vertices[v].layer], v)
			for _, next := range slices.Backward(p.vertices[v].out) {
				stack = append(stack, next)
			}
		}
	}
	p.number()
}

// number tells the vertices their places in the rows.
func (p *part) number() {
	for _, row := range p.rows {
		for i, v := range row {
			p.vertices[v].place = i
		}
	}
}

func (p *part) saved() [][]int {
	rows := make([][]int, len(p.rows))
	for i, row := range p.rows {
		rows[i] = slices.Clone(row)
	}
	return rows
}

func (p *part) restore(rows [][]int) {
	p.rows = rows
	p.number()
}

// sweep goes over the layers, from left to right or back, and sorts each by the mean place of its vertices' neighbours in the layer that it
// comes from. A vertex that has none there stays where it is.
func (p *part) sweep(right bool) {
	means := make([]float64, len(p.vertices))
	var movable, slots []int
	for i := range p.rows {
		row := p.rows[i]
		if !right {
			row = p.rows[len(p.rows)-1-i]
		}
		movable, slots = movable[:0], slots[:0]
		for place, v := range row {
			neighbours := p.vertices[v].out
			if right {
				neighbours = p.vertices[v].in
			}
			if len(neighbours) > 0 {
				means[v] = p.mean(neighbours)
				movable = append(movable, v)
				slots = append(slots, place)
			}
		}
		slices.SortFunc(movable, func(a, b int) int {
			return cmp.Or(cmp.Compare(means[a], means[b]), p.vertices[a].place-p.vertices[b].place)
		})
		for n, v := range movable {
			row[slots[n]] = v
			p.vertices[v].place = slots[n]
		}
	}
}

func (p *part) mean(vertices []int) float64 {
	sum := 0
	for _, v := range vertices {
		sum += p.vertices[v].place
	}
	return float64(sum) / float64(len(vertices))
}

// transpose exchanges neighbours in a layer as long as fewer edges cross then.
func (p *part) transpose(passes int) {
	for range passes {
		better := false
		for i := range p.rows {
			better = p.transposeRow(i) || better
		}
		if !better {
			return
		}
	}
}

func (p *part) transposeRow(layer int) bool {
	row, better := p.rows[layer], false
	for _, v := range row {
		p.sortNeighbours(v)
	}
	for i := 1; i < len(row); i++ {
		a, b := &p.vertices[row[i-1]], &p.vertices[row[i]]
		gain := p.inversions(a.in, b.in) + p.inversions(a.out, b.out)
		if gain > 0 {
			row[i-1], row[i] = row[i], row[i-1]
			a.place, b.place = b.place, a.place
			better = true
		}
	}
	return better
}

func (p *part) sortNeighbours(v int) {
	byPlace := func(a, b int) int { return p.vertices[a].place - p.vertices[b].place }
	for _, side := range [...][]int{p.vertices[v].in, p.vertices[v].out} {
		if len(side) > 1 {
			slices.SortFunc(side, byPlace)
		}
	}
}

// inversions tells how many crossings fewer there are when the vertex that has the neighbours b goes before the one that has a.
func (p *part) inversions(a, b []int) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return p.crossing(a, b) - p.crossing(b, a)
}

// crossing counts the pairs of a neighbour in first and one in second of which the latter comes before.
func (p *part) crossing(first, second []int) int {
	n, j := 0, 0
	for _, f := range first {
		for j < len(second) && p.vertices[second[j]].place < p.vertices[f].place {
			j++
		}
		n += j
	}
	return n
}

// crossings counts, layer by layer, by the tree of Barth, Mutzel and Jünger ("Simple and Efficient Bilayer Cross Counting", 2004).
func (p *part) crossings() int {
	n := 0
	var tree []int
	for i := 1; i < len(p.rows); i++ {
		size := 1
		for size < len(p.rows[i]) {
			size *= 2
		}
		tree = append(tree[:0], make([]int, 2*size)...)
		for _, v := range p.rows[i-1] {
			p.sortNeighbours(v)
			for _, to := range p.vertices[v].out {
				at := p.vertices[to].place + size
				for tree[at]++; at > 1; at /= 2 {
					if at%2 == 0 {
						n += tree[at+1]
					}
					tree[at/2]++
				}
			}
		}
	}
	return n
}
