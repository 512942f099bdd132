package materialize_test

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// snowflakeScenes are what no other warehouse has.
func snowflakeScenes() []scene {
	of, table, dynamic := dialect.Snowflake, named("orders", relation.BaseTable), named("orders", relation.DynamicTable)
	shown := func(lag, mode string) materialize.Rows {
		return materialize.Rows{Names: []string{"target_lag", "warehouse", "refresh_mode"}, Values: [][]any{{lag, "WH", mode}}}
	}
	made := func(text string) materialize.Rows {
		return materialize.Rows{Names: []string{"target_lag", "warehouse", "refresh_mode", "text"}, Values: [][]any{{"1 hour", "WH", "INCREMENTAL", text}}}
	}
	lag := settings{"target_lag": "1 hour", "snowflake_warehouse": "wh", "refresh_mode": "INCREMENTAL"}
	return []scene{
		{name: "clustered and guarded", kind: "table", only: of, existing: table, config: settings{
			"cluster_by": []any{"id", "to_date(at)"}, "automatic_clustering": true, "copy_grants": true, "row_access_policy": "p on (id)", "table_tag": "t = 'x'", "transient": false,
		}},
		{name: "rights that go over", kind: "table", only: of, existing: table, config: settings{"copy_grants": true, "grants": map[string]any{"select": "reporter"}},
			rows: materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"intern", "SELECT"}}}},
		{name: "a warehouse of its own", kind: "table", only: of, config: settings{"snowflake_warehouse": "big"}},
		{name: "a query tag", kind: "table", only: of, config: settings{"query_tag": "it's orders"}},
		{name: "a query tag beside the target's", kind: "incremental", only: of, existing: table, columns: twice(col("id", "integer")), config: settings{"query_tag": "orders"},
			target: jinja.DictOf("query_tag", "nightly")},
		{name: "secure", kind: "view", only: of, config: settings{"secure": true, "copy_grants": true}},
		{name: "insert_overwrite", kind: "incremental", only: of, existing: table, columns: twice(col("id", "integer")), config: settings{"incremental_strategy": "insert_overwrite"}},
		{name: "nothing exists", kind: "dynamic_table", only: of, config: lag},
		{name: "a table exists", kind: "dynamic_table", only: of, existing: table, config: lag},
		{name: "nothing changed", kind: "dynamic_table", only: of, existing: dynamic, config: lag, rows: shown("1 hour", "INCREMENTAL")},
		{name: "another lag", kind: "dynamic_table", only: of, existing: dynamic, config: lag, rows: shown("5 minutes", "INCREMENTAL")},
		{name: "another refresh mode", kind: "dynamic_table", only: of, existing: dynamic, config: lag, rows: shown("1 hour", "FULL")},
		{name: "the same query", kind: "dynamic_table", only: of, existing: dynamic, config: lag,
			rows: made("/* by mod */ create or replace dynamic table shop.main.orders target_lag = '1 hour' warehouse = wh as (\n  select 1\n as id\n)")},
		{name: "another query", kind: "dynamic_table", only: of, existing: dynamic, config: lag,
			rows: made("create or replace dynamic table shop.main.orders target_lag = '1 hour' warehouse = wh as (\n  select 2 as id\n)")},
		{name: "a query that is kept", kind: "dynamic_table", only: of, existing: dynamic, rows: made("create dynamic table shop.main.orders as (select 2 as id)"),
			config: settings{"target_lag": "1 hour", "on_configuration_change": "continue"}},
		{name: "a change that is not wanted", kind: "dynamic_table", only: of, existing: dynamic, rows: shown("5 minutes", "FULL"),
			config: settings{"target_lag": "1 hour", "on_configuration_change": "fail"}},
	}
}
