//go:build unix

package python_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/modsql/mod/runner/python"
)

// TestTheEndOfTheContextEndsTheWholeGroup has a model that starts a process which holds a lock: the lock is free when both are gone.
func TestTheEndOfTheContextEndsTheWholeGroup(t *testing.T) {
	t.Parallel()
	path := program(t)
	folder, j := job(t, `
import fcntl, subprocess, time
held = open("held", "w")
fcntl.flock(held, fcntl.LOCK_EX)
subprocess.Popen(["sleep", "3600"], pass_fds=[held.fileno()])
print("started")
time.sleep(3600)
`)
	lock := filepath.Join(folder, "held")
	j.Code = "import os\nos.chdir(" + quoted(folder) + ")\n" + j.Code
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	if err := python.Run(ctx, path, folder, j, cancelOn{cancel}); !errors.Is(err, errEnough) {
		t.Fatalf("got %v", err)
	}
	file, err := os.Open(lock)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		t.Error(err)
	}
}

func quoted(s string) string { return "'" + s + "'" }
