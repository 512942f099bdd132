package bench

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
)

var rows = flag.Int("rows", 1_000_000, "how many rows the benchmarks of syncs send")

const syncProject = `name: shop
profile: bench
destinations:
  crm: {type: postgres, host: "{{ env_var('BENCH_HOST', '') }}", port: "{{ env_var('BENCH_PORT', '5432') }}", user: "{{ env_var('BENCH_USER', '') }}", password: "{{ env_var('BENCH_PASSWORD', '') }}", dbname: "{{ env_var('BENCH_DBNAME', '') }}"}
  api: {type: http, method: PUT, url: '%s', delete: {}}
`

const syncSource = `create schema if not exists bench;
create table bench.customers as
select i as id, 'user' || i || '@example.com' as email, 'Name ' || i as name, cast((cast(i as bigint) * 7919 %% 100000) / 100.0 as numeric(12,2)) as total,
  date '2020-01-01' + cast(i %% 2000 as integer) as since
from generate_series(1, %d) as t(i);
create table contacts (id bigint primary key, email text, name text, total numeric(12,2), since date);
create table copied (like contacts including all)`

const syncEntry = `syncs:
  - {name: contacts, query: select * from bench.customers, destination: %s, object: contacts, key: id, mode: mirror, map: [email, name, total, since]}
`

// laid is a folder with a project that syncs to a destination.
func laid(b *testing.B, destination, url string) string {
	b.Helper()
	dir := b.TempDir()
	write(b, filepath.Join(dir, "project.yml"), fmt.Sprintf(syncProject, url))
	write(b, filepath.Join(dir, "profiles.yml"), "bench: {target: postgres, outputs: {postgres: "+postgresOutput+", duckdb: "+duckdbOutput+"}}\n")
	write(b, filepath.Join(dir, "syncs", "contacts.yml"), fmt.Sprintf(syncEntry, destination))
	return dir
}

// BenchmarkSyncPostgres sends rows from a table of Postgres to another that is empty, then again without a change, and with one row in a hundred
// changed. The floor of the first is psql: COPY out, COPY into a temporary table, INSERT … ON CONFLICT; of the others, the query that finds
// what has changed, which mod runs too.
func BenchmarkSyncPostgres(b *testing.B) {
	mod := mod(b)
	dir := laid(b, "crm", "http://127.0.0.1:1/")
	for b.Loop() {
		var first, again, some comparison
		for range *rounds {
			c := postgresConfig(b)
			psql(b, c, fmt.Sprintf(syncSource, *rows))
			first.add("floor", timed(b, func() { copied(b, c) }))
			first.add("mod", mod.mustRun(b, dir, c, "sync", "run"))
			psql(b, c, "analyze")
			again.add("floor", timed(b, func() { psql(b, c, syncDiff) }))
			again.add("nothing", mod.mustRun(b, dir, c, "sync", "run"))
			psql(b, c, "update bench.customers set name = name || '!' where id % 100 = 0")
			some.add("floor", timed(b, func() { psql(b, c, syncDiff) }))
			some.add("hundredth", mod.mustRun(b, dir, c, "sync", "run"))
		}
		first.report(b, *rows/1000, "1000rows")
		again.report(b, *rows/1000, "1000rows")
		some.report(b, *rows/1000, "1000rows")
	}
}

// syncDiff is the query that finds the rows that differ from a ledger.
const syncDiff = `select count(*) from (
  select id, md5(id::text || email || name || total::text || since::text) as h from bench.customers) as r
full join mod.sync_contacts_ledger as l using (id) where r.h is null or l._hash is null or r.h <> l._hash`

// psql runs statements.
func psql(b *testing.B, c adapters.Config, sql string) {
	b.Helper()
	command := exec.Command("psql", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql)
	command.Env = append(os.Environ(), libpq(c)...)
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("psql: %v\n%s", err, out)
	}
}

// copied is what a person would do without any tool.
func copied(b *testing.B, c adapters.Config) {
	b.Helper()
	const into = `create temp table t (like copied); copy t from stdin; insert into copied select * from t on conflict (id) do update set email = excluded.email, name = excluded.name, total = excluded.total, since = excluded.since`
	script := `psql -q -c "copy bench.customers to stdout" | psql -q -v ON_ERROR_STOP=1 -c "` + strings.ReplaceAll(into, "; ", `" -c "`) + `"`
	command := exec.Command("sh", "-c", script)
	command.Env = append(os.Environ(), libpq(c)...)
	if out, err := command.CombinedOutput(); err != nil {
		b.Fatalf("psql: %v\n%s", err, out)
	}
}

func libpq(c adapters.Config) []string {
	return []string{
		"PGHOST=" + c.String("host", ""), "PGPORT=" + c.String("port", ""), "PGUSER=" + c.String("user", ""),
		"PGPASSWORD=" + c.String("password", ""), "PGDATABASE=" + c.String("dbname", ""),
	}
}

// BenchmarkSyncHTTP sends rows to an API on this machine that reads them and does nothing else. The floor posts as many bodies of
// the same size, one after the other.
func BenchmarkSyncHTTP(b *testing.B) {
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			b.Error(err)
		}
	}))
	defer sink.Close()
	mod := mod(b)
	dir := laid(b, "api", sink.URL)
	for b.Loop() {
		var sent comparison
		for range *rounds {
			c := postgresConfig(b)
			psql(b, c, fmt.Sprintf(syncSource, *rows))
			sent.add("floor", timed(b, func() { posted(b, sink.URL) }))
			sent.add("mod", mod.mustRun(b, dir, c, "sync", "run"))
		}
		sent.report(b, *rows/1000, "1000rows")
	}
}

// posted posts the rows in batches of the size that mod takes.
func posted(b *testing.B, url string) {
	b.Helper()
	const batch = 500
	var body []map[string]any
	for i := range batch {
		body = append(body, map[string]any{"id": i, "email": fmt.Sprintf("user%d@example.com", i), "name": fmt.Sprintf("Name %d", i), "total": 79.19, "since": "2020-01-01"})
	}
	for range *rows / batch {
		text, err := json.Marshal(body)
		if err != nil {
			b.Fatal(err)
		}
		answer, err := http.Post(url, "application/json", bytes.NewReader(text)) //nolint:noctx // the sink is ours
		if err != nil {
			b.Fatal(err)
		}
		_ = answer.Body.Close()
	}
}
