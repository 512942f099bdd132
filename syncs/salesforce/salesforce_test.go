package salesforce

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
)

func serve(t *testing.T, fields []syncs.Field) (*server, *destinationtest.Faulty, string) {
	t.Helper()
	s := newServer(fields)
	f := &destinationtest.Faulty{Handler: s}
	h := httptest.NewServer(f)
	t.Cleanup(h.Close)
	return s, f, h.URL
}

func settings(address string, bulkFrom int) syncs.Config {
	return syncs.Config{"type": "salesforce", "url": address, "client_id": "app", "client_secret": secret, "bulk_from": bulkFrom, "poll": "1ms"}
}

func suite(bulkFrom int, stored func(v any) any) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind: New(),
		Place: func(t *testing.T, fields []syncs.Field, _ []string) destinationtest.Place {
			s, _, address := serve(t, fields)
			return destinationtest.Place{Config: settings(address, bulkFrom), Object: "People", Rows: s.rows}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["client_secret"] = "wr0ng"
			return c
		},
		Proxied:       destinationtest.Behind("url"),
		MissingObject: "Nowhere",
		OneKey:        true,
		Refused:       map[string]any{"score": int64(-13)},
		Stored: func(field string, v any) any {
			if v = (&object{}).spell(field, v); v == "" {
				return nil
			}
			return stored(v)
		},
	}
}

func TestCollectionsKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(bulkFrom, func(v any) any { return v }))
}

func TestJobsKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(1, func(v any) any {
		if s, ok := v.(string); ok {
			return strings.ReplaceAll(s, "\r\n", "\n") // as the tests' server reads CSV
		}
		return v
	}))
}

var people = []syncs.Field{{Name: "Code__c"}, {Name: "Name"}, {Name: "score", Type: "bigint"}}

// TestServerKeepsTheContract holds the server of these tests against the examples of the documentation.
func TestServerKeepsTheContract(t *testing.T) {
	t.Parallel()
	s, _, address := serve(t, people)
	s.sessions = 1
	destinationtest.Keep(t, "testdata/contract/*.json", address, http.Header{"Authorization": {"Bearer session-1"}}, map[string]string{"object": "People", "run": "r1"})
}

// TestSalesforceKeepsTheContract holds an organization against them. It needs an object, named by MOD_SALESFORCE_OBJECT, with the fields
// Code__c (text, a unique external ID) and Name, and the session of MOD_SALESFORCE_TOKEN.
func TestSalesforceKeepsTheContract(t *testing.T) {
	login := os.Getenv("MOD_SALESFORCE_TOKEN")
	if login == "" {
		t.Skip("MOD_SALESFORCE_TOKEN is not set")
	}
	vars := map[string]string{"object": os.Getenv("MOD_SALESFORCE_OBJECT"), "run": fmt.Sprint(time.Now().UnixNano())}
	destinationtest.Keep(t, "testdata/contract/*.json", os.Getenv("MOD_SALESFORCE_URL"), http.Header{"Authorization": {"Bearer " + login}}, vars)
}

func opened(t *testing.T, c syncs.Config) *destination {
	t.Helper()
	d, err := New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d.(*destination)
}

func accounts(op syncs.Op, m syncs.Mode, rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "accounts", Object: "People", Mode: m, Key: []string{"Code__c"}, Fields: people[:2]}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func TestSessionThatEndedIsRenewed(t *testing.T) {
	t.Parallel()
	s, _, address := serve(t, people)
	d := opened(t, settings(address, bulkFrom))
	for range 2 {
		if outcomes, err := d.Send(t.Context(), accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "Ann"})); err != nil || outcomes[0] != nil {
			t.Fatal(outcomes, err)
		}
		s.mu.Lock()
		s.sessions++
		s.mu.Unlock()
	}
}

func TestErrorsAreSortedByTheirCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status        int
		code, message string
		want          syncs.Class
	}{
		{403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", syncs.Exhausted},
		{403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.", syncs.Limited},
		{403, "API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.", syncs.Denied},
		{400, "INVALID_FIELD", "No such column 'x' on sobject of type People", syncs.Missing},
		{503, "SERVER_UNAVAILABLE", "Server Unavailable", syncs.Transient},
		{400, "JSON_PARSER_ERROR", "Unexpected character", syncs.Rejected},
	} {
		_, f, address := serve(t, people)
		d := opened(t, settings(address, bulkFrom))
		if err := d.Check(t.Context(), accounts(syncs.Insert, syncs.UpsertMode).Target); err != nil {
			t.Fatal(err)
		}
		f.Next(destinationtest.Fault{Status: c.status, Body: fmt.Sprintf(`[{"errorCode": %q, "message": %q}]`, c.code, c.message)})
		outcomes, err := d.Send(t.Context(), accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "Ann"}))
		if err == nil {
			err = outcomes[0]
		}
		if syncs.ClassOf(err) != c.want || err.Error() != c.code+": "+c.message {
			t.Errorf("%s: class %q of %v", c.code, syncs.ClassOf(err), err)
		}
	}
}

func TestRecordThatIsLockedMayPassLater(t *testing.T) {
	t.Parallel()
	b := accounts(syncs.Insert, syncs.UpsertMode)
	if err := outcome(b, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access"); syncs.ClassOf(err) != syncs.Transient {
		t.Error(syncs.ClassOf(err))
	}
}

func TestLargeBatchIsSentInPartsOrAsAJob(t *testing.T) {
	t.Parallel()
	var rows [][]any
	for i := range 450 {
		rows = append(rows, []any{fmt.Sprint("k", i), "x"})
	}
	for from, want := range map[int]int{2000: 3, 450: 1} {
		s, f, address := serve(t, people)
		d := opened(t, settings(address, from))
		if err := d.Check(t.Context(), accounts(syncs.Insert, syncs.UpsertMode).Target); err != nil {
			t.Fatal(err)
		}
		before := f.Requests()
		outcomes, err := d.Send(t.Context(), accounts(syncs.Insert, syncs.UpsertMode, rows...))
		if err != nil || len(outcomes) != 450 || len(s.records) != 450 {
			t.Fatalf("%v, %d outcomes, %d records", err, len(outcomes), len(s.records))
		}
		requests, jobs := f.Requests()-before, len(s.jobs)
		if from == 2000 && requests != want || from == 450 && jobs != want {
			t.Errorf("from %d: %d requests, %d jobs", from, requests, jobs)
		}
	}
}

func TestJobThatStopsHalfwayTellsWhichRowsArrived(t *testing.T) {
	t.Parallel()
	_, f, address := serve(t, people)
	d := opened(t, settings(address, 1))
	b := accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "Ann"}, []any{"b", "Bob"}, []any{"c", "Cy"})
	if err := d.Check(t.Context(), b.Target); err != nil {
		t.Fatal(err)
	}
	f.Next(destinationtest.Fault{}, destinationtest.Fault{},
		destinationtest.Fault{Status: 200, Body: `{"id": "750000000000000001", "state": "Failed", "errorMessage": "InternalServerError", "numberRecordsProcessed": 2}`},
		destinationtest.Fault{Status: 200, Body: "sf__Id,sf__Created,Code__c,Name\n001,true,a,Ann\n"},
		destinationtest.Fault{Status: 200, Body: "sf__Id,sf__Error,Code__c,Name\n,REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --,b,Bob\n"})
	outcomes, err := d.Send(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	want := []error{nil, &syncs.Error{Class: syncs.Rejected, Message: "REQUIRED_FIELD_MISSING: Required fields are missing: [Name]:Name --"},
		&syncs.Error{Class: syncs.Transient, Message: "the job did not come to this row: Failed InternalServerError"}}
	if diff := cmp.Diff(want, outcomes); diff != "" {
		t.Error(diff)
	}
}

