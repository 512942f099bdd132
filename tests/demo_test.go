package tests

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/compiler/relation"
)

// TestDemoIsTheSameOnEveryWarehouse builds the project in the repository's root twice on DuckDB, on Postgres, on Trino and on what stands in for Snowflake: everything
// passes, the second build changes nothing, and the rows of every relation are the same.
func TestDemoIsTheSameOnEveryWarehouse(t *testing.T) {
	t.Parallel()
	duck := demo(t, "")
	modIn(t, duck, 0, "build")
	first := contents(t, adapters.Config{"type": "duckdb", "path": filepath.Join(duck, "shop.duckdb")}, "main")
	modIn(t, duck, 0, "build")
	again := contents(t, adapters.Config{"type": "duckdb", "path": filepath.Join(duck, "shop.duckdb")}, "main")
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("a second build changes rows (-first +second):\n%s", diff)
	}
	if len(first) < 20 {
		t.Errorf("the demo made %d relations only", len(first))
	}

	config := postgrestest.Config(t)
	post := demo(t, fmt.Sprintf("\ntargets:\n  dev: {type: postgres, host: %v, port: %v, user: %v, password: %q, dbname: %v, schema: shop}\n",
		config["host"], config["port"], config["user"], config["password"], config["dbname"]))
	modIn(t, post, 0, "build")
	modIn(t, post, 0, "build")
	if diff := cmp.Diff(first, contents(t, config, "shop")); diff != "" {
		t.Errorf("DuckDB and Postgres differ (-duckdb +postgres):\n%s", diff)
	}
	if diff := cmp.Diff(sent(t, duck), sent(t, post)); diff != "" {
		t.Errorf("DuckDB and Postgres send other rows (-duckdb +postgres):\n%s", diff)
	}

	config = trinotest.Config(t)
	lake := demo(t, fmt.Sprintf("\ntargets:\n  dev: {type: trino, host: %v, port: %v, user: %v, database: %v, schema: %v}\n",
		config["host"], config["port"], config["user"], config["database"], config["schema"]))
	modIn(t, lake, 0, "build")
	modIn(t, lake, 0, "build")
	if diff := cmp.Diff(first, contents(t, config, config.String("schema", ""))); diff != "" {
		t.Errorf("DuckDB and Trino differ (-duckdb +trino):\n%s", diff)
	}

	config = snowflaketest.Config(t)
	// What stands in for Snowflake cannot swap tables, by which those that were tested are published.
	flake := demo(t, fmt.Sprintf("\npublish: off\ntargets:\n  dev: {type: snowflake, account: %v, host: %v, port: %v, protocol: %v, user: %v, password: %q, database: %v, schema: shop}\n",
		config["account"], config["host"], config["port"], config["protocol"], config["user"], config["password"], config["database"]))
	// What stands in for Snowflake adds up decimals as floating point numbers, whose sums are not equal to the last digit.
	modIn(t, flake, 0, "build", "--exclude", "revenue_is_the_same_everywhere")
	modIn(t, flake, 0, "build", "--exclude", "revenue_is_the_same_everywhere")
	if diff := cmp.Diff(rounded(first), rounded(contents(t, config, "SHOP"))); diff != "" {
		t.Errorf("DuckDB and Snowflake differ (-duckdb +snowflake):\n%s", diff)
	}
}

// sent is the file that the demo's sync writes. Run again, it writes none.
func sent(t *testing.T, dir string) string {
	t.Helper()
	modIn(t, dir, 0, "sync", "run")
	modIn(t, dir, 0, "sync", "run")
	files, err := filepath.Glob(filepath.Join(dir, "target", "newsletter", "lapsed_customers", "run=*", "*.csv"))
	if err != nil || len(files) != 1 {
		t.Fatalf("it wrote %q, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || strings.Count(string(text), "\ninsert,") < 10 {
		t.Fatalf("%s: %v", text, err)
	}
	return string(text)
}

// demo copies the demo project, with more text at the end of its project file, and returns its folder.
func demo(t *testing.T, more string) string {
	t.Helper()
	dir := t.TempDir()
	for _, folder := range []string{"models", "seeds", "macros", "tests/generic"} {
		if err := os.CopyFS(filepath.Join(dir, folder), os.DirFS(filepath.Join("..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob("*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "tests.yml") {
		copyFile(t, file, filepath.Join(dir, "tests", file), "")
	}
	copyFile(t, "../project.yml", filepath.Join(dir, "project.yml"), more)
	if err := os.Mkdir(filepath.Join(dir, "syncs"), 0o777); err != nil {
		t.Fatal(err)
	}
	copyFile(t, "../syncs/newsletter.yml", filepath.Join(dir, "syncs", "newsletter.yml"), "")
	return dir
}

func copyFile(t *testing.T, from, to, more string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, append(text, more...), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// contents are the rows of all relations of a schema as text, sorted, by the relation's name; but for those whose name begins with one of but.
func contents(t *testing.T, config adapters.Config, schema string, but ...string) map[string][]string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	warehouse, err := all.Named(config.String("type", "")).Open(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	defer warehouse.Close()
	session, err := warehouse.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	catalog, err := session.Inspect(ctx, relation.Relation{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, table := range catalog.All() {
		if slices.ContainsFunc(but, func(prefix string) bool { return strings.HasPrefix(table.Name, prefix) }) {
			continue
		}
		rows, err := session.Query(ctx, "select * from "+schema+"."+table.Name)
		if err != nil {
			t.Fatal(err)
		}
		found[table.Name] = []string{}
		for row, err := range rows.All {
			if err != nil {
				t.Fatal(err)
			}
			found[table.Name] = append(found[table.Name], line(plain(row)))
		}
		slices.Sort(found[table.Name])
	}
	return found
}

// rounded are contents with numbers of six decimals at most, and names in lower case.
func rounded(contents map[string][]string) map[string][]string {
	out := map[string][]string{}
	for name, rows := range contents {
		name = strings.ToLower(name)
		out[name] = []string{}
		for _, row := range rows {
			cells := strings.Split(row, "|")
			for i, cell := range cells {
				if n, err := strconv.ParseFloat(cell, 64); err == nil && strings.Contains(cell, ".") {
					cells[i] = strconv.FormatFloat(math.Round(n*1e6)/1e6, 'f', -1, 64)
				}
			}
			out[name] = append(out[name], strings.Join(cells, "|"))
		}
		slices.Sort(out[name])
	}
	return out
}

// line is a row as text. Times are written without their zone: columns of the demo have none.
func line(row []any) string {
	var cells []string
	for _, v := range row {
		if at, ok := v.(time.Time); ok {
			v = at.Format(time.DateTime)
		}
		cells = append(cells, fmt.Sprint(v))
	}
	return strings.Join(cells, "|")
}

// plain takes the zeros off the ends of decimals: warehouses keep different numbers of them.
func plain(row []any) []any {
	out := slices.Clone(row)
	for i, v := range out {
		if d, ok := v.(adapters.Decimal); ok && strings.Contains(string(d), ".") {
			out[i] = strings.TrimRight(strings.TrimRight(string(d), "0"), ".")
		}
	}
	return out
}
