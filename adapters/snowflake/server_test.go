package snowflake_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/modsql/mod/adapters"
)

// account is a server that answers as Snowflake's does, for what its stand-in does not do.
type account struct {
	*httptest.Server
	// login is the refusal of a login, "" for none; query answers a statement; part answers for a part of a result.
	login string
	query func(w http.ResponseWriter, r *http.Request, sql string)
	part  func(w http.ResponseWriter, n string)

	mu   sync.Mutex
	sent []string // statements, and "abort" and "close"
	told []byte   // the body of the last login
}

func (a *account) note(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent = append(a.sent, what)
}

// noted tells whether a statement was sent that begins so, or something was asked.
func (a *account) noted(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range a.sent {
		if strings.HasPrefix(s, what) {
			return true
		}
	}
	return false
}

// serve starts the server.
func serve(t *testing.T, a *account) *account {
	t.Helper()
	routes := http.NewServeMux()
	routes.HandleFunc("POST /session/v1/login-request", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.told = body
		a.mu.Unlock()
		if a.login != "" {
			_, _ = io.WriteString(w, a.login)
			return
		}
		answer(w, map[string]any{"token": "t", "masterToken": "m", "parameters": []any{}, "sessionInfo": map[string]any{}})
	})
	routes.HandleFunc("POST /queries/v1/query-request", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if unzip, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, _ = io.ReadAll(unzip)
		}
		var asked struct{ SQLText string }
		_ = json.Unmarshal(body, &asked)
		a.note(asked.SQLText)
		a.query(w, r, asked.SQLText)
	})
	routes.HandleFunc("POST /queries/v1/abort-request", func(w http.ResponseWriter, _ *http.Request) { a.note("abort"); answer(w, nil) })
	routes.HandleFunc("POST /session", func(w http.ResponseWriter, _ *http.Request) { a.note("close"); answer(w, nil) })
	routes.HandleFunc("GET /part/{n}", func(w http.ResponseWriter, r *http.Request) { a.part(w, r.PathValue("n")) })
	a.Server = httptest.NewServer(routes)
	t.Cleanup(func() { a.CloseClientConnections(); a.Close() })
	return a
}

func (a *account) config(t *testing.T) adapters.Config {
	t.Helper()
	u, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	return adapters.Config{
		"account": "abc", "user": "me", "password": "not a secret", "protocol": "http", "host": u.Hostname(), "port": u.Port(),
		"connect_timeout": 2, "request_timeout": 2, "connect_retries": 0, "inline_values": 10,
	}
}

func answer(w http.ResponseWriter, data any) {
	_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "data": data})
}

// done answers a statement that did something.
func done(w http.ResponseWriter) {
	answer(w, map[string]any{
		"rowtype": []any{column("status", "text", 0)}, "rowset": [][]string{{"Statement executed successfully."}}, "total": 1, "returned": 1,
		"queryResultFormat": "json", "queryId": "01-q",
	})
}

// refusal is the text of an answer that refuses.
func refusal(code, state, message string) string {
	text, _ := json.Marshal(map[string]any{"success": false, "code": code, "message": message, "data": map[string]any{"sqlState": state, "errorCode": code}})
	return string(text)
}

func column(name, kind string, scale int) map[string]any {
	return map[string]any{"name": name, "type": kind, "precision": 38, "scale": scale, "length": 16777216, "nullable": true}
}

// numbers are rows of the numbers from first on, as an Arrow stream in records of at most size rows.
func numbers(first, rows, size int) []byte {
	var b bytes.Buffer
	schema := arrow.NewSchema([]arrow.Field{{Name: "N", Type: arrow.PrimitiveTypes.Int64}, {Name: "S", Type: arrow.BinaryTypes.String}}, nil)
	w := ipc.NewWriter(&b, ipc.WithSchema(schema))
	for at := 0; at < rows; at += size {
		record := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for i := at; i < min(at+size, rows); i++ {
			record.Field(0).(*array.Int64Builder).Append(int64(first + i))
			record.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("row %d of a result that is long", first+i))
		}
		batch := record.NewRecordBatch()
		_ = w.Write(batch)
		batch.Release()
		record.Release()
	}
	_ = w.Close()
	return b.Bytes()
}

// inParts answers a query with rows that are elsewhere.
func (a *account) inParts(w http.ResponseWriter, parts, rows int) {
	var chunks []any
	for i := range parts {
		chunks = append(chunks, map[string]any{"url": fmt.Sprintf("%s/part/%d", a.URL, i), "rowCount": rows, "uncompressedSize": 1 << 20, "compressedSize": 1 << 20})
	}
	answer(w, map[string]any{
		"rowtype": []any{column("N", "fixed", 0), column("S", "text", 0)}, "rowsetBase64": "", "total": parts * rows, "returned": 0,
		"queryResultFormat": "arrow", "queryId": "01-q", "chunks": chunks, "qrmk": "k",
	})
}
