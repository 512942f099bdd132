package runner

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/runner/state"
)

// chain is a project of four tables in a row, and one beside them.
const chain = shop + `
-- models/a.sql --
{{ config(materialized='table') }} select 1 as id
-- models/b.sql --
{{ config(materialized='table') }} select * from {{ ref('a') }}
-- models/c.sql --
{{ config(materialized='table') }} select * from {{ ref('b') }}
-- models/d.sql --
{{ config(materialized='table') }} select * from {{ ref('c') }}
-- models/z.sql --
{{ config(materialized='table') }} select 26 as id
`

func TestEachStepStartsAfterThoseItReads(t *testing.T) {
	t.Parallel()
	seen := &recorder{}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: &script{tables: existing()}, Threads: 3, Report: seen.report}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a success", "b success", "c success", "d success", "z success"}, sorted(lines(results))); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	last := -1
	for _, name := range []string{"a", "b", "c", "d"} {
		begun := slices.IndexFunc(seen.all, func(e string) bool { return strings.HasSuffix(e, " of 5 "+name) })
		if begun < last {
			t.Errorf("%s started before the step it reads had ended: %q", name, seen.all)
		}
		last = slices.IndexFunc(seen.all, func(e string) bool { return strings.HasSuffix(e, " "+name+" success") })
	}
	if seen.all[0] != "started 5" || seen.all[len(seen.all)-1] != "finished" {
		t.Errorf("the events are not between started and finished: %q", seen.all)
	}
}

func TestAFailureSkipsAllDownstreamBecauseOfIt(t *testing.T) {
	t.Parallel()
	w := &script{tables: existing(), answer: refuse(`"b"`, errRefused)}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a success", "b error", "c skipped because of b", "d skipped because of b", "z success"}
	if diff := cmp.Diff(want, sorted(lines(results))); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	if !results.Failed() {
		t.Error("the results do not say that something failed")
	}
	for _, x := range results.All {
		if x.Node.Name == "b" && (!errors.Is(x.Err, errRefused) || x.Problem == nil || x.Problem.Code != WarehouseError || x.Message != "no such thing") {
			t.Errorf("b failed with %v, %v, %q: its cause is lost", x.Err, x.Problem, x.Message)
		}
	}
}

func TestAModelMayLetOthersGoOn(t *testing.T) {
	t.Parallel()
	project := strings.Replace(chain, "{{ config(materialized='table') }} select * from {{ ref('a') }}",
		"{{ config(materialized='table', on_error='continue') }} select * from {{ ref('a') }}", 1)
	w := &script{tables: existing(), answer: refuse(`table "memory"."main"."b"`, errRefused)}
	r := &Runner{Graph: compiled(t, t.TempDir(), project), Warehouse: w, Threads: 1}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a success", "b error", "c success", "d success", "z success"}, sorted(lines(results))); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

func TestFailFastSkipsWhatHasNotStarted(t *testing.T) {
	t.Parallel()
	w := &script{tables: existing(), answer: refuse(`"a"`, errRefused)}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, FailFast: true}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a error", "b skipped because of a", "c skipped because of a", "d skipped because of a", "z skipped because of a"}
	if diff := cmp.Diff(want, sorted(lines(results))); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
	if results.Interrupted {
		t.Error("a run that failed fast says that it was interrupted")
	}
}

func TestFailFastCancelsWhatIsRunning(t *testing.T) {
	t.Parallel()
	running := make(chan struct{})
	w := &script{tables: existing(), answer: func(ctx context.Context, sql string) ([][]any, error) {
		switch {
		case strings.Contains(sql, `."z"`):
			close(running)
			<-ctx.Done()
			return nil, &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled", Position: -1, Cause: context.Cause(ctx)}
		case strings.Contains(sql, `."a"`):
			<-running
			return nil, errRefused
		}
		return nil, nil
	}}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 2, FailFast: true}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range results.All {
		if x.Node.Name == "z" && (x.Status != Skipped || x.Because == nil || x.Because.Name != "a") {
			t.Errorf("z ended as %s because of %v, want skipped because of a", x.Status, x.Because)
		}
	}
}

