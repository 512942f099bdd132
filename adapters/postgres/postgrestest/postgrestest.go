// Package postgrestest gives tests a PostgreSQL server of their own, from binaries on this machine.
//
// A test package has one server, started by the first test that asks for it:
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }
//
//	func TestX(t *testing.T) {
//		config := postgrestest.Config(t) // an empty database
//	}
//
// With MOD_TEST_POSTGRES set to a connection string ("host=localhost port=5432 user=mod password=x dbname=test"), a running
// server is used instead. Without either the tests are skipped.
package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/servertest"
)

// shared is the server of the test binary.
var shared = servertest.Server[*server]{Name: "PostgreSQL", Start: start, Stop: (*server).stop}

// Main runs the tests of a package and stops the server that they started, if any. It returns the exit status.
func Main(m servertest.Runner) int { return shared.Main(m) }

// Config is the settings of a profile for a new, empty database that only t uses; it is dropped when t ends. Where there is no
// server to be had, t is skipped.
func Config(t testing.TB) adapters.Config {
	t.Helper()
	return shared.Get(t).database(t, "template1")
}

// Copy is the settings of a profile for a new database with all that is in the one of another profile, which nothing may be connected
// to. Only t uses it; it is dropped when t ends.
func Copy(t testing.TB, of adapters.Config) adapters.Config {
	t.Helper()
	c := shared.Get(t).database(t, of.String("dbname", ""))
	c["schema"] = of["schema"]
	return c
}

func (s *server) database(t testing.TB, template string) adapters.Config {
	t.Helper()
	name := shared.Unique()
	s.admin(t, "create database "+name+" template "+template)
	t.Cleanup(func() { s.admin(t, "drop database if exists "+name+" with (force)") })
	c := maps.Clone(s.config)
	c["dbname"] = name
	return c
}

// password is that of the server's user. It is asked for, so that a wrong one can be tested.
const password = "not a secret"

var errNone = fmt.Errorf("%w of PostgreSQL: set MOD_TEST_POSTGRES, or install one so that initdb and pg_ctl are found", servertest.ErrNone)

// server is a running server. Its folder is empty if it is not ours to stop.
type server struct {
	config      adapters.Config
	pgctl       string
	folder      string
	credentials *syscall.SysProcAttr
}

func start() (*server, error) {
	if given := os.Getenv("MOD_TEST_POSTGRES"); given != "" {
		return running(given)
	}
	initdb, pgctl := find("initdb"), find("pg_ctl")
	if initdb == "" || pgctl == "" {
		return nil, errNone
	}
	credentials, err := unprivileged()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "modpg")
	if err != nil {
		return nil, err
	}
	s := &server{pgctl: pgctl, folder: folder, credentials: credentials}
	if err := s.launch(initdb); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func running(connString string) (*server, error) {
	c, err := pgconn.ParseConfig(connString)
	if err != nil {
		return nil, fmt.Errorf("MOD_TEST_POSTGRES: %w", err)
	}
	return &server{config: adapters.Config{
		"type": "postgres", "host": c.Host, "port": int(c.Port), "user": c.User, "password": c.Password,
		"dbname": c.Database, "schema": "public",
	}}, nil
}

// find looks for a server program on the PATH and where Debian puts it, the newest version first.
func find(program string) string {
	if path, err := exec.LookPath(program); err == nil {
		return path
	}
	paths, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
	if err != nil || len(paths) == 0 {
		return ""
	}
	return slices.MaxFunc(paths, func(a, b string) int { return version(a) - version(b) })
}

func version(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

// unprivileged makes root run the server as nobody: a server refuses to run as root.
func unprivileged() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return nil, err
	}
	uid, errU := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, errG := strconv.ParseUint(nobody.Gid, 10, 32)
	if err := errors.Join(errU, errG); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func (s *server) launch(initdb string) error {
	if s.credentials != nil {
		if err := os.Chown(s.folder, int(s.credentials.Credential.Uid), int(s.credentials.Credential.Gid)); err != nil {
			return err
		}
	}
	data, secret := filepath.Join(s.folder, "data"), filepath.Join(s.folder, "secret")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		return err
	}
	if err := s.run(initdb, "-D", data, "-U", "mod", "--auth=password", "--pwfile="+secret, "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	// Nothing in it is worth keeping, so nothing waits for the disk.
	options := fmt.Sprintf("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"+
		" -c synchronous_commit=off -c full_page_writes=off -c max_connections=200", port)
	if err := s.run(s.pgctl, "-D", data, "-w", "-l", filepath.Join(s.folder, "log"), "-o", options, "start"); err != nil {
		return err
	}
	s.config = adapters.Config{
		"type": "postgres", "host": "127.0.0.1", "port": port, "user": "mod", "password": password, "dbname": "postgres", "schema": "public",
	}
	return nil
}

func (s *server) run(program string, args ...string) error {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.SysProcAttr = s.folder, s.credentials
	cmd.Env = append(os.Environ(), "HOME="+s.folder)
	// A file rather than a pipe: the server inherits it and would keep a pipe open.
	out, err := os.CreateTemp(s.folder, "out")
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, bytes.TrimSpace(said))
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *server) stop() {
	if s.folder == "" {
		return
	}
	if s.config != nil {
		_ = s.run(s.pgctl, "-D", filepath.Join(s.folder, "data"), "-m", "immediate", "-w", "stop")
	}
	_ = os.RemoveAll(s.folder)
}

func (s *server) admin(t testing.TB, sql string) {
	t.Helper()
	ctx := context.Background() // the test's own context is over when it cleans up
	conn, err := pgconn.Connect(ctx, s.connString())
	if err != nil {
		t.Fatalf("connect to the test server: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.Exec(ctx, sql).Close(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (s *server) connString() string {
	var b strings.Builder
	for _, key := range []string{"host", "port", "user", "password", "dbname"} {
		fmt.Fprintf(&b, "%s='%s' ", key, s.config.String(key, ""))
	}
	return b.String()
}
