package macros_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

const shop = `
-- dbt_project.yml --
name: shop
profile: p
-- profiles.yml --
p:
  target: dev
  outputs:
    dev: {type: duckdb, path: shop.duckdb, schema: main, database: shop}
-- macros/shop.sql --
{% macro shout(relation, columns, settings) %}{{ relation }} {{ relation.is_table }} {{ columns | map(attribute='name') | join('+') }} {{ settings.a.b }}{% endmacro %}
{% macro number() %}{{ return(41 + 1) }}{% endmacro %}
{% macro nothing() %}{{ return(none) }}{% endmacro %}
{% macro named(a, b='x') %}{{ a }}{{ b }}{% endmacro %}
`

func table(name string, kind relation.Kind, columns ...relation.Column) *relation.Table {
	return &relation.Table{Relation: relation.Relation{Database: "shop", Schema: "main", Name: name}, Kind: kind, Columns: columns}
}

func stock() *memory {
	return newMemory(
		table("teas", relation.BaseTable, relation.Column{Name: "id", Type: "INTEGER"}, relation.Column{Name: "name", Type: "VARCHAR"}),
		table("teas_view", relation.View, relation.Column{Name: "id", Type: "INTEGER"}),
	)
}

// rel is how the tests spell api.Relation.create for a table of the schema.
const rel = "api.Relation.create(database='shop', schema='main', identifier='teas'"

func TestTheAdapterAsksTheWarehouse(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for in, want := range map[string]string{
		"adapter.get_relation('shop', 'main', 'teas')":                                                         `"shop"."main"."teas"`,
		"adapter.get_relation(database='shop', schema='main', identifier='TEAS').type":                         "table",
		"adapter.get_relation('shop', 'main', 'gone')":                                                         "None",
		"adapter.get_relation('shop', 'main', 'teas_view').is_view":                                            "True",
		"load_relation(" + rel + ")).type":                                                                     "table",
		"adapter.already_exists('main', 'teas')":                                                               "True",
		"adapter.list_relations('shop', 'main') | map(attribute='identifier') | join(',')":                     "teas,teas_view",
		"adapter.get_columns_in_relation(" + rel + ")) | map(attribute='name') | join(',')":                    "id,name",
		"adapter.get_columns_in_relation(" + rel + "))[1].data_type":                                           "character varying(256)",
		"adapter.get_columns_in_table('main', 'teas') | length":                                                "2",
		"adapter.get_missing_columns(" + rel + "), adapter.get_relation('shop','main','teas_view'))[0].name":   "name",
		"adapter.execute('select 1 as a', fetch=true)[1].columns[0].values()":                                  "(Decimal('1'),)",
		"adapter.execute('drop it')[0].message":                                                                "OK",
		"adapter.execute('select 1 as a', fetch=true, limit=0)[1] | length":                                    "0",
		"adapter.get_relation('a')":                                                                            "error",
		"adapter.get_relation('a', 'b', 'c', 'd')":                                                             "error",
		"adapter.get_columns_in_relation('teas')":                                                              "error",
		"adapter.location_exists('x.csv')":                                                                     "True",
		"adapter.external_write_options('x.csv.gz', {})":                                                       "format csv, compression gzip, header 1",
		"adapter.external_write_options('x', {'partition_by': 'a,b'})":                                         "partition_by (a,b), format parquet",
		"adapter.external_read_location('x', {'partition_by': 'a,b'})":                                         "x/*/*/*.parquet",
		"adapter.external_read_location('x', {'per_thread_output': true, 'format': 'csv'})":                    "x/*.csv",
		"adapter.external_root()":                                                                              ".",
		"adapter.get_temp_relation_path(api.Relation.create(database='d', schema='s', identifier='i')).schema": "dbt_temp",
		"adapter.batch_id_for_model({'batch': {'event_time_start': '2024-01-02 03:00:00+00:00'}})":             "20240102_0300000000",
		"adapter.external_read_location('x.csv', {})":                                                          "x.csv",
		"adapter.valid_snapshot_target(" + rel + "))":                                                          "error",
		"adapter.convert_type(run_query('select 1 as a'), 0)":                                                  "double",
	} {
		w := stock()
		w.answers["select 1 as a"] = &macros.Result{Columns: []relation.Column{{Name: "a", Type: "DECIMAL"}}, Rows: [][]any{{decimal("1")}}}
		got, err := render(t, at(t, p, w), "{{ "+in+" }}")
		if err != nil {
			got = "error"
			if want != "error" {
				t.Errorf("%s: %v", in, err)
				continue
			}
		}
		if got != want {
			t.Errorf("%s = %q, want %q", in, got, want)
		}
	}
}

