package jinja

import (
	"errors"
	"fmt"

	"github.com/modsql/mod/compiler/diag"
)

// Call is one call of a Callable from a template.
type Call struct {
	State  *State
	Args   []Value
	Kwargs *Dict     // never nil; keys are strings
	Span   diag.Span // the call expression
}

// nativeFunc is a function of the engine: a filter, a test, a method.
type nativeFunc func(c *Call) (Value, error)

// native makes a host's filter or test safe to call.
func (f Func) native() nativeFunc {
	return func(c *Call) (Value, error) { return c.State.callHost(f, f.Name, c) }
}

// fill evaluates the arguments into c, after a first one if there is one.
func (a *arguments) fill(f *frame, c *Call, first Value, hasFirst bool) error {
	n := len(a.args)
	if hasFirst {
		n++
	}
	args := make([]Value, 0, n)
	if hasFirst {
		args = append(args, first)
	}
	for _, x := range a.args {
		v, err := x.eval(f)
		if err != nil {
			return err
		}
		args = append(args, v)
	}
	c.Args = args
	c.Kwargs = emptyKwargs()
	for i, x := range a.values {
		v, err := x.eval(f)
		if err != nil {
			return err
		}
		c.Kwargs.Put(a.names[i], v)
	}
	if a.star != nil {
		if err := a.fillStar(f, c); err != nil {
			return err
		}
	}
	if a.doubleStar != nil {
		return a.fillDoubleStar(f, c)
	}
	return nil
}

func emptyKwargs() *Dict { return &Dict{} }

func (a *arguments) fillStar(f *frame, c *Call) error {
	v, err := a.star.eval(f)
	if err != nil {
		return err
	}
	if _, ok := v.(*Undefined); !ok && !iterable(v) {
		return typeErrorf("argument after * must be an iterable, not %s", TypeName(v))
	}
	items, err := f.state.items(v)
	if err != nil {
		return err
	}
	c.Args = append(c.Args, items...)
	return nil
}

func (a *arguments) fillDoubleStar(f *frame, c *Call) error {
	v, err := a.doubleStar.eval(f)
	if err != nil {
		return err
	}
	d, err := f.state.mapping(v)
	if err != nil {
		return typeErrorf("argument after ** must be a mapping, not %s", TypeName(v))
	}
	for k, v := range d.All() {
		key, ok := asString(k)
		if !ok {
			return typeErrorf("keywords must be strings")
		}
		if _, twice := c.Kwargs.GetString(key); twice {
			return typeErrorf("got multiple values for keyword argument %s", Repr(key))
		}
		c.Kwargs.Put(key, v)
	}
	return nil
}

func (e *callExpr) eval(f *frame) (Value, error) { return e.run(f, nil) }

