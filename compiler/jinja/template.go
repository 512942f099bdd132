// Package jinja is a template engine for the language of Jinja2, with Python's values and methods, spans for every node and a map
// from each byte of output back to the template.
package jinja

import (
	"context"
	"errors"

	"github.com/modsql/mod/compiler/diag"
)

// Globals resolves the names that a template does not define itself. It is asked at most once per name and use; implementations
// must be cheap and, if templates are rendered concurrently, safe for that.
type Globals interface {
	Lookup(name string) (v Value, ok bool)
}

// Template is a parsed template: immutable, safe for concurrent rendering.
type Template struct{}

// Parse parses a template. Problems are diagnostics at their place; the template is nil if one of them is an error.
func Parse(src *diag.Source) (*Template, *diag.List) { panic("jinja: not built yet") }

// ParseExpression parses src as a single expression, without delimiters (`ref('a')`).
func ParseExpression(src *diag.Source) (*Expression, *diag.List) { panic("jinja: not built yet") }

// Expression is a parsed expression: immutable, safe for concurrent evaluation.
type Expression struct{}

// Eval evaluates the expression.
func (e *Expression) Eval(ctx context.Context, g Globals, o Options) (Value, error) {
	return nil, errors.New("not built yet")
}

// Options bound and adjust one rendering. The zero value has the default limits.
type Options struct {
	Steps  int // evaluation steps before it is stopped; 0 means 50 million
	Depth  int // nested macro calls and blocks; 0 means 250
	Output int // bytes of output; 0 means 256 MiB
}

// Output is the result of rendering a template.
type Output struct {
	Text string
}

// Origin maps a byte offset in o.Text to the place in a template that produced it. Text that a macro wrote maps to the
// call of the outermost macro in the rendered template.
func (o *Output) Origin(offset int) diag.Span { return diag.Span{} }

// Render renders the template. The error is an [*Error] for anything the template did wrong, or ctx's error.
func (t *Template) Render(ctx context.Context, g Globals, o Options) (*Output, error) {
	return nil, errors.New("not built yet")
}

// Native renders as Jinja2's NativeEnvironment does before literal evaluation: a template that is a single expression gives
// that expression's value, anything else the text.
func (t *Template) Native(ctx context.Context, g Globals, o Options) (Value, error) {
	return nil, errors.New("not built yet")
}

// Blocks are the template's top-level definitions, in order.
func (t *Template) Blocks() []*Block { return nil }

// Names are the free names and dotted paths that the template calls, with the literal arguments where they are literal:
// what can be known without rendering.
func (t *Template) Calls() []StaticCall { return nil }

// StaticCall is a call found in a template's text.
type StaticCall struct {
	Path   []string // ["ref"], ["dbt_utils", "star"], ["adapter", "dispatch"]
	Args   []Value  // the positional arguments; valid only if Literal
	Kwargs *Dict    // valid only if Literal
	// Literal tells that every argument is a literal (a constant, or a list, tuple or dict of literals).
	Literal bool
	Span    diag.Span
}

// Block is a top-level definition: {% macro %}, {% test %} (or data_test), {% materialization %}, {% snapshot %}, {% docs %}.
type Block struct {
	Kind  string    // "macro", "test", "materialization", "snapshot", "docs"
	Name  string    // as written after the tag
	Macro *Macro    // for macro, test and materialization: callable; its Name is the block's Name
	Args  *Dict     // materialization: adapter, default, supported_languages, as literals
	Body  *Template // snapshot: the template between the tags
	Text  string    // docs: the text between the tags, unrendered
	Span  diag.Span // from the opening tag to the end of the closing one
	Head  diag.Span // the opening tag
}

// Macro is a macro's definition. It is immutable and callable with any State: its free names are resolved by the
// Globals of the rendering that calls it.
type Macro struct {
	Name   string
	Params []Param
	Span   diag.Span // of the whole block
}

// Param is a parameter of a macro.
type Param struct {
	Name       string
	HasDefault bool
	Default    string // source text of the default; "" without one
}

// Call implements Callable.
func (m *Macro) Call(c *Call) (Value, error) { return nil, errors.New("not built yet") }

// Calls is what the macro's body calls, as for Template.Calls.
func (m *Macro) Calls() []StaticCall { return nil }

// State is one rendering in progress.
type State struct{}

// Context is the context of the rendering.
func (s *State) Context() context.Context { return nil }

// Globals are the names of the rendering.
func (s *State) Globals() Globals { return nil }

// Macros is the stack of macros being called, outermost first.
func (s *State) Macros() []*Macro { return nil }

// Render renders another template with the same globals and limits, counting against them.
func (s *State) Render(t *Template, g Globals) (*Output, error) { return nil, nil }

// Return is the error by which the host's return(value) ends a macro: the call then evaluates to Value.
type Return struct{ Value Value }

// Error implements error.
func (*Return) Error() string { return "return() outside of a macro" }

// Error is what a template did wrong while it was rendered.
type Error struct {
	Span    diag.Span // where, in the template that was rendered or the macro that failed
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
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Diagnostic is the error as a diagnostic: at the place of the outermost call in the rendered template, with the stack as notes.
func (e *Error) Diagnostic() *diag.Diagnostic { return nil }
