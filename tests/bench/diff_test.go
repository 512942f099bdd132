package bench

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
)

var compared = flag.Int("compared", 1_000_000, "BenchmarkDiff: how many rows the tables have")

// BenchmarkDiff compares two tables of Postgres whose rows differ in one of five hundred, with mod and with reladiff, which joins as well where both are in
// one database. The floor is the one join that counts the rows which differ.
//
//	make bench B=Diff
//	go test -run '^$' -bench Diff -benchtime 1x -timeout 1h ./tests/bench -compared 10000000
func BenchmarkDiff(b *testing.B) {
	c := postgresConfig(b)
	dir := b.TempDir()
	t := mod(b)
	write(b, filepath.Join(dir, "project.yml"), "name: shop\nprofile: bench\n")
	write(b, filepath.Join(dir, "profiles.yml"), fmt.Sprintf("bench: {target: postgres, outputs: {postgres: %s}}\n", postgresOutput))
	folder, missing := environment("reladiff")
	w, err := all.Named("postgres").Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	conn, err := w.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := conn.Close(); err != nil {
			b.Error(err)
		}
		if err := w.Close(); err != nil {
			b.Error(err)
		}
	}()
	twoTables(b, conn, *compared)
	address := url.URL{
		Scheme: "postgresql", Host: c.String("host", "") + ":" + c.String("port", ""), Path: "/" + c.String("dbname", ""),
		User: url.UserPassword(c.String("user", ""), c.String("password", "")),
	}
	for b.Loop() {
		var all comparison
		before := load()
		for range *rounds {
			all.add("floor", statement(b, conn, oneJoin))
			all.add("mod", t.mustRun(b, dir, c, "diff", "bench.was", "bench.present", "--key", "id"))
			if missing != nil {
				continue
			}
			command := exec.Command(filepath.Join(folder, "bin", "reladiff"), address.String(), "bench.was", "bench.present", "-k", "id",
				"-c", "customer", "-c", "country", "-c", "amount", "-c", "at", "--stats")
			command.Env = os.Environ()
			s, err := ran(command)
			if err != nil {
				b.Fatalf("reladiff: %v", err)
			}
			all.add("reladiff", s)
		}
		fmt.Printf("%d rows; machine load %s before, %s after; reladiff: %v\n", *compared, before, load(), missing)
		all.report(b, 1, "diff")
	}
}

// twoTables makes two tables, of which one has other rows than the other in one of five hundred.
func twoTables(b *testing.B, conn adapters.Adapter, rows int) {
	b.Helper()
	for _, sql := range []string{
		"create schema if not exists bench",
		"drop table if exists bench.was, bench.present",
		fmt.Sprintf(`create table bench.was as select i::bigint as id, (i %% 5000)::integer as customer, (array['DE', 'FR', 'IT', 'ES'])[i %% 4 + 1] as country,
			(i * 37 %% 100000) / 100.0 as amount, timestamp '2024-01-01' + i * interval '1 second' as at from generate_series(1, %d) as i`, rows),
		fmt.Sprintf(`create table bench.present as select id + case when id %% 2000 = 0 then %d else 0 end as id, customer, country,
			amount + case when id %% 1000 = 500 then 1 else 0 end as amount, at from bench.was where id %% 2000 <> 1`, rows),
		"alter table bench.was add primary key (id)",
		"alter table bench.present add primary key (id)",
		"analyze bench.was", "analyze bench.present",
	} {
		if _, err := conn.Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
}

const oneJoin = `select count(*) from bench.was as a full outer join bench.present as b on a.id = b.id
where a.id is null or b.id is null or a.customer is distinct from b.customer or a.country is distinct from b.country or a.amount is distinct from b.amount or a.at is distinct from b.at`

// statement is what a statement took.
func statement(b *testing.B, conn adapters.Adapter, sql string) sample {
	b.Helper()
	begun := time.Now()
	rows, err := conn.Query(b.Context(), sql)
	if err != nil {
		b.Fatal(err)
	}
	for _, err := range rows.All {
		if err != nil {
			b.Fatal(err)
		}
	}
	return sample{wall: time.Since(begun)}
}
