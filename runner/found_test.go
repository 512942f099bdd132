package runner

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRowsOfATestAreKeptWhenWhatTheyWereFoundInIsTakenBack: three of five rows are too small, and two are asked for.
func TestRowsOfATestAreKeptWhenWhatTheyWereFoundInIsTakenBack(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/sizes.sql --
{{ config(materialized='table', publish='tested') }} select range as size from range(5)
-- tests/sizes_are_large.sql --
select size from {{ ref('sizes') }} where size < 3 order by size
`
	for most, want := range map[int][]any{0: nil, 2: {int64(0), int64(1)}, 100: {int64(0), int64(1), int64(2)}} {
		r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: openDuck(t, ":memory:"), Threads: 1, MostFound: most}
		results, err := build(t.Context(), t, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range results.All {
			if x.Node.Name == "sizes" && x.HeldBack == nil {
				t.Errorf("sizes ended as %s and was not held back: %s", x.Status, x.Message)
			}
			if x.Node.Name != "sizes_are_large" {
				continue
			}
			var got []any
			if x.Found != nil {
				for _, row := range x.Found.Rows {
					got = append(got, row...)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("at most %d rows: found rows mismatch (-want +got):\n%s", most, diff)
			}
		}
	}
}
