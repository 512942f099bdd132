package lint_test

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
)

// tables are what the models of the examples read: every column of it is known.
const tables = `
-- models/orders.sql --
select 1 as id, 7 as customer_id, 10 as amount, date '2024-01-01' as ordered_on
-- models/customers.sql --
select 7 as id, 'de' as country, 1 as score
`

func TestRenderableTellsWhyATemplateFails(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"it does not", `
-- models/a.sql --
select {{ 1 + 1 }} as id
`, "", nil},
		{"a macro that does not exist", `
-- models/a.sql --
select
{{ nothing('id') }}
`, "models/a.sql:2 error jinja-undefined: nothing('id')", nil},
		{"a model that asks for rows", `
-- models/a.sql --
{% set rows = run_query('select 1') %}
select {{ rows.columns | length }} as id
`, "models/a.sql:1 info needs-warehouse: run_query('select 1')", nil},
		{"a test that asks for rows", `
-- tests/a.sql --
{% set rows = run_query('select 1') %}
select {{ rows.columns | length }} as id
`, "", nil},
	})
}

func TestBuildableTellsOfModelsThatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"a strategy that there is", `
-- models/a.sql --
{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }} select 1 as id {% if is_incremental() %} where true {% endif %}
`, "", nil},
		{"a materialization that the warehouse does not have", `
-- models/a.sql --
{{ config(materialized='materialized_view') }} select 1 as id
`, "models/a.sql:1 error invalid-config:", only(dialect.DuckDB)},
		{"one that only the other has", `
-- models/a.sql --
{{ config(materialized='materialized_view') }} select 1 as id
`, "", only(dialect.Postgres)},
		{"files where there can be none", `
-- models/a.sql --
{{ config(materialized='external') }} select 1 as id
`, "models/a.sql:1 error invalid-config:", only(dialect.Postgres)},
		{"a strategy that there is not: the first time it is not needed", `
-- models/a.sql --
{{ config(materialized='incremental', incremental_strategy='guess') }} select 1 as id {% if is_incremental() %} where true {% endif %}
`, "models/a.sql:1 warning invalid-config:", only(dialect.DuckDB)},
		{"a strategy of the project's own", `
-- macros/guess.sql --
{% macro get_incremental_guess_sql(arg_dict) %} insert into {{ arg_dict['target_relation'] }} select 2 as id {% endmacro %}
-- models/a.sql --
{{ config(materialized='incremental', incremental_strategy='guess') }} select 1 as id {% if is_incremental() %} where true {% endif %}
`, "", nil},
		{"a strategy that only other warehouses have", `
-- models/a.sql --
{{ config(materialized='incremental', incremental_strategy='insert_overwrite') }} select 1 as id {% if is_incremental() %} where true {% endif %}
`, "models/a.sql:1 error invalid-config:", only(dialect.Postgres)},
		{"a materialization of the project's own", `
-- macros/own.sql --
{% materialization own, default %}{{ return({'relations': []}) }}{% endmaterialization %}
-- models/a.sql --
{{ config(materialized='own') }} select 1 as id
`, "", nil},
	})
}

func TestSyntaxWarnsOfWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"all can be", "-- models/a.sql --\nselect 'it''s' as id -- it's\n", "", nil},
		{"a text that is not closed", "-- models/a.sql --\nselect 1 as id,\n  'open as x\n", "models/a.sql:2 warning unterminated-text: '", nil},
		{"a word too many", "-- models/a.sql --\nselect 1 as id frm x y z\n", "models/a.sql:1 warning unreadable-sql: frm", nil},
		{"in a generic test, which nobody wrote for this node", `
-- macros/odd.sql --
{% test odd(model) %} select from where {{ model }} ((( {% endtest %}
-- models/a.sql --
select 1 as id
-- models/a.yml --
models: [{name: a, data_tests: [odd]}]
`, "", nil},
	})
}

func TestNamesTellsWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"all fits", tables + `
-- models/a.sql --
select o.id, upper(c.country) as country from {{ ref('orders') }} o join {{ ref('customers') }} c on c.id = o.customer_id
`, "", nil},
		{"a column that is not there", tables + `
-- models/a.sql --
select amont from {{ ref('orders') }}
`, "models/a.sql:1 error unknown-column: amont", nil},
		{"a column that both have", tables + `
-- models/a.sql --
select id from {{ ref('orders') }} o join {{ ref('customers') }} c on c.id = o.customer_id
`, "models/a.sql:1 error ambiguous-column: id", nil},
		{"a table that is not there, and nothing that follows from it", tables + `
-- models/a.sql --
select x.what from nowhere.at_all x
`, "models/a.sql:1 warning undeclared-table: nowhere.at_all", nil},
		{"an aggregate beside a column", tables + `
-- models/a.sql --
select customer_id, sum(amount) as amount from {{ ref('orders') }}
`, "models/a.sql:1 error missing-group-by: customer_id", nil},
		{"a function that somebody else may have made", tables + `
-- models/a.sql --
select frobnicate(id) as id from {{ ref('orders') }}
`, "models/a.sql:1 warning unknown-function: frobnicate", only(dialect.DuckDB, dialect.Postgres)},
		{"a function that a hook makes", tables + `
-- models/a.sql --
{{ config(pre_hook="create or replace function frobnicate(a) as a") }} select frobnicate(id) as id from {{ ref('orders') }}
`, "", nil},
		{"a function that a macro makes", tables + `
-- macros/make.sql --
{% macro make() %} create function {{ target.schema }}.frobnicate(a int) returns int as 'select a' language sql {% endmacro %}
-- models/a.sql --
select {{ target.schema }}.frobnicate(id) as id from {{ ref('orders') }}
`, "", nil},
		{"other numbers of columns", tables + `
-- models/a.sql --
select id, amount from {{ ref('orders') }} union all select id from {{ ref('customers') }}
`, "models/a.sql:1 error column-count: select id from {{ ref('customers')", nil},
		{"types that do not compare", tables + `
-- models/a.sql --
select o.id from {{ ref('orders') }} o join {{ ref('customers') }} c on c.country = o.ordered_on and c.id
`, "models/a.sql:1 error type-mismatch: c.country = o.ordered_on", only(dialect.Postgres)},
		{"in what could not be read in full nothing is wrong that may follow from it", tables + `
-- models/a.sql --
select amont frm x y from {{ ref('orders') }}
`, "models/a.sql:1 warning unreadable-sql: x", nil},
		{"what a macro wrote is told where it is called", tables + `
-- macros/cents.sql --
{% macro cents() %}amont * 100{% endmacro %}
-- models/a.sql --
select
  {{ cents() }} as cents
from {{ ref('orders') }}
`, "models/a.sql:2 error unknown-column: cents()", nil},
		{"a comment allows it", tables + `
-- models/a.sql --
select amont from {{ ref('orders') }} -- mod: allow unknown-column
`, "", nil},
	})
}

func TestReadsTellsOfTablesBehindTheProjectsBack(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"refs, sources, and what a warehouse tells of itself", tables + `
-- models/raw.yml --
sources: [{name: till, tables: [{name: visits}]}]
-- models/a.sql --
select id from {{ ref('orders') }} union all select id from {{ source('till', 'visits') }}
union all select 1 from information_schema.tables
`, "", nil},
		{"the relation of a model", tables + `
-- models/a.sql --
select id from main.orders
`, "models/a.sql:1 warning hard-coded-ref: main.orders", nil},
		{"the relation of a source", `
-- models/raw.yml --
sources: [{name: till, tables: [{name: visits}]}]
-- models/a.sql --
select id from till.visits
`, "models/a.sql:1 warning hard-coded-ref: till.visits", nil},
		{"a table that is nobody's", `
-- models/a.sql --
select id from till.visits
`, "models/a.sql:1 warning undeclared-table: till.visits", nil},
		{"a CTE of a model's name is no table", tables + `
-- models/a.sql --
with orders as (select 1 as id) select id from orders
`, "", nil},
	})
}

func TestDeclaredComparesColumnsWithTheQuery(t *testing.T) {
	t.Parallel()
	const contract = "\n    config: {contract: {enforced: true}}"
	properties := func(more, columns string) string {
		return "\n-- models/a.yml --\nmodels:\n  - name: a" + more + "\n    columns: " + columns + "\n"
	}
	const query = "-- models/a.sql --\nselect 1 as id, 'x' as name\n"
	run(t, []example{
		{"all are there", query + properties("", "[{name: id, data_type: int}, {name: NAME, data_type: text}]"), "", nil},
		{"one is not", query + properties("", "[{name: nam}]"), "models/a.yml:3 warning missing-column: nam", nil},
		{"one is not, and a contract says so", query + properties(contract, "[{name: id, data_type: int}, {name: name, data_type: text}, {name: x, data_type: int}]"),
			"models/a.yml:4 error missing-column: x", nil},
		{"another type", query + properties("", "[{name: id, data_type: date}]"), "models/a.yml:3 warning declared-type: id", nil},
		{"another type than a contract has", query + properties(contract, "[{name: id, data_type: date}, {name: name, data_type: text}]"),
			"models/a.yml:4 error declared-type: id", nil},
		{"lengths and widths are no other type", query + properties(contract, "[{name: id, data_type: integer}, {name: name, data_type: varchar(9)}]"), "", nil},
		{"more than the contract has", query + properties(contract, "[{name: id, data_type: int}]"), "models/a.sql:1 error undeclared-column: name", nil},
		{"more than there is no contract about", query + properties("", "[{name: id}]"), "", nil},
		{"columns that are not known to the last", "-- models/a.sql --\nselect * from {{ source('till', 'visits') }}\n-- models/s.yml --\nsources: [{name: till, tables: [{name: visits}]}]\n" +
			properties("", "[{name: id}]"), "", nil},
	})
}

