package materialize_test

import (
	"context"
	"maps"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// answered are macros that ask the warehouse, with answers instead.
const answered = "{% macro check_time_data_types(sql) %}{# it asks the warehouse #}{% endmacro %}" +
	"{% macro get_columns_in_query(sql) %}{{ return(['id', 'status'] + (['note'] if 'note' in sql else [])) }}{% endmacro %}"

// knowing is a warehouse that can be asked for columns, and tells what templates run.
type knowing struct {
	macros.Warehouse
	columns map[string][]relation.Column
	run     func(sql string)
}

// Run implements macros.Warehouse. What is asked for has the one column of most scenes, and no rows.
func (k knowing) Run(_ context.Context, sql string, _ bool) (macros.Response, *macros.Result, error) {
	k.run(sql)
	return macros.Response{}, &macros.Result{Columns: []relation.Column{col("id", "integer")}}, nil
}

// Columns implements macros.Warehouse.
func (k knowing) Columns(_ context.Context, r relation.Relation) ([]relation.Column, error) {
	return k.columns[r.Name], nil
}

var (
	byTime  = settings{"strategy": "timestamp", "updated_at": "changed_at", "unique_key": "id"}
	byValue = settings{"strategy": "check", "check_cols": "all", "unique_key": "id"}
)

// and is settings with more of them.
func (s settings) and(more settings) settings {
	out := maps.Clone(s)
	maps.Copy(out, more)
	return out
}

func (s scene) selecting(sql string) scene {
	s.sql = sql
	return s
}

func snapshotScenes() []scene {
	meta := []relation.Column{col("dbt_scd_id", "text"), col("dbt_updated_at", "timestamp"), col("dbt_valid_from", "timestamp"), col("dbt_valid_to", "timestamp")}
	columns := append([]relation.Column{col("id", "integer"), col("status", "character varying(10)")}, meta...)
	changes := append([]relation.Column{
		col("dbt_change_type", "text"), col("id", "integer"), col("status", "character varying(20)"), col("note", "text"), col("dbt_unique_key", "integer"),
	}, meta...)
	marked := append(columns[:len(columns):len(columns)], col("dbt_is_deleted", "text"))
	first := func(name string, config settings) scene {
		return scene{name: name, kind: "snapshot", config: config, own: answered}
	}
	next := func(name string, config settings, columns ...relation.Column) scene {
		s := first(name, config)
		s.existing = named("orders", relation.BaseTable, columns...)
		s.columns = map[string][]relation.Column{"orders": columns, "orders__dbt_tmp": changes}
		return s
	}
	same := next("no new columns", byTime, columns...)
	same.columns["orders__dbt_tmp"] = columns
	view := next("a view exists", byTime)
	view.existing.Kind = relation.View
	hooked := next("hooks, docs and grants", byTime, columns...)
	hooked.pre, hooked.post, hooked.docs, hooked.model = hooks, hooks, true, described()
	hooked.config = byTime.and(settings{"grants": map[string]any{"select": "reporter"}})
	hooked.rows = materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"reporter", "SELECT"}}}
	own := next("macros of the project", settings{"strategy": "ours", "unique_key": "id"}, columns...)
	own.own += "{% macro snapshot_ours_strategy(node, old, new, config, exists) %}{{ return({'unique_key': 'id', 'updated_at': 'seen', 'row_changed': old ~ '.h <> ' ~ new ~ '.h', 'scd_id': 'h', 'hard_deletes': 'ignore'}) }}{% endmacro %}" +
		"{% macro snapshot_merge_sql(target, source, insert_cols) %}our merge of {{ source }} into {{ target }} ({{ insert_cols | join(', ') }}){% endmacro %}" +
		"{% macro create_columns(relation, columns) %}our columns {{ columns | map(attribute='name') | join(', ') }}{% endmacro %}" +
		"{% macro default__post_snapshot(staging) %}our end of {{ staging }}{% endmacro %}"
	renamed := settings{"snapshot_meta_column_names": map[string]any{"dbt_valid_to": "until", "dbt_scd_id": nil}}
	return []scene{
		first("nothing exists", byTime),
		first("nothing exists, check", byValue),
		first("nothing exists, deletes are recorded", byValue.and(settings{"hard_deletes": "new_record", "dbt_valid_to_current": "date '9999-12-31'"})),
		next("timestamp", byTime, columns...), same,
		next("check all columns", byValue, columns...),
		next("check all columns, a new one", byValue, columns...).selecting("select 1 as id, 'x' as status, '' as note"),
		next("check some columns, by their time", byValue.and(settings{"check_cols": []any{"status"}, "updated_at": "changed_at"}), columns...),
		next("two keys", byTime.and(settings{"unique_key": []any{"id", "status"}}), columns...),
		next("deletes end versions", byTime.and(settings{"hard_deletes": "invalidate"}), columns...),
		next("deletes are recorded", byTime.and(settings{"hard_deletes": "new_record"}), marked...).selecting("select 1 as id, 'x' as status, '' as note"),
		next("a value for current versions", byTime.and(settings{"dbt_valid_to_current": "date '9999-12-31'"}), columns...),
		next("deletes are to be recorded, no column for that", byTime.and(settings{"hard_deletes": "new_record"}), columns...),
		next("renamed columns that are not there", byTime.and(renamed), columns...),
		view, hooked, own,
		{name: "header", kind: "snapshot", only: dialect.DuckDB, config: byTime.and(settings{"sql_header": "set timezone = 'UTC';"}), own: answered},
	}
}
