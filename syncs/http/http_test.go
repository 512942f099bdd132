package http_test

import (
	"fmt"
	"math"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/http"
)

func contacts(op syncs.Op, rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "contacts", Object: "people", Mode: syncs.MirrorMode, Removal: syncs.Delete, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "email"}}}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Op: op, Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func open(t *testing.T, c syncs.Config) syncs.Destination {
	t.Helper()
	d, err := http.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestRequestsAreWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	ann, odd := []any{int64(7), "ann@example.com"}, []any{"a/b?c=d&é", "\"x\"\n<y>"}
	for name, c := range map[string]struct {
		settings syncs.Config
		batch    *syncs.Batch
		want     []string
	}{
		"a batch by default": {
			syncs.Config{"url": "https://x.test/${object}"}, contacts(syncs.Insert, ann, odd),
			[]string{"POST https://x.test/people\nContent-Type: application/json\n\n" +
				`[{"id":7,"email":"ann@example.com"},{"id":"a/b?c=d&é","email":"\"x\"\n<y>"}]`},
		},
		"rows by their URL": {
			syncs.Config{"url": "https://x.test/c/${row.id}?tag=${row.id}", "method": "put"}, contacts(syncs.Update, odd),
			[]string{"PUT https://x.test/c/a%2Fb%3Fc=d&%C3%A9?tag=a%2Fb%3Fc%3Dd%26%C3%A9\nContent-Type: application/json\n\n" +
				`{"id":"a/b?c=d&é","email":"\"x\"\n<y>"}`},
		},
		"a structure with a part for each row": {
			syncs.Config{"url": "https://x.test", "headers": map[string]any{"X-Run": "${run}"}, "row": map[string]any{"mail": "${row.email}", "n": int64(1)},
				"body": map[string]any{"op": "${op}", "people": "${rows}"}}, contacts(syncs.Insert, ann),
			[]string{"POST https://x.test\nContent-Type: application/json\nX-Run: run-1\n\n" + `{"op":"insert","people":[{"mail":"ann@example.com","n":1}]}`},
		},
		"JSON as text": {
			syncs.Config{"url": "https://x.test", "body": `{"hello": "Hello ${row.email}", "id": "${row.id}"}`}, contacts(syncs.Insert, odd),
			[]string{"POST https://x.test\nContent-Type: application/json\n\n" + `{"hello":"Hello \"x\"\n<y>","id":"a/b?c=d&é"}`},
		},
		"lines": {
			syncs.Config{"url": "https://x.test", "format": "jsonl"}, contacts(syncs.Insert, ann, odd),
			[]string{"POST https://x.test\nContent-Type: application/x-ndjson\n\n" +
				`{"id":7,"email":"ann@example.com"}` + "\n" + `{"id":"a/b?c=d&é","email":"\"x\"\n<y>"}` + "\n"},
		},
		"a form": {
			syncs.Config{"url": "https://x.test", "format": "form", "each": "row"}, contacts(syncs.Insert, odd),
			[]string{"POST https://x.test\nContent-Type: application/x-www-form-urlencoded\n\nemail=%22x%22%0A%3Cy%3E&id=a%2Fb%3Fc%3Dd%26%C3%A9"},
		},
		"any text": {
			syncs.Config{"url": "https://x.test", "format": "text", "headers": map[string]any{"Content-Type": "text/xml"}, "body": "<mail>${row.id}</mail>"},
			contacts(syncs.Insert, ann), []string{"POST https://x.test\nContent-Type: text/xml\n\n<mail>7</mail>"},
		},
		"deletes": {
			syncs.Config{"url": "https://x.test/c/${row.id}", "delete": map[string]any{}}, contacts(syncs.Delete, []any{int64(7)}, []any{int64(8)}),
			[]string{"DELETE https://x.test/c/7\n", "DELETE https://x.test/c/8\n"},
		},
		"secrets are left out": {
			syncs.Config{"url": "https://x.test?k=s3cret", "each": "row", "auth": map[string]any{"type": "hmac", "secret": "s3cret", "header": "X-Sign", "timestamp_header": "X-Time"}},
			contacts(syncs.Insert, ann), []string{"POST https://x.test?k=***\nContent-Type: application/json\nX-Sign: ***\nX-Time: ***\n\n" + `{"id":7,"email":"ann@example.com"}`},
		},
	} {
		c.settings["idempotency_header"] = ""
		got, err := open(t, c.settings).(syncs.Renderer).Render(c.batch)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMistakesInTheSettingsAreNamedAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := http.New().Open(t.Context(), syncs.Config{
		"url": "https://x.test/${row.id", "headers": map[string]any{"X": "${x}"}, "body": "{", "format": "xml", "auth": map[string]any{"type": "magic"},
		"delete": map[string]any{"url": "x", "headers": nil, "body": nil, "format": "json", "each": "some"}, "errors": map[string]any{"path": "x"},
	})
	if syncs.ClassOf(err) != syncs.Broken {
		t.Fatalf("class %q of %v", syncs.ClassOf(err), err)
	}
	for _, want := range []string{
		`url: "${row.id" is not closed`, `header X: "x" is no name`, "body: this is no JSON", `format: "xml" is none`, `"magic" is no type of auth`,
		`each: "some" is neither row nor batch`, `errors: there is no "path"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it does not say %s:\n%v", want, err)
		}
	}
}

func TestTargetThatDoesNotFitTheTemplatesIsTold(t *testing.T) {
	t.Parallel()
	target := contacts(syncs.Insert).Target
	for want, settings := range map[string]syncs.Config{
		`the request to insert names "name", which its rows do not have: they have id, email`:                    {"url": "https://x.test/${row.name}"},
		`the destination's settings do not say how to delete: set "delete" to a mapping with its method and url`: {"url": "https://x.test"},
		`the request to delete names "email", which its rows do not have: they have id`:                          {"url": "https://x.test/${row.email}", "delete": map[string]any{}},
	} {
		if err := open(t, settings).Check(t.Context(), target); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", settings, err, want)
		}
	}
}

