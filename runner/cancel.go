package runner

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/modsql/mod/compiler/plan"
)

// Cancels lets nodes of a run be cancelled one by one while the others go on. It is made by [NewCancels], belongs to one run, and is safe for
// concurrent use. A nil one cancels nothing.
type Cancels struct {
	mu    sync.Mutex
	asked map[string]bool
	stops map[string][]*stop
	news  chan struct{} // holds a value if nodes were asked for since the run last looked
}

// stop ends something that is done for a node.
type stop struct{ cancel context.CancelCauseFunc }

// NewCancels is for a run that is about to begin.
func NewCancels() *Cancels {
	return &Cancels{asked: map[string]bool{}, stops: map[string][]*stop{}, news: make(chan struct{}, 1)}
}

// errCancelledAlone is why a node ended that was cancelled while its run went on.
var errCancelledAlone = errors.New("on its own, while the run went on")

// Node cancels a node: what is done for it is taken back; if it waits, it does not get its turn. Nodes that need it are skipped. One that
// has ended, or that the run does not have, is left as it is.
func (c *Cancels) Node(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[id] = true
	for _, s := range c.stops[id] {
		s.cancel(errCancelledAlone)
	}
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// during is the context of what is done for nodes, which ends when one of them is cancelled. It is released when that has ended.
func (c *Cancels) during(ctx context.Context, ids ...string) (_ context.Context, release func()) {
	if c == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	own := &stop{cancel}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.stops[id] = append(c.stops[id], own)
		if c.asked[id] {
			cancel(errCancelledAlone)
		}
	}
	return ctx, func() {
		cancel(nil)
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, id := range ids {
			c.stops[id] = slices.DeleteFunc(c.stops[id], func(s *stop) bool { return s == own })
		}
	}
}

// asks tells when nodes were cancelled; never without Cancels.
func (c *Cancels) asks() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.news
}

// all are the nodes that were cancelled, in no order.
func (c *Cancels) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for id := range c.asked {
		out = append(out, id)
	}
	return out
}

// cancelWaiting ends steps that were cancelled before their turn came.
func (x *run) cancelWaiting(ctx context.Context) {
	for _, id := range x.Cancels.all() {
		if step, ok := x.schedule.claim(id); ok {
			x.settle(cancelledWaiting(ctx, step))
		}
	}
}

// cancelledWaiting is the result of a step that is cancelled before anything is done for it.
func cancelledWaiting(ctx context.Context, step *plan.Step) *Result {
	now := time.Now()
	r := &Result{Node: step.Node, Step: step, Rows: -1, Started: now, Finished: now}
	ctx, cancel := context.WithCancelCause(ctx)
	cancel(errCancelledAlone)
	cancelledResult(ctx, r, errCancelledAlone)
	return r
}

// alone tells whether a context ended because a single node was cancelled.
func alone(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errCancelledAlone) }

// Cancelled tells whether somebody cancelled the node, by itself or with the run: nothing was wrong with it.
func (r *Result) Cancelled() bool { return r.Status == Error && r.cancelled }

// Reason is why a node was skipped: "orders failed", "orders was cancelled"; "" if it is because of no other node.
func (r *Result) Reason() string {
	switch {
	case r.Because == nil:
		return ""
	case r.cancelled:
		return r.Because.Label() + " was cancelled"
	default:
		return r.Because.Label() + " failed"
	}
}

// idsOf are the IDs of the nodes of steps.
func idsOf(steps []*plan.Step) []string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = s.Node.ID
	}
	return out
}
