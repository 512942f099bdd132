package layout

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func randomPart(n, edges int, seed uint64) *part {
	r := rand.New(rand.NewPCG(seed, 3))
	var nodes []Node
	for i := range n {
		nodes = append(nodes, Node{ID: fmt.Sprintf("%04d", r.IntN(1e6)+i*1e6)})
	}
	var all []Edge
	for i := 1; i < n; i++ {
		all = append(all, Edge{r.IntN(i), i}) // keeps it in one piece
	}
	for range edges {
		to := 1 + r.IntN(n-1)
		all = append(all, Edge{r.IntN(to), to})
	}
	g := newGraph(nodes, all)
	p := newPart(g, g.components()[0])
	p.assignLayers(Options{}.withDefaults())
	p.makeProper()
	return p
}

// bruteCrossings looks at every pair of pieces.
func bruteCrossings(p *part) int {
	type piece struct{ layer, from, to int }
	var pieces []piece
	for _, v := range p.vertices {
		for _, to := range v.out {
			pieces = append(pieces, piece{v.layer, v.place, p.vertices[to].place})
		}
	}
	n := 0
	for i, a := range pieces {
		for _, b := range pieces[:i] {
			if a.layer == b.layer && (a.from-b.from)*(a.to-b.to) < 0 {
				n++
			}
		}
	}
	return n
}

func TestCrossingsAreCounted(t *testing.T) {
	for seed := range uint64(20) {
		p := randomPart(40, 60, seed)
		p.begin()
		if got, want := p.crossings(), bruteCrossings(p); got != want {
			t.Errorf("seed %d: %d crossings, there are %d", seed, got, want)
		}
	}
}

// TestOrderHasFewerCrossings compares with the order that layers begin in, and with plain sorting by barycentres as it is usually done.
func TestOrderHasFewerCrossings(t *testing.T) {
	var begun, swept, ordered int
	for seed := range uint64(20) {
		p := randomPart(80, 60, seed)
		p.begin()
		first := p.crossings()
		best := first
		for i := range 8 {
			p.sweep(i%2 == 0)
			best = min(best, p.crossings())
		}
		p.order()
		got := p.crossings()
		if got > first {
			t.Errorf("seed %d: %d crossings, %d before", seed, got, first)
		}
		begun, swept, ordered = begun+first, swept+best, ordered+got
	}
	t.Logf("%d crossings at first, %d by barycentres, %d in the end", begun, swept, ordered)
	if ordered > swept*9/10 {
		t.Errorf("%d crossings; sweeps alone leave %d", ordered, swept)
	}
}

func TestIsotonicIsTheNearestRisingSequence(t *testing.T) {
	got := isotonic([]float64{1, 5, 3, 4, 4, 9, 0}, []float64{1, 1, 1, 2, 1, 1, 1})
	want := []float64{1, 4, 4, 4, 4, 4.5, 4.5}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}
