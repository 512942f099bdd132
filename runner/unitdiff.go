package runner

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// rowTable is rows as they are compared.
type rowTable struct {
	names []string
	rows  [][]cell
}

// cell is a value as it is compared and shown.
type cell struct {
	text string
	null bool
}

// String is how a cell is shown.
func (c cell) String() string {
	switch {
	case c.null:
		return "NULL"
	case c.text == "NULL":
		return "'NULL'"
	}
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(c.text)
}

func cellOf(v any) cell {
	switch v := v.(type) {
	case nil:
		return cell{null: true}
	case []byte:
		return cell{text: fmt.Sprintf("%x", v)}
	case float64:
		return cell{text: strconv.FormatFloat(v, 'g', -1, 64)}
	case time.Time:
		return cell{text: strings.TrimSuffix(v.Format("2006-01-02 15:04:05.999999-07:00"), "+00:00")}
	default:
		return cell{text: fmt.Sprint(v)}
	}
}

// compareCells orders rows: numbers by value, NULL last.
func compareCells(a, b []cell) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if a[i].null != b[i].null {
			if b[i].null {
				return -1
			}
			return 1
		}
		x, errX := strconv.ParseFloat(a[i].text, 64)
		y, errY := strconv.ParseFloat(b[i].text, 64)
		if errX == nil && errY == nil && x != y {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a[i].text, b[i].text)
	}
	return 0
}

// difference is how rows differ from those that were expected, in whatever order.
type difference struct {
	names            []string
	changed          []differing
	missing, extra   [][]cell
	actual, expected int // rows
}

// differing is a row that differs from the expected one in some columns.
type differing struct{ actual, expected []cell }

func (d *difference) differs() bool { return len(d.changed)+len(d.missing)+len(d.extra) > 0 }

// compareRows takes away the rows that both have, and pairs those left that have more in common than not.
func compareRows(actual, expected rowTable) *difference {
	d := &difference{names: actual.names, actual: len(actual.rows), expected: len(expected.rows)}
	rest := slices.Clone(expected.rows)
	for _, row := range actual.rows {
		if i := slices.IndexFunc(rest, func(other []cell) bool { return slices.Equal(row, other) }); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		} else {
			d.extra = append(d.extra, row)
		}
	}
	d.missing = rest
	d.pair()
	return d
}

// pair takes as one changed row an extra and a missing one that are equal in at least half of their columns; the most alike go
// first.
func (d *difference) pair() {
	for alike := len(d.names) - 1; alike > 0 && 2*alike >= len(d.names); alike-- {
		d.extra = slices.DeleteFunc(d.extra, func(row []cell) bool {
			i := slices.IndexFunc(d.missing, func(other []cell) bool { return common(row, other) == alike })
			if i < 0 {
				return false
			}
			d.changed = append(d.changed, differing{actual: row, expected: d.missing[i]})
			d.missing = slices.Delete(d.missing, i, i+1)
			return true
		})
	}
}

func common(a, b []cell) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// The marks of rows, in dbt's words and signs.
const (
	markChanged = "→"
	markMissing = "---"
	markExtra   = "+++"
)

// shownRows is the most rows of each sort that are shown.
const shownRows = 20

// String is the difference as a table, with what its marks mean.
func (d *difference) String() string {
	lines := [][]string{append([]string{"@@"}, d.names...)}
	var legend []string
	for _, c := range shown(d.changed) {
		line := []string{markChanged}
		for i := range c.actual {
			text := c.actual[i].String()
			if c.actual[i] != c.expected[i] {
				text = c.expected[i].String() + markChanged + text
			}
			line = append(line, text)
		}
		lines = append(lines, line)
	}
	for _, part := range []struct {
		mark string
		rows [][]cell
	}{{markMissing, d.missing}, {markExtra, d.extra}} {
		for _, row := range shown(part.rows) {
			line := []string{part.mark}
			for _, c := range row {
				line = append(line, c.String())
			}
			lines = append(lines, line)
		}
	}
	for _, part := range []struct {
		mark, meaning string
		rows          int
	}{
		{markChanged, "other values: expected" + markChanged + "actual", len(d.changed)},
		{markMissing, "expected, but missing", len(d.missing)},
		{markExtra, "not expected", len(d.extra)},
	} {
		if part.rows > 0 {
			legend = append(legend, fmt.Sprintf("%-3s %s %s", part.mark, rowsOf(part.rows), part.meaning))
		}
	}
	return "actual differs from expected:\n\n" + align(lines) + "\n" + strings.Join(legend, "\n")
}

func rowsOf(n int) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.Itoa(n) + " rows"
}

// shown are the rows that are shown of all.
func shown[T any](rows []T) []T { return rows[:min(len(rows), shownRows)] }

// align puts the cells of lines under each other.
func align(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		var out strings.Builder
		for i, text := range line {
			if i > 0 {
				out.WriteString(" | ")
			}
			out.WriteString(text + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)))
		}
		b.WriteString(strings.TrimRight(out.String(), " ") + "\n")
	}
	return b.String()
}
