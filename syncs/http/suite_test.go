package http_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	nethttp "net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/http"
)

// api is a server that keeps records: POST /batch takes many and tells of those it refuses in an answer that is a success, PUT and DELETE
// of /records/ID take one.
type api struct {
	key    []string
	fields []syncs.Field

	mu      sync.Mutex
	records []map[string]any
	seen    map[string]bool // idempotency keys of what was appended
}

const (
	token   = "t0k-en"
	refused = int64(-13) // the score of a record that nobody takes
)

func newAPI(t *testing.T, fields []syncs.Field, key []string) (*api, string) {
	t.Helper()
	a := &api{key: key, fields: fields, seen: map[string]bool{}}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return a, s.URL
}

func (a *api) ServeHTTP(w nethttp.ResponseWriter, r *nethttp.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, one := strings.CutPrefix(r.URL.EscapedPath(), "/records/")
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	switch {
	case r.Header.Get("Authorization") != "Bearer "+token:
		nethttp.Error(w, `{"error": "no such token: `+r.Header.Get("Authorization")+`"}`, nethttp.StatusUnauthorized)
	case r.URL.Path == "/me":
	case one && r.Method == nethttp.MethodDelete:
		id, _ = url.PathUnescape(id)
		if !a.remove(map[string]any{"id": id}) {
			nethttp.Error(w, `{"error": "gone"}`, nethttp.StatusNotFound)
		}
	case one:
		var record map[string]any
		id, _ = url.PathUnescape(id)
		if err := decoder.Decode(&record); err != nil || record["id"] != id || !a.put("upsert", "insert", record) {
			nethttp.Error(w, `{"error": "nobody takes that"}`, nethttp.StatusUnprocessableEntity)
		}
	default:
		var batch struct {
			Mode, Op string
			Rows     []map[string]any
		}
		if err := decoder.Decode(&batch); err != nil {
			nethttp.Error(w, err.Error(), nethttp.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": a.take(r.Header.Get("Idempotency-Key"), batch.Mode, batch.Op, batch.Rows)})
	}
}

// take does with a batch what its op says, and returns what it refuses.
func (a *api) take(idempotency, mode, op string, rows []map[string]any) []any {
	errs := []any{}
	if mode == "append" && a.seen[idempotency] {
		return errs
	}
	a.seen[idempotency] = true
	for i, row := range rows {
		done := true
		switch op {
		case "delete":
			a.remove(row)
		case "clear", "archive":
			a.mark(op, row)
		default:
			done = a.put(mode, op, row)
		}
		if !done {
			errs = append(errs, map[string]any{"at": i, "problem": map[string]any{"text": "nobody takes that"}})
		}
	}
	return errs
}

func (a *api) find(record map[string]any) int {
	return slices.IndexFunc(a.records, func(r map[string]any) bool {
		return !slices.ContainsFunc(a.key, func(k string) bool { return r[k] != record[k] })
	})
}

func (a *api) remove(record map[string]any) bool {
	at := a.find(record)
	if at >= 0 {
		a.records = slices.Delete(a.records, at, at+1)
	}
	return at >= 0
}

func (a *api) mark(op string, record map[string]any) {
	at := a.find(record)
	switch {
	case at < 0:
	case op == "archive":
		a.records[at]["archived"] = true
	default:
		a.records[at] = record
	}
}

func (a *api) put(mode, op string, record map[string]any) bool {
	at := a.find(record)
	switch {
	case record["score"] == json.Number("-13") || mode == "update" && at < 0:
		return false
	case mode == "append" || at < 0:
		a.records = append(a.records, record)
	case mode == "insert" && op == "insert":
	default:
		a.records[at] = record
	}
	return true
}

// all are copies of the records, numbers as they were written.
func (a *api) all(*testing.T) []map[string]any {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := make([]map[string]any, len(a.records))
	for i, r := range a.records {
		out[i] = maps.Clone(r)
	}
	return out
}

// stored is what JSON keeps of a value.
func stored(_ string, v any) any {
	switch v := v.(type) {
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	default:
		return v
	}
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
		Stored:  stored,
		Place: func(t *testing.T, fields []syncs.Field, key []string) destinationtest.Place {
			a, address := newAPI(t, fields, key)
			return destinationtest.Place{Config: settings(address), Rows: a.all}
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
		Archived: func(record map[string]any) bool { return record["archived"] == true },
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
