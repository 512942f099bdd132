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
	"testing"
	"time"

	_ "github.com/trinodb/trino-go-client/trino" // the driver that database/sql knows as trino

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/servertest"
)

// shared is the cluster of the test binary.
var shared = servertest.Server[*cluster]{Name: "Trino", Start: start, Stop: (*cluster).stop}

// Main runs the tests of a package and stops the cluster that they started, if any. It returns the exit status.
func Main(m servertest.Runner) int { return shared.Main(m) }

// cluster is a running cluster.
type cluster struct {
	address string
	process *exec.Cmd // nil if it is not ours to stop
	stdin   io.Closer
}

func (c *cluster) stop() {
	if c.process != nil {
		_ = c.stdin.Close() // with it the cluster ends
		_ = c.process.Wait()
	}
}

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
var errNone = fmt.Errorf("%w of Trino: set MOD_TEST_TRINO, or run `tests/servers/trino.sh fetch`", servertest.ErrNone)

func start() (*cluster, error) {
	c := &cluster{address: os.Getenv("MOD_TEST_TRINO")}
	if c.address == "" {
		if err := c.start(); err != nil {
			return nil, err
		}
	}
	if err := ready(c.address); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

func (c *cluster) start() error {
	if testing.Short() {
		return errNone
	}
	cmd := exec.Command("bash", script(), "serve")
	var said strings.Builder
	cmd.Stderr = &said
	stdin, errIn := cmd.StdinPipe()
	stdout, errOut := cmd.StdoutPipe()
	if err := errors.Join(errIn, errOut, cmd.Start()); err != nil {
		return err
	}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait() // it ended, and said why
		return fmt.Errorf("%w\n%s", errNone, said.String())
	}
	c.address, c.process, c.stdin = strings.TrimSpace(address), cmd, stdin
	return nil
}

// Config is the settings of a profile for a schema of the catalog "lake" that only t uses; it is dropped when t ends, with what is in it.
// Where there is no cluster to be had, t is skipped.
func Config(t testing.TB) adapters.Config {
	t.Helper()
	address := shared.Get(t).address
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatalf("MOD_TEST_TRINO: %v", err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("MOD_TEST_TRINO: %v", err)
	}
	schema := shared.Unique()
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