func TestRequestsAreThoseOfTheDocumentation(t *testing.T) {
	t.Parallel()
	d := opened(t, syncs.Config{"url": "https://x.test/", "token": "s3cret", "bulk_from": 2})
	head := "Accept: application/json\nAuthorization: ***\nContent-Type: application/json\n\n"
	for name, c := range map[string]struct {
		batch *syncs.Batch
		want  []string
	}{
		"upsert": {accounts(syncs.Insert, syncs.UpsertMode, []any{"a", nil}), []string{"PATCH https://x.test/services/data/v62.0/composite/sobjects/People/Code__c\n" + head +
			`{"allOrNone":false,"records":[{"Code__c":"a","Name":null,"attributes":{"type":"People"}}]}`}},
		"insert": {accounts(syncs.Insert, syncs.InsertMode, []any{"a", "Ann"}), []string{"POST https://x.test/services/data/v62.0/composite/sobjects\n" + head +
			`{"allOrNone":false,"records":[{"Code__c":"a","Name":"Ann","attributes":{"type":"People"}}]}`}},
		"clear": {accounts(syncs.Clear, syncs.MirrorMode, []any{"a"}), []string{"PATCH https://x.test/services/data/v62.0/composite/sobjects\n" + head +
			`{"allOrNone":false,"records":[{"Id":"the ID of a","Name":null,"attributes":{"type":"People"}}]}`}},
		"delete": {accounts(syncs.Delete, syncs.MirrorMode, []any{"a"}), []string{
			"DELETE https://x.test/services/data/v62.0/composite/sobjects?allOrNone=false&ids=the+ID+of+a\nAccept: application/json\nAuthorization: ***\n"}},
		"job": {accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "x,\"y\""}, []any{"b", nil}), []string{
			"POST https://x.test/services/data/v62.0/jobs/ingest\n" + head + `{"contentType":"CSV","externalIdFieldName":"Code__c","lineEnding":"LF","object":"People","operation":"upsert"}`,
			"PUT https://x.test/services/data/v62.0/jobs/ingest/JOB/batches\nAuthorization: ***\nContent-Type: text/csv; charset=UTF-8\n\nCode__c,Name\na,\"x,\"\"y\"\"\"\nb,#N/A\n"}},
	} {
		got, err := d.Render(c.batch)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestTextThatIsSpelledAsNullIsNotSentAsCSV(t *testing.T) {
	t.Parallel()
	d := opened(t, syncs.Config{"url": "https://x.test", "token": "s3cret", "bulk_from": 1})
	if d.bulk(accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "#N/A"})) || !d.bulk(accounts(syncs.Insert, syncs.UpsertMode, []any{"a", "b"})) {
		t.Error("a batch goes the wrong way")
	}
}

func TestFieldsAreSpelledByTheirTypes(t *testing.T) {
	t.Parallel()
	o := &object{Fields: []field{{Name: "Day__c", Type: "date"}, {Name: "When__c", Type: "datetime"}, {Name: "Choices__c", Type: "multipicklist"}}}
	at := time.Date(2024, 3, 1, 0, 30, 0, 0, time.FixedZone("", 2*60*60))
	for _, c := range []struct {
		field       string
		value, want any
	}{
		{"Day__c", at, "2024-03-01"}, {"Day__c", "2024-03-01", "2024-03-01"}, {"When__c", "2024-03-01", "2024-03-01T00:00:00.000Z"}, {"When__c", "soon", "soon"}, {"At__c", at, "2024-02-29T22:30:00.000Z"}, {"Choices__c", []any{"a", int64(2)}, "a;2"}, {"Raw__c", []byte{1}, "AQ=="}, {"N__c", int64(5), int64(5)},
	} {
		if got := o.spell(c.field, c.value); got != c.want {
			t.Errorf("%s: %v, want %v", c.field, got, c.want)
		}
	}
}

func TestKeyMustBeAnExternalID(t *testing.T) {
	t.Parallel()
	_, _, address := serve(t, people)
	d := opened(t, settings(address, bulkFrom))
	target := accounts(syncs.Insert, syncs.UpsertMode).Target
	target.Key, target.Fields = []string{"Name"}, []syncs.Field{{Name: "Name"}, {Name: "Code__c"}}
	want := `the field "Name" of People is no key: it must be an external ID with unique values`
	if err := d.Check(t.Context(), target); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestLoginIsAskedFor(t *testing.T) {
	t.Parallel()
	if _, err := New().Open(t.Context(), syncs.Config{"url": "u"}); err == nil || err.Error() != "set client_id and client_secret of a connected app, or token" {
		t.Error(err)
	}
}

func TestKeysAreQuotedInQueries(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{`O'Brien \`: `'O\'Brien \\'`, "a\n": `'a\n'`} {
		if got := literal(false, key); got != want {
			t.Errorf("%q is %s, want %s", key, got, want)
		}
	}
	if literal(true, "7.5") != "7.5" || literal(true, "x' OR 1=1") != `'x\' OR 1=1'` || folded(true, "7.0") != folded(true, "7") {
		t.Error("numbers are spelled as texts")
	}
}
