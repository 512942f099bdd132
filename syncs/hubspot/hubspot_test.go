package hubspot

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

func TestObjectsKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, &destinationtest.Suite{
		Kind: New(),
		Place: func(t *testing.T, fields []syncs.Field, _ []string) destinationtest.Place {
			s, _, address := serve(t, fields)
			return destinationtest.Place{Config: syncs.Config{"type": "hubspot", "token": token, "url": address}, Object: "people", Rows: s.rows}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["token"] = "pat-wr0ng"
			return c
		},
		Proxied:       destinationtest.Behind("url"),
		MissingObject: "nowhere",
		OneKey:        true,
		Refused:       map[string]any{"score": int64(-13)},
		Stored: func(_ string, v any) any {
			if s := text(v); s != "" {
				return s
			}
			return nil
		},
	})
}

// TestServerKeepsTheContract holds the server of these tests against the examples of the documentation.
func TestServerKeepsTheContract(t *testing.T) {
	t.Parallel()
	_, _, address := serve(t, []syncs.Field{{Name: "id"}, {Name: "name"}, {Name: "score"}})
	destinationtest.Keep(t, "testdata/contract/*.json", address, http.Header{"Authorization": {"Bearer " + token}}, map[string]string{"object": "people", "run": "r1"})
}

// TestHubSpotKeepsTheContract holds HubSpot itself against them. The account needs an object, named by MOD_HUBSPOT_OBJECT, with the
// properties id (unique), name and score (a number of at least 0).
func TestHubSpotKeepsTheContract(t *testing.T) {
	login := os.Getenv("MOD_HUBSPOT_TOKEN")
	if login == "" {
		t.Skip("MOD_HUBSPOT_TOKEN is not set")
	}
	vars := map[string]string{"object": os.Getenv("MOD_HUBSPOT_OBJECT"), "run": fmt.Sprint(time.Now().UnixNano())}
	destinationtest.Keep(t, "testdata/contract/*.json", api, http.Header{"Authorization": {"Bearer " + login}}, vars)
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

func contacts(op syncs.Op, m syncs.Mode, rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "contacts", Object: "people", Mode: m, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func TestRequestsAreThoseOfTheBatchEndpoints(t *testing.T) {
	t.Parallel()
	d := opened(t, syncs.Config{"token": token})
	for name, c := range map[string]struct {
		batch *syncs.Batch
		want  []string
	}{
		"upsert": {contacts(syncs.Insert, syncs.UpsertMode, []any{int64(7), "Ann"}), []string{"upsert\n" +
			`{"inputs":[{"id":"7","idProperty":"id","properties":{"name":"Ann"},"objectWriteTraceId":"row-1"}]}`}},
		"create": {contacts(syncs.Insert, syncs.InsertMode, []any{int64(7), nil}), []string{"create\n" +
			`{"inputs":[{"properties":{"id":"7","name":""},"objectWriteTraceId":"row-1"}]}`}},
		"update": {contacts(syncs.Update, syncs.UpdateMode, []any{int64(7), "Ann"}), []string{"update\n" +
			`{"inputs":[{"id":"7","idProperty":"id","properties":{"name":"Ann"},"objectWriteTraceId":"row-1"}]}`}},
		"clear": {contacts(syncs.Clear, syncs.MirrorMode, []any{int64(7)}), []string{"update\n" +
			`{"inputs":[{"id":"7","idProperty":"id","properties":{"name":""},"objectWriteTraceId":"row-1"}]}`}},
		"delete": {contacts(syncs.Delete, syncs.MirrorMode, []any{int64(7)}), []string{
			"read\n" + `{"idProperty":"id","inputs":[{"id":"7"}],"properties":["id"]}`, "archive\n" + `{"inputs":[{"id":"the ID of 7"}]}`}},
	} {
		got, err := d.Render(c.batch)
		for i := range got {
			got[i] = strings.Replace(got[i], "POST https://api.hubapi.com/crm/v3/objects/people/batch/", "", 1)
			got[i] = strings.Replace(got[i], "Authorization: ***\nContent-Type: application/json\n\n", "", 1)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestValuesAreSpelledAsPropertiesHaveThem(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]any{
		"2024-02-29T22:30:00.123Z": time.Date(2024, 3, 1, 0, 30, 0, 123456789, time.FixedZone("", 2*60*60)),
		"a;b;3":                    []any{"a", "b", int64(3)},
		"true":                     true,
		"12.50":                    syncs.Number("12.50"),
	} {
		if got := text(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
}

func TestQuotaOfTheDayIsToldFromABurst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy, retry string
		want          *syncs.Error
	}{
		{"DAILY", "", &syncs.Error{Class: syncs.Exhausted, Message: "429 Too Many Requests: You have reached your DAILY limit."}},
		{"DAILY", "5", &syncs.Error{Class: syncs.Exhausted, Message: "429 Too Many Requests: You have reached your DAILY limit.", After: 5 * time.Second}},
		{"TEN_SECONDLY_ROLLING", "", &syncs.Error{Class: syncs.Limited, Message: "429 Too Many Requests: You have reached your TEN_SECONDLY_ROLLING limit.", After: 10 * time.Second}},
		{"SECONDLY", "3", &syncs.Error{Class: syncs.Limited, Message: "429 Too Many Requests: You have reached your SECONDLY limit.", After: 3 * time.Second}},
		{"SECONDLY", "", &syncs.Error{Class: syncs.Limited, Message: "429 Too Many Requests: You have reached your SECONDLY limit.", After: time.Second}},
	} {
		_, f, address := serve(t, nil)
		fault := destinationtest.Fault{Status: 429, Body: fmt.Sprintf(`{"status": "error", "message": "You have reached your %s limit.", "errorType": "RATE_LIMIT", "policyName": "%s"}`, c.policy, c.policy)}
		if c.retry != "" {
			fault.Header = http.Header{"Retry-After": {c.retry}}
		}
		f.Next(fault)
		_, err := opened(t, syncs.Config{"token": token, "url": address}).Send(t.Context(), contacts(syncs.Insert, syncs.UpsertMode, []any{"a", "b"}))
		if diff := cmp.Diff(error(c.want), err); diff != "" {
			t.Errorf("%s %s:\n%s", c.policy, c.retry, diff)
		}
	}
}

func TestErrorsThatNameNoRecordAreOfAllThatAreNotWritten(t *testing.T) {
	t.Parallel()
	_, f, address := serve(t, nil)
	f.Next(destinationtest.Fault{Status: 207, Body: `{"status": "COMPLETE", "results": [{"id": "1", "objectWriteTraceId": "row-2"}], "errors": [{"category": "VALIDATION_ERROR", "message": "no"}]}`})
	outcomes, err := opened(t, syncs.Config{"token": token, "url": address}).Send(t.Context(), contacts(syncs.Insert, syncs.UpsertMode, []any{"a", "b"}, []any{"c", "d"}))
	if err != nil || syncs.ClassOf(outcomes[0]) != syncs.Rejected || outcomes[1] != nil {
		t.Errorf("%v, %v", outcomes, err)
	}
}

func TestKeyMustHaveUniqueValues(t *testing.T) {
	t.Parallel()
	_, _, address := serve(t, []syncs.Field{{Name: "name"}, {Name: "id"}})
	d := opened(t, syncs.Config{"token": token, "url": address})
	target := contacts(syncs.Insert, syncs.UpsertMode).Target
	want := `the property "id" of people is no key: its values need not be unique`
	if err := d.Check(t.Context(), target); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	target.Key = []string{"id", "name"}
	if err := d.Check(t.Context(), target); syncs.ClassOf(err) != syncs.Broken {
		t.Errorf("two fields: %v", err)
	}
}

func TestLoginIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []syncs.Config{{}, {"token": "x", "auth": map[string]any{"type": "bearer", "token": "y"}}} {
		if _, err := New().Open(t.Context(), c); err == nil || !strings.HasPrefix(err.Error(), "set token, or auth") {
			t.Errorf("%v: %v", c, err)
		}
	}
}
