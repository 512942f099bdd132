package runner

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// together is the one transaction of the nodes that a run publishes together. Their turns come one after the other, on its session.
type together struct {
	mu     sync.Mutex // held while a step has its turn
	worker *worker
	wire   *wire
	failed *compiler.Node // the first that did
	over   bool
	later  []*postponed
	kept   []*gate // with failing rows to store
	notes  []note  // that are written once all is published
}

// postponed is what is left to do of a node once all have been built.
type postponed struct {
	turn *turn
	w    *worker
	ops  []materialize.Op
}

// newTogether opens the transaction; nil if no step of the plan is in it. Nothing is asked of the warehouse yet.
func (x *run) newTogether(ctx context.Context) (*together, error) {
	for _, step := range x.plan.Steps {
		if !step.Together {
			continue
		}
		g := &together{worker: &worker{sessions: map[*site]*session{}}}
		var err error
		if g.wire, err = x.wire(ctx, nil, x.home(), g.worker, "master"); err != nil {
			return nil, err
		}
		g.wire.fence, err = x.clerk.fence(ctx, x.plan.Nodes()...)
		return g, err
	}
	return nil, nil
}

// nest makes a wire one into the transaction.
func (g *together) nest(w *wire) {
	g.wire.session.begin()
	w.outer = g.wire
	w.view = g.wire.view.within()
}

// postpone keeps what puts a relation in its place until all are to be: what was made is read under its other name until then.
func (x *run) postpone(t *turn, on relation.Table, ops []materialize.Op, w *worker) {
	x.asides.put(t.step.Node.ID, on.Relation)
	x.together.later = append(x.together.later, &postponed{t, w, ops})
}

// publishTogether ends the transaction: all that was built takes its place, tables first, or nothing does.
func (x *run) publishTogether(ctx context.Context) {
	g := x.together
	if g == nil {
		return
	}
	because, err := x.unfinished(), context.Cause(ctx)
	if because == nil && err == nil {
		because, err = g.publish(ctx, x)
	}
	if because == nil && err == nil {
		err = g.wire.commit(ctx)
	}
	if because == nil && err == nil {
		g.over = true
		for _, n := range g.notes {
			x.clerk.note(n)
		}
		return
	}
	g.wire.rollback(ctx)
	g.over = true
	for _, r := range x.results.All {
		if r.Step != nil && r.Step.Together && r.keeps && !g.wire.ending {
			was := x.Book.keptAsBefore(r.Node)
			x.clerk.note(note{build: &was})
		}
	}
	x.takeBack(because, err)
	for _, held := range g.kept {
		x.keep(ctx, held, g.worker)
	}
}

// unfinished is a node that was to be published with the others and failed, nil if none did.
func (x *run) unfinished() *compiler.Node {
	for _, r := range x.results.All {
		if r.Step != nil && r.Step.Together && (isFailure(r) || r.Status == Skipped) {
			if r.Because != nil {
				return r.Because
			}
			return r.Node
		}
	}
	return nil
}

// publish puts what was built in its place. Of an error it tells the node that has it.
func (g *together) publish(ctx context.Context, x *run) (*compiler.Node, error) {
	var tables, views []*postponed
	for _, p := range g.later {
		x.asides.drop(p.turn.step.Node.ID)
		if p.ops[0].Gate.On.Kind == relation.View {
			views = append(views, p)
		} else {
			tables = append(tables, p)
		}
	}
	for _, p := range views { // they read the others under names that are about to go
		if err := p.turn.carryOut(ctx, p.ops[1:2]); err != nil {
			return p.turn.step.Node, err
		}
	}
	for _, p := range tables {
		if err := p.turn.carryOut(ctx, p.ops[1:]); err != nil {
			return p.turn.step.Node, err
		}
	}
	for _, p := range views {
		if err := g.view(ctx, x, p); err != nil {
			return p.turn.step.Node, err
		}
	}
	return nil, nil
}

// view makes a view whose query names the others as they are called now.
func (g *together) view(ctx context.Context, x *run, p *postponed) error {
	t, err := x.compileStep(ctx, p.turn.step, p.w, &Result{Node: p.turn.step.Node, Step: p.turn.step, Thread: p.w.number})
	if err != nil {
		return err
	}
	t.rendered.Pre = nil // they have run
	return t.execute(ctx)
}

// takeBack tells of all that was built that it is not published.
func (x *run) takeBack(because *compiler.Node, err error) {
	built := 0
	for _, r := range x.results.All {
		if r.Step == nil || !r.Step.Together || r.Status != Success {
			continue
		}
		built++
		r.Status, r.HeldBack, r.Err = Error, because, err
		switch {
		case err != nil && because == r.Node:
			r.HeldBack = nil
			r.failed(nil, err)
		case because != nil:
			r.Message = "built, but not published: " + because.Name + " failed"
		default:
			r.Message = "built, but not published: " + err.Error()
		}
	}
	if built > 0 {
		text := fmt.Sprintf("nothing is published of the %d that were to be published together", built)
		x.report(Logged{Text: text, Level: "warn", At: time.Now()})
	}
}

// inTurn does a job in the transaction, when it is its turn. Once a node has failed nothing is to be published, and no more is built.
func (x *run) inTurn(ctx context.Context, j job, w *worker) []*Result {
	g := x.together
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failed != nil {
		now := time.Now()
		var out []*Result
		for _, step := range j.steps {
			out = append(out, &Result{Node: step.Node, Step: step, Status: Skipped, Because: g.failed, Rows: -1, Started: now, Finished: now, scope: scope{part: j.part}})
		}
		if j.gate != nil {
			out = append(out, j.gate.unrun(g.failed, w)...)
		}
		return out
	}
	g.worker.number = w.number
	results := x.work(ctx, j, g.worker).results
	for _, r := range results {
		if isFailure(r) && g.failed == nil {
			g.failed = r.Node
		}
	}
	return results
}

// stop skips what is left of the nodes that were to be published together: one of them has failed.
func (x *run) stop(because *compiler.Node) {
	for _, at := range x.schedule.order {
		if at.step.Together && !at.gone {
			at.gone = true
			x.skip(at.step, because, "", false)
			for _, below := range x.schedule.failed(at.step) {
				x.skip(below, because, "", false)
			}
		}
	}
}
