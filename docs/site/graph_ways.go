package site

import "github.com/modsql/mod/docs/site/layout"

// wayPiece is where the edges of a large graph bend. Edges of a node share their bends: an edge that passes three layers has the first three of
// its node. All boxes are as wide, so that a layer is as far from the one before as any other, and only heights have to be told.
type wayPiece struct {
	Pitch int     `json:"pitch"` // from the middle of a layer to that of the next
	From  []int   `json:"from"`  // the nodes with edges that bend
	Y     [][]int `json:"y"`     // of their bends, the first as it is, the others as the distances from the one before
}

// putMap makes the pieces that the map is drawn from.
func (t *telling) putMap(put func(key string, value any) error) error {
	m := t.mapOf()
	if err := put("graph", m); err != nil || m.late == nil {
		return err
	}
	return put("ways", m.late)
}

func (m *mapPiece) bendsOf(l *layout.Layout) *wayPiece {
	out := &wayPiece{Pitch: m.BoxWidth + mapLayerGap, From: []int{}, Y: [][]int{}}
	longest := make([][]layout.Point, len(m.boxes))
	for i, e := range m.edges {
		// Of an edge that closes a cycle the way begins at the other end: it is drawn straight.
		if way := l.Edges[i]; len(way) > max(2, len(longest[e.From])) && l.Nodes[e.From].Layer < l.Nodes[e.To].Layer {
			longest[e.From] = way
		}
	}
	for from, way := range longest {
		if way == nil {
			continue
		}
		var steps []int
		last := 0
		for k := 1; k+1 < len(way); k += 2 { // the left and the right end of each level piece
			y := whole(way[k].Y)
			steps = append(steps, y-last)
			last = y
		}
		out.From, out.Y = append(out.From, from), append(out.Y, steps)
	}
	return out
}
