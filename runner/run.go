package runner

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner/state"
)

// run is a plan being carried out.
type run struct {
	*Runner
	plan     *plan.Plan
	schedule *schedule
	sites    map[*compiler.Graph]*site
	workers  []*worker // the first also serves what is not a step
	sharing  sharing
	asides   asides
	together *together   // what is published together; nil if nothing is
	underway []*batching // the microbatch models that are being built, in the order in which they were begun
	target   target
	results  *Results
	total    int            // steps that are told of
	number   int            // of the last step that was told of
	numbers  map[string]int // of the steps that were, by ID
	clerk    *clerk         // nil if nothing is noted

	reporting sync.Mutex
}

// failedFast is the cause of the end of a run that was to end with its first failure.
type failedFast struct{ node *compiler.Node }

// Error tells why the run ended.
func (f failedFast) Error() string { return "skipped because of fail-fast: " + f.node.Name + " failed" }

// Run carries out a plan. The results are complete even if the error is not nil; the error is a failure of the world that no
// single node is to blame for, or ctx's cause.
func (r *Runner) Run(ctx context.Context, p *plan.Plan) (results *Results, err error) {
	x := &run{
		Runner: r, plan: p, schedule: newSchedule(p), target: target{r.TargetDir, r.Redact}, numbers: map[string]int{},
		results: &Results{Started: time.Now()},
	}
	for range max(r.Threads, 1) {
		x.workers = append(x.workers, &worker{number: len(x.workers) + 1, sessions: map[*site]*session{}})
	}
	for _, step := range p.Steps {
		if told(step) {
			x.total++
		}
	}
	x.report(Started{Plan: p, Threads: len(x.workers), At: x.results.Started})
	err = x.all(ctx)
	x.skipRest(ctx)
	err = errors.Join(err, x.unnoted(ctx, x.clerk.close(x.ending(ctx), time.Now())))
	for _, w := range x.workers {
		err = errors.Join(err, w.close())
	}
	if x.together != nil {
		err = errors.Join(err, x.together.worker.close())
	}
	x.remember()
	x.results.Finished = time.Now()
	if ctx.Err() != nil {
		x.results.Interrupted = true
		err = context.Cause(ctx)
	}
	x.report(Finished{Results: x.results})
	return x.results, err
}

// unnoted is the error of a run whose results could not be noted. One that builds what was selected goes on without, and says so: it may have no
// right to keep tables of its own.
func (x *run) unnoted(ctx context.Context, err error) error {
	var held *state.HeldError
	if err == nil || x.Book.Verdicts != nil || ctx.Err() != nil || errors.As(err, &held) || errors.Is(err, state.ErrLost) {
		return err
	}
	x.report(Logged{Text: "what is built is not noted, and mod plan will not know of it: " + err.Error(), Level: "warn", At: time.Now()})
	return nil
}

// ending is how the run ended.
func (x *run) ending(ctx context.Context) state.Status {
	switch {
	case ctx.Err() != nil:
		return state.Cancelled
	case x.results.Failed():
		return state.Failed
	}
	return state.Succeeded
}

// told tells whether a step is something that people hear of. An ephemeral model is not, unless it fails.
func told(s *plan.Step) bool { return s.Action != plan.None }

// report hands an event on, one at a time.
func (x *run) report(e Event) {
	x.reporting.Lock()
	defer x.reporting.Unlock()
	x.tell(e)
}

// all is the run from its first statement to its last.
func (x *run) all(ctx context.Context) error {
	if len(x.plan.Steps) == 0 {
		return nil
	}
	if err := x.prepare(ctx); err != nil {
		return err
	}
	var err error
	if x.clerk, err = x.newClerk(ctx); x.unnoted(ctx, err) != nil {
		return err
	}
	if x.startHooks(ctx) {
		var err error
		if x.together, err = x.newTogether(ctx); err != nil {
			return err
		}
		x.steps(ctx)
		x.publishTogether(ctx)
	}
	x.skipRest(ctx)
	if ctx.Err() == nil {
		x.endHooks(ctx)
	}
	return nil
}

// steps runs the steps of the plan, each when those before it have succeeded.
func (x *run) steps(ctx context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		workers sync.WaitGroup
		jobs    = make(chan job)
		ended   = make(chan done, len(x.workers))
		idle    = len(x.workers)
	)
	for _, w := range x.workers {
		workers.Go(func() {
			for j := range jobs {
				ended <- x.work(ctx, j, w)
			}
		})
	}
	for {
		for idle > 0 && ctx.Err() == nil {
			j, ok := x.next()
			if !ok {
				break
			}
			idle--
			jobs <- j
		}
		if idle == len(x.workers) {
			break
		}
		select {
		case <-x.Cancels.asks():
			x.cancelWaiting(ctx)
			continue
		case d := <-ended:
			for _, result := range x.resultsOf(d) {
				x.settle(result)
				if x.FailFast && isFailure(result) && !result.Cancelled() && ctx.Err() == nil {
					cancel(failedFast{result.Node})
				}
			}
		}
		idle++
	}
	close(jobs)
	workers.Wait()
	for len(x.underway) > 0 { // the run ended in the midst of them
		x.settle(x.closeBatching(x.underway[0]))
	}
	x.skipRest(ctx)
}

