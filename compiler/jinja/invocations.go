package jinja

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// Invocation is a call as it stands in a template: of "name(…)", or of "namespace.name(…)".
type Invocation struct {
	Namespace, Name string // Namespace is "" for a bare name
	Args            []Argument
}

// Argument is an argument of a call, as it stands there.
type Argument struct {
	Name    string // "" for a positional one
	Literal bool
	Value   Value  // of a literal
	Text    string // the expression, in one spelling: what dbt keeps of a config that is not to be evaluated
}

// Literal is the value of the argument that is given at place i or by a name; nil if it is not given, or is no literal.
func (i Invocation) Literal(at int, name string) Value {
	for n, a := range i.Args {
		if n == at && a.Name == "" || a.Name == name {
			return a.Value
		}
	}
	return nil
}

// Invocations are the calls in a definition, without evaluating anything: those whose callee is a name or a name's attribute,
// in the order in which they stand.
func (b *Block) Invocations() []Invocation {
	if b.Macro == nil || b.Macro.def == nil {
		return nil
	}
	w := &walker{}
	w.definition(b.Macro.def)
	return w.invocations(b.Macro.def.src)
}

// Invocations are the calls of a template outside of its definitions.
func (t *Template) Invocations() []Invocation {
	w := &walker{}
	w.stmts(t.body)
	return w.invocations(t.src)
}

// Mentions tells whether a name is used in the template, wherever it stands and whether or not it is reached.
func (t *Template) Mentions(name string) bool {
	w := &walker{}
	w.stmts(t.body)
	return slices.Contains(w.names, name)
}

// OnlyCalls tells whether a template is nothing but text, comments and calls of those names with literals: text, truth values written as in
// Python, and lists and dicts of them.
func (t *Template) OnlyCalls(names ...string) bool {
	text := t.src.Text
	if strings.Contains(text, "{%") || strings.Contains(text, "{{-") || strings.Contains(text, "-}}") {
		return false
	}
	return !slices.ContainsFunc(t.body, func(s stmt) bool {
		switch s := s.(type) {
		case *textStmt:
			return false
		case *printStmt:
			c, ok := s.value.(*callExpr)
			return !ok || !t.isPlainCall(c, names)
		}
		return true
	})
}

func (t *Template) isPlainCall(c *callExpr, names []string) bool {
	callee, ok := c.callee.(*nameExpr)
	if !ok || !slices.Contains(names, callee.name) || c.args.star != nil || c.args.doubleStar != nil {
		return false
	}
	return !slices.ContainsFunc(slices.Concat(c.args.args, c.args.values), func(e expr) bool { return !t.isPlain(e) })
}

func (t *Template) isPlain(e expr) bool {
	switch e := e.(type) {
	case *constExpr:
		switch e.value.(type) {
		case string:
			return true
		case bool:
			word := e.span(t.src).Text()
			return word == "True" || word == "False"
		}
		return false
	case *listExpr:
		return !slices.ContainsFunc(e.items, func(e expr) bool { return !t.isPlain(e) })
	case *dictExpr:
		return !slices.ContainsFunc(slices.Concat(e.keys, e.values), func(e expr) bool { return !t.isPlain(e) })
	}
	return false
}

func (w *walker) invocations(src *diag.Source) []Invocation {
	slices.SortStableFunc(w.calls, func(a, b *callExpr) int { return cmp.Compare(a.callee.at().start, b.callee.at().start) })
	var out []Invocation
	for _, c := range w.calls {
		if i, ok := invocation(c, src); ok {
			out = append(out, i)
		}
	}
	return out
}

func invocation(c *callExpr, src *diag.Source) (Invocation, bool) {
	var out Invocation
	switch callee := c.callee.(type) {
	case *nameExpr:
		out.Name = callee.name
	case *attrExpr:
		object, ok := callee.object.(*nameExpr)
		if !ok {
			return out, false
		}
		out.Namespace, out.Name = object.name, callee.name
	default:
		return out, false
	}
	for _, arg := range c.args.args {
		out.Args = append(out.Args, argument("", arg, src))
	}
	for i, name := range c.args.names {
		out.Args = append(out.Args, argument(name, c.args.values[i], src))
	}
	return out, true
}

