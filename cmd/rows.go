package cmd

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
)

// formats are the forms in which rows are printed.
var formats = []string{"table", "csv", "json", "md"}

// print prints rows to stdout.
func (a *app) print(n *compiler.Node, rows *adapters.Rows, format string) error {
	b := bufio.NewWriterSize(a.out, 1<<16)
	var err error
	switch format {
	case "csv":
		err = printCSV(b, rows)
	case "json":
		err = printJSON(b, rows, "")
	case "dbt-json":
		err = printJSON(b, rows, n.Name)
	case "md":
		err = printMarkdown(b, rows)
	default:
		err = printTable(b, rows)
	}
	if err != nil {
		return err
	}
	return b.Flush()
}

func printCSV(w io.Writer, rows *adapters.Rows) error {
	c := csv.NewWriter(w)
	if err := c.Write(columnNames(rows)); err != nil {
		return err
	}
	record := make([]string, len(rows.Columns))
	for row, err := range rows.All {
		if err != nil {
			return err
		}
		for i, v := range row {
			record[i] = ""
			if v != nil {
				record[i] = cellText(v, rows.Columns[i].Type)
			}
		}
		if err := c.Write(record); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func columnNames(rows *adapters.Rows) []string {
	names := make([]string, len(rows.Columns))
	for i, c := range rows.Columns {
		names[i] = c.Name
	}
	return names
}

// printJSON prints an array of objects; with a node's name in the shape of dbt show.
func printJSON(w *bufio.Writer, rows *adapters.Rows, node string) error {
	lead, tail := "[", "]\n"
	if node != "" {
		name, _ := json.Marshal(node)
		lead, tail = `{"node": `+string(name)+`, "show": [`, "]}\n"
	}
	w.WriteString(lead)
	first := true
	for row, err := range rows.All {
		if err != nil {
			return err
		}
		if !first {
			w.WriteString(",")
		}
		first = false
		w.WriteString("\n  {")
		for i, v := range row {
			if i > 0 {
				w.WriteString(", ")
			}
			writeJSON(w, rows.Columns[i].Name)
			w.WriteString(": ")
			if t, ok := v.(time.Time); ok {
				v = timeText(t, rows.Columns[i].Type)
			}
			writeJSON(w, jsonValue(v))
		}
		w.WriteString("}")
	}
	if !first {
		w.WriteString("\n")
	}
	_, err := w.WriteString(tail)
	return err
}

func writeJSON(w *bufio.Writer, v any) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		_ = e.Encode(fmt.Sprint(v))
	}
	w.Write(bytes.TrimSpace(b.Bytes()))
}

// jsonValue is a value of the warehouse as JSON holds it: what JSON has no form for is text.
func jsonValue(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return valueText(v)
		}
		return v
	case adapters.Decimal:
		return json.Number(v)
	case *big.Int:
		return json.Number(v.String())
	case time.Time, []byte:
		return valueText(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = jsonValue(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k := range v {
			out[k] = jsonValue(v[k])
		}
		return out
	default:
		return v
	}
}

// valueText is a value as text.
func valueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return timeText(v, "")
	case []byte:
		if utf8.Valid(v) {
			return string(v)
		}
		return fmt.Sprintf(`\x%x`, v)
	case []any, map[string]any:
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		writeJSON(w, jsonValue(v))
		_ = w.Flush() // to memory
		return b.String()
	default:
		return fmt.Sprint(v)
	}
}

// cellText is a value of a column of that type as text.
func cellText(v any, columnType string) string {
	if t, ok := v.(time.Time); ok {
		return timeText(t, columnType)
	}
	return valueText(v)
}

// timeText is a time as its column's type writes it: a date has no time of day, a time without a zone no zone.
func timeText(t time.Time, columnType string) string {
	columnType = strings.ToLower(columnType)
	switch {
	case columnType == "date":
		return t.Format("2006-01-02")
	case strings.Contains(columnType, "tz") || strings.Contains(columnType, "with time zone"):
		return t.Format("2006-01-02 15:04:05.999999-07:00")
	default:
		return t.Format("2006-01-02 15:04:05.999999")
	}
}

// cells reads rows whole, as text that fits in a table.
func cells(rows *adapters.Rows, null string, clean func(string) string) ([][]string, error) {
	var out [][]string
	for row, err := range rows.All {
		if err != nil {
			return nil, err
		}
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = null
			if v != nil {
				line[i] = clean(cellText(v, rows.Columns[i].Type))
			}
		}
		out = append(out, line)
	}
	return out, nil
}

func printMarkdown(w io.Writer, rows *adapters.Rows) error {
	clean := strings.NewReplacer("|", `\|`, "\n", "<br>", "\r", "").Replace
	body, err := cells(rows, "", clean)
	if err != nil {
		return err
	}
	rule := make([]string, len(rows.Columns))
	names := columnNames(rows)
	for i, c := range rows.Columns {
		names[i] = clean(c.Name)
		rule[i] = "---"
		if numeric(body, i) {
			rule[i] = "--:"
		}
	}
	for _, line := range append([][]string{names, rule}, body...) {
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(line, " | ")); err != nil {
			return err
		}
	}
	return nil
}

// widestCell is the most columns that a cell of a table takes.
const widestCell = 60

// printTable prints rows in columns, numbers to the right.
func printTable(w io.Writer, rows *adapters.Rows) error {
	clean := func(text string) string {
		return ansi.Truncate(strings.NewReplacer("\n", " ", "\r", "", "\t", " ").Replace(text), widestCell, "…")
	}
	body, err := cells(rows, "", clean)
	if err != nil {
		return err
	}
	names := columnNames(rows)
	rule := make([]string, len(names))
	widths, right := make([]int, len(names)), make([]bool, len(names))
	for i := range names {
		names[i] = clean(names[i])
		widths[i], right[i] = ansi.StringWidth(names[i]), numeric(body, i)
		for _, line := range body {
			widths[i] = max(widths[i], ansi.StringWidth(line[i]))
		}
		rule[i] = strings.Repeat("-", widths[i])
	}
	for _, line := range append([][]string{names, rule}, body...) {
		var b strings.Builder
		for i, cell := range line {
			space := strings.Repeat(" ", widths[i]-ansi.StringWidth(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if right[i] {
				b.WriteString(space + cell)
			} else {
				b.WriteString(cell + space)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// numeric tells whether a column holds numbers only.
func numeric(body [][]string, column int) bool {
	found := false
	for _, line := range body {
		if line[column] == "" {
			continue
		}
		if _, err := strconv.ParseFloat(line[column], 64); err != nil {
			return false
		}
		found = true
	}
	return found
}