func TestUnusedTellsOfCTEsThatNothingReads(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"all are read", tables + `
-- models/a.sql --
with o as (select id, amount from {{ ref('orders') }} where customer_id > 0), p as (select id, amount from o) select id, amount from p
`, "", nil},
		{"one is not", tables + `
-- models/a.sql --
with o as (select id from {{ ref('orders') }}),
old as (select id from {{ ref('orders') }}) select id from o
`, "models/a.sql:2 warning unused-cte: old", nil},
		{"a column is not", tables + `
-- models/a.sql --
with o as (select id,
  amount from {{ ref('orders') }}) select id from o
`, "models/a.sql:2 info unused-column: amount", nil},
		{"what a star brings in costs nothing", tables + `
-- models/a.sql --
with o as (select * from {{ ref('orders') }}) select id from o
`, "", nil},
		{"distinct, groups and a whole row make a column count", tables + `
-- models/a.sql --
with o as (select distinct id, amount from {{ ref('orders') }}), p as (select id, customer_id from {{ ref('orders') }} group by 1, 2)
select o.id from o join p on p.id = o.id
`, "", nil},
		{"read in one of two forms", tables + `
-- models/a.sql --
{{ config(materialized='incremental', unique_key='id') }}
with o as (select id, ordered_on from {{ ref('orders') }}), late as (select id from o)
select id from o {% if is_incremental() %} where ordered_on >= date '2024-01-01' and id in (select id from late) {% endif %}
`, "", nil},
	})
}

func TestStarTellsOfMartsThatChangeWithWhatTheyRead(t *testing.T) {
	t.Parallel()
	run(t, []example{
		{"columns by name", tables + "-- models/marts/a.sql --\nselect id, amount from {{ ref('orders') }}\n", "", nil},
		{"outside of the marts", tables + "-- models/a.sql --\nselect * from {{ ref('orders') }}\n", "", nil},
		{"a star", tables + "-- models/marts/a.sql --\nselect * from {{ ref('orders') }}\n", "models/marts/a.sql:1 warning select-star: *", nil},
		{"a star of one side", tables + "-- models/marts/a.sql --\nselect c.id,\no.* from {{ ref('orders') }} o join {{ ref('customers') }} c on c.id = o.customer_id\n",
			"models/marts/a.sql:2 warning select-star: o.*", nil},
		{"a star of a CTE that names its columns", tables + "-- models/marts/a.sql --\nwith o as (select id from {{ ref('orders') }}) select * from o\n", "", nil},
		{"a star of a CTE that stands for a model", tables + "-- models/marts/a.sql --\nwith o as (select * from {{ ref('orders') }})\nselect * from o\n",
			"models/marts/a.sql:2 warning select-star: *", nil},
		{"a public model", tables + "-- models/a.sql --\n{{ config(access='public') }} select * from {{ ref('orders') }}\n", "models/a.sql:1 warning select-star: *", nil},
		{"a count of rows", tables + "-- models/marts/a.sql --\nselect count(*) as n from {{ ref('orders') }}\n", "", nil},
	})
}

