package runner

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diff"
)

// hashGroups reads rows that come in the order of their hashes, those of a hash at a time.
type hashGroups struct {
	next   func() (hashedRow, error, bool)
	stop   func()
	rows   []hashedRow // of one hash; none at the end
	ahead  hashedRow   // the first of the next hash
	more   bool
	err    error
	lately string
}

// groupByHash has the rows of the first hash.
func groupByHash(rows iter.Seq2[hashedRow, error]) *hashGroups {
	g := &hashGroups{}
	g.next, g.stop = iter.Pull2(rows)
	g.step()
	g.take()
	return g
}

// step reads a row.
func (g *hashGroups) step() {
	row, err, ok := g.next()
	if g.ahead, g.more, g.err = row, ok && err == nil, err; g.more && row.hash < g.lately {
		g.more, g.err = false, fmt.Errorf("rows come in another order than that of their hashes: %s after %s", row.hash, g.lately)
	}
	g.lately = row.hash
}

// take goes on to the rows of the next hash.
func (g *hashGroups) take() {
	g.rows = g.rows[:0]
	for g.more && (len(g.rows) == 0 || g.rows[0].hash == g.ahead.hash) {
		g.rows = append(g.rows, g.ahead)
		g.step()
	}
}

func (g *hashGroups) hash() string {
	if len(g.rows) == 0 {
		return ""
	}
	return g.rows[0].hash
}

// fewRows is how many of the added and of the removed rows are held on to.
const fewRows = 20

// rowMatch compares rows of two relations whose hashes are the same.
type rowMatch struct {
	*diffQuery
	changed  []int64               // of each common column
	unpaired map[string][]diff.Row // whole rows that the other relation may have, written otherwise
	kept     []diff.Row
	held     map[diff.Kind]int
}

// match takes rows of one hash: those of the same key are a pair, the rest is added or removed.
func (m *rowMatch) match(base, is []hashedRow) {
	if m.whole() { // rows of one hash are the same: there are so many of them
		same := min(len(base), len(is))
		base, is = base[same:], is[same:]
	}
	left := slices.Clone(is)
	for _, was := range base {
		i := slices.IndexFunc(left, func(r hashedRow) bool { return m.sameKey(was.values, r.values) })
		if i < 0 {
			m.lonely(diff.Removed, was.values)
			continue
		}
		m.pair(was.values, left[i].values)
		left = slices.Delete(left, i, i+1)
	}
	for _, r := range left {
		m.lonely(diff.Added, r.values)
	}
}

// mostUnpaired is how many whole rows wait for one that is written otherwise, and is the same.
const mostUnpaired = 1_000_000

// lonely takes a row that the other relation has not. Whole rows may be there, and be written otherwise.
func (m *rowMatch) lonely(kind diff.Kind, values []*string) {
	if !m.whole() || !slices.ContainsFunc(m.cells, diff.Cell.Varies) {
		m.count(kind, values)
		return
	}
	key := m.canonical(values)
	rows := m.unpaired[key]
	if n := len(rows); n > 0 && rows[n-1].Kind != kind {
		m.unpaired[key] = rows[:n-1]
		return
	}
	if len(m.unpaired) >= mostUnpaired {
		m.count(kind, values)
		return
	}
	m.unpaired[key] = append(rows, aloneRow(kind, values))
}

// canonical is what rows have in common whose values are the same.
func (m *rowMatch) canonical(values []*string) string {
	var b strings.Builder
	for i, v := range values {
		if v == nil {
			b.WriteString("-")
			continue
		}
		fmt.Fprintf(&b, "%q", m.cells[i].Canonical(*v))
	}
	return b.String()
}

func aloneRow(kind diff.Kind, values []*string) diff.Row {
	if kind == diff.Removed {
		return diff.Row{Kind: kind, Pair: diff.Pair[[]*string]{Base: values}}
	}
	return diff.Row{Kind: kind, Pair: diff.Pair[[]*string]{New: values}}
}

// count counts a row that the other relation has not.
func (m *rowMatch) count(kind diff.Kind, values []*string) {
	if kind == diff.Removed {
		m.out.Removed++
	} else {
		m.out.Added++
	}
	m.keep(aloneRow(kind, values), fewRows)
}

// sameKey compares the keys of rows.
func (m *rowMatch) sameKey(a, b []*string) bool {
	if m.single {
		return true
	}
	if m.whole() {
		return false
	}
	for i := range m.keys {
		if !m.cells[i].Equal(a[i], b[i], 0) {
			return false
		}
	}
	return true
}

// pair compares the values of two rows of the same key.
func (m *rowMatch) pair(was, is []*string) {
	row := diff.Row{Kind: diff.Changed, Pair: diff.Pair[[]*string]{Base: was, New: is}, Differs: make([]bool, len(m.rest))}
	differs := false
	for i := range m.rest {
		at := len(m.keys) + i
		if !m.cells[at].Equal(was[at], is[at], m.out.Tolerance) {
			row.Differs[i], differs = true, true
			m.changed[i]++
		}
	}
	if differs {
		m.out.Changed++
		m.keep(row, changedRows)
	}
}

// keep holds on to a row, unless there are enough of its kind.
func (m *rowMatch) keep(row diff.Row, most int) {
	if m.held == nil {
		m.held = map[diff.Kind]int{}
	}
	if m.held[row.Kind] < most {
		m.held[row.Kind]++
		m.kept = append(m.kept, row)
	}
}

// tell tells what was found.
func (m *rowMatch) tell() {
	for _, key := range slices.Sorted(maps.Keys(m.unpaired)) {
		for _, row := range m.unpaired[key] {
			m.count(row.Kind, slices.Concat(row.Base, row.New)) // it has one of both
		}
	}
	for i, c := range m.out.Common() {
		if m.changed[i] > 0 {
			m.out.Columns = append(m.out.Columns, &diff.Column{Name: c.Name, Changed: m.changed[i]})
		}
	}
	slices.SortStableFunc(m.out.Columns, func(a, b *diff.Column) int { return cmp.Compare(b.Changed, a.Changed) })
	m.out.Read(m.kept)
	for _, sample := range m.out.Samples {
		m.shorten(sample.Key)
		m.shorten(sample.Values)
	}
}

// shorten writes floats as people do.
func (m *rowMatch) shorten(values []diff.Value) {
	for i := range values {
		v := &values[i]
		if at := slices.Index(m.out.Shown(), v.Column); at >= 0 && m.cells[at].Form == diff.Float {
			v.Base, v.New = shortFloat(v.Base), shortFloat(v.New)
		}
	}
}

func shortFloat(text *string) *string {
	if text == nil {
		return nil
	}
	f, err := strconv.ParseFloat(*text, 64)
	if err != nil {
		return text
	}
	short := strconv.FormatFloat(f, 'g', -1, 64)
	return &short
}
