// Package snowflaketest gives tests a server that speaks Snowflake's protocol: fakesnow, https://github.com/tekumara/fakesnow, which keeps its
// tables in DuckDB. It is a stand-in: what it accepts is no proof that Snowflake does.
//
// A test package has one server, started by the first test that asks for it:
//
//	func TestMain(m *testing.M) { os.Exit(snowflaketest.Main(m)) }
//
//	func TestX(t *testing.T) {
//		config := snowflaketest.Config(t) // an empty database
//	}
//
// With MOD_TEST_SNOWFLAKE set to a port of 127.0.0.1, a running server is used instead. Otherwise its program is looked for where
// MOD_FAKESNOW says, and where .ci/setup puts it. Without it the tests are skipped.
package snowflaketest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/servertest"
)

// shared is the server of the test binary.
var shared = servertest.Server[*server]{Name: "fakesnow", Start: start, Stop: (*server).stop}

// Main runs the tests of a package and stops the server that they started, if any. It returns the exit status.
func Main(m servertest.Runner) int { return shared.Main(m) }

// Config is the settings of a profile for a database that only t uses; it is made when it is first connected to. Where there is no server
// to be had, t is skipped.
func Config(t testing.TB) adapters.Config {
	t.Helper()
	c := maps.Clone(shared.Get(t).config)
	c["database"] = strings.ToUpper(shared.Unique())
	return c
}

// Available tells whether there is a server to be had.
func Available() bool { return os.Getenv("MOD_TEST_SNOWFLAKE") != "" || find() != "" }

var errNone = fmt.Errorf("%w like Snowflake: set MOD_TEST_SNOWFLAKE to the port of one, or run .ci/setup", servertest.ErrNone)

// server is a running server.
type server struct {
	config  adapters.Config
	process *exec.Cmd // nil if it is not ours to stop
	log     string
}

func start() (*server, error) {
	if given := os.Getenv("MOD_TEST_SNOWFLAKE"); given != "" {
		port, err := strconv.Atoi(given)
		if err != nil {
			return nil, fmt.Errorf("MOD_TEST_SNOWFLAKE is %q, not a port", given)
		}
		return &server{config: config(port)}, nil
	}
	program := find()
	if program == "" {
		return nil, errNone
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp("", "fakesnow")
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	s := &server{config: config(port), log: log.Name(), process: exec.Command(program, "-s", "-p", strconv.Itoa(port))} //nolint:noctx // it outlives the test that asks first
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	if err := ready(port); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

// config is a profile's settings, without its database. A row goes into an INSERT of its own size, and many through a stage, as in life.
func config(port int) adapters.Config {
	return adapters.Config{
		"type": "snowflake", "account": "fakesnow", "user": "mod", "password": "not a secret", "protocol": "http", "host": "127.0.0.1", "port": port,
		"schema": "PUBLIC", "connect_timeout": 30, "request_timeout": 5, "inline_values": 500,
	}
}

// find looks for the server's program.
func find() string {
	if given := os.Getenv("MOD_FAKESNOW"); given != "" {
		return given
	}
	cache := os.Getenv("XDG_CACHE_HOME")
	if home, err := os.UserHomeDir(); cache == "" && err == nil {
		cache = filepath.Join(home, ".cache")
	}
	program := filepath.Join(cache, "mod", "fakesnow", "bin", "fakesnow")
	if _, err := os.Stat(program); err != nil {
		return ""
	}
	return program
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// ready waits until the server answers.
func ready(port int) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/session", port), nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			return response.Body.Close()
		}
		select {
		case <-ctx.Done():
			return errors.New("the server does not answer")
		case <-tick.C:
		}
	}
}

func (s *server) stop() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Signal(syscall.SIGINT)
	done := make(chan struct{})
	go func() { _ = s.process.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = s.process.Process.Kill()
	}
	_ = os.Remove(s.log)
}
