package macros_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/macros"
)

// family is a project `shop` with the packages `kit` and `spices`.
const family = `
-- dbt_project.yml --
name: shop
dispatch:
  - macro_namespace: spices
    search_order: [kit, spices]
-- packages.yml --
packages:
  - local: vendor/kit
  - local: vendor/spices
-- dbt_packages/kit/dbt_project.yml --
name: kit
-- dbt_packages/spices/dbt_project.yml --
name: spices
-- macros/shop.sql --
{% macro greet() %}shop{% endmacro %}
{% macro only_shop() %}shop{% endmacro %}
{% macro default__kit_dispatched() %}shop overrides kit{% endmacro %}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}shop's dateadd{% endmacro %}
{% macro ref(name) %}{{ builtins.ref(name) }} by shop{% endmacro %}
{% macro generate_alias_name(custom_alias_name=none, node=none) %}shop_{{ node.name }}{% endmacro %}
{% materialization table, default %}{% endmaterialization %}
{% materialization own, adapter='duckdb' %}{% endmaterialization %}
-- macros/nested/test.sql --
text outside of blocks is not looked at, nor are tags there that no template has: {% https://shop.example/issues/3 %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} <= 0{% endtest %}
-- tests/generic/negative.sql --
{% test negative(model, column_name) %}select 1{% endtest %}
-- dbt_packages/kit/macros/kit.sql --
{% macro greet() %}kit{% endmacro %}
{% macro only_kit() %}kit{% endmacro %}
{% macro calls_bare() %}{{ greet() }}{% endmacro %}
{% macro calls_own() %}{{ kit.greet() }}{% endmacro %}
{% macro calls_missing() %}{{ only_kit() }}{% endmacro %}
{% macro kit_dispatched() %}{{ return(adapter.dispatch('kit_dispatched', 'kit')()) }}{% endmacro %}
{% macro default__kit_dispatched() %}kit default{% endmacro %}
{% macro bare_dispatch() %}{{ adapter.dispatch('of_kit')() }}{% endmacro %}
{% macro default__of_kit() %}kit{% endmacro %}
{% macro default__pepper() %}kit's pepper{% endmacro %}
{% materialization view, default %}{% endmaterialization %}
{% materialization shelf, default %}{% endmaterialization %}
-- dbt_packages/spices/macros/spices.sql --
{% macro pepper() %}{{ return(adapter.dispatch('pepper', 'spices')()) }}{% endmacro %}
{% macro default__pepper() %}default pepper{% endmacro %}
{% macro duckdb__pepper() %}duckdb pepper{% endmacro %}
{% macro salt() %}{{ return(adapter.dispatch('salt', 'spices')()) }}{% endmacro %}
{% macro default__salt() %}default salt{% endmacro %}
{% macro duckdb__salt() %}duckdb salt{% endmacro %}
{% materialization shelf, adapter='duckdb' %}{% endmaterialization %}
`

