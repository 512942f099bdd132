package cmd

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diff"
)

// spread tells how the values of a column are spread before and after; nothing where that is the same.
func (t *diffText) spread(c *diff.Column) {
	if c.Spread == nil {
		return
	}
	was, is := c.Spread.Base, c.Spread.New
	sampled := was.Read > 0
	var parts []string
	if was.Distinct != is.Distinct && !sampled {
		parts = append(parts, "distinct "+arrow(grouped(was.Distinct), grouped(is.Distinct)))
	}
	if len(was.Counts) == len(is.Counts) && len(was.Counts) > 1 && otherwise(was, is) {
		low, high := was.Start, was.Start+was.Width*float64(len(was.Counts))
		parts = append(parts, fmt.Sprintf("%s %s → %s %s", end(was, low), bars(was.Counts), bars(is.Counts), end(was, high)))
	}
	if text := valuesText(was, is); text != "" {
		parts = append(parts, text)
	}
	switch {
	case len(parts) == 0:
	case sampled:
		t.line("", "%s", t.dim.Render(fmt.Sprintf("in samples of %s rows: %s", grouped((was.Read+is.Read)/2), strings.Join(parts, ", "))))
	default:
		t.line("", "%s", t.dim.Render(strings.Join(parts, ", ")))
	}
}

// worthOfSample is by how much parts of two samples differ before it is told: less may be by chance.
const worthOfSample = 0.01

// otherwise tells whether values are spread otherwise; of samples whether that is more than chance.
func otherwise(was, is diff.Spread) bool {
	for i, n := range was.Counts {
		if was.Read == 0 && n != is.Counts[i] || was.Read > 0 && math.Abs(partOf(n, was)-partOf(is.Counts[i], is)) >= worthOfSample {
			return true
		}
	}
	return false
}

// partOf is which part of a sample rows are.
func partOf(rows int64, of diff.Spread) float64 { return float64(rows) / float64(max(of.Read, 1)) }

// bars draws how many rows there are in each bucket: the most have the highest bar, none a blank one.
func bars(counts []int64) string {
	most := max(slices.Max(counts), 1)
	heights := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, n := range counts {
		if n == 0 {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(heights[min(int(n*int64(len(heights))/most), len(heights)-1)])
	}
	return b.String()
}

// mostToldValues is how many values are told of which the numbers differ.
const mostToldValues = 3

// valuesText tells of which values there are more or fewer rows, the most different first; of samples which part of the rows has them.
func valuesText(before, after diff.Spread) string {
	was, is := before.Values, after.Values
	type pair struct {
		value    string
		was, now int64
	}
	of := map[string]*pair{}
	var list []*pair
	at := func(value string) *pair {
		if of[value] == nil {
			of[value] = &pair{value: value}
			list = append(list, of[value])
		}
		return of[value]
	}
	for _, v := range was {
		at(v.Value).was = v.Rows
	}
	for _, v := range is {
		at(v.Value).now = v.Rows
	}
	list = slices.DeleteFunc(list, func(p *pair) bool {
		return p.was == p.now || before.Read > 0 && math.Abs(partOf(p.was, before)-partOf(p.now, after)) < worthOfSample
	})
	slices.SortFunc(list, func(a, b *pair) int {
		return cmp.Or(cmp.Compare(max(b.was-b.now, b.now-b.was), max(a.was-a.now, a.now-a.was)), cmp.Compare(a.value, b.value))
	})
	var parts []string
	for i, p := range list {
		if i == mostToldValues {
			parts = append(parts, fmt.Sprintf("%d more values", len(list)-i))
			break
		}
		then, now := grouped(p.was), grouped(p.now)
		if before.Read > 0 {
			then, now = percent(partOf(p.was, before)), percent(partOf(p.now, after))
		}
		parts = append(parts, fmt.Sprintf("'%s' %s → %s", sampleValue(&p.value), then, now))
	}
	return strings.Join(parts, ", ")
}

// end is the end of a histogram as people read it.
func end(s diff.Spread, value float64) string {
	if s.Times {
		return time.Unix(int64(value), 0).UTC().Format(time.DateOnly)
	}
	return number(fmt.Sprint(value))
}
