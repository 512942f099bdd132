package jinja

import "strings"

// sink sees what a native rendering writes at its top level: a single value is its result.
type sink struct {
	pieces int
	only   Value
	raw    bool // only is the value of an expression, not text
}

// text notes a piece of text.
func (n *sink) text() {
	if n != nil {
		n.pieces++
		n.raw = false
	}
}

// value notes the value of an expression. One without names is text to Jinja2, which prints it while compiling.
func (n *sink) value(e expr, v Value) {
	if n == nil {
		return
	}
	n.pieces++
	n.raw = n.pieces == 1 && !constant(e)
	if n.raw {
		n.only = v
	}
}

// constant tells whether an expression has a value without rendering: it has no names and no calls.
func constant(e expr) bool {
	switch e := e.(type) {
	case *constExpr:
		return true
	case *tupleExpr:
		return allConstant(e.items)
	case *listExpr:
		return allConstant(e.items)
	case *dictExpr:
		return allConstant(e.keys) && allConstant(e.values)
	case *unaryExpr:
		return constant(e.operand)
	case *notExpr:
		return constant(e.operand)
	case *binaryExpr:
		return constant(e.left) && constant(e.right)
	case *orExpr:
		return constant(e.left) && constant(e.right)
	case *andExpr:
		return constant(e.left) && constant(e.right)
	case *concatExpr:
		return allConstant(e.parts)
	case *compareExpr:
		for _, o := range e.rest {
			if !constant(o.value) {
				return false
			}
		}
		return constant(e.first)
	case *condExpr:
		return constant(e.test) && constant(e.then) && e.otherwise != nil && constant(e.otherwise)
	case *filterExpr:
		return !strings.HasPrefix(e.name, "as_") && constant(e.value) && allConstant(e.args.args) && allConstant(e.args.values)
	case *testExpr:
		return constant(e.value) && allConstant(e.args.args) && allConstant(e.args.values)
	case *itemExpr:
		return constant(e.object) && constant(e.key)
	case *sliceExpr:
		return (e.start == nil || constant(e.start)) && (e.stop == nil || constant(e.stop)) && (e.step == nil || constant(e.step))
	}
	return false
}

func allConstant(items []expr) bool {
	for _, e := range items {
		if !constant(e) {
			return false
		}
	}
	return true
}

func (s *State) renderNative(t *Template) (Value, error) {
	f := s.frame(t.fn, t.src, nil)
	f.out = &buffer{src: t.src, sink: &sink{}}
	if _, err := execBody(f, t.body); err != nil {
		return nil, s.finalError(err)
	}
	n := f.out.sink
	if n.pieces != 1 || !n.raw {
		return string(f.out.text), nil
	}
	if m, ok := n.only.(marked); ok {
		v, err := m.convert()
		if err != nil {
			return nil, s.locate(t.body[0].at().span(t.src), err)
		}
		return v, nil
	}
	return plain(n.only), nil
}

// marked is text that a native rendering converts: the result of as_bool, as_number or as_native.
type marked struct{ text, as string }

func (m marked) typeName() string { return "str" }

func (m marked) String() string { return m.text }

func (m marked) Repr() string { return Repr(m.text) }

func (m marked) convert() (Value, error) {
	v, ok := parseLiteral(m.text)
	if !ok {
		v = m.text
	}
	switch m.as {
	case "bool":
		if _, ok := v.(bool); !ok {
			return nil, valueErrorf("Could not convert value '%s' into type 'bool'", m.text)
		}
	case "number":
		_, isBool := v.(bool)
		if _, ok := toFloat(v); !ok || isBool {
			return nil, valueErrorf("Could not convert value '%s' into type 'number'", m.text)
		}
	}
	return v, nil
}

// marker is a filter that marks its value in a native rendering, and leaves it alone in any other.
func marker(as string) nativeFunc {
	return func(c *Call) (Value, error) {
		if err := c.onlyValue("as_" + as); err != nil {
			return nil, err
		}
		switch {
		case !c.State.native:
			return c.Args[0], nil
		case as == "text":
			return Str(c.Args[0]), nil
		}
		return marked{Str(c.Args[0]), as}, nil
	}
}
