package layout

import "slices"

// report writes down where a part's nodes are, as they were told, and which ways its edges go.
func (p *part) report(g *graph, out *Layout) {
	for layer, row := range p.rows {
		order := 0
		for _, v := range row {
			if p.vertices[v].bend {
				continue
			}
			at := Point{p.at.X + p.middle[layer], p.at.Y + p.vertices[v].y}
			out.Nodes[g.told[p.nodes[v]]] = Place{Point: at, Layer: layer, Order: order}
			order++
		}
	}
	for v, n := range p.nodes {
		for _, to := range p.out[v] {
			g.ways[Edge{n, p.nodes[to]}] = p.way(v, to)
		}
	}
}

// way leads from the right side of a box, level through the layers where it bends, to the left side of another.
func (p *part) way(from, to int) []Point {
	way := []Point{p.point(from, p.boxes[from].Width/2)}
	if span := p.layer[to] - p.layer[from]; span-1 <= len(p.bends[from]) {
		for _, bend := range p.bends[from][:span-1] {
			half := p.wide[p.vertices[bend].layer] / 2
			way = append(way, p.point(bend, -half), p.point(bend, half))
		}
	}
	return append(way, p.point(to, -p.boxes[to].Width/2))
}

// point is the middle of a vertex, moved across by dx.
func (p *part) point(v int, dx float64) Point {
	return Point{p.at.X + p.middle[p.vertices[v].layer] + dx, p.at.Y + p.vertices[v].y}
}

// route tells the edges that were told their ways.
func (g *graph) route(out *Layout, edges []Edge) {
	for i, e := range edges {
		if !g.leads(e) {
			continue
		}
		e = Edge{g.number[e.From], g.number[e.To]}
		if !g.reversed[e] {
			out.Edges[i] = g.ways[e]
			continue
		}
		out.Edges[i] = slices.Clone(g.ways[Edge{e.To, e.From}])
		slices.Reverse(out.Edges[i])
	}
}