func TestNamesResolveAsTheNodeSeesThem(t *testing.T) {
	t.Parallel()
	p := load(t, family)
	for _, c := range []struct{ pkg, in, want string }{
		{"shop", "greet()", "shop"},
		{"shop", "kit.greet()", "kit"},
		{"shop", "kit['greet']()", "kit"},
		{"shop", "context['kit'].greet()", "kit"},
		{"shop", "context['greet']()", "shop"},
		{"shop", "context.get('greet')()", "shop"},
		// What a package keeps in the context is there for the macros that are called after.
		{"shop", "context.update({'__kept__': 'yes'}) or context.get('__kept__') ~ __kept__", "yesyes"},
		{"shop", "context.update(a=1) or context['a']", "1"},
		{"shop", "context.setdefault('__kept__', 2) ~ context.setdefault('__kept__', 3)", "22"},
		{"shop", "context.update(3)", "error"},
		// What packages ask about the project.
		{"shop", "builtins.ref.config.project_name", "shop"},
		{"shop", "builtins.ref.config.dependencies['kit'].project_name", "kit"},
		{"shop", "builtins.ref.config.vars.to_dict() is mapping", "True"},
		{"shop", "builtins.ref.config.cli_vars", "{}"},
		{"kit", "greet()", "kit"},
		{"kit", "only_shop()", "shop"},
		{"spices", "greet()", "shop"},
		// A macro of a package resolves bare names as the node does.
		{"shop", "kit.calls_bare()", "shop"},
		{"kit", "calls_bare()", "kit"},
		{"shop", "kit.calls_own()", "kit"},
		{"shop", "only_kit is defined", "False"},
		{"shop", "kit.nothing is defined", "False"},
		{"shop", "kit.get('nothing') is none", "True"},
		{"shop", "'greet' in kit", "True"},
		{"shop", "type_int()", "integer"},
		{"shop", "dbt.type_int()", "integer"},
		{"shop", "dbt['type_int']()", "integer"},
		{"shop", "dbt_duckdb.duckdb__current_timestamp()", "now()"},
		// dispatch: the root project first, then the package, unless dispatch: says otherwise.
		{"shop", "kit.kit_dispatched()", "shop overrides kit"},
		{"shop", "spices.pepper()", "kit's pepper"},
		{"shop", "spices.salt()", "duckdb salt"},
		{"shop", "dbt.dateadd('day', 1, 'x')", "shop's dateadd"},
		{"kit", "dbt.dateadd('day', 1, 'x')", "shop's dateadd"},
		{"kit", "bare_dispatch()", "kit"},
		{"shop", "adapter.dispatch('greet', 'nowhere') is defined", "error"},
		{"shop", "kit.bare_dispatch()", "error"},
		{"shop", "ref('a')", `"` + p.Target.Database + `"."main"."a" by shop`},
		{"shop", "builtins.ref('a')", `"` + p.Target.Database + `"."main"."a"`},
		{"shop", "adapter_macro('kit.kit_dispatched')", "shop overrides kit"},
	} {
		context := at(t, p, newMemory())
		context.Package = p.Package(c.pkg)
		got, err := render(t, context, "{{ "+c.in+" }}")
		if err != nil {
			got = "error"
			if c.want != "error" {
				t.Logf("%s: %v", c.in, err)
			}
		}
		if got != c.want {
			t.Errorf("in %s, %s = %q, want %q", c.pkg, c.in, got, c.want)
		}
	}
}

func TestLibrary(t *testing.T) {
	t.Parallel()
	p := load(t, family)
	l, problems := macros.NewLibrary(p, dialect.DuckDB)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	id := func(m *macros.Macro) string {
		if m == nil {
			return "none"
		}
		return m.ID
	}
	for _, c := range []struct{ what, got, want string }{
		{"a test", id(l.Find("shop", "", "test_positive")), "macro.shop.test_positive"},
		{"a generic test", id(l.Find("shop", "", "test_negative")), "macro.shop.test_negative"},
		{"a built-in test", id(l.Find("shop", "", "test_not_null")), "macro.dbt.test_not_null"},
		{"the pack", id(l.Find("shop", "", "default__dateadd")), "macro.dbt.default__dateadd"},
		{"the dialect's pack", id(l.Find("kit", "dbt", "duckdb__datediff")), "macro.dbt_duckdb.duckdb__datediff"},
		{"another dialect's", id(l.Find("kit", "", "postgres__datediff")), "none"},
		{"a package that is not there", id(l.Find("shop", "gone", "x")), "none"},
		{"generate", id(l.Generate("generate_alias_name")), "macro.shop.generate_alias_name"},
		{"generate, not overridden", id(l.Generate("generate_schema_name")), "macro.dbt.generate_schema_name"},
		{"the root's materialization", id(l.Materialization("table")), "macro.shop.materialization_table_default"},
		{"for the dialect", id(l.Materialization("own")), "macro.shop.materialization_own_duckdb"},
		{"a package's of a built-in name", id(l.Materialization("view")), "none"},
		{"a package's for the dialect before a default one", id(l.Materialization("shelf")), "macro.spices.materialization_shelf_duckdb"},
		{"the pack's for those who wrap it", id(l.Find("shop", "dbt", "materialization_test_default")), "macro.dbt.materialization_test_default"},
		{"not what tests do otherwise", id(l.Materialization("test")), "none"},
		{"no materialization", id(l.Materialization("nothing")), "none"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", c.what, c.got, c.want)
		}
	}
	var own []string
	for _, m := range l.All() {
		if m.Package == "shop" {
			own = append(own, m.Kind+" "+m.ID+" "+m.Path)
		}
	}
	want := []string{
		"macro macro.shop.default__kit_dispatched macros/shop.sql",
		"macro macro.shop.duckdb__dateadd macros/shop.sql",
		"macro macro.shop.generate_alias_name macros/shop.sql",
		"macro macro.shop.greet macros/shop.sql",
		"materialization macro.shop.materialization_own_duckdb macros/shop.sql",
		"materialization macro.shop.materialization_table_default macros/shop.sql",
		"macro macro.shop.only_shop macros/shop.sql",
		"macro macro.shop.ref macros/shop.sql",
		"test macro.shop.test_negative tests/generic/negative.sql",
		"test macro.shop.test_positive macros/nested/test.sql",
	}
	if diff := cmp.Diff(want, own); diff != "" {
		t.Errorf("the project's macros (-want +got):\n%s", diff)
	}
}

