package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
)

// analyze finds out about the columns of the project, without a warehouse. What the warehouse holds besides is known from the last
// catalog.json, if there is one.
func (s *session) analyze(ctx context.Context, wanted func(*compiler.Node) bool) (*analyze.Analysis, error) {
	catalog, err := s.lastCatalog()
	if err != nil {
		s.warn(err.Error())
	}
	return s.analysis(ctx, analyze.Options{Catalog: catalog, Wanted: wanted}), ctx.Err()
}

// analysis finds out about columns with what the project was last compiled to.
func (s *session) analysis(ctx context.Context, o analyze.Options) *analyze.Analysis {
	s.collector.rendering()
	o.Compiled = s.lastCompiled
	return analyze.Of(ctx, s.graph, o)
}

// reaching answers selections by column. The project is analysed when the first one asks.
type reaching struct{ *session }

// Nearest implements selector.Columns.
func (r reaching) Nearest(column string) string {
	known, err := r.analyze(r.command.Context(), nil)
	if err != nil {
		return ""
	}
	return r.nearest(known, column)
}

// Reach implements selector.Columns.
func (r reaching) Reach(column string, up, down int) ([]*compiler.Node, error) {
	known, err := r.analyze(r.command.Context(), nil)
	if err != nil {
		return nil, err
	}
	of, name := cutColumn(column)
	n := r.nodeNamed(known, of)
	if n == nil || n.Column(name) == nil && !n.Open {
		return nil, nil
	}
	start := lineage.Input{Table: n.ID, Column: name}
	ids := []string{n.ID}
	if up != 0 {
		for _, e := range known.Up(start, up) {
			if e.Kind.Derives() {
				ids = append(ids, e.From.Table)
			}
		}
	}
	if down != 0 {
		for _, e := range known.Down(start, down) {
			ids = append(ids, e.To.Table)
		}
	}
	var out []*compiler.Node
	for _, id := range ids {
		if n := r.graph.Nodes[id]; n != nil {
			out = append(out, n)
		}
	}
	return out, nil
}

// lastCatalog is what the warehouse held when it was last asked; nil if it never was.
func (s *session) lastCatalog() (*relation.Catalog, error) {
	path := filepath.Join(s.targetDir(), "catalog.json")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	catalog, err := artifact.ReadCatalog(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("%s is not used: %w", s.shown(path), err)
	}
	return catalog, nil
}

// lastCompiled is a node's query as this command rendered it, or as it was last written to target/compiled; "" if it was not.
func (s *session) lastCompiled(n *compiler.Node) string {
	if code := s.renderedCode(n); code != "" {
		return code
	}
	text, err := os.ReadFile(filepath.Join(s.targetDir(), "compiled", filepath.FromSlash(n.CompiledPath())))
	if err != nil {
		return "" // it was never compiled: nothing is known
	}
	return string(text)
}