func TestIncrementalTellsOfModelsThatCannotBeRight(t *testing.T) {
	t.Parallel()
	model := func(config, query string) string {
		return tables + "-- models/a.sql --\n{{ config(materialized='incremental'" + config + ") }}\n" + query + "\n"
	}
	const recent = "{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}"
	run(t, []example{
		{"a filter", model("", "select id from {{ ref('orders') }} "+recent), "", nil},
		{"no filter", model("", "select id from {{ ref('orders') }}"), "models/a.sql:1 warning unfiltered-incremental:", nil},
		{"no filter, but a key", model(", unique_key='id'", "select id from {{ ref('orders') }}"), "models/a.sql:1 info unfiltered-incremental:", nil},
		{"a key that is a column", model(", unique_key=['ID', 'amount']", "select id, amount from {{ ref('orders') }} "+recent), "", nil},
		{"a key that is none", model(", unique_key='idd'", "select id from {{ ref('orders') }} "+recent), "models/a.sql:1 error unknown-key-column:", nil},
		{"a key that is an expression", model(", unique_key='id || amount'", "select id from {{ ref('orders') }} "+recent), "", nil},
		{"a key that is drawn", model(", unique_key='k'", "with o as (select random() as r, id from {{ ref('orders') }}) select r as k, id from o "+recent),
			"models/a.sql:2 warning unstable-key: random()", nil},
		{"a key that is numbered", model(", unique_key='k'", "select id, row_number() over (order by id) as k from {{ ref('orders') }} "+recent),
			"models/a.sql:2 warning unstable-key: row_number() over (order by id)", nil},
		{"a key that is a hash", model(", unique_key='k'", "select id, md5(cast(id as text)) as k from {{ ref('orders') }} "+recent), "", nil},
		{"rows that are late", model(", unique_key='id'",
			"select id, ordered_on from {{ ref('orders') }}\n{% if is_incremental() %} where ordered_on > (select coalesce(max(ordered_on), date '2000-01-01') from {{ this }}) {% endif %}"),
			"models/a.sql:3 info late-rows: ordered_on > (select coalesce(max(ordered_on), date '2000-01-01') from {{ this }})", nil},
		{"rows of a few days more", model(", unique_key='id'",
			"select id, ordered_on from {{ ref('orders') }} {% if is_incremental() %} where ordered_on > (select max(ordered_on) - interval '3' day from {{ this }}) {% endif %}"), "", nil},
		{"a time at which rows are loaded", model(", unique_key='id'",
			"select id, ordered_on as loaded_at from {{ ref('orders') }} {% if is_incremental() %} where loaded_at > (select max(loaded_at) from {{ this }}) {% endif %}"),
			"", only(dialect.DuckDB)},
		{"another strategy knows what it replaces", tables + "-- models/a.sql --\n{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ordered_on', " +
			"batch_size='day', begin='2024-01-01') }}\nselect id, ordered_on from {{ ref('orders') }}\n-- models/o.yml --\nmodels: [{name: orders, config: {event_time: ordered_on}}]\n", "", nil},
	})
}

func TestInsertsComparesBothFormsOfAModel(t *testing.T) {
	t.Parallel()
	model := func(config, first, later string) string {
		return tables + "-- models/a.sql --\n{{ config(materialized='incremental'" + config + ") }}\nselect {% if is_incremental() %} " + later + " {% else %} " + first +
			" {% endif %} from {{ ref('orders') }}\n"
	}
	run(t, []example{
		{"the same columns", model("", "id, amount", "amount, id"), "", nil},
		{"one is missing", model("", "id, amount", "id"), "models/a.sql:1 error missing-column:", nil},
		{"one is missing, and the table changes", model(", on_schema_change='sync_all_columns'", "id, amount", "id"), "", nil},
		{"one has another type", model("", "id, amount", "id, ordered_on as amount"), "models/a.sql:2 error type-mismatch: amount", nil},
		{"one has a type that goes into the other", model("", "id, cast(amount as bigint) as amount", "id, amount"), "", nil},
	})
}

func TestPersonalTellsOfSyncsThatSendWhatTheyShouldNot(t *testing.T) {
	t.Parallel()
	sync := func(more string) string {
		return `
-- project.yml --
name: shop
destinations:
  crm: {type: mysql, host: 127.0.0.1, user: sales, database: crm}
-- models/people.sql --
select 1 as id, 'a@example.com' as mail, 'Ulm' as town
-- models/people.yml --
models: [{name: people, columns: [{name: mail, pii: email}]}]
-- models/mailing.sql --
select id, mail as address, town from {{ ref('people') }}
-- syncs/mailing.yml --
syncs:
  - name: mailing_crm
    model: mailing
    destination: crm
    object: contacts
    key: id
` + more
	}
	run(t, []example{
		{"none is sent", sync("    map: {place: town}\n"), "", nil},
		{"a copy of it is sent", sync("    map: {to: address}\n"), "syncs/mailing.yml:7 error sync-pii: address", nil},
		{"something that is made of it is sent", sync("    map: {to: lower(address)}\n"), "syncs/mailing.yml:7 error sync-pii: lower(address)", nil},
		{"the sync says so", sync("    map: {to: address}\n    pii: true\n"), "", nil},
	})
}
