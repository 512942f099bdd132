// Package bind takes the arguments of a template's call apart as Python would, so that functions written in Go can be called like
// those that the templates were written for.
package bind

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// Func returns a function of those parameters as a value. params are names separated by spaces: "name" must be given, "name?" may be,
// "*rest" takes further positional arguments and "**extra" further named ones.
func Func(name, params string, fn func(c *jinja.Call, a Args) (jinja.Value, error)) jinja.Func {
	return jinja.Func{Name: name, Fn: func(c *jinja.Call) (jinja.Value, error) {
		a, err := To(c, name, params)
		if err != nil {
			return nil, err
		}
		return fn(c, a)
	}}
}

// Args are the arguments of one call by parameter.
type Args struct {
	// Rest are positional arguments beyond the parameters; only with "*rest".
	Rest []jinja.Value
	// Extra are named arguments that no parameter has; never nil, empty without "**extra".
	Extra *jinja.Dict

	function string
	values   map[string]jinja.Value
}

// To distributes the arguments of a call over the parameters of a function.
func To(c *jinja.Call, function, params string) (Args, error) {
	a := Args{Extra: jinja.NewDict(), function: function, values: make(map[string]jinja.Value, len(c.Args))}
	var names []string
	rest, extra := false, false
	next := 0
	for p := range strings.FieldsSeq(params) {
		switch {
		case strings.HasPrefix(p, "**"):
			extra = true
			continue
		case strings.HasPrefix(p, "*"):
			rest = true
			continue
		}
		name, _ := strings.CutSuffix(p, "?")
		names = append(names, name)
		if next < len(c.Args) && !rest {
			a.values[name] = c.Args[next]
			next++
		}
	}
	if next < len(c.Args) {
		if !rest {
			return a, fmt.Errorf("%s() takes %s but %d were given", function, count(len(names)), len(c.Args))
		}
		a.Rest = c.Args[next:]
	}
	if err := a.named(c.Kwargs, names, extra); err != nil {
		return a, err
	}
	return a, a.complete(params)
}

func (a *Args) named(kwargs *jinja.Dict, names []string, extra bool) error {
	for k, v := range kwargs.All() {
		key, _ := k.(string)
		if !contains(names, key) {
			if !extra {
				return fmt.Errorf("%s() got an unexpected keyword argument '%s'", a.function, key)
			}
			a.Extra.Put(key, v)
			continue
		}
		if _, twice := a.values[key]; twice {
			return fmt.Errorf("%s() got multiple values for argument '%s'", a.function, key)
		}
		a.values[key] = v
	}
	return nil
}

func (a *Args) complete(params string) error {
	for p := range strings.FieldsSeq(params) {
		if strings.HasPrefix(p, "*") || strings.HasSuffix(p, "?") {
			continue
		}
		if _, ok := a.values[p]; !ok {
			return fmt.Errorf("%s() missing required argument: '%s'", a.function, p)
		}
	}
	return nil
}

// Given tells whether the argument was passed.
func (a Args) Given(name string) bool {
	_, ok := a.values[name]
	return ok
}

// Value is the argument, nil if it was not passed.
func (a Args) Value(name string) jinja.Value { return a.values[name] }

// Or is the argument, or fallback if it was not passed.
func (a Args) Or(name string, fallback jinja.Value) jinja.Value {
	if v, ok := a.values[name]; ok {
		return v
	}
	return fallback
}

// Text is an argument that must be a string; fallback if it was not passed or is None.
func (a Args) Text(name, fallback string) (string, error) {
	switch v := a.values[name].(type) {
	case nil:
		return fallback, nil
	case string:
		return v, nil
	case jinja.Markup:
		return string(v), nil
	default:
		return "", a.wrong(name, "str", v)
	}
}

// Int is an argument that must be a whole number; fallback if it was not passed or is None.
func (a Args) Int(name string, fallback int) (int, error) {
	switch v := a.values[name].(type) {
	case nil:
		return fallback, nil
	case int:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	default:
		return 0, a.wrong(name, "int", v)
	}
}

// Number is an argument that must be a number; fallback if it was not passed or is None.
func (a Args) Number(name string, fallback float64) (float64, error) {
	if f, ok := a.values[name].(float64); ok {
		return f, nil
	}
	if a.values[name] == nil {
		return fallback, nil
	}
	n, err := a.Int(name, 0)
	return float64(n), err
}

// Bool is the truth of an argument; fallback if it was not passed or is None.
func (a Args) Bool(name string, fallback bool) bool {
	if a.values[name] == nil {
		return fallback
	}
	return jinja.Truth(a.values[name])
}

func (a Args) wrong(name, want string, got jinja.Value) error {
	if u, ok := got.(*jinja.Undefined); ok {
		if u.Hint != "" {
			return errors.New(u.Hint)
		}
		return fmt.Errorf("'%s' is undefined, and %s() needs it as %s", u.Name, a.function, name)
	}
	return fmt.Errorf("%s() argument '%s' must be %s, not %s", a.function, name, want, jinja.TypeName(got))
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func count(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}
