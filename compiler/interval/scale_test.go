package interval_test

import (
	"testing"
	"time"

	"github.com/modsql/mod/compiler/interval"
)

// TestTenYearsOfFiveMinutesAreAFewRanges holds that planning goes by ranges, whatever the number of batches in them.
func TestTenYearsOfFiveMinutesAreAFewRanges(t *testing.T) {
	t.Parallel()
	five := interval.Size{N: 5, Unit: interval.Minute}
	begin, end := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	all := interval.Of(interval.Range{From: begin, To: end})
	holes := interval.Of(between(t, "2017-03-01", "2017-03-02"), between(t, "2020-02-29", "2020-03-01"), between(t, "2025-12-31 23:50:00", "2026-01-01"))
	for name, c := range map[string]struct {
		loaded          interval.Set
		ranges, batches int
	}{
		"nothing is loaded": {nil, 1, 1_052_064},
		"there are holes":   {all.Minus(holes), 3, 2*288 + 2 + 3*3},
		"all is loaded":     {all, 0, 0},
	} {
		r := interval.Request{Begin: begin, End: end, Size: five, Loaded: c.loaded, Lookback: 3}
		planned, err := interval.Plan(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(planned) != c.ranges || five.Count(planned) != c.batches {
			t.Errorf("%s: %d ranges of %d batches, want %d of %d", name, len(planned), five.Count(planned), c.ranges, c.batches)
		}
	}
}

// TestClaimsOfManyRunsAreComparedRangeByRange holds that what a parent loaded later is found by a walk over both, and is joined.
func TestClaimsOfManyRunsAreComparedRangeByRange(t *testing.T) {
	t.Parallel()
	noon := at(t, "2026-01-10 12:00:00")
	claim := func(from, to string, when time.Time) interval.Claim {
		return interval.Claim{Range: between(t, from, to), Run: when.String(), Began: when, At: when.Add(time.Minute)}
	}
	parent, err := interval.NewClaims(claim("2026-01-01", "2026-01-03", noon), claim("2026-01-03", "2026-01-04", noon.Add(time.Hour)), claim("2026-01-04", "2026-01-06", noon.Add(2*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	child, err := interval.NewClaims(claim("2026-01-01", "2026-01-05", noon.Add(30*time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := parent.After(child).String(), "2026-01-03 – 2026-01-05"; got != want {
		t.Errorf("the parent has newer data of %s, want %s", got, want)
	}
	if got := child.After(parent); got.String() != "2026-01-01 – 2026-01-03" {
		t.Errorf("the child is newer than the parent in %s", got)
	}
}
