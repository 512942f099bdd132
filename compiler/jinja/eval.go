package jinja

import (
	"math/big"

	"github.com/modsql/mod/compiler/diag"
)

func (e *constExpr) eval(*frame) (Value, error) { return e.value, nil }

func (e *nameExpr) eval(f *frame) (Value, error) {
	for _, r := range e.refs {
		g := f
		for up := r.up; up > 0 && g != nil; up-- {
			g = g.up
		}
		if g == nil {
			break
		}
		if v := g.slots[r.slot]; !isUnset(v) {
			return v, nil
		}
	}
	v := f.state.lookup(e.name)
	if u, ok := v.(*Undefined); ok && len(e.refs) > 0 {
		return u.part(), nil // the template sets it, only not on this way: it may be known when it runs
	}
	return v, nil
}

func evalAll(f *frame, items []expr) ([]Value, error) {
	if len(items) == 0 {
		return nil, nil
	}
	values := make([]Value, len(items))
	for i, item := range items {
		v, err := item.eval(f)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (e *tupleExpr) eval(f *frame) (Value, error) {
	items, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return &Tuple{Items: items}, nil
}

func (e *listExpr) eval(f *frame) (Value, error) {
	items, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return &List{Items: items}, nil
}

func (e *dictExpr) eval(f *frame) (Value, error) {
	d := NewDict()
	for i, k := range e.keys {
		key, err := k.eval(f)
		if err != nil {
			return nil, err
		}
		value, err := e.values[i].eval(f)
		if err != nil {
			return nil, err
		}
		if err := d.Set(key, value); err != nil {
			return nil, f.fail(k.at(), err)
		}
	}
	return d, nil
}

func (e *condExpr) eval(f *frame) (Value, error) {
	test, err := e.test.eval(f)
	if err != nil {
		return nil, err
	}
	switch {
	case Truth(test):
		return e.then.eval(f)
	case e.otherwise != nil:
		return e.otherwise.eval(f)
	}
	return &Undefined{Hint: "the inline if-expression on line " + itoa(e.span(f.src).Position().Line) +
		" evaluated to false and no else section was defined."}, nil
}

func (e *orExpr) eval(f *frame) (Value, error) {
	v, err := e.left.eval(f)
	if err != nil || Truth(v) {
		return v, err
	}
	return e.right.eval(f)
}

func (e *andExpr) eval(f *frame) (Value, error) {
	v, err := e.left.eval(f)
	if err != nil || !Truth(v) {
		return v, err
	}
	return e.right.eval(f)
}

func (e *notExpr) eval(f *frame) (Value, error) {
	v, err := e.operand.eval(f)
	if err != nil {
		return nil, err
	}
	return !Truth(v), nil
}

func (e *unaryExpr) eval(f *frame) (Value, error) {
	v, err := e.operand.eval(f)
	if err != nil {
		return nil, err
	}
	v, err = sign(e.op, v)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

func sign(op string, v Value) (Value, error) {
	switch x := v.(type) {
	case float64:
		if op == "-" {
			return -x, nil
		}
		return x, nil
	case *Undefined:
		return nil, undefinedError(x)
	case Operand:
		if op == "-" {
			if r, ok, err := x.Operate("-", 0, true); ok || err != nil {
				return r, err
			}
		}
		return v, nil
	}
	i := toBig(v)
	if i == nil {
		return nil, typeErrorf("bad operand type for unary %s: '%s'", op, TypeName(v))
	}
	if op == "-" {
		return normalize(new(big.Int).Neg(i)), nil
	}
	return normalize(i), nil
}

func (e *binaryExpr) eval(f *frame) (Value, error) {
	a, err := e.left.eval(f)
	if err != nil {
		return nil, err
	}
	b, err := e.right.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := f.state.binary(e.op, a, b)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

func (e *concatExpr) eval(f *frame) (Value, error) {
	var space [128]byte
	b := space[:0]
	for _, part := range e.parts {
		v, err := part.eval(f)
		if err != nil {
			return nil, err
		}
		if b, err = f.state.appendStr(b, v); err != nil {
			return nil, f.fail(part.at(), err)
		}
	}
	if err := f.state.charge(len(b)); err != nil {
		return nil, f.fail(e.pos, err)
	}
	return string(b), nil
}

func (e *compareExpr) eval(f *frame) (Value, error) {
	a, err := e.first.eval(f)
	if err != nil {
		return nil, err
	}
	for i := range e.rest {
		b, err := e.rest[i].value.eval(f)
		if err != nil {
			return nil, err
		}
		ok, err := f.state.compare(e.rest[i].op, a, b)
		if err != nil {
			return nil, f.fail(e.pos, err)
		}
		if !ok {
			return false, nil
		}
		a = b
	}
	return true, nil
}

func (s *State) compare(op string, a, b Value) (bool, error) {
	switch op {
	case "==":
		return s.equal(a, b)
	case "!=":
		same, err := s.equal(a, b)
		return !same, err
	case "in":
		return s.contains(b, a)
	case "not in":
		in, err := s.contains(b, a)
		return !in, err
	}
	c, err := s.order(a, b, op)
	if err != nil || c == 2 {
		return false, err
	}
	switch op {
	case "<":
		return c < 0, nil
	case "<=":
		return c <= 0, nil
	case ">":
		return c > 0, nil
	}
	return c >= 0, nil
}

func (e *attrExpr) eval(f *frame) (Value, error) {
	object, err := e.object.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := f.state.attribute(object, e.name)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

func (e *itemExpr) eval(f *frame) (Value, error) {
	object, err := e.object.eval(f)
	if err != nil {
		return nil, err
	}
	if s, ok := e.key.(*sliceExpr); ok {
		v, err := s.slice(f, object)
		if err != nil {
			return nil, f.fail(e.pos, err)
		}
		return v, nil
	}
	key, err := e.key.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := f.state.item(object, key)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

// eval is reached for a slice beside other keys only, as in x[1:2, 3].
func (e *sliceExpr) eval(f *frame) (Value, error) {
	return nil, f.fail(e.pos, typeErrorf("a slice cannot be combined with other keys"))
}

func (e *filterExpr) eval(f *frame) (Value, error) {
	v, err := e.value.eval(f)
	if err != nil {
		return nil, err
	}
	return e.apply(f, v)
}

// apply is the filter's result for v: in a filter block, v goes to the innermost filter of the chain.
func (e *filterExpr) apply(f *frame, v Value) (Value, error) {
	if e.fn == nil {
		return nil, f.fail(e.pos, noSuch("filter", e.name, filterNames()))
	}
	c := &Call{State: f.state, Span: e.span(f.src)}
	if err := e.args.fill(f, c, v, true); err != nil {
		return nil, f.fail(e.pos, err)
	}
	r, err := e.fn(c)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return r, nil
}

// noSuch is the use of a filter or test that does not exist, where that is not found before.
func noSuch(what, name string, known []string) error {
	return &failure{
		kind: "TemplateRuntimeError", message: "No " + what + " named " + Repr(name) + " found.", hint: diag.DidYouMean(name, known),
	}
}

// applyChain applies a chain of filters without an innermost value to v.
func applyChain(f *frame, chain expr, v Value) (Value, error) {
	e := chain.(*filterExpr)
	if e.value != nil {
		var err error
		if v, err = applyChain(f, e.value, v); err != nil {
			return nil, err
		}
	}
	return e.apply(f, v)
}

func (e *testExpr) eval(f *frame) (Value, error) {
	v, err := e.value.eval(f)
	if err != nil {
		return nil, err
	}
	if e.fn == nil {
		return nil, f.fail(e.pos, noSuch("test", e.name, testNames()))
	}
	c := &Call{State: f.state, Span: e.span(f.src)}
	if err := e.args.fill(f, c, v, true); err != nil {
		return nil, f.fail(e.pos, err)
	}
	r, err := e.fn(c)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return r, nil
}
