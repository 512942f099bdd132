package runner

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// The tries that a step has while it fails in a way that may pass, and the wait before the second one; each later wait is twice as long.
const (
	tries     = 3
	firstWait = 500 * time.Millisecond
)

// job is what a worker does at once: a step, several data tests that one statement answers, or a batch of a microbatch model.
type job struct {
	steps    []*plan.Step
	batching *batching // of the batch's model; nil for others
	part     *part     // the batch
	gate     *gate     // the data tests that hold back what the step makes; nil for none
}

// scope is what a turn is a part of. The zero value stands for a node's turn by itself.
type scope struct {
	part   *part   // the batch that it builds
	gate   *gate   // the tests that run before what it made is published
	inside *inside // of a data test: what it holds back
}

// done is a job with its results.
type done struct {
	job
	results []*Result
}

// work does a job on a worker's sessions.
func (x *run) work(ctx context.Context, j job, w *worker) done {
	if j.steps[0].Together && w != x.together.worker {
		return done{j, x.inTurn(ctx, j, w)}
	}
	if len(j.steps) > 1 {
		return done{j, x.workShared(ctx, j.steps, w, nil)}
	}
	step := j.steps[0]
	if j.gate != nil {
		return done{j, x.workGated(ctx, j, w)}
	}
	if step.Action == plan.Note {
		return done{j, []*Result{noted(step, w.number)}}
	}
	return done{j, []*Result{x.persist(ctx, step, w, scope{part: j.part})}}
}

// noted is the result of a step that does nothing: what it reads was built.
func noted(step *plan.Step, thread int) *Result {
	now := time.Now()
	return &Result{Node: step.Node, Step: step, Status: NoOp, Message: "NO-OP", Failures: new(int), Rows: -1, Thread: thread, Started: now, Compiling: now, Executing: now, Finished: now}
}

// persist does a step, or a part of one, again and again if that may help.
func (x *run) persist(ctx context.Context, step *plan.Step, w *worker, of scope) *Result {
	ctx, release := x.Cancels.during(ctx, step.Node.ID)
	defer release()
	if alone(ctx) {
		return cancelledWaiting(ctx, step)
	}
	started := time.Now()
	for try, wait := 1, firstWait; ; try, wait = try+1, 2*wait {
		r := &Result{Node: step.Node, Step: step, Status: Success, Rows: -1, Thread: w.number, Started: started, scope: of}
		err := x.try(ctx, step, w, r)
		if err != nil && try < tries && of.inside == nil && !step.Together && ctx.Err() == nil && adapters.KindOf(err) == adapters.Transient {
			x.report(Retrying{Node: step.Node, Err: err, Attempt: try, Wait: wait})
			if x.pause(ctx, wait) == nil {
				x.lookAgain(ctx, step.Node, w)
				continue
			}
		}
		r.Finished = time.Now()
		if err != nil && ctx.Err() != nil {
			cancelledResult(ctx, r, err)
		}
		return r
	}
}

// lookAgain finds out what a try left behind where no rollback takes it back: a table may be there although nobody told that it was made.
func (x *run) lookAgain(ctx context.Context, n *compiler.Node, w *worker) {
	at := x.at(n)
	if at.graph.Dialect.Has(dialect.TransactionalDDL) || !n.Stored() {
		return
	}
	conn, err := w.at(at).connected(ctx)
	if err != nil {
		return // the next try tells
	}
	if found, err := conn.Inspect(ctx, schemaOf(n.Relation)); err == nil {
		at.known.renew(n.Relation, found)
	}
}

// try does a step once. What it changed stays only if it succeeds.
func (x *run) try(ctx context.Context, step *plan.Step, w *worker, r *Result) error {
	t, err := x.compileStep(ctx, step, w, r)
	if err == nil {
		err = t.execute(ctx)
	}
	if err == nil && step.Action == plan.Check {
		err = r.judgeRow(t, x.WarnFails)
	}
	if err == nil && step.Action == plan.Unit {
		err = r.judgeUnit(t)
	}
	if err == nil && r.Overloads != nil && len(r.Overloads.Failed) > 0 {
		r.Status, r.Message = PartialSuccess, "PARTIAL SUCCESS "+step.Node.Name
	}
	if err != nil && t.wire != nil {
		t.rollback(ctx)
		r.undone = r.keeps && !t.ending && t.graph.Dialect.Has(dialect.TransactionalDDL)
		if !t.graph.Dialect.Has(dialect.TransactionalDDL) {
			err = errors.Join(err, t.session.close()) // with it go the temporary tables that no rollback takes back
		}
	}
	if t.wire != nil && len(t.sent) > 0 && (err == nil || t.rendered != nil && (t.main != "" || t.isCustom())) { // what was asked before a failure is in the log
		err = errors.Join(err, x.writeRun(r, t.statements()))
	}
	if err != nil && !r.holdBack(err) {
		r.failed(t.rendered, err)
	}
	if r.HeldBack != nil && step.Together {
		x.together.kept = append(x.together.kept, r.gate)
	} else if r.HeldBack != nil {
		x.keep(ctx, r.gate, w)
	}
	if err != nil && step.Action == plan.Unit {
		r.atTest()
	}
	return err
}

