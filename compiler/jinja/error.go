package jinja

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
type Return struct {
	Value Value

	at diag.Span // of the call
}

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

// CalledAt is the same error for who called the template from elsewhere: that place stands for the one in the template where it
// went wrong or, if that was inside of macros, called the first of them. The zero Span says that no text of a user made the call.
func (e *Error) CalledAt(at diag.Span) *Error {
	moved := *e
	n := len(e.Stack)
	if n == 0 {
		moved.Span = at
		return &moved
	}
	moved.Stack = slices.Clone(e.Stack)
	moved.Stack[n-1].Call = at
	return &moved
}

// Diagnostic is the error as a diagnostic: at the place of the outermost call in the rendered template, with the stack as notes. If
// a host function's diagnostic caused it, that one's code, severity and notes are kept.
func (e *Error) Diagnostic() *diag.Diagnostic {
	d := &diag.Diagnostic{Code: e.code(), Span: e.Span, Message: strings.TrimSuffix(e.Message, "."), Hint: e.Hint}
	if e.Kind != "" {
		d.Message = lowerFirst(d.Message)
	}
	if n := len(e.Stack); n > 0 {
		d.Span = e.Stack[n-1].Call
		d.Related = e.way()
	}
	var cause *diag.Diagnostic
	if errors.As(e.Cause, &cause) {
		d.Severity, d.Related = cause.Severity, append(d.Related, cause.Related...)
	}
	return d
}

// shownCalls is how many calls at each end of a deep stack are told.
const shownCalls = 4

// way are the calls of macros that led to the error, outermost first, as notes.
func (e *Error) way() []diag.Note {
	var notes []diag.Note
	for i := len(e.Stack) - 1; i >= 0; i-- {
		if i > shownCalls && i < len(e.Stack)-1 && e.again(i) {
			notes = append(notes, diag.Note{Span: e.Stack[i].Call, Message: fmt.Sprintf("and so on, %d more calls", i+1)})
			break
		}
		if left := i - shownCalls + 1; len(notes) == shownCalls && left > 1 {
			notes = append(notes, diag.Note{Span: e.Stack[i].Call, Message: fmt.Sprintf("%d more calls", left)})
			i = shownCalls - 1
		}
		at, what := e.Span, "fails here"
		if i > 0 {
			at, what = e.Stack[i-1].Call, "calls "+e.Stack[i-1].Macro
		}
		notes = append(notes, diag.Note{Span: at, Message: fmt.Sprintf("macro %s %s", e.Stack[i].Macro, what)})
	}
	return notes
}

// again tells whether a call of the stack, counted from the innermost, was made before: from there on the macros call each other in a circle.
func (e *Error) again(i int) bool {
	return slices.ContainsFunc(e.Stack[i+1:], func(f Frame) bool { return f.Call == e.Stack[i].Call })
}

// didYouMean is the hint for an undefined name.
func (s *State) didYouMean(name string) string {
	if name == "" {
		return ""
	}
	known := []string{"range", "dict", "namespace", "cycler", "joiner"}
	if n, ok := s.globals.(Namer); ok {
		known = append(n.Names(), known...)
	}
	return diag.DidYouMean(name, known)
}

func (e *Error) code() diag.Code {
	var d *diag.Diagnostic
	if errors.As(e.Cause, &d) && d.Code != "" {
		return d.Code
	}
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
	case *Error:
		return err
	case *Return:
		if e.at.IsZero() {
			e.at = at
		}
		return err
	case *failure:
		return &Error{Span: at, Kind: e.kind, Message: e.message, Hint: cmp.Or(e.hint, s.didYouMean(e.name)), Stack: s.frames()}
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
