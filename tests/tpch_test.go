package tests

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/compiler/relation"
)

// TestTPCHIsTheSameOnTrinoAndDuckDB builds the project in testdata/tpch twice, up to a day and up to the end: from Trino's catalog tpch into
// a lake, and on DuckDB from the same rows. MOD_TPCH is the size of the data: tiny, unless it says sf1.
func TestTPCHIsTheSameOnTrinoAndDuckDB(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	scale := cmp.Or(os.Getenv("MOD_TPCH"), "tiny")
	lake := tpch(t, fmt.Sprintf("{type: trino, host: %v, port: %v, user: %v, database: %v, schema: %v}",
		config["host"], config["port"], config["user"], config["database"], config["schema"]))
	duck := tpch(t, "{type: duckdb, path: tpch.duckdb, schema: marts}")
	file := adapters.Config{"type": "duckdb", "path": filepath.Join(duck, "tpch.duckdb")}
	copyTPCH(t, config, file, scale)
	for _, up := range []string{"1995-06-30", "1998-12-31"} {
		modIn(t, lake, 0, "build", "--vars", fmt.Sprintf("{tpch_schema: %s, up_to: '%s'}", scale, up))
		modIn(t, duck, 0, "build", "--vars", fmt.Sprintf("{tpch_database: tpch, tpch_schema: %s, up_to: '%s'}", scale, up))
	}
	but := []string{"stg_"} // the source's rows
	if scale != "tiny" {
		but = append(but, "sales") // millions, of which others tell
	}
	want, got := contents(t, file, "marts", but...), contents(t, config, config.String("schema", ""), but...)
	if !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))) || len(want) < 9 {
		t.Fatalf("the relations are %v on DuckDB and %v on Trino", slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	}
	for name, rows := range want {
		if slices.Equal(rows, got[name]) {
			continue
		}
		t.Errorf("%s has %d rows on DuckDB and %d on Trino; the first that differ (-duckdb +trino):\n%s", name, len(rows), len(got[name]), firstDifference(rows, got[name]))
	}
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return gocmp.Diff(a[i:min(i+3, len(a))], b[i:min(i+3, len(b))])
		}
	}
	return "one has the beginning of the other"
}

// tpch copies the project and gives it a target.
func tpch(t *testing.T, target string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "tpch"))); err != nil {
		t.Fatal(err)
	}
	copyFile(t, filepath.Join("testdata", "tpch", "project.yml"), filepath.Join(dir, "project.yml"), "targets:\n  dev: "+target+"\n")
	return dir
}

// copyTPCH brings the rows of Trino's tables into a schema of a file of DuckDB's.
func copyTPCH(t *testing.T, from, to adapters.Config, scale string) {
	t.Helper()
	source, file := session(t, from), session(t, to)
	if _, err := file.Exec(t.Context(), "create schema "+scale); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"orders", "lineitem", "customer", "nation", "region", "part", "supplier", "partsupp"} {
		rows, err := source.Query(t.Context(), "select * from tpch."+scale+"."+name)
		if err != nil {
			t.Fatal(err)
		}
		table := relation.Table{Relation: relation.Relation{Schema: scale, Name: name}, Columns: rows.Columns}
		ddl := "create table " + scale + "." + name + " ("
		for i, c := range rows.Columns {
			ddl += fmt.Sprintf("%s %s,", c.Name, c.Type)
			table.Columns[i].Type = ""
		}
		if _, err := file.Exec(t.Context(), ddl+")"); err != nil {
			t.Fatal(err)
		}
		if _, err := file.Load(t.Context(), table, rows.All); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// session is one with a warehouse, closed when t ends.
func session(t *testing.T, c adapters.Config) adapters.Adapter {
	t.Helper()
	w, err := all.Named(c.String("type", "")).Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Connect(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = a.Close(), w.Close() })
	return a
}
