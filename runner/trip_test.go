package runner

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// wired is a wire to a scripted warehouse.
func wired(w *script) *wire {
	k := &known{catalog: relation.NewCatalog(), schemas: map[relation.Relation]bool{}}
	return &wire{session: &session{warehouse: w}, known: k, view: view{base: k.catalog}, report: func(Event) {}, dialect: dialect.DuckDB, place: func(_ *compiler.Node, r relation.Relation) relation.Relation { return r }}
}

func TestATransactionTakesTwoRoundTrips(t *testing.T) {
	t.Parallel()
	w := &script{}
	x := wired(w)
	ctx := t.Context()
	x.session.begin()
	if _, err := x.exec(ctx, "create table t__dbt_tmp as select 1"); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"drop table t;", "alter table t__dbt_tmp rename to t"} {
		if err := x.putOff(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	tmp := named("t")
	x.changed(materialize.Effect{Create: &relation.Table{Relation: tmp}})
	if x.view.base.Get(tmp) != nil {
		t.Error("the catalog knows of a table before its transaction was committed")
	}
	if err := x.commit(ctx); err != nil {
		t.Fatal(err)
	}
	if x.view.base.Get(tmp) == nil {
		t.Error("the catalog does not know of a table after its transaction was committed")
	}
	want := []string{"begin; create table t__dbt_tmp as select 1", "drop table t; alter table t__dbt_tmp rename to t; commit"}
	if diff := cmp.Diff(want, w.statements()); diff != "" {
		t.Errorf("statements mismatch (-want +got):\n%s", diff)
	}
}

func TestAQueryComesAfterWhatWasPutOff(t *testing.T) {
	t.Parallel()
	w := &script{}
	x := wired(w)
	x.session.begin()
	if err := x.putOff(t.Context(), "grant select on t to ada"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := x.query(t.Context(), "select 1"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"begin; grant select on t to ada", "select 1"}, w.statements()); diff != "" {
		t.Errorf("statements mismatch (-want +got):\n%s", diff)
	}
}

func TestAFailureRollsBackAndForgets(t *testing.T) {
	t.Parallel()
	w := &script{answer: refuse("bad", errRefused)}
	x := wired(w)
	ctx := t.Context()
	x.session.begin()
	if _, err := x.exec(ctx, "create table t as select 1"); err != nil {
		t.Fatal(err)
	}
	x.changed(materialize.Effect{Create: &relation.Table{Relation: named("t")}})
	_, err := x.exec(ctx, "bad")
	if !errors.Is(err, errRefused) {
		t.Fatalf("error = %v, want the warehouse's", err)
	}
	x.rollback(ctx)
	if err := x.commit(ctx); err != nil {
		t.Fatal(err)
	}
	if x.view.get(named("t")) != nil {
		t.Error("a table of a transaction that was rolled back is still known")
	}
	if got := w.statements(); got[len(got)-1] != rollbackSQL {
		t.Errorf("statements = %q, want a rollback at the end", got)
	}
}

func TestATemplatesOwnCommitIsHeeded(t *testing.T) {
	t.Parallel()
	w := &script{}
	x := wired(w)
	for _, sql := range []string{"BEGIN;", "insert into t values (1)", " commit ; ", "commit", "rollback"} {
		if _, _, err := x.Run(t.Context(), sql, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"begin; insert into t values (1)", "commit"}, w.statements()); diff != "" {
		t.Errorf("statements mismatch (-want +got):\n%s", diff)
	}
}

func TestANewModelTakesOneRoundTripAndAReplacedOneTwo(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/orders.sql --
{{ config(materialized='table') }} select 1 as id
`
	for _, c := range []struct {
		name   string
		tables []*relation.Table
		most   int
	}{
		{"new", existing(), 1},
		{"replaced", existing("orders"), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := &script{tables: c.tables}
			r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
			if _, err := build(t.Context(), t, r); err != nil {
				t.Fatal(err)
			}
			if got := w.statements(); len(got) > c.most {
				t.Errorf("%d round trips, want at most %d:\n%s", len(got), c.most, strings.Join(got, "\n"))
			}
		})
	}
}

func TestCommentsStandAroundStatements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		c     comment
		sql   string
		want  string
		shift int
	}{
		{"none", comment{}, "select 1", "select 1", 0},
		{"before", comment{text: "x"}, "select 1", "/* x */\nselect 1", 8},
		{"behind", comment{text: "x", behind: true}, "select 1", "select 1\n/* x */", 0},
		{"behind, before the semicolon", comment{text: "x", behind: true}, "select 1;\n", "select 1\n/* x */;", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, shift := c.c.around(c.sql)
			if got != c.want || shift != c.shift {
				t.Errorf("around(%q) = %q, %d, want %q, %d", c.sql, got, shift, c.want, c.shift)
			}
		})
	}
}
