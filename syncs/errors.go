package syncs

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// Class sorts failures by what can be done about them.
type Class string

// The classes of failure.
const (
	Rejected  Class = "rejected"  // the destination refuses this row: the rest goes on
	TooLarge  Class = "too large" // smaller batches may pass; a single row never
	Transient Class = "transient" // the same again may pass: a lost connection, a server that is busy or broken
	Limited   Class = "limited"   // too many requests for now
	Exhausted Class = "exhausted" // a quota is used up: nothing more today
	Denied    Class = "denied"    // the login is refused, or has ended
	Missing   Class = "missing"   // the object or a field of it is not there
	Broken    Class = "broken"    // a mistake in the settings or in mod: again fails again
)

// Error is a failure of a destination.
type Error struct {
	Class   Class
	Message string        // the destination's own words; no secrets
	After   time.Duration // of Limited: how long to wait; 0 if it does not say
	Cause   error
}

// Error is the message, and the cause's words if there is none.
func (e *Error) Error() string {
	if e.Message == "" && e.Cause != nil {
		return e.Cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// ClassOf is the class of the first [*Error] in err's chain. A failure of the network is Transient, and so is an answer that ends before
// its time; whatever else is Broken.
func ClassOf(err error) Class {
	var e *Error
	var network net.Error
	switch {
	case errors.As(err, &e):
		return e.Class
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return Transient
	default:
		return Broken
	}
}

// again tells whether the same batch may pass when it is sent once more.
func (c Class) again() bool { return c == Transient || c == Limited }

// ends tells whether there is no use in sending anything else.
func (c Class) ends() bool { return c == Exhausted || c == Denied || c == Missing || c == Broken }

// Classified is a failure as a destination returns it: an [*Error], or why ctx is over; nil is none. of tells what the words of the
// destination's client mean, and nil where it does not know.
func Classified(ctx context.Context, err error, of func(error) *Error) error {
	var known *Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &known):
		return err
	}
	out := of(err)
	if out == nil {
		out = &Error{Class: ClassOf(err)}
	}
	out.Cause = err
	return out
}