func TestValueThatWouldMakeAnotherURLIsRefused(t *testing.T) {
	t.Parallel()
	d := open(t, syncs.Config{"url": "https://x.test/c/${row.id}", "delete": map[string]any{}})
	for _, id := range []any{"", ".", "..", nil} {
		if _, err := d.(syncs.Renderer).Render(contacts(syncs.Delete, []any{id})); syncs.ClassOf(err) != syncs.Rejected {
			t.Errorf("%v: class %q of %v", id, syncs.ClassOf(err), err)
		}
	}
	d = open(t, syncs.Config{"url": "https://x.test", "headers": map[string]any{"X-Id": "${row.id}"}})
	if _, err := d.(syncs.Renderer).Render(contacts(syncs.Insert, []any{"a\r\nX-Admin: 1", nil})); syncs.ClassOf(err) != syncs.Rejected {
		t.Errorf("a header: class %q of %v", syncs.ClassOf(err), err)
	}
	d = open(t, syncs.Config{"url": "https://x.test"})
	if _, err := d.(syncs.Renderer).Render(contacts(syncs.Insert, []any{math.NaN(), nil})); syncs.ClassOf(err) != syncs.Rejected {
		t.Errorf("NaN: class %q of %v", syncs.ClassOf(err), err)
	}
}

// outcomes are what became of a batch of three rows at a server that answers so.
func outcomes(t *testing.T, settings map[string]any, answer string) []string {
	t.Helper()
	s := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) { fmt.Fprint(w, answer) }))
	t.Cleanup(s.Close)
	d := open(t, syncs.Config{"url": s.URL, "errors": settings})
	errs, err := d.Send(t.Context(), contacts(syncs.Insert, []any{int64(5), "a"}, []any{"k6", "b"}, []any{int64(7), "c"}))
	if err != nil {
		return []string{string(syncs.ClassOf(err)), err.Error()}
	}
	out := make([]string, len(errs))
	for i, err := range errs {
		if err != nil {
			out[i] = fmt.Sprintf("%s: %v", syncs.ClassOf(err), err)
		}
	}
	return out
}

