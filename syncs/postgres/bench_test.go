package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/postgres"
)

// BenchmarkUpsert delivers rows into a table, half of them there already; BenchmarkCopyAndMerge is what psql would do with a
// file of them: one COPY and one statement.
func BenchmarkUpsert(b *testing.B) {
	c, conn := benchTable(b)
	kind := postgres.New()
	d, err := kind.Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	target := &syncs.Target{
		Sync: "bench", Object: "t", Mode: syncs.UpsertMode, Key: []string{"id"},
		Fields: []syncs.Field{{Name: "id"}, {Name: "name"}, {Name: "amount"}, {Name: "at"}},
	}
	b.ResetTimer()
	for range b.N {
		fill(b, conn)
		b.StartTimer()
		x := &syncs.Delivery{
			Destination: d, Target: target, Run: fmt.Sprint(time.Now().UnixNano()), Limits: kind.Limits,
			Record: func(context.Context, *syncs.Batch, []error) error { return nil },
		}
		if _, err := x.Deliver(b.Context(), benchRows()); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
	}
	b.ReportMetric(benchSize*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCopyAndMerge(b *testing.B) {
	_, conn := benchTable(b)
	var text []byte
	for row := range benchRows() {
		text = fmt.Appendf(text, "%d\t%s\t%s\t%s\n", row.Values[0], row.Values[1], row.Values[2], row.Values[3].(time.Time).Format(time.RFC3339))
	}
	b.ResetTimer()
	for range b.N {
		fill(b, conn)
		b.StartTimer()
		if _, err := conn.Exec(b.Context(), "create temporary table stage (like t)"); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.PgConn().CopyFrom(b.Context(), bytes.NewReader(text), "copy stage from stdin"); err != nil {
			b.Fatal(err)
		}
		if _, err := conn.Exec(b.Context(), `insert into t select * from stage on conflict (id) do update
			set name = excluded.name, amount = excluded.amount, at = excluded.at; drop table stage`); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
	}
	b.ReportMetric(benchSize*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

const benchSize = 200_000

func benchTable(b *testing.B) (syncs.Config, *pgx.Conn) {
	b.Helper()
	c := syncs.Config(postgrestest.Config(b))
	c["sslmode"] = "disable"
	delete(c, "schema")
	conn, err := pgx.Connect(b.Context(), fmt.Sprintf("host=%v port=%v user=%v password='%v' dbname=%v", c["host"], c["port"], c["user"], c["password"], c["dbname"]))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close(context.WithoutCancel(b.Context())) })
	if _, err := conn.Exec(b.Context(), "create table t (id bigint primary key, name text, amount numeric(18,2), at timestamptz)"); err != nil {
		b.Fatal(err)
	}
	return c, conn
}

// fill puts half of the rows there, off the clock.
func fill(b *testing.B, conn *pgx.Conn) {
	b.Helper()
	b.StopTimer()
	sql := fmt.Sprintf("truncate t; insert into t select i, 'old', 0, now() from generate_series(1, %d, 2) as i; analyze t", benchSize)
	if _, err := conn.Exec(b.Context(), sql); err != nil {
		b.Fatal(err)
	}
}

func benchRows() iter.Seq2[syncs.Row, error] {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(syncs.Row, error) bool) {
		for i := range int64(benchSize) {
			row := syncs.Row{Number: i + 1, Op: syncs.Insert, Values: []any{i + 1, "name of somebody", syncs.Number("1234.50"), at}, Hash: "x"}
			if !yield(row, nil) {
				return
			}
		}
	}
}
