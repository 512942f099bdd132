package jinja

import (
	"cmp"
	"slices"
)

// Invocation is a call as it stands in a template: of "name(…)", or of "namespace.name(…)".
type Invocation struct {
	Namespace, Name string // Namespace is "" for a bare name
	// Args and Kwargs are the arguments that are literals; nil stands for the others among Args.
	Args   []Value
	Kwargs map[string]Value
}

// Invocations are the calls in a definition, without evaluating anything: those whose callee is a name or a name's attribute,
// in the order in which they stand.
func (b *Block) Invocations() []Invocation {
	if b.Macro == nil || b.Macro.def == nil {
		return nil
	}
	w := &walker{}
	for _, p := range b.Macro.def.params {
		w.expr(p.value)
	}
	w.stmts(b.Macro.def.body)
	slices.SortStableFunc(w.calls, func(a, b *callExpr) int { return cmp.Compare(a.callee.at().start, b.callee.at().start) })
	var out []Invocation
	for _, c := range w.calls {
		if i, ok := invocation(c); ok {
			out = append(out, i)
		}
	}
	return out
}

func invocation(c *callExpr) (Invocation, bool) {
	out := Invocation{Kwargs: map[string]Value{}}
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
		out.Args = append(out.Args, literal(arg))
	}
	for i, name := range c.args.names {
		out.Kwargs[name] = literal(c.args.values[i])
	}
	return out, true
}

func literal(e expr) Value {
	if c, ok := e.(*constExpr); ok {
		return c.value
	}
	return nil
}

// walker collects the calls of a template.
type walker struct{ calls []*callExpr }

func (w *walker) exprs(all ...expr) {
	for _, e := range all {
		w.expr(e)
	}
}

func (w *walker) arguments(a arguments) {
	w.exprs(a.args...)
	w.exprs(a.values...)
	w.exprs(a.star, a.doubleStar)
}

func (w *walker) expr(e expr) {
	switch e := e.(type) {
	case *tupleExpr:
		w.exprs(e.items...)
	case *listExpr:
		w.exprs(e.items...)
	case *dictExpr:
		w.exprs(e.keys...)
		w.exprs(e.values...)
	case *condExpr:
		w.exprs(e.test, e.then, e.otherwise)
	case *orExpr:
		w.exprs(e.left, e.right)
	case *andExpr:
		w.exprs(e.left, e.right)
	case *binaryExpr:
		w.exprs(e.left, e.right)
	case *notExpr:
		w.expr(e.operand)
	case *unaryExpr:
		w.expr(e.operand)
	case *concatExpr:
		w.exprs(e.parts...)
	case *compareExpr:
		w.expr(e.first)
		for _, o := range e.rest {
			w.expr(o.value)
		}
	case *attrExpr:
		w.expr(e.object)
	case *itemExpr:
		w.exprs(e.object, e.key)
	case *sliceExpr:
		w.exprs(e.start, e.stop, e.step)
	case *callExpr:
		w.calls = append(w.calls, e)
		w.expr(e.callee)
		w.arguments(e.args)
	case *filterExpr:
		w.expr(e.value)
		w.arguments(e.args)
	case *testExpr:
		w.expr(e.value)
		w.arguments(e.args)
	}
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
