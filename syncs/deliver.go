package syncs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Delivery sends changes to a destination.
type Delivery struct {
	Destination Destination
	Target      *Target
	Run         string
	Limits      Limits
	Tries       int // of each batch; 0 means 6
	// Record keeps what became of the rows of a batch: an error for each, nil for one that was delivered. It is called by one goroutine
	// at a time; an error ends the delivery.
	Record func(ctx context.Context, b *Batch, outcomes []error) error
	// Report is told of each batch after it was recorded; nil drops. It is called by one goroutine at a time.
	Report func(Progress)
	// Now and Wait are the time that the delivery goes by; nil for the machine's.
	Now  func() time.Time
	Wait func(context.Context, time.Duration) error
}

// Progress is how far a delivery has come.
type Progress struct {
	Delivered, Rejected map[Op]int64 // rows; a rejected one was not delivered, whatever the reason
	Retries             int          // batches that were sent once more
	Pause               time.Duration
}

// breaking is how many batches in a row may fail for reasons that should have passed: then nothing else is sent.
const breaking = 5

// ErrTripped is why a delivery ended that had nothing but failures for a while.
var ErrTripped = errors.New("one batch after the other fails")

// Deliver sends all rows, which are in the order of their numbers, those of one op together. It returns how far it came. The error is why
// it ended early: ctx's cause, an error of rows or Record, a failure of the destination after which nothing else can pass, or one that
// wraps [ErrTripped]. Rows that were not tried are not recorded.
func (d *Delivery) Deliver(ctx context.Context, rows iter.Seq2[Row, error]) (Progress, error) {
	x := &delivery{Delivery: d, pace: newPace(d.Limits.Rate, d.now), progress: Progress{Delivered: map[Op]int64{}, Rejected: map[Op]int64{}}}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	batches, results := make(chan *Batch), make(chan result)
	var workers sync.WaitGroup
	for range max(d.Limits.Concurrency, 1) {
		workers.Go(func() {
			for b := range batches {
				x.send(ctx, b, results)
			}
		})
	}
	go func() {
		if err := x.cut(ctx, rows, batches); err != nil {
			cancel(err)
		}
		close(batches)
		workers.Wait()
		close(results)
	}()
	for r := range results {
		if err := x.settle(ctx, r); err != nil {
			cancel(err)
		}
	}
	if ctx.Err() != nil {
		return x.progress, context.Cause(ctx)
	}
	return x.progress, nil
}

// delivery is a Delivery under way.
type delivery struct {
	*Delivery
	pace     *pace
	progress Progress
	failures int // batches in a row that were given up
}

