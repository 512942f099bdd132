package materialize_test

import (
	"slices"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// scenes are the requests of the goldens: each materialization on what can exist, then with its options.
func scenes() []scene {
	return slices.Concat(existence("view"), existence("table"), existence("incremental"),
		viewScenes(), tableScenes(), replaceScenes(), incrementalScenes(), schemaChangeScenes(), seedScenes(), testScenes(), materializedViewScenes(), externalScenes(), snapshotScenes(), unitScenes(), microbatchScenes(), snowflakeScenes(), gatedScenes(), promoteScenes(), keepScenes())
}

func existence(kind string) []scene {
	leftovers := []*relation.Table{named("orders__dbt_tmp", relation.BaseTable), named("orders__dbt_backup", relation.View)}
	return []scene{
		{name: "nothing exists", kind: kind},
		{name: "a table exists", kind: kind, existing: named("orders", relation.BaseTable, col("id", "integer")), columns: twice(col("id", "integer"))},
		{name: "a view exists", kind: kind, existing: named("orders", relation.View, col("id", "integer")), columns: twice(col("id", "integer"))},
		{name: "leftovers of a killed run", kind: kind, others: leftovers},
	}
}

// twice says that the query has the columns that the target has.
func twice(columns ...relation.Column) map[string][]relation.Column {
	return map[string][]relation.Column{"": columns, "orders": columns, "orders__dbt_tmp": columns}
}

var hooks = []materialize.Hook{{SQL: "select 'outside'"}, {SQL: "select 'inside'", Transaction: true}, {SQL: "  ", Transaction: true}}

func described() *jinja.Dict {
	columns := jinja.DictOf(
		"id", jinja.DictOf("name", "id", "description", "the order's number"),
		"Gone", jinja.DictOf("name", "Gone", "description", "no such column"),
	)
	return jinja.DictOf("unique_id", "model.shop.orders", "description", "all orders; it's \"theirs\"", "columns", columns, "constraints", jinja.NewList())
}

func viewScenes() []scene {
	v := named("orders", relation.View, col("id", "integer"))
	return []scene{
		{name: "other columns", kind: "view", existing: v, columns: map[string][]relation.Column{"": {col("id", "bigint")}}},
		{name: "a further column", kind: "view", existing: v, columns: map[string][]relation.Column{"": {col("id", "integer"), col("at", "date")}}},
		{name: "hooks, docs and grants", kind: "view", existing: v, pre: hooks, post: hooks, docs: true, model: described(),
			config: settings{"grants": map[string]any{"select": []any{"reporter", "auditor"}}}, columns: twice(col("id", "integer")),
			rows: materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"reporter", "SELECT"}, {"intern", "SELECT"}}}},
		{name: "a privilege for nobody", kind: "view", existing: v, config: settings{"grants": map[string]any{"select": []any{}}}, columns: twice(col("id", "integer")),
			rows: materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"intern", "SELECT"}}}},
		{name: "columns not known", kind: "view", existing: named("orders", relation.View)},
		{name: "header", kind: "view", existing: v, config: settings{"sql_header": "set timezone = 'UTC';"}},
		{name: "own create_view_as", kind: "view", existing: v, own: "{% macro create_view_as(relation, sql) %}create view {{ relation }} /* ours */ as {{ sql }}{% endmacro %}"},
	}
}

// promised is a model with a contract.
func promised() *jinja.Dict {
	key := jinja.DictOf("type", "primary_key", "columns", jinja.NewList("id"), "name", nil, "expression", nil, "warn_unenforced", true, "warn_unsupported", true)
	notNull := jinja.DictOf("type", "not_null", "name", nil, "expression", nil, "warn_unenforced", true, "warn_unsupported", true)
	columns := jinja.DictOf(
		"id", jinja.DictOf("name", "id", "data_type", "integer", "constraints", jinja.NewList(notNull)),
		"At", jinja.DictOf("name", "At", "data_type", "date", "quote", true, "constraints", jinja.NewList()),
	)
	return jinja.DictOf("unique_id", "model.shop.orders", "description", "", "columns", columns, "constraints", jinja.NewList(key))
}

