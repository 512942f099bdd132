package bind

import (
	"errors"
	"testing"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

type globals map[string]jinja.Value

func (g globals) Lookup(name string) (jinja.Value, bool) {
	v, ok := g[name]
	return v, ok
}

// TestArgumentsAreBoundAsPythonDoes calls functions of several parameter lists; each shows what it got.
func TestArgumentsAreBoundAsPythonDoes(t *testing.T) {
	t.Parallel()
	show := func(name, params string) jinja.Func {
		return Func(name, params, func(_ *jinja.Call, a Args) (jinja.Value, error) {
			return jinja.NewTuple(a.Value("a"), a.Or("b", "unset"), jinja.NewList(a.Rest...), a.Extra), nil
		})
	}
	text := Func("text", "s? n? x? flag?", func(_ *jinja.Call, a Args) (jinja.Value, error) {
		s, err := a.Text("s", "-")
		if err != nil {
			return nil, err
		}
		n, err := a.Int("n", 7)
		if err != nil {
			return nil, err
		}
		x, err := a.Number("x", 0.5)
		return jinja.NewTuple(s, n, x, a.Bool("flag", true)), err
	})
	g := globals{
		"none": show("none", ""), "two": show("two", "a b?"), "rest": show("rest", "a *more"), "after": show("after", "*more b?"),
		"extra": show("extra", "a **others"), "text": text,
	}
	for _, c := range []struct{ in, want string }{
		{"two(1)", "(1, 'unset', [], {})"},
		{"two(1, none)", "(1, None, [], {})"},
		{"two(b=2, a=1)", "(1, 2, [], {})"},
		{"two()", "two() missing required argument: 'a'"},
		{"two(1, 2, 3)", "two() takes 2 arguments but 3 were given"},
		{"two(1, a=1)", "two() got multiple values for argument 'a'"},
		{"two(1, c=1)", "two() got an unexpected keyword argument 'c'"},
		{"rest(1, 2, 3)", "(1, 'unset', [2, 3], {})"},
		{"after(1, 2, b=3)", "(None, 3, [1, 2], {})"},
		{"extra(1, x=2, y=3)", "(1, 'unset', [], {'x': 2, 'y': 3})"},
		{"text()", "('-', 7, 0.5, True)"},
		{"text('a', 1, 2, false)", "('a', 1, 2.0, False)"},
		{"text(none, true, 2.5, 0)", "('-', 1, 2.5, False)"},
		{"text(1)", "text() argument 's' must be str, not int"},
		{"text(n='1')", "text() argument 'n' must be int, not str"},
		{"text(gone)", "'gone' is undefined, and text() needs it as s"},
	} {
		template, problems := jinja.Parse(diag.NewSource("test", "{{ "+c.in+" }}"))
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		out, err := template.Render(t.Context(), g, jinja.Options{})
		var got string
		var e *jinja.Error
		if errors.As(err, &e) {
			got = e.Message
		} else if out != nil {
			got = out.Text
		}
		if got != c.want {
			t.Errorf("%s = %q, want %q", c.in, got, c.want)
		}
	}
}
