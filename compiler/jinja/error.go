package jinja

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// The codes of what a template can do wrong while it is rendered.
const (
	// CodeUndefined is the use of a name or attribute that does not exist.
	CodeUndefined diag.Code = "jinja-undefined"
	// CodeLimit is a template that does not end, or makes too much.
	CodeLimit diag.Code = "jinja-limit"
	// CodeError is any other failure.
	CodeError diag.Code = "jinja-error"
)

// Return is the error by which the host's return(value) ends a macro: the call then evaluates to Value.
type Return struct{ Value Value }

// Error implements error.
func (*Return) Error() string { return "return() outside of a macro" }

// Error is what a template did wrong while it was rendered.
type Error struct {
	Span    diag.Span // where, in the template that was rendered or the macro that failed
	Kind    string    // Python's exception: "TypeError", "UndefinedError" …; "LimitError" for a limit; "" for a host's error
	Message string
	Hint    string
	Stack   []Frame // calls of macros that led there, innermost first
	Cause   error   // the host function's error, if one caused it
}

// Frame is a macro call on the way to an error.
type Frame struct {
	Macro string
	Call  diag.Span // where it was called
}

// Error is the message with its place.
func (e *Error) Error() string {
	if at := e.Span.String(); at != "" {
		return at + ": " + e.Message
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Diagnostic is the error as a diagnostic: at the place of the outermost call in the rendered template, with the stack as notes.
func (e *Error) Diagnostic() *diag.Diagnostic {
	d := &diag.Diagnostic{Code: e.code(), Span: e.Span, Message: strings.TrimSuffix(e.Message, "."), Hint: e.Hint}
	if n := len(e.Stack); n > 0 {
		d.Span = e.Stack[n-1].Call
		for i := n - 1; i >= 0; i-- {
			at, what := e.Span, "fails here"
			if i > 0 {
				at, what = e.Stack[i-1].Call, fmt.Sprintf("calls %s", e.Stack[i-1].Macro)
			}
			d.Related = append(d.Related, diag.Note{Span: at, Message: fmt.Sprintf("macro %s %s", e.Stack[i].Macro, what)})
		}
	}
	return d
}

func (e *Error) code() diag.Code {
	switch e.Kind {
	case "UndefinedError":
		return CodeUndefined
	case "LimitError":
		return CodeLimit
	}
	return CodeError
}

// frames are the calls of macros that are in progress, innermost first.
func (s *State) frames() []Frame {
	var frames []Frame
	for i := len(s.stack) - 1; i >= 0; i-- {
		frames = append(frames, Frame{s.stack[i].macro.Name, s.stack[i].call})
	}
	return frames
}

// fail gives an error its place: p in the frame's template. What already has one, and what is no failure, stays as it is.
func (f *frame) fail(p pos, err error) error { return f.state.locate(p.span(f.src), err) }

func (s *State) locate(at diag.Span, err error) error {
	switch e := err.(type) {
	case *Error, *Return:
		return err
	case *failure:
		return &Error{Span: at, Kind: e.kind, Message: e.message, Hint: e.hint, Stack: s.frames()}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var located *Error
	if errors.As(err, &located) {
		return err
	}
	e := &Error{Span: at, Message: err.Error(), Cause: err, Stack: s.frames()}
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		e.Message, e.Hint = d.Message, d.Hint
	}
	return e
}
