package runner

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// gate is the data tests that hold back what a step makes. They run in its turn, on its session.
type gate struct {
	steps   []*plan.Step
	results []*Result // of those that ran before the step was published, in order
	kept    []kept    // failing rows to be stored once what they were found in is taken back
}

// inside is where a data test runs that holds back what it tests.
type inside struct {
	outer *wire // of the node that is tested
	node  *compiler.Node
	on    relation.Table // what the test reads in the place of the node
}

// heldBack is a node that is built, and not published because of a data test.
type heldBack struct{ by *compiler.Node }

// Error says so.
func (h heldBack) Error() string {
	return "built, but not published: data test " + h.by.Name + " failed"
}

// asides are the relations that are read in the place of nodes that are not published yet. They are safe for concurrent use.
type asides struct {
	mu   sync.RWMutex
	byID map[string]relation.Relation
}

func (a *asides) put(id string, r relation.Relation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byID == nil {
		a.byID = map[string]relation.Relation{}
	}
	a.byID[id] = r
}

func (a *asides) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byID, id)
}

func (a *asides) of(id string) (relation.Relation, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	r, ok := a.byID[id]
	return r, ok
}

// gateOf takes the tests of a step out of turn; nil if it has none.
func (x *run) gateOf(step *plan.Step) *gate {
	var g gate
	for _, id := range step.Gate {
		if test, ok := x.schedule.claim(id); ok {
			g.steps = append(g.steps, test)
		}
	}
	if len(g.steps) == 0 && !(step.Together && step.Node.Stored()) {
		return nil
	}
	return &g
}

// workGated does a step with the tests that hold it back. Those for which its materialization has no place before it is published run after
// that. A test that held it back comes before it in the results, as the reason for it.
func (x *run) workGated(ctx context.Context, j job, w *worker) []*Result {
	step := j.steps[0]
	r := x.persist(ctx, step, w, scope{gate: j.gate})
	tested := j.gate.results
	if r.HeldBack != nil {
		return append(append(tested, j.gate.unrun(r.HeldBack, w)...), r)
	}
	results := []*Result{r}
	results = append(results, tested...)
	if r.Status != Success {
		return append(results, j.gate.unrun(step.Node, w)...)
	}
	var rest []*plan.Step
	for _, test := range j.gate.steps {
		if !j.gate.ran(test) {
			rest = append(rest, test)
		}
	}
	return append(results, x.workTests(ctx, rest, w, nil)...)
}

func (g *gate) ran(test *plan.Step) bool {
	return slices.ContainsFunc(g.results, func(r *Result) bool { return r.Step == test })
}

// unrun are the results of the tests that had no turn.
func (g *gate) unrun(because *compiler.Node, w *worker) []*Result {
	var out []*Result
	now := time.Now()
	for _, test := range g.steps {
		if !g.ran(test) {
			out = append(out, &Result{Node: test.Node, Step: test, Status: Skipped, Because: because, Rows: -1, Thread: w.number, Started: now, Finished: now})
		}
	}
	return out
}

// hold runs the tests of a node on what it has made. The error is that of a test which may pass when all is tried again, or a heldBack.
func (x *run) hold(ctx context.Context, t *turn, at *materialize.Gate, w *worker) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	in := &inside{outer: t.wire, node: t.step.Node, on: at.On}
	x.asides.put(t.step.Node.ID, at.On.Relation)
	defer x.asides.drop(t.step.Node.ID)
	g := t.gate
	g.results = nil
	steps := g.steps
	if at.Rows {
		steps = slices.DeleteFunc(slices.Clone(steps), func(s *plan.Step) bool { return !x.sharing.tests[s.Node.ID].RowByRow() })
	}
	g.results = x.workTests(ctx, steps, w, in)
	for _, r := range g.results {
		switch {
		case !isFailure(r):
		case ctx.Err() != nil || adapters.KindOf(r.Err) == adapters.Transient:
			return r.Err
		default:
			if in.transaction() {
				x.takeDown(ctx, t, g)
			}
			x.find(ctx, t, g)
			return heldBack{r.Node}
		}
	}
	return nil
}

// workTests runs data tests, those that one statement can answer together. in is nil for tests of what is published.
func (x *run) workTests(ctx context.Context, steps []*plan.Step, w *worker, in *inside) []*Result {
	var (
		own    []*plan.Step // that have a statement each
		shared []check.Test
		byID   = map[string]*plan.Step{}
		out    []*Result
	)
	for _, s := range steps {
		if test, ok := x.sharing.tests[s.Node.ID]; ok {
			shared = append(shared, in.check(test))
			byID[s.Node.ID] = s
		} else {
			own = append(own, s)
		}
	}
	for _, group := range check.Share(shared) {
		var of []*plan.Step
		for _, test := range group.Tests {
			of = append(of, byID[test.ID])
		}
		if len(of) == 1 {
			own = append(own, of[0])
			continue
		}
		out = append(out, x.workShared(ctx, of, w, in)...)
	}
	for _, s := range own {
		if in.ended(ctx, out) {
			return out
		}
		out = append(out, x.persist(ctx, s, w, scope{inside: in}))
	}
	return out
}

// check is what a test asks where it runs.
func (in *inside) check(test check.Test) check.Test {
	if in != nil {
		test.On.Relation = in.on.Relation
	}
	return test
}

// ended tells whether the error of a test has ended the transaction in which others were to run. Not every error does, and only the warehouse
// knows which.
func (in *inside) ended(ctx context.Context, results []*Result) bool {
	if in == nil || !in.transaction() || in.outer.dialect.Has(dialect.Savepoints) ||
		!slices.ContainsFunc(results, func(r *Result) bool { return r.Status == Error }) {
		return false
	}
	_, _, err := in.outer.session.query(ctx, aliveSQL)
	return err != nil
}

// transaction tells whether the test is a part of its node's transaction.
func (in *inside) transaction() bool { return in.outer.dialect.Has(dialect.TransactionalDDL) }

// nest makes the wire of a test one into the transaction of its node: what it does is kept or taken back with that.
func (in *inside) nest(ctx context.Context, w *wire) error {
	if !in.transaction() {
		return nil
	}
	w.outer = in.outer
	w.view = in.outer.view.within()
	if !w.dialect.Has(dialect.Savepoints) {
		return nil
	}
	w.saved = true
	return w.putOff(ctx, savepointSQL)
}

// published is a text of the test as it will be true: with the name that the relation has in the end.
func (in *inside) published(sql string) string {
	if in == nil || in.on.Name == in.node.Relation.Name {
		return sql
	}
	return strings.ReplaceAll(sql, in.on.Name, in.node.Relation.Name)
}

// holdBack makes the result that of a node which is not published because of a test; false if err says nothing of the sort.
func (r *Result) holdBack(err error) bool {
	var held heldBack
	if !errors.As(err, &held) {
		return false
	}
	r.Status, r.Err, r.HeldBack, r.Message = Error, err, held.by, held.Error()
	return true
}

// tellGated tells that tests start which had a step's turn: it was not known before whether they would run.
func (x *run) tellGated(results []*Result) {
	for _, r := range results {
		if _, started := x.numbers[r.Node.ID]; !started && r.Status != Skipped {
			x.tellStart(r.Step, r.Started)
		}
	}
}
