package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
)

// tool is a program that runs dbt projects.
type tool struct {
	name, path string
	after      map[string][]string // arguments after a command
	env        []string
}

// sample is what one run took.
type sample struct {
	wall, cpu time.Duration
	megabytes float64 // at the peak
}

// built is the binary of this tree.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "modbench")
	if err != nil {
		return "", err
	}
	linked := filepath.Join(dir, "linked")
	out, err := exec.Command("go", "build", "-trimpath", "-o", linked, "../../cmd/mod").CombinedOutput()
	if err != nil {
		return "", &os.PathError{Op: "go build: " + string(out), Path: linked, Err: err}
	}
	return filepath.Join(dir, "mod"), installed(linked, filepath.Join(dir, "mod"))
})

// installed copies a binary, as installing it does. The pages of one that the linker has just written are mapped in larger pieces, of which
// more than is used counts as memory of the program: 25 MB of 140.
func installed(linked, path string) error {
	from, err := os.Open(linked)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	// In small pieces: what this process holds when it forks counts as memory of what it starts.
	if _, err := io.Copy(to, from); err != nil {
		return errors.Join(err, to.Close())
	}
	return to.Close()
}

// mod is the binary that MOD names, or else that of this tree.
func mod(b testing.TB) tool {
	b.Helper()
	path := os.Getenv("MOD")
	if path == "" {
		var err error
		if path, err = built(); err != nil {
			b.Fatal(err)
		}
	}
	return tool{name: "mod", path: path}
}

// run runs the tool in the project's folder against a warehouse; without settings there is none to be reached. The processor time and
// the memory are those that the system counted for the process.
func (t tool) run(dir string, c adapters.Config, args ...string) (sample, error) {
	words := args
	if args[0] != "--version" {
		words = slices.Concat(args, t.after[args[0]], []string{"--profiles-dir", ".", "--target", c.String("type", "duckdb")})
	}
	command := exec.Command(t.path, words...)
	command.Dir = dir
	command.Env = slices.Concat(os.Environ(), []string{"DBT_SEND_ANONYMOUS_USAGE_STATS=false"}, t.env, env(c))
	s, err := ran(command)
	if err != nil {
		err = fmt.Errorf("%s %v: %w", t.name, words, err)
	}
	return s, err
}

// ran runs a command; what it wrote is part of the error.
func ran(command *exec.Cmd) (sample, error) { return ranTo(command, io.Discard) }

// ranTo runs a command, and writes out what it writes.
func ranTo(command *exec.Cmd, w io.Writer) (sample, error) {
	var out bytes.Buffer
	both := io.MultiWriter(&out, w)
	command.Stdout, command.Stderr = both, both
	begun := time.Now()
	if err := command.Run(); err != nil {
		return sample{}, fmt.Errorf("%w\n%s", err, out.Bytes()[max(0, out.Len()-4000):])
	}
	s := sample{wall: time.Since(begun), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.megabytes = float64(usage.Maxrss) / 1024 // kilobytes on Linux
	}
	return s, nil
}

func (t tool) mustRun(b *testing.B, dir string, c adapters.Config, args ...string) sample {
	b.Helper()
	s, err := t.run(dir, c, args...)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func remove(b *testing.B, path string) {
	b.Helper()
	if err := os.RemoveAll(path); err != nil {
		b.Fatal(err)
	}
}

// timed is what a function took in this process.
func timed(b *testing.B, work func()) sample {
	b.Helper()
	begun := time.Now()
	work()
	return sample{wall: time.Since(begun)}
}
