package adaptertest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

var failureClaims = []claim{
	{"ErrorsTellTheirPlaceInBytes", errorPlaces},
	{"AFailedStatementLeavesTheSessionUsable", usableAfterError},
	{"AnErrorWhileRowsStreamEndsThem", errorInStream},
	{"AFailedTransactionDoesNotCommit", failedTransaction},
	{"ACancelledStatementStops", cancelStatement},
	{"ACancelledStreamStops", cancelStream},
	{"ACancelledLoadLeavesNothing", cancelLoad},
	{"AnEndedContextRunsNothing", endedContext},
}

func errorPlaces(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	for _, c := range []struct{ sql, at string }{
		{"select no_such_column from {t}", "no_such_column"},
		{"select 'é', '😀' as \"日本\",\n  no_such_column\nfrom {t}", "no_such_column"},
		{"/* é */ select a from {t};\nselect 'é', no_such_column from {t}", "no_such_column"},
		{"select * from {t} as x, no_such_table", "no_such_table"},
		{"select 'é' + from {t}", "from"},
		{"select a, no_such_function(a) from {t}", "no_such_function"},
		{"insert into {t} select no_such_column", "no_such_column"},
		{"select '" + strings.Repeat("long ", 100) + "', no_such_column from {t}", "no_such_column"},
	} {
		sql := b.sql(c.sql)
		_, err := b.Exec(b.Context(), sql)
		e := b.failed(err)
		if e.Kind != adapters.Failed || e.Message == "" || strings.Contains(e.Message, "LINE ") {
			b.Errorf("%s: error is %+v", sql, *e)
		}
		want := strings.Index(sql, c.at)
		if e.Position != want {
			b.Errorf("%s: position is %d, want %d (%s)", sql, e.Position, want, e.Message)
		}
	}
}

func usableAfterError(b *bench) {
	for range 3 {
		if _, err := b.Exec(b.Context(), "selec 1"); err == nil {
			b.Fatal("no error")
		}
		if _, err := b.Query(b.Context(), "select * from no_such_table"); err == nil {
			b.Fatal("no error")
		}
		if got := b.query(b, "select 1")[0][0]; got != int64(1) {
			b.Fatalf("select 1 yields %v", got)
		}
	}
}

func errorInStream(b *bench) {
	rows, err := b.Query(b.Context(), "select cast(case when g = 50000 then 'x' else '1' end as integer) from "+series(100_000))
	if err == nil {
		n := 0
		for _, broken := range rows.All {
			if err != nil {
				b.Fatal("a row after the error")
			}
			if err = broken; err == nil {
				n++
			}
		}
		if n >= 100_000 {
			b.Errorf("%d rows before the error", n)
		}
	}
	if e := b.failed(err); e.Kind != adapters.Failed {
		b.Errorf("error is %+v", *e)
	}
	b.exec("select 1")
}

func failedTransaction(b *bench) {
	b.needs(dialect.TransactionalDDL)
	b.exec(b.sql("create table {t} (a bigint)"))
	b.exec("begin")
	b.exec(b.sql("insert into {t} values (1)"))
	if _, err := b.Exec(b.Context(), b.sql("insert into {t} select cast('x' as bigint)")); err == nil {
		b.Fatal("no error")
	}
	if _, err := b.Exec(b.Context(), b.sql("insert into {t} values (2)")); err == nil {
		b.Error("an aborted transaction takes statements")
	}
	if _, err := b.Exec(b.Context(), "rollback"); err != nil {
		b.Fatal(err)
	}
	if n := b.count(b, "t"); n != 0 {
		b.Errorf("%d rows, want 0", n)
	}
	b.exec("begin")
	b.exec(b.sql("insert into {t} values (1)"))
	if _, err := b.Exec(b.Context(), b.sql("insert into {t} select cast('x' as bigint)")); err == nil {
		b.Fatal("no error")
	}
	if stats, err := b.Exec(b.Context(), "commit"); err == nil && stats.Code != "ROLLBACK" {
		b.Error("an aborted transaction commits")
	}
	if n := b.count(b, "t"); n != 0 {
		b.Errorf("%d rows, want 0", n)
	}
}

// endless runs for hours.
var endless = "select count(*) from (select g as a from " + series(1_000_000) + ") as x, (select g as b from " + series(1_000_000) + ") as y where a + b < 0"

var errStopped = errors.New("stopped by the test")

// soon is a context that ends while a statement runs.
func (b *bench) soon() (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(b.Context(), 50*time.Millisecond, errStopped)
}

func (b *bench) wasCancelled(err error, began time.Time) {
	b.Helper()
	if e := b.failed(err); e.Kind != adapters.Cancelled || !errors.Is(err, errStopped) {
		b.Errorf("error is %+v, want one that is cancelled and wraps the cause", *e)
	}
	if took := time.Since(began); took > 20*time.Second {
		b.Errorf("it took %v to stop", took)
	}
}

func cancelStatement(b *bench) {
	ctx, stop := b.soon()
	defer stop()
	began := time.Now()
	_, err := b.Exec(ctx, endless)
	b.wasCancelled(err, began)
	if errors.Is(err, adapters.ErrBroken) {
		return
	}
	if got := b.query(b, "select 1")[0][0]; got != int64(1) {
		b.Errorf("select 1 yields %v", got)
	}
}

func cancelStream(b *bench) {
	ctx, cancel := context.WithCancelCause(b.Context())
	defer cancel(nil)
	rows, err := b.Query(ctx, "select g from "+series(10_000_000))
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	for _, broken := range rows.All {
		if broken != nil {
			err = broken
			break
		}
		cancel(errStopped)
	}
	b.wasCancelled(err, began)
	if !errors.Is(err, adapters.ErrBroken) {
		b.exec("select 1")
	}
}

func cancelLoad(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	ctx, cancel := context.WithCancelCause(b.Context())
	defer cancel(nil)
	began := time.Now()
	into := b.relation("t")
	_, err := b.Load(ctx, tableOf(into), func(yield func([]any, error) bool) {
		for i := int64(0); yield([]any{i}, nil); i++ {
			if i == 10_000 {
				cancel(errStopped)
			}
		}
	})
	b.wasCancelled(err, began)
	if n := b.count(b.connect(), "t"); n != 0 {
		b.Errorf("%d rows are left, want 0", n)
	}
}

func endedContext(b *bench) {
	ctx, cancel := context.WithCancelCause(b.Context())
	cancel(errStopped)
	_, err := b.Exec(ctx, b.sql("create table {t} (a bigint)"))
	b.wasCancelled(err, time.Now())
	if n := len(b.inspect(b.relation("")).All()); n != 0 {
		b.Errorf("%d relations, want 0", n)
	}
}
