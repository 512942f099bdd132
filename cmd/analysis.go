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
	"github.com/modsql/mod/compiler/relation"
)

// analyze finds out about the columns of the project, without a warehouse. What the warehouse holds besides is known from the last
// catalog.json, if there is one.
func (s *session) analyze(ctx context.Context, wanted func(*compiler.Node) bool) (*analyze.Analysis, error) {
	catalog, err := s.lastCatalog()
	if err != nil {
		s.warn(err.Error())
	}
	a := analyze.Of(ctx, s.graph, analyze.Options{Catalog: catalog, Compiled: s.lastCompiled, Wanted: wanted})
	return a, ctx.Err()
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

// lastCompiled is a node's query as it was last written to target/compiled; "" if it was not.
func (s *session) lastCompiled(n *compiler.Node) string {
	text, err := os.ReadFile(filepath.Join(s.targetDir(), "compiled", filepath.FromSlash(n.CompiledPath())))
	if err != nil {
		return "" // it was never compiled: nothing is known
	}
	return string(text)
}
