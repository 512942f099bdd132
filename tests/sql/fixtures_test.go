package sql_test

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
)

// TestFixtures: of the queries of Snowflake and Trino in sqlglot's tests, nearly all are understood.
func TestFixtures(t *testing.T) {
	for _, d := range []*dialect.Dialect{dialect.Snowflake, dialect.Trino} {
		t.Run(d.Name, func(t *testing.T) {
			var c tally
			for f := range lines[struct{ Dialect, SQL string }](t, corpus(t, "fixtures.jsonl")) {
				if f.Dialect == d.Name {
					c.check(f.SQL, d, nil)
				}
			}
			c.report(t, 97)
		})
	}
}
