package state_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/runner/state"
)

// The variable by which a test has itself run again as another process; it has a rival in JSON.
const rivalVariable = "MOD_TEST_RIVAL"

func TestMain(m *testing.M) {
	if text := os.Getenv(rivalVariable); text != "" {
		if err := runRival(text); err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(postgrestest.Main(m))
}

// rival is a process that takes leases and writes what they are for. What it does it tells in lines.
type rival struct {
	Config adapters.Config
	Folder string        // has a file for each node, which is locked by whoever holds the lease
	Run    string        // its name
	Rounds int           // how often it writes
	For    time.Duration // how long its leases last
	Pause  bool          // tells when it is about to write, and stops until it is continued
}

func runRival(text string) error {
	var r rival
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return err
	}
	r.Config["port"] = int(r.Config["port"].(float64))
	ctx := context.Background()
	w, err := postgres.Driver.Open(ctx, r.Config)
	if err != nil {
		return err
	}
	conn, err := w.Connect(ctx)
	if err != nil {
		return err
	}
	l := state.Leases{Tables: tables(&failing{folder: r.Folder}, dialect.Postgres, r.Config.String("dbname", "")), Holder: state.NewHolder(r.Run, "test"), For: r.For}
	for i := range r.Rounds {
		if err := r.round(ctx, l, conn, i); err != nil {
			return err
		}
		fmt.Println("round", i)
	}
	return nil
}

// contested are the nodes that rivals write.
const contested = 3

// round takes the leases of some nodes, proves that no other process has them, and writes each.
func (r rival) round(ctx context.Context, l state.Leases, conn adapters.Adapter, number int) error {
	var nodes []string
	for _, i := range rand.Perm(contested)[:1+rand.IntN(contested)] {
		nodes = append(nodes, "node"+strconv.Itoa(i))
	}
	got, err := l.Wait(ctx, conn, yielding, nil, keysOf(nodes...)...)
	if err != nil {
		return err
	}
	unlock, err := r.lock(nodes)
	if err != nil {
		return err
	}
	for i, lease := range got {
		if r.Pause && i == 0 {
			fmt.Println("stopping")
			if err := syscall.Kill(os.Getpid(), syscall.SIGSTOP); err != nil {
				return err
			}
			if _, err := fmt.Scanln(); err != nil && !errors.Is(err, io.EOF) { // it may take a moment until all threads are stopped
				return err
			}
		}
		err := write(ctx, l, conn, lease, number)
		switch {
		case errors.Is(err, state.ErrLost):
			fmt.Println("lost", i)
		case err != nil:
			return err
		}
	}
	unlock()
	return l.Release(ctx, conn, got)
}

// yielding does not wait: rivals are to be as close upon one another as can be.
func yielding(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// lock locks the files of nodes, or fails at once if another process has one locked. The system lets go of them when a process ends.
func (r rival) lock(nodes []string) (func(), error) {
	if r.Pause {
		return func() {}, nil // its leases are meant to run out
	}
	var files []*os.File
	for _, n := range nodes {
		f, err := os.OpenFile(filepath.Join(r.Folder, n), os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return nil, fmt.Errorf("another process holds %s: %w", n, err)
		}
		files = append(files, f)
	}
	return func() {
		for _, f := range files {
			_ = f.Close()
		}
	}, nil
}

// write writes a row with the token of a lease, in a transaction with a fence.
func write(ctx context.Context, l state.Leases, conn adapters.Adapter, lease state.Lease, number int) error {
	fence, err := l.Fence(ctx, lease)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("begin;\n%s;\ninsert into writes (node, token, run, round) values ('%s', %d, '%s', %d);\ncommit",
		fence, lease.Node, lease.Token, lease.Run, number))
	if err != nil {
		_, undone := conn.Exec(ctx, "rollback")
		err = errors.Join(err, undone)
	}
	return state.Refused(err, lease)
}

// failing is a testing.TB for a process that is no test.
type failing struct {
	testing.TB
	folder string
}

// Helper implements testing.TB.
func (*failing) Helper() {}

// TempDir implements testing.TB.
func (f *failing) TempDir() string {
	dir, err := os.MkdirTemp(f.folder, "project")
	if err != nil {
		panic(err)
	}
	return dir
}

// Fatal implements testing.TB.
func (*failing) Fatal(args ...any) { fmt.Println(append([]any{"failed"}, args...)...); os.Exit(3) }

