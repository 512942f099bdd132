package tests

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/adapters/postgres/postgrestest"
)

// contacts is an API that keeps records, and can end the program that sends them.
type contacts struct {
	mu       sync.Mutex
	records  map[int]string
	writes   map[int]int
	requests int
	at       int // the request upon which signal is sent; none if 0
	signal   syscall.Signal
	program  *os.Process
	gone     chan struct{} // closed when the program has ended
}

func (c *contacts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var rows []struct {
		ID   int
		Name string
	}
	if err := json.NewDecoder(r.Body).Decode(&rows); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	for _, row := range rows {
		c.records[row.ID] = row.Name
		c.writes[row.ID]++
	}
	c.requests++
	deadly, program, gone := c.requests == c.at, c.program, c.gone
	c.mu.Unlock()
	if deadly {
		_ = program.Signal(c.signal)
		<-gone // the answer never arrives
	}
}

const contactsProject = `
-- project.yml --
name: shop
destinations:
  crm: {type: http, url: '${CRM}', method: PUT, headers: {Content-Type: application/json}}
-- models/customers.sql --
select i as id, 'customer ' || i as name from range(1, 501) as t(i)
-- syncs/customers.yml --
syncs:
  - name: customers
    model: customers
    destination: crm
    key: id
    map: [name]
    limits: {batch: 20, concurrency: 2}
`

// TestARunThatIsKilledIsContinued: the program is killed, or interrupted, in the midst of a request whose rows have arrived. The next run sends what is
// left, and the few rows whose outcome nobody heard of; in the end every row has arrived.
func TestARunThatIsKilledIsContinued(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		signal syscall.Signal
		status int // -1: by the signal
	}{{syscall.SIGKILL, -1}, {syscall.SIGINT, 130}} {
		t.Run(x.signal.String(), func(t *testing.T) {
			t.Parallel()
			api := &contacts{records: map[int]string{}, writes: map[int]int{}, at: 9, signal: x.signal}
			server := httptest.NewServer(api)
			defer server.Close()
			dir := t.TempDir()
			lay(t, dir, contactsProject, map[string]string{"CRM": server.URL})
			if status := api.run(t, dir, "run"); status != 0 {
				t.Fatalf("mod run ended with %d", status)
			}
			if status := api.run(t, dir, "sync", "run"); status != x.status {
				t.Fatalf("the run that was to end early ended with %d, want %d", status, x.status)
			}
			if n := len(api.records); n == 0 || n >= 500 {
				t.Fatalf("%d rows had arrived", n)
			}
			if status := api.run(t, dir, "sync", "run"); status != 0 {
				t.Fatalf("the next run ended with %d", status)
			}
			twice := 0
			for id := 1; id <= 500; id++ {
				if want := fmt.Sprint("customer ", id); api.records[id] != want {
					t.Errorf("row %d is %q, want %q", id, api.records[id], want)
				}
				if api.writes[id] > 1 {
					twice++
				}
			}
			const underWay = 3 * 20 // two batches at the same time, and one whose outcomes are being written down
			if len(api.records) != 500 || twice > underWay {
				t.Errorf("%d records, %d of them written more than once", len(api.records), twice)
			}
		})
	}
}

// run runs mod, and returns its exit status, -1 if it was ended by a signal.
func (c *contacts) run(t *testing.T, dir string, args ...string) int {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &exec.Cmd{Path: self, Args: append([]string{"mod"}, args...), Dir: dir, Stdout: t.Output(), Stderr: t.Output()}
	c.mu.Lock()
	err = p.Start()
	c.program, c.gone = p.Process, make(chan struct{})
	gone := c.gone
	c.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	err = p.Wait()
	close(gone)
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// lay writes the files of an archive.
func lay(t *testing.T, dir, archive string, vars map[string]string) {
	t.Helper()
	text := os.Expand(archive, func(name string) string { return vars[name] })
	for _, f := range txtar.Parse([]byte(text)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

const busyProject = `
-- project.yml --
name: shop
profile: shop
destinations:
  crm: {type: http, url: '${CRM}', method: PUT}
-- profiles.yml --
shop: {target: dev, outputs: {dev: ${POSTGRES}}}
-- models/customers.sql --
select i as id, 'customer ' || i as name from generate_series(1, 10) as t(i)
-- syncs/customers.yml --
syncs:
  - {name: customers, model: customers, destination: crm, key: id, map: [name]}
`

// TestTwoRunsOfASyncAreKeptApart: while a run sends, others of the same sync send nothing and forget nothing.
func TestTwoRunsOfASyncAreKeptApart(t *testing.T) {
	t.Parallel()
	if !hasPostgres() {
		t.Skip("there is no Postgres server")
	}
	settings, err := json.Marshal(postgrestest.Config(t))
	if err != nil {
		t.Fatal(err)
	}
	dir, meanwhile := t.TempDir(), sync.Once{}
	var requests, second, reset int
	var said string
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests++
		meanwhile.Do(func() {
			second, said = modSays(t, dir, "sync", "run")
			reset, _ = modSays(t, dir, "sync", "reset", "customers")
		})
	}))
	defer server.Close()
	lay(t, dir, busyProject, map[string]string{"CRM": server.URL, "POSTGRES": string(settings)})
	for _, args := range [][]string{{"run"}, {"sync", "run"}} {
		if status, text := modSays(t, dir, args...); status != 0 {
			t.Fatalf("mod %v ended with %d: %s", args, status, text)
		}
	}
	if second != 1 || reset != 1 || requests != 1 || !strings.Contains(said, "another run of this sync is under way") {
		t.Errorf("meanwhile run ended with %d, reset with %d, there were %d requests: %s", second, reset, requests, said)
	}
	status, text := modSays(t, dir, "sync", "status", "--format", "json")
	if status != 0 || strings.Count(text, `"run": `) != 1 || !strings.Contains(text, `"state": "done"`) {
		t.Errorf("status %d: %s", status, text)
	}
}

// modSays runs mod in a folder, and returns its exit status and what it writes.
func modSays(t *testing.T, dir string, args ...string) (status int, text string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &exec.Cmd{Path: self, Args: append([]string{"mod"}, args...), Dir: dir}
	out, err := p.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode(), string(out)
}