func TestACancelledRunHasCompleteResults(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupted")
	w := &script{tables: existing(), answer: func(ctx context.Context, sql string) ([][]any, error) {
		if strings.Contains(sql, `."b"`) && strings.Contains(sql, "create") {
			cancel(stop)
			<-ctx.Done()
			return nil, &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled", Position: -1, Cause: context.Cause(ctx)}
		}
		return nil, nil
	}}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1}
	results, err := build(ctx, t, r)
	if !errors.Is(err, stop) {
		t.Errorf("Run() error = %v, want the cause of the cancellation", err)
	}
	if !results.Interrupted {
		t.Error("the results do not say that the run was interrupted")
	}
	if len(results.All) != 5 {
		t.Errorf("there are %d results for 5 steps: %q", len(results.All), lines(results))
	}
	for _, x := range results.All {
		if x.Node.Name == "b" && (x.Status != Error || x.Message != "cancelled: interrupted") {
			t.Errorf("b ended as %s with %q", x.Status, x.Message)
		}
		if (x.Node.Name == "c" || x.Node.Name == "d") && x.Status != Skipped {
			t.Errorf("%s ended as %s, want skipped", x.Node.Name, x.Status)
		}
	}
	if w.open != 0 {
		t.Errorf("%d sessions are left open", w.open)
	}
}

func TestATransientFailureIsTriedAgain(t *testing.T) {
	t.Parallel()
	var failures atomic.Int32
	seen := &recorder{}
	w := &script{tables: existing(), answer: func(_ context.Context, sql string) ([][]any, error) {
		if strings.Contains(sql, `."a"`) && failures.Add(1) <= 2 {
			return nil, errGone
		}
		return nil, nil
	}}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, Report: seen.report, wait: noWait}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	if results.Failed() {
		t.Errorf("results = %q, want no failure", lines(results))
	}
	var retries []string
	for _, e := range seen.all {
		if strings.HasPrefix(e, "retrying") {
			retries = append(retries, e)
		}
	}
	if diff := cmp.Diff([]string{"retrying a 1 500ms", "retrying a 2 1s"}, retries); diff != "" {
		t.Errorf("retries mismatch (-want +got):\n%s", diff)
	}
	if w.sessions != 4 { // one to observe, one, and one for each that broke
		t.Errorf("%d sessions were opened, want 4: broken ones are replaced", w.sessions)
	}
	if w.open != 0 {
		t.Errorf("%d sessions are left open", w.open)
	}
}

func TestAFailureThatStaysIsTriedThreeTimes(t *testing.T) {
	t.Parallel()
	w := &script{tables: existing(), answer: refuse(`."a"`, errGone)}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, wait: noWait}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, sql := range w.statements() {
		if strings.Contains(sql, `."a"`) {
			n++
		}
	}
	if n != 3 {
		t.Errorf("the statement was sent %d times, want 3", n)
	}
	if !slices.Contains(lines(results), "a error") {
		t.Errorf("results = %q, want an error of a", lines(results))
	}
}

func TestARefusalIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	w := &script{tables: existing(), answer: refuse(`"z"`, errRefused)}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, wait: noWait}
	if _, err := build(t.Context(), t, r); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, sql := range w.statements() {
		if strings.Contains(sql, `"z"`) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the statement was sent %d times, want once", n)
	}
}

func TestAStatementThatTakesTooLongNamesItsLimit(t *testing.T) {
	t.Parallel()
	w := &script{tables: existing(), answer: func(ctx context.Context, sql string) ([][]any, error) {
		if strings.Contains(sql, `."z"`) {
			<-ctx.Done()
			return nil, &adapters.Error{Kind: adapters.Cancelled, Message: "cancelled: " + context.Cause(ctx).Error(), Position: -1, Cause: context.Cause(ctx)}
		}
		return nil, nil
	}}
	r := &Runner{Graph: compiled(t, t.TempDir(), chain), Warehouse: w, Threads: 1, Timeout: time.Millisecond}
	results, err := build(t.Context(), t, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range results.All {
		if x.Node.Name == "z" && (x.Status != Error || !strings.Contains(x.Message, "longer than its limit of 1ms")) {
			t.Errorf("z ended as %s with %q, want an error that names the limit", x.Status, x.Message)
		}
	}
	if results.Interrupted {
		t.Error("a statement's limit counts as an interruption of the run")
	}
}

func TestRunsRememberHowLongStepsTook(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	memory := state.File(dir + "/target/mod_state.json")
	if err := memory.Save(state.State{Took: map[string]float64{"model.shop.b": 7, "model.shop.old": 3}}); err != nil {
		t.Fatal(err)
	}
	w := &script{tables: existing(), answer: refuse(`"b"`, errRefused)}
	r := &Runner{Graph: compiled(t, dir, chain), Warehouse: w, Threads: 1, State: memory}
	if _, err := build(t.Context(), t, r); err != nil {
		t.Fatal(err)
	}
	got, err := memory.Load()
	if err != nil {
		t.Fatal(err)
	}
	if got.Took["model.shop.b"] != 7 || got.Took["model.shop.old"] != 3 {
		t.Errorf("took = %v: what did not succeed lost its time", got.Took)
	}
	if _, ok := got.Took["model.shop.a"]; !ok {
		t.Errorf("took = %v: a is not remembered", got.Took)
	}
}
