package tests

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

var queries = flag.Int("queries", 1000, "how many random queries TestWhatDuckDBAcceptsHasNoError makes")

// shopTables are what random queries read.
const shopTables = `create table orders (id integer, customer_id bigint, amount decimal(10, 2), day date, tags varchar[], info struct(a integer, b varchar), doc json);
create table customers (id bigint, name varchar, since timestamp, score double, active boolean);
create table days (day date, week integer, holiday boolean)`

// TestWhatDuckDBAcceptsHasNoError makes random queries: of each that DuckDB binds, our analysis finds the same columns with the same types,
// and nothing wrong.
func TestWhatDuckDBAcceptsHasNoError(t *testing.T) {
	t.Parallel()
	session := shopSession(t)
	catalog, err := session.Inspect(t.Context(), relation.Relation{Database: "memory", Schema: "main"})
	if err != nil {
		t.Fatal(err)
	}
	system := types.For(dialect.Embedded)
	accepted, refused, both := 0, 0, 0
	for i := range *queries {
		text := (&writer{Rand: rand.New(rand.NewPCG(1, uint64(i)))}).query(3)
		q := lineage.Resolve(sql.Parse(text, dialect.Embedded).Query(), lineage.Options{Dialect: dialect.Embedded, Text: text, Tables: tablesOf(catalog, system)})
		want, err := described(t.Context(), session, text)
		if err != nil {
			if refused++; len(q.Problems) > 0 {
				both++
			}
			continue
		}
		accepted++
		var got []string
		for _, c := range q.Columns {
			got = append(got, c.Name+" "+system.Print(c.Type))
		}
		for _, p := range q.Problems {
			if strings.Contains(p.Message, "cannot be cast to") {
				continue // DuckDB binds casts that fail whatever the value is
			}
			t.Errorf("query %d is accepted, and yet: %s: %s\n%s", i, p.Code, p.Message, text)
		}
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("query %d gives\n%s, not\n%s\n%s", i, strings.Join(want, ", "), strings.Join(got, ", "), text)
		}
	}
	t.Logf("%d queries are accepted; of %d that are refused we say so of %d", accepted, refused, both)
	if accepted < *queries/5 {
		t.Errorf("only %d of %d queries are accepted", accepted, *queries)
	}
}

// shopSession is a session with the tables of the shop.
func shopSession(t *testing.T) adapters.Adapter {
	t.Helper()
	warehouse, err := all.Named(dialect.Embedded.Name).Open(t.Context(), adapters.Config{})
	if err != nil {
		t.Fatal(err)
	}
	session, err := warehouse.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = session.Close()
		_ = warehouse.Close()
	})
	if _, err := session.Exec(t.Context(), shopTables); err != nil {
		t.Fatal(err)
	}
	return session
}

func tablesOf(c *relation.Catalog, system *types.System) lineage.Tables {
	return func(name []sql.Ident) *lineage.Table {
		t := c.Get(relation.Relation{Database: "memory", Schema: "main", Name: name[len(name)-1].Name})
		if t == nil {
			return nil
		}
		out := &lineage.Table{ID: t.Name}
		for _, col := range t.Columns {
			out.Columns = append(out.Columns, lineage.Column{Name: col.Name, Type: system.Parse(col.Type)})
		}
		return out
	}
}

// described are the columns of a query as DuckDB binds it.
func described(ctx context.Context, s adapters.Adapter, text string) ([]string, error) {
	rows, err := s.Query(ctx, "describe "+text)
	if err != nil {
		return nil, err
	}
	var out []string
	for row, err := range rows.All {
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint(row[0], " ", row[1]))
	}
	return out, nil
}

// writer writes random queries.
type writer struct {
	*rand.Rand
	aliases int
}

func (w *writer) one(of ...string) string { return of[w.IntN(len(of))] }

// table is an item of a FROM: its text, its name and its columns.
func (w *writer) table(depth int) (text, name string, columns []string) {
	w.aliases++
	name = fmt.Sprint("t", w.aliases)
	if depth > 0 && w.IntN(4) == 0 {
		text, columns = w.sub(depth - 1)
		return "(" + text + ") as " + name, name, columns
	}
	table := w.one("orders", "customers", "days")
	return table + " as " + name, name, map[string][]string{
		"orders":    {"id", "customer_id", "amount", "day", "tags", "info", "doc"},
		"customers": {"id", "name", "since", "score", "active"},
		"days":      {"day", "week", "holiday"},
	}[table]
}

