package jinja

import (
	"math/big"

	"github.com/modsql/mod/compiler/diag"
)

// StaticCall is a call found in a template's text.
type StaticCall struct {
	Path   []string // ["ref"], ["dbt_utils", "star"], ["adapter", "dispatch"]
	Args   []Value  // the positional arguments; valid only if Literal
	Kwargs *Dict    // valid only if Literal
	// Literal tells that every argument is a literal (a constant, or a list, tuple or dict of literals).
	Literal bool
	Span    diag.Span
}

// Calls are the free names and dotted paths that the template calls, in the order of the text, with the literal arguments where
// they are literal: what can be known without rendering. The bodies of macros and snapshots count too.
func (t *Template) Calls() []StaticCall {
	w := &callWalker{src: t.src}
	w.body(t.body)
	return w.found
}

// Calls is what the expression calls, as for Template.Calls.
func (e *Expression) Calls() []StaticCall {
	w := &callWalker{src: e.src}
	w.expr(e.value)
	return w.found
}

// Calls is what the macro's body and the defaults of its parameters call, as for Template.Calls.
func (m *Macro) Calls() []StaticCall {
	if m.def == nil {
		return nil
	}
	w := &callWalker{src: m.def.src, depth: m.def.fn.depth, skip: m.def.fn.depth}
	w.macro(m.def)
	return w.found
}

// callWalker collects the calls in a tree.
type callWalker struct {
	src   *diag.Source
	depth int // of the function that is walked
	skip  int // functions around the outermost one walked, whose names are not known to it
	found []StaticCall
}

func (w *callWalker) body(body []stmt) {
	for _, s := range body {
		w.stmt(s)
	}
}

func (w *callWalker) stmt(s stmt) {
	switch s := s.(type) {
	case *printStmt:
		w.expr(s.value)
	case *doStmt:
		w.expr(s.value)
	case *setStmt:
		w.expr(s.value)
	case *setBlock:
		w.expr(s.filter)
		w.body(s.body)
	case *ifStmt:
		for i, body := range s.bodies {
			if i < len(s.tests) {
				w.expr(s.tests[i])
			}
			w.body(body)
		}
	case *forStmt:
		w.expr(s.iter)
		w.expr(s.test)
		w.body(s.body)
		w.body(s.otherwise)
	case *withStmt:
		w.exprs(s.values)
		w.body(s.body)
	case *filterBlock:
		w.expr(s.filter)
		w.body(s.body)
	case *callBlock:
		w.expr(s.call)
		w.function(s.caller)
	case *macroStmt:
		w.function(s.def)
	case *blockStmt:
		if s.body != nil {
			inner := &callWalker{src: w.src}
			inner.body(s.body.body)
			w.found = append(w.found, inner.found...)
		}
	}
}

// function walks a function in the one that is being walked.
func (w *callWalker) function(def *macroDef) {
	w.depth++
	w.macro(def)
	w.depth--
}

func (w *callWalker) macro(def *macroDef) {
	for _, p := range def.params {
		w.expr(p.value)
	}
	w.body(def.body)
}

func (w *callWalker) exprs(items []expr) {
	for _, e := range items {
		w.expr(e)
	}
}

func (w *callWalker) expr(e expr) {
	if c, ok := e.(*callExpr); ok {
		w.call(c)
		return
	}
	w.exprs(parts(e))
}

func (w *callWalker) call(e *callExpr) {
	if path := w.path(e.callee); path != nil {
		c := StaticCall{Path: path, Span: e.span(w.src)}
		c.Args, c.Kwargs, c.Literal = literalArguments(&e.args)
		w.found = append(w.found, c)
	} else {
		w.expr(e.callee)
	}
	w.exprs(e.args.all())
}

// path is the dotted path of a callee that begins with a free name.
func (w *callWalker) path(e expr) []string {
	switch e := e.(type) {
	case *nameExpr:
		for _, r := range e.refs {
			if w.depth-r.up >= w.skip {
				return nil
			}
		}
		return []string{e.name}
	case *attrExpr:
		if p := w.path(e.object); p != nil {
			return append(p, e.name)
		}
	case *itemExpr:
		if c, ok := e.key.(*constExpr); ok {
			if key, ok := c.value.(string); ok {
				if p := w.path(e.object); p != nil {
					return append(p, key)
				}
			}
		}
	}
	return nil
}

func literalArguments(a *arguments) ([]Value, *Dict, bool) {
	if a.star != nil || a.doubleStar != nil {
		return nil, nil, false
	}
	args := make([]Value, len(a.args))
	for i, x := range a.args {
		v, ok := literalValue(x)
		if !ok {
			return nil, nil, false
		}
		args[i] = v
	}
	kwargs := NewDict()
	for i, x := range a.values {
		v, ok := literalValue(x)
		if !ok {
			return nil, nil, false
		}
		kwargs.Put(a.names[i], v)
	}
	return args, kwargs, true
}

// literalValue is the value of a literal.
func literalValue(e expr) (Value, bool) {
	switch e := e.(type) {
	case *constExpr:
		return e.value, true
	case *unaryExpr:
		v, ok := literalValue(e.operand)
		if !ok {
			return nil, false
		}
		switch v.(type) {
		case int, float64, *big.Int:
			v, err := sign(e.op, v)
			return v, err == nil
		}
	case *tupleExpr:
		items, ok := literalValues(e.items)
		return &Tuple{Items: items}, ok
	case *listExpr:
		items, ok := literalValues(e.items)
		return &List{Items: items}, ok
	case *dictExpr:
		d := NewDict()
		for i, k := range e.keys {
			key, ok := literalValue(k)
			value, ok2 := literalValue(e.values[i])
			if !ok || !ok2 || d.Set(key, value) != nil {
				return nil, false
			}
		}
		return d, true
	}
	return nil, false
}

func literalValues(items []expr) ([]Value, bool) {
	values := make([]Value, len(items))
	for i, e := range items {
		v, ok := literalValue(e)
		if !ok {
			return nil, false
		}
		values[i] = v
	}
	return values, true
}