// result is what became of a batch. Outcomes are nil if the batch was given up before it was known.
type result struct {
	batch    *Batch
	outcomes []error
	retries  int
	pause    time.Duration
	fatal    error
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
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// settle records what became of a batch, also when the delivery is being given up: what was delivered must not be sent again.
func (x *delivery) settle(ctx context.Context, r result) error {
	x.progress.Retries += r.retries
	x.progress.Pause += r.pause
	if r.outcomes == nil {
		return r.fatal
	}
	if err := x.Record(context.WithoutCancel(ctx), r.batch, r.outcomes); err != nil {
		return fmt.Errorf("record what was delivered: %w", err)
	}
	delivered, passing := int64(0), false
	for _, err := range r.outcomes {
		if err == nil {
			delivered++
		} else if ClassOf(err).again() {
			passing = true
		}
	}
	x.progress.Delivered[r.batch.Op] += delivered
	x.progress.Rejected[r.batch.Op] += int64(len(r.outcomes)) - delivered
	if x.Report != nil {
		x.Report(x.progress)
	}
	if x.failures++; delivered > 0 || !passing {
		x.failures = 0
	}
	if x.failures >= breaking && r.fatal == nil {
		return fmt.Errorf("%w: %w", ErrTripped, errors.Join(r.outcomes[0]))
	}
	return r.fatal
}

// send brings a batch to its end: all of it is delivered or refused, or the delivery ends. A batch that is refused as a whole, or too
// large, is halved until the rows at fault stand alone.
func (x *delivery) send(ctx context.Context, b *Batch, results chan<- result) {
	r := result{batch: b}
	outcomes, err := x.try(ctx, b, &r)
	switch {
	case err == nil:
		r.outcomes = outcomes
	case ctx.Err() != nil:
	case len(b.Rows) > 1 && (ClassOf(err) == Rejected || ClassOf(err) == TooLarge):
		results <- r.untried()
		middle := len(b.Rows) / 2
		for _, half := range [][]Row{b.Rows[:middle], b.Rows[middle:]} {
			x.send(ctx, &Batch{Target: b.Target, Run: b.Run, Op: b.Op, Rows: half}, results)
		}
		return
	case ClassOf(err).ends():
		r.fatal = err
	default:
		r.outcomes = make([]error, len(b.Rows))
		for i := range r.outcomes {
			r.outcomes[i] = err
		}
	}
	results <- r
}

// untried is the result without its batch: only what it took.
func (r result) untried() result { return result{retries: r.retries, pause: r.pause} }

// try sends a batch until it passes, fails for good or has had its tries. Rows of it that may pass later are sent again with it, where
// that is harmless; an outcome that stands is kept.
func (x *delivery) try(ctx context.Context, b *Batch, r *result) ([]error, error) {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = 500*time.Millisecond, 30*time.Second
	outcomes, open := make([]error, len(b.Rows)), every(len(b.Rows))
	for try := 1; ; try++ {
		if err := x.wait(ctx, x.pace.delay()); err != nil {
			return nil, err
		}
		errs, err := x.once(ctx, b, open)
		if ctx.Err() != nil && err != nil {
			return nil, context.Cause(ctx)
		}
		if err == nil {
			x.pace.passed()
			open, err = sortOut(outcomes, errs, open)
		}
		if err == nil || !ClassOf(err).again() || try >= x.tries() {
			return giveUp(outcomes, open, err, len(b.Rows))
		}
		r.retries++
		pause := x.pace.refused(err, waits.NextBackOff())
		r.pause += pause
		if err := x.wait(ctx, pause); err != nil {
			return partly(outcomes, open, err)
		}
	}
}

// once sends the open rows of a batch.
func (x *delivery) once(ctx context.Context, b *Batch, open []int) ([]error, error) {
	if len(open) == len(b.Rows) {
		return x.checked(b, func() ([]error, error) { return x.Destination.Send(ctx, b) })
	}
	part := &Batch{Target: b.Target, Run: b.Run, Op: b.Op}
	for _, i := range open {
		part.Rows = append(part.Rows, b.Rows[i])
	}
	return x.checked(part, func() ([]error, error) { return x.Destination.Send(ctx, part) })
}

// checked holds a destination to its contract: an outcome for each row.
func (x *delivery) checked(b *Batch, send func() ([]error, error)) ([]error, error) {
	errs, err := send()
	if err == nil && len(errs) != len(b.Rows) {
		return nil, &Error{Class: Broken, Message: fmt.Sprintf("the destination told of %d rows of %d", len(errs), len(b.Rows))}
	}
	return errs, err
}

func (x *delivery) tries() int {
	if x.Tries > 0 {
		return x.Tries
	}
	return 6
}

func every(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// sortOut keeps the outcomes of the open rows and returns those that are still open, with the error of one of them.
func sortOut(outcomes, errs []error, open []int) (left []int, err error) {
	for i, at := range open {
		outcomes[at] = errs[i]
		if errs[i] != nil && ClassOf(errs[i]).again() {
			left, err = append(left, at), errs[i]
		}
	}
	return left, err
}

// giveUp is what is known of a batch in the end: its outcomes, or the error if it is of all rows.
func giveUp(outcomes []error, open []int, err error, rows int) ([]error, error) {
	if err != nil && len(open) == rows {
		return nil, err
	}
	for _, at := range open {
		outcomes[at] = err
	}
	return outcomes, nil
}

// partly is giveUp for a batch that is left because the delivery ends.
func partly(outcomes []error, open []int, err error) ([]error, error) {
	if len(open) == len(outcomes) {
		return nil, err
	}
	return giveUp(outcomes, open, err, len(outcomes))
}
