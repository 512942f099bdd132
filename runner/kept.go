package runner

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// mostKept bounds the failing rows that are held in memory. It is far more than people look at.
const mostKept = 10_000

// kept is rows that a data test is to keep, while the transaction ends that takes back what it found them in.
type kept struct {
	step    *plan.Step
	columns []relation.Column
	rows    [][]any
}

// takeDown reads the rows that tests have stored in the transaction of a node before that is rolled back.
func (x *run) takeDown(ctx context.Context, t *turn, g *gate) {
	g.kept = nil
	for _, r := range g.results {
		if r.Failures == nil || *r.Failures == 0 || !x.stores(r.Step) {
			continue
		}
		sql := fmt.Sprintf("select * from %s limit %d", t.dialect.Relation(t.place(r.Node, r.Node.Relation)), mostKept)
		found, _, err := t.query(ctx, sql)
		if err != nil {
			x.lost(r, err)
			return // the transaction may be over
		}
		g.kept = append(g.kept, kept{r.Step, found.Columns, found.Rows})
	}
}

// keep stores what was taken down.
func (x *run) keep(ctx context.Context, g *gate, w *worker) {
	for _, k := range g.kept {
		r := &Result{Node: k.step.Node, Step: k.step, Thread: w.number}
		t, err := x.compileStep(ctx, k.step, w, r)
		if err == nil {
			err = t.store(ctx, &k)
		}
		if err != nil {
			if t.wire != nil {
				t.rollback(ctx)
			}
			x.lost(r, err)
		}
	}
}

// lost warns that rows are not kept: that a test failed is told in any case.
func (x *run) lost(r *Result, err error) {
	x.report(Logged{Node: r.Node, Text: fmt.Sprintf("the rows that %s found are not kept: %v", r.Node.Name, err), Level: "warn", At: time.Now()})
}

// store makes the table of a test's failing rows, as one of a copy is made: of rows that are here.
func (t *turn) store(ctx context.Context, k *kept) error {
	n := t.step.Node
	t.kept = k
	ops, err := materialize.Named("copy").Ops(materialize.Request{
		Target: relation.Table{Relation: n.Relation}, Existing: t.view.get(n.Relation), Find: t.view.get, Overrides: t.graph.Library.Overrides,
		Config: n.Config, Dialect: t.graph.Dialect, Seed: &materialize.Seed{Columns: k.columns, Rows: len(k.rows)},
	})
	if err != nil {
		return err
	}
	return t.carryOut(ctx, ops)
}

// all are the rows.
func (k *kept) all(yield func([]any, error) bool) {
	for row := range slices.Values(k.rows) {
		if !yield(row, nil) {
			return
		}
	}
}