func argument(name string, e expr, src *diag.Source) Argument {
	a := Argument{Name: name, Text: respelled{src}.expr(e)}
	if c, ok := e.(*constExpr); ok {
		a.Literal, a.Value = true, c.value
	}
	return a
}

// respelled writes expressions as Python would, whatever their spelling in the source.
type respelled struct{ src *diag.Source }

func (r respelled) list(all []expr) string {
	parts := make([]string, len(all))
	for i, e := range all {
		parts[i] = r.expr(e)
	}
	return strings.Join(parts, ", ")
}

func (r respelled) expr(e expr) string {
	switch e := e.(type) {
	case *constExpr:
		return Repr(e.value)
	case *nameExpr:
		return e.name
	case *listExpr:
		return "[" + r.list(e.items) + "]"
	case *tupleExpr:
		if len(e.items) == 1 {
			return "(" + r.expr(e.items[0]) + ",)"
		}
		return "(" + r.list(e.items) + ")"
	case *dictExpr:
		parts := make([]string, len(e.keys))
		for i, key := range e.keys {
			parts[i] = r.expr(key) + ": " + r.expr(e.values[i])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case *attrExpr:
		return r.expr(e.object) + "." + e.name
	case *itemExpr:
		return r.expr(e.object) + "[" + r.expr(e.key) + "]"
	case *callExpr:
		return r.expr(e.callee) + "(" + r.arguments(e.args) + ")"
	case *notExpr:
		return "not " + r.expr(e.operand)
	case *andExpr:
		return r.expr(e.left) + " and " + r.expr(e.right)
	case *orExpr:
		return r.expr(e.left) + " or " + r.expr(e.right)
	}
	return r.operators(e)
}

func (r respelled) operators(e expr) string {
	switch e := e.(type) {
	case *concatExpr:
		parts := make([]string, len(e.parts))
		for i, part := range e.parts {
			parts[i] = r.expr(part)
		}
		return strings.Join(parts, " ~ ")
	case *compareExpr:
		out := r.expr(e.first)
		for _, o := range e.rest {
			out += " " + o.op + " " + r.expr(o.value)
		}
		return out
	case *unaryExpr:
		return e.op + r.expr(e.operand)
	}
	return e.at().span(r.src).Text()
}

func (r respelled) arguments(a arguments) string {
	var parts []string
	for _, e := range a.args {
		parts = append(parts, r.expr(e))
	}
	for i, name := range a.names {
		parts = append(parts, name+"="+r.expr(a.values[i]))
	}
	if a.star != nil {
		parts = append(parts, "*"+r.expr(a.star))
	}
	if a.doubleStar != nil {
		parts = append(parts, "**"+r.expr(a.doubleStar))
	}
	return strings.Join(parts, ", ")
}

// walker collects the calls and the names of a template.
type walker struct {
	calls []*callExpr
	names []string
}

func (w *walker) exprs(all ...expr) {
	for _, e := range all {
		w.expr(e)
	}
}

func (w *walker) expr(e expr) {
	switch e := e.(type) {
	case *callExpr:
		w.calls = append(w.calls, e)
	case *nameExpr:
		w.names = append(w.names, e.name)
	}
	w.exprs(parts(e)...)
}

func (w *walker) stmts(all []stmt) {
	for _, s := range all {
		w.stmt(s)
	}
}

func (w *walker) stmt(s stmt) {
	switch s := s.(type) {
	case *printStmt:
		w.expr(s.value)
	case *doStmt:
		w.expr(s.value)
	case *setStmt:
		w.expr(s.value)
	case *setBlock:
		w.expr(s.filter)
		w.stmts(s.body)
	case *ifStmt:
		w.exprs(s.tests...)
		for _, body := range s.bodies {
			w.stmts(body)
		}
	case *forStmt:
		w.exprs(s.iter, s.test)
		w.stmts(s.body)
		w.stmts(s.otherwise)
	case *withStmt:
		w.exprs(s.values...)
		w.stmts(s.body)
	case *filterBlock:
		w.expr(s.filter)
		w.stmts(s.body)
	case *callBlock:
		w.expr(s.call)
		w.definition(s.caller)
	case *macroStmt:
		w.definition(s.def)
	}
}

func (w *walker) definition(d *macroDef) {
	for _, p := range d.params {
		w.expr(p.value)
	}
	w.stmts(d.body)
}
