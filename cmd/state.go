package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/compare"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
)

// stateOptions are the flags that say what went before, and what to read from there.
type stateOptions struct {
	state, deferState string // folders of artifacts
	deferring, favor  bool
}

func (o *stateOptions) register(fs *pflag.FlagSet) {
	fs.StringVar(&o.state, "state", "", "the `folder` with the artifacts of an earlier run, for state: and --defer")
	toggle(fs, &o.deferring, "defer", "", "read what is not built here from where the earlier run built it")
	fs.StringVar(&o.deferState, "defer-state", "", "another `folder` of artifacts, for --defer alone")
	toggle(fs, &o.favor, "favor-state", "", "with --defer: read from there even what exists here")
	hide(fs, "defer-state", "favor-state")
}

// errNoState is a deferral to nothing. Its words are those that scripts know.
var errNoState = usagef("name the folder of an earlier run's artifacts: --state prod",
	"--state or --defer-state are required for deferral, but neither was provided")

// folder is a folder of artifacts that an earlier run left. Each artifact is read once, when it is first needed.
type folder struct {
	dir      string // absolute
	shown    string // as it was given
	manifest func() (*artifact.State, error)
	results  func() (*artifact.RunResults, error)
	sources  func() (*artifact.Sources, error)
	catalog  func() (*relation.Catalog, error)
}

func newFolder(dir, shown string) *folder {
	return &folder{
		dir: dir, shown: shown,
		manifest: once(dir, shown, "manifest.json", artifact.ReadManifest),
		results:  once(dir, shown, "run_results.json", artifact.ReadRunResults),
		sources:  once(dir, shown, "sources.json", artifact.ReadSources),
		catalog:  once(dir, shown, "catalog.json", artifact.ReadCatalog),
	}
}

// once is a function that reads an artifact at its first call; it gives nil for one that is not there.
func once[T any](dir, shown, name string, read func(io.Reader) (*T, error)) func() (*T, error) {
	return sync.OnceValues(func() (*T, error) { return readArtifact(dir, shown, name, read) })
}

// readArtifact reads an artifact of a folder; it gives nil for one that is not there.
func readArtifact[T any](dir, shown, name string, read func(io.Reader) (*T, error)) (*T, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	v, err := read(f)
	if err != nil {
		return nil, unreadable(filepath.Join(shown, name), err)
	}
	return v, nil
}

func unreadable(path string, err error) error {
	return usagef("let mod, or dbt 1.8 or newer, write it again", "%s cannot be read: %s", filepath.ToSlash(path), err)
}

// folderAt is a folder of artifacts by its flag, nil if none was given. As for dbt its path is one from the project's folder.
func (s *session) folderAt(path string) *folder {
	if path == "" {
		return nil
	}
	dir := path
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(s.project.Dir, dir)
	}
	return newFolder(dir, path)
}

// openState makes what went before known to the session: to selections, and to what is rendered.
func (s *session) openState(o stateOptions) {
	if s.state == nil {
		s.state = s.folderAt(o.state)
		if s.state != nil && s.state.dir == s.targetDir() {
			s.warn(fmt.Sprintf("The state and target directories are the same: '%s'", o.state))
		}
	}
}

// warn tells of something that has no place in the project and may go wrong.
func (s *session) warn(text string) {
	s.view.event(runner.Logged{Text: text, Level: "warn", At: s.Now()})
}

// earlier is what selections compare with; nil without a state.
func (s *session) earlier() *compare.History {
	if s.state == nil {
		return nil
	}
	now := newFolder(s.targetDir(), s.shown(s.targetDir()))
	return &compare.History{
		Graph: s.graph, Manifest: s.state.manifest, Results: s.state.results, Sources: s.state.sources, SourcesNow: now.sources,
		Report: func(d *diag.Diagnostic) { s.view.problems([]*diag.Diagnostic{d}) },
	}
}

// deferred is the manifest to defer to.
func (s *session) deferred(o stateOptions) (*artifact.State, error) {
	from := s.folderAt(o.deferState)
	if from == nil {
		from = s.state
	}
	if from == nil {
		return nil, errNoState
	}
	m, err := from.manifest()
	if err == nil && m == nil {
		err = usagef("let an earlier run write it, or copy it there", "Could not find manifest in --state path: %q", from.shown)
	}
	return m, err
}

// deferTo sets where nodes are read that are not among those, by the flags.
func (s *session) deferTo(o stateOptions, selected []*compiler.Node) error {
	s.openState(o)
	if !o.deferring {
		return nil
	}
	if s.beside() {
		return usagef("leave one of them away", "--env says what is read elsewhere: it does not go with --defer")
	}
	m, err := s.deferred(o)
	if err != nil {
		return err
	}
	s.deferral.At = func(id string) (relation.Relation, bool) {
		e := m.Nodes[id]
		if e == nil || !refable(e) {
			return relation.Relation{}, false
		}
		return e.Relation, true
	}
	s.graph.DeferTo(func(id string) *jinja.Dict {
		if e := m.Nodes[id]; e != nil && refable(e) {
			return e.Deferred()
		}
		return nil
	})
	if o.favor {
		built := map[string]bool{}
		for _, n := range selected {
			built[n.ID] = true
		}
		s.deferral.Over = func(id string) bool { return !built[id] }
	}
	return nil
}

// refable tells whether an entry is something that ref() reads from the warehouse.
func refable(e *artifact.Entry) bool {
	switch e.Type {
	case compiler.Model, compiler.Seed, compiler.Snapshot:
		return !e.Ephemeral()
	}
	return false
}
