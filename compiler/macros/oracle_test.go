package macros_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

const oracleProject = `
-- dbt_project.yml --
name: shop
profile: p
vars: {least: 10, nothing: null, list: [1, 2], deep: {a: {b: 1}}, tmpl: "x"}
-- profiles.yml --
p:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: ':memory:', schema: main, database: memory}
    postgres: {type: postgres, host: 127.0.0.1, port: 5432, user: postgres, password: '', dbname: modcase, schema: public, threads: 1}
`

// decimal stands for the exact decimals of an adapter.
type decimal string

// answers are what a warehouse says to the queries of the corpus.
func answers(m *memory, number any, interval string) {
	one := func(typ string, v any) *macros.Result {
		return &macros.Result{Columns: []relation.Column{{Name: "a", Type: typ}}, Rows: [][]any{{v}}}
	}
	m.answers["select 1 as a"] = one("INTEGER", int64(1))
	m.answers["select 1 as a, 2.50 as b, null as c"] = &macros.Result{
		Columns: []relation.Column{{Name: "a", Type: "INTEGER"}, {Name: "b", Type: "DECIMAL(3,2)"}, {Name: "c", Type: "INTEGER"}},
		Rows:    [][]any{{int64(1), decimal("2.50"), nil}},
	}
	m.answers["select 'x' as a union all select 'y' order by 1"] = &macros.Result{
		Columns: []relation.Column{{Name: "a", Type: "VARCHAR"}}, Rows: [][]any{{"x"}, {"y"}},
	}
	m.answers["select cast('2024-01-02' as date) as d, cast('2024-01-02 03:04:05' as timestamp) as t, true as b"] = &macros.Result{
		Columns: []relation.Column{{Name: "d", Type: "DATE"}, {Name: "t", Type: "TIMESTAMP"}, {Name: "b", Type: "BOOLEAN"}},
		Rows:    [][]any{{time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), true}},
	}
	m.answers[interval] = one("BIGINT", number)
}

// TestTemplatesGiveWhatDbtGives renders expressions whose results dbt 1.12 gave, for each warehouse, as the whole of an analysis. Runs
// of white space are one space on both sides.
func TestTemplatesGiveWhatDbtGives(t *testing.T) {
	t.Parallel()
	for name, interval := range map[string]string{
		"duckdb":   "select (date_diff('day', cast('2024-01-01' as date)::timestamp, cast('2024-01-05' as date)::timestamp ))",
		"postgres": "select ((cast('2024-01-05' as date))::date - (cast('2024-01-01' as date))::date)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile("testdata/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var cases []struct {
				In, Want string
				Error    bool
			}
			if err := json.Unmarshal(data, &cases); err != nil {
				t.Fatal(err)
			}
			p := load(t, oracleProject)
			p.Target.Type = name
			if name == "postgres" {
				p.Target.Name, p.Target.Database, p.Target.Schema = "postgres", "modcase", "public"
				for k, v := range map[string]string{"name": "postgres", "type": "postgres", "database": "modcase", "dbname": "modcase", "schema": "public"} {
					p.Target.Dict.Put(k, v)
				}
			}
			w := newMemory()
			answers(w, int64(4), interval)
			for i, c := range cases {
				if c.Error {
					continue
				}
				node := fmt.Sprintf("t%04d", i)
				context := at(t, p, w)
				context.This = macros.NewRelation(dialect.Named(name), relation.Relation{Database: p.Target.Database, Schema: p.Target.Schema, Name: node}, "")
				context.Model = func() *jinja.Dict {
					return jinja.DictOf("name", node, "alias", node, "resource_type", "analysis", "package_name", "shop",
						"config", jinja.DictOf("materialized", "view"))
				}
				got, err := render(t, context, "[{{ "+c.In+" }}]")
				if err != nil {
					t.Errorf("%s: %v, want %q", c.In, err, c.Want)
					continue
				}
				got = spaces.ReplaceAllString(got, " ")
				if got[1:len(got)-1] != c.Want {
					t.Errorf("%s = %q, want %q", c.In, got[1:len(got)-1], c.Want)
				}
			}
		})
	}
}
