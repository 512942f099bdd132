package site

import (
	"fmt"
	"strings"
	"testing"
)

// TestEdgesOfALargeMapGoRoundBoxes draws a project of four hundred models, each of which reads two earlier ones, as the page does, and looks for level
// pieces of edges that run through a box.
func TestEdgesOfALargeMapGoRoundBoxes(t *testing.T) {
	var b strings.Builder
	b.WriteString("-- project.yml --\nname: shop\ntargets:\n  dev: {type: duckdb, path: \":memory:\"}\n-- models/m000.sql --\nselect 1 as id\n")
	for i := 1; i < 400; i++ {
		fmt.Fprintf(&b, "-- models/m%03d.sql --\nselect a.id from {{ ref('m%03d') }} as a join {{ ref('m%03d') }} as b using (id)\n", i, i-1-(i*7)%min(i, 23), (i*i)%i)
		if i%3 == 0 {
			fmt.Fprintf(&b, "-- {{ ref('m%03d') }}\n", i/3)
		}
	}
	m := told(t, b.String()).mapOf()
	if m.late == nil || m.Ways != nil {
		t.Fatal("a large map tells its bends with the graph")
	}
	heights := map[int][]int{}
	for i, from := range m.late.From {
		y := 0
		for _, step := range m.late.Y[i] {
			y += step
			heights[from] = append(heights[from], y)
		}
	}
	level, through := 0, 0
	for e := 0; e < len(m.Edges); e += 2 {
		from, to := m.Edges[e], m.Edges[e+1]
		passed := (m.X[to]-m.X[from]+m.late.Pitch/2)/m.late.Pitch - 1
		if passed > len(heights[from]) {
			continue // it is longer than there is room for
		}
		for k := range passed {
			x, y := m.X[from]+(k+1)*m.late.Pitch, heights[from][k]
			level++
			for n := range m.X {
				if abs(m.X[n]-x) < m.BoxWidth/2 && abs(m.Y[n]-y) < m.BoxHeight/2 {
					through++
				}
			}
		}
	}
	if level < 100 || through > 0 {
		t.Errorf("%d level pieces of edges, %d of them through a box", level, through)
	}
}

func abs(i int) int { return max(i, -i) }
