package http_test

import (
	"encoding/json"
	"maps"
	nethttp "net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/http"
)

// api is a server that keeps records: POST /batch takes many and tells of those it refuses in an answer that is a success, PUT and DELETE
// of /records/ID take one.
type api struct{ destinationtest.Store }

const (
	token   = "t0k-en"
	refused = int64(-13) // the score of a record that nobody takes
)

func newAPI(t *testing.T, key []string) (*api, string) {
	t.Helper()
	a := &api{destinationtest.Store{Key: key}}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return a, s.URL
}

func (a *api) ServeHTTP(w nethttp.ResponseWriter, r *nethttp.Request) {
	id, one := strings.CutPrefix(r.URL.EscapedPath(), "/records/")
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+token:
		nethttp.Error(w, `{"error": "no such token: `+r.Header.Get("Authorization")+`"}`, nethttp.StatusUnauthorized)
	case r.URL.Path == "/me":
	case one && r.Method == nethttp.MethodDelete:
		id, _ = url.PathUnescape(id)
		if !a.Apply(syncs.MirrorMode, syncs.Delete, map[string]any{"id": id}) {
			nethttp.Error(w, `{"error": "gone"}`, nethttp.StatusNotFound)
		}
	case one:
		var record map[string]any
		id, _ = url.PathUnescape(id)
		if err := decoder.Decode(&record); err != nil || record["id"] != id || !a.put(syncs.UpsertMode, syncs.Insert, record) {
			nethttp.Error(w, `{"error": "nobody takes that"}`, nethttp.StatusUnprocessableEntity)
		}
	default:
		var batch struct {
			Mode syncs.Mode
			Op   syncs.Op
			Rows []map[string]any
		}
		if err := decoder.Decode(&batch); err != nil {
			nethttp.Error(w, err.Error(), nethttp.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": a.take(r.Header.Get("Idempotency-Key"), batch.Mode, batch.Op, batch.Rows)})
	}
}

// take does with a batch what its op says, and returns what it refuses.
func (a *api) take(idempotency string, m syncs.Mode, op syncs.Op, rows []map[string]any) []any {
	errs := []any{}
	if a.Seen(idempotency) && m == syncs.AppendMode {
		return errs
	}
	for i, row := range rows {
		if !a.put(m, op, row) && (op == syncs.Insert || op == syncs.Update) {
			errs = append(errs, map[string]any{"at": i, "problem": map[string]any{"text": "nobody takes that"}})
		}
	}
	return errs
}

func (a *api) put(m syncs.Mode, op syncs.Op, record map[string]any) bool {
	return record["score"] != json.Number("-13") && a.Apply(m, op, record)
}

func batches(address string) syncs.Config {
	body := map[string]any{"mode": "${mode}", "op": "${op}", "rows": "${rows}"}
	post := map[string]any{"method": "POST", "body": body}
	return syncs.Config{
		"type": "http", "url": address + "/batch", "check": address + "/me", "body": body, "delete": post, "clear": post, "archive": post,
		"auth": map[string]any{"type": "bearer", "token": token}, "idempotent": true,
		"errors": map[string]any{"list": "results", "index": "at", "message": "problem.text"},
	}
}

func rows(address string) syncs.Config {
	return syncs.Config{
		"type": "http", "url": address + "/records/${row.id}", "method": "put", "delete": map[string]any{}, "check": address + "/me",
		"auth": map[string]any{"type": "bearer", "token": token},
	}
}

// suite is a suite whose places are made with those settings.
func suite(settings func(address string) syncs.Config) *destinationtest.Suite {
	return &destinationtest.Suite{
		Kind:    http.New(),
		Loose:   true,
		Refused: map[string]any{"score": refused},
		Stored:  destinationtest.StoredAsJSON,
		Place: func(t *testing.T, _ []syncs.Field, key []string) destinationtest.Place {
			a, address := newAPI(t, key)
			return destinationtest.Place{Config: settings(address), Rows: a.Records}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["auth"] = map[string]any{"type": "bearer", "token": "wr0ng"}
			return c
		},
		Proxied: func(t *testing.T, p destinationtest.Place) (destinationtest.Place, *destinationtest.Proxy) {
			u, err := url.Parse(p.Config.String("check", ""))
			if err != nil {
				t.Fatal(err)
			}
			proxy := destinationtest.NewProxy(t, u.Host)
			for _, name := range []string{"url", "check"} {
				p.Config[name] = strings.Replace(p.Config.String(name, ""), u.Host, proxy.Address(), 1)
			}
			return p, proxy
		},
		Archived: func(record map[string]any) bool { return record[destinationtest.Archived] == true },
	}
}

func TestBatchesKeepTheContract(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(batches))
}

func TestRowsKeepTheContract(t *testing.T) {
	t.Parallel()
	s := suite(rows)
	s.OneKey = true
	s.Kind.Modes = []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode}
	s.Kind.Removals = []syncs.Op{syncs.Delete}
	destinationtest.Run(t, s)
}