// run makes the call, with the body of a call block as the argument `caller` if there is one.
func (e *callExpr) run(f *frame, caller *Macro) (Value, error) {
	s := f.state
	if err := s.step(); err != nil {
		return nil, f.fail(e.pos, err)
	}
	c := &Call{State: s, Span: e.span(f.src)}
	callee, method, err := e.resolve(f)
	if err != nil {
		return nil, err
	}
	if err := e.args.fill(f, c, nil, false); err != nil {
		return nil, f.fail(e.pos, err)
	}
	if caller != nil {
		if _, twice := c.Kwargs.GetString("caller"); twice {
			return nil, f.fail(e.pos, typeErrorf("got multiple values for keyword argument 'caller'"))
		}
		c.Kwargs.Put("caller", caller)
	}
	var v Value
	if method != nil {
		v, err = method(c, callee)
	} else {
		v, err = s.call(callee, c)
	}
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

// resolve evaluates what is called: a value, or an object and its method, which spares making a bound method.
func (e *callExpr) resolve(f *frame) (Value, method, error) {
	attr, ok := e.callee.(*attrExpr)
	if !ok {
		v, err := e.callee.eval(f)
		return v, nil, err
	}
	object, err := attr.object.eval(f)
	if err != nil {
		return nil, nil, err
	}
	if m := builtinMethod(object, attr.name); m != nil {
		return object, m, nil
	}
	v, err := f.state.attribute(object, attr.name)
	if err != nil {
		return nil, nil, f.fail(attr.pos, err)
	}
	return v, nil, nil
}

// call calls any value.
func (s *State) call(v Value, c *Call) (Value, error) {
	switch v := v.(type) {
	case *Macro:
		return s.callMacro(v, c)
	case Func:
		return s.callHost(v, v.Name, c)
	case builtinFunc:
		return v.fn(c)
	case *boundMethod:
		return v.method(c, v.object)
	case *loopContext:
		return v.recurse(c)
	case *joiner:
		return v.call(c)
	case *Undefined:
		if s.opts.Lenient && (!v.Missing || s.missed(v, c.Span)) {
			return v.part(), nil
		}
		return nil, undefinedError(v)
	case Callable:
		return s.callHost(v, TypeName(v), c)
	}
	return nil, typeErrorf("'%s' object is not callable", TypeName(v))
}

// missed tells the host that the template calls what nobody defines; false if that is an error here.
func (s *State) missed(u *Undefined, at diag.Span) bool {
	if s.opts.Missed == nil || len(s.stack) > 0 {
		return false
	}
	var told *Error
	if !errors.As(s.locate(at, undefinedError(u)), &told) {
		return false
	}
	s.opts.Missed(told)
	return true
}

// callHost calls a function of the host, whose panic is an error like any other.
func (s *State) callHost(v Callable, name string, c *Call) (r Value, err error) {
	depth, stack, steps := s.depth, len(s.stack), s.steps
	defer func() {
		if p := recover(); p != nil {
			s.depth, s.stack, s.steps = depth, s.stack[:stack], min(s.steps, steps)
			r, err = nil, &failure{kind: "InternalError", message: fmt.Sprintf("%s() failed: %v", name, p), hint: faultHint}
		}
	}()
	for i, a := range c.Args {
		c.Args[i] = plain(a)
	}
	return v.Call(c)
}

// callMacro calls a macro: its value is its output, or what return() gave.
func (s *State) callMacro(m *Macro, c *Call) (Value, error) {
	if m.def == nil {
		return nil, typeErrorf("macro %s has no body", Repr(m.Name))
	}
	if err := s.descend(); err != nil {
		return nil, err
	}
	defer s.ascend()
	f := s.frame(m.def.fn, m.def.src, m.closure)
	if !m.def.caller {
		s.stack = append(s.stack, activation{m, c.Span})
		defer func(n int) { s.stack = s.stack[:n] }(len(s.stack) - 1)
	}
	if err := f.bind(m.def, c); err != nil {
		return nil, err
	}
	text, _, err := f.capture(m.def.body)
	if r, ok := err.(*Return); ok && !m.def.caller {
		return r.Value, nil
	}
	if err != nil {
		return nil, err
	}
	if err := s.charge(len(text)); err != nil {
		return nil, err
	}
	return text, nil
}

// bind gives the macro's parameters their arguments. See https://jinja.palletsprojects.com/en/stable/templates/#macros.
func (f *frame) bind(def *macroDef, c *Call) error {
	kwargs := c.Kwargs
	used := 0
	hasCaller := false
	for i := range def.params {
		p := &def.params[i]
		if i < len(c.Args) {
			f.slots[p.slot] = c.Args[i]
			hasCaller = hasCaller || p.name == "caller" && len(c.Args) >= len(def.params)
			continue
		}
		hasCaller = hasCaller || p.name == "caller"
		if v, ok := kwargs.GetString(p.name); ok {
			f.slots[p.slot] = v
			used++
		}
	}
	if err := f.bindRest(def, c, used, hasCaller); err != nil {
		return err
	}
	for i := range def.params {
		p := &def.params[i]
		if !isUnset(f.slots[p.slot]) {
			continue
		}
		if p.value == nil {
			f.slots[p.slot] = &Undefined{Name: p.name, Hint: "parameter " + Repr(p.name) + " was not provided"}
			continue
		}
		// A default sees the parameters before it; a later one is not there yet.
		v, err := p.value.eval(f)
		if err != nil {
			return err
		}
		f.slots[p.slot] = v
	}
	return nil
}

// bindRest gives the macro its caller, kwargs and varargs, or complains about arguments that it does not take.
func (f *frame) bindRest(def *macroDef, c *Call, used int, hasCaller bool) error {
	rest := c.Kwargs
	if used > 0 {
		rest = rest.Clone()
		for i := range def.params {
			if i >= len(c.Args) {
				rest.Delete(def.params[i].name)
			}
		}
	}
	if def.fn.caller >= 0 && !hasCaller {
		v, ok := rest.GetString("caller")
		if ok {
			rest = rest.Clone()
			rest.Delete("caller")
		}
		if v == nil {
			v = &Undefined{Name: "caller", Hint: "No caller defined"}
		}
		f.slots[def.fn.caller] = v
	}
	if def.fn.kwargs >= 0 {
		f.slots[def.fn.kwargs] = rest
	} else if rest.Len() > 0 {
		if _, ok := rest.GetString("caller"); ok {
			return typeErrorf("macro %s was invoked with two values for the special caller argument. This is most likely a bug.", Repr(def.name))
		}
		return &failure{
			kind: "TypeError", message: fmt.Sprintf("macro %s takes no keyword argument %s", Repr(def.name), Repr(rest.Keys()[0])),
			hint: def.didYouMean(rest.Keys()[0]),
		}
	}
	extra := max(len(c.Args)-len(def.params), 0)
	if def.fn.varargs >= 0 {
		f.slots[def.fn.varargs] = &Tuple{Items: c.Args[len(c.Args)-extra:]}
	} else if extra > 0 {
		return typeErrorf("macro %s takes not more than %d argument(s)", Repr(def.name), len(def.params))
	}
	return nil
}

func (d *macroDef) didYouMean(key Value) string {
	var names []string
	for _, p := range d.params {
		names = append(names, p.name)
	}
	text, _ := asString(key)
	return diag.DidYouMean(text, names)
}
