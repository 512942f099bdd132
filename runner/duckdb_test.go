package runner

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
)

// openDuck opens a database, in memory or in a file.
func openDuck(t testing.TB, path string) adapters.Warehouse {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// ask runs a query and returns its rows as text.
func ask(t testing.TB, w adapters.Warehouse, sql string) []string {
	t.Helper()
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for row, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, v := range row {
			cells = append(cells, fmt.Sprint(v))
		}
		out = append(out, strings.Join(cells, " "))
	}
	return out
}

// store is a project with one of each kind of node.
const store = shop + `
-- seeds/raw_orders.csv --
id,customer,amount
1,ada,10
2,bob,20
3,ada,5
-- models/stg_orders.sql --
select id, customer, amount from {{ ref('raw_orders') }}
-- models/big.sql --
{{ config(materialized='ephemeral') }}
select * from {{ ref('stg_orders') }} where amount > 5
-- models/orders.sql --
{{ config(materialized='table') }}
select customer, sum(amount) as amount from {{ ref('big') }} group by customer
-- models/log.sql --
{{ config(materialized='incremental', unique_key='id') }}
select id, amount from {{ ref('stg_orders') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
-- models/schema.yml --
version: 2
models:
  - name: stg_orders
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: customer
        data_tests:
          - not_null
          - accepted_values: {arguments: {values: [ada, bob]}}
  - name: orders
    columns:
      - name: customer
        data_tests: [unique]
-- tests/no_negative_orders.sql --
select * from {{ ref('orders') }} where amount < 0
`

func TestAProjectIsBuiltOnDuckDB(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, dir, store), Warehouse: w, Threads: 4, TargetDir: filepath.Join(dir, "target")}
	for _, run := range []string{"first", "second"} {
		r.Graph = compiled(t, dir, "")
		results, err := build(t.Context(), t, r)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range results.All {
			if x.Status != Success && x.Status != Pass {
				t.Errorf("%s run: %s ended as %s: %v", run, x.Node.Name, x.Status, x.Err)
			}
		}
		if len(results.All) != 10 {
			t.Errorf("%s run: there are %d results, want 10 (an ephemeral model has none): %q", run, len(results.All), lines(results))
		}
		if diff := cmp.Diff([]string{"ada 10", "bob 20"}, ask(t, w, "select customer, amount from orders order by 1")); diff != "" {
			t.Errorf("%s run: orders mismatch (-want +got):\n%s", run, diff)
		}
		if diff := cmp.Diff([]string{"3"}, ask(t, w, "select count(*) from log")); diff != "" {
			t.Errorf("%s run: log mismatch (-want +got):\n%s", run, diff)
		}
	}
	left := ask(t, w, "select table_name from information_schema.tables where table_name like '%\\_\\_dbt%' escape '\\'")
	if len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	for _, file := range []string{
		"compiled/shop/models/orders.sql", "compiled/shop/models/big.sql", "compiled/shop/models/schema.yml/unique_orders_customer.sql",
		"compiled/shop/tests/no_negative_orders.sql", "run/shop/models/orders.sql", "run/shop/seeds/raw_orders.csv",
		"run/shop/models/schema.yml/unique_orders_customer.sql",
	} {
		if _, err := os.Stat(filepath.Join(dir, "target", file)); err != nil {
			t.Errorf("target/%s is not written: %v", file, err)
		}
	}
}

