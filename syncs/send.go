package syncs

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// send brings a batch to its end: what of it may pass later is sent again, until it passes, is refused or has had its tries. unclear tells that
// it may have arrived already.
func (x *delivery) send(ctx context.Context, b *Batch, unclear bool) {
	waits := newWaits()
	for try := 1; ; try++ {
		open, heard, err := x.once(ctx, b, unclear)
		if err == nil || ctx.Err() != nil {
			return
		}
		pause, again := time.Duration(0), ClassOf(err).again()
		if again {
			pause = x.pace.refused(err, waits.NextBackOff())
		}
		if !again || try >= x.tries() {
			x.giveUp(ctx, open, err, unclear)
			return
		}
		b, unclear = open, unclear || !heard && ClassOf(err) == Transient
		x.results <- result{retries: 1, pause: pause}
		if x.wait(ctx, pause) != nil {
			return
		}
	}
}

// once sends a batch, hands on the outcomes that stand, and returns the rows that have none, with the reason. heard tells that the destination
// told of each row.
func (x *delivery) once(ctx context.Context, b *Batch, unclear bool) (open *Batch, heard bool, err error) {
	if err := x.wait(ctx, x.pace.delay()); err != nil {
		return b, false, err
	}
	errs, err := b.masked(x.Destination.Send(x.begun, b))
	switch {
	case err != nil:
		return b, false, err
	case len(errs) != len(b.Rows):
		return b, false, &Error{Class: Broken, Message: fmt.Sprintf("the destination told of %d rows of %d", len(errs), len(b.Rows))}
	}
	x.pace.passed()
	settled, open, err := sortOut(b, errs)
	if settled.batch != nil {
		for i, err := range settled.outcomes {
			settled.outcomes[i] = refusal(err, unclear)
		}
		x.results <- settled
	}
	return open, true, err
}

// sortOut parts the rows whose outcome stands from those that are open, and returns why they are: a reason to end the delivery before
// one to wait.
func sortOut(b *Batch, errs []error) (settled result, open *Batch, reason error) {
	known, left := b.part(nil), b.part(nil)
	for i, err := range errs {
		class := ClassOf(err)
		if err == nil || !class.again() && !class.ends() {
			known.Rows, settled.outcomes = append(known.Rows, b.Rows[i]), append(settled.outcomes, err)
			continue
		}
		left.Rows = append(left.Rows, b.Rows[i])
		if reason == nil || class.ends() {
			reason = err
		}
	}
	if len(known.Rows) > 0 {
		settled.batch = known
	}
	return settled, left, reason
}

// part is a batch like b with only some of its rows.
func (b *Batch) part(rows []Row) *Batch {
	return &Batch{Target: b.Target, Run: b.Run, Op: b.Op, Rows: rows}
}

// giveUp ends a batch that does not pass. One that is refused as a whole, or too large, is halved until the rows at fault stand alone.
func (x *delivery) giveUp(ctx context.Context, b *Batch, err error, unclear bool) {
	class := ClassOf(err)
	switch {
	case class.ends():
		x.stop(err)
	case len(b.Rows) > 1 && !class.again():
		middle := len(b.Rows) / 2
		x.send(ctx, b.part(b.Rows[:middle]), unclear)
		if ctx.Err() == nil {
			x.send(ctx, b.part(b.Rows[middle:]), unclear)
		}
	default:
		x.results <- result{batch: b, outcomes: x.outcomes(b, refusal(err, unclear))}
	}
}

// refusal is why a row was refused. If an earlier try may have arrived, it is not known what the destination has: that it refused the row says so
// of the last try alone.
func refusal(err error, unclear bool) error {
	if err == nil || !unclear || ClassOf(err) == Transient {
		return err
	}
	return &Error{Class: Transient, Message: err.Error() + " (an earlier try may have arrived: its answer was lost)", Cause: err}
}

// outcomes are those of a batch that failed with err. A connection that was lost says nothing of what had arrived; a destination that
// remembers what it has is asked.
func (x *delivery) outcomes(b *Batch, err error) []error {
	var arrived Spans
	if c, ok := x.Destination.(Committer); ok && ClassOf(err) == Transient {
		arrived, _ = c.Committed(x.begun, b.Target, b.Run) // if it cannot be asked either, the rows are sent again in a later run
	}
	out := make([]error, len(b.Rows))
	for i := range out {
		if !arrived.Has(b.Rows[i].Number) {
			out[i] = err
		}
	}
	return out
}

// finish tells the destination that all is delivered, if it wants to know.
func (x *delivery) finish(ctx context.Context) error {
	f, ok := x.Destination.(Finisher)
	if !ok {
		return nil
	}
	waits := newWaits()
	for try := 1; ; try++ {
		err := f.Finish(ctx, x.Target, x.Run)
		if err == nil {
			return nil
		}
		if !ClassOf(err).again() || try >= x.tries() {
			return fmt.Errorf("finish what was delivered: %w", err)
		}
		if err := x.wait(ctx, x.pace.refused(err, waits.NextBackOff())); err != nil {
			return err
		}
	}
}

// newWaits are the usual waits between tries: half a second, and half as much again each time, give or take a half.
func newWaits() *backoff.ExponentialBackOff {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = 500*time.Millisecond, 30*time.Second
	return waits
}

func (x *delivery) tries() int {
	if x.Tries > 0 {
		return x.Tries
	}
	return 6
}
