package layout

import (
	"math"
	"slices"
)

// How much a piece of an edge wants to be level, by how many of its ends are bends: a wavy line is worse than a slanting one.
var pulls = [...]float64{1, 2, 8}

// place gives vertices coordinates in the order that they have. Each layer in turn comes as near as it can, in the sense of least squares, to
// where the neighbours of its vertices are.
func (p *part) place(o Options) {
	p.across(o)
	gaps := make([][]float64, len(p.rows))
	line := p.lineGap(o)
	for i, row := range p.rows {
		gaps[i] = p.gaps(row, line, o.NodeGap)
		for n, v := range row {
			p.vertices[v].y = gaps[i][n] - gaps[i][len(row)-1]/2
		}
	}
	p.relax(gaps)
	p.squeeze(gaps)
	p.shift()
}

// relax lets layers follow their neighbours, to the right and back, and in the end those on both sides.
func (p *part) relax(gaps [][]float64) {
	rounds := 12
	if len(p.vertices) > many {
		rounds = 5
	}
	for round := range rounds {
		both := round >= rounds-2
		for i := range p.rows {
			p.settle(i, gaps[i], true, both)
		}
		for i := range slices.Backward(p.rows) {
			p.settle(i, gaps[i], both, true)
		}
	}
}

// squeeze takes the air out of a part that is much higher than its fullest layer needs to be.
func (p *part) squeeze(gaps [][]float64) {
	const roomy = 1.4
	var need float64
	low, high := math.Inf(1), math.Inf(-1)
	for i, row := range p.rows {
		need = max(need, gaps[i][len(row)-1])
		low = min(low, p.vertices[row[0]].y)
		high = max(high, p.vertices[row[len(row)-1]].y)
	}
	if high-low <= roomy*need {
		return
	}
	scale := roomy * need / (high - low)
	for i, row := range p.rows {
		want, weight := make([]float64, len(row)), make([]float64, len(row))
		for n, v := range row {
			want[n], weight[n] = scale*p.vertices[v].y-gaps[i][n], 1
		}
		p.settleAt(row, gaps[i], want, weight)
	}
}

// across gives the layers their places from left to right.
func (p *part) across(o Options) {
	p.wide = make([]float64, p.layers)
	for v, b := range p.boxes {
		p.wide[p.layer[v]] = max(p.wide[p.layer[v]], b.Width)
	}
	x := 0.0
	for _, w := range p.wide {
		p.middle = append(p.middle, x+w/2)
		x += w + o.LayerGap
	}
	p.size.X = x - o.LayerGap
}

// gaps are the distances of the vertices of a row from its first when they stand as close as they may.
func (p *part) gaps(row []int, line, node float64) []float64 {
	out := make([]float64, len(row))
	for i := 1; i < len(row); i++ {
		a, b := &p.vertices[row[i-1]], &p.vertices[row[i]]
		gap := node
		switch {
		case a.bend && b.bend:
			gap = line
		case a.bend || b.bend:
			gap = (line + node) / 2
		}
		out[i] = out[i-1] + a.half + gap + b.half
	}
	return out
}

// lineGap is the gap between lines that makes those of the layer with the most of them take no more room than the fullest layer's boxes.
func (p *part) lineGap(o Options) float64 {
	room, lines := 0.0, 0
	for _, row := range p.rows {
		boxes, bends := 0.0, 0
		for _, v := range row {
			if p.vertices[v].bend {
				bends++
			} else {
				boxes += 2*p.vertices[v].half + o.NodeGap
			}
		}
		room, lines = max(room, boxes), max(lines, bends)
	}
	return min(o.LineGap, room/float64(max(lines, 1)))
}

// settle moves a layer to its neighbours' on the sides that are told.
func (p *part) settle(layer int, gaps []float64, in, out bool) {
	row := p.rows[layer]
	want, weight := make([]float64, len(row)), make([]float64, len(row))
	for i, v := range row {
		var sum, total float64
		if in {
			p.attract(v, p.vertices[v].in, &sum, &total)
		}
		if out {
			p.attract(v, p.vertices[v].out, &sum, &total)
		}
		if total == 0 {
			const lazy = 0.05
			sum, total = lazy*p.vertices[v].y, lazy
		}
		want[i], weight[i] = sum/total-gaps[i], total
	}
	p.settleAt(row, gaps, want, weight)
}

// settleAt moves the vertices of a row as near as their gaps let them to where they want to be, from which their gaps are taken off.
func (p *part) settleAt(row []int, gaps, want, weight []float64) {
	for i, y := range isotonic(want, weight) {
		p.vertices[row[i]].y = y + gaps[i]
	}
}

func (p *part) attract(v int, neighbours []int, sum, total *float64) {
	for _, n := range neighbours {
		bends := 0
		if p.vertices[v].bend {
			bends++
		}
		if p.vertices[n].bend {
			bends++
		}
		*sum += pulls[bends] * p.vertices[n].y
		*total += pulls[bends]
	}
}

// isotonic is the sequence that never falls and is nearest to want by weighted squares: neighbours that are in the wrong order are
// pooled at their mean (Ayer et al., 1955).
func isotonic(want, weight []float64) []float64 {
	type pool struct {
		mean, weight float64
		n            int
	}
	var pools []pool
	for i, w := range want {
		pools = append(pools, pool{w, weight[i], 1})
		for last := len(pools) - 1; last > 0 && pools[last-1].mean >= pools[last].mean; last-- {
			a, b := pools[last-1], pools[last]
			both := a.weight + b.weight
			pools = append(pools[:last-1], pool{(a.mean*a.weight + b.mean*b.weight) / both, both, a.n + b.n})
		}
	}
	out := make([]float64, 0, len(want))
	for _, p := range pools {
		for range p.n {
			out = append(out, p.mean)
		}
	}
	return out
}

// shift moves the part so that its upper edge is at zero.
func (p *part) shift() {
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, v := range p.vertices {
		top, bottom = min(top, v.y-v.half), max(bottom, v.y+v.half)
	}
	for i := range p.vertices {
		p.vertices[i].y -= top
	}
	p.size.Y = bottom - top
}
