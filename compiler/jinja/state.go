package jinja

import (
	"context"
	"errors"
	"fmt"

	"github.com/modsql/mod/compiler/diag"
)

// State is one rendering in progress. It belongs to one goroutine.
type State struct {
	ctx     context.Context
	globals Globals
	opts    Options
	steps   int // left
	depth   int // of macros, recursive loops and templates in each other
	output  int // most bytes of a text
	native  bool
	stack   []activation
	spare   []*buffer
}

// activation is a macro being called.
type activation struct {
	macro *Macro
	call  diag.Span
}

func newState(ctx context.Context, g Globals, o Options) *State {
	s := &State{ctx: ctx, globals: g, opts: o, steps: o.Steps, output: o.Output}
	if s.steps <= 0 {
		s.steps = defaultSteps
	}
	if s.opts.Depth <= 0 {
		s.opts.Depth = defaultDepth
	}
	if s.output <= 0 {
		s.output = defaultOutput
	}
	return s
}

// Context is the context of the rendering.
func (s *State) Context() context.Context { return s.ctx }

// Globals are the names of the rendering.
func (s *State) Globals() Globals { return s.globals }

// Native tells that the rendering is one by [Template.Native].
func (s *State) Native() bool { return s.native }

// Macros is the stack of macros being called, outermost first.
func (s *State) Macros() []*Macro {
	macros := make([]*Macro, len(s.stack))
	for i, a := range s.stack {
		macros[i] = a.macro
	}
	return macros
}

// Caller is where the innermost macro was called; the zero Span outside of macros.
func (s *State) Caller() diag.Span {
	if len(s.stack) == 0 {
		return diag.Span{}
	}
	return s.stack[len(s.stack)-1].call
}

// Call calls a value, as a template does: for host functions that take macros or functions as arguments. kwargs may be nil.
func (s *State) Call(v Value, args []Value, kwargs *Dict) (Value, error) {
	if kwargs == nil {
		kwargs = NewDict()
	}
	r, err := s.call(v, &Call{State: s, Args: args, Kwargs: kwargs, Span: s.Caller()})
	return plain(r), err
}

// Render renders another template with the same limits, counting against them. g may be nil for the same globals.
func (s *State) Render(t *Template, g Globals) (*Output, error) {
	if g != nil {
		defer func(old Globals) { s.globals = old }(s.globals)
		s.globals = g
	}
	if err := s.descend(); err != nil {
		return nil, err
	}
	defer s.ascend()
	return s.render(t)
}

// Eval evaluates an expression with the same globals and limits.
func (s *State) Eval(e *Expression) (Value, error) {
	if err := s.descend(); err != nil {
		return nil, err
	}
	defer s.ascend()
	v, err := e.value.eval(s.frame(e.fn, e.src, nil))
	return plain(v), err
}

func (s *State) descend() error {
	if s.depth >= s.opts.Depth {
		return &failure{
			kind: "LimitError", message: fmt.Sprintf("macros are nested more than %d deep", s.opts.Depth),
			hint: "look for a macro that calls itself without an end",
		}
	}
	s.depth++
	return nil
}

func (s *State) ascend() { s.depth-- }

func (s *State) render(t *Template) (*Output, error) {
	f := s.frame(t.fn, t.src, nil)
	f.out = &buffer{src: t.src, track: true}
	if _, err := execBody(f, t.body); err != nil {
		return nil, err
	}
	return f.out.finish(), nil
}

// finalError is what a rendering reports: an *Error, or the context's error.
func (s *State) finalError(err error) error {
	var e *Error
	var r *Return
	switch {
	case errors.As(err, &e):
		return err
	case errors.As(err, &r):
		return &Error{Span: r.at, Message: r.Error(), Hint: "call return() in a macro only", Cause: err}
	}
	if s.ctx.Err() != nil && errors.Is(err, s.ctx.Err()) {
		return err
	}
	return s.locate(diag.Span{}, err)
}

// recover turns a panic of the engine itself or of a host value's method into an error.
func (s *State) recover(src *diag.Source, err *error) {
	if r := recover(); r != nil {
		*err = &Error{Span: diag.Span{Source: src}, Kind: "InternalError", Message: fmt.Sprintf("the template engine failed: %v", r), Hint: faultHint, Stack: s.frames()}
	}
}

// frame is what a running function has: its slots, and the frame of the function around it.
type frame struct {
	state *State
	slots []Value
	up    *frame
	out   *buffer
	src   *diag.Source
}

// unset is in a slot that no value was assigned to.
type unset struct{}

func isUnset(v Value) bool {
	_, ok := v.(unset)
	return ok
}

func (s *State) frame(fn *function, src *diag.Source, up *frame) *frame {
	f := &frame{state: s, up: up, src: src}
	if fn.slots > 0 {
		f.slots = make([]Value, fn.slots)
		f.clear(slotRange{0, fn.slots})
	}
	return f
}

func (f *frame) clear(r slotRange) {
	for i := r.lo; i < r.hi; i++ {
		f.slots[i] = unset{}
	}
}

// lookup resolves a name that no slot holds.
func (s *State) lookup(name string) Value {
	if s.globals != nil {
		if v, ok := s.globals.Lookup(name); ok {
			return v
		}
	}
	if v, ok := builtinGlobal(name); ok {
		return v
	}
	return &Undefined{Name: name, Missing: true}
}

// plain is a value as hosts see it.
func plain(v Value) Value {
	switch v := v.(type) {
	case Markup:
		return string(v)
	case marked:
		return v.text
	}
	return v
}
