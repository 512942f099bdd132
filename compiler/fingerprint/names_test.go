package fingerprint_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/sql"
)

// writer writes a query with marks in place of the names that are only local: ⟨0⟩, ⟨1⟩ …
type writer struct {
	t     *rapid.T
	marks int
	ctes  []string
}

func (w *writer) mark() string {
	w.marks++
	return fmt.Sprintf("⟨%d⟩", w.marks-1)
}

func (w *writer) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(w.t, label)
}

// column is a column of one of those tables.
func (w *writer) column(tables []string) string {
	return w.pick("table", tables...) + "." + w.pick("column", "a", "b", "id")
}

func (w *writer) expr(tables []string, depth int) string {
	if depth == 0 {
		return w.column(tables)
	}
	x := w.expr(tables, depth-1)
	switch w.pick("expr", "column", "plus", "call", "case", "window", "exists", "scalar") {
	case "plus":
		return x + " + " + w.column(tables)
	case "call":
		return "coalesce(" + x + ", 1)"
	case "case":
		return "case when " + x + " > 1 and " + w.column(tables) + " < 2 then 1 else 0 end"
	case "window":
		return "sum(" + w.column(tables) + ") over (partition by " + w.column(tables) + ")"
	case "exists":
		inner := w.mark()
		return "exists (select 1 from orders as " + inner + " where " + w.column(append([]string{inner}, tables...)) + " = " + w.column(tables) + ")"
	case "scalar":
		inner := w.mark()
		return "(select max(" + inner + ".a) from customers " + inner + " where " + inner + ".id = " + w.column(tables) + ")"
	}
	return x
}

func (w *writer) source(depth int) (text, name string) {
	name = w.mark()
	kinds := []string{"node"}
	if depth > 0 {
		kinds = append(kinds, "subquery")
	}
	if len(w.ctes) > 0 {
		kinds = append(kinds, "cte")
	}
	switch w.pick("source", kinds...) {
	case "subquery":
		return "(" + w.query(depth-1) + ") as " + name, name
	case "cte":
		return w.pick("cte", w.ctes...) + " as " + name, name
	}
	return w.pick("node", "orders", "customers") + " " + name, name
}

func (w *writer) query(depth int) string {
	text, name := w.source(depth)
	from, tables := text, []string{name}
	for range rapid.IntRange(0, 2).Draw(w.t, "joins") {
		text, name := w.source(depth)
		tables = append(tables, name)
		from += " " + w.pick("join", "join", "left join") + " " + text + " on " + w.column(tables) + " = " + w.column(tables)
	}
	q := "select " + w.expr(tables, 2) + " as a, " + w.expr(tables, 1) + " as b, " + w.column(tables) + " as id from " + from
	if rapid.Bool().Draw(w.t, "where") {
		q += " where " + w.expr(tables, 1) + " > 3"
	}
	return q
}

// TestLocalNamesDoNotCount writes queries twice, with other names and their CTEs in another order.
func TestLocalNamesDoNotCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{t: t}
		var defs, names []string
		for range rapid.IntRange(0, 3).Draw(t, "ctes") {
			def := w.query(1) // which reads no other CTE, so that all orders are right
			names = append(names, w.mark())
			defs = append(defs, names[len(names)-1]+" as ("+def+")")
		}
		w.ctes = names
		body := w.query(2)
		with := func(defs []string) string {
			if len(defs) == 0 {
				return body
			}
			return "with " + strings.Join(defs, ", ") + " " + body
		}
		name := func(text, as string) string {
			for i := range w.marks {
				text = strings.ReplaceAll(text, fmt.Sprintf("⟨%d⟩", i), fmt.Sprintf(as, i))
			}
			return text
		}
		one := name(with(defs), "x%d")
		for _, d := range []*dialect.Dialect{dialect.DuckDB, dialect.Postgres} {
			if f := sql.Parse(one, d); len(f.Problems) > 0 {
				t.Fatalf("%s is not understood: %v", one, f.Problems)
			}
			// The other names run backwards, so that one query's names mean something else in the other.
			other := with(rapid.Permutation(defs).Draw(t, "order"))
			for i := range w.marks {
				other = strings.ReplaceAll(other, fmt.Sprintf("⟨%d⟩", i), fmt.Sprintf("x%d", w.marks-1-i))
			}
			if textOf(d, one) != textOf(d, other) {
				t.Fatalf("%s:\n%s\nis not\n%s", d.Name, one, other)
			}
			if change := read(d, other, shop).Since(read(d, one, shop)); change.Class != fingerprint.Unchanged {
				t.Fatalf("%s:\n%s\nis %s in\n%s", d.Name, one, short(change), other)
			}
		}
	})
}
