package runner

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
)

// stuck is a warehouse that cancels a node of a run while it builds b, and goes on with b only if that is cancelled.
func stuck(cancels *Cancels, id string) *script {
	return &script{tables: existing(), answer: func(ctx context.Context, sql string) ([][]any, error) {
		if strings.Contains(sql, `."b"`) && strings.Contains(sql, "create") {
			cancels.Node(id)
			if id == "model.shop.b" {
				<-ctx.Done()
				return nil, &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled", Position: -1, Cause: context.Cause(ctx)}
			}
		}
		return nil, nil
	}}
}

func TestOneNodeIsCancelledAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	for id, want := range map[string][]string{
		"model.shop.b":    {"a success", "b error", "c skipped because of b", "d skipped because of b", "z success"},
		"model.shop.c":    {"a success", "b success", "c error", "d skipped because of c", "z success"}, // it waits
		"model.shop.a":    {"a success", "b success", "c success", "d success", "z success"},            // it has ended
		"model.shop.gone": {"a success", "b success", "c success", "d success", "z success"},
	} {
		for _, fast := range []bool{false, true} {
			cancels := NewCancels()
			w := stuck(cancels, id)
			seen := &recorder{}
			r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, Cancels: cancels, FailFast: fast, Report: seen.report}
			results, err := build(t.Context(), t, r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, sorted(lines(results))); diff != "" {
				t.Errorf("%s is cancelled: results mismatch (-want +got):\n%s", id, diff)
			}
			if results.Interrupted {
				t.Errorf("a run of which %s was cancelled says that it was interrupted", id)
			}
			for _, x := range results.All {
				switch {
				case x.Status == Error && (!x.Cancelled() || x.Message != "cancelled: on its own, while the run went on" || x.Problem != nil):
					t.Errorf("%s ended with %q, problem %v, cancelled %v", x.Node.Name, x.Message, x.Problem, x.Cancelled())
				case x.Status == Skipped && x.Reason() != x.Because.Name+" was cancelled":
					t.Errorf("%s is skipped because %q", x.Node.Name, x.Reason())
				}
			}
			if w.open != 0 {
				t.Errorf("%d sessions are left open", w.open)
			}
		}
	}
}

// TestWhatRunsOnDuckDBIsCancelledAlone cancels a model that would take years, and a test that shares its statement with others.
func TestWhatRunsOnDuckDBIsCancelledAlone(t *testing.T) {
	t.Parallel()
	project := shop + `
-- models/slow.sql --
{{ config(materialized='table') }} select sum(a.range * b.range) as id from range(1000000000) a, range(1000000000) b
-- models/after.sql --
select * from {{ ref('slow') }}
-- models/quick.sql --
{{ config(materialized='table') }} select 1 as id, 2 as other
-- models/quick.yml --
models:
  - name: quick
    columns:
      - {name: id, data_tests: [not_null, unique]}
      - {name: other, data_tests: [not_null]}
`
	cancels := NewCancels()
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: openDuck(t, ":memory:"), Threads: 1, Cancels: cancels}
	r.Report = func(e Event) {
		if s, ok := e.(StepStarted); ok && (s.Step.Node.Name == "slow" || s.Step.Node.Name == "not_null_quick_other") {
			cancels.Node(s.Step.Node.ID)
		}
	}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"after skipped because of slow", "not_null_quick_id pass", "not_null_quick_other error", "quick success", "slow error", "unique_quick_id pass"}
	if diff := cmp.Diff(want, sorted(lines(results))); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}
