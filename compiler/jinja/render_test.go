package jinja_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

func parse(t testing.TB, src string) *jinja.Template {
	t.Helper()
	tmpl, problems := jinja.Parse(diag.NewSource("model.sql", src))
	if tmpl == nil {
		t.Fatalf("Parse(%q): %v", src, problems.Err())
	}
	return tmpl
}

func renderError(t *testing.T, src string, g jinja.Globals, o jinja.Options) *jinja.Error {
	t.Helper()
	out, err := parse(t, src).Render(t.Context(), g, o)
	var e *jinja.Error
	if !errors.As(err, &e) {
		t.Fatalf("Render(%.80q) = %.80v, %v, want an *Error", src, out, err)
	}
	return e
}

// messageOf is the message of an *Error without its place.
func messageOf(err error) string {
	var e *jinja.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

func TestOriginIsThePlaceThatWroteTheText(t *testing.T) {
	t.Parallel()
	src := "a {% if true %}b{{ 'xy' ~ 'z' }}{% endif %}{% macro m() %}macro{% endmacro %}{{ m() }}\r\n{% set word %}cap{% endset %}{{ word }}" +
		"{% filter upper %}f{% endfilter %}{% call w() %}body{% endcall %}{# c #}end{% raw %}{{ r }}{% endraw %}\n"
	w := fn("w", func(c *jinja.Call) (jinja.Value, error) {
		caller, _ := c.Kwargs.GetString("caller")
		return c.State.Call(caller, nil, nil)
	})
	out, err := parse(t, src).Render(t.Context(), globals{"w": w}, jinja.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range len(out.Text) {
		from := out.Origin(i).Text()
		if n := len(got); n == 0 || len(from) == 1 || from != got[n-1] {
			got = append(got, from)
		}
	}
	want := []string{"a", " ", "b", "'xy' ~ 'z'", "m()", "\r\n", "word", "upper", "w()", "e", "n", "d", "{", "{", " ", "r", " ", "}", "}"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("origins of %q (-want +got):\n%s", out.Text, d)
	}
	for _, i := range []int{-5, 1000} {
		if at := out.Origin(i); at.Start < 0 || at.End > len(src) {
			t.Errorf("Origin(%d) = %v", i, at)
		}
	}
	if at := new(jinja.Output).Origin(3); !at.IsZero() {
		t.Errorf("the origin in no output is %v", at)
	}
}

func TestRenderingIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	tmpl := parse(t, `{% macro m(a, b=[]) %}{% do b.append(a) %}{{ b }}{% endmacro %}{% for x in range(3) %}{{ m(x) }}{% set y = x %}{{ y }}{% endfor %}`)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				out, err := tmpl.Render(t.Context(), nil, jinja.Options{})
				if err != nil || out.Text != "[0]0[1]1[2]2" {
					t.Errorf("Render = %v, %v", out, err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestReturnEndsAMacroWithItsValue(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, src, want string }{
		{"a list", `{% macro m() %}text{{ return([1, 2]) }}never{% endmacro %}{{ m() | length }}`, "2"},
		{"from a loop", `{% macro m(l) %}{% for x in l %}{% if x > 1 %}{{ return(x) }}{% endif %}{% endfor %}{% endmacro %}{{ m([1, 5, 9]) + 1 }}`, "6"},
		{"do", `{% macro m() %}{% do return({'a': 1}) %}{% endmacro %}{{ m().a }}`, "1"},
		{"the inner macro only", `{% macro a() %}{{ return(1) }}{% endmacro %}{% macro b() %}b{{ a() }}{% endmacro %}{{ b() }}`, "b1"},
		{"in an expression", `{% macro m() %}{{ return(none) }}{% endmacro %}{{ m() is none }}`, "True"},
		{"from the body of a call block", `{% macro w() %}x{{ caller() }}y{% endmacro %}{% call w() %}{{ return('r') }}{% endcall %}`, "r"},
		{"no return", `{% macro m() %} 1 {% endmacro %}[{{ m() }}]`, "[ 1 ]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := render(t.Context(), tt.src, dbtLike())
			if err != nil || got != tt.want {
				t.Errorf("%s = %q, %v, want %q", tt.src, got, err, tt.want)
			}
		})
	}
	e := renderError(t, "a\n{{ return(1) }}", dbtLike(), jinja.Options{})
	if !strings.Contains(e.Message, "outside of a macro") {
		t.Errorf("return() at the top fails with %q", e.Message)
	}
}

func TestMacroOfABlockUsesTheGlobalsOfItsCaller(t *testing.T) {
	t.Parallel()
	file := parse(t, `{% set hidden = 1 %}
{% macro outer(x) %}{{ inner(x) }}{{ word }}[{{ hidden }}]{% endmacro %}
{% macro inner(x) %}<{{ x }}>{% endmacro %}`)
	g := globals{"word": "w"}
	for _, b := range file.Blocks() {
		g[b.Name] = b.Macro
	}
	got, err := render(t.Context(), `{{ outer(1) }} {{ outer(x=2) }} {{ outer.name }}`, g)
	if want := "<1>w[] <2>w[] outer"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestBlocksAreTheDefinitionsAtTheTop(t *testing.T) {
	t.Parallel()
	src := `{% macro one(a, b=1 + 2, c: str = 'x', d: dict[str, int] = {}) -%} body {%- endmacro %}
{% test not_null(model, column_name) %}select 1{% endtest %}
{%- data_test other(model) -%}x{%- enddata_test -%}
{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}{{ return(1) }}{% endmaterialization %}
{% materialization view, default %}{{ supported_languages }}{% endmaterialization %}
{% snapshot snap %}{{ config(x=1) }}select {{ 1 }}{% endsnapshot %}
{% docs orders %} # {{ not parsed }} {% no %} {% enddocs %}
{% if true %}{% macro nested() %}{% endmacro %}{% endif %}
{% macro none_args() %}{% macro inner() %}{% endmacro %}{% endmacro %}`
	type block struct {
		Kind, Name, Params, Args, Text, Head string
	}
	var got []block
	for _, b := range parse(t, src).Blocks() {
		g := block{Kind: b.Kind, Name: b.Name, Text: b.Text, Head: b.Head.Text()}
		if b.Macro != nil {
			var params []string
			for _, p := range b.Macro.Params {
				text := p.Name
				if p.HasDefault {
					text += "=" + p.Default
				}
				params = append(params, text)
			}
			g.Params = strings.Join(params, ";")
		}
		if b.Args != nil {
			g.Args = jinja.Repr(b.Args)
		}
		if b.Body != nil {
			out, err := b.Body.Render(t.Context(), dbtLike(), jinja.Options{})
			if err != nil {
				t.Fatal(err)
			}
			g.Text = out.Text
		}
		if !strings.HasPrefix(b.Span.Text(), g.Head) || !strings.HasSuffix(b.Span.Text(), "%}") {
			t.Errorf("the span of %s is %q", b.Name, b.Span.Text())
		}
		got = append(got, g)
	}
	want := []block{
		{"macro", "one", "a;b=1 + 2;c='x';d={}", "", "", "{% macro one(a, b=1 + 2, c: str = 'x', d: dict[str, int] = {}) -%}"},
		{"test", "not_null", "model;column_name", "", "", "{% test not_null(model, column_name) %}"},
		{"test", "other", "model", "", "", "{%- data_test other(model) -%}"},
		{"materialization", "incremental", "supported_languages=['sql', 'python']", "{'adapter': 'duckdb', 'supported_languages': ['sql', 'python']}", "",
			"{% materialization incremental, adapter='duckdb', supported_languages=['sql', 'python'] %}"},
		{"materialization", "view", "supported_languages=view", "{'default': True, 'supported_languages': ['sql']}", "", "{% materialization view, default %}"},
		{"snapshot", "snap", "", "", "select 1", "{% snapshot snap %}"},
		{"docs", "orders", "", "", " # {{ not parsed }} {% no %} ", "{% docs orders %}"},
		{"macro", "none_args", "", "", "", "{% macro none_args() %}"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("blocks (-want +got):\n%s", d)
	}
	if out, err := parse(t, src).Render(t.Context(), nil, jinja.Options{}); err != nil || strings.TrimSpace(out.Text) != "" {
		t.Errorf("definitions render as %q, %v", out.Text, err)
	}
}

func TestMacroWithTypesAndBareNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, src, want string }{
		{"annotations", `{% macro m(a: str, b: list[int] = [1]) %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}`, "x[1]"},
		{"non-ASCII name", `{% macro größe(ß) %}{{ ß }}{% endmacro %}{{ größe(1) }}`, "1"},
		{"attribute after a filter", `{{ [{'col': 'x'}] | first.col }} {{ [[1, 2]] | first[1] }} {{ {'a': {'b': 'y'}} | dictsort | first[1].b | upper }}`, "x 2 Y"},
		{"literal keywords as names", `{% set ns = namespace(none=0, true=1, in=2) %}{{ ns['true'] }}{{ ns['in'] }}`, "12"},
		{"trailing comma in a signature", `{% macro m(a, b=1,) %}{{ a }}{{ b }}{% endmacro %}{{ m(0,) }}`, "01"},
		{"text of the markers", `{{ 'true' | as_bool }} {{ '1' | as_number }} {{ x | as_native }} {{ 5 | as_text }}`, "true 1 [1] 5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := render(t.Context(), tt.src, globals{"x": jinja.NewList(1)})
			if err != nil || got != tt.want {
				t.Errorf("%s = %q, %v, want %q", tt.src, got, err, tt.want)
			}
		})
	}
}

func TestEnvAddsFiltersAndTests(t *testing.T) {
	t.Parallel()
	env := &jinja.Env{
		Filters: map[string]jinja.Func{
			"wrap": fn("wrap", func(c *jinja.Call) (jinja.Value, error) {
				a, err := c.Bind("wrap", 1, "value", "with")
				if err != nil {
					return nil, err
				}
				return jinja.Str(a.Or(1, "|")) + jinja.Str(a.Value(0)) + jinja.Str(a.Or(1, "|")), nil
			}),
			"a.b": fn("a.b", func(c *jinja.Call) (jinja.Value, error) { return "dotted", nil }),
		},
		Tests: map[string]jinja.Func{"big": fn("big", func(c *jinja.Call) (jinja.Value, error) { return c.Args[0].(int) > 10, nil })},
	}
	tmpl, problems := env.Parse(diag.NewSource("m.sql", `{{ 'x' | wrap }} {{ 'x' | wrap(with='-') }} {{ 1 | a.b }} {{ 11 is big }} {{ 1 is not big }}`))
	if tmpl == nil {
		t.Fatal(problems.Err())
	}
	out, err := tmpl.Render(t.Context(), nil, jinja.Options{})
	if want := "|x| -x- dotted True True"; err != nil || out.Text != want {
		t.Errorf("got %v, %v, want %q", out, err, want)
	}
}

func TestLenientLetsUndefinedValuesBeUsed(t *testing.T) {
	t.Parallel()
	out, err := parse(t, `{% set d = {} %}[{{ a.b.c }}{{ a.b[0].c(1) }}{{ d.f(1)(2).x }}{{ a['k'][0] }}{{ none.columns[0].values() }}]`).Render(t.Context(), nil, jinja.Options{Lenient: true})
	if err != nil || out.Text != "[]" {
		t.Errorf("got %v, %v", out, err)
	}
	_, err = parse(t, `{{ nobody(1) }}`).Render(t.Context(), nil, jinja.Options{Lenient: true})
	if err == nil || !strings.Contains(err.Error(), "'nobody' is undefined") {
		t.Errorf("a call of what nobody defines: %v", err)
	}
}

func TestMissedIsToldOfCallsOfWhatNobodyDefines(t *testing.T) {
	t.Parallel()
	render := func(template string) (text string, missed []string, err error) {
		out, err := parse(t, template).Render(t.Context(), nil, jinja.Options{Lenient: true, Missed: func(e *jinja.Error) {
			missed = append(missed, e.Span.String()+" "+e.Message)
		}})
		if err != nil {
			return "", missed, err
		}
		return out.Text, missed, nil
	}
	text, missed, err := render(`{% if no %}{% set late = 1 %}{% endif %}[{{ nobody(1) }}{{ nopkg.f('x').g() }}{{ late.rows() }}{{ late() }}{{ none.x() }}]`)
	want := []string{"model.sql:1:45 'nobody' is undefined", "model.sql:1:60 'nopkg' is undefined"}
	if diff := cmp.Diff(want, missed); err != nil || text != "[]" || diff != "" {
		t.Errorf("got %q, %v; missed (-want +got):\n%s", text, err, diff)
	}
	_, missed, err = render(`{% macro m() %}{{ nobody() }}{% endmacro %}{{ m() }}`)
	if err == nil || len(missed) > 0 {
		t.Errorf("in a macro it is an error, as in dbt: %v, %q", err, missed)
	}
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	e, problems := jinja.ParseExpression(diag.NewSource("x", " ref('a') ~ x, 1 "))
	if e == nil {
		t.Fatal(problems.Err())
	}
	g := dbtLike()
	g["x"] = "y"
	v, err := e.Eval(t.Context(), g, jinja.Options{})
	if want := jinja.NewTuple(`"a"y`, 1); err != nil || !jinja.Equal(v, want) {
		t.Errorf("Eval = %s, %v, want %s", jinja.Repr(v), err, jinja.Repr(want))
	}
	for _, src := range []string{"", "1 2", "a }}", "{{ a }}", "(", "a ="} {
		if e, problems := jinja.ParseExpression(diag.NewSource("x", src)); e != nil || !problems.HasErrors() {
			t.Errorf("ParseExpression(%q) has no problem", src)
		}
	}
}

func TestHostFunctionsCallMacrosAndRenderTemplates(t *testing.T) {
	t.Parallel()
	inner := parse(t, `<{{ word }}{{ macros() }}>`)
	g := globals{"word": "w"}
	g["macros"] = fn("macros", func(c *jinja.Call) (jinja.Value, error) {
		l := jinja.NewList()
		for _, m := range c.State.Macros() {
			l.Append(m.Name)
		}
		return l, nil
	})
	g["apply"] = fn("apply", func(c *jinja.Call) (jinja.Value, error) {
		return c.State.Call(c.Args[0], c.Args[1:], jinja.DictOf("k", "v"))
	})
	g["render"] = fn("render", func(c *jinja.Call) (jinja.Value, error) {
		out, err := c.State.Render(inner, globals{"word": "other", "macros": g["macros"]})
		if err != nil {
			return nil, err
		}
		return out.Text, nil
	})
	got, err := render(t.Context(), `{% macro m(a, k=0) %}{{ a }}{{ k }}{{ macros() }}{{ render() }}{{ word }}{% endmacro %}{{ apply(m, 1) }}`, g)
	if want := `1v['m']<other['m']>w`; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestAPanicInAHostFunctionIsAnErrorAtItsCall(t *testing.T) {
	t.Parallel()
	g := globals{
		"boom": fn("boom", func(*jinja.Call) (jinja.Value, error) { panic("kaput") }),
		"try":  fn("try", func(c *jinja.Call) (jinja.Value, error) { return c.State.Call(c.Args[0], nil, nil) }),
	}
	e := renderError(t, "a {{ 1 + boom(2) }}", g, jinja.Options{})
	if e.Span.Text() != "boom(2)" || e.Message != "boom() failed: kaput" {
		t.Errorf("got %q at %q", e.Message, e.Span.Text())
	}
	e = renderError(t, "{% macro m() %}{{ boom() }}{% endmacro %}{{ try(m) }}", g, jinja.Options{})
	if e.Span.Text() != "boom()" || len(e.Stack) != 1 || e.Stack[0].Macro != "m" {
		t.Errorf("got %q at %q with the stack %v", e.Message, e.Span.Text(), e.Stack)
	}
}

func TestErrorsTellTheWayThroughTheMacros(t *testing.T) {
	t.Parallel()
	file, problems := jinja.Parse(diag.NewSource("macros/m.sql", "{% macro outer() %}\n  {{ inner(1) }}{% endmacro %}\n{% macro inner(x) %}{{ x.upper() }}{% endmacro %}"))
	if file == nil {
		t.Fatal(problems.Err())
	}
	g := globals{}
	for _, b := range file.Blocks() {
		g[b.Name] = b.Macro
	}
	e := renderError(t, "select\n  {{ outer() }}", g, jinja.Options{})
	if e.Span.String() != "macros/m.sql:3:24" || e.Message != "'int object' has no attribute 'upper'" || e.Kind != "UndefinedError" {
		t.Errorf("got %v (%s)", e, e.Kind)
	}
	d := e.Diagnostic()
	var notes []string
	for _, n := range d.Related {
		notes = append(notes, n.Span.String()+" "+n.Message)
	}
	want := []string{"macros/m.sql:2:6 macro outer calls inner", "macros/m.sql:3:24 macro inner fails here"}
	if diff := cmp.Diff(want, notes); diff != "" || d.Span.String() != "model.sql:2:6" || d.Code != jinja.CodeUndefined {
		t.Errorf("diagnostic at %v [%s] (-want +got):\n%s", d.Span, d.Code, diff)
	}
}

func TestTheErrorOfAHostFunctionIsTheCause(t *testing.T) {
	t.Parallel()
	cause := fmt.Errorf("no such relation")
	problem := &diag.Diagnostic{Code: "unknown-ref", Message: "nothing is called \"a\"", Hint: "did you mean \"b\"?"}
	g := globals{
		"world":   fn("world", func(*jinja.Call) (jinja.Value, error) { return nil, cause }),
		"problem": fn("problem", func(*jinja.Call) (jinja.Value, error) { return nil, problem }),
	}
	if e := renderError(t, "{{ world() }}", g, jinja.Options{}); !errors.Is(e, cause) || e.Message != "no such relation" {
		t.Errorf("got %v", e)
	}
	d := renderError(t, "x {{ problem() }}", g, jinja.Options{}).Diagnostic()
	if d.Code != problem.Code || d.Message != problem.Message || d.Hint != problem.Hint || d.Span.Text() != "problem()" {
		t.Errorf("got %v, hint %q", d, d.Hint)
	}
}

func TestLimitsEndATemplate(t *testing.T) {
	t.Parallel()
	nest := `{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}`
	tests := []struct{ name, src string }{
		{"loop", `{% for i in range(10 ** 12) %}{% endfor %}`},
		{"list of a range", `{{ range(10 ** 12) | list | length }}`},
		{"sum", `{{ range(10 ** 12) | sum }}`},
		{"text times", `{{ ('a' * 10 ** 9) | length }}`},
		{"text times a big int", `{{ 'ab' * 10 ** 30 }}`},
		{"list times", `{{ ([1] * 10 ** 10) | length }}`},
		{"many texts", `{% set l = [] %}{% for i in range(100000) %}{% do l.append('a' * 1000000) %}{% endfor %}`},
		{"power", `{{ (10 ** (10 ** 10)) is odd }}`},
		{"powers", `{% set ns = namespace(n=3) %}{% for i in range(60) %}{% set ns.n = ns.n * ns.n %}{% endfor %}`},
		{"doubling text", `{% set ns = namespace(s='ab') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}`},
		{"doubling by replace", `{% set ns = namespace(s='aa') %}{% for i in range(60) %}{% set ns.s = ns.s.replace('a', 'aa') %}{% endfor %}`},
		{"doubling list", `{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = ns.l + ns.l %}{% endfor %}`},
		{"output", `{% for i in range(10000) %}{{ 'a' * 100000 }}{% endfor %}`},
		{"print nested lists", nest + `{{ ns.l }}`},
		{"compare nested lists", nest + `{% set a = ns.l %}` + nest + `{{ ns.l == a }}`},
		{"order nested lists", nest + `{% set a = ns.l %}` + nest + `{{ ns.l < a }}`},
		{"sort nested lists", nest + `{% set a = ns.l %}` + nest + `{{ [ns.l, a] | sort }}`},
		{"json of nested lists", nest + `{{ ns.l | tojson }}`},
		{"pprint nested lists", nest + `{{ ns.l | pprint }}`},
		{"join nested lists", nest + `{{ [ns.l] | join }}`},
		{"concat nested lists", nest + `{{ ns.l ~ '' }}`},
		{"nested tuple as key", `{% set ns = namespace(l=(1,)) %}{% for i in range(60) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}{{ {ns.l: 1} }}`},
		{"percent width", `{{ '%999999999d' % 1 }}`},
		{"percent precision", `{{ '%.999999999f' % 1 }}`},
		{"format width", `{{ '{:999999999}'.format(1) }}`},
		{"ljust", `{{ 'a'.ljust(10 ** 10) }}`},
		{"center", `{{ 'a' | center(10 ** 10) }}`},
		{"zfill", `{{ 'a'.zfill(10 ** 10) }}`},
		{"indent", `{{ 'a' | indent(10 ** 10, true) }}`},
		{"expandtabs", `{{ '\t\t'.expandtabs(10 ** 10) }}`},
		{"batch", `{{ [1] | batch(10 ** 10, 0) | list }}`},
		{"slice", `{{ [1] | slice(10 ** 10) | list }}`},
		{"json indent", `{{ [1] | tojson(10 ** 10) }}`},
		{"self recursion", `{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}`},
		{"mutual recursion", `{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}`},
		{"recursive loop", `{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}`},
		{"recursion by call", `{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}`},
		{"growing list", `{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}`},
		{"map", `{{ range(10 ** 12) | map('string') | list | length }}`},
		{"not in", `{{ 'x' in range(10 ** 12) | map('string') }}`},
		{"join", `{{ range(10 ** 12) | join }}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := renderError(t, tt.src, nil, jinja.Options{Steps: 300_000, Output: 2 << 20})
			if e.Kind != "LimitError" && e.Kind != "OverflowError" && e.Kind != "ValueError" {
				t.Errorf("got %v (%s)", e, e.Kind)
			}
		})
	}
}

func TestDeepTemplatesAreRefused(t *testing.T) {
	t.Parallel()
	for _, part := range [][2]string{
		{"(", ")"}, {"[", "]"}, {"{1:", "}"}, {"-", ""}, {"not ", ""}, {"f(", ")"}, {"a[", "]"}, {"a if b else ", ""}, {"1 + (", ")"},
	} {
		src := "{{ " + strings.Repeat(part[0], 20_000) + "1" + strings.Repeat(part[1], 20_000) + " }}"
		if tmpl, problems := jinja.Parse(diag.NewSource("m.sql", src)); tmpl != nil {
			t.Errorf("%s is nested 20,000 deep without a problem", part[0])
		} else if d := problems.Sorted()[0]; d.Code != jinja.CodeSyntax {
			t.Errorf("%s: %v", part[0], d)
		}
	}
	for _, part := range []string{"+ 1", "~ 1", "| upper", ".a", "and 1", "== 1", "** 1", "is odd", "(1)", "[0]"} {
		src := "{% if false %}{{ 1 " + strings.Repeat(part, 20_000) + " }}{% endif %}"
		if tmpl, _ := jinja.Parse(diag.NewSource("m.sql", src)); tmpl != nil {
			if _, err := tmpl.Render(t.Context(), nil, jinja.Options{}); err != nil {
				t.Errorf("%s: %v", part, err)
			}
		}
	}
	tags := strings.Repeat("{% if 1 %}", 20_000) + strings.Repeat("{% endif %}", 20_000)
	if tmpl, _ := jinja.Parse(diag.NewSource("m.sql", tags)); tmpl != nil {
		t.Error("20,000 nested ifs have no problem")
	}
}

func TestACancelledRenderingEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	g := globals{"stop": fn("stop", func(*jinja.Call) (jinja.Value, error) { cancel(); return "", nil })}
	_, err := parse(t, `{% for i in range(10 ** 9) %}{% if i == 10 %}{{ stop() }}{% endif %}{% endfor %}`).Render(ctx, g, jinja.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestBindReportsWhatPythonReports(t *testing.T) {
	t.Parallel()
	g := globals{"f": fn("f", func(c *jinja.Call) (jinja.Value, error) {
		a, err := c.Bind("f", 2, "a", "b", "c")
		if err != nil {
			return nil, err
		}
		return jinja.NewList(a.Value(0), a.Value(1), a.Or(2, "default"), a.Has(2)), nil
	})}
	tests := []struct{ src, want string }{
		{`{{ f(1, 2) }}`, `[1, 2, 'default', False]`},
		{`{{ f(1, c=3, b=2) }}`, `[1, 2, 3, True]`},
		{`{{ f() }}`, `f() missing 2 required positional arguments: 'a' and 'b'`},
		{`{{ f(1) }}`, `f() missing 1 required positional argument: 'b'`},
		{`{{ f(1, 2, 3, 4) }}`, `f() takes from 2 to 3 positional arguments but 4 were given`},
		{`{{ f(1, 2, d=4) }}`, `f() got an unexpected keyword argument 'd'`},
		{`{{ f(1, 2, a=4) }}`, `f() got multiple values for argument 'a'`},
	}
	for _, tt := range tests {
		got, err := render(t.Context(), tt.src, g)
		if err != nil {
			got = messageOf(err)
		}
		if got != tt.want {
			t.Errorf("%s = %q, want %q", tt.src, got, tt.want)
		}
	}
}
