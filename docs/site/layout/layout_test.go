package layout_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modsql/mod/docs/site/layout"
)

// project makes a graph in the manner of a project: nodes that read a few of those before, mostly near ones.
func project(n, edges int, seed uint64) ([]layout.Node, []layout.Edge) {
	r := rand.New(rand.NewPCG(seed, 1))
	var nodes []layout.Node
	for i := range n {
		nodes = append(nodes, layout.Node{ID: fmt.Sprintf("model.shop.m%05d", i), Width: 100 + float64(r.IntN(80)), Height: 28})
	}
	var out []layout.Edge
	for len(out) < edges && n > 1 {
		to := 1 + r.IntN(n-1)
		out = append(out, layout.Edge{From: max(0, to-1-int(math.Abs(r.NormFloat64())*float64(n)/8)), To: to})
	}
	return nodes, out
}

// check looks for whatever must hold of every layout.
func check(t *testing.T, nodes []layout.Node, edges []layout.Edge, l *layout.Layout) {
	t.Helper()
	if len(l.Nodes) != len(nodes) || len(l.Edges) != len(edges) {
		t.Fatalf("%d places for %d nodes, %d ways for %d edges", len(l.Nodes), len(nodes), len(l.Edges), len(edges))
	}
	const slack = 1e-6
	byX := make([]int, len(nodes))
	for i, p := range l.Nodes {
		byX[i] = i
		w, h := max(0, nodes[i].Width)/2, max(0, nodes[i].Height)/2
		if !(p.X-w >= -slack && p.Y-h >= -slack && p.X+w <= l.Width+slack && p.Y+h <= l.Height+slack) {
			t.Fatalf("node %d at %v is not within %v x %v", i, p, l.Width, l.Height)
		}
	}
	left := func(i int) float64 { return l.Nodes[i].X - max(0, nodes[i].Width)/2 }
	right := func(i int) float64 { return l.Nodes[i].X + max(0, nodes[i].Width)/2 }
	slices.SortFunc(byX, func(a, b int) int { return int(math.Copysign(1, left(a)-left(b))) })
	for k, i := range byX {
		for _, j := range byX[k+1:] {
			if left(j) >= right(i)-slack {
				break
			}
			if math.Abs(l.Nodes[i].Y-l.Nodes[j].Y) < (max(0, nodes[i].Height)+max(0, nodes[j].Height))/2-slack {
				t.Fatalf("nodes %d and %d overlap: %v, %v", i, j, l.Nodes[i], l.Nodes[j])
			}
		}
	}
	for i, e := range edges {
		way := l.Edges[i]
		if e.From == e.To || e.From < 0 || e.To < 0 || e.From >= len(nodes) || e.To >= len(nodes) {
			if way != nil {
				t.Fatalf("edge %d leads nowhere and has a way", i)
			}
			continue
		}
		first, last, a, b := way[0], way[len(way)-1], e.From, e.To
		if first.X > last.X { // it closes a cycle
			first, last, a, b = last, first, b, a
		}
		if first != (layout.Point{X: right(a), Y: l.Nodes[a].Y}) || last != (layout.Point{X: left(b), Y: l.Nodes[b].Y}) {
			t.Fatalf("the way %v of edge %d does not join its nodes", way, i)
		}
	}
}

func TestBoxesDoNotOverlapAndEdgesGoRight(t *testing.T) {
	for seed := range uint64(40) {
		n := 1 + int(seed*seed)
		nodes, edges := project(n, int(seed%4)*n/2, seed)
		l := layout.Of(nodes, edges, layout.Options{})
		check(t, nodes, edges, l)
		for i, e := range edges {
			if l.Nodes[e.From].Layer >= l.Nodes[e.To].Layer {
				t.Fatalf("seed %d: edge %d leads from layer %d to %d", seed, i, l.Nodes[e.From].Layer, l.Nodes[e.To].Layer)
			}
			for k := 1; k < len(l.Edges[i]); k++ {
				if l.Edges[i][k-1].X > l.Edges[i][k].X {
					t.Fatalf("seed %d: the way %v of edge %d turns back", seed, l.Edges[i], i)
				}
			}
		}
	}
}

