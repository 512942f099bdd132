package bench

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
)

const snowflakeOutput = `{type: snowflake, account: fakesnow, user: bench, password: bench, role: r, warehouse: w, schema: bench, threads: 1, protocol: http, ` +
	`host: 127.0.0.1, port: "{{ env_var('BENCH_PORT', '1') | as_number }}", database: "{{ env_var('BENCH_DATABASE', '') }}"}`

// dbtSnowflake is dbt 1.x with its adapter for Snowflake.
func dbtSnowflake() (tool, error) {
	folder, err := environment("dbtsnowflake")
	return tool{name: "dbt-snowflake " + pinned("dbtsnowflake", "dbt-snowflake"), path: filepath.Join(folder, "bin", "dbt")}, err
}

// BenchmarkSnowflake builds a project of 20 models twice, with mod and with dbt-snowflake, on fakesnow, and tells what each sent: a round trip to Snowflake
// costs more than most of what is said in it. Incremental models are left out: fakesnow has no temporary views, which dbt asks for. The statements of both are written to the folder that -statements names.
//
//	make bench B=Snowflake
func BenchmarkSnowflake(b *testing.B) {
	peer, err := dbtSnowflake()
	if err != nil {
		b.Fatal(err)
	}
	ours := mod(b)
	for b.Loop() {
		fmt.Printf("\n%-24s %-12s %11s %7s %10s %7s\n", "", "", "statements", "logins", "requests", "wall, s")
		for _, t := range []tool{ours, peer} {
			config := snowflaketest.Config(b)
			dir := b.TempDir()
			generate(b, dir, 20, map[string]string{"snowflake": snowflakeOutput})
			for _, work := range []string{"seed", "run", "run again", "test"} {
				told := listen(b, config)
				s := t.mustRun(b, dir, told.config, strings.Fields(work)[0], "--exclude", "config.materialized:incremental")
				fmt.Printf("%-24s %-12s %11d %7d %10d %7.1f\n", t.name, work, len(told.statements), told.logins, told.requests, s.wall.Seconds())
				told.keep(b, t.name, work)
			}
		}
		fmt.Printf("load %s\n", load())
	}
}

// wiretap stands between a tool and a server, and notes what the tool asks.
type wiretap struct {
	config adapters.Config // of the server, as the tool is to reach it

	mu               sync.Mutex
	statements       []string
	logins, requests int
}

// listen begins to note; it ends with the benchmark.
func listen(b *testing.B, server adapters.Config) *wiretap {
	b.Helper()
	w := &wiretap{}
	to := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%v", server["port"])})
	s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.note(r)
		to.ServeHTTP(out, r)
	}))
	b.Cleanup(s.Close)
	at, err := url.Parse(s.URL)
	if err != nil {
		b.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		b.Fatal(err)
	}
	w.config = adapters.Config{"type": "snowflake", "port": port, "database": server["database"]}
	return w
}

// note notes a request. Its body is read and put back.
func (w *wiretap) note(r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	switch {
	case strings.HasPrefix(r.URL.Path, "/session/v1/login"):
		w.logins++
	case strings.HasPrefix(r.URL.Path, "/queries/v1/query-request"):
		if r.Header.Get("Content-Encoding") == "gzip" {
			if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
				body, _ = io.ReadAll(z)
			}
		}
		var asked struct {
			SQL string `json:"sqlText"`
		}
		if json.Unmarshal(body, &asked) == nil && asked.SQL != "" {
			w.statements = append(w.statements, asked.SQL)
		}
	}
}

// keep writes the statements to a file for each tool and work.
func (w *wiretap) keep(b *testing.B, name, work string) {
	b.Helper()
	if *statements == "" {
		return
	}
	file := filepath.Join(*statements, strings.ReplaceAll(name+" "+work, " ", "-")+".sql")
	text := strings.Join(slices.Concat(w.statements, []string{""}), "\n;\n")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}
