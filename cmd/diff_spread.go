package cmd

import (
	"cmp"
	"fmt"
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
	var parts []string
	if was.Distinct != is.Distinct {
		parts = append(parts, "distinct "+arrow(grouped(was.Distinct), grouped(is.Distinct)))
	}
	if !slices.Equal(was.Counts, is.Counts) && len(was.Counts) == len(is.Counts) && len(was.Counts) > 1 {
		low, high := was.Start, was.Start+was.Width*float64(len(was.Counts))
		parts = append(parts, fmt.Sprintf("%s %s → %s %s", end(was, low), bars(was.Counts), bars(is.Counts), end(was, high)))
	}
	if text := valuesText(was.Values, is.Values); text != "" {
		parts = append(parts, text)
	}
	if len(parts) > 0 {
		t.line("", "%s", t.dim.Render(strings.Join(parts, ", ")))
	}
}

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

// valuesText tells of which values there are more or fewer rows, the most different first.
func valuesText(was, is []diff.ValueCount) string {
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
	list = slices.DeleteFunc(list, func(p *pair) bool { return p.was == p.now })
	slices.SortFunc(list, func(a, b *pair) int {
		return cmp.Or(cmp.Compare(max(b.was-b.now, b.now-b.was), max(a.was-a.now, a.now-a.was)), cmp.Compare(a.value, b.value))
	})
	var parts []string
	for i, p := range list {
		if i == mostToldValues {
			parts = append(parts, fmt.Sprintf("%d more values", len(list)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("'%s' %s → %s", sampleValue(&p.value), grouped(p.was), grouped(p.now)))
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
