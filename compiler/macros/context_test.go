package macros_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

func TestEveryNameOfTheContextMeansSomething(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	keys, err := render(t, c, "{{ context.keys() | join(' ') }}")
	if err != nil {
		t.Fatal(err)
	}
	template := "{% for name in '" + keys + "'.split() %}{% if context[name] is not defined %}{{ name }} {% endif %}{% endfor %}"
	got, err := render(t, c, template)
	if err != nil || got != "" {
		t.Errorf("names that mean nothing: %q, %v", got, err)
	}
}

func TestExtraNamesHideAllOthers(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	c.Extra = map[string]jinja.Value{"sql": "select 1", "number": "hidden", "ref": "hidden too"}
	got, err := render(t, c, "{{ sql }} {{ number }} {{ ref }} {{ context['sql'] }} {{ builtins.ref('a').identifier }}")
	if want := "select 1 hidden hidden too select 1 a"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestWhatTheNodeDoesNotSupplyIsNotThere(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	c.Ref, c.Source, c.Config, c.Model, c.Graph, c.This = nil, nil, nil, nil, nil, nil
	got, err := render(t, c, "{{ ref is defined }} {{ source is defined }} {{ config is defined }} {{ model is defined }} {{ graph is defined }} {{ this }}")
	if want := "False False False False False None"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestSayingsReachTheInvocation(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	var said []string
	c.Invocation.Log = func(text string, info bool) {
		said = append(said, "log "+text+map[bool]string{true: "!", false: ""}[info])
	}
	c.Invocation.Print = func(text string) { said = append(said, "print "+text) }
	c.Invocation.Warn = func(text string) error { said = append(said, "warn "+text); return nil }
	got, err := render(t, c, "[{{ log('a') }}{{ log(1, info=true) }}{{ print('b') }}{{ exceptions.warn('c') }}]")
	if err != nil || got != "[]" {
		t.Errorf("rendered %q, %v", got, err)
	}
	if diff := cmp.Diff([]string{"log a", "log 1!", "print b", "warn c"}, said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

func TestTheRunIsTheSameForAllNodes(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	c.Invocation.Selected = []string{"model.shop.orders"}
	c.Invocation.Metadata = jinja.DictOf("TEAM", "tea")
	for in, want := range map[string]string{
		"run_started_at":                      "2023-11-14 22:13:20.123456+00:00",
		"run_started_at.strftime('%Y-%m-%d')": "2023-11-14",
		"run_started_at.astimezone(modules.pytz.timezone('Asia/Tokyo')).isoformat()": "2023-11-15T07:13:20.123456+09:00",
		"modules.datetime.datetime.utcnow()":                                         "2023-11-14 22:13:20.123456",
		"invocation_id":                                                              "00000000-0000-0000-0000-000000000000",
		"dbt_version":                                                                macros.Release,
		"selected_resources":                                                         "['model.shop.orders']",
		"dbt_metadata_envs['TEAM']":                                                  "tea",
		"flags.WHICH":                                                                "compile",
		"flags['FULL_REFRESH']":                                                      "False",
		"flags.NOT_A_FLAG is defined":                                                "False",
		"env_var('STAGE')":                                                           "test",
		"env_var('GONE', 'x')":                                                       "x",
		"target.name ~ target.schema":                                                "devmain",
		"database ~ schema ~ project_name":                                           "shopmainshop",
		"thread_id":                                                                  "MainThread",
	} {
		got, err := render(t, c, "{{ "+in+" }}")
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestSeedsCanBeLoadedAsTables(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	c.Rows = func() (*macros.Result, error) {
		return &macros.Result{Columns: []relation.Column{{Name: "id", Type: "integer"}}, Rows: [][]any{{int64(1)}, {int64(2)}}}, nil
	}
	got, err := render(t, c, "{{ load_agate_table().columns['id'].values() }}")
	if err != nil || got != "(1, 2)" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestATextStandsForARelationUntilItsNameChanges(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	r := macros.NewRelation(c.Dialect, relation.Relation{Schema: "s", Name: "t"}, relation.BaseTable)
	r.Text = "(select 1)"
	c.Extra = map[string]jinja.Value{"r": r}
	got, err := render(t, c, "{{ r }} {{ r.render() }} {{ r.identifier }} {{ r.incorporate(path={'identifier': 'u'}) }} {{ r.without_identifier() }}")
	if want := `(select 1) "s"."t" t "s"."u" "s"`; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// FuzzContext renders whatever it is given with all names: it must end without a panic.
func FuzzContext(f *testing.F) {
	for _, s := range []string{
		"{{ adapter.dispatch('x', 'dbt') }}", "{{ this.incorporate(path=5) }}", "{{ api.Column('a', none).data_type }}",
		"{{ modules.re.sub('(', '', 'x') }}", "{{ context.get(1) }}", "{{ dbt[none] }}", "{{ adapter.execute('x', fetch=true) }}",
		"{{ api.Relation.create(identifier=1) }}", "{{ modules.itertools.product(range(99), repeat=9) }}", "{{ this[this] }}",
	} {
		f.Add(s)
	}
	var c *macros.Context
	f.Fuzz(func(t *testing.T, text string) {
		if c == nil {
			c = at(t, load(t, shop), newMemory())
		}
		template, _ := jinja.Parse(diag.NewSource("fuzz", text))
		if template == nil {
			return
		}
		_, _ = template.Render(t.Context(), c, jinja.Options{Steps: 100_000, Output: 1 << 20})
	})
}
