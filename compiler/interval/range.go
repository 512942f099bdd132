// Package interval is the algebra of stretches of time: which of them are loaded, by which code, which are missing, and in what batches to
// load those. Nothing here counts intervals one by one: ten years of five minutes that are loaded are one range.
//
// All times are in UTC, and all ranges are half-open. A batch of the [Size] day is a range from midnight to midnight; what is loaded need not
// begin or end where a batch does, which is how a batch is partly loaded.
//
// Microbatch models are cut by compiler.Graph.Batches, in dbt's way: as many batches as lookback says and one more, ending with the one that
// now is in, whatever is loaded. [Plan] gives the same batches where that is what is missing: everything is loaded until some moment of the
// last batch, Partial is set and End is now. Where runs were missed or failed it gives the gaps too, which dbt does not know of.
package interval

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// Range is the time from From, before To. The zero Range is empty.
type Range struct{ From, To time.Time }

// ErrOrder is a range that ends before it begins.
var ErrOrder = errors.New("it ends before it begins")

// New is the range between two times, in UTC. It is an error that wraps ErrOrder if the second is before the first.
func New(from, to time.Time) (Range, error) {
	r := Range{from.UTC(), to.UTC()}
	if to.Before(from) {
		return Range{}, fmt.Errorf("range %s: %w", r, ErrOrder)
	}
	return r, nil
}

// Empty tells whether nothing is in the range.
func (r Range) Empty() bool { return !r.From.Before(r.To) }

// Contains tells whether a time is in the range.
func (r Range) Contains(t time.Time) bool { return !t.Before(r.From) && t.Before(r.To) }

// Overlaps tells whether the ranges have a time in common.
func (r Range) Overlaps(other Range) bool { return !r.Intersect(other).Empty() }

// Intersect is the part that is in both ranges; it may be empty.
func (r Range) Intersect(other Range) Range {
	return Range{later(r.From, other.From), earlier(r.To, other.To)}
}

// String is the range as people read it, 2024-01-01 – 2024-02-01: without the time of day where both are midnights.
func (r Range) String() string {
	layout := "2006-01-02"
	if !midnight(r.From) || !midnight(r.To) {
		layout = "2006-01-02 15:04:05.999999999"
	}
	return r.From.UTC().Format(layout) + " – " + r.To.UTC().Format(layout)
}

func midnight(t time.Time) bool { return t.UTC().Equal(t.UTC().Truncate(24 * time.Hour)) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Set is a set of times: ranges in order, none of them empty, with a gap between each two. The nil Set is the empty one. Sets are made by [Of]
// and their methods, which leave those that they are called on as they are.
type Set []Range

// Of is the set of the times that are in any of the ranges, in whatever order they are.
func Of(ranges ...Range) Set {
	sorted := make([]Range, 0, len(ranges))
	for _, r := range ranges {
		if !r.Empty() {
			sorted = append(sorted, Range{r.From.UTC(), r.To.UTC()})
		}
	}
	slices.SortFunc(sorted, func(a, b Range) int { return a.From.Compare(b.From) })
	return join(sorted)
}

// join puts together ranges that touch, in place. They are in the order of their beginnings.
func join(sorted []Range) Set {
	out := Set(sorted[:0])
	for _, r := range sorted {
		out = out.with(r)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// with adds a range that does not begin before the last one does, in place.
func (s Set) with(r Range) Set {
	if last := len(s) - 1; last >= 0 && !r.From.After(s[last].To) {
		s[last].To = later(s[last].To, r.To)
		return s
	}
	return append(s, r)
}

// rangesShown are how many ranges of a set are shown one by one.
const rangesShown = 4

// String is the set as people read it: its ranges, the first of them if there are many.
func (s Set) String() string {
	var parts []string
	for i, r := range s {
		if i == rangesShown-1 && len(s) > rangesShown {
			parts = append(parts, fmt.Sprintf("and %d more up to %s", len(s)-i, instant(s[len(s)-1].To)))
			break
		}
		parts = append(parts, r.String())
	}
	return strings.Join(parts, ", ")
}

// Union is the set of the times that are in either set.
func (s Set) Union(other Set) Set {
	all := make([]Range, 0, len(s)+len(other))
	for len(s) > 0 && len(other) > 0 {
		if other[0].From.Before(s[0].From) {
			s, other = other, s
		}
		all, s = append(all, s[0]), s[1:]
	}
	return join(append(append(all, s...), other...))
}

// Intersect is the set of the times that are in both sets.
func (s Set) Intersect(other Set) Set {
	var out Set
	for len(s) > 0 && len(other) > 0 {
		if both := s[0].Intersect(other[0]); !both.Empty() {
			out = append(out, both)
		}
		if other[0].To.Before(s[0].To) {
			s, other = other, s
		}
		s = s[1:]
	}
	return out
}

// Minus is the set of the times that are in this set and not in the other one.
func (s Set) Minus(other Set) Set { return slices.Collect(s.gaps(other)) }

// gaps are the ranges of Minus, one by one.
func (s Set) gaps(other Set) iter.Seq[Range] {
	return func(yield func(Range) bool) {
		rest := other
		for _, r := range s {
			for len(rest) > 0 && !rest[0].To.After(r.From) {
				rest = rest[1:]
			}
			for _, o := range rest {
				if !o.From.Before(r.To) {
					break
				}
				if r.From.Before(o.From) && !yield(Range{r.From, o.From}) {
					return
				}
				r.From = o.To
			}
			if !r.Empty() && !yield(r) {
				return
			}
		}
	}
}

// Contains tells whether a time is in the set.
func (s Set) Contains(t time.Time) bool {
	i, found := slices.BinarySearchFunc(s, t, func(r Range, t time.Time) int {
		switch {
		case r.Contains(t):
			return 0
		case t.Before(r.From):
			return 1
		default:
			return -1
		}
	})
	return found && i < len(s)
}

// Covers tells whether the whole range is in the set.
func (s Set) Covers(r Range) bool { return len(Of(r).Minus(s)) == 0 }

// Bounds is the range from the first time of the set to its last; the zero Range if it is empty.
func (s Set) Bounds() Range {
	if len(s) == 0 {
		return Range{}
	}
	return Range{s[0].From, s[len(s)-1].To}
}

// Duration is how long all ranges are together.
func (s Set) Duration() time.Duration {
	var all time.Duration
	for _, r := range s {
		all += r.To.Sub(r.From)
	}
	return all
}

// compareRanges sorts ranges by their beginnings.
func compareRanges(a, b Range) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) }
