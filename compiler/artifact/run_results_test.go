package artifact

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modsql/mod/compiler/jinja"
)

// ran is a run with a result of each sort.
func ran() *RunResults {
	at := func(ms int) Time {
		return Time{time.Date(2026, 2, 3, 4, 5, 6, ms*int(time.Millisecond), time.UTC)}
	}
	rows, zero, yes, no := int64(99), 0, true, false
	message, failed, code, name := "INSERT 99", "Database Error in model bad (models/bad.sql)\n  naïve \"x\"", "select 1", `"db"."main"."bad"`
	return &RunResults{
		Metadata: RunMetadata{
			Schema: RunResultsSchema, Version: "1.12.3", GeneratedAt: at(7), InvocationID: "7b0a", StartedAt: at(0), Env: map[string]string{"team": "data"},
		},
		Results: []RunResult{
			{
				Status: "success", ThreadID: "Thread-1 (worker)", ExecutionTime: 0.25, Message: &message, UniqueID: "seed.shop.raw",
				Timing:   []Timing{{"compile", at(1), at(2)}, {"execute", at(2), at(3)}},
				Response: Response{Message: message, Code: "INSERT", RowsAffected: &rows},
			},
			{Status: "error", ThreadID: "Thread-2 (worker)", ExecutionTime: 0.00002, Message: &failed, UniqueID: "model.shop.bad", Compiled: &yes, CompiledCode: &code, RelationName: &name},
			{Status: "pass", ThreadID: "Thread-1 (worker)", Failures: &zero, UniqueID: "test.shop.unique_raw_id.1", Compiled: &yes, CompiledCode: &code, Response: Response{Message: "OK"}},
			{Status: "skipped", ThreadID: "main", UniqueID: "model.shop.after", Compiled: &no, RelationName: &name},
		},
		ElapsedTime: 2,
		Args:        Args{jinja.DictOf("which", "build", "select", jinja.NewList("a", 1), "vars", jinja.NewDict(), "empty", false)},
	}
}

// What dbt 1.12 writes, key by key.
const written = `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version": "1.12.3", ` +
	`"generated_at": "2026-02-03T04:05:06.007000Z", "invocation_id": "7b0a", "invocation_started_at": "2026-02-03T04:05:06Z", "env": {"team": "data"}}, "results": [` +
	`{"status": "success", "timing": [{"name": "compile", "started_at": "2026-02-03T04:05:06.001000Z", "completed_at": "2026-02-03T04:05:06.002000Z"}, ` +
	`{"name": "execute", "started_at": "2026-02-03T04:05:06.002000Z", "completed_at": "2026-02-03T04:05:06.003000Z"}], "thread_id": "Thread-1 (worker)", "execution_time": 0.25, ` +
	`"adapter_response": {"_message": "INSERT 99", "code": "INSERT", "rows_affected": 99}, "message": "INSERT 99", "failures": null, "unique_id": "seed.shop.raw", ` +
	`"compiled": null, "compiled_code": null, "relation_name": null, "batch_results": null, "overload_results": null}, ` +
	`{"status": "error", "timing": [], "thread_id": "Thread-2 (worker)", "execution_time": 2e-05, "adapter_response": {}, ` +
	`"message": "Database Error in model bad (models/bad.sql)\n  na\u00efve \"x\"", "failures": null, "unique_id": "model.shop.bad", ` +
	`"compiled": true, "compiled_code": "select 1", "relation_name": "\"db\".\"main\".\"bad\"", "batch_results": null, "overload_results": null}, ` +
	`{"status": "pass", "timing": [], "thread_id": "Thread-1 (worker)", "execution_time": 0.0, "adapter_response": {"_message": "OK"}, "message": null, "failures": 0, ` +
	`"unique_id": "test.shop.unique_raw_id.1", "compiled": true, "compiled_code": "select 1", "relation_name": null, "batch_results": null, "overload_results": null}, ` +
	`{"status": "skipped", "timing": [], "thread_id": "main", "execution_time": 0.0, "adapter_response": {}, "message": null, "failures": null, ` +
	`"unique_id": "model.shop.after", "compiled": false, "compiled_code": null, "relation_name": "\"db\".\"main\".\"bad\"", "batch_results": null, "overload_results": null}], ` +
	`"elapsed_time": 2.0, "args": {"which": "build", "select": ["a", 1], "vars": {}, "empty": false}}`

