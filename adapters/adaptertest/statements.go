package adaptertest

import (
	"github.com/modsql/mod/compiler/dialect"
)

var statementClaims = []claim{
	{"ExecRunsAllStatements", execMany},
	{"StatsTellTheRowsOfTheLastStatement", statsOfLast},
	{"NothingToRunIsNoError", nothingToRun},
	{"UglyNamesAreQuoted", uglyNames},
	{"ARolledBackTransactionLeavesNothing", rollBack},
	{"ACommittedTransactionIsSeenByOthersAndNotBefore", commit},
}

func execMany(b *bench) {
	b.exec(b.sql("create table {t} (a bigint, s " + b.dialect.Types.Text + ");\n-- one; comment\ninsert into {t} values (1, 'a;b');\n" +
		"insert into {t} values (2, '--'), (3, '/*');"))
	if n := b.count(b, "t"); n != 3 {
		b.Errorf("%d rows, want 3", n)
	}
}

func statsOfLast(b *bench) {
	b.exec(b.sql("create table {t} (a bigint)"))
	for _, c := range []struct {
		sql  string
		rows int64
	}{
		{"insert into {t} values (1), (2), (3)", 3},
		{"update {t} set a = a + 1 where a > 1", 2},
		{"delete from {t} where a = 0", 0},
		{"insert into {t} values (9); delete from {t}", 4},
		{"drop table {t}", -1},
	} {
		stats := b.exec(b.sql(c.sql))
		if stats.Rows != c.rows {
			b.Errorf("%s: %d rows, want %d", c.sql, stats.Rows, c.rows)
		}
		if stats.Message == "" {
			b.Errorf("%s: no message", c.sql)
		}
	}
}

func nothingToRun(b *bench) {
	for _, sql := range []string{"", " \n", "-- nothing", "/* nothing */", ";"} {
		if _, err := b.Exec(b.Context(), sql); err != nil {
			b.Errorf("%q: %v", sql, err)
		}
	}
}

func uglyNames(b *bench) {
	for i, name := range ugly {
		b.exec("create table " + b.name(name) + " (" + quoteAll(b.dialect, ugly, "bigint") + ")")
		row := make([]any, len(ugly))
		for c := range row {
			row[c] = int64(i*100 + c)
		}
		if _, err := b.load(name, given(row), ugly...); err != nil {
			b.Fatalf("load into %q: %v", name, err)
		}
		got := b.query(b, "select "+b.dialect.Ident(ugly[3])+" from "+b.name(name))
		if got[0][0] != row[3] {
			b.Errorf("%q: read %v, want %v", name, got, row[3])
		}
	}
}

func (b *bench) needs(f dialect.Feature) {
	b.Helper()
	if !b.dialect.Has(f) {
		b.Skip("the warehouse has no such feature")
	}
}

func rollBack(b *bench) {
	b.needs(dialect.TransactionalDDL)
	b.exec(b.sql("create table {kept} (a bigint)"))
	b.exec("begin")
	b.exec(b.sql("create table {gone} (a bigint)"))
	b.exec(b.sql("create view {gone_view} as select 1 as a"))
	b.exec(b.sql("insert into {kept} values (1)"))
	if _, err := b.load("kept", given([]any{int64(2)})); err != nil {
		b.Fatal(err)
	}
	b.exec("rollback")
	catalog := b.inspect(b.relation(""))
	if n := len(catalog.All()); n != 1 {
		b.Errorf("%d relations are left, want 1", n)
	}
	if n := b.count(b, "kept"); n != 0 {
		b.Errorf("%d rows are left, want 0", n)
	}
}

func commit(b *bench) {
	b.needs(dialect.TransactionalDDL)
	other := b.connect()
	b.exec(b.sql("create table {t} (a bigint)"))
	b.exec("begin")
	if _, err := b.load("t", made1(3)); err != nil {
		b.Fatal(err)
	}
	b.exec(b.sql("insert into {t} values (1)"))
	if n := b.count(b, "t"); n != 4 {
		b.Errorf("the transaction itself sees %d rows, want 4", n)
	}
	if n := b.count(other, "t"); n != 0 {
		b.Errorf("another session sees %d rows before the commit", n)
	}
	b.exec("commit")
	if n := b.count(other, "t"); n != 4 {
		b.Errorf("another session sees %d rows after the commit, want 4", n)
	}
}

// made1 are n rows of one number.
func made1(n int) func(func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for i := range n {
			if !yield([]any{int64(i)}, nil) {
				return
			}
		}
	}
}
