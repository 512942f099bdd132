package jinja

import "strings"

// testNames are all tests, for hints.
func testNames() []string {
	return strings.Fields(`boolean callable defined divisibleby eq equalto escaped even false filter float ge greaterthan gt in integer
		iterable le lessthan lower lt mapping ne none number odd sameas sequence string test true undefined upper`)
}

// builtinTest is the test of that name, or nil. The value is Args[0] of its call.
func builtinTest(name string) nativeFunc {
	if is := typeTest(name); is != nil {
		return func(c *Call) (Value, error) {
			if err := c.onlyValue("test_" + name); err != nil {
				return nil, err
			}
			return is(c.Args[0]), nil
		}
	}
	if op := comparison(name); op != "" {
		return func(c *Call) (Value, error) {
			a, err := c.Bind(name, 2, "a", "b")
			if err != nil {
				return nil, err
			}
			return c.State.compare(op, a.Value(0), a.Value(1))
		}
	}
	switch name {
	case "divisibleby":
		return testDivisibleBy
	case "even", "odd":
		return parity(name)
	case "in":
		return func(c *Call) (Value, error) {
			a, err := c.Bind("test_in", 2, "value", "seq")
			if err != nil {
				return nil, err
			}
			return c.State.contains(a.Value(1), a.Value(0))
		}
	case "sameas":
		return func(c *Call) (Value, error) {
			a, err := c.Bind("test_sameas", 2, "value", "other")
			if err != nil {
				return nil, err
			}
			return same(a.Value(0), a.Value(1)), nil
		}
	}
	return nil
}

func comparison(name string) string {
	switch name {
	case "eq", "equalto", "==":
		return "=="
	case "ne", "!=":
		return "!="
	case "lt", "lessthan", "<":
		return "<"
	case "le", "<=":
		return "<="
	case "gt", "greaterthan", ">":
		return ">"
	case "ge", ">=":
		return ">="
	}
	return ""
}

// typeTest are the tests that look at the value alone and cannot fail.
func typeTest(name string) func(Value) bool {
	switch name {
	case "defined":
		return func(v Value) bool { _, ok := v.(*Undefined); return !ok }
	case "undefined":
		return func(v Value) bool { _, ok := v.(*Undefined); return ok }
	case "none":
		return func(v Value) bool { return v == nil }
	case "boolean":
		return func(v Value) bool { _, ok := v.(bool); return ok }
	case "true":
		return func(v Value) bool { b, ok := v.(bool); return ok && b }
	case "false":
		return func(v Value) bool { b, ok := v.(bool); return ok && !b }
	case "integer":
		return func(v Value) bool { _, isBool := v.(bool); return !isBool && toBig(v) != nil }
	case "float":
		return func(v Value) bool { _, ok := v.(float64); return ok }
	case "number":
		return func(v Value) bool {
			_, ok := toFloat(v)
			_, isNumber := v.(Floater)
			return ok || isNumber
		}
	case "string":
		return isString
	case "mapping":
		return func(v Value) bool {
			_, isDict := v.(*Dict)
			_, ok := v.(Mapping)
			return ok || isDict
		}
	case "sequence":
		return isSequenceLike
	case "iterable":
		return iterable
	case "callable":
		return isCallable
	case "escaped":
		return func(v Value) bool { _, ok := v.(Markup); return ok }
	case "lower":
		return func(v Value) bool { return isLower(Str(v)) }
	case "upper":
		return func(v Value) bool { return isUpper(Str(v)) }
	case "filter":
		return func(v Value) bool { s, ok := asString(v); return ok && builtinFilter(s) != nil }
	case "test":
		return func(v Value) bool { s, ok := asString(v); return ok && builtinTest(s) != nil }
	}
	return nil
}

func isSequenceLike(v Value) bool {
	switch v := v.(type) {
	case string, Markup, marked, *List, *Tuple, *Dict, *rangeValue, *Undefined:
		return true
	case *Set, *dictView:
		return false
	case Sized:
		_, ok := v.(Indexer)
		return ok
	}
	return false
}

func isCallable(v Value) bool {
	switch v.(type) {
	case *Macro, Func, builtinFunc, *boundMethod, *loopContext, *joiner, Callable, *Undefined:
		return true
	}
	return false
}

func testDivisibleBy(c *Call) (Value, error) {
	a, err := c.Bind("test_divisibleby", 2, "value", "num")
	if err != nil {
		return nil, err
	}
	r, err := c.State.binary("%", a.Value(0), a.Value(1))
	if err != nil {
		return nil, err
	}
	return Equal(r, 0), nil
}

func parity(name string) nativeFunc {
	want := 0
	if name == "odd" {
		want = 1
	}
	return func(c *Call) (Value, error) {
		if err := c.onlyValue("test_" + name); err != nil {
			return nil, err
		}
		r, err := c.State.binary("%", c.Args[0], 2)
		if err != nil {
			return nil, err
		}
		return Equal(r, want), nil
	}
}