func TestNoWayPassesThroughABox(t *testing.T) {
	nodes, edges := project(60, 90, 3)
	l := layout.Of(nodes, edges, layout.Options{})
	for i, way := range l.Edges {
		for k := 1; k+2 < len(way); k += 2 { // the level pieces, between the slanting ones
			for n, p := range l.Nodes {
				if math.Abs(p.X-(way[k].X+way[k+1].X)/2) < nodes[n].Width/2 && math.Abs(p.Y-way[k].Y) < nodes[n].Height/2 {
					t.Fatalf("edge %d passes node %d", i, n)
				}
			}
		}
	}
}

func TestPlacesDoNotDependOnTheOrderOfTheInput(t *testing.T) {
	nodes, edges := project(200, 350, 7)
	want := layout.Of(nodes, edges, layout.Options{})
	r := rand.New(rand.NewPCG(1, 2))
	perm := r.Perm(len(nodes))
	mixed := make([]layout.Node, len(nodes))
	for i, to := range perm {
		mixed[to] = nodes[i]
	}
	var turned []layout.Edge
	for _, i := range r.Perm(len(edges)) {
		turned = append(turned, layout.Edge{From: perm[edges[i].From], To: perm[edges[i].To]})
	}
	got := layout.Of(mixed, turned, layout.Options{})
	back := make([]layout.Place, len(nodes))
	for i, to := range perm {
		back[i] = got.Nodes[to]
	}
	if d := cmp.Diff(want.Nodes, back); d != "" {
		t.Errorf("places differ (-told in order +mixed):\n%s", d)
	}
}

// TestANewNodeMovesLittle adds one node that reads another and counts the neighbours in layers that change places.
func TestANewNodeMovesLittle(t *testing.T) {
	pairs, turned := 0, 0
	for seed := range uint64(60) {
		nodes, edges := project(150, 200, seed)
		before := layout.Of(nodes, edges, layout.Options{})
		at := int(seed*7) % len(nodes)
		more := append(slices.Clone(nodes), layout.Node{ID: nodes[at].ID + "_new", Width: 120, Height: 28})
		after := layout.Of(more, append(slices.Clone(edges), layout.Edge{From: at, To: len(nodes)}), layout.Options{})
		for a := range nodes {
			for b := range a {
				if before.Nodes[a].Layer == before.Nodes[b].Layer && after.Nodes[a].Layer == after.Nodes[b].Layer {
					pairs++
					if (before.Nodes[a].Y < before.Nodes[b].Y) != (after.Nodes[a].Y < after.Nodes[b].Y) {
						turned++
					}
				}
			}
		}
	}
	t.Logf("%d of %d pairs of neighbours changed places", turned, pairs)
	if share := float64(turned) / float64(pairs); share > 0.05 {
		t.Errorf("%.1f %% of %d pairs of neighbours changed places", 100*share, pairs)
	}
}

func TestATreeHasNoCrossings(t *testing.T) {
	nodes, _ := project(300, 0, 1)
	r := rand.New(rand.NewPCG(5, 6))
	var edges []layout.Edge
	for i := 1; i < len(nodes); i++ {
		edges = append(edges, layout.Edge{From: r.IntN(i), To: i})
	}
	l := layout.Of(nodes, edges, layout.Options{Aspect: 0.01})
	check(t, nodes, edges, l)
	if l.Crossings != 0 {
		t.Errorf("%d crossings", l.Crossings)
	}
}

