package adaptertest

import (
	"errors"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var loadClaims = []claim{
	{"ALoadOfNothingIsNoError", loadNothing},
	{"ALoadFillsTheColumnsThatItNames", loadSome},
	{"ALoadLeavesOtherColumnsTheirDefaults", loadDefaults},
	{"ALoadAppends", loadAppends},
	{"AWrongValueLeavesNothing", wrongValue},
	{"ABrokenSourceLeavesNothing", brokenSource},
	{"ARowOfTheWrongLengthLeavesNothing", wrongLength},
	{"ALoadIntoNoTableIsAnError", loadNowhere},
	{"AFailedLoadFailsTheTransactionItIsIn", failedLoadInTransaction},
}

func tableOf(r relation.Relation) relation.Table { return relation.Table{Relation: r} }

func loadNothing(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	stats, err := b.load("t", given())
	if err != nil || stats.Rows != 0 {
		b.Errorf("got %+v, %v", stats, err)
	}
}

func loadSome(b *bench) {
	b.exec(b.sql("create table {t} (a bigint, b bigint, c bigint)"))
	b.loadSome(nil)
}

func loadDefaults(b *bench) {
	b.needs(dialect.Defaults)
	b.exec(b.sql("create table {t} (a bigint, b bigint default 7, c bigint)"))
	b.loadSome(int64(7))
}

// loadSome loads two of the columns of a table of three, and wants that in the third.
func (b *bench) loadSome(want any) {
	b.Helper()
	if _, err := b.load("t", given([]any{int64(3), "1"}), "c", "a"); err != nil {
		b.Fatal(err)
	}
	got := b.query(b, b.sql("select a, b, c from {t}"))
	if diff := cmp.Diff([][]any{{int64(1), want, int64(3)}}, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func loadAppends(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	for range 3 {
		if _, err := b.load("t", made1(5000)); err != nil {
			b.Fatal(err)
		}
	}
	if n := b.count(b, "t"); n != 15_000 {
		b.Errorf("%d rows, want 15000", n)
	}
}

// until yields n good rows and then what last does.
func until(n int, last func(yield func([]any, error) bool)) func(func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for i := range n {
			if !yield([]any{int64(i)}, nil) {
				return
			}
		}
		last(yield)
	}
}

// leavesNothing runs a load that fails late, after much was sent.
func (b *bench) leavesNothing(last func(yield func([]any, error) bool)) error {
	b.Helper()
	b.exec(b.sql("create table {t} (a bigint)"))
	_, err := b.load("t", until(300_000, last))
	if err == nil {
		b.Fatal("no error")
	}
	if n := b.count(b, "t"); n != 0 {
		b.Errorf("%d rows are left, want 0", n)
	}
	if _, err := b.load("t", made1(10)); err != nil {
		b.Errorf("the next load: %v", err)
	}
	return err
}

func wrongValue(b *bench) {
	err := b.leavesNothing(func(yield func([]any, error) bool) { yield([]any{"not a number"}, nil) })
	if e := b.failed(err); e.Position != -1 {
		b.Errorf("position is %d in a statement that nobody wrote", e.Position)
	}
}

func brokenSource(b *bench) {
	broken := errors.New("the file ends here")
	err := b.leavesNothing(func(yield func([]any, error) bool) { yield(nil, broken) })
	if !errors.Is(err, broken) {
		b.Errorf("error is %v, want the source's", err)
	}
}

func wrongLength(b *bench) {
	_ = b.leavesNothing(func(yield func([]any, error) bool) { yield([]any{int64(1), int64(2)}, nil) })
}

func loadNowhere(b *bench) {
	if _, err := b.load("nowhere", made1(10)); err == nil {
		b.Error("no error")
	}
	b.exec("select 1")
}

func failedLoadInTransaction(b *bench) {
	b.needs(dialect.TransactionalDDL)
	b.exec(b.sql("create table {t} (a bigint)"))
	b.exec("begin")
	b.exec(b.sql("insert into {t} values (1)"))
	broken := errors.New("the file ends here")
	if _, err := b.load("t", until(10, func(yield func([]any, error) bool) { yield(nil, broken) })); !errors.Is(err, broken) {
		b.Errorf("error is %v, want the source's", err)
	}
	if _, err := b.Exec(b.Context(), b.sql("insert into {t} values (2)")); err == nil {
		b.Error("the transaction goes on")
	}
	b.exec("rollback")
	if n := b.count(b, "t"); n != 0 {
		b.Errorf("%d rows are left, want 0", n)
	}
}