// started is a rival that runs.
type started struct {
	*exec.Cmd
	lines *bufio.Scanner
	stdin io.Closer
}

func (r rival) start(t *testing.T) started {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), rivalVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return started{cmd, bufio.NewScanner(out), in}
}

// until reads lines up to one with that beginning.
func (s started) until(t *testing.T, prefix string) {
	t.Helper()
	for s.lines.Scan() {
		switch line := s.lines.Text(); {
		case strings.HasPrefix(line, prefix):
			return
		case strings.HasPrefix(line, "failed"):
			t.Fatal(line)
		}
	}
	t.Fatalf("it ended without %q: %v", prefix, errors.Join(s.lines.Err(), io.EOF))
}

// stopped waits until a process is stopped.
func stopped(t *testing.T, pid int) {
	t.Helper()
	for {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Skip("the system does not tell of processes")
		}
		if strings.Contains(string(text), ") T ") {
			return
		}
	}
}

// contest is a database that rivals write to.
func contest(t *testing.T) (*place, rival) {
	t.Helper()
	p := places()["postgres"](t)
	p.ensure(t)
	p.exec(t, "create table writes (number bigserial, node text, token bigint, run text, round integer)")
	return p, rival{Config: p.config, Folder: t.TempDir(), For: time.Hour}
}

// inOrder proves that the tokens with which a node was written never went back, and that each was one run's.
func (p *place) inOrder(t *testing.T) {
	t.Helper()
	if n := p.value(t, `select count(*) from (select token < lag(token) over (partition by node order by number) as back from writes) as w where back`); n != int64(0) {
		t.Errorf("%v writes came after one with a higher token", n)
	}
	if n := p.value(t, `select count(*) from (select node, token from writes group by node, token having count(distinct run) > 1) as w`); n != int64(0) {
		t.Errorf("%v tokens are of several runs", n)
	}
}

// TestTwoRunsNeverHoldTheSameNode lets processes take and write the same nodes, kills one of them again and again in whatever it is doing, and starts it anew.
func TestTwoRunsNeverHoldTheSameNode(t *testing.T) {
	t.Parallel()
	p, r := contest(t)
	steady := r
	steady.Run, steady.Rounds = "steady", 60
	first := steady.start(t)
	const kills = 8
	for i := range kills {
		victim := r
		victim.Run, victim.Rounds = fmt.Sprintf("victim %d", i), 1_000_000
		s := victim.start(t)
		s.until(t, "round "+strconv.Itoa(rand.IntN(3)))
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for s.lines.Scan() {
			if line := s.lines.Text(); strings.HasPrefix(line, "failed") {
				t.Error(line)
			}
		}
		_ = s.Wait() // it was killed
	}
	first.until(t, "round 59")
	if err := first.Wait(); err != nil {
		t.Error(err)
	}
	p.inOrder(t)
	if n := p.value(t, "select count(distinct run) from writes"); n.(int64) < kills/2 {
		t.Errorf("only %v runs have written", n)
	}
}

// TestRunThatWasStoppedFindsItsLeaseLost stops a process between taking a lease and writing, lets another take it when it has run out, and
// continues the first one.
func TestRunThatWasStoppedFindsItsLeaseLost(t *testing.T) {
	t.Parallel()
	p, r := contest(t)
	slow := r
	slow.Run, slow.Rounds, slow.For, slow.Pause = "slow", 1, 100*time.Millisecond, true
	s := slow.start(t)
	s.until(t, "stopping")
	stopped(t, s.Process.Pid)
	l, all := p.leases("quick", ""), []string{"node0", "node1", "node2"}
	got, err := l.Wait(t.Context(), p.conn, yielding, nil, keysOf(all...)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, lease := range got {
		if err := write(t.Context(), l, p.conn, lease, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.Process.Signal(syscall.SIGCONT), s.stdin.Close()); err != nil {
		t.Fatal(err)
	}
	s.until(t, "lost 0")
	s.until(t, "round 0")
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
	p.inOrder(t)
	if n := p.value(t, "select count(*) from writes where run = 'slow'"); n != int64(0) {
		t.Errorf("%v rows were written with a lease that was lost", n)
	}
	if err := l.Renew(t.Context(), p.conn, got); err != nil {
		t.Errorf("the other one has lost it too: %v", err)
	}
}
