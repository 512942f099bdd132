package trino_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/modsql/mod/adapters"
)

// TestACoordinatorThatStartsAgain, as one tells it: it refuses statements until it has started, and knows nothing of earlier queries.
func TestACoordinatorThatStartsAgain(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method == http.MethodHead:
		case r.URL.Path == "/v1/info":
			_, _ = fmt.Fprint(w, `{"nodeVersion":{"version":"476"},"environment":"test","coordinator":true,"starting":false,"uptime":"1m"}`)
		case r.Method == http.MethodPost && asked.Add(1) == 1:
			_, _ = fmt.Fprint(w, `{"id":"one","stats":{"state":"FAILED"},"error":{"message":"Trino server is still initializing","errorName":"SERVER_STARTING_UP"}}`)
		case r.Method == http.MethodPost:
			_, _ = fmt.Fprintf(w, `{"id":"two","nextUri":"%s/next","stats":{"state":"QUEUED"}}`, server.URL)
		case r.URL.Path == "/next" && asked.Load() == 2:
			_, _ = fmt.Fprint(w, `{"id":"two","stats":{"state":"FINISHED"},"updateType":"INSERT","updateCount":7}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	a := connect(t, adapters.Config{"host": at.Hostname(), "port": at.Port(), "user": "ada", "database": "lake"})
	if got := exec1(t, a, "insert into t select 1"); got.Rows != 7 || got.QueryID != "two" {
		t.Errorf("it did %+v", got)
	}
	for sql, kind := range map[string]adapters.ErrorKind{"create table u as select 1": adapters.Transient, "insert into t select 1": adapters.Failed} {
		_, err := a.Exec(t.Context(), sql)
		if adapters.KindOf(err) != kind || !strings.Contains(err.Error(), "the coordinator does not know the query any more") {
			t.Errorf("%s: error is %v", sql, err)
		}
	}
}
