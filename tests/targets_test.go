package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/adapters/trino/trinotest"
)

// TestDemoAcrossWarehouses builds the demo with its seeds on Postgres, its staging models on Trino and the rest on DuckDB: what people look at has the
// rows that it has on DuckDB alone, and so it does after a second build.
func TestDemoAcrossWarehouses(t *testing.T) {
	t.Parallel()
	post, lake := postgrestest.Config(t), trinotest.Config(t)
	whole := demo(t, "")
	modIn(t, whole, 0, "build")
	want := contents(t, adapters.Config{"type": "duckdb", "path": filepath.Join(whole, "shop.duckdb")}, "main")

	split := demo(t, fmt.Sprintf("\ntarget: dev\ntargets:\n  dev: {type: duckdb, path: shop.duckdb}\n"+
		"  post: {type: postgres, host: %v, port: %v, user: %v, password: %q, dbname: %v, schema: raw}\n"+
		"  lake: {type: trino, host: %v, port: %v, user: %v, database: %v, schema: %v}\n",
		post["host"], post["port"], post["user"], post["password"], post["dbname"],
		lake["host"], lake["port"], lake["user"], lake["database"], lake["schema"]))
	rewrite(t, filepath.Join(split, "project.yml"), "seeds:\n  shop:\n", "seeds:\n  shop:\n    +target: post\n", "    staging:\n", "    staging:\n      +target: lake\n")
	for range 2 {
		modIn(t, split, 0, "build")
	}
	got := contents(t, adapters.Config{"type": "duckdb", "path": filepath.Join(split, "shop.duckdb")}, "main")
	if len(got) < 10 {
		t.Errorf("%d relations are on DuckDB", len(got))
	}
	for name, rows := range got {
		if diff := cmp.Diff(want[name], rows); diff != "" {
			t.Errorf("%s (-on DuckDB alone +on three warehouses):\n%s", name, diff)
		}
	}
}

// rewrite replaces texts of a file, each of which is there once.
func rewrite(t *testing.T, path string, pairs ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(out, pairs[i]) != 1 {
			t.Fatalf("%s has %q %d times", path, pairs[i], strings.Count(out, pairs[i]))
		}
		out = strings.Replace(out, pairs[i], pairs[i+1], 1)
	}
	if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
		t.Fatal(err)
	}
}
