package runner

import (
	"context"
	"errors"

	"github.com/modsql/mod/adapters"
)

// veil keeps what the warehouse says of statements that fail from whoever is told of them, until it is lifted: it quotes the values that it
// could not use, and those of a query that reads personal data may be personal.
func (w *wire) veil() (lift func()) {
	report := w.report
	w.report = func(e Event) {
		if s, ok := e.(Statement); ok {
			s.Err = veiled(s.Err)
			e = s
		}
		report(e)
	}
	return func() { w.report = report }
}

// veiled is a failure with its kind and its code, and without the warehouse's words. What is not the warehouse's stays: that it was
// called off, or took too long.
func veiled(err error) error {
	var late overdue
	if err == nil || errors.As(err, &late) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	out := &adapters.Error{
		Kind: adapters.KindOf(err), Position: -1, Message: "a statement failed; what the warehouse says of it may quote personal data, and is not shown",
	}
	var told *adapters.Error
	if errors.As(err, &told) && told.Code != "" {
		out.Code, out.Message = told.Code, "a statement failed with "+told.Code+"; what the warehouse says of it may quote personal data, and is not shown"
	}
	return out
}
