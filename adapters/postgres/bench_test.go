package postgres_test

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/relation"
)

const benchRows = 1_000_000

// customers are rows of the kinds of values that seeds have. Days are text, or times for a protocol that needs them typed.
func customers(n int, typed bool) iter.Seq2[[]any, error] {
	days := make([]any, 365)
	for i := range days {
		day := time.Date(2023, 1, 1+i, 0, 0, 0, 0, time.UTC)
		if days[i] = day; !typed {
			days[i] = day.Format(time.DateOnly)
		}
	}
	names := make([]string, 1000)
	for i := range names {
		names[i] = fmt.Sprintf("customer number %d", i)
	}
	return func(yield func([]any, error) bool) {
		row := make([]any, 5)
		for i := range n {
			row[0], row[1], row[2], row[3], row[4] = int64(i), names[i%len(names)], float64(i)/100, days[i%365], i%2 == 0
			if !yield(row, nil) {
				return
			}
		}
	}
}

// BenchmarkLoad reports how much longer a load takes than the driver's own COPY of typed values.
func BenchmarkLoad(b *testing.B) {
	config := postgrestest.Config(b)
	w, err := postgres.Driver.Open(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	a, err := w.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // the server is stopped anyway
	dsn := fmt.Sprintf("host='%v' port=%v user='%v' password='%v' dbname='%v'",
		config["host"], config["port"], config["user"], config["password"], config["dbname"])
	conn, err := pgx.Connect(b.Context(), dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(b.Context()) //nolint:errcheck // the server is stopped anyway
	var baseline, load time.Duration
	for b.Loop() {
		remake(b, a)
		began := time.Now()
		bare(b, conn)
		baseline += time.Since(began)
		remake(b, a)
		began = time.Now()
		if _, err := a.Load(b.Context(), relation.Table{Relation: relation.Relation{Name: "t"}}, customers(benchRows, false)); err != nil {
			b.Fatal(err)
		}
		load += time.Since(began)
	}
	b.ReportMetric(benchRows*float64(b.N)/load.Seconds(), "rows/s")
	b.ReportMetric(load.Seconds()/baseline.Seconds(), "×bare")
}

func remake(b *testing.B, a adapters.Adapter) {
	b.Helper()
	const ddl = "drop table if exists t; create table t (id bigint, name text, amount float8, day date, ok boolean)"
	if _, err := a.Exec(b.Context(), ddl); err != nil {
		b.Fatal(err)
	}
}

func bare(b *testing.B, conn *pgx.Conn) {
	next, stop := iter.Pull2(customers(benchRows, true))
	defer stop()
	source := pgx.CopyFromFunc(func() ([]any, error) {
		row, err, ok := next()
		if !ok {
			return nil, err
		}
		return row, err
	})
	columns := []string{"id", "name", "amount", "day", "ok"}
	if _, err := conn.CopyFrom(b.Context(), pgx.Identifier{"t"}, columns, source); err != nil {
		b.Fatal(err)
	}
}
