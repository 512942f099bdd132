package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/webhook"
)

const (
	key    = "0123456789abcdef0123456789abcdef"
	secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

// receiver keeps what events tell, each once. It takes only those that are signed with the key, and are not old.
type receiver struct{ destinationtest.Store }

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	id, timestamp := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	seconds, _ := strconv.ParseInt(timestamp, 10, 64)
	h := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(h, "%s.%s.%s", id, timestamp, body)
	signed := r.Header.Get("webhook-signature") == "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil))
	switch {
	case !signed || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute:
		http.Error(w, "the signature is not that of the secret "+secret, http.StatusUnauthorized)
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case !v.take(id, body):
		http.Error(w, "nobody takes that", http.StatusUnprocessableEntity)
	}
}

func (v *receiver) take(id string, body []byte) bool {
	var e struct {
		Mode syncs.Mode
		Op   syncs.Op
		Data json.RawMessage
	}
	if json.Unmarshal(body, &e) != nil {
		return false
	}
	records := []map[string]any{}
	if !bytes.HasPrefix(e.Data, []byte("[")) {
		e.Data = append(append([]byte("["), e.Data...), ']')
	}
	d := json.NewDecoder(bytes.NewReader(e.Data))
	d.UseNumber()
	if d.Decode(&records) != nil {
		return false
	}
	for _, r := range records {
		if r["score"] == json.Number("-13") {
			return false
		}
	}
	if v.Seen(id) && e.Mode == syncs.AppendMode {
		return true
	}
	for _, r := range records {
		if !v.Apply(e.Mode, e.Op, r) && (e.Op == syncs.Insert || e.Op == syncs.Update) {
			return false
		}
	}
	return true
}

func suite(each string) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind:    webhook.New(),
		Loose:   true,
		Refused: map[string]any{"score": int64(-13)},
		Stored:  destinationtest.StoredAsJSON,
		Place: func(t *testing.T, _ []syncs.Field, key []string) destinationtest.Place {
			v := &receiver{destinationtest.Store{Key: key}}
			s := httptest.NewServer(v)
			t.Cleanup(s.Close)
			c := syncs.Config{"type": "webhook", "url": s.URL + "/hooks/T0/s3cret", "secret": secret, "each": each, "idempotent": true}
			return destinationtest.Place{Config: c, Rows: v.Records}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["secret"] = "wr0ng"
			return c
		},
		Proxied:  destinationtest.Behind("url"),
		Archived: func(record map[string]any) bool { return record[destinationtest.Archived] == true },
	}
}

func TestEventsOfRowsKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite("row"))
}

func TestEventsOfBatchesKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite("batch"))
}

func TestEventIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	target := &syncs.Target{Sync: "contacts", Mode: syncs.MirrorMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "email"}}}
	b := &syncs.Batch{Target: target, Run: "run-1", Op: syncs.Delete, Rows: []syncs.Row{{Number: 1, Op: syncs.Delete, Values: []any{int64(7)}, Hash: "h"}}}
	d, err := webhook.New().Open(t.Context(), syncs.Config{"url": "https://x.test/s3cret", "secret": "abc", "headers": map[string]any{"X-From": "mod"}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	got, err := d.(syncs.Renderer).Render(b)
	want := "POST ***\nContent-Type: application/json\nWebhook-Id: " + b.IdempotencyKey() + "\nWebhook-Signature: ***\nWebhook-Timestamp: ***\nX-From: mod\n\n" +
		`{"type":"contacts.delete","sync":"contacts","run":"run-1","mode":"mirror","op":"delete","key":["id"],"data":{"id":7}}`
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, strings.Join(got, "\n"), want)
	}
}

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]syncs.Config{
		`each: "some" is neither row nor batch`:                                        {"url": "u", "each": "some"},
		"secret: what comes after whsec_ is no base64":                                 {"url": "u", "secret": "whsec_?"},
		"set secret or auth, not both: one request is let in by one of them":           {"url": "u", "secret": "x", "auth": map[string]any{"type": "bearer", "token": "t"}},
		`"magic" is no type of auth: there are bearer, basic, header, oauth2 and hmac`: {"url": "u", "auth": map[string]any{"type": "magic"}},
	} {
		if _, err := webhook.New().Open(t.Context(), c); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", c, err, want)
		}
	}
}
