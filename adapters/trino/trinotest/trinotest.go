// Package trinotest gives tests a Trino cluster of a coordinator and a worker, whose catalog "lake" is Iceberg on files of this machine;
// "memory" and "tpch" are there too.
//
// A test binary has one, started by the first test that asks for it:
//
//	func TestMain(m *testing.M) { os.Exit(trinotest.Main(m)) }
//
//	func TestX(t *testing.T) {
//		config := trinotest.Config(t) // a schema of its own, which does not exist yet
//	}
//
// With MOD_TEST_TRINO set to an address ("127.0.0.1:8080"), as tests/servers/trino.sh sets it, a running one is used instead. Without either
// the tests are skipped. In the mode -short there is none, since one takes half a minute to start.
package trinotest

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/trinodb/trino-go-client/trino" // the driver that database/sql knows as trino

	"github.com/modsql/mod/adapters"
)

// shared is the cluster of the test binary, and the number of schemas made in it.
var shared struct {
	start   func() (string, error)
	started *exec.Cmd
	stdin   io.Closer
	schemas atomic.Int64
}

// Runner runs the tests of a package: a *testing.M, or what stops servers of other kinds behind one.
type Runner interface{ Run() int }

// Available tells whether there is a cluster, or one can be started.
func Available() bool {
	if os.Getenv("MOD_TEST_TRINO") != "" {
		return true
	}
	return !testing.Short() && exec.Command("bash", script(), "ready").Run() == nil
}

// script starts and stops clusters.
func script() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "tests", "servers", "trino.sh")
}

// Main runs the tests of a package and stops the cluster that they started, if any. It returns the exit status.
func Main(m Runner) int {
	shared.start = sync.OnceValues(func() (string, error) {
		address, err := start()
		if err == nil {
			err = ready(address)
		}
		return address, err
	})
	code := m.Run()
	if shared.started != nil {
		_ = shared.stdin.Close() // with it the cluster ends
		_ = shared.started.Wait()
	}
	return code
}

// ready waits until the cluster knows that it has nodes to work with: it takes queries before, and fails them.
func ready(address string) error {
	db, err := sql.Open("trino", "http://mod@"+address)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for begun := time.Now(); ; {
		var n int
		if err = db.QueryRow("select count(*) from tpch.tiny.nation").Scan(&n); err == nil || time.Since(begun) > time.Minute {
			return err
		}
	}
}

// errNone says that there is no cluster to be had.
var errNone = errors.New("no Trino: set MOD_TEST_TRINO, or run `tests/servers/trino.sh fetch`")

func start() (string, error) {
	if given := os.Getenv("MOD_TEST_TRINO"); given != "" {
		return given, nil
	}
	if testing.Short() {
		return "", errNone
	}
	cmd := exec.Command("bash", script(), "serve")
	var said strings.Builder
	cmd.Stderr = &said
	stdin, errIn := cmd.StdinPipe()
	stdout, errOut := cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		return "", err
	}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait() // it ended, and said why
		return "", fmt.Errorf("%w\n%s", errNone, said.String())
	}
	shared.started, shared.stdin = cmd, stdin
	return strings.TrimSpace(address), nil
}

// Config is the settings of a profile for a schema of the catalog "lake" that only t uses; it is dropped when t ends, with what is in it.
// Where there is no cluster to be had, t is skipped.
func Config(t testing.TB) adapters.Config {
	t.Helper()
	if shared.start == nil {
		t.Fatal("the package's TestMain does not call trinotest.Main")
	}
	address, err := shared.start()
	if errors.Is(err, errNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("start Trino: %v", err)
	}
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatalf("MOD_TEST_TRINO: %v", err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("MOD_TEST_TRINO: %v", err)
	}
	schema := fmt.Sprintf("modtest_%d_%d", os.Getpid(), shared.schemas.Add(1))
	t.Cleanup(func() { drop(t, address, schema) })
	return adapters.Config{"type": "trino", "host": host, "port": port, "user": "mod", "database": "lake", "schema": schema}
}

// drop drops a schema and what is in it.
func drop(t testing.TB, address, schema string) {
	db, err := sql.Open("trino", "http://mod@"+address+"?catalog=lake")
	if err != nil {
		t.Errorf("clean up: %v", err)
		return
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec("drop schema if exists " + schema + " cascade"); err != nil {
		t.Errorf("clean up: %v", err)
	}
}
