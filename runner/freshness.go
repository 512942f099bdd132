package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/plan"
)

// Freshness is how fresh a source is. Its result is a pass, a warning, a failure (the source is older than it may be), or an
// error: the check could not run, and the times are not known.
type Freshness struct {
	*Result
	LoadedAt, SeenAt time.Time
}

// Age is how old the newest row was when it was looked at, in seconds: a source without rows is older than a [time.Duration] can hold.
func (f *Freshness) Age() float64 {
	return float64(f.SeenAt.Unix()-f.LoadedAt.Unix()) + float64(f.SeenAt.Nanosecond()-f.LoadedAt.Nanosecond())/1e9
}

// Freshness finds out how fresh sources are, several at a time. The results are complete even if the error is not nil, which is ctx's cause
// or a failure to connect.
func (r *Runner) Freshness(ctx context.Context, sources []*compiler.Node) ([]*Freshness, *Results, error) {
	results := &Results{Started: time.Now()}
	p := &plan.Plan{}
	for _, n := range sources {
		p.Steps = append(p.Steps, &plan.Step{Node: n, Action: plan.Check, Reason: "how fresh it is"})
	}
	c := &freshnessCheck{Runner: r, results: results, total: len(p.Steps), steps: make(chan *plan.Step)}
	c.tell(Started{Plan: p, Threads: max(r.Threads, 1), At: results.Started})
	err := c.all(ctx, p.Steps)
	results.Finished = time.Now()
	if ctx.Err() != nil {
		results.Interrupted = true
		err = context.Cause(ctx)
	}
	r.tell(Finished{Results: results})
	return c.found, results, err
}

// freshnessCheck is a check of sources going on.
type freshnessCheck struct {
	*Runner
	steps chan *plan.Step
	total int

	mu      sync.Mutex // of what follows, and of reporting
	number  int
	results *Results
	found   []*Freshness
}

func (c *freshnessCheck) tell(e Event) {
	if c.Report != nil {
		c.Report(e)
	}
}

// all checks the steps, each worker with a session of its own.
func (c *freshnessCheck) all(ctx context.Context, steps []*plan.Step) error {
	var visits []*Visit
	var err error
	for range min(max(c.Threads, 1), len(steps)) {
		v, failure := c.Visit(ctx, nil)
		if failure != nil {
			err = errors.Join(err, failure)
			break
		}
		v.reportTo(func(e Event) { c.locked(func() { c.tell(e) }) })
		visits = append(visits, v)
	}
	if err == nil {
		var workers sync.WaitGroup
		for i, v := range visits {
			workers.Go(func() {
				for step := range c.steps {
					c.check(ctx, v, step, i+1)
				}
			})
		}
		for _, step := range steps {
			if ctx.Err() == nil {
				c.steps <- step
			}
		}
		close(c.steps)
		workers.Wait()
	}
	for _, v := range visits {
		err = errors.Join(err, v.Close())
	}
	return err
}

func (c *freshnessCheck) locked(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	do()
}

func (c *freshnessCheck) check(ctx context.Context, v *Visit, step *plan.Step, thread int) {
	number := 0
	f := &Freshness{Result: &Result{Node: step.Node, Step: step, Rows: -1, Thread: thread, Started: time.Now()}}
	c.locked(func() {
		c.number++
		number = c.number
		c.tell(StepStarted{Step: step, Number: number, Total: c.total, At: f.Started})
	})
	f.Compiling, f.Executing = f.Started, time.Now()
	if err := v.freshness(ctx, f); err != nil {
		f.failed(nil, err)
		f.place()
	} else {
		f.judge()
	}
	f.Finished = time.Now()
	c.locked(func() {
		c.found, c.results.All = append(c.found, f), append(c.results.All, f.Result)
		c.tell(StepFinished{Result: f.Result, Number: number, Total: c.total})
	})
}

// place puts the problem of a check to where the source is written: the macro that asks is none of the user's files.
func (f *Freshness) place() {
	d := diag.Diagnostic{Code: WarehouseError, Message: f.Message, Span: f.Node.At}
	if f.Problem != nil {
		d.Code, d.Hint = f.Problem.Code, f.Problem.Hint
	}
	d.Message = "it cannot be told how fresh it is: " + d.Message
	f.Problem = &d
}

// judge compares the age of a source with the limits that the project sets.
func (f *Freshness) judge() {
	limits := f.Node.Freshness()
	f.Status = Pass
	for _, l := range []struct {
		limit  *compiler.AgeLimit
		status Status
	}{{limits.WarnAfter, Warn}, {limits.ErrorAfter, Fail}} {
		if l.limit.Exceeded(f.Age()) {
			f.Status = l.status
			f.Message = fmt.Sprintf("its newest row is of %s, more than %s ago", f.LoadedAt.UTC().Format(time.DateTime), l.limit)
		}
	}
}

// freshness asks the warehouse for the time of a source's newest row.
func (v *Visit) freshness(ctx context.Context, f *Freshness) error {
	v = v.at(f.Node)
	rendered, err := v.Render(ctx, f.Node)
	if err != nil {
		return err
	}
	var told macros.Freshness
	switch rule := f.Node.Freshness(); {
	case rule.Query != "":
		query, failure := rendered.Hook(ctx, rule.Query)
		if failure != nil {
			return failure
		}
		told, err = rendered.Context.CollectFreshnessBy(ctx, query)
	case rule.Field != "":
		told, err = rendered.Context.CollectFreshness(ctx, rule.Field, rule.Filter)
	default:
		return fmt.Errorf("there is no loaded_at_field, and %s does not say when a table was last changed", v.wire.dialect.Title)
	}
	if err != nil {
		v.wire.rollback(ctx)
		return err
	}
	f.LoadedAt, f.SeenAt = told.LoadedAt, told.SeenAt
	f.Response, f.Code, f.Rows = told.Response.Message, told.Response.Code, told.Response.Rows
	return nil
}
