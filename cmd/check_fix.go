package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/modsql/mod/compiler/diag"
)

// mend carries out the fixes of problems, file by file, and tells whether a file was changed. With dry it prints what would change.
func (s *session) mend(found []*diag.Diagnostic, dry bool) (changed bool, err error) {
	byPath, paths := map[string][]*diag.Diagnostic{}, []string{}
	for _, d := range found {
		if len(d.Fix) == 0 || s.project == nil || !s.owns(d) {
			continue
		}
		path := d.Span.Source.Path
		if byPath[path] == nil {
			paths = append(paths, path)
		}
		byPath[path] = append(byPath[path], d)
	}
	slices.Sort(paths)
	mended, skipped := 0, 0
	for _, path := range paths {
		left, err := s.mendFile(path, byPath[path], dry)
		if err != nil {
			return changed, err
		}
		skipped += left
		mended += len(byPath[path]) - left
	}
	verb := "mended "
	if dry {
		verb = "would mend "
	}
	switch {
	case mended+skipped == 0:
		s.view.note("nothing to mend")
	case skipped == 0:
		s.view.note(verb + count(mended, "problem") + " in " + count(len(paths), "file"))
	default:
		s.view.note(fmt.Sprintf("%s%s in %s; %s in the way of others: run it again", verb, count(mended, "problem"), count(len(paths), "file"), count(skipped, "fix")))
	}
	return mended > 0 && !dry, nil
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
