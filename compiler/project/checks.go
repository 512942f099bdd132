package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// CheckFiles reads the checks of the root project: the SQL files in its folders for them, by path. A folder that is not there has none. They are no part
// of what the graph is made of, and are read when they are needed.
func (p *Project) CheckFiles() ([]*diag.Source, error) {
	var out []*diag.Source
	for _, folder := range p.Root.Paths.Checks {
		err := filepath.WalkDir(filepath.Join(p.Root.Dir, filepath.FromSlash(folder)), func(name string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || entry.IsDir() || path.Ext(name) != ".sql" {
				return err
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			relative, err := filepath.Rel(p.Root.Dir, name)
			if err != nil {
				return err
			}
			out = append(out, diag.NewSource(filepath.ToSlash(relative), string(text)))
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read checks: %w", err)
		}
	}
	slices.SortFunc(out, func(a, b *diag.Source) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}
