package slack_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/slack"
)

// workspace answers as Slack does: an incoming webhook in plain words and by its status, a bot in JSON with status 200.
type workspace struct {
	mu    sync.Mutex
	texts []string
}

const (
	hook  = "/services/T0/B0/s3cret"
	token = "xoxb-s3cret"
)

func (s *workspace) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var message struct{ Text, Channel string }
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &message)
	bot := r.Header.Get("Authorization") == "Bearer "+token
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/") && !bot:
		fmt.Fprint(w, `{"ok": false, "error": "invalid_auth"}`)
	case r.URL.Path == "/api/auth.test":
		fmt.Fprint(w, `{"ok": true, "team": "T"}`)
	case r.URL.Path == "/api/chat.postMessage" && message.Channel != "#orders":
		fmt.Fprint(w, `{"ok": false, "error": "channel_not_found"}`)
	case r.URL.Path == "/api/chat.postMessage" && message.Text == "":
		fmt.Fprint(w, `{"ok": false, "error": "no_text"}`)
	case r.URL.Path == "/api/chat.postMessage":
		s.texts = append(s.texts, message.Text)
		fmt.Fprint(w, `{"ok": true, "ts": "1.0"}`)
	case r.URL.Path != hook:
		http.Error(w, "no_service", http.StatusNotFound)
	case message.Text == "":
		http.Error(w, "no_text", http.StatusBadRequest)
	default:
		s.texts = append(s.texts, message.Text)
		fmt.Fprint(w, "ok")
	}
}

// records are those that the texts hold as JSON.
func (s *workspace) records(t *testing.T) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []map[string]any
	for _, text := range s.texts {
		for line := range strings.Lines(text) {
			d := json.NewDecoder(strings.NewReader(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(line)))
			d.UseNumber()
			var record map[string]any
			if err := d.Decode(&record); err != nil {
				t.Fatal(err)
			}
			out = append(out, record)
		}
	}
	return out
}

func serve(t *testing.T) (*workspace, *destinationtest.Faulty, string) {
	t.Helper()
	s := &workspace{}
	f := &destinationtest.Faulty{Handler: s}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return s, f, server.URL
}

func suite(settings func(address string) syncs.Config, login string) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind:   slack.New(),
		Loose:  true,
		Stored: destinationtest.StoredAsJSON,
		Place: func(t *testing.T, _ []syncs.Field, _ []string) destinationtest.Place {
			s, _, address := serve(t)
			c := settings(address)
			c["rate"], c["type"] = 100000, "slack"
			return destinationtest.Place{Config: c, Rows: s.records}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["token"], c["url"], c["channel"], c["api"] = "xoxb-wr0ng", "", "#orders", strings.Replace(c.String("url", c.String("api", "")), hook, "/api", 1)
			return c
		},
		Proxied: destinationtest.Behind(login),
	}
}

func TestIncomingWebhookKeepsTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(func(address string) syncs.Config {
		return syncs.Config{"url": address + hook, "text": "${row | json}"}
	}, "url"))
}

func TestBotKeepsTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(func(address string) syncs.Config {
		return syncs.Config{"token": token, "api": address + "/api", "channel": "#orders", "each": "batch", "line": "${row | json}"}
	}, "api"))
}

func orders(rows ...[]any) *syncs.Batch {
	t := &syncs.Target{Sync: "orders", Mode: syncs.AppendMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}}
	b := &syncs.Batch{Target: t, Run: "run-1", Op: syncs.Insert}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: int64(i + 1), Values: values, Hash: fmt.Sprint(values)})
	}
	return b
}