func tableScenes() []scene {
	table := named("orders", relation.BaseTable)
	return []scene{
		{name: "a materialized view exists", kind: "table", only: dialect.Postgres, existing: named("orders", relation.MaterializedView)},
		{name: "hooks, docs and grants", kind: "table", existing: table, pre: hooks, post: hooks, docs: true, model: described(),
			config: settings{"grants": map[string]any{"select": "reporter", "insert": []any{"loader", "group etl"}}}, columns: twice(col("id", "integer"))},
		{name: "indexes", kind: "table", existing: table, config: settings{"indexes": []any{
			map[string]any{"columns": []any{"id"}, "unique": true}, map[string]any{"columns": []any{"placed_on", "customer_id"}, "type": "brin"}}}},
		{name: "unlogged", kind: "table", only: dialect.Postgres, config: settings{"unlogged": true}},
		{name: "header", kind: "table", existing: table, config: settings{"sql_header": "set timezone = 'UTC';"}},
		{name: "contract", kind: "table", existing: table, config: settings{"contract": map[string]any{"enforced": true}}, model: promised(),
			own: "{% macro get_assert_columns_equivalent(sql) %}{# it asks the warehouse #}{% endmacro %}"},
		{name: "own drop_relation and rename_relation", kind: "table", existing: named("orders", relation.View),
			own: "{% macro drop_relation(relation) %}{# runs its own #}{% endmacro %}{% macro postgres__rename_relation(from_relation, to_relation) %}{# too #}{% endmacro %}"},
		{name: "own create_table_as", kind: "table", existing: table,
			own: "{% macro default__create_table_as(temporary, relation, sql) %}create table {{ relation }} /* ours */ as {{ sql }}{% endmacro %}"},
	}
}

// replaceScenes are the ways in which a table takes the place of another one where no transaction covers that.
func replaceScenes() []scene {
	table := named("orders", relation.BaseTable)
	out := []scene{{name: "replaced where the database can", kind: "table", only: dialect.Trino, existing: table, able: dialect.ReplaceTable}}
	for _, on := range []string{"rename", "replace", "drop", "skip", "guess"} {
		out = append(out, scene{
			name: "on_table_exists: " + on, kind: "table", only: dialect.Trino, existing: table, able: dialect.ReplaceTable,
			config: settings{"on_table_exists": on, "properties": map[string]any{"format": "'ORC'"}},
		})
	}
	return out
}

