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
			if !yield(part(b, i, i+1)) {
				return
			}
		}
	}
}

// part is the rows of a batch from one on and before another.
func part(b *syncs.Batch, from, to int) *syncs.Batch {
	return &syncs.Batch{Target: b.Target, Run: b.Run, Op: b.Op, Rows: b.Rows[from:to]}
}

// EachRow sends the rows of a batch one after the other, as [InParts] does with parts of one row.
func EachRow(ctx context.Context, b *syncs.Batch, send func(context.Context, *syncs.Batch) error) ([]error, error) {
	return InParts(ctx, b, 1, func(ctx context.Context, one *syncs.Batch) ([]error, error) {
		return []error{nil}, send(ctx, one)
	})
}

// InParts sends a batch in parts of so many rows, one after the other, and returns an outcome for each row. A part that is refused for
// what its rows are is halved until they stand alone. Once a part fails for another reason those after it are not tried and fail alike; if
// nothing was delivered before, that is the failure of the batch.
func InParts(ctx context.Context, b *syncs.Batch, most int, send func(context.Context, *syncs.Batch) ([]error, error)) ([]error, error) {
	p := parts{batch: b, send: send, outcomes: make([]error, 0, len(b.Rows))}
	for from := 0; from < len(b.Rows); from += most {
		if err := p.deliver(ctx, from, min(from+most, len(b.Rows))); err != nil {
			return p.rest(ctx, err)
		}
	}
	return p.outcomes, nil
}

// parts is a batch that is being sent in parts.
type parts struct {
	batch     *syncs.Batch
	send      func(context.Context, *syncs.Batch) ([]error, error)
	outcomes  []error // of the rows that were sent
	delivered bool    // one of them
}

// deliver sends the rows from one on and before another. An error is none of theirs.
func (p *parts) deliver(ctx context.Context, from, to int) error {
	errs, err := p.send(ctx, part(p.batch, from, to))
	switch {
	case err == nil:
		p.outcomes = append(p.outcomes, errs...)
		for _, err := range errs {
			p.delivered = p.delivered || err == nil
		}
		return nil
	case !own(err) || ctx.Err() != nil:
		return err
	case to-from == 1:
		p.outcomes = append(p.outcomes, err)
		return nil
	}
	middle := (from + to) / 2
	if err := p.deliver(ctx, from, middle); err != nil {
		return err
	}
	return p.deliver(ctx, middle, to)
}

// own tells whether a failure is of the rows themselves.
func own(err error) bool {
	class := syncs.ClassOf(err)
	return class == syncs.Rejected || class == syncs.TooLarge
}

// rest gives the rows that have no outcome yet the error that came between.
func (p *parts) rest(ctx context.Context, err error) ([]error, error) {
	if !p.delivered {
		return nil, err
	}
	if ctx.Err() != nil {
		err = &syncs.Error{Class: syncs.Transient, Message: "the delivery was ended before this row was sent", Cause: err}
	}
	for len(p.outcomes) < len(p.batch.Rows) {
		p.outcomes = append(p.outcomes, err)
	}
	return p.outcomes, nil
}
