package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
)

// State is what is remembered. The zero value is that of a project that never ran.
type State struct {
	Took map[string]float64 // seconds each node took when it last succeeded, by ID
}

// Store keeps a state. The error of Load says why what was stored cannot be used; the state is then the zero value, and
// the run goes on without.
type Store interface {
	Load() (State, error)
	Save(State) error
}

// With returns the state with those durations over the known ones. s is not changed.
func (s State) With(took map[string]float64) State {
	out := State{Took: make(map[string]float64, len(s.Took)+len(took))}
	maps.Copy(out.Took, s.Took)
	maps.Copy(out.Took, took)
	return out
}

// version is of the file's shape. A file of another version is not read.
const version = 1

// file is the shape of the file.
type file struct {
	Version int                `json:"version"`
	Took    map[string]float64 `json:"took"`
}

// File keeps the state in a JSON file of that path. It is replaced in one step, so that a reader and a run that is killed never
// see half of it. Of two runs at the same time the last one's state stays.
type File string

var _ Store = File("")

// Load reads the file. No file is the state of a project that never ran.
func (p File) Load() (State, error) {
	text, err := os.ReadFile(string(p))
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("read the state of earlier runs: %w", err)
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return State{}, fmt.Errorf("read the state of earlier runs: %s: %w", p, err)
	}
	if f.Version != version {
		return State{}, fmt.Errorf("read the state of earlier runs: %s has version %d, not %d", p, f.Version, version)
	}
	return State{Took: f.Took}, nil
}

// Save writes the file, and its folder if there is none.
func (p File) Save(s State) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write the state of this run: %w", err)
		}
	}()
	text, err := json.Marshal(file{Version: version, Took: s.Took})
	if err != nil {
		return err
	}
	folder := filepath.Dir(string(p))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, filepath.Base(string(p))+".*.tmp")
	if err != nil {
		return err
	}
	_, err = temporary.Write(text)
	if err = errors.Join(err, temporary.Close()); err == nil {
		err = os.Rename(temporary.Name(), string(p))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
