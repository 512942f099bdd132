package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/project"
)

func newClean(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "clean",
		Short: "Remove the folders that mod writes",
		Long: `Remove the folders that clean-targets names in the project file; without it the target folder. Nothing outside of the
project is removed, nor a folder of models, seeds or other sources.

  mod clean`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.clean() },
	}
	toggle(c.Flags(), new(bool), "clean-project-files-only", "", "")
	hide(c.Flags(), "clean-project-files-only")
	return c
}

func (a *app) clean() error {
	p, err := a.loadLeniently()
	if err != nil {
		return err
	}
	targets := p.Root.Paths.Clean
	if len(targets) == 0 {
		targets = []string{p.Root.Paths.Target}
	}
	// All are judged before the first is removed: a mistake in the list costs nothing.
	var dirs []string
	for _, target := range targets {
		dir, err := cleanable(p, target)
		if err != nil {
			return err
		}
		dirs = append(dirs, dir)
	}
	for i, dir := range dirs {
		if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove %s: %w", targets[i], err)
		}
		a.view.note("removed " + targets[i])
	}
	return nil
}

// cleanable is the folder of a clean target, if it may be removed.
func cleanable(p *project.Project, target string) (string, error) {
	root, err := filepath.EvalSymlinks(p.Dir)
	if err != nil {
		return "", err
	}
	dir := filepath.FromSlash(target)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	rel, err := filepath.Rel(root, dir)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return "", usagef("correct clean-targets in the project file", "%q is not inside of the project, and is not removed", target)
	}
	// A link in the middle of the path may lead out of the project; the last part, if it is a link, is removed as one.
	if parent, err := filepath.EvalSymlinks(filepath.Dir(dir)); err == nil {
		if rel, err := filepath.Rel(root, parent); err != nil || !filepath.IsLocal(rel) {
			return "", usagef("correct clean-targets in the project file", "%q leads out of the project, and is not removed", target)
		}
	}
	if i := slices.IndexFunc(sourceFolders(p), func(folder string) bool { return overlaps(rel, folder) }); i >= 0 {
		return "", usagef("correct clean-targets in the project file", "%q holds sources of the project (%s), and is not removed", target, sourceFolders(p)[i])
	}
	return dir, nil
}

// sourceFolders are the folders that people write files in.
func sourceFolders(p *project.Project) []string {
	paths := p.Root.Paths
	var out []string
	for _, folders := range [][]string{paths.Models, paths.Seeds, paths.Snapshots, paths.Tests, paths.Analyses, paths.Macros} {
		for _, f := range folders {
			out = append(out, filepath.Clean(filepath.FromSlash(f)))
		}
	}
	return out
}

// overlaps tells whether removing dir would remove the folder or a part of it.
func overlaps(dir, folder string) bool {
	separator := string(filepath.Separator)
	return dir == folder || strings.HasPrefix(folder, dir+separator) || strings.HasPrefix(dir, folder+separator)
}
