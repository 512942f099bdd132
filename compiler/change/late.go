package change

import (
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/interval"
)

// Late is how many rows came into something that a microbatch model reads after their times were loaded.
type Late struct {
	*compiler.Node                // the model
	Of             *compiler.Node // what it reads
	Before         time.Time      // what is not before that a run will look back at
	Pieces         []Piece        // what was counted when they were loaded, in the order of their times, none of which overlap
	Why            string         // why nothing is known, as a clause; "" if it is

	Rows  int64        // that came late
	Times interval.Set // in which they lie
}

// Piece is a range of time and how many rows were in it when it was loaded.
type Piece struct {
	interval.Range
	Rows int64
}

// Count finds out what came late, given what counts the rows in ranges now: at most so many at once, which are in order. Pieces that follow one another are counted
// together at first, and by themselves only where that is not as it was; where there is nothing any more nothing came late. Where rows were deleted as
// well as many came late as are more than there were.
func (l *Late) Count(most int, count func([]interval.Range) ([]int64, error)) error {
	return l.count(l.Pieces, max(most, 2), count)
}

func (l *Late) count(pieces []Piece, most int, count func([]interval.Range) ([]int64, error)) error {
	for len(pieces) > 0 {
		groups := grouped(pieces, most)
		ranges := make([]interval.Range, len(groups))
		for i, g := range groups {
			ranges[i] = interval.Range{From: g[0].From, To: g[len(g)-1].To}
			pieces = pieces[len(g):]
		}
		now, err := count(ranges)
		if err != nil {
			return err
		}
		for i, g := range groups {
			was := int64(0)
			for _, p := range g {
				was += p.Rows
			}
			switch {
			case now[i] == was || now[i] == 0:
			case len(g) > 1:
				if err := l.count(g, most, count); err != nil {
					return err
				}
			case now[i] > was:
				l.Rows += now[i] - was
				l.Times = l.Times.Union(interval.Of(g[0].Range))
			}
		}
	}
	return nil
}

// grouped puts pieces that follow one another together, so that there are at most so many groups where that can be, and else as many of the first ones.
func grouped(pieces []Piece, most int) [][]Piece {
	size := (len(pieces) + most - 1) / most
	var out [][]Piece
	for len(pieces) > 0 && len(out) < most {
		n := 1
		for n < size && n < len(pieces) && pieces[n-1].To.Equal(pieces[n].From) {
			n++
		}
		out, pieces = append(out, pieces[:n]), pieces[n:]
	}
	return out
}
