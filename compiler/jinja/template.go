// Package jinja is a template engine for the language of Jinja2, with Python's values and methods, spans for every node and a map
// from each byte of output back to the template.
package jinja

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
)

// Globals resolves the names that a template does not define itself. It is asked at most once per name and use; implementations
// must be cheap and, if templates are rendered concurrently, safe for that.
type Globals interface {
	Lookup(name string) (v Value, ok bool)
}

// Namer is a Globals that can list its names. They are asked for when a name is undefined, for the hint.
type Namer interface {
	Names() []string
}

// Scope is a Globals that is told when a rendering that was begun with it begins and ends, whatever comes of it.
type Scope interface {
	Begin()
	End()
}

// Template is a parsed template: immutable, safe for concurrent rendering.
type Template struct {
	src    *diag.Source
	fn     *function
	body   []stmt
	blocks []*Block
}

// Expression is a parsed expression: immutable, safe for concurrent evaluation.
type Expression struct {
	src   *diag.Source
	fn    *function
	value expr
}

// Options bound and adjust one rendering. The zero value has the default limits.
type Options struct {
	Steps  int // evaluation steps before it is stopped; 0 means 200 million
	Depth  int // nested macro calls and blocks; 0 means 250
	Output int // bytes of output; 0 means 256 MiB

	// Lenient lets undefined values be called, subscripted and asked for attributes: the result is undefined again. dbt reads
	// projects so, before all values are known. Calling what nobody defines (Undefined.Missing) stays an error, unless Missed is there.
	Lenient bool
	// Missed, if not nil, is told of each call of what nobody defines that the template itself makes, if rendering is lenient: the
	// call is undefined then, and the error is what it would have been. In a macro it stays an error, as in dbt.
	Missed func(*Error)
}

// Source is what the template was parsed from.
func (t *Template) Source() *diag.Source { return t.src }

// Source is what the expression was parsed from.
func (e *Expression) Source() *diag.Source { return e.src }

// Render renders the template. The error is an [*Error] for anything the template did wrong, or ctx's error.
func (t *Template) Render(ctx context.Context, g Globals, o Options) (out *Output, err error) {
	s := newState(ctx, g, o)
	defer scoped(g)()
	defer s.recover(t.src, &err)
	if out, err = s.render(t); err != nil {
		return nil, s.finalError(err)
	}
	return out, nil
}

// Native renders as dbt renders configuration: a template that is a single expression gives that expression's value, several
// pieces give their text, and nothing gives "". The filters as_bool, as_number and as_native, at the end of a single expression,
// convert its text to a value by Python's rules for literals; as_text keeps it a text.
func (t *Template) Native(ctx context.Context, g Globals, o Options) (v Value, err error) {
	s := newState(ctx, g, o)
	s.native = true
	defer scoped(g)()
	defer s.recover(t.src, &err)
	return s.renderNative(t)
}

// Eval evaluates the expression.
func (e *Expression) Eval(ctx context.Context, g Globals, o Options) (v Value, err error) {
	s := newState(ctx, g, o)
	defer scoped(g)()
	defer s.recover(e.src, &err)
	f := s.frame(e.fn, e.src, nil)
	v, err = e.value.eval(f)
	if err != nil {
		return nil, s.finalError(err)
	}
	return plain(v), nil
}

// scoped begins a rendering with those globals; the function that it returns ends it.
func scoped(g Globals) (end func()) {
	s, ok := g.(Scope)
	if !ok {
		return func() {}
	}
	s.Begin()
	return s.End
}

// Blocks are the template's top-level definitions, in order.
func (t *Template) Blocks() []*Block { return t.blocks }

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

	def     *macroDef
	closure *frame // where the macro was defined while rendering; nil for a block's macro
}

// Param is a parameter of a macro.
type Param struct {
	Name       string
	HasDefault bool
	Default    string // source text of the default; "" without one
}

// Call implements Callable.
func (m *Macro) Call(c *Call) (Value, error) {
	if c.State == nil {
		return nil, typeErrorf("macro %s was called outside of a rendering", Repr(m.Name))
	}
	return c.State.callMacro(m, c)
}