func TestAFlagLetsPackagesReplaceMaterializations(t *testing.T) {
	t.Parallel()
	p := load(t, strings.Replace(family, "name: shop\n",
		"name: shop\nflags: {require_explicit_package_overrides_for_builtin_materializations: false}\n", 1))
	l, _ := macros.NewLibrary(p, dialect.DuckDB)
	if m := l.Materialization("view"); m == nil || m.Package != "kit" {
		t.Errorf("view is %v, want kit's", m)
	}
}

func TestDispatchTellsWhatItLookedFor(t *testing.T) {
	t.Parallel()
	p := load(t, family)
	l, _ := macros.NewLibrary(p, dialect.DuckDB)
	for namespace, want := range map[string][]string{
		"":       {"duckdb__gone", "default__gone"},
		"kit":    {"shop.duckdb__gone", "shop.default__gone", "kit.duckdb__gone", "kit.default__gone"},
		"spices": {"kit.duckdb__gone", "kit.default__gone", "spices.duckdb__gone", "spices.default__gone"},
		"other":  {"duckdb__gone", "default__gone"},
	} {
		m, tried := l.Dispatch("shop", namespace, "gone")
		if m != nil {
			t.Errorf("dispatch in %q found %s", namespace, m.ID)
		}
		if diff := cmp.Diff(want, tried); diff != "" {
			t.Errorf("tried in %q (-want +got):\n%s", namespace, diff)
		}
	}
}

func TestTwoMacrosOfOneNameAreAMistake(t *testing.T) {
	t.Parallel()
	p := load(t, `
-- dbt_project.yml --
name: shop
-- macros/a.sql --
{% macro greet() %}{% endmacro %}
-- macros/b.sql --
{% macro greet() %}{% endmacro %}
{% test greet(model) %}{% endtest %}
`)
	_, problems := macros.NewLibrary(p, dialect.DuckDB)
	var got []string
	for _, d := range problems.Sorted() {
		got = append(got, d.Error())
	}
	want := []string{`macros/b.sql:1:1: error: package "shop" has two macros named "greet" [duplicate-macro]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestDirectIsToldOnlyOfTheTemplatesOwnCalls(t *testing.T) {
	t.Parallel()
	p := load(t, family)
	c := at(t, p, newMemory())
	var called, direct []string
	c.Called = func(m *macros.Macro) { called = append(called, m.ID) }
	c.Direct = func(m *macros.Macro) { direct = append(direct, m.ID) }
	if _, err := render(t, c, "{{ kit.kit_dispatched() }}{{ dbt.type_int() }}"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"macro.kit.kit_dispatched", "macro.dbt.type_int"}, direct); diff != "" {
		t.Errorf("direct (-want +got):\n%s", diff)
	}
	want := []string{"macro.kit.kit_dispatched", "macro.shop.default__kit_dispatched", "macro.dbt.type_int", "macro.dbt.default__type_int"}
	if diff := cmp.Diff(want, called); diff != "" {
		t.Errorf("called (-want +got):\n%s", diff)
	}
}

func TestThePackParses(t *testing.T) {
	t.Parallel()
	p := load(t, "-- dbt_project.yml --\nname: shop\n")
	for _, d := range dialect.All() {
		l, problems := macros.NewLibrary(p, d)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		if n := len(l.All()); n < 300 {
			t.Errorf("%s: the library has %d macros", d.Name, n)
		}
		for _, m := range l.All() {
			if m.Package != "dbt" && m.Package != "dbt_"+d.Name {
				t.Errorf("%s: %s", d.Name, m.ID)
			}
		}
	}
}
