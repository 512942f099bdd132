package fingerprint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
)

// TestQueriesOfAnySizeAreRead has queries that are long or deep beyond what anybody writes.
func TestQueriesOfAnySizeAreRead(t *testing.T) {
	t.Parallel()
	var ctes, columns []string
	for i := range 3000 {
		columns = append(columns, fmt.Sprintf("c%d", i))
		if i > 0 {
			ctes = append(ctes, fmt.Sprintf("t%d as (select a.x from t%d a join t%d b using (x))", i, i-1, i-1))
		}
	}
	for name, text := range map[string]string{
		"operators":   "select 1" + strings.Repeat(" + 1", 100_000) + " as x",
		"conditions":  "select id from orders where id = 1" + strings.Repeat(" or id = 2", 50_000),
		"mixed":       "select id from orders where id = 1" + strings.Repeat(" or id = 2 and id = 3", 20_000),
		"unions":      "select 1 as x" + strings.Repeat(" union all select 1", 20_000),
		"parentheses": "select " + strings.Repeat("(", 1500) + "1" + strings.Repeat(")", 1500) + " as x",
		"subqueries":  strings.Repeat("select x from (", 300) + "select 1 as x" + strings.Repeat(") as s", 300),
		"CTEs":        "with t0 as (select 1 as x), " + strings.Join(ctes, ", ") + " select x from t2999",
		"columns":     "with s as (select " + strings.Join(columns, ", ") + " from raw) select " + strings.Join(columns, ", ") + " from s",
	} {
		if textOf(dialect.DuckDB, text) == textOf(dialect.DuckDB, strings.Replace(text, "1", "5", 1)) && name != "columns" {
			t.Errorf("%s: an edit does not count", name)
		}
		m := read(dialect.DuckDB, text, shop)
		if change := m.Since(read(dialect.DuckDB, text+" -- the same", shop)); change.Class != fingerprint.Unchanged {
			t.Errorf("%s: by itself it is %s", name, short(change))
		}
	}
}
