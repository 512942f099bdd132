package runner

import (
	"context"
	"slices"
	"time"

	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner/state"
)

// loads are what became of ranges of time and is not written down yet. Batches that follow one another are one range: a load of thousands of them is
// written in a few rows. What is lost if the run is killed is what quick batches of a few seconds loaded.
type loads struct {
	waiting []state.Interval
	written time.Time
	urgent  bool // nothing is to wait
}

// pauseOfLoads is how long quick batches may wait for others to be written down with.
const pauseOfLoads = 3 * time.Second

// add takes a note. What is said of a range comes before the end of its model, and before anybody goes on who waits for it.
func (l *loads) add(n note) {
	l.urgent = l.urgent || n.result != nil || n.written != nil
	if n.interval == nil {
		return
	}
	l.waiting = append(l.waiting, *n.interval)
}

// joined joins ranges of which the same is said and that follow one another. What is said later of the same time stays behind.
func joined(list []state.Interval) []state.Interval {
	var out []state.Interval
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(v state.Interval) bool { return !like(list[0], v) })
		if n < 0 {
			n = len(list)
		}
		some := list[:n]
		list = list[n:]
		slices.SortStableFunc(some, func(a, b state.Interval) int { return a.From.Compare(b.From) })
		for i, v := range some {
			if last := len(out) - 1; i > 0 && out[last].To.Equal(v.From) {
				out[last] = follow(out[last], v)
			} else {
				out = append(out, v)
			}
		}
	}
	return out
}

// like tells whether the same is said of ranges of the same relation.
func like(a, b state.Interval) bool {
	return a.Key == b.Key && a.Op == b.Op && a.Own == b.Own && a.Run == b.Run
}

// follow makes one of two ranges.
func follow(a, b state.Interval) state.Interval {
	began := func(v state.Interval) time.Time { return v.At.Add(-time.Duration(v.Seconds * float64(time.Second))) }
	first := began(a)
	if at := began(b); at.Before(first) {
		first = at
	}
	a.To = b.To
	if b.At.After(a.At) {
		a.At = b.At
	}
	a.Seconds = a.At.Sub(first).Seconds()
	a.Inputs = followed(a.Inputs, b.Inputs)
	return a
}

// take hands out what is to be written now.
func (l *loads) take(now time.Time) []state.Interval {
	if !l.urgent && now.Sub(l.written) < pauseOfLoads {
		return nil
	}
	out := joined(l.waiting)
	l.waiting, l.urgent, l.written = nil, false, now
	return out
}

// note hands a note on to the clerk; while what all have built is not published it is kept.
func (x *run) note(step *plan.Step, n note) {
	if g := x.together; g != nil && !g.over && step != nil && step.Together {
		g.notes = append(g.notes, n)
		return
	}
	x.clerk.note(n)
}

// noteBatch notes what became of a batch: it is loaded, or is to be loaded again. The one that made the relation anew is noted as a build of it, so that a
// run which goes no further is understood.
func (x *run) noteBatch(b *batching, p *part, r *Result) {
	if x.Book == nil || x.Book.Made == nil {
		return
	}
	n := note{interval: x.Book.interval(b.step, interval.Range{From: p.Start, To: p.End}, x.until(b.step))}
	if n.interval == nil {
		return
	}
	n.interval.At, n.interval.Seconds = x.Book.noted(r.Finished), r.Finished.Sub(r.Executing).Seconds()
	if r.Status != Success || x.Book.Partial {
		n.interval.Op, n.interval.Seconds = state.Clear, 0
	} else if n.interval.Inputs = p.inputs; p.first && !b.onto {
		n.result = r
		if len(b.parts) > 1 && !b.step.Together && x.clerk != nil {
			written := make(chan error, 1)
			n.written, b.parts[1].after = written, written
		}
	}
	x.note(b.step, n)
}

// until is the end of what a step can have loaded.
func (x *run) until(step *plan.Step) time.Time {
	if !step.Until.IsZero() {
		return step.Until
	}
	return x.Options.Now
}

// interval is that a range was loaded, up to that time; nil if nothing can be said of it.
func (b *Book) interval(step *plan.Step, r interval.Range, until time.Time) *state.Interval {
	m := b.Made.Nodes[step.Node.ID]
	r = r.Intersect(interval.Range{From: r.From, To: until})
	if m == nil || r.Empty() {
		return nil
	}
	return &state.Interval{
		Key: state.Key{Environment: b.Environment, Node: m.ID, Relation: m.Relation}, Op: state.Load, Range: r, Own: m.Own, Run: b.Run.ID,
	}
}

// await waits until it is noted that the relation was made: what is loaded into one that nobody knows of would be loaded again.
func (x *run) await(ctx context.Context, written <-chan error) error {
	if written == nil {
		return nil
	}
	select {
	case err := <-written:
		return x.unnoted(ctx, err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// clear notes, before the first batch, that what is made anew or loaded again is not loaded, and waits until that is written: whatever becomes of the
// run, nothing is taken for loaded that is not.
func (x *run) clear(ctx context.Context, step *plan.Step, p *part) error {
	if x.clerk == nil || !p.first || p.adds && len(step.Again) == 0 {
		return nil
	}
	m := x.Book.Made.Nodes[step.Node.ID]
	if m == nil {
		return nil
	}
	ranges := step.Again
	if !p.adds {
		ranges = interval.Set{{}} // all times
	}
	written := make(chan error, 1)
	for i, r := range ranges {
		n := note{interval: &state.Interval{
			Key: state.Key{Environment: x.Book.Environment, Node: m.ID, Relation: m.Relation}, Op: state.Clear, Range: r, At: x.Book.now(), Run: x.Book.Run.ID,
		}}
		if i == len(ranges)-1 {
			n.written = written
		}
		x.clerk.note(n)
	}
	return x.await(ctx, written)
}

// partly tells whether a microbatch model has some of its batches, so that it is as far as these tell.
func (r *Result) partly() bool {
	return r.Batches != nil && len(r.Batches.Successful) > 0
}
