package runner

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
)

// onPostgres is a project on a new database of a server of the tests' own.
func onPostgres(t *testing.T, project string) (string, adapters.Warehouse) {
	t.Helper()
	c := postgrestest.Config(t)
	w, err := postgres.Driver.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	settings := maps.Clone(c)
	settings["type"], settings["schema"] = "postgres", "analytics"
	text, err := json.Marshal(settings) // JSON is YAML too
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(project, "{type: duckdb, path: ':memory:', schema: main}", string(text), 1), w
}

func TestAProjectIsBuiltOnPostgres(t *testing.T) {
	t.Parallel()
	project, w := onPostgres(t, store)
	dir := t.TempDir()
	r := &Runner{Graph: compiled(t, dir, project), Warehouse: w, Threads: 4, TargetDir: filepath.Join(dir, "target")}
	for _, run := range []string{"first", "second"} {
		results, err := build(t.Context(), t, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range results.All {
			if x.Status != Success && x.Status != Pass {
				t.Errorf("%s run: %s ended as %s: %v", run, x.Node.Name, x.Status, x.Err)
			}
			if x.Node.Name == "orders" && x.Response != "SELECT 2" {
				t.Errorf("%s run: the warehouse said %q of orders, want SELECT 2", run, x.Response)
			}
		}
		if diff := cmp.Diff([]string{"ada 10", "bob 20"}, ask(t, w, "select customer, amount from analytics.orders order by 1")); diff != "" {
			t.Errorf("%s run: orders mismatch (-want +got):\n%s", run, diff)
		}
	}
	if left := ask(t, w, `select relname from pg_class where relname like '%\_\_dbt%'`); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

func TestAnErrorOfPostgresIsShownInTheModel(t *testing.T) {
	t.Parallel()
	project, w := onPostgres(t, shop+`
-- models/orders.sql --
{{ config(materialized='table') }}
select
    'größe' as word,
    {{ 'nothing' }} as amount
-- models/hooked.sql --
{{ config(materialized='table', post_hook='insert into nowhere values (1)') }}
select 1 as id
`)
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	for _, run := range []string{"first", "second"} {
		results, err := build(t.Context(), t, r)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, x := range results.All {
			got[x.Node.Name] = x.Problem.Error()
		}
		want := map[string]string{
			"orders": `models/orders.sql:4:8: error: column "nothing" does not exist [warehouse-error]`,
			"hooked": `models/hooked.sql:1:1: error: relation "nowhere" does not exist [warehouse-error]`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s run: problems mismatch (-want +got):\n%s", run, diff)
		}
	}
	if left := ask(t, w, `select relname from pg_class where relname in ('orders', 'hooked')`); len(left) > 0 {
		t.Errorf("a failed model left %q", left)
	}
}
