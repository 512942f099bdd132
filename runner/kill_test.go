package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/plan"
)

// The variables by which a test has itself run again as a process that is going to be killed.
const (
	childDir  = "MOD_TEST_CHILD_DIR"
	childLast = "MOD_TEST_CHILD_LAST" // the statement before which it is killed
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir, os.Getenv(childLast)))
	}
	os.Exit(postgrestest.Main(m))
}

// mortal is a warehouse whose process is killed before a statement.
type mortal struct {
	adapters.Warehouse
	left *atomic.Int64
}

type mortalSession struct {
	adapters.Adapter
	left *atomic.Int64
}

// Connect implements adapters.Warehouse.
func (w mortal) Connect(ctx context.Context) (adapters.Adapter, error) {
	s, err := w.Warehouse.Connect(ctx)
	return mortalSession{s, w.left}, err
}

// Exec implements adapters.Adapter. Statements that are sent together are run one after the other, so that death may come between them.
func (s mortalSession) Exec(ctx context.Context, sql string) (stats adapters.Stats, err error) {
	if rest, ok := strings.CutPrefix(sql, beginSQL+";\n"); ok {
		if _, err := s.Adapter.Exec(ctx, beginSQL); err != nil {
			return stats, err
		}
		sql = rest
	}
	if s.left.Add(-1) < 0 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return stats, err
		}
		select {}
	}
	return s.Adapter.Exec(ctx, sql)
}

// child builds the project in dir and dies on the way. Its exit status is 0 if it came to the end.
func child(dir, last string) int {
	n, err := strconv.ParseInt(last, 10, 64)
	if err != nil {
		return 3
	}
	ctx := context.Background()
	w, err := duckdb.Driver.Open(ctx, adapters.Config{"path": filepath.Join(dir, "shop.duckdb")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	left := &atomic.Int64{}
	left.Store(n)
	t := &failing{}
	r := &Runner{Graph: compiled(t, dir, ""), Warehouse: mortal{w, left}, Threads: 2}
	nodes, ids := everything(r.Graph)
	r.Options = plan.Options{Selected: ids, FullRefresh: true}
	seen, err := r.Observe(ctx, nodes)
	if err != nil {
		return 3
	}
	p, err := plan.New(r.Graph, seen, r.Options)
	if err != nil {
		return 3
	}
	results, err := r.Run(ctx, p)
	if err != nil || results.Failed() {
		fmt.Fprintln(os.Stderr, err, lines(results))
		return 3
	}
	return 0
}

// failing is a testing.TB for a process that is no test.
type failing struct{ testing.TB }

// Helper implements testing.TB.
func (*failing) Helper() {}

// Fatal implements testing.TB.
func (*failing) Fatal(args ...any) { fmt.Fprintln(os.Stderr, args...); os.Exit(3) }

// Fatalf implements testing.TB.
func (*failing) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(3)
}

// killed are the relations of kills.
var killed = []string{"raw", "t", "v", "i", "tt", "tv", "ti", "ga", "gb", "gc"}

// kills is a project whose relations tell which version made them.
func kills(version int) string {
	return strings.Replace(shop, ":memory:", "shop.duckdb", 1) + fmt.Sprintf(`
-- seeds/raw.csv --
version
%[1]d
-- models/t.sql --
{{ config(materialized='table', post_hook="select 1") }} select %[1]d as version, * exclude (version) from {{ ref('raw') }}
-- models/v.sql --
{{ config(materialized='view') }} select %[1]d as version
-- models/i.sql --
{{ config(materialized='incremental', unique_key='version') }} select %[1]d as version
-- models/tt.sql --
{{ config(materialized='table', publish='tested') }} select %[1]d as version
-- models/tv.sql --
{{ config(materialized='view', publish='tested') }} select %[1]d as version
-- models/ti.sql --
{{ config(materialized='incremental', incremental_strategy='append', publish='tested', full_refresh=false, pre_hook="{%% if is_incremental() %%}delete from {{ this }}{%% endif %%}") }}
select %[1]d as version
-- models/ga.sql --
{{ config(materialized='table', publish='together') }} select %[1]d as version
-- models/gb.sql --
{{ config(materialized='view', publish='together') }} select version from {{ ref('ga') }}
-- models/gc.sql --
{{ config(materialized='table', publish='together') }} select version from {{ ref('gb') }}
-- models/properties.yml --
models:
  - {name: tt, columns: [{name: version, data_tests: [unique]}]}
  - {name: tv, columns: [{name: version, data_tests: [unique]}]}
  - {name: ti, columns: [{name: version, data_tests: [unique]}]}
`, version)
}

func TestAKilledRunLeavesOldOrNewAndTheNextOneCleansUp(t *testing.T) {
	if testing.Short() {
		t.Skip("starts some fifty processes")
	}
	t.Parallel()
	dir := t.TempDir()
	die := func(last int) (ended bool) {
		c := exec.CommandContext(t.Context(), os.Args[0])
		c.Env = append(os.Environ(), childDir+"="+dir, childLast+"="+strconv.Itoa(last))
		var said strings.Builder
		c.Stderr = &said
		err := c.Run()
		if err != nil && c.ProcessState.ExitCode() >= 0 {
			t.Fatalf("killed before statement %d: %v: %s", last, err, said.String())
		}
		return err == nil
	}
	compiled(t, dir, kills(0))
	if !die(1 << 30) {
		t.Fatal("the first run was killed")
	}
	for last, version := 0, 1; ; last, version = last+1, version+1 {
		compiled(t, dir, kills(version))
		ended := die(last)
		checkVersions(t, dir, last, version)
		if !ended && !die(1<<30) {
			t.Fatal("the run after the killed one did not end")
		}
		checkClean(t, dir, last, version)
		if ended {
			t.Logf("a run has %d statements", last)
			break
		}
	}
}

// checkVersions says whether each relation is from the run that was killed or from the one before.
func checkVersions(t *testing.T, dir string, last, version int) {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": filepath.Join(dir, "shop.duckdb")})
	if err != nil {
		t.Fatalf("killed before statement %d: %v", last, err)
	}
	defer w.Close() //nolint:errcheck // a failure shows in what follows
	for _, name := range killed {
		got := ask(t, w, "select version from "+name)
		if len(got) != 1 || got[0] != strconv.Itoa(version) && got[0] != strconv.Itoa(version-1) {
			t.Errorf("killed before statement %d: %s has versions %q, want %d or %d", last, name, got, version-1, version)
		}
	}
	if got := ask(t, w, "select a.version from ga as a join gb as b using (version) join gc as c using (version)"); len(got) != 1 {
		t.Errorf("killed before statement %d: of what is published together some is old and some is new", last)
	}
}

// checkClean says whether all is new and nothing is left over.
func checkClean(t *testing.T, dir string, last, version int) {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": filepath.Join(dir, "shop.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // a failure shows in what follows
	for _, name := range killed {
		if got := ask(t, w, "select version from "+name); len(got) != 1 || got[0] != strconv.Itoa(version) {
			t.Errorf("after the run that followed a kill before statement %d %s has versions %q, want %d", last, name, got, version)
		}
	}
	if left := ask(t, w, "select table_name from information_schema.tables where table_name not in ('"+strings.Join(killed, "', '")+"')"); len(left) > 0 {
		t.Errorf("left over after a kill before statement %d: %q", last, left)
	}
}