func TestFailingTestsSayWhatTheyFound(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/orders.sql --
select 1 as id, null as amount union all select 1, 2 union all select null, 3
-- models/report.sql --
select * from {{ ref('orders') }}
-- models/schema.yml --
version: 2
models:
  - name: orders
    columns:
      - name: id
        data_tests:
          - unique
          - not_null: {config: {severity: warn}}
      - name: amount
        data_tests:
          - not_null: {config: {error_if: '> 3', warn_if: '> 2'}}
          - accepted_values: {arguments: {values: [9], quote: false}, config: {store_failures: true}}
          - accepted_values: {arguments: {values: [8], quote: false}, config: {where: 'nothing = 1'}}
`
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 2}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range results.All {
		if x.Step.Action != "check" {
			continue
		}
		failures := "-"
		if x.Failures != nil {
			failures = fmt.Sprint(*x.Failures)
		}
		name, _, _ := strings.Cut(x.Node.Name, "_orders")
		message, _, _ := strings.Cut(x.Message, "\n")
		got = append(got, fmt.Sprintf("%s %s %s %s", name, x.Status, failures, message))
	}
	want := []string{
		"accepted_values error - Binder Error: Referenced column \"nothing\" not found in FROM clause!",
		"accepted_values fail 2 Got 2 results, configured to fail if != 0",
		"not_null pass 0 ",
		"not_null warn 1 Got 1 result, configured to warn if != 0",
		"unique fail 1 Got 1 result, configured to fail if != 0",
	}
	if diff := cmp.Diff(want, sorted(got)); diff != "" {
		t.Errorf("tests mismatch (-want +got):\n%s", diff)
	}
	for _, x := range results.All {
		if x.Node.Name == "report" && x.Status != Skipped {
			t.Errorf("report ended as %s below a failed test, want skipped", x.Status)
		}
	}
	if got := ask(t, w, "select count(*) from information_schema.tables where table_schema = 'main_dbt_test__audit'"); got[0] != "1" {
		t.Errorf("%s tables of failures were stored, want 1", got[0])
	}
}

func TestAnErrorOfTheWarehouseIsShownInTheModel(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/orders.sql --
{{ config(materialized='table') }}
select
    1 as id,
    {{ 'nothing' }} as amount
from (select 1)
-- models/hooked.sql --
{{ config(materialized='table', post_hook='insert into nowhere values (1)') }}
select 1 as id
-- models/asks.sql --
{% set x = run_query('select broken') %}
select 1
`
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: openDuck(t, ":memory:"), Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, x := range results.All {
		if x.Problem == nil {
			t.Errorf("%s has no problem with a place: %v", x.Node.Name, x.Err)
			continue
		}
		message, _, _ := strings.Cut(x.Problem.Message, "\n")
		got[x.Node.Name] = x.Problem.Span.String() + " " + string(x.Problem.Code) + " " + message
	}
	want := map[string]string{
		"orders": `models/orders.sql:4:8 warehouse-error Binder Error: Referenced column "nothing" not found in FROM clause!`,
		"hooked": `models/hooked.sql:1:1 warehouse-error Catalog Error: Table with name nowhere does not exist!`,
		"asks":   `models/asks.sql:1:12 warehouse-error Binder Error: Referenced column "broken" was not found because the FROM clause is missing`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems mismatch (-want +got):\n%s", diff)
	}
}

func TestAFailedModelLeavesTheOldTable(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/orders.sql --
{{ config(materialized='table', post_hook="select error('no')") }}
select 2 as version
`
	w := openDuck(t, ":memory:")
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	if _, err := conn.Exec(t.Context(), "create table orders as select 1 as version"); err != nil {
		t.Fatal(err)
	}
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"orders error"}, lines(results)); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	if got := ask(t, w, "select version from orders"); got[0] != "1" {
		t.Errorf("orders has version %s after a failure, want 1", got[0])
	}
}

func TestHooksRunAroundTheRun(t *testing.T) {
	t.Parallel()
	project := strings.Replace(shop, "profile: shop\n", `profile: shop
on-run-start:
  - create table if not exists audit (what text)
  - "insert into audit values ('start')"
on-run-end:
  - "insert into audit values ('{{ results | length }} {{ results | map(attribute=\"status\") | join(\" \") }}')"
  - "insert into audit values ('{{ schemas | join(\",\") }} {{ results[0].node.unique_id }}')"
`, 1) + `
-- models/orders.sql --
select 1 as id
-- models/bad.sql --
select * from {{ ref('orders') }} where nothing
`
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"shop-on-run-start-0 success", "shop-on-run-start-1 success", "orders success", "bad error", "shop-on-run-end-0 success", "shop-on-run-end-1 success"}
	if diff := cmp.Diff(want, lines(results)); diff != "" {
		for _, x := range results.All {
			t.Logf("%s: %s", x.Node.Name, x.Message)
		}
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"start", "2 success error", "main model.shop.orders"}, ask(t, w, "select what from audit")); diff != "" {
		t.Errorf("audit mismatch (-want +got):\n%s", diff)
	}
}

func TestAFailingStartHookEndsTheRun(t *testing.T) {
	t.Parallel()
	project := strings.Replace(shop, "profile: shop\n", `profile: shop
on-run-start: ["insert into nowhere values (1)", "select 1"]
on-run-end: ["create table ended as select 1"]
`, 1) + `
-- models/orders.sql --
select 1 as id
`
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"shop-on-run-start-0 error", "shop-on-run-start-1 skipped", "orders skipped", "shop-on-run-end-0 success"}
	if diff := cmp.Diff(want, lines(results)); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

func TestSchemasAreCreatedBeforeTheRun(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/orders.sql --
{{ config(schema='sales') }} select 1 as id
`
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if results.Failed() {
		t.Fatalf("results = %q: %v", lines(results), results.All[0].Err)
	}
	if got := ask(t, w, "select id from main_sales.orders"); got[0] != "1" {
		t.Errorf("main_sales.orders has %q", got)
	}
}