// compileStep begins a turn: it renders the node's code and writes it. The turn is not nil; without a wire if there is none.
func (x *run) compileStep(ctx context.Context, step *plan.Step, w *worker, r *Result) (*turn, error) {
	at := x.at(step.Node)
	t := &turn{graph: at.graph, step: step, options: x.Options, python: x.Python, result: r}
	if x.clerk != nil {
		t.book = x.Book
		t.unsettle = func(ctx context.Context) error { return x.unsettle(ctx, t) }
	}
	wire, err := x.wire(ctx, step.Node, at, w, step.Node.ID)
	if err != nil {
		return t, err
	}
	t.wire, t.sight.Deferred, t.sight.Aside, t.sight.Thread = wire, x.deferred(at.graph, wire.view.get), x.asides.of, threadName(r)
	if step.Together && !x.together.over {
		x.together.nest(wire)
	}
	if r.inside != nil {
		if err := r.inside.nest(ctx, wire); err != nil {
			return t, err
		}
	}
	if r.gate != nil {
		r.gate.results = nil // those of an earlier try
		t.gate, t.options.Gated = r.gate, true
		t.postpone = func(on relation.Table, ops []materialize.Op) { x.postpone(t, on, ops, w) }
		t.hold = func(ctx context.Context, at *materialize.Gate) error { return x.hold(ctx, t, at, w) }
	}
	if step.Action == plan.Copy {
		if t.origin, err = x.originOf(ctx, step.Node, w); err != nil {
			return t, err
		}
	}
	if r.part != nil {
		t.sight.Batch = &r.part.Batch
		if err := x.await(ctx, r.part.after); err != nil {
			return t, err
		}
		r.part.after = nil
		if err := x.clear(ctx, step, r.part); err != nil {
			return t, err
		}
		if err := x.countInputs(ctx, t, r.part); err != nil {
			return t, err
		}
	}
	if err := t.compile(ctx); err != nil {
		return t, err
	}
	if r.part != nil {
		r.part.limit(t)
	}
	r.Compiled = r.inside.published(r.Compiled)
	r.CompiledPath, err = x.writeCompiled(step.Node, r.file(), r.inside.published(t.rendered.SQL))
	return t, err
}

// judgeRow makes the result of a data test what its row says.
func (r *Result) judgeRow(t *turn, warnFails bool) error {
	c, err := count(t.asked)
	if err == nil {
		r.judge(c, warnFails)
	}
	return err
}

// writeCompiled writes the compiled code and returns the file's path relative to the project. Code that came out empty has none.
func (x *run) writeCompiled(n *compiler.Node, name, sql string) (string, error) {
	if n.Type == compiler.Seed || sql == "" {
		return "", nil
	}
	file, err := x.target.compiled(name, sql)
	return x.inProject(file), err
}

// writeRun writes the statements that ran for a result, and keeps where.
func (x *run) writeRun(r *Result, statements []string) error {
	shown := make([]string, len(statements))
	for i, s := range statements {
		shown[i] = r.inside.published(s)
	}
	file, err := x.target.run(r.file(), shown)
	r.BuildPath = x.inProject(file)
	return err
}

// inProject is the path of a file as artifacts tell it: relative to the project, with slashes.
func (x *run) inProject(file string) string {
	if rel, err := filepath.Rel(x.Graph.Project.Dir, file); err == nil && filepath.IsAbs(file) {
		file = rel
	}
	return filepath.ToSlash(file)
}

// pause waits between tries.
func (x *run) pause(ctx context.Context, d time.Duration) error {
	if x.wait != nil {
		return x.wait(ctx, d)
	}
	return sleep(ctx, d)
}

// sleep waits, no longer than ctx.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// failed makes the result that of a failure.
func (r *Result) failed(rendered *compiler.Rendered, err error) {
	r.Status, r.Err = Error, err
	r.Problem = problemOf(r.Node, rendered, err)
	r.Message = err.Error()
	if r.Problem != nil {
		r.Message = r.Problem.Message
	}
}

// cancelledResult is the result of a step that the end of the run interrupted.
func cancelledResult(ctx context.Context, r *Result, err error) {
	r.Problem, r.Err, r.cancelled = nil, err, true
	var fast failedFast
	if errors.As(context.Cause(ctx), &fast) {
		r.Status, r.Because, r.Message = Skipped, fast.node, "Skipping due to fail_fast"
		return
	}
	r.Status, r.Message = Error, "cancelled: "+strings.TrimPrefix(context.Cause(ctx).Error(), "cancelled: ")
}

// setStats takes what the main statement did.
func (r *Result) setStats(s adapters.Stats) {
	r.Response, r.Code, r.Rows, r.QueryID, r.Bytes = s.Message, s.Code, s.Rows, s.QueryID, s.Bytes
	r.Message = s.Message
}
