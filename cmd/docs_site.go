package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/docs/site"
)

// The names of the site in the target folder. The single file has the name that dbt gives it.
const (
	siteFolder = "docs"
	singleFile = "static_index.html"
)

type siteOptions struct {
	single    bool              // as one file too
	live      bool              // for a server that tells of changes
	unchecked bool              // without what a check finds
	elsewhere *site.Environment // what the project is compared with; nil for nothing
	catalog   *relation.Catalog // what the warehouse holds; nil for what it held when it was last asked
	columns   *analyze.Analysis // of what is checked too; nil if nobody needed it yet
}

// siteOf is what the site tells of the project, as it is known now.
func (s *session) siteOf(ctx context.Context, o siteOptions) (*site.Project, error) {
	catalog := o.catalog
	if catalog == nil {
		var err error
		if catalog, err = s.lastCatalog(); err != nil {
			s.warn(err.Error())
		}
	}
	columns := o.columns
	if columns == nil {
		columns = s.columns(ctx, o, catalog)
	}
	problems := s.found
	if !o.unchecked {
		var err error
		if problems, err = s.problems(ctx, columns); err != nil {
			return nil, err
		}
	}
	columns = columns.Columned()
	sources, err := readArtifact(s.targetDir(), s.shown(s.targetDir()), "sources.json", artifact.ReadSources)
	if err != nil {
		s.warn(err.Error())
	}
	dir := filepath.Join(s.targetDir(), siteFolder)
	earlier, err := readArtifact(dir, s.shown(dir), site.EditionFile, site.ReadEdition)
	if err != nil {
		s.warn(err.Error())
	}
	profile, err := s.lastProfile(columns)
	if err != nil {
		s.warn(err.Error())
	}
	return &site.Project{
		Redact: s.secrets.hiding(),
		Graph:  s.graph, Columns: columns, Catalog: catalog, Compiled: s.knownCode, Runs: s.pastRuns(), Sources: sources,
		Problems: problems, Profile: profile, Earlier: earlier, Environment: o.elsewhere, Guarantee: s.guarantee, Made: s.Now().Truncate(time.Second), Version: Version(), Live: o.live,
	}, nil
}

// columns are those of the whole project, with what its tests make of them if that is checked.
func (s *session) columns(ctx context.Context, o siteOptions, catalog *relation.Catalog) *analyze.Analysis {
	if o.unchecked { // then nobody asks where in a template something stands
		return s.analysis(ctx, analyze.Options{Catalog: catalog, Rendered: s.renderedCode})
	}
	return s.analysis(ctx, analyze.Options{
		Catalog: catalog, Rendered: s.offlineCode, Wanted: func(*compiler.Node) bool { return true },
	})
}

// problems are what `mod check` finds in the whole project. The error is ctx's cause, or that of an engine that does not start.
func (s *session) problems(ctx context.Context, known *analyze.Analysis) ([]*diag.Diagnostic, error) {
	found := &diag.List{}
	for _, d := range s.found {
		found.Add(d)
	}
	return s.lint(ctx, lint.Case{
		Graph: s.graph, Nodes: s.graph.Order, Policy: s.policy, Known: found,
		Analyze: func(ctx context.Context, _ func(*compiler.Node) bool) (*analyze.Analysis, error) {
			return known, context.Cause(ctx)
		},
	})
}

// environment is what --state names, compared with the project; nil without one.
func (s *session) environment() (*site.Environment, error) {
	if s.state == nil {
		return nil, nil
	}
	history := s.earlier()
	changes, err := history.Changes()
	if err != nil {
		return nil, err
	}
	manifest, err := s.state.manifest()
	if err != nil {
		return nil, err
	}
	catalog, err := s.state.catalog()
	if err != nil {
		s.warn(err.Error())
	}
	s.state = newFolder(s.state.dir, s.state.shown)                    // what was read is not held: it may be larger than all that follows
	made, _ := time.Parse(time.RFC3339, manifest.Metadata.GeneratedAt) // one that says no time is of no known time
	return &site.Environment{Name: s.state.shown, Made: made, Changes: changes, Catalog: catalog}, nil
}

// renderedCode is a node's code as this command rendered it, "" if it did not.
func (s *session) renderedCode(n *compiler.Node) string {
	if c := s.compiled[n.ID]; c != nil {
		return c.Code
	}
	return ""
}

// offlineCode is a node's code as this command rendered it without a warehouse, "" if it did not.
func (s *session) offlineCode(n *compiler.Node) string {
	if s.asking[n.ID] {
		return ""
	}
	return s.renderedCode(n)
}

// knownCode is a node's code as this command rendered it, or as it was last written; "" if it is not known.
func (s *session) knownCode(n *compiler.Node) string {
	if n.Type == compiler.Model || n.Type == compiler.Snapshot || n.Type == compiler.Analysis {
		return s.lastCompiled(n)
	}
	return s.renderedCode(n)
}

// writeSite writes the site to the target folder: beside the old one first, which it then replaces.
func (s *session) writeSite(ctx context.Context, o siteOptions) error {
	if !s.flags.writeJSON {
		return nil
	}
	s.collector.telling()
	told, err := s.siteOf(ctx, o)
	if err != nil {
		return err
	}
	if err := s.replaceSite(told); err != nil || !o.single {
		return err
	}
	one, err := told.Single()
	if err != nil {
		return err
	}
	if !s.flags.writeJSON {
		return nil
	}
	return writeWhole(filepath.Join(s.targetDir(), singleFile), func(w io.Writer) error {
		_, err := w.Write(one)
		return err
	})
}

func (s *session) replaceSite(told *site.Project) (err error) {
	if err := os.MkdirAll(s.targetDir(), 0o777); err != nil {
		return err
	}
	dir := filepath.Join(s.targetDir(), siteFolder)
	fresh, err := os.MkdirTemp(s.targetDir(), siteFolder+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(fresh))
		}
	}()
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	for _, folder := range []string{"data/nodes", "data/columns", "data/words", "data/runs", "data/environment"} {
		if err := os.MkdirAll(filepath.Join(fresh, filepath.FromSlash(folder)), 0o755); err != nil {
			return err
		}
	}
	if err := told.Write(func(path string, content []byte) error {
		path = filepath.FromSlash(path)
		return writeAnew(filepath.Join(dir, path), filepath.Join(fresh, path), content)
	}); err != nil {
		return err
	}
	if err := s.copyAssets(fresh); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(dir), os.Rename(fresh, dir))
}

// writeAnew writes a file beside an old one. Where that holds the same it is linked to instead of written: most of a large site stays as it
// was, and so does the time of its files.
func writeAnew(old, fresh string, content []byte) error {
	if holds(old, content) && os.Link(old, fresh) == nil {
		return nil
	}
	return os.WriteFile(fresh, content, 0o644)
}

// holds tells whether there is a file that holds just that. It is read by the piece: most are as they were, and nobody keeps them.
func holds(path string, content []byte) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it is only read
	info, err := f.Stat()
	if err != nil || info.Size() != int64(len(content)) {
		return false
	}
	var room [4 << 10]byte
	for len(content) > 0 {
		n, err := io.ReadFull(f, room[:min(len(room), len(content))])
		if err != nil || !bytes.Equal(room[:n], content[:n]) {
			return false
		}
		content = content[n:]
	}
	return true
}
