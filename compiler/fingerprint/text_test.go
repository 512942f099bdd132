package fingerprint_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/sql"
)

var dialects = []*dialect.Dialect{dialect.DuckDB, dialect.Postgres, dialect.Snowflake, dialect.Trino}

// nodes knows the relations of the tests: orders and customers, in whatever schema.
func nodes(name []sql.Ident) string {
	switch last := strings.ToLower(name[len(name)-1].Name); last {
	case "orders", "customers":
		return "model.shop." + last
	}
	return ""
}

func textOf(d *dialect.Dialect, text string) fingerprint.Hash {
	return fingerprint.Text(sql.Parse(text, d), nodes)
}

// TestWhatChangesNothingDoesNotCount has texts with one meaning, two or more in a row.
func TestWhatChangesNothingDoesNotCount(t *testing.T) {
	t.Parallel()
	for name, same := range map[string][]string{
		"white space, comments, letter case": {"select a, b from orders", "SELECT A,\n\tb -- all\nFROM/* the */ Orders"},
		"parentheses":                        {"select (a + b) * 2 as c from orders where ((a) > (1))", "(select (a + b) * (2) as c from orders where a > 1)"},
		"casts":                              {"select cast(a as int) as a from orders", "select CAST(a AS INT) a from orders"},
		"the schema of a node":               {"select a from orders", "select a from dev.orders", `select a from "prod"."orders"`},
		"aliases":                            {"select o.a from orders as o", "select x.a from orders x", "select orders.a from orders", "select s.orders.a from s.orders"},
		"aliases that change places": {
			"select x.a, y.b from orders x join customers y on x.id = y.id", "select y.a, x.b from orders y join customers x on y.id = x.id",
		},
		"aliases of subqueries":  {"select s.a from (select o.a from orders o) s", "select t.a from (select s.a from orders s) t"},
		"aliases around a query": {"select a from orders o where exists (select 1 from customers c where c.id = o.id)", "select a from orders c where exists (select 1 from customers o where o.id = c.id)"},
		"aliases of stars":       {"select o.* from orders o", "select orders.* from orders"},
		"names of CTEs":          {"with a as (select 1 as x) select x from a", "with b as (select 1 as x) select x from b"},
		"the order of CTEs": {
			"with a as (select x from orders), b as (select y from customers) select * from a cross join b",
			"with b as (select y from customers), a as (select x from orders) select * from a cross join b",
		},
		"CTEs that nothing reads": {"with a as (select x from orders) select * from a", "with a as (select x from orders), b as (select y from customers) select * from a"},
		"CTEs that hide others": {
			"with a as (select x from orders), b as (with a as (select y from customers) select * from a) select * from a, b",
			"with a as (select x from orders), b as (with c as (select y from customers) select * from c) select * from a, b",
		},
		"recursive CTEs": {
			"with recursive a as (select 1 as n union all select n + 1 from a where n < 9) select n from a",
			"with recursive b as (select 1 as n union all select n + 1 from b where n < 9) select n from b",
		},
		"the order of conditions": {"select a from orders where a > 1 and (b < 2 or c = 3) and d is null", "select a from orders where (c = 3 or b < 2) and d is null and a > 1"},
	} {
		for _, d := range dialects {
			for _, other := range same[1:] {
				if textOf(d, same[0]) != textOf(d, other) {
					t.Errorf("%s, %s:\n%s\n%s\ndiffer", name, d.Name, same[0], other)
				}
			}
		}
	}
}

// TestWhatMayChangeSomethingCounts has pairs of texts that look alike.
func TestWhatMayChangeSomethingCounts(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]string{
		"another column":              {"select a from orders", "select b from orders"},
		"the order of columns":        {"select a, b from orders", "select b, a from orders"},
		"the name of a column":        {"select a as x from orders", "select a as y from orders"},
		"a literal":                   {"select 1 as x", "select 2 as x"},
		"the kind of a literal":       {"select 1 as x", "select '1' as x"},
		"letter case in a literal":    {"select 'a' as x", "select 'A' as x"},
		"white space in a literal":    {"select 'a b' as x", "select 'a  b' as x"},
		"another node":                {"select a from orders", "select a from customers"},
		"another table":               {"select a from one.raw", "select a from two.raw"},
		"parentheses that matter":     {"select a - (b - c) as x from orders", "select a - b - c as x from orders"},
		"precedence":                  {"select a from orders where a and b or c", "select a from orders where a and (b or c)"},
		"distinct":                    {"select a from orders", "select distinct a from orders"},
		"all":                         {"select a from orders union select a from orders", "select a from orders union all select a from orders"},
		"the sides of a join":         {"select 1 as x from orders o left join customers c on o.id = c.id", "select 1 as x from customers c left join orders o on o.id = c.id"},
		"which table a column is of":  {"select x.a from orders x join orders y on x.id = y.id", "select y.a from orders x join orders y on x.id = y.id"},
		"aliases swapped in one":      {"select x.a, y.b from orders x join orders y on x.id = y.up", "select y.a, x.b from orders x join orders y on x.id = y.up"},
		"a row and its column":        {"select x from orders as x", "select x from orders as y"},
		"a row and a column's column": {"select x from orders as x", "select x.x from orders as x"},
		"inner and outer": {
			"select a from orders o where exists (select 1 from orders i where i.id = o.id)", "select a from orders o where exists (select 1 from orders i where i.id = i.id)",
		},
		"limit":                  {"select a from orders limit 1", "select a from orders limit 2"},
		"limit and offset":       {"select a from orders limit 1", "select a from orders offset 1"},
		"the direction":          {"select a from orders order by a", "select a from orders order by a desc"},
		"nulls":                  {"select a from orders order by a nulls first", "select a from orders order by a nulls last"},
		"a CTE for a table":      {"with orders as (select 1 as a) select a from orders", "with other as (select 1 as a) select a from orders"},
		"which CTE":              {"with a as (select 1 as x), b as (select 2 as x) select x from a", "with a as (select 1 as x), b as (select 2 as x) select x from b"},
		"one CTE twice, or two":  {"with a as (select random() as x) select 1 as y from a a1, a a2", "with a as (select random() as x), b as (select random() as x) select 1 as y from a, b"},
		"recursion":              {"with recursive a as (select n from a) select n from a", "with a as (select n from a) select n from a"},
		"the columns of a CTE":   {"with a(x) as (select 1) select * from a", "with a(y) as (select 1) select * from a"},
		"the columns of aliases": {"select * from (select 1 as q) as s(x)", "select * from (select 1 as q) as s(y)"},
		"a frame":                {"select sum(a) over (order by b rows 1 preceding) as x from orders", "select sum(a) over (order by b rows 2 preceding) as x from orders"},
		"not":                    {"select a from orders where a is null", "select a from orders where a is not null"},
		"and for or":             {"select a from orders where a and b", "select a from orders where a or b"},
		"a condition twice":      {"select a from orders where a and b", "select a from orders where a and a"},
	} {
		for _, d := range dialects {
			if textOf(d, pair[0]) == textOf(d, pair[1]) {
				t.Errorf("%s, %s:\n%s\n%s\nare the same", name, d.Name, pair[0], pair[1])
			}
		}
	}
}