func incrementalScenes() []scene {
	table := named("orders", relation.BaseTable, col("id", "integer"), col("status", "text"))
	columns := twice(col("id", "integer"), col("status", "text"))
	in := func(name string, config settings) scene {
		return scene{name: name, kind: "incremental", existing: table, config: config, columns: columns}
	}
	full := in("full refresh", settings{"unique_key": "id"})
	full.full = true
	custom := in("a strategy of the project", settings{"incremental_strategy": "upsert"})
	custom.own = "{% macro get_incremental_upsert_sql(arg_dict) %}upsert {{ arg_dict['target_relation'] }} from {{ arg_dict['temp_relation'] }} by {{ arg_dict['unique_key'] }} ({{ arg_dict['dest_columns'] | map(attribute='name') | join(', ') }}){% endmacro %}"
	unknownColumns := in("columns not known", nil)
	unknownColumns.existing = named("orders", relation.BaseTable)
	atomic := in("delete+insert as one merge", settings{"incremental_strategy": "delete+insert", "unique_key": []any{"ID", "status"}})
	atomic.only, atomic.able = dialect.Trino, dialect.AtomicMerge
	expression := in("delete+insert by an expression", settings{"incremental_strategy": "delete+insert", "unique_key": "id || status"})
	expression.only, expression.able = dialect.Trino, dialect.AtomicMerge
	return []scene{
		full, custom, unknownColumns, atomic, expression,
		in("append", settings{"incremental_strategy": "append"}),
		in("a key", settings{"unique_key": "id"}),
		in("two keys and a predicate", settings{"unique_key": []any{"id", "status"}, "incremental_predicates": []any{"status <> 'done'"}}),
		in("delete+insert without a key", settings{"incremental_strategy": "delete+insert"}),
		in("merge", settings{"incremental_strategy": "merge", "unique_key": "id"}),
		in("merge two keys, predicates", settings{"incremental_strategy": "merge", "unique_key": []any{"id", "status"}, "incremental_predicates": []any{"DBT_INTERNAL_DEST.id > 7"}}),
		in("merge some columns", settings{"incremental_strategy": "merge", "unique_key": "id", "merge_update_columns": []any{"status"}}),
		in("merge all columns but", settings{"incremental_strategy": "merge", "unique_key": "id", "merge_exclude_columns": []any{"ID"}}),
		in("merge both lists", settings{"incremental_strategy": "merge", "unique_key": "id", "merge_update_columns": []any{"a"}, "merge_exclude_columns": []any{"b"}}),
		in("merge without a key", settings{"incremental_strategy": "merge"}),
		in("insert_overwrite", settings{"incremental_strategy": "insert_overwrite"}),
		in("an unknown strategy", settings{"incremental_strategy": "upsert"}),
		in("hooks", nil).hooked(),
		{name: "merge clauses", kind: "incremental", only: dialect.DuckDB, existing: table, columns: columns, config: settings{
			"incremental_strategy": "merge", "unique_key": "id", "merge_clauses": map[string]any{
				"when_matched": []any{
					map[string]any{"action": "delete", "condition": "DBT_INTERNAL_SOURCE.status = 'void'"},
					map[string]any{"action": "update", "mode": "explicit", "update": map[string]any{"exclude": []any{"id"}, "set_expressions": map[string]any{"status": "upper(DBT_INTERNAL_SOURCE.status)"}}},
				},
				"when_not_matched": []any{map[string]any{"action": "insert", "mode": "star"}, map[string]any{"action": "delete", "by": "source"}},
			}}},
	}
}

func (s scene) hooked() scene {
	s.pre, s.post, s.docs, s.model = hooks, hooks, true, described()
	s.config = settings{"grants": map[string]any{"select": "reporter"}}
	s.rows = materialize.Rows{Names: []string{"GRANTEE", "PRIVILEGE_TYPE"}, Values: [][]any{{"Reporter", "SELECT"}}}
	return s
}

func schemaChangeScenes() []scene {
	was := []relation.Column{col("id", "integer"), col("note", "character varying(10)"), col("old", "date")}
	is := []relation.Column{col("id", "bigint"), col("note", "character varying(40)"), col("new", "numeric(10,2)")}
	var out []scene
	for _, on := range []string{"ignore", "append_new_columns", "sync_all_columns", "fail", "whatever"} {
		out = append(out, scene{name: "on_schema_change " + on, kind: "incremental", existing: named("orders", relation.BaseTable, was...),
			config: settings{"on_schema_change": on}, columns: map[string][]relation.Column{"orders": was, "orders__dbt_tmp": is}})
	}
	return out
}

func seedScenes() []scene {
	columns := []relation.Column{col("id", "integer"), col("name", "text")}
	s := func(name string, existing *relation.Table, full bool) scene {
		return scene{name: name, kind: "seed", existing: existing, full: full, seed: &materialize.Seed{Columns: columns, Rows: 3}}
	}
	empty := s("no rows", nil, false)
	empty.seed = &materialize.Seed{Columns: columns}
	unquoted := s("columns not quoted, an index", nil, false)
	unquoted.config = settings{"quote_columns": false, "indexes": []any{map[string]any{"columns": []any{"id"}}}}
	filed := s("a file", nil, false)
	filed.seed = &materialize.Seed{Columns: columns, Rows: 3, Path: "/shop/it's/orders.csv", Delimiter: "|"}
	return []scene{
		s("nothing exists", nil, false), empty, unquoted, filed,
		s("a table exists", named("orders", relation.BaseTable, columns...), false),
		s("a table exists, full refresh", named("orders", relation.BaseTable, columns...), true),
		s("other columns", named("orders", relation.BaseTable, col("id", "integer")), false),
		s("a view exists", named("orders", relation.View), false),
	}
}

