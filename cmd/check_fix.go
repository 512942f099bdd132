package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/modsql/mod/compiler/diag"
)

// rounds is how often a project is mended and looked at again: a fix may bring to light what else has one right answer.
const rounds = 20

// mend carries out the fixes of problems, and of those that come to light then, and tells what is left. With --dry-run it prints
// what the first round would change.
func (a *app) mend(ctx context.Context, o checkOptions, s *session, found []*diag.Diagnostic) (*session, []*diag.Diagnostic, error) {
	total, files := 0, map[string]bool{}
	for range rounds {
		m, err := s.mend(found, o.dryRun)
		if err != nil {
			return s, found, err
		}
		total += m.problems
		for _, path := range m.files {
			files[path] = true
		}
		if m.problems == 0 || o.dryRun {
			break
		}
		if s, found, err = a.examine(ctx, o); err != nil {
			return s, found, err
		}
	}
	switch verb := map[bool]string{false: "mended ", true: "would mend "}[o.dryRun]; total {
	case 0:
		s.view.note("nothing to mend")
	default:
		s.view.note(verb + count(total, "problem") + " in " + count(len(files), "file"))
	}
	return s, found, nil
}

// mending is what was mended.
type mending struct {
	problems int
	files    []string
}

// mend carries out the fixes of problems, file by file; one that is in the way of another is left. With dry it prints what would change.
func (s *session) mend(found []*diag.Diagnostic, dry bool) (mending, error) {
	byPath, out := map[string][]*diag.Diagnostic{}, mending{}
	for _, d := range found {
		if len(d.Fix) > 0 && s.project != nil && s.owns(d) {
			byPath[d.Span.Source.Path] = append(byPath[d.Span.Source.Path], d)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		left, err := s.mendFile(path, byPath[path], dry)
		if err != nil {
			return out, err
		}
		if n := len(byPath[path]) - left; n > 0 {
			out.problems += n
			out.files = append(out.files, path)
		}
	}
	return out, nil
}

// owns tells whether a problem and all of its fix are in one file of the project itself.
func (s *session) owns(d *diag.Diagnostic) bool {
	if slices.ContainsFunc(d.Fix, func(e diag.Edit) bool { return e.At.Source != d.Span.Source }) {
		return false
	}
	path := d.Span.Source.Path
	for _, pkg := range s.project.Packages[1:] {
		if dir := s.shown(pkg.Dir); strings.HasPrefix(path, dir+"/") {
			return false
		}
	}
	return filepath.IsLocal(filepath.FromSlash(path))
}

// byteOrderMark may stand at the start of a file, and is no part of its text.
const byteOrderMark = "\ufeff"

// mendFile carries out the fixes of one file, and returns how many it left. The file is replaced in one step, or stays as it was.
func (s *session) mendFile(path string, found []*diag.Diagnostic, dry bool) (left int, err error) {
	name := filepath.Join(s.project.Dir, filepath.FromSlash(path))
	content, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("mend %s: %w", path, err)
	}
	text, marked := strings.CutPrefix(string(content), byteOrderMark)
	mended, skipped := diag.Mend(text, found)
	switch {
	case mended == text:
		return len(skipped), nil
	case dry:
		_, err = s.out.Write(unified(path, text, mended))
		return len(skipped), err
	}
	if marked {
		mended = byteOrderMark + mended
	}
	if err := replaceFile(name, mended); err != nil {
		return 0, fmt.Errorf("mend %s: %w", path, err)
	}
	return len(skipped), nil
}

// unified is the change of a file as a unified diff that patch -p1 takes.
func unified(path, before, after string) []byte {
	text := string(diff.Diff("a/"+path, []byte(before), "b/"+path, []byte(after)))
	if _, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(text, "diff ") {
		text = rest
	}
	return []byte(text)
}

// replaceFile writes a file anew, in one step, with the permissions that it has.
func replaceFile(name, text string) (err error) {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
