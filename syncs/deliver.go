package syncs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"sync"
	"time"
)

// Delivery sends changes to a destination.
type Delivery struct {
	Destination Destination
	Target      *Target
	Run         string
	Limits      Limits
	Tries       int // of each batch; 0 means 6
	// Record keeps what became of the rows of a batch, or of those of its rows that it is known of: an error for each, nil for one that was
	// delivered. It is called by one goroutine at a time; an error ends the delivery.
	Record func(ctx context.Context, b *Batch, outcomes []error) error
	// Report is told of each batch after it was recorded; nil drops. It is called by one goroutine at a time.
	Report func(Progress)
	// Now and Wait are the time that the delivery goes by; nil for the machine's.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
}

// Progress is how far a delivery has come.
type Progress struct {
	Delivered, Rejected map[Op]int64  // rows; a rejected one was not delivered, whatever the reason
	Retries             int           // batches that were sent once more
	Pause               time.Duration // before them, of all together
}

// breaking is how many batches in a row may fail for reasons that should have passed: then nothing else is sent.
const breaking = 5

// ErrTripped is why a delivery ended that had nothing but failures for a while.
var ErrTripped = errors.New("one batch after the other fails")

// Deliver sends all rows, which are in the order of their numbers, those of one op together. It keeps them until they are recorded. It
// returns how far it came. The error is why it ended early: ctx's cause, an error of rows or Record, a failure of the destination after
// which nothing else can pass, or one that wraps [ErrTripped]. Rows of which it is not known what became of them are not recorded: they
// were not tried, or ctx or such a failure came between.
func (d *Delivery) Deliver(ctx context.Context, rows iter.Seq2[Row, error]) (Progress, error) {
	x := &delivery{
		Delivery: d, begun: ctx, pace: newPace(d.Limits.Rate, d.now), results: make(chan result),
		progress: Progress{Delivered: map[Op]int64{}, Rejected: map[Op]int64{}},
	}
	ctx, x.stop = context.WithCancelCause(ctx)
	defer x.stop(nil)
	batches := make(chan *Batch)
	var workers sync.WaitGroup
	for range max(d.Limits.Concurrency, 1) {
		workers.Go(func() {
			for b := range batches {
				x.send(ctx, b, false)
			}
		})
	}
	go func() {
		if err := x.cut(ctx, rows, batches); err != nil {
			x.stop(err)
		}
		close(batches)
		workers.Wait()
		close(x.results)
	}()
	for r := range x.results {
		if err := x.settle(ctx, r); err != nil {
			x.stop(err)
		}
	}
	if err := context.Cause(ctx); err != nil {
		return x.progress, err
	}
	return x.progress, x.finish(ctx)
}

// delivery is a Delivery under way.
type delivery struct {
	*Delivery
	// begun is the context of what has been begun. A failure that ends the delivery lets it come to its end, so that it can be recorded.
	begun    context.Context
	stop     context.CancelCauseFunc // has nothing else begun
	pace     *pace
	results  chan result
	progress Progress
	failures int // batches in a row that were given up
}

// result is a step of a batch on its way: that it waits to be sent again, or what became of some of its rows.
type result struct {
	batch    *Batch // nil if nothing is known of any row
	outcomes []error
	retries  int
	pause    time.Duration
}

func (d *Delivery) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

func (d *Delivery) wait(ctx context.Context, length time.Duration) error {
	if d.Wait != nil {
		return d.Wait(ctx, length)
	}
	if length <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return context.Cause(ctx)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// settle records what became of rows, also when the delivery is being given up: what was delivered must not be sent again.
func (x *delivery) settle(ctx context.Context, r result) error {
	x.progress.Retries += r.retries
	x.progress.Pause += r.pause
	if r.batch == nil {
		return nil
	}
	if err := x.Record(context.WithoutCancel(ctx), r.batch, r.outcomes); err != nil {
		return fmt.Errorf("record what was delivered: %w", err)
	}
	delivered, passing := int64(0), error(nil)
	for _, err := range r.outcomes {
		if err == nil {
			delivered++
		} else if ClassOf(err).again() {
			passing = err
		}
	}
	x.progress.Delivered[r.batch.Op] += delivered
	x.progress.Rejected[r.batch.Op] += int64(len(r.outcomes)) - delivered
	if x.Report != nil {
		x.Report(x.progress.clone())
	}
	if delivered > 0 || passing == nil {
		x.failures = 0
		return nil
	}
	if x.failures++; x.failures >= breaking {
		return fmt.Errorf("%w: %w", ErrTripped, passing)
	}
	return nil
}

// clone is a copy that later progress does not change.
func (p Progress) clone() Progress {
	p.Delivered, p.Rejected = maps.Clone(p.Delivered), maps.Clone(p.Rejected)
	return p
}
