package cmd

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/artifact"
)

// What is kept of earlier runs, a file each in the folder target/runs: the newest ones, as many as these allow.
const (
	runsKept     = 50
	runBytesKept = 16 << 20
)

// historic are the commands whose runs are kept: those that say how the project is.
var historic = []string{"build", "run", "test", "seed", "snapshot", "retry", "apply"}

// history is the folder with the runs.
func (s *session) history() string { return filepath.Join(s.targetDir(), "runs") }

// recordRun adds a run to the history, which forgets the oldest for it.
func (s *session) recordRun(results *artifact.RunResults) error {
	run := results.Run()
	if !s.flags.writeJSON || len(run.Results) == 0 || !slices.Contains(historic, run.Command) {
		return nil
	}
	run.Target = s.project.Target.Name
	name := run.Started.UTC().Format("20060102T150405.000") + "-" + run.ID + ".json"
	if err := writeWhole(filepath.Join(s.history(), name), s.secrets.without(run.Write)); err != nil {
		return err
	}
	return s.forgetRuns()
}

// runFiles are the files of the history, the newest first.
func (s *session) runFiles() ([]fs.DirEntry, error) {
	files, err := os.ReadDir(s.history())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	files = slices.DeleteFunc(files, func(f fs.DirEntry) bool { return !strings.HasSuffix(f.Name(), ".json") })
	slices.SortFunc(files, func(a, b fs.DirEntry) int { return cmp.Compare(b.Name(), a.Name()) })
	return files, err
}

// forgetRuns removes the runs for which there is no room.
func (s *session) forgetRuns() error {
	files, err := s.runFiles()
	if err != nil {
		return err
	}
	var size int64
	for i, f := range files {
		info, err := f.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // another run forgets too
		}
		if err != nil {
			return err
		}
		if size += info.Size(); i == 0 || i < runsKept && size <= runBytesKept {
			continue
		}
		if err := os.Remove(filepath.Join(s.history(), f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// pastRuns are the runs of the history, the newest first. One that cannot be read is passed over with a warning.
func (s *session) pastRuns() []*artifact.Run {
	files, err := s.runFiles()
	if err != nil {
		s.warn(err.Error())
	}
	var out []*artifact.Run
	for _, f := range files {
		run, err := readArtifact(s.history(), s.shown(s.history()), f.Name(), artifact.ReadRun)
		switch {
		case err != nil:
			s.warn(err.Error())
		case run != nil:
			out = append(out, run)
		}
	}
	return s.withLast(out)
}

// withLast puts the run of run_results.json before the others if it is not among them: dbt may have written it. What this command or
// one that is among them wrote is not read, and of others no code is held: it is large.
func (s *session) withLast(runs []*artifact.Run) []*artifact.Run {
	known := func(id string) bool {
		return id == s.id || slices.ContainsFunc(runs, func(r *artifact.Run) bool { return r.ID == id })
	}
	run, err := readArtifact(s.targetDir(), s.shown(s.targetDir()), "run_results.json", func(r io.Reader) (*artifact.Run, error) {
		return artifact.ReadNewRun(r, known)
	})
	if err != nil {
		s.warn(err.Error())
	}
	if run == nil || len(run.Results) == 0 || !slices.Contains(historic, run.Command) {
		return runs
	}
	return append([]*artifact.Run{run}, runs...)
}
