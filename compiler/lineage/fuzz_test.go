package lineage_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// FuzzResolve resolves any text in every dialect: there is always an answer, every use is of a column that was read, and every
// problem has its place in the text.
func FuzzResolve(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if !strings.HasPrefix(file.Name, "= ") && file.Name != "tables" {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			t.Skip("the sizes have a test of their own")
		}
		for _, d := range dialect.All() {
			sound(t, d, text)
		}
	})
}

func sound(t *testing.T, d *dialect.Dialect, text string) *lineage.Query {
	t.Helper()
	q := sql.Parse(text, d).Query()
	if q == nil {
		return nil
	}
	r := lineage.Resolve(q, options(d, text))
	for _, c := range r.Columns {
		for _, u := range c.Uses {
			if u.Table != "t" || u.Kind < lineage.Copy || u.Kind > lineage.Order {
				t.Errorf("column %q has the use %v in %q", c.Name, u, text)
			}
		}
	}
	for _, p := range r.Problems {
		if p.At.Start < 0 || p.At.End < p.At.Start || int(p.At.End) > len(text) || p.Message == "" {
			t.Errorf("problem %+v has no place in %q", p, text)
		}
	}
	return r
}

// options are those of a text in whose warehouse every table has two columns, and maybe others if its name is qualified.
func options(d *dialect.Dialect, text string) lineage.Options {
	number := types.For(d).Parse("integer")
	return lineage.Options{Dialect: d, Text: text, Tables: func(name []sql.Ident) *lineage.Table {
		return &lineage.Table{ID: "t", Columns: []lineage.Column{{Name: "id", Type: number}, {Name: "name"}}, Open: len(name) > 1}
	}}
}

// TestLargeQueriesAreResolved resolves queries of sizes that programs write.
func TestLargeQueriesAreResolved(t *testing.T) {
	t.Parallel()
	many := func(n int, format, separator string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(format, "%", fmt.Sprint(i))
		}
		return strings.Join(parts, separator)
	}
	for name, c := range map[string]struct {
		query   string
		columns int
	}{
		"5,000 columns":             {"select " + many(5000, "id as c%", ", ") + " from t", 5000},
		"5,000 columns twice":       {"with a as (select " + many(5000, "id as c%", ", ") + " from t) select " + many(5000, "c% + 1 as d%", ", ") + " from a", 5000},
		"a CASE of 2,000 branches":  {"select case " + many(2000, "when id = % then name", " ") + " end as x from t", 1},
		"a sum of 5,000":            {"select " + many(5000, "id", " + ") + " as x from t", 1},
		"a union of 500":            {many(500, "select id from t", " union all "), 1},
		"500 CTEs":                  {"with c0 as (select id from t), " + many(499, "d% as (select id from t)", ", ") + " select id from c0", 1},
		"a chain of 500 CTEs":       {"with c0 as (select id from t) " + chain(500) + " select id from c500", 1},
		"500 subqueries in another": {nested(500), 1},
		"a list of 20,000":          {"select id from t where id in (" + many(20000, "%", ", ") + ")", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sound(t, dialect.DuckDB, c.query)
			if r == nil || len(r.Columns) != c.columns || len(r.Problems) > 0 {
				t.Errorf("not %d columns without a problem: %.300v", c.columns, r)
			}
		})
	}
}

// chain is CTEs of which each reads the one before.
func chain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ", c%d as (select id from c%d)", i+1, i)
	}
	return b.String()
}