func open(t *testing.T, c syncs.Config) syncs.Destination {
	t.Helper()
	if _, ok := c["rate"]; !ok {
		c["rate"] = 100000
	}
	d, err := slack.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestMessagesSayWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	ann, evil := []any{int64(7), "Ann"}, []any{int64(8), "<!channel> & <http://x|y>"}
	for name, c := range map[string]struct {
		settings syncs.Config
		want     []string
	}{
		"fields by default": {syncs.Config{}, []string{"id: 7, name: Ann", "id: 8, name: &lt;!channel&gt; &amp; &lt;http://x|y&gt;"}},
		"a text":            {syncs.Config{"text": "<!here> *${row.name}*"}, []string{"<!here> *Ann*", "<!here> *&lt;!channel&gt; &amp; &lt;http://x|y&gt;*"}},
		"one for all":       {syncs.Config{"each": "batch", "text": "${count} orders:", "line": "- ${row.id}"}, []string{"2 orders:\n- 7\n- 8"}},
		"long ones":         {syncs.Config{"text": strings.Repeat("ü", 30000)}, []string{strings.Repeat("ü", 19998) + "…", strings.Repeat("ü", 19998) + "…"}},
	} {
		s, _, address := serve(t)
		c.settings["url"] = address + hook
		outcomes, err := open(t, c.settings).Send(t.Context(), orders(ann, evil))
		if err != nil || outcomes[0] != nil || outcomes[1] != nil {
			t.Errorf("%s: %v, %v", name, outcomes, err)
		}
		if diff := cmp.Diff(c.want, s.texts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestErrorsOfSlackAreSortedByWhatCanBeDone(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]syncs.Class{
		`{"ok": false, "error": "channel_not_found"}`: syncs.Missing, `{"ok": false, "error": "token_revoked"}`: syncs.Denied,
		`{"ok": false, "error": "ratelimited"}`: syncs.Limited, `{"ok": false, "error": "msg_too_long"}`: syncs.Rejected,
		`{"ok": false, "error": "internal_error"}`: syncs.Transient, `<html>`: syncs.Transient,
	} {
		_, f, address := serve(t)
		f.Next(destinationtest.Fault{Status: http.StatusOK, Body: answer})
		outcomes, err := open(t, syncs.Config{"token": token, "api": address + "/api"}).Send(t.Context(), orders([]any{int64(1), "x"}))
		if err == nil {
			err = outcomes[0]
		}
		if syncs.ClassOf(err) != want {
			t.Errorf("%s: class %q of %v", answer, syncs.ClassOf(err), err)
		}
	}
	for status, body := range map[int]string{404: "channel_not_found", 410: "channel_is_archived"} {
		_, f, address := serve(t)
		f.Next(destinationtest.Fault{Status: status, Body: body})
		if _, err := open(t, syncs.Config{"url": address + hook}).Send(t.Context(), orders([]any{int64(1), "x"})); syncs.ClassOf(err) != syncs.Missing || !strings.HasSuffix(err.Error(), body) {
			t.Errorf("%d: class %q of %v", status, syncs.ClassOf(err), err)
		}
	}
}

func TestMessageThatComesTooSoonSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	s, f, address := serve(t)
	f.Next(destinationtest.Fault{}, destinationtest.TooMany(30))
	outcomes, err := open(t, syncs.Config{"url": address + hook}).Send(t.Context(), orders([]any{int64(1), "x"}, []any{int64(2), "y"}, []any{int64(3), "z"}))
	if err != nil || len(s.texts) != 1 || outcomes[0] != nil {
		t.Fatalf("%v, %v, %q", outcomes, err, s.texts)
	}
	want := &syncs.Error{Class: syncs.Limited, Message: `429 Too Many Requests: too many requests`, After: 30 * time.Second}
	for _, outcome := range outcomes[1:] {
		if diff := cmp.Diff(want, outcome); diff != "" {
			t.Error(diff)
		}
	}
}

func TestURLOfAWebhookShowsNowhere(t *testing.T) {
	t.Parallel()
	d := open(t, syncs.Config{"url": "http://127.0.0.1:1" + hook})
	texts, err := d.(syncs.Renderer).Render(orders([]any{int64(7), "Ann"}))
	if want := []string{"POST ***\nContent-Type: application/json; charset=utf-8\n\n" + `{"text":"id: 7, name: Ann"}`}; err != nil || !cmp.Equal(want, texts) {
		t.Errorf("%v: %q", err, texts)
	}
	if _, err := d.Send(t.Context(), orders([]any{int64(7), "Ann"})); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Error(err)
	}
}

func TestMistakesInTheSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]syncs.Config{
		"set url, or token: messages are posted by an incoming webhook or by a bot": {},
		`each: "some" is neither row nor batch`:                                     {"url": "u", "each": "some"},
		`line: "${" is not closed`:                                                  {"url": "u", "line": "${"},
	} {
		if _, err := slack.New().Open(t.Context(), c); err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", c, err, want)
		}
	}
	target := orders().Target
	want := `text names "nam", which its rows do not have: they have id, name`
	if err := open(t, syncs.Config{"url": "u", "text": "${row.nam}"}).Check(t.Context(), target); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	want = "a bot needs to know where to write: set channel, or the sync's object"
	if err := open(t, syncs.Config{"token": "x"}).Check(t.Context(), target); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
