package jinja_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// describe writes a call as its path, with its arguments where they are literal.
func describe(calls []jinja.StaticCall) []string {
	var out []string
	for _, c := range calls {
		text := strings.Join(c.Path, ".")
		if c.Literal {
			text += jinja.Repr(jinja.NewTuple(c.Args...))
			if c.Kwargs.Len() > 0 {
				text += jinja.Repr(c.Kwargs)
			}
		}
		out = append(out, text)
	}
	return out
}

func TestCallsAreFoundWithoutRendering(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src string
		want      []string
	}{
		{"literals", `{{ ref('a') }}{{ ref('p', 'b', v=-2) }}{{ source("s", 't') }}`, []string{"ref('a',)", "ref('p', 'b'){'v': -2}", "source('s', 't')"}},
		{"containers", `{{ config(tags=['a', ('b',)], meta={'k': none}) }}`, []string{"config(){'tags': ['a', ('b',)], 'meta': {'k': None}}"}},
		{"not literal", `{{ ref(x) }}{{ ref(*l) }}{{ ref('a' ~ 'b') }}`, []string{"ref", "ref", "ref"}},
		{"paths", `{{ dbt_utils.star(from=ref('a')) }}{{ pkg['macro']() }}`, []string{"dbt_utils.star", "ref('a',)", "pkg.macro()"}},
		{"dispatch", `{{ adapter.dispatch('m', 'pkg')(1) }}`, []string{"adapter.dispatch('m', 'pkg')"}},
		{"methods of results", `{{ ref('a').include(database=false) }}`, []string{"ref('a',)"}},
		{"in filters and tests", `{{ x | join(f()) if g() is in h() }}`, []string{"f()", "g()", "h()"}},
		{"in branches never taken", `{% if execute and false %}{% for x in run_query('q') %}{{ ref(x) }}{% else %}{{ e() }}{% endfor %}{% elif i() %}{% endif %}`,
			[]string{"run_query('q',)", "ref", "e()", "i()"}},
		{"local names are not free", `{% set f = 1 %}{% macro m(p) %}{{ p() }}{{ caller() }}{{ f() }}{{ g() }}{% endmacro %}{{ m() }}{% for l in [] %}{{ l() }}{{ loop.cycle(1) }}{% endfor %}`,
			[]string{"g()"}},
		{"set and blocks", `{% set x = a() %}{% set y | f(b()) %}{{ c() }}{% endset %}{% do d() %}{% with z = e() %}{% endwith %}{% filter upper %}{{ g() }}{% endfilter %}`,
			[]string{"a()", "b()", "c()", "d()", "e()", "g()"}},
		{"call block", `{% call statement('main', fetch_result=True) %}{{ ref('a') }}{% endcall %}`, []string{"statement('main',){'fetch_result': True}", "ref('a',)"}},
		{"snapshot", `{% snapshot s %}{{ ref('a') }}{% endsnapshot %}`, []string{"ref('a',)"}},
		{"text and comments", `{# ref('a') #}ref('b'){% raw %}{{ ref('c') }}{% endraw %}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src := strings.Replace(tt.src, "| f(", "| indent(", 1)
			if d := cmp.Diff(tt.want, describe(parse(t, src).Calls())); d != "" {
				t.Errorf("%s (-want +got):\n%s", src, d)
			}
		})
	}
}

func TestCallsOfAMacro(t *testing.T) {
	t.Parallel()
	file := parse(t, `{% set s = 1 %}{% macro a(x=default_x(), y=x()) %}{{ b() }}{{ s() }}{{ x() }}{% macro in() %}{{ c(x()) }}{% endmacro %}{{ in() }}{{ a() }}{% endmacro %}{% macro b() %}{% endmacro %}`)
	want := []string{"default_x()", "b()", "s()", "c", "a()"}
	if d := cmp.Diff(want, describe(file.Blocks()[0].Macro.Calls())); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	calls := parse(t, "x {{ f(1) }}").Calls()
	if at := calls[0].Span.Text(); at != "f(1)" {
		t.Errorf("the call is at %q", at)
	}
	e, _ := jinja.ParseExpression(diag.NewSource("x", "ref('a')"))
	if d := cmp.Diff([]string{"ref('a',)"}, describe(e.Calls())); d != "" {
		t.Errorf("expression (-want +got):\n%s", d)
	}
}