func TestCancellingStopsAStatementOnDuckDB(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/endless.sql --
{{ config(materialized='table') }}
select count(*) as n from range(1000000000) as a, range(1000000000) as b
-- models/after.sql --
select * from {{ ref('endless') }}
`
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: openDuck(t, ":memory:"), Threads: 1}
	r.Report = func(e Event) {
		if s, ok := e.(StepStarted); ok && s.Step.Node.Name == "endless" {
			cancel()
		}
	}
	results, err := build(ctx, t, r)
	if err == nil || results == nil || !results.Interrupted {
		t.Fatalf("Run() = %v, %v, want interrupted results", results, err)
	}
	if diff := cmp.Diff([]string{"endless error", "after skipped because of endless"}, lines(results)); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

// BenchmarkViews is what mod adds to the SQL of small models.
func BenchmarkViews(b *testing.B) {
	var project strings.Builder
	project.WriteString(shop)
	for i := range 200 {
		fmt.Fprintf(&project, "-- models/m%d.sql --\nselect %d as id\n", i, i)
	}
	dir := b.TempDir()
	r := &Runner{Graph: compiled(b, dir, project.String()), Warehouse: openDuck(b, ":memory:"), Threads: 1, TargetDir: filepath.Join(dir, "target")}
	b.ResetTimer()
	var sql float64
	r.Report = func(e Event) {
		if s, ok := e.(Statement); ok {
			sql += s.Took.Seconds()
		}
	}
	nodes := 0
	for b.Loop() {
		results, err := build(b.Context(), b, r)
		if err != nil || results.Failed() {
			b.Fatalf("%v %v", err, results.All[0].Err)
		}
		nodes += len(results.All)
	}
	b.ReportMetric((b.Elapsed().Seconds()-sql)/float64(nodes)*1e6, "µs-beyond-sql/node")
	b.ReportMetric(sql/float64(nodes)*1e6, "µs-sql/node")
}

// custom is a project with a materialization of its own, as packages write them.
const custom = shop + `
-- macros/mine.sql --
{% materialization mine, default %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% if load_cached_relation(this) is not none %}{{ adapter.drop_relation(load_cached_relation(this)) }}{% endif %}
  {% call statement('main') -%}
    create table {{ target_relation }} as ({{ sql }})
  {%- endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
-- models/orders.sql --
{{ config(materialized='mine', post_hook=var('hook', 'select 1')) }}
select {{ var('version', 1) }} as version
-- models/report.sql --
{{ config(materialized='view') }}
select version, '{{ adapter.get_relation(this.database, this.schema, 'orders').type }}' as kind from {{ ref('orders') }}
`

func TestAProjectsOwnMaterializationRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, dir, custom), Warehouse: w, Threads: 1}
	for range 2 {
		results, err := build(t.Context(), t, r)
		if err != nil || results.Failed() {
			t.Fatalf("results = %q, %v, %v", lines(results), results.All[0].Err, err)
		}
		if results.All[0].Response != "OK" {
			t.Errorf("the warehouse said %q of the main statement, want OK", results.All[0].Response)
		}
	}
	if got := ask(t, w, "select version, kind from report"); got[0] != "1 table" {
		t.Errorf("report = %q, want version 1 of a table that the cache knows", got)
	}
}

func TestAMaterializationThatFailsLeavesTheOldTable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := openDuck(t, ":memory:")
	r := &Runner{Graph: compiled(t, dir, custom), Warehouse: w, Threads: 1}
	if results, err := build(t.Context(), t, r); err != nil || results.Failed() {
		t.Fatalf("results = %q, %v", lines(results), err)
	}
	r.Graph = compiled(t, dir, strings.Replace(strings.Replace(custom, "'select 1'", "'insert into nowhere values (1)'", 1), "'version', 1", "'version', 2", 1))
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"orders error", "report skipped because of orders"}, lines(results)); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	if got := ask(t, w, "select version from orders"); got[0] != "1" {
		t.Errorf("orders has version %s after a failure, want 1", got[0])
	}
}
