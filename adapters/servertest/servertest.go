// Package servertest shares one server among the tests of a package: the first test that asks for it starts it, and it is stopped when all
// have ended.
package servertest

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// ErrNone is, or is wrapped by, the error of a server that cannot be had on this machine: tests that ask for it are skipped.
var ErrNone = errors.New("there is no server")

// Runner runs the tests of a package: a [*testing.M], or one that does more around it. Run returns the exit status.
type Runner interface{ Run() int }

// Server is the server of a test binary. Name, Start and Stop are set once and never changed; it is safe for concurrent use otherwise.
type Server[S any] struct {
	// Name is what it is a server of, as in "Trino".
	Name string
	// Start starts it. It is called once at most.
	Start func() (S, error)
	// Stop ends what Start returned.
	Stop func(S)

	watched atomic.Bool // Main runs, and will stop it
	starts  sync.Once
	running bool
	server  S
	err     error
	made    atomic.Int64
}

// Main runs the tests of a package and stops the server if they started it. It returns the exit status.
func (s *Server[S]) Main(m Runner) int {
	s.watched.Store(true)
	code := m.Run()
	if s.running {
		s.Stop(s.server)
	}
	return code
}

// Get is the server, started if it was not yet. Where there is none to be had t is skipped; where it does not start t fails.
func (s *Server[S]) Get(t testing.TB) S {
	t.Helper()
	if !s.watched.Load() {
		t.Fatalf("the package's TestMain does not call Main of what gives it %s", s.Name)
	}
	s.starts.Do(func() {
		s.server, s.err = s.Start()
		s.running = s.err == nil
	})
	if errors.Is(s.err, ErrNone) {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatalf("start %s: %v", s.Name, s.err)
	}
	return s.server
}

// Unique is a name that no other test of any process has, for a database or a schema: "modtest_4711_3".
func (s *Server[S]) Unique() string { return fmt.Sprintf("modtest_%d_%d", os.Getpid(), s.made.Add(1)) }

// Around runs tests within the Main of several servers.
func Around(m Runner, mains ...func(Runner) int) Runner {
	for _, main := range mains {
		m = within{m, main}
	}
	return m
}

type within struct {
	m    Runner
	main func(Runner) int
}

// Run implements Runner.
func (w within) Run() int { return w.main(w.m) }