func TestSuccessWithErrorsInsideIsReadRowByRow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any
		answer   string
		want     []string
	}{
		"one answer for all": {map[string]any{"ok": "ok", "message": "error"}, `{"ok": false, "error": "no_such_channel"}`,
			[]string{"rejected: no_such_channel", "rejected: no_such_channel", "rejected: no_such_channel"}},
		"all is well":      {map[string]any{"ok": "ok", "message": "error"}, `{"ok": true}`, []string{"", "", ""}},
		"an item for each": {map[string]any{"list": "a.0.r", "ok": "s"}, `{"a": [{"r": [{"s": true}, {"s": 0}, {"s": 1}]}]}`, []string{"", "rejected: refused without a word", ""}},
		"errors by key":    {map[string]any{"list": "errors", "key": "id", "message": "why"}, `{"errors": [{"id": 7, "why": "x"}, {"id": "k6", "why": ["y"]}]}`, []string{"", `rejected: ["y"]`, "rejected: x"}},
		"errors by place":  {map[string]any{"list": "errors", "index": "n", "message": "why"}, `{"errors": [{"n": "1", "why": "x"}]}`, []string{"", "rejected: x", ""}},
		"no errors":        {map[string]any{"list": "errors", "index": "n", "message": "why"}, `{}`, []string{"", "", ""}},
		"no JSON":          {map[string]any{"message": "why"}, `{"why`, []string{"transient", "the answer is no JSON, so that it is not known which rows were taken"}},
		"too few items": {map[string]any{"list": "r", "message": "why"}, `{"r": [{}]}`,
			[]string{"broken", `the answer tells of 1 rows at "r", and 3 were sent: set errors.index or errors.key`}},
		"a stranger": {map[string]any{"list": "r", "index": "n", "message": "why"}, `{"r": [{"n": 3, "why": "x"}]}`,
			[]string{"broken", "the answer refuses a row that is not among those sent (x): look at errors.index and errors.key"}},
	} {
		if diff := cmp.Diff(c.want, outcomes(t, c.settings, c.answer)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestGuaranteeFollowsFromTheMethods(t *testing.T) {
	t.Parallel()
	k := http.New()
	for _, c := range []struct {
		settings syncs.Config
		mode     syncs.Mode
		want     syncs.Guarantee
	}{
		{syncs.Config{}, syncs.UpsertMode, syncs.Duplicates},
		{syncs.Config{"method": "PUT"}, syncs.MirrorMode, syncs.Idempotent},
		{syncs.Config{"update": map[string]any{"method": "PUT"}}, syncs.UpsertMode, syncs.Duplicates},
		{syncs.Config{"update": map[string]any{"method": "PUT"}}, syncs.UpdateMode, syncs.Idempotent},
		{syncs.Config{"idempotent": true}, syncs.AppendMode, syncs.Idempotent},
	} {
		if got := k.Guarantee(c.settings, c.mode); got != c.want {
			t.Errorf("%v in mode %s: %s", c.settings, c.mode, got)
		}
	}
}

func TestServerThatIsBusyIsAskedAgainAndTheRestOfTheRowsWait(t *testing.T) {
	t.Parallel()
	a, _ := newAPI(t, []string{"id"})
	faulty := &destinationtest.Faulty{Handler: a}
	s := httptest.NewServer(faulty)
	t.Cleanup(s.Close)
	faulty.Next(destinationtest.Fault{}, destinationtest.TooMany(3))
	b := contacts(syncs.Insert, []any{"a", "1"}, []any{"b", "2"}, []any{"c", "3"})
	got, err := open(t, rows(s.URL)).Send(t.Context(), b)
	if err != nil || got[0] != nil || syncs.ClassOf(got[1]) != syncs.Limited || syncs.ClassOf(got[2]) != syncs.Limited || faulty.Requests() != 2 {
		t.Errorf("%v, %v, %d requests", got, err, faulty.Requests())
	}
}