func TestWhileParsingTheAdapterAnswersAsIfNothingExisted(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for in, want := range map[string]string{
		"adapter.get_relation('a', 'b', 'c')":                  "None",
		"adapter.get_columns_in_relation(this)":                "[]",
		"adapter.list_relations('a', 'b')":                     "[]",
		"adapter.already_exists('a', 'b')":                     "False",
		"adapter.check_schema_exists('a', 'b')":                "False",
		"adapter.execute('select 1')[1] | length":              "0",
		"adapter.execute('select 1')[0].code":                  "None",
		"adapter.get_column_schema_from_query('select 1')":     "[]",
		"adapter.drop_relation(this)":                          "None",
		"adapter.create_schema(this)":                          "None",
		"adapter.quote('a')":                                   `"a"`,
		"adapter.type()":                                       "duckdb",
		"run_query('select 1')":                                "None",
		"is_incremental()":                                     "False",
		"var('not set')":                                       "None",
		"dbt.get_intervals_between('a', 'b', 'day')":           "1",
		"load_result('x') is none":                             "True",
		"adapter.commit()":                                     "None",
		"adapter.get_incremental_strategy_macro(context, 'x')": "None",
	} {
		c := at(t, p, nil)
		c.Execute = false
		got, err := render(t, c, "{{ "+in+" }}")
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestOfflineATemplateThatAsksIsRefused(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	_, err := render(t, at(t, p, nil), "{{ run_query('select 1') }}")
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Code != macros.NeedsWarehouse {
		t.Fatalf("error is %v, want %s", err, macros.NeedsWarehouse)
	}
	if want := "this template asks the warehouse (adapter.execute), and the command works without one"; d.Message != want {
		t.Errorf("message is %q, want %q", d.Message, want)
	}
	// Whether the model's own table is there is known, or taken for no.
	if got, err := render(t, at(t, p, nil), "{{ is_incremental() }}"); err != nil || got != "False" {
		t.Errorf("is_incremental() = %q, %v, want False", got, err)
	}
}

func TestIncremental(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for _, c := range []struct {
		name     string
		existing *relation.Table
		full     bool
		config   config
		model    string
		want     string
	}{
		{"a table is there", table("orders", relation.BaseTable), false, config{}, "incremental", "True"},
		{"nothing is there", nil, false, config{}, "incremental", "False"},
		{"a view is there", table("orders", relation.View), false, config{}, "incremental", "False"},
		{"a full refresh is asked for", table("orders", relation.BaseTable), true, config{}, "incremental", "False"},
		{"the model refuses full refreshes", table("orders", relation.BaseTable), true, config{"full_refresh": false}, "incremental", "True"},
		{"the model always refreshes", table("orders", relation.BaseTable), false, config{"full_refresh": true}, "incremental", "False"},
		{"the model is a table", table("orders", relation.BaseTable), false, config{}, "table", "False"},
	} {
		context := at(t, p, nil)
		context.Existing, context.Config = c.existing, c.config
		context.Invocation.Flags = map[string]jinja.Value{"FULL_REFRESH": c.full}
		context.Model = func() *jinja.Dict { return jinja.DictOf("config", jinja.DictOf("materialized", c.model)) }
		got, err := render(t, context, "{{ is_incremental() }}")
		if err != nil || got != c.want {
			t.Errorf("if %s, is_incremental() = %q, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func TestChangesAreSpelledByMacrosAndRecorded(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for _, c := range []struct {
		in   string
		ran  []string
		left []string
	}{
		{"adapter.drop_relation(adapter.get_relation('shop','main','teas'))", []string{`drop table if exists "shop"."main"."teas" cascade`}, []string{"teas_view"}},
		{"adapter.rename_relation(adapter.get_relation('shop','main','teas'), " + rel + ").incorporate(path={'identifier': 'coffees'}))",
			[]string{`alter table "shop"."main"."teas" rename to "coffees"`}, []string{"coffees", "teas_view"}},
		{"adapter.truncate_relation(" + rel + "))", []string{`truncate table "shop"."main"."teas"`}, []string{"teas", "teas_view"}},
		{"adapter.create_schema(api.Relation.create(database='shop', schema='new'))", []string{`create schema if not exists "shop"."new"`}, []string{"teas", "teas_view"}},
		{"adapter.drop_schema(api.Relation.create(database='shop', schema='main'))", []string{`drop schema if exists "shop"."main" cascade`}, nil},
		{"adapter.cache_added(" + rel + ").incorporate(path={'identifier': 'cups'}, type='table'))", nil, []string{"cups", "teas", "teas_view"}},
		{"adapter.cache_dropped(" + rel + "))", nil, []string{"teas_view"}},
		{"adapter.cache_renamed(" + rel + "), " + rel + ").incorporate(path={'identifier': 'cups'}))", nil, []string{"cups", "teas_view"}},
	} {
		w := stock()
		if _, err := render(t, at(t, p, w), "{% do "+c.in+" %}"); err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		var ran []string
		for _, sql := range w.ran {
			if sql != "begin" {
				ran = append(ran, strings.TrimSuffix(sql, ";"))
			}
		}
		if diff := cmp.Diff(c.ran, ran); diff != "" {
			t.Errorf("%s ran (-want +got):\n%s", c.in, diff)
		}
		var left []string
		for _, table := range w.tables.All() {
			left = append(left, table.Name)
		}
		if diff := cmp.Diff(c.left, sorted(left)); diff != "" {
			t.Errorf("%s left (-want +got):\n%s", c.in, diff)
		}
	}
}

func TestMistakesAreTold(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for in, want := range map[string]string{
		"{{ adapter.get_relatoin('a', 'b', 'c') }}":            "the adapter has no method 'get_relatoin', did you mean \"get_relation\"?",
		"{{ dbt.dateaddd('day', 1, 'x') }}":                    "package 'dbt' has no macro 'dateaddd', did you mean \"dateadd\"?",
		"{{ adapter.dispatch('dbt.nope') }}":                   `adapter.dispatch needs the name of a macro, not "dbt.nope"`,
		"{{ adapter.dispatch('nope') }}":                       `no macro "nope" for duckdb`,
		"{{ exceptions.raise_compiler_error('no ' ~ 'tea') }}": "no tea",
		"{{ exceptions.missing_config(model, 'unique_key') }}": "the required config unique_key is missing",
		"{{ var('not set') }}":                                 `the variable "not set" is not set`,
		"{{ ref() }}":                                          "ref() takes the name of a model, or a package and a name, but 0 arguments were given",
		"{{ ref(1) }}":                                         "the arguments of ref() must be strings, not int",
		"{{ source('a') }}":                                    "source() takes the name of a source and of its table, but 1 arguments were given",
		"{{ metric() }}":                                       "metric() takes the name of a metric, or a package and a name, but 0 arguments were given",
		"{{ function('a', 'b', 'c') }}":                        "function() takes the name of a function, or a package and a name, but 3 arguments were given",
		"{{ submit_python_job() }}":                            "mod does not offer submit_python_job()",
		"{{ load_agate_table() }}":                             "load_agate_table() can only be called for a seed",
		"{% do store_result('a', response='x') %}{% do load_result('a') %}{% do load_result('a') %}": `the result of the statement "a" has been loaded already`,
		"{{ try_or_compiler_error('not a year', modules.datetime.datetime.strptime, 'x', '%Y') }}":   "not a year",
		"{{ validation.any('a', 'b')('c') }}":                                                        `expected value "c" to be one of a,b`,
		"{{ adapter.drop_relation('x') }}":                                                           "relation must be a relation, not str",
	} {
		_, err := render(t, at(t, p, stock()), in)
		var e *jinja.Error
		if !errors.As(err, &e) || e.Message != want {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
}

func TestStatementsKeepTheirResults(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	w := stock()
	c := at(t, p, w)
	var written []string
	c.Write = func(text string) error { written = append(written, fold(text)); return nil }
	got, err := render(t, c, `
		{%- call statement('main') %}create table x as select 1{% endcall -%}
		{{ load_result('main').response.code }} {{ load_result('main').response }} {{ load_result('main').data }}
		{%- call noop_statement('other', 'DONE', 'NOOP', 7) %}nothing{% endcall %} {{ load_result('other').response.rows_affected }}`)
	if err != nil {
		t.Fatal(err)
	}
	if want := "DDL OK [] 7"; fold(got) != want {
		t.Errorf("rendered %q, want %q", fold(got), want)
	}
	if r, ok := c.Stored("main"); !ok || r.Code != "DDL" {
		t.Errorf("Stored is %v, %v", r, ok)
	}
	if _, ok := c.Stored("nothing"); ok {
		t.Error("a result is stored that no statement gave")
	}
	if diff := cmp.Diff([]string{"create table x as select 1"}, written); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
}

func TestSpell(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	c := at(t, p, stock())
	for _, call := range []struct {
		macro string
		args  []any
		want  string
	}{
		{"shout", []any{*table("teas", relation.BaseTable), []relation.Column{{Name: "a"}, {Name: "b"}}, map[string]any{"a": map[string]any{"b": 1}}},
			`"shop"."main"."teas" True a+b 1`},
		{"number", nil, "42"},
		{"nothing", nil, ""},
		{"shop.named", []any{"a"}, "ax"},
		{"dbt.type_int", nil, "integer"},
		{"named", []any{nil, []any{true, "x", int64(3)}}, "None[True, 'x', 3]"},
		{"get_drop_sql", []any{*table("teas", relation.BaseTable)}, `drop table if exists "shop"."main"."teas" cascade`},
	} {
		got, err := c.Spell(t.Context(), call.macro, call.args...)
		if err != nil || fold(got) != call.want {
			t.Errorf("Spell(%s) = %q, %v, want %q", call.macro, got, err, call.want)
		}
	}
	v, err := c.CallMacro(t.Context(), "named", nil, jinja.DictOf("b", 1, "a", 2))
	if err != nil || v != "21" {
		t.Errorf("CallMacro with names = %v, %v", v, err)
	}
	_, err = c.Spell(t.Context(), "nmaed")
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Code != macros.UnknownMacro || d.Hint != `did you mean "named"?` {
		t.Errorf("a macro that is not there: %v", err)
	}
}

func TestAskedTellsWhatDependsOnTheWarehouse(t *testing.T) {
	t.Parallel()
	p := load(t, shop)
	for in, want := range map[string][]string{
		"{{ run_query('select 1') }}":                                        {"execute"},
		"{% call statement('x') %}{{ ref('never seen') }}{% endcall %}":      {"execute"},
		"{{ adapter.get_columns_in_relation(this) }}":                        {"get_columns_in_relation"},
		"{{ is_incremental() }}{{ adapter.quote('a') }}{{ dbt.type_int() }}": nil,
	} {
		c := at(t, p, nil)
		c.Execute = false
		var asked []string
		c.Asked = func(method string, _ diag.Span) { asked = append(asked, method) }
		if _, err := render(t, c, in); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Errorf("%s asked (-want +got):\n%s", in, diff)
		}
	}
}
