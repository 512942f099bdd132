package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
)

// lateRows tells of rows that came after their times were loaded, and how to load them.
func lateRows(late []change.Late, all bool) string {
	var b strings.Builder
	for _, l := range late {
		switch {
		case l.Why != "" && all:
			fmt.Fprintf(&b, "late rows of %s in %s are not known: %s\n", l.Of.Label(), l.Label(), l.Why)
		case l.Rows == 0 || l.Why != "":
		default:
			fmt.Fprintf(&b, "%s lacks %s of %s that came late: %s (no run looks back before %s)\n", l.Label(), count(int(l.Rows), "row"), l.Of.Label(), l.Times, day(l.Before))
			for _, r := range whole(l) {
				fmt.Fprintf(&b, "    %s\n", backfillOf(l, r))
			}
		}
	}
	return b.String()
}

// mostBackfills is how many ranges are loaded one by one; what would be more is loaded as one.
const mostBackfills = 3

// whole are the ranges in which late rows lie, as batches.
func whole(l change.Late) []interval.Range {
	size := l.BatchSize()
	var out interval.Set
	for _, r := range l.Times {
		out = out.Union(interval.Of(size.Align(r)))
	}
	if len(out) > mostBackfills {
		return []interval.Range{out.Bounds()}
	}
	return out
}

// backfillOf is the command that loads a range again.
func backfillOf(l change.Late, r interval.Range) string {
	return fmt.Sprintf("mod backfill %s --from %s --to %s", l.Name, day(r.From), day(r.To))
}

// day is a time as a flag takes it, without its hours if it is midnight.
func day(t time.Time) string {
	if t = t.UTC(); t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02T15:04")
}

// lateJSON is what came late into something that a model reads, as other programs read it.
type lateJSON struct {
	Node      string         `json:"node"`
	Of        string         `json:"of"`
	Before    string         `json:"before"`
	Rows      *int64         `json:"rows"` // null where it is not known
	Intervals []intervalJSON `json:"intervals"`
	Unknown   string         `json:"unknown,omitempty"`
}

func lateRowsJSON(l change.Late) lateJSON {
	out := lateJSON{Node: l.ID, Of: l.Of.ID, Before: stamp(l.Before), Intervals: []intervalJSON{}, Unknown: l.Why}
	for _, r := range l.Times {
		out.Intervals = append(out.Intervals, intervalJSON(r))
	}
	if l.Why == "" {
		out.Rows = &l.Rows
	}
	return out
}
