package web

import (
	"context"
	"iter"

	"github.com/modsql/mod/syncs"
)

// Singly yields the rows of a batch, each in a batch of its own.
func Singly(b *syncs.Batch) iter.Seq[*syncs.Batch] {
	return func(yield func(*syncs.Batch) bool) {
		for i := range b.Rows {
			if !yield(&syncs.Batch{Target: b.Target, Run: b.Run, Op: b.Op, Rows: b.Rows[i : i+1]}) {
				return
			}
		}
	}
}

// EachRow sends the rows of a batch one after the other, and returns an outcome for each. Once a row fails for a reason that is not its
// own, those after it are not tried and fail alike; if none was delivered before, that is the failure of the batch.
func EachRow(ctx context.Context, b *syncs.Batch, send func(context.Context, *syncs.Batch) error) ([]error, error) {
	outcomes := make([]error, 0, len(b.Rows))
	delivered := false
	for one := range Singly(b) {
		err := send(ctx, one)
		if err == nil {
			delivered = true
		} else if !own(err) || ctx.Err() != nil {
			return rest(ctx, outcomes, err, len(b.Rows), delivered)
		}
		outcomes = append(outcomes, err)
	}
	return outcomes, nil
}

// own tells whether a failure is of one row alone.
func own(err error) bool {
	class := syncs.ClassOf(err)
	return class == syncs.Rejected || class == syncs.TooLarge
}

// rest gives the rows that have no outcome yet the error that came between.
func rest(ctx context.Context, outcomes []error, err error, rows int, delivered bool) ([]error, error) {
	if !delivered {
		return nil, err
	}
	if ctx.Err() != nil {
		err = &syncs.Error{Class: syncs.Transient, Message: "the delivery was ended before this row was sent", Cause: err}
	}
	for len(outcomes) < rows {
		outcomes = append(outcomes, err)
	}
	return outcomes, nil
}
