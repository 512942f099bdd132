package cmd

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

// writeManifest writes target/manifest.json and target/semantic_manifest.json.
func (s *session) writeManifest() error {
	selectors, _, err := readSelectors(s.project.Dir, s.project.Evaluate) // what is wrong with it is told when it is used
	if err != nil {
		return err
	}
	m := &artifact.Manifest{
		Selectors: selectors.Definitions(),
		Graph:     s.graph, Invocation: s.invocation, Compiled: s.compiled,
		GeneratedAt: s.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
	}
	return errors.Join(s.writeArtifact("manifest.json", m.Write),
		s.writeArtifact("semantic_manifest.json", func(w io.Writer) error { return artifact.WriteSemantic(w, s.graph) }))
}

// writeResults writes target/run_results.json, and keeps the code of the nodes for the manifest.
func (s *session) writeResults(results *runner.Results) error {
	for _, r := range results.All {
		s.keepCode(r)
	}
	out := results.Artifact(s.graph, s.about(), s.invocation.Args)
	return errors.Join(s.writeArtifact("run_results.json", out.Write), s.recordRun(out))
}

// keepCode keeps what a result tells of its node's code, and of the ephemeral models in it: those have no results.
func (s *session) keepCode(r *runner.Result) {
	if r.Compiled != "" || r.BuildPath != "" || r.Node.Type == compiler.Operation && r.Status == runner.Success {
		s.compiled[r.Node.ID] = &artifact.Compiled{Code: r.Compiled, Path: r.CompiledPath, Build: r.BuildPath, CTEs: r.CTEs, Macros: r.Macros}
	}
	if r.Node.Type == compiler.UnitTest {
		return // its CTEs are its rows
	}
	for id, inlined := range s.graph.Inlined(r.CTEs) {
		if s.compiled[id] == nil {
			path := filepath.Join(s.targetDir(), "compiled", filepath.FromSlash(s.graph.Nodes[id].CompiledPath()))
			s.compiled[id] = &artifact.Compiled{Code: inlined.SQL, Path: s.shown(path), CTEs: inlined.CTEs}
		}
	}
}

// about says who writes an artifact now.
func (s *session) about() artifact.RunMetadata {
	return artifact.RunMetadata{
		Version: macros.Release, GeneratedAt: artifact.Time{Time: s.Now()}, InvocationID: s.id,
		StartedAt: artifact.Time{Time: s.started}, Env: s.customEnv(),
	}
}

// writeArtifact replaces a file of the target folder in one step: a reader never sees half of it.
func (s *session) writeArtifact(name string, write func(io.Writer) error) error {
	if !s.flags.writeJSON {
		return nil
	}
	return writeWhole(filepath.Join(s.targetDir(), name), s.secrets.without(write))
}

// without writes the same JSON without secrets.
func (r *redactor) without(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		if !r.any() {
			return write(w)
		}
		out := project.NewRedactingJSON(w, r.redact)
		return errors.Join(write(out), out.Close())
	}
}

// writeWhole replaces a file in one step.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	b := bufio.NewWriter(f)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
