package adaptertest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

var sessionClaims = []claim{
	{"SessionsWriteAtOnce", writeAtOnce},
	{"TemporaryTablesBelongToTheirSession", temporaryTables},
	{"AClosedSessionIsBroken", closedSession},
	{"CloseEndsATransaction", closeInTransaction},
	{"VerifyTellsFacts", verify},
}

func writeAtOnce(b *bench) {
	const sessions, tables = 4, 5
	var wg sync.WaitGroup
	failures := make([]error, sessions)
	for i := range sessions {
		a := b.connect()
		wg.Go(func() {
			for k := range tables {
				name := fmt.Sprintf("t_%d_%d", i, k)
				_, err := a.Exec(b.Context(), "create table "+b.name(name)+" (k bigint, s "+b.dialect.Types.Text+")")
				if err == nil {
					_, err = a.Load(b.Context(), tableOf(b.relation(name)), made(1000))
				}
				if err == nil {
					_, err = a.Exec(b.Context(), "create table "+b.name(name+"_copy")+" as select * from "+b.name(name))
				}
				failures[i] = errors.Join(failures[i], err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(failures...); err != nil {
		b.Fatal(err)
	}
	if n := len(b.inspect(b.relation("")).All()); n != 2*sessions*tables {
		b.Errorf("%d relations, want %d", n, 2*sessions*tables)
	}
	if n := b.count(b, "t_3_4_copy"); n != 1000 {
		b.Errorf("%d rows, want 1000", n)
	}
}

func temporaryTables(b *bench) {
	b.needs(dialect.TemporaryTables)
	table := b.dialect.Ident("tmp_" + b.schema)
	b.exec("create temporary table " + table + " (a bigint)")
	b.exec("insert into " + table + " values (1)")
	if _, err := b.connect().Exec(b.Context(), "select * from "+table); err == nil {
		b.Error("another session sees it")
	}
	if n := len(b.inspect(b.relation("")).All()); n != 0 {
		b.Errorf("it is one of %d relations of the schema", n)
	}
}

func closedSession(b *bench) {
	a, err := b.warehouse.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for range 2 {
		if err := a.Close(); err != nil {
			b.Fatalf("close: %v", err)
		}
	}
	_, failedExec := a.Exec(b.Context(), "select 1")
	_, failedQuery := a.Query(b.Context(), "select 1")
	_, failedInspect := a.Inspect(b.Context(), b.relation(""))
	_, failedLoad := a.Load(b.Context(), tableOf(b.relation("t")), made1(1))
	for _, err := range []error{failedExec, failedQuery, failedInspect, failedLoad} {
		if !errors.Is(err, adapters.ErrBroken) {
			b.Errorf("error is %v, want ErrBroken", err)
		}
	}
}

func closeInTransaction(b *bench) {
	b.needs(dialect.TransactionalDDL)
	b.exec(b.sql("create table {t} (a bigint)"))
	a, err := b.warehouse.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if _, err := a.Exec(b.Context(), "begin; "+b.sql("insert into {t} values (1)")); err != nil {
		b.Fatal(err)
	}
	if err := a.Close(); err != nil {
		b.Fatal(err)
	}
	b.exec(b.sql("drop table {t}")) // it would wait for an open transaction, or be refused
}

func verify(b *bench) {
	v, ok := b.warehouse.(adapters.Verifier)
	if !ok {
		b.Skip("the warehouse verifies nothing")
	}
	facts, err := v.Verify(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	known := map[string]string{}
	for _, f := range facts {
		known[f.Name] = f.Value
	}
	for _, name := range []string{"version", "database"} {
		if known[name] == "" {
			b.Errorf("facts are %v: no %s", facts, name)
		}
	}
}
