package runner

import (
	"testing"
	"time"

	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

// TestManyBatchesLeaveFewPieces follows ten years of hours: what is kept is bounded, has all rows, and the newest batches by themselves.
func TestManyBatchesLeaveFewPieces(t *testing.T) {
	t.Parallel()
	const hours = 10 * 365 * 24
	var all []state.Input
	begin := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range hours {
		at := begin.Add(time.Duration(i) * time.Hour)
		all = followed(all, []state.Input{{Node: "source.shop.raw.a", Range: interval.Range{From: at, To: at.Add(time.Hour)}, Rows: 2}})
	}
	rows := int64(0)
	for i, in := range all {
		rows += in.Rows
		if i > 0 && !in.From.Equal(all[i-1].To) {
			t.Fatalf("there is a gap before %s", in.Range)
		}
		if i >= len(all)-mostInputs/2 && in.To.Sub(in.From) != time.Hour {
			t.Errorf("%s is no batch", in.Range)
		}
	}
	if rows != 2*hours || len(all) > mostInputs {
		t.Errorf("%d rows in %d pieces", rows, len(all))
	}
}
