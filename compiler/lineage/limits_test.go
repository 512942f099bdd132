package lineage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

// TestHostileQueriesAreResolvedWithAProblem: what is broken, strange or large has columns nevertheless, and the reader of the text or
// the resolver of its names says what is wrong with it.
func TestHostileQueriesAreResolvedWithAProblem(t *testing.T) {
	t.Parallel()
	wide := make([]string, 5000)
	for i := range wide {
		wide[i] = fmt.Sprintf("missing_%d as c%d", i, i)
	}
	for name, c := range map[string]struct{ query, problem string }{
		"a quote without an end":           {"select id, 'abc from t where id = 1", "unterminated-text"},
		"a quoted name without an end":     {`select id, "abc from t`, "unterminated-text"},
		"brackets without an end":          {"select f(id, (name from t where id in (1, 2", "unreadable-sql"},
		"brackets without a beginning":     {"select id)) from t) where id = 1)", "unreadable-sql"},
		"a megabyte of columns":            {"select " + strings.Repeat("missing.id + 1, ", 1<<16) + "1 from t", "unknown-column"},
		"a megabyte of brackets":           {"select " + strings.Repeat("(", 1<<20), "too-complex"},
		"a megabyte of mistakes":           {"select " + strings.Repeat("a b c, ", 1<<17) + "1 from t", "unreadable-sql"},
		"5,000 columns":                    {"select " + strings.Join(wide, ", ") + " from t", "unknown-column"},
		"500 nested subqueries":            {strings.Repeat("select * from (", 500) + "select missing from t" + strings.Repeat(") as s", 500), "unknown-column"},
		"500 nested scalar subqueries":     {strings.Repeat("select (", 500) + "select missing from t" + strings.Repeat(") from t", 500), "unknown-column"},
		"a CASE of 2,000 branches":         {"select case" + strings.Repeat(" when missing = 1 then name", 2000) + " end from t", "unknown-column"},
		"1,900 CASEs in each other":        {"select " + strings.Repeat("case when id = 1 then name else ", 1900) + "missing" + strings.Repeat(" end", 1900) + " from t", "unknown-column"},
		"bytes that are no characters":     {"select \xff\xfe from t", "unknown-column"},
		"a name of bytes":                  {"select \"\xe2\x82\" from t", "unknown-column"},
		"invisible characters":             {"select i\u200bd from t", "unknown-column"},
		"characters written to the left":   {"select \u202edi from t", "unknown-column"},
		"a letter that looks like another": {"select \u0456d from t", "unknown-column"},
	} {
		for _, d := range dialect.All() {
			t.Run(name+"/"+d.Name, func(t *testing.T) {
				t.Parallel()
				var codes []string
				for _, p := range sql.Parse(c.query, d).Problems {
					codes = append(codes, string(p.Code))
				}
				if r := sound(t, d, c.query); r != nil {
					for _, p := range r.Problems {
						codes = append(codes, string(p.Code))
					}
				}
				if !strings.Contains(strings.Join(codes, " "), c.problem) {
					t.Errorf("no %s: %.300v", c.problem, codes)
				}
			})
		}
	}
}

// TestResolvingGrowsWithTheQuery: a query of twice the size asks for about twice the memory.
func TestResolvingGrowsWithTheQuery(t *testing.T) {
	for name, form := range map[string]func(n int) string{
		"columns":    func(n int) string { return "select " + strings.Repeat("id + missing, ", n) + "1 from t" },
		"branches":   func(n int) string { return "select case" + strings.Repeat(" when id = 1 then name", n) + " end from t" },
		"subqueries": func(n int) string { return nested(n / 10) },
		"CTEs": func(n int) string {
			return "with c0 as (select id from t) " + chain(n) + fmt.Sprintf(" select id from c%d", n)
		},
	} {
		for _, d := range dialect.All() {
			allocated := func(n int) float64 {
				text := form(n)
				q := sql.Parse(text, d).Query()
				return testing.AllocsPerRun(1, func() { lineage.Resolve(q, options(d, text)) })
			}
			if once, twice := allocated(1000), allocated(2000); twice > 3*once+100 {
				t.Errorf("%s in %s: %v allocations become %v", name, d.Name, once, twice)
			}
		}
	}
}

// nested is a query in another, n deep.
func nested(n int) string {
	return strings.Repeat("select * from (", n) + "select id from t" + strings.Repeat(") as s", n)
}
