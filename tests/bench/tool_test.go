package bench

import (
	"bytes"
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
type tool struct{ name, path string }

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
	path := filepath.Join(dir, "mod")
	out, err := exec.Command("go", "build", "-trimpath", "-o", path, "../../cmd/mod").CombinedOutput()
	if err != nil {
		return "", &os.PathError{Op: "go build: " + string(out), Path: path, Err: err}
	}
	return path, nil
})

// peers are mod and, if DBT names it, dbt.
func peers(b *testing.B) []tool {
	b.Helper()
	path := os.Getenv("MOD")
	if path == "" {
		var err error
		if path, err = built(); err != nil {
			b.Fatal(err)
		}
	}
	tools := []tool{{"mod", path}}
	if dbt := os.Getenv("DBT"); dbt != "" {
		tools = append(tools, tool{"dbt", dbt})
	}
	return tools
}

// run runs the tool in the project's folder against a warehouse; without settings there is none to be reached.
func (t tool) run(b *testing.B, dir string, c adapters.Config, args ...string) sample {
	b.Helper()
	args = append(slices.Clone(args), "--profiles-dir", ".", "--target", c.String("type", "duckdb"))
	if t.name == "dbt" {
		args = append([]string{"--no-partial-parse"}, args...)
	}
	command := exec.Command(t.path, args...)
	command.Dir = dir
	command.Env = append(append(os.Environ(), "DBT_SEND_ANONYMOUS_USAGE_STATS=false"), env(c)...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	begun := time.Now()
	if err := command.Run(); err != nil {
		b.Fatalf("%s %v: %v\n%s", t.name, args, err, out.Bytes()[max(0, out.Len()-4000):])
	}
	s := sample{wall: time.Since(begun), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.megabytes = float64(usage.Maxrss) / 1024 // kilobytes on Linux
	}
	return s
}

// timed is what a function took in this process.
func timed(b *testing.B, work func()) sample {
	b.Helper()
	begun := time.Now()
	work()
	return sample{wall: time.Since(begun)}
}
