// Package bench compares mod with the floor (the same statements without any tool) and with dbt 1.x and 2.x, on one machine, in turns:
// each benchmark runs every side a few times, one after the other, and reports the medians.
//
//	make bench                                   # everything: an hour or two
//	go test -run '^$' -bench Peers -benchtime 1x ./tests/bench -models 100
//	make bench B=Project N=10000                 # reading a large project, beside dbt 2.x
//	make bench B=Project N=100000 ALONE=true     # mod alone
//
// MOD names another binary than the one that is built from this tree, BENCH_PYTHON the Python that dbt 1.x runs on.
package bench

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/adapters/servertest"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
	"github.com/modsql/mod/compiler/relation"
)

var (
	rounds = flag.Int("rounds", 3, "how many times each side runs")
	size   = flag.Int("models", 1000, "how many models the project of BenchmarkPeers has, ten at least")

	statements = flag.String("statements", "", "a folder for the statements that BenchmarkSnowflake hears")
)

func TestMain(m *testing.M) {
	os.Exit(servertest.Around(m, postgrestest.Main, snowflaketest.Main).Run())
}

// BenchmarkParse reads a project of 1,000 models; the floor reads its files.
func BenchmarkParse(b *testing.B) {
	const n = 1000
	mod := mod(b)
	dir := b.TempDir()
	generate(b, dir, n, map[string]string{"duckdb": "{type: duckdb, path: parse.duckdb}"})
	for b.Loop() {
		var c comparison
		for range *rounds {
			c.add("floor", timed(b, func() { readAll(b, dir) }))
			remove(b, filepath.Join(dir, "target"))
			c.add("mod", mod.mustRun(b, dir, nil, "parse"))
		}
		c.report(b, n, "model")
	}
}

// BenchmarkRunDuckDB runs 300 small models, one at a time; the floor creates the same relations through the adapter.
func BenchmarkRunDuckDB(b *testing.B) {
	benchmarkRun(b, func(b *testing.B) adapters.Config {
		return adapters.Config{"type": "duckdb", "path": filepath.Join(b.TempDir(), "bench.duckdb"), "schema": "main"}
	})
}

// BenchmarkRunPostgres is the same on Postgres.
func BenchmarkRunPostgres(b *testing.B) { benchmarkRun(b, postgresConfig) }

func postgresConfig(b *testing.B) adapters.Config {
	c := postgrestest.Config(b)
	c["schema"] = "bench"
	return c
}

func benchmarkRun(b *testing.B, warehouse func(*testing.B) adapters.Config) {
	const n = 300
	mod := mod(b)
	dir := b.TempDir()
	models := generate(b, dir, n, map[string]string{"duckdb": duckdbOutput, "postgres": postgresOutput})
	for b.Loop() {
		var c comparison
		for range *rounds {
			config := warehouse(b)
			mod.mustRun(b, dir, config, "seed")
			mod.mustRun(b, dir, config, "compile")
			c.add("floor", createAll(b, dir, config, models))
			config = warehouse(b)
			mod.mustRun(b, dir, config, "seed")
			c.add("mod", mod.mustRun(b, dir, config, "run", "--threads", "1"))
		}
		c.report(b, n, "model")
	}
}

// BenchmarkSeedDuckDB loads a file of a million rows; the floor appends the same rows without reading a file.
func BenchmarkSeedDuckDB(b *testing.B) {
	benchmarkSeed(b, func(b *testing.B) adapters.Config {
		return adapters.Config{"type": "duckdb", "path": filepath.Join(b.TempDir(), "bench.duckdb"), "schema": "main"}
	})
}

// BenchmarkSeedPostgres is the same on Postgres.
func BenchmarkSeedPostgres(b *testing.B) { benchmarkSeed(b, postgresConfig) }

func benchmarkSeed(b *testing.B, warehouse func(*testing.B) adapters.Config) {
	const n = 1_000_000
	mod := mod(b)
	dir := b.TempDir()
	generate(b, dir, 10, map[string]string{"duckdb": duckdbOutput, "postgres": postgresOutput})
	write(b, filepath.Join(dir, "seeds", seedName(0)+".csv"), seedText(n, 0))
	for b.Loop() {
		var c comparison
		for range *rounds {
			c.add("floor", loadRows(b, warehouse(b), n))
			c.add("mod", mod.mustRun(b, dir, warehouse(b), "seed"))
		}
		c.report(b, n/1000, "1000rows")
	}
}

const (
	duckdbOutput   = `{type: duckdb, path: "{{ env_var('BENCH_PATH', '') }}", schema: main, threads: 4}`
	postgresOutput = `{type: postgres, host: "{{ env_var('BENCH_HOST', '') }}", port: "{{ env_var('BENCH_PORT', '5432') | as_number }}", user: "{{ env_var('BENCH_USER', '') }}", password: "{{ env_var('BENCH_PASSWORD', '') }}", dbname: "{{ env_var('BENCH_DBNAME', '') }}", schema: bench}`
)

