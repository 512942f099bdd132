// Package python runs Python models in a process of the user's own Python. Rows go there and come back as Parquet files, which the
// caller writes and reads.
package python

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed bridge.py
var bridge []byte

// Job is a model and what it may ask for.
type Job struct {
	Path        string         `json:"path"` // for tracebacks
	Code        string         `json:"code"`
	Inputs      []Input        `json:"inputs"`
	This        Input          `json:"this"`
	Incremental bool           `json:"incremental"`
	Config      map[string]any `json:"config"`
	Meta        map[string]any `json:"meta"`
	Paths       []string       `json:"paths"`  // where modules are looked for before all other places
	Result      string         `json:"result"` // the file for the rows that the model returns
	Outcome     string         `json:"outcome"`
}

// Input is a relation whose rows the model may read.
type Input struct {
	Kind string    `json:"kind"` // "ref", "source" or "this"
	Key  string    `json:"key"`
	Name [3]string `json:"name"` // database, schema and identifier; empty for what is no relation
	Text string    `json:"text"` // as it is written in SQL
	File string    `json:"file"` // with the rows; "" if there are none
}

// Frame is a line of a traceback.
type Frame struct {
	File     string
	Line     int
	Function string
}

// Error is an exception that the model raised, or one that it never came to run for.
type Error struct {
	Type, Message string
	Module        string // that is missing; "" if none is
	Frames        []Frame
	Traceback     string // as Python prints it
}

// Error is the exception as the last line of a traceback has it.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Type
	}
	return e.Type + ": " + e.Message
}

// Missing is that there is no Python.
type Missing struct{ Program string }

// Error names the program that was looked for.
func (m *Missing) Error() string { return fmt.Sprintf("there is no program %q", m.Program) }

// patience is how long a process may take to end after it was told to, or to close its output.
const patience = 5 * time.Second

// Run runs a job in that folder, which is the caller's to make and to remove. What the model prints goes to out. The error is an *Error
// for an exception, a *Missing where there is no such program, and ctx's cause if that ended it: the process and those that it
// started are killed then.
func Run(ctx context.Context, program, folder string, job Job, out io.Writer) error {
	found, err := exec.LookPath(program)
	if err != nil {
		return &Missing{program}
	}
	script, file := filepath.Join(folder, "bridge.py"), filepath.Join(folder, "job.json")
	job.Outcome = filepath.Join(folder, "outcome.json")
	text, err := json.Marshal(job)
	if err != nil {
		return fmt.Errorf("write the job of %s: %w", job.Path, err)
	}
	if err := errors.Join(os.WriteFile(script, bridge, 0o600), os.WriteFile(file, text, 0o600)); err != nil {
		return fmt.Errorf("write the job of %s: %w", job.Path, err)
	}
	var said bytes.Buffer
	command := exec.CommandContext(ctx, found, "-u", script, file)
	command.Stdout, command.Stderr, command.WaitDelay = out, io.MultiWriter(out, &said), patience
	alone(command)
	err = command.Run()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("run %s: %w%s", found, err, lastLine(said.String()))
	}
	return outcome(job)
}

// lastLine is the last line of what a process said, as a clause.
func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return ": " + last
	}
	return ""
}

// outcome reads what the bridge says of a job.
func outcome(job Job) error {
	text, err := os.ReadFile(job.Outcome)
	if err != nil {
		return fmt.Errorf("read what came of %s: %w", job.Path, err)
	}
	var found struct {
		Error *struct {
			Type, Message, Module, Traceback string
			Frames                           [][3]any
		}
	}
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("read what came of %s: %w", job.Path, err)
	}
	if found.Error == nil {
		return nil
	}
	e := &Error{Type: found.Error.Type, Message: found.Error.Message, Module: found.Error.Module, Traceback: found.Error.Traceback}
	for _, f := range found.Error.Frames {
		file, _ := f[0].(string)
		line, _ := f[1].(float64)
		function, _ := f[2].(string)
		e.Frames = append(e.Frames, Frame{file, int(line), function})
	}
	return e
}

// distributions are the names under which modules are installed, where they differ.
var distributions = map[string]string{
	"sklearn": "scikit-learn", "yaml": "PyYAML", "cv2": "opencv-python", "PIL": "pillow", "bs4": "beautifulsoup4", "dateutil": "python-dateutil",
	"skimage": "scikit-image", "dotenv": "python-dotenv", "attr": "attrs", "google": "google-api-python-client", "psycopg2": "psycopg2-binary",
}

// Install is the command that installs a module for a Python.
func Install(program, module string) string {
	module, _, _ = strings.Cut(module, ".")
	if name, ok := distributions[module]; ok {
		module = name
	}
	return program + " -m pip install " + module
}