// query is a query, with CTEs or a set operation around SELECTs.
func (w *writer) query(depth int) string {
	switch w.IntN(8) {
	case 0:
		inner, columns := w.sub(depth - 1)
		return "with c as (" + inner + ") select " + w.one("*", "c."+w.one(columns...), "count(*), max("+w.one(columns...)+")") + " from c"
	case 1:
		x, _, columns := w.table(0)
		y, _, others := w.table(0)
		return "select " + w.one(columns...) + " as u from " + x + w.one(" union ", " union all ", " except ", " intersect ") + "select " + w.one(others...) + " from " + y
	}
	text, _ := w.sub(depth)
	return text
}

// sub is a SELECT whose columns have names.
func (w *writer) sub(depth int) (text string, columns []string) {
	from, name, have := w.table(depth)
	scope := []string{}
	for _, c := range have {
		scope = append(scope, name+"."+c)
	}
	if w.IntN(3) == 0 {
		other, as, more := w.table(depth)
		on := w.one(scope...) + w.one(" = ", " < ") + as + "." + w.one(more...)
		from += w.one(" join ", " left join ", " full join ") + other + " on " + on
		for _, c := range more {
			scope = append(scope, as+"."+c)
		}
	}
	var items, group []string
	grouped := w.IntN(3) == 0
	for i := range 1 + w.IntN(4) {
		c := fmt.Sprint("c", i)
		x := w.expr(scope, depth)
		if grouped && w.IntN(2) == 0 {
			x = w.one("sum", "count", "min", "avg", "list", "any_value", "median", "string_agg", "bool_or") + "(" + x + ")"
		} else if grouped {
			group = append(group, fmt.Sprint(i+1))
		}
		items, columns = append(items, x+" as "+c), append(columns, c)
	}
	text = "select " + strings.Join(items, ", ") + " from " + from
	if w.IntN(3) == 0 {
		text += " where " + w.expr(scope, 1) + w.one(" = ", " <> ", " >= ") + w.expr(scope, 1)
	}
	if len(group) > 0 {
		text += " group by " + strings.Join(group, ", ")
	}
	return text, columns
}

// expr is an expression over columns.
func (w *writer) expr(scope []string, depth int) string {
	if depth <= 0 || w.IntN(3) == 0 {
		return w.one(append([]string{"1", "1.5", "'a'", "null", "date '2024-01-01'", "true", "[1, 2]", "{'a': 1, 'b': 'x'}"}, append(scope, scope...)...)...)
	}
	x, y := w.expr(scope, depth-1), w.expr(scope, depth-1)
	switch w.IntN(9) {
	case 0:
		return "(" + x + w.one(" + ", " - ", " * ", " / ", " || ", " = ", " and ", " % ") + y + ")"
	case 1:
		return w.one("coalesce", "greatest", "nullif", "concat", "round", "date_diff", "list_contains", "struct_pack") + "(" + x + ", " + y + ")"
	case 2:
		return "case when " + w.one(scope...) + " is null then " + x + " else " + y + " end"
	case 3:
		return "cast(" + x + " as " + w.one("varchar", "integer", "double", "date", "json", "decimal(12, 3)") + ")"
	case 4:
		return w.one("upper", "length", "abs", "year", "len", "typeof", "to_json", "list_sort", "unnest") + "(" + x + ")"
	case 5:
		return w.one("row_number()", "lag("+x+")", "sum("+x+")", "first_value("+x+")", "ntile(3)") + " over (partition by " + w.one(scope...) + " order by " + w.one(scope...) + ")"
	case 6:
		return "(select max(" + w.one("id", "name", "score", "since") + ") from customers where " + w.one(scope...) + " is not null)"
	case 7:
		return "[" + x + ", " + y + "]"
	}
	return "(" + x + ")" + w.one(".a", "[1]", "->>'a'", "::varchar", " is not null", " in (1, 2)", " between 1 and 2")
}
