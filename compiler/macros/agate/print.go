package agate

import (
	"encoding/csv"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// layout bounds what print_table shows.
type layout struct {
	rows, columns int
	width         int // of a column; 0 means any
	precision     int // decimal places of numbers
}

// cells are the texts of a table, cut to the layout, and which columns are text.
func (t *Table) cells(l layout) (lines [][]string, left []bool) {
	shown := min(l.columns, len(t.names))
	cut := shown < len(t.names)
	line := make([]string, 0, shown+1)
	for j := range shown {
		line = append(line, shorten(t.names[j], l.width))
		left = append(left, t.types[j] == Text)
	}
	if cut {
		line, left = append(line, "..."), append(left, t.types[shown] == Text)
	}
	lines = append(lines, line)
	formats := make([]int, shown)
	for j := range shown {
		formats[j] = t.precision(j, l)
	}
	for _, row := range t.rows[:min(l.rows, len(t.rows))] {
		line := make([]string, 0, shown+1)
		for j := range shown {
			line = append(line, shorten(t.text(row[j], j, formats[j], l), l.width))
		}
		if cut {
			line = append(line, "...")
		}
		lines = append(lines, line)
	}
	return lines, left
}

// precision is how many decimal places a column of numbers needs.
func (t *Table) precision(j int, l layout) int {
	n := 0
	for _, row := range t.rows[:min(l.rows, len(t.rows))] {
		n = max(n, places(row[j]))
	}
	return n
}

func (t *Table) text(v jinja.Value, j, decimals int, l layout) string {
	if v == nil {
		return ""
	}
	d, ok := v.(*Decimal)
	if !ok || t.types[j] != Number {
		return jinja.Str(v)
	}
	if decimals > l.precision {
		return grouped(d, l.precision) + "…"
	}
	return grouped(d, decimals)
}

// grouped is a number with that many decimal places and commas between thousands.
func grouped(d *Decimal, decimals int) string {
	text := d.rat().FloatString(decimals)
	whole, fraction, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return sign + whole
}

func shorten(text string, width int) string {
	if width == 0 || utf8.RuneCountInString(text) <= width {
		return text
	}
	return string([]rune(text)[:width-3]) + "..."
}

// write writes the table as Markdown.
func (t *Table) write(b *strings.Builder, l layout) {
	lines, left := t.cells(l)
	widths := make([]int, len(left))
	for _, line := range lines {
		for j, text := range line {
			widths[j] = max(widths[j], utf8.RuneCountInString(text))
		}
	}
	for i, line := range lines {
		writeLine(b, line, widths, left)
		if i == 0 {
			rule := make([]string, len(widths))
			for j, w := range widths {
				rule[j] = strings.Repeat("-", w)
			}
			b.WriteString("| " + strings.Join(rule, " | ") + " |\n")
		}
	}
	if l.rows < len(t.rows) {
		dots := make([]string, len(widths))
		for j := range dots {
			dots[j] = "..."
		}
		writeLine(b, dots, widths, left)
	}
}

func writeLine(b *strings.Builder, line []string, widths []int, left []bool) {
	line = slices.Clone(line)
	for j, text := range line {
		space := strings.Repeat(" ", max(0, widths[j]-utf8.RuneCountInString(text)))
		if left[j] {
			text += space
		} else {
			text = space + text
		}
		line[j] = " " + text + " "
	}
	b.WriteString("|" + strings.Join(line, "|") + "|\n")
}

func (t *Table) structure() *Table {
	out := &Table{names: []string{"column", "data_type"}, types: []Type{Text, Text}, print: t.print}
	for j, name := range t.names {
		out.rows = append(out.rows, []jinja.Value{name, string(t.types[j])})
	}
	return out
}

func (t *Table) say(text string) (jinja.Value, error) {
	if t.print != nil {
		t.print(strings.TrimSuffix(text, "\n"))
	}
	return nil, nil
}

func (t *Table) printTable(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	l := layout{rows: 20, columns: 6, width: 20, precision: 3}
	for _, o := range []struct {
		name string
		into *int
		none int
	}{
		{"max_rows", &l.rows, len(t.rows)}, {"max_columns", &l.columns, len(t.names)},
		{"max_column_width", &l.width, 0}, {"max_precision", &l.precision, 1000},
	} {
		if !a.Given(o.name) {
			continue
		}
		n, err := a.Int(o.name, o.none)
		if err != nil {
			return nil, err
		}
		*o.into = n
	}
	var b strings.Builder
	t.write(&b, l)
	return t.say(b.String())
}

func (t *Table) printStructure(*jinja.Call, bind.Args) (jinja.Value, error) { return t.say(t.String()) }

func (t *Table) printCSV(*jinja.Call, bind.Args) (jinja.Value, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(t.names); err != nil {
		return nil, err
	}
	for _, row := range t.rows {
		line := make([]string, len(row))
		for j, v := range row {
			if v != nil {
				line[j] = jinja.Str(v)
			}
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return t.say(b.String())
}

// printJSON prints a list of objects, one a row.
func (t *Table) printJSON(*jinja.Call, bind.Args) (jinja.Value, error) {
	var b strings.Builder
	b.WriteByte('[')
	for i, row := range t.rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('{')
		for j, v := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(quoteJSON(t.names[j]) + ": " + jsonValue(v))
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return t.say(b.String())
}

func jsonValue(v jinja.Value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		if v {
			return "true"
		}
		return "false"
	case int:
		return itoa(v)
	case *Decimal:
		return jinja.Str(v.Float())
	}
	return quoteJSON(jinja.Str(v))
}

func quoteJSON(text string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return `"` + r.Replace(text) + `"`
}
