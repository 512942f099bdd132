package runner

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/jinja"
)

// What dbt 1.12 writes of the same project.
const storeResults = `
operation.shop.shop-on-run-start-0 success compiled relation=- failures=0 message="shop.on-run-start.0 passed" timing=compile,execute thread=main
seed.shop.raw_orders success not-code relation=- failures=- timing=compile,execute
model.shop.stg_orders success compiled relation="memory"."main"."stg_orders" failures=- message="OK" timing=compile,execute
model.shop.orders error compiled relation="memory"."main"."orders" failures=- message="Database Error in model orders (models/orders.sql)" timing=compile,execute
model.shop.report skipped uncompiled relation="memory"."main"."report" failures=- timing= 
test.shop.some_orders warn compiled relation=- failures=3 message="Got 3 results, configured to warn if != 0" timing=compile,execute
test.shop.unique_stg_orders_id.REST pass compiled relation=- failures=0 timing=compile,execute
`

func TestResultsAreThoseOfDBT(t *testing.T) {
	t.Parallel()
	project := strings.Replace(shop, "profile: shop\n", "profile: shop\non-run-start: [create table if not exists audit (a text)]\n", 1) + `
-- seeds/raw_orders.csv --
id,amount
1,10
2,20
3,5
-- models/stg_orders.sql --
select id, amount from {{ ref('raw_orders') }}
-- models/eph.sql --
{{ config(materialized='ephemeral') }} select * from {{ ref('stg_orders') }}
-- models/orders.sql --
{{ config(materialized='table') }} select nothing from {{ ref('eph') }}
-- models/report.sql --
select * from {{ ref('orders') }}
-- models/schema.yml --
version: 2
models:
  - name: stg_orders
    columns: [{name: id, data_tests: [unique]}]
-- tests/some_orders.sql --
{{ config(severity='warn') }} select * from {{ ref('stg_orders') }}
`
	g := compiled(t, t.TempDir(), project)
	r := &Runner{Graph: g, Warehouse: openDuck(t, ":memory:"), Threads: 2}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := results.Artifact(g, artifact.RunMetadata{Version: "1.12.3"}, jinja.NewDict()).Write(&b); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("no JSON: %s", b.String())
	}
	read, err := artifact.ReadRunResults(&b)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range read.Results {
		got = append(got, summary(x))
	}
	want := sorted(strings.Split(strings.TrimSpace(storeResults), "\n"))
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if diff := cmp.Diff(want, sorted(got)); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

// summary is a result in one line, without what differs from run to run.
func summary(x artifact.RunResult) string {
	words := []string{x.UniqueID, x.Status}
	if parts := strings.Split(x.UniqueID, "."); len(parts) == 4 {
		words[0] = strings.Join(append(slices.Clone(parts[:3]), "REST"), ".")
	}
	switch {
	case x.Compiled == nil:
		words = append(words, "not-code")
	case *x.Compiled && x.CompiledCode != nil:
		words = append(words, "compiled")
	default:
		words = append(words, "uncompiled")
	}
	relation, failures := "-", "-"
	if x.RelationName != nil {
		relation = *x.RelationName
	}
	if x.Failures != nil {
		text, _ := json.Marshal(*x.Failures)
		failures = string(text)
	}
	words = append(words, "relation="+relation, "failures="+failures)
	if x.Message != nil && !strings.HasPrefix(x.UniqueID, "seed.") {
		first, _, _ := strings.Cut(*x.Message, "\n")
		words = append(words, `message="`+first+`"`)
	}
	var timing []string
	for _, t := range x.Timing {
		timing = append(timing, t.Name)
	}
	words = append(words, "timing="+strings.Join(timing, ","))
	if x.ThreadID == "main" {
		words = append(words, "thread=main")
	}
	return strings.Join(words, " ")
}
