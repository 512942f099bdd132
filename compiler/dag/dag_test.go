package dag_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/dag"
)

func TestSortPutsEveryNodeAfterItsParents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "nodes")
		var g dag.Graph[int]
		for i := range n {
			g.Add(i)
		}
		// Edges lead from smaller to greater numbers under a permutation, so that there is no cycle.
		place := rapid.Permutation(g.Nodes()).Draw(t, "place")
		for range rapid.IntRange(0, 60).Draw(t, "edges") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			if place[a] < place[b] {
				g.Connect(a, b)
			}
		}
		order, cycle := g.Sort()
		if cycle != nil {
			t.Fatalf("cycle %v in a graph without one", cycle)
		}
		if len(order) != n {
			t.Fatalf("%d of %d nodes", len(order), n)
		}
		for i, node := range order {
			for _, parent := range g.Parents(node) {
				if slices.Index(order, parent) >= i {
					t.Fatalf("%d stands before its parent %d in %v", node, parent, order)
				}
			}
		}
	})
}

func TestSortReturnsACycleAsAPath(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "nodes")
		var g dag.Graph[int]
		for range rapid.IntRange(1, 40).Draw(t, "edges") {
			g.Connect(rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b"))
		}
		order, cycle := g.Sort()
		if (order == nil) == (cycle == nil) {
			t.Fatalf("order %v and cycle %v", order, cycle)
		}
		if cycle == nil {
			return
		}
		if cycle[0] != cycle[len(cycle)-1] || len(cycle) < 2 {
			t.Fatalf("%v is not closed", cycle)
		}
		for i := 1; i < len(cycle); i++ {
			if !slices.Contains(g.Parents(cycle[i]), cycle[i-1]) {
				t.Fatalf("%v: %d does not depend on %d", cycle, cycle[i], cycle[i-1])
			}
		}
	})
}

func TestReachIsBoundedByDepthAndNearestFirst(t *testing.T) {
	t.Parallel()
	var g dag.Graph[string]
	for _, edge := range [][2]string{{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "c"}} {
		g.Connect(edge[0], edge[1])
	}
	for _, tt := range []struct {
		name string
		got  []string
		want []string
	}{
		{"all below", g.Descendants("a", -1), []string{"b", "c", "d"}},
		{"one step below", g.Descendants("a", 1), []string{"b", "c"}},
		{"all above", g.Ancestors("d", -1), []string{"c", "b", "a"}},
		{"no step", g.Ancestors("d", 0), []string{}},
		{"unknown", g.Ancestors("x", -1), nil},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
