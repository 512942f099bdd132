package jinja_test

import (
	"errors"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// The wants are what dbt-core 1.12 makes of the same templates in a configuration.
func TestNativeGivesValuesAsDbtDoes(t *testing.T) {
	t.Parallel()
	g := globals{
		"x": 5, "s": "abc", "n": "7", "t": "true", "l": jinja.NewList(1, 2), "none_": nil, "q": `"q"`,
		"f": fn("f", func(*jinja.Call) (jinja.Value, error) { return jinja.DictOf("a", 1), nil }),
	}
	tests := []struct{ src, want string }{
		{`{{ x }}`, `5`},
		{`{{ 5 }}`, `'5'`},
		{`{{ true }}`, `'True'`},
		{`{{ [1, 2] }}`, `'[1, 2]'`},
		{`{{ [x] }}`, `[5]`},
		{`{{ l }}`, `[1, 2]`},
		{`{{ s }}`, `'abc'`},
		{`5`, `'5'`},
		{`true`, `'true'`},
		{``, `''`},
		{`{{ "5" }}`, `'5'`},
		{`{{ n }}`, `'7'`},
		{`{{ n | as_number }}`, `7`},
		{`{{ n | as_text }}`, `'7'`},
		{`{{ x | as_text }}`, `'5'`},
		{`{{ n | as_native }}`, `7`},
		{`{{ "[1, 2]" | as_native }}`, `[1, 2]`},
		{`{{ s | as_native }}`, `'abc'`},
		{`{{ x | as_number }}`, `5`},
		{` {{ x }}`, `' 5'`},
		{`{{ x }}{{ x }}`, `'55'`},
		{`{{ f() }}`, `{'a': 1}`},
		{`{{ none_ }}`, `None`},
		{`{{ undefined_ }}`, `Undefined`},
		{`{% set y = x %}{{ y }}`, `5`},
		{`{% if true %}{{ x }}{% endif %}`, `5`},
		{`{% for i in l %}{{ i }}{% endfor %}`, `'12'`},
		{`{% for i in [1] %}{{ i }}{% endfor %}`, `1`},
		{`{{ l | as_native }}`, `[1, 2]`},
		{`{{ 1 + 1 }}`, `'2'`},
		{`{{ "a" | upper }}`, `'A'`},
		{`{{ "5" | int }}`, `'5'`},
		{`{{ n | int }}`, `7`},
		{`{{ "True" | as_bool }}`, `True`},
		{`{{ "2024-01-01" | as_native }}`, `'2024-01-01'`},
		{`{{ "{1, 2}" | as_native }}`, `{1, 2}`},
		{`{{ "1_0" | as_native }}`, `10`},
		{`{{ x }}{# c #}`, `5`},
		{`{{ "0x10" | as_number }}`, `16`},
		{`{{ "-3.5" | as_number }}`, `-3.5`},
		{`{{ "1e3" | as_number }}`, `1000.0`},
		{`{{ " 5" | as_number }}`, `5`},
		{`{{ q | as_native }}`, `'q'`},
		{`{{ q }}`, `'"q"'`},
		{`{% filter upper %}a{% endfilter %}`, `'A'`},
		{`{% set a %}q{% endset %}{{ a }}`, `'q'`},
		{`{{ l[0] }}`, `1`},
		{`{{ x is none }}`, `False`},
		{`{{ 5 is none }}`, `'False'`},
		{`{{ {} }}`, `'{}'`},
		{`{{ {"a": x} }}`, `{'a': 5}`},
		{`{{ "01" | as_native }}`, `'01'`},
		{`{{ "None" | as_native }}`, `None`},
		{`{{ "none" | as_native }}`, `'none'`},
		{`{{ x ~ x }}`, `'55'`},
		{`{{ "a" if x }}`, `'a'`},
		{`{{ "a" if false }}`, `Undefined`},
		{`{{ x | as_native }}`, `5`},
		{`{{ "(1, 2)" | as_native }}`, `(1, 2)`},
		{`{{ s | safe }}`, `'abc'`},
	}
	for _, tt := range tests {
		v, err := parse(t, tt.src).Native(t.Context(), g, jinja.Options{})
		if got := jinja.Repr(v); err != nil || got != tt.want {
			t.Errorf("%s = %s, %v, want %s", tt.src, got, err, tt.want)
		}
	}
	for src, want := range map[string]string{
		`{{ t | as_bool }}`:             "Could not convert value 'true' into type 'bool'",
		`{{ "1" | as_bool }}`:           "Could not convert value '1' into type 'bool'",
		`{{ s | as_number }}`:           "Could not convert value 'abc' into type 'number'",
		`{{ t | as_number }}`:           "Could not convert value 'true' into type 'number'",
		`{{ "1 + 1" | as_number }}`:     "Could not convert value '1 + 1' into type 'number'",
		`{{ "True" | as_number }}`:      "Could not convert value 'True' into type 'number'",
		`{{ "__import__" | as_number}}`: "Could not convert value '__import__' into type 'number'",
	} {
		_, err := parse(t, src).Native(t.Context(), g, jinja.Options{})
		var e *jinja.Error
		if !errors.As(err, &e) || e.Message != want {
			t.Errorf("%s fails with %v, want %s", src, err, want)
		}
	}
}