func testScenes() []scene {
	config := func(more ...any) settings {
		s := settings{"fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "> 10"}
		for i := 0; i < len(more); i += 2 {
			s[more[i].(string)] = more[i+1]
		}
		return s
	}
	const sql = "select * from orders where id < 0"
	return []scene{
		{name: "count", kind: "test", sql: sql, config: config()},
		{name: "limit", kind: "test", sql: sql, config: config("limit", 5)},
		{name: "store_failures", kind: "test", sql: sql, config: config("limit", 5), store: true},
		{name: "store_failures, a table exists", kind: "test", sql: sql, config: config("store_failures", true), existing: named("orders", relation.BaseTable)},
		{name: "store_failures turned off", kind: "test", sql: sql, config: config("store_failures", false), store: true},
		{name: "store_failures_as view", kind: "test", sql: sql, config: config("store_failures_as", "view")},
		{name: "store_failures_as ephemeral", kind: "test", sql: sql, config: config("store_failures_as", "ephemeral"), store: true},
		{name: "store_failures_as nonsense", kind: "test", sql: sql, config: config("store_failures_as", "nonsense")},
	}
}

func materializedViewScenes() []scene {
	mv := named("orders", relation.MaterializedView)
	shown := materialize.Rows{Names: []string{"name", "method", "unique", "column_names"}, Values: [][]any{{"i1", "btree", true, "id"}, {"i2", "hash", false, "at"}}}
	id := map[string]any{"columns": []any{"id"}, "unique": true}
	changed := []any{id, map[string]any{"columns": []any{"customer_id"}}}
	in := func(name string, existing *relation.Table, config settings) scene {
		return scene{name: name, kind: "materialized_view", existing: existing, config: config, rows: shown}
	}
	return []scene{
		in("nothing exists", nil, settings{"indexes": []any{id}}),
		in("a table exists", named("orders", relation.BaseTable), nil),
		in("it exists", mv, settings{"indexes": []any{id, map[string]any{"columns": []any{"AT"}, "type": "hash"}}}),
		in("other indexes", mv, settings{"indexes": changed, "on_configuration_change": "apply"}),
		in("other indexes, fail", mv, settings{"indexes": changed, "on_configuration_change": "fail"}),
		{name: "described", kind: "materialized_view", only: dialect.Trino, model: described(), docs: true, columns: twice(col("id", "integer")), config: settings{"grace_period": "'1' hour"}},
		in("other indexes, continue", mv, settings{"indexes": changed, "on_configuration_change": "continue"}),
	}
}

func externalScenes() []scene {
	first := materialize.Rows{Names: []string{"id", "Name"}, Values: [][]any{{1, "a"}}}
	in := func(name string, config settings) scene {
		return scene{name: name, kind: "external", config: config, rows: first, only: dialect.DuckDB}
	}
	existing := func(s scene, kind relation.Kind) scene {
		s.existing = named("orders", kind)
		return s
	}
	empty := in("no rows", settings{"format": "csv"})
	empty.rows.Values = nil
	return []scene{
		{name: "nothing exists", kind: "external", rows: first},
		existing(in("a view exists", nil), relation.View),
		existing(in("a table exists", nil), relation.BaseTable),
		empty,
		in("location and options", settings{"location": "out/orders.CSV.GZ", "options": map[string]any{"quote": "|", "force_quote": "(id)"}}),
		in("delimiter", settings{"format": "csv", "delimiter": ";", "csv_read_options": map[string]any{"auto_detect": false, "delim": ";"}}),
		in("partitions", settings{"options": map[string]any{"partition_by": "id, Name", "overwrite_or_ignore": true}}),
		in("json", settings{"format": "json"}),
		in("an unknown format", settings{"format": "xlsx"}),
		in("glue", settings{"glue_register": true}),
		in("a plugin", settings{"plugin": "sheets"}),
	}
}
