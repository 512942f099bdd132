package change_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
)

// TestWhatCameLateIsFoundWithFewQueries lets rows come and go after they were counted, and compares with a count of each piece.
func TestWhatCameLateIsFoundWithFewQueries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		day := func(n int) time.Time { return time.Date(2024, 1, 1+n, 0, 0, 0, 0, time.UTC) }
		now := map[time.Time]int64{}
		var l change.Late
		var want interval.Set
		wanted := int64(0)
		late := rapid.IntRange(0, 200).Draw(r, "where rows come late")
		for n := range rapid.IntRange(0, 200).Draw(r, "days") {
			if n%rapid.IntRange(2, 50).Draw(r, "gap") == 1 {
				continue
			}
			was := int64(rapid.IntRange(0, 3).Draw(r, "rows"))
			l.Pieces = append(l.Pieces, change.Piece{Range: interval.Range{From: day(n), To: day(n + 1)}, Rows: was})
			now[day(n)] = was
			if n == late {
				now[day(n)] += 2
				wanted, want = wanted+2, want.Union(interval.Of(interval.Range{From: day(n), To: day(n + 1)}))
			}
		}
		most, queries := rapid.IntRange(1, 64).Draw(r, "most"), 0
		err := l.Count(most, func(ranges []interval.Range) ([]int64, error) {
			queries++
			if len(ranges) > max(most, 2) || !slices.IsSortedFunc(ranges, func(a, b interval.Range) int { return a.From.Compare(b.From) }) {
				r.Fatalf("it asks for %v", ranges)
			}
			out := make([]int64, len(ranges))
			for i, g := range ranges {
				for at, rows := range now {
					if g.Contains(at) {
						out[i] += rows
					}
				}
			}
			return out, nil
		})
		if err != nil || l.Rows != wanted || l.Times.String() != want.String() {
			r.Fatalf("%d rows in %s, not %d in %s: %v", l.Rows, l.Times, wanted, want, err)
		}
		if most == 64 && wanted == 0 && queries > 4 {
			r.Fatalf("%d queries where nothing came late", queries)
		}
	})
}