// resultsOf are the results of steps that a job brought: none if batches of its model are left.
func (x *run) resultsOf(d done) []*Result {
	if d.gate != nil {
		x.tellGated(d.results)
	}
	if d.batching != nil {
		return x.batchEnded(d.job, d.results[0])
	}
	return d.results
}

// next is the job to start now; ok is false if none is ready. A model that was begun comes before one that was not.
func (x *run) next() (j job, ok bool) {
	if j, ok := x.nextBatch(); ok {
		return j, true
	}
	step := x.schedule.next()
	if step == nil {
		return job{}, false
	}
	steps := x.gather(step)
	x.tellStarts(steps)
	if step.Batched(x.at(step.Node).graph) {
		x.underway = append(x.underway, x.batching(step))
		return x.nextBatch()
	}
	return job{steps: steps, gate: x.gateOf(step)}, true
}

// tellStarts numbers steps and tells that they start.
func (x *run) tellStarts(steps []*plan.Step) {
	for _, s := range steps {
		if told(s) {
			x.tellStart(s, time.Now())
		}
	}
}

func (x *run) tellStart(s *plan.Step, at time.Time) {
	x.number++
	x.numbers[s.Node.ID] = x.number
	x.report(StepStarted{Step: s, Number: x.number, Total: x.total, At: at})
}

// settle records a result, and what it means for the steps that come after.
func (x *run) settle(r *Result) {
	if !told(r.Step) && r.Status != Error {
		x.schedule.succeeded(r.Step)
		return
	}
	x.record(r)
	if !isFailure(r) && r.Status != Skipped {
		x.schedule.succeeded(r.Step)
		return
	}
	if r.Step.Together {
		defer x.stop(r.Node)
	}
	if r.Node.Config != nil && r.Node.Config.String("on_error") == "continue" {
		x.schedule.succeeded(r.Step)
		return
	}
	because := r.Node
	if r.Because != nil {
		because = r.Because
	}
	for _, step := range x.schedule.failed(r.Step) {
		message := ""
		if !told(r.Step) {
			message = "Compilation Error in " + step.Node.ID + ", caused by compilation error in referenced ephemeral model " + because.ID
		}
		if r.Cancelled() {
			message = because.Label() + " was cancelled"
		}
		x.skip(step, because, message, r.Cancelled())
	}
}

func isFailure(r *Result) bool {
	return r.Status == Error || r.Status == Fail || r.Status == PartialSuccess
}

// record adds a result to those of the run and tells it.
func (x *run) record(r *Result) {
	number, started := x.numbers[r.Node.ID]
	if !started {
		x.number++
		number = x.number
	}
	x.results.All = append(x.results.All, r)
	x.note(r.Step, note{result: r})
	x.report(StepFinished{Result: r, Number: number, Total: x.total})
}

// skip records a step that does not get its turn.
func (x *run) skip(step *plan.Step, because *compiler.Node, message string, cancelled bool) {
	if !told(step) {
		return
	}
	now := time.Now()
	x.record(&Result{Node: step.Node, Step: step, Status: Skipped, Because: because, Message: message, Rows: -1, Started: now, Finished: now, cancelled: cancelled})
}

// skipRest skips what has not started.
func (x *run) skipRest(ctx context.Context) {
	message, because := "", (*compiler.Node)(nil)
	var fast failedFast
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &fast):
		message, because = "Skipping due to fail_fast", fast.node
	case cause != nil:
		message = cause.Error()
	}
	for _, step := range x.schedule.rest() {
		x.skip(step, because, message, false)
	}
}

// remember stores how long the steps took.
func (x *run) remember() {
	if x.State == nil {
		return
	}
	took := map[string]float64{}
	for _, r := range x.results.All {
		if r.Step != nil && !r.Executing.IsZero() && !isFailure(r) && r.Status != Skipped && r.Node.Type != compiler.Operation {
			took[r.Node.ID] = r.Finished.Sub(r.Started).Seconds()
		}
	}
	if len(took) == 0 {
		return
	}
	if err := x.State.Save(x.remembered().With(took)); err != nil {
		x.report(Logged{Text: err.Error(), Level: "warn", At: time.Now()})
	}
}

// wire is a node's wire to a warehouse, on a worker's session; n is nil for statements of no node.
func (x *run) wire(ctx context.Context, n *compiler.Node, at *site, w *worker, connection string) (*wire, error) {
	c, err := at.comments.of(ctx, n, connection)
	if err != nil {
		return nil, err
	}
	fence, err := x.clerk.fence(ctx, n)
	if err != nil {
		return nil, err
	}
	return &wire{
		fence: fence,
		node:  n, session: w.at(at), known: at.known, view: view{base: at.known.catalog}, comment: c, limit: x.Timeout,
		report: x.report, dialect: at.graph.Dialect, place: at.graph.Place,
	}, nil
}