func TestRanks(t *testing.T) {
	nodes := []layout.Node{
		{ID: "crm", Rank: layout.Last}, {ID: "extract", Rank: layout.First}, {ID: "lone"}, {ID: "seed"}, {ID: "source"}, {ID: "model"},
		{ID: "report"}, {ID: "mart"},
	}
	edges := []layout.Edge{{1, 4}, {4, 5}, {3, 5}, {5, 0}, {5, 7}, {7, 6}}
	var layers []int
	for _, p := range layout.Of(nodes, edges, layout.Options{}).Nodes {
		layers = append(layers, p.Layer)
	}
	if d := cmp.Diff([]int{5, 0, 0, 1, 1, 2, 4, 3}, layers); d != "" {
		t.Errorf("layers (-want +got):\n%s", d)
	}
}

func TestCyclesAndBadEdgesAreTolerated(t *testing.T) {
	nodes, _ := project(4, 0, 1)
	edges := []layout.Edge{{0, 1}, {1, 2}, {2, 0}, {2, 2}, {2, 3}, {2, 3}, {-1, 2}, {0, 4}, {1, 0}}
	l := layout.Of(nodes, edges, layout.Options{})
	check(t, nodes, edges, l)
	if back := l.Edges[2]; back[0].X < back[len(back)-1].X {
		t.Errorf("the edge that closes the cycle goes to the right: %v", back)
	}
	if d := cmp.Diff(l.Edges[4], l.Edges[5]); d != "" {
		t.Errorf("the second of two same edges has another way:\n%s", d)
	}
}

func TestNothingIsLaidOutAsNothing(t *testing.T) {
	if d := cmp.Diff(&layout.Layout{}, layout.Of(nil, nil, layout.Options{}), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
}

// TestAFullLayerIsFoldedIntoSeveral lays out a thousand nodes that read one: in one layer they would be a line of 40,000 by 300.
func TestAFullLayerIsFoldedIntoSeveral(t *testing.T) {
	nodes, _ := project(1001, 0, 1)
	var edges []layout.Edge
	for i := 1; i < len(nodes); i++ {
		edges = append(edges, layout.Edge{From: 0, To: i})
	}
	l := layout.Of(nodes, edges, layout.Options{})
	check(t, nodes, edges, l)
	if aspect := l.Width / l.Height; aspect < 0.8 || aspect > 2.5 {
		t.Errorf("%v x %v", l.Width, l.Height)
	}
}

// TestADeepGraphStaysSmall has edges over thousands of layers, of which a line in each layer would be millions of points.
func TestADeepGraphStaysSmall(t *testing.T) {
	nodes, edges := project(3000, 3000, 9)
	for i := 1; i < len(nodes); i++ {
		edges = append(edges, layout.Edge{From: i - 1, To: i})
	}
	l := layout.Of(nodes, edges, layout.Options{})
	check(t, nodes, edges, l)
	points := 0
	for _, way := range l.Edges {
		points += len(way)
	}
	if points > 60*len(nodes) {
		t.Errorf("%d points for %d nodes", points, len(nodes))
	}
}

func FuzzOf(f *testing.F) {
	f.Add(uint8(5), []byte{0, 1, 1, 2, 2, 0, 3, 3})
	f.Add(uint8(200), []byte{0, 9, 0, 8, 7, 199, 199, 7, 255, 1})
	f.Fuzz(func(t *testing.T, n uint8, pairs []byte) {
		nodes, _ := project(int(n), 0, 1)
		for i := range nodes {
			nodes[i].Rank = layout.Rank(i % 7 / 2 % 3)
			nodes[i].Group = string(rune('a' + i%3))
		}
		var edges []layout.Edge
		for i := 1; i < len(pairs) && i < 2000; i += 2 {
			edges = append(edges, layout.Edge{From: int(pairs[i-1]) - 1, To: int(pairs[i]) - 1})
		}
		check(t, nodes, edges, layout.Of(nodes, edges, layout.Options{}))
	})
}

func BenchmarkOf(b *testing.B) {
	nodes, edges := project(10_000, 20_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		layout.Of(nodes, edges, layout.Options{})
	}
}