func readAll(b *testing.B, dir string) {
	b.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		_, err = os.ReadFile(path)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// createAll creates the relations of compiled models, one statement each on one session.
func createAll(b *testing.B, dir string, c adapters.Config, models []model) sample {
	b.Helper()
	session, done := connect(b, c)
	defer done()
	var statements []string
	for _, m := range models {
		if m.Materialized == "ephemeral" {
			continue
		}
		file := filepath.Join(dir, "target", "compiled", "generated", "models", m.Folder, m.Name+".sql")
		query, err := os.ReadFile(file)
		if err != nil {
			b.Fatal(err)
		}
		kind := "view"
		if m.Materialized != "view" {
			kind = "table"
		}
		statements = append(statements, fmt.Sprintf("create %s %s.%s as (\n%s\n)", kind, c.String("schema", ""), m.Name, query))
	}
	return timed(b, func() {
		for _, sql := range statements {
			if _, err := session.Exec(b.Context(), sql); err != nil {
				b.Fatalf("%v\n%s", err, sql)
			}
		}
	})
}

// loadRows appends rows like those of a generated seed to an empty table.
func loadRows(b *testing.B, c adapters.Config, n int) sample {
	b.Helper()
	session, done := connect(b, c)
	defer done()
	schema := c.String("schema", "")
	if _, err := session.Exec(b.Context(), "create schema if not exists "+schema+"; create table "+schema+".rows (id integer, name text, amount integer, day date)"); err != nil {
		b.Fatal(err)
	}
	into := relation.Table{Relation: relation.Relation{Schema: schema, Name: "rows"}, Kind: relation.BaseTable, Columns: []relation.Column{
		{Name: "id", Type: "integer"}, {Name: "name", Type: "text"}, {Name: "amount", Type: "integer"}, {Name: "day", Type: "date"},
	}}
	return timed(b, func() {
		if _, err := session.Load(b.Context(), into, rowsLike(n)); err != nil {
			b.Fatal(err)
		}
	})
}

func rowsLike(n int) iter.Seq2[[]any, error] {
	day := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func([]any, error) bool) {
		row := make([]any, 4)
		for i := range n {
			row[0], row[1], row[2], row[3] = int64(i), "Name 17", int64(i%9000), day.AddDate(0, 0, i%360)
			if !yield(row, nil) {
				return
			}
		}
	}
}

func connect(b *testing.B, c adapters.Config) (adapters.Adapter, func()) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	warehouse, err := all.Named(c.String("type", "")).Open(ctx, c)
	if err != nil {
		b.Fatal(err)
	}
	session, err := warehouse.Connect(ctx)
	if err != nil {
		b.Fatal(err)
	}
	return session, func() {
		if err := session.Close(); err != nil {
			b.Error(err)
		}
		if err := warehouse.Close(); err != nil {
			b.Error(err)
		}
	}
}

// comparison collects the samples of each side.
type comparison struct {
	names   []string
	samples map[string][]sample
}

func (c *comparison) add(name string, s sample) {
	if c.samples == nil {
		c.samples = map[string][]sample{}
	}
	if !slices.Contains(c.names, name) {
		c.names = append(c.names, name)
	}
	c.samples[name] = append(c.samples[name], s)
}

// report gives the median milliseconds of wall time for each unit, how much processor time and memory it took, and each side's wall time
// as a multiple of the floor's.
func (c *comparison) report(b *testing.B, units int, unit string) {
	floor := c.median("floor", func(s sample) float64 { return s.wall.Seconds() })
	for _, name := range c.names {
		wall := c.median(name, func(s sample) float64 { return s.wall.Seconds() })
		b.ReportMetric(wall*1000/float64(units), name+"-ms/"+unit)
		if name == "floor" {
			continue
		}
		b.ReportMetric(wall/floor, name+"/floor")
		b.ReportMetric(c.median(name, func(s sample) float64 { return s.cpu.Seconds() }), name+"-cpu-s")
		b.ReportMetric(c.median(name, func(s sample) float64 { return s.megabytes }), name+"-MB")
	}
	b.ReportMetric(0, "ns/op") // the time of all sides together says nothing
}

func (c *comparison) median(name string, of func(sample) float64) float64 {
	return median(c.samples[name], of)
}

func median(samples []sample, of func(sample) float64) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// env is the environment that the generated profile reads a warehouse from.
func env(c adapters.Config) []string {
	var out []string
	for _, key := range []string{"path", "host", "port", "user", "password", "dbname", "database"} {
		if v := c.String(key, ""); v != "" {
			out = append(out, "BENCH_"+strings.ToUpper(key)+"="+v)
		}
	}
	return out
}