func TestRunResultsAreWrittenAsDBTWritesThem(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := ran().Write(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written, b.String()); diff != "" {
		t.Errorf("run_results.json mismatch (-want +got):\n%s", diff)
	}
}

func TestRunResultsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	got, err := ReadRunResults(strings.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := got.Write(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written, b.String()); diff != "" {
		t.Errorf("mismatch after reading (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ran().Results, got.Results, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

func TestARunIsReadResultByResultUnlessItIsKnown(t *testing.T) {
	t.Parallel()
	id := ran().Metadata.InvocationID
	var asked []string
	know := func(invocation string) bool { asked = append(asked, invocation); return invocation == id }
	half := written[:strings.Index(written, `"results"`)]
	if got, err := ReadNewRun(strings.NewReader(half), know); got != nil || err != nil {
		t.Errorf("of a known invocation: %+v, %v", got, err)
	}
	if len(asked) != 1 {
		t.Errorf("asked whether %q are known", asked)
	}
	others := strings.ReplaceAll(written, id, "another")
	want := ran().Run()
	want.ID = "another"
	metadata := others[strings.Index(others, `"metadata"`) : strings.Index(others, `"results"`)-2]
	last := strings.TrimSuffix(strings.Replace(others, metadata+", ", "", 1), "}") + ", " + metadata + "}"
	for name, text := range map[string]string{"its writer first": others, "its writer last": last, "with what nobody knows": `{"new": [{}], ` + others[1:]} {
		got, err := ReadNewRun(strings.NewReader(text), know)
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
	if got, err := ReadNewRun(strings.NewReader(strings.ReplaceAll(last, "another", id)), know); got != nil || err != nil {
		t.Errorf("of a known invocation that is told last: %+v, %v", got, err)
	}
}

func TestABrokenRunIsToldByItsLine(t *testing.T) {
	t.Parallel()
	none := func(string) bool { return false }
	for text, want := range map[string]string{
		"":                            "not JSON: line 1",
		"{\n\"results\": [{},\n{":     "not JSON: line 2",
		"[]":                          `[ stands where "{" is to be`,
		"{\"results\": {}}":           `{ stands where "[" is to be`,
		"{}":                          `it is no run results: metadata.dbt_schema_version is ""`,
		"{\"results\": []\n\"args\"}": "not JSON: line",
	} {
		if got, err := ReadNewRun(strings.NewReader(text), none); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadNewRun(%q) = %+v, %v; want an error with %q", text, got, err, want)
		}
	}
}

func TestRunResultsOfOlderVersionsAreRead(t *testing.T) {
	t.Parallel()
	const v5 = `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v5.json", "dbt_version": "1.7.4", "generated_at": "2024-01-02T03:04:05.123456Z", ` +
		`"invocation_id": null, "env": {}}, "results": [{"status": "success", "timing": [{"name": "compile", "started_at": "2024-01-02T03:04:05.123456", "completed_at": null}], ` +
		`"thread_id": "Thread-1", "execution_time": 1, "adapter_response": {"bytes_processed": 10}, "message": "OK", "failures": null, "unique_id": "model.shop.a"}], "elapsed_time": 1.5, "args": {}}`
	got, err := ReadRunResults(strings.NewReader(v5))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Results) != 1 || got.Results[0].UniqueID != "model.shop.a" || got.Results[0].Timing[0].StartedAt.Second() != 5 {
		t.Errorf("results = %+v", got.Results)
	}
}

func TestWhatIsNoRunResultsIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"another artifact": `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}}`,
		"a newer version":  `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v7.json"}}`,
		"half a file":      `{"metadata": {`,
		"nothing":          ``,
		"no schema":        `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := ReadRunResults(strings.NewReader(text)); err == nil {
				t.Errorf("ReadRunResults() = %+v, want an error", got)
			}
		})
	}
}
