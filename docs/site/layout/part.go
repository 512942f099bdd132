package layout

// part is what edges connect of a graph, being laid out. Its nodes are numbered anew, in the order of the graph's numbers.
type part struct {
	nodes   []int // the graph's numbers
	boxes   []Node
	out, in [][]int

	breadth, layers int
	layer           []int // of a node
	filled          []int // how many nodes a layer has

	// The proper graph: edges that lead from a layer to the next only. Its vertices are the nodes, with their numbers, and behind them
	// the bends of long edges.
	vertices []vertex
	rows     [][]int // the vertices of a layer, in order
	bends    [][]int // of a node: the bends of its long edges, one for each layer that they pass

	at     Point // the corner of the part
	size   Point
	middle []float64 // the x of the middle of a layer
	wide   []float64 // the width of the widest box of a layer
}

// vertex is a node, or a bend of the long edges of one.
type vertex struct {
	layer, place int // place is its index in its row
	in, out      []int
	y            float64
	half         float64 // half of its height
	bend         bool
}

func newPart(g *graph, members []int) *part {
	p := &part{nodes: members, in: make([][]int, len(members)), out: make([][]int, len(members))}
	local := make(map[int]int, len(members))
	for v, n := range members {
		local[n] = v
		p.boxes = append(p.boxes, g.nodes[n])
	}
	for v, n := range members {
		for _, to := range g.out[n] {
			p.out[v] = append(p.out[v], local[to])
		}
		for _, from := range g.in[n] {
			p.in[v] = append(p.in[v], local[from])
		}
	}
	return p
}

// makeProper cuts edges that pass layers into pieces that do not. The edges that leave one node share the pieces: that is a line for each node at
// most, whatever number of nodes reads it, and it is what is drawn. Edges that are longer than reach are not cut: nothing
// is kept clear for them.
func (p *part) makeProper() {
	reach := p.reach()
	p.vertices = make([]vertex, len(p.nodes))
	for v := range p.nodes {
		p.vertices[v] = vertex{layer: p.layer[v], half: p.boxes[v].Height / 2}
	}
	p.bends = make([][]int, len(p.nodes))
	for v := range p.nodes {
		for _, to := range p.out[v] {
			if span := p.layer[to] - p.layer[v]; span <= reach {
				p.join(p.line(v, span-1), to)
			}
		}
	}
}

// line is the vertex that ends the line of a node after so many bends; it makes those that are missing.
func (p *part) line(v, bends int) int {
	for len(p.bends[v]) < bends {
		end := v
		if n := len(p.bends[v]); n > 0 {
			end = p.bends[v][n-1]
		}
		next := len(p.vertices)
		p.vertices = append(p.vertices, vertex{layer: p.vertices[end].layer + 1, bend: true})
		p.join(end, next)
		p.bends[v] = append(p.bends[v], next)
	}
	if bends == 0 {
		return v
	}
	return p.bends[v][bends-1]
}

func (p *part) join(from, to int) {
	p.vertices[from].out = append(p.vertices[from].out, to)
	p.vertices[to].in = append(p.vertices[to].in, from)
}

// reach is the length of the longest edges that are cut, so that the bends of a deep graph stay a small multiple of its nodes.
func (p *part) reach() int {
	budget := 12*len(p.nodes) + 4096
	reach := max(1, p.layers)
	for reach > 1 && p.bendsWithin(reach) > budget {
		reach /= 2
	}
	return reach
}

func (p *part) bendsWithin(reach int) int {
	bends := 0
	for v := range p.nodes {
		longest := 1
		for _, to := range p.out[v] {
			if span := p.layer[to] - p.layer[v]; span <= reach {
				longest = max(longest, span)
			}
		}
		bends += longest - 1
	}
	return bends
}
