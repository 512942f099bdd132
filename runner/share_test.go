package runner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tested is a model with tests that one statement can answer, and with one that cannot be answered at all.
const tested = shop + `
-- models/orders.sql --
{{ config(materialized='table') }} select 1 as id, 'new' as status union all select 1, null
-- models/schema.yml --
version: 2
models:
  - name: orders
    columns:
      - name: id
        data_tests: [unique, not_null]
      - name: status
        data_tests:
          - not_null: {config: {severity: warn}}
          - accepted_values: {arguments: {values: [new, paid]}}
`

// checked builds a project and returns the statements that data tests sent, and how the tests ended.
func checked(t *testing.T, project string) (statements int, ended []string) {
	t.Helper()
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: openDuck(t, ":memory:"), Threads: 3}
	r.Report = func(e Event) {
		if s, ok := e.(Statement); ok && s.Node != nil && s.Node.Test != nil {
			statements++
		}
	}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range results.All {
		if x.Step.Action == "check" {
			ended = append(ended, x.Node.Name+" "+string(x.Status)+" "+strings.SplitN(x.Message, "\n", 2)[0])
		}
	}
	return statements, sorted(ended)
}

var testedResults = []string{
	"accepted_values_orders_status__new__paid pass ",
	"not_null_orders_id pass ",
	"not_null_orders_status warn Got 1 result, configured to warn if != 0",
	"unique_orders_id fail Got 1 result, configured to fail if != 0",
}

func TestTestsOfOneRelationShareAStatement(t *testing.T) {
	t.Parallel()
	statements, ended := checked(t, tested)
	if statements != 1 {
		t.Errorf("%d statements for four tests of one relation, want 1", statements)
	}
	if diff := cmp.Diff(testedResults, ended); diff != "" {
		t.Errorf("tests mismatch (-want +got):\n%s", diff)
	}
}

func TestATestThatFailsToRunSpoilsNoOther(t *testing.T) {
	t.Parallel()
	_, ended := checked(t, tested+"      - name: nothing\n        data_tests: [not_null]\n")
	want := sorted(append([]string{`not_null_orders_nothing error Binder Error: Referenced column "nothing" not found in FROM clause!`}, testedResults...))
	if diff := cmp.Diff(want, ended); diff != "" {
		t.Errorf("tests mismatch (-want +got):\n%s", diff)
	}
}

func TestAProjectsOwnTestMacroIsNotShared(t *testing.T) {
	t.Parallel()
	statements, ended := checked(t, tested+`
-- macros/unique.sql --
{% macro default__test_unique(model, column_name) %}select 1 where false{% endmacro %}
`)
	if statements != 2 {
		t.Errorf("%d statements, want one for the three built-in tests and one for the project's own", statements)
	}
	want := append([]string(nil), testedResults...)
	want[3] = "unique_orders_id pass "
	if diff := cmp.Diff(want, ended); diff != "" {
		t.Errorf("tests mismatch (-want +got):\n%s", diff)
	}
}
