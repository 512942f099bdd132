package layout

import "slices"

// breakCycles turns those edges round that a walk in depth finds to lead back to a node that it is still at.
func (g *graph) breakCycles() {
	const (
		unseen = iota
		open
		done
	)
	type step struct{ at, next int }
	state := make([]int, len(g.nodes))
	var back []Edge
	for root := range g.nodes {
		stack := []step{{at: root}}
		if state[root] != unseen {
			continue
		}
		state[root] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(g.out[top.at]) {
				state[top.at] = done
				stack = stack[:len(stack)-1]
				continue
			}
			from, to := top.at, g.out[top.at][top.next]
			top.next++
			switch state[to] {
			case open:
				back = append(back, Edge{from, to})
			case unseen:
				state[to] = open
				stack = append(stack, step{at: to})
			}
		}
	}
	g.reverse(back)
}

func (g *graph) reverse(back []Edge) {
	for _, e := range back {
		g.reversed[e] = true
		g.out[e.From] = without(g.out[e.From], e.To)
		g.in[e.To] = without(g.in[e.To], e.From)
		g.out[e.To] = with(g.out[e.To], e.From)
		g.in[e.From] = with(g.in[e.From], e.To)
	}
}

func without(sorted []int, n int) []int {
	if i, ok := slices.BinarySearch(sorted, n); ok {
		return slices.Delete(sorted, i, i+1)
	}
	return sorted
}

func with(sorted []int, n int) []int {
	if i, ok := slices.BinarySearch(sorted, n); !ok {
		return slices.Insert(sorted, i, n)
	}
	return sorted
}
