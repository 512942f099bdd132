package jinja_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

func TestInvocationsAreFoundWithoutRunningThem(t *testing.T) {
	t.Parallel()
	template, problems := jinja.Parse(diag.NewSource("x.sql", `
{{ config(materialized = "table", unique_key=["id",'day'], enabled=var("on",true) and not  x.y[0], n=-1, p=(1,), q={'a': b ~ "c"}, r=a==1) }}
{% if one() %}{% for i in two() %}{{ i | default(three()) }}{% endfor %}{% elif pkg.four(1, x) %}{% set y %}{{ five() }}{% endset %}{% endif %}
{% do a.b.c() %}{% call six() %}{{ seven() }}{% endcall %}{{ x is divisibleby(eight()) }}{{ [nine(), {"k": ten()}] }}`))
	if template == nil {
		t.Fatal(problems.Err())
	}
	var got []string
	args := map[string]string{}
	for _, i := range template.Invocations() {
		name := i.Name
		if i.Namespace != "" {
			name = i.Namespace + "." + name
		}
		got = append(got, name)
		if name == "config" {
			for _, a := range i.Args {
				args[a.Name] = a.Text
			}
		}
	}
	want := []string{"config", "var", "one", "two", "three", "pkg.four", "five", "six", "seven", "eight", "nine", "ten"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	texts := map[string]string{
		"materialized": "'table'", "unique_key": "['id', 'day']", "enabled": "var('on', True) and not x.y[0]", "n": "-1", "p": "(1,)",
		"q": "{'a': b ~ 'c'}", "r": "a == 1",
	}
	if diff := cmp.Diff(texts, args); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

func TestOnlyCallsIsTrueOfPlainTemplates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`select 1`: true,
		`{# why #}{{ config(a='x', b=True, c=['x']) }} select * from {{ ref('a') }}`: true,
		`{{ config(a=1) }}`:         false,
		`{{ config(a=true) }}`:      false,
		`{{ config(a=var('x')) }}`:  false,
		`{{- config(a='x') -}}`:     false,
		`{{ this }}`:                false,
		`{{ other('a') }}`:          false,
		`{% set x = 1 %}`:           false,
		`{{ config(a='x' ~ 'y') }}`: false,
	} {
		template, problems := jinja.Parse(diag.NewSource("x.sql", text))
		if template == nil {
			t.Fatal(problems.Err())
		}
		if got := template.OnlyCalls("ref", "source", "config"); got != want {
			t.Errorf("OnlyCalls of %s is %v", text, got)
		}
	}
}
