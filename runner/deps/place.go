package deps

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/project"
)

const (
	incoming   = ".incoming-"         // begins the names of folders with what is not complete
	recordFile = ".mod-packages.json" // what of the installed packages mod has put there
)

// record is the identity of what was installed, by the name of its folder.
type record map[string]string

func readRecord(dir string) record {
	r := record{}
	text, err := os.ReadFile(filepath.Join(dir, recordFile))
	if err != nil || json.Unmarshal(text, &r) != nil {
		return record{} // then everything is looked at, or installed anew
	}
	return r
}

func (r record) write(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, recordFile), append(text, '\n'))
}

// isInstalled tells whether a package is in its place. One that somebody else put there counts if it is of the hub's version.
func (in *installer) isInstalled(p *pin) bool {
	if p.name == "" {
		return false
	}
	dir := filepath.Join(in.dir, p.name)
	if p.kind == project.LocalPackage {
		target, err := filepath.EvalSymlinks(dir)
		wanted, wrong := filepath.EvalSymlinks(p.local)
		return err == nil && wrong == nil && target == wanted
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || !holdsProject(dir) {
		return false
	}
	if id, known := in.record[p.name]; known {
		return id == in.Project.Redact(p.id())
	}
	_, version, found := in.Project.Identity(dir)
	return p.kind == project.HubPackage && !found.HasErrors() && version == p.version
}

// placeAll puts the packages into their places, one after the other, and removes those that are not wanted.
func (in *installer) placeAll(pins []*pin) error {
	wanted := map[string]bool{}
	for _, p := range pins {
		kept := in.isInstalled(p)
		if !kept {
			if err := in.place(p); err != nil {
				return err
			}
		}
		wanted[p.name] = true
		out := p.shown()
		out.Kept = kept
		in.result.Packages = append(in.result.Packages, out)
		if in.Installed != nil {
			in.Installed(out)
		}
	}
	return in.removeOthers(wanted)
}

func (in *installer) place(p *pin) error {
	f := in.fetched[p.id()]
	if p.name == "" && f != nil {
		p.name = f.name // a lock of an older dbt has no names
	}
	if p.kind == project.LocalPackage {
		dir, err := in.stageLocal(p)
		if err != nil {
			return err
		}
		f = &fetched{dir: dir, name: p.name}
	}
	if f.name != p.name && p.kind != project.TarballPackage {
		return problem(p.entry.At, CodeBrokenPackage, `run "mod deps --upgrade"`, "the package %q calls itself %q, not %q", p.entry.Source, f.name, p.name)
	}
	// Between the two writes the record knows nothing of the package, which is never wrong.
	delete(in.record, p.name)
	if err := in.record.write(in.dir); err != nil {
		return fmt.Errorf("write the record of packages: %w", err)
	}
	if err := in.swap(f.dir, filepath.Join(in.dir, p.name)); err != nil {
		return fmt.Errorf("put the package %s in its place: %w", p.name, err)
	}
	if p.kind != project.LocalPackage {
		in.record[p.name] = in.Project.Redact(p.id())
	}
	if err := in.record.write(in.dir); err != nil {
		return fmt.Errorf("write the record of packages: %w", err)
	}
	return nil
}

// swap renames a complete folder to where it belongs; what was there is moved away, and back if that fails.
func (in *installer) swap(from, to string) error {
	away, err := in.room()
	if err != nil {
		return err
	}
	away = filepath.Join(away, "old")
	err = os.Rename(to, away)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	was := err == nil
	if err := os.Rename(from, to); err != nil {
		if was {
			err = errors.Join(err, os.Rename(away, to))
		}
		return err
	}
	return nil
}

// stageLocal makes a link to a local package or, where there are no links, a copy of it.
func (in *installer) stageLocal(p *pin) (string, error) {
	room, err := in.room()
	if err != nil {
		return "", err
	}
	staged := filepath.Join(room, p.name)
	target := p.local
	if rel, err := filepath.Rel(in.dir, p.local); err == nil {
		target = rel // so that the project can be moved together with its packages
	}
	if resolved, err := filepath.EvalSymlinks(in.dir); err != nil || resolved != in.dir {
		target = p.local
	}
	if err := os.Symlink(target, staged); err == nil {
		return staged, nil
	}
	if err := in.copyTree(p.local, staged); err != nil {
		return "", fmt.Errorf("copy the package %s: %w", p.name, err)
	}
	return staged, nil
}

// copyTree copies the files of a local package, without its history and without the packages being installed, which may be below it.
func (in *installer) copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && (path == in.dir || entry.Name() == ".git"):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		return copyFile(path, filepath.Join(to, rel))
	})
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// removeOthers removes the packages that nothing asks for. What is no package stays.
func (in *installer) removeOthers(wanted map[string]bool) error {
	entries, err := os.ReadDir(in.dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("look at the installed packages: %w", err)
	}
	for _, e := range entries {
		dir := filepath.Join(in.dir, e.Name())
		if wanted[e.Name()] || strings.HasPrefix(e.Name(), ".") || !holdsProject(dir) {
			continue
		}
		if err := in.remove(dir); err != nil {
			return fmt.Errorf("remove the package %s: %w", e.Name(), err)
		}
		delete(in.record, e.Name())
		in.result.Removed = append(in.result.Removed, e.Name())
	}
	if len(in.result.Removed) == 0 {
		return nil
	}
	return in.record.write(in.dir)
}

// remove takes a package away in one step, so that nothing is left of it by half.
func (in *installer) remove(dir string) error {
	room, err := in.room()
	if err != nil {
		return err
	}
	return os.Rename(dir, filepath.Join(room, "old"))
}

// sweep removes what installations that were killed have left. One that is running now is younger.
func (in *installer) sweep() {
	leftovers, _ := filepath.Glob(filepath.Join(in.dir, incoming+"*")) // the pattern is well formed, or nothing is found
	for _, dir := range leftovers {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.RemoveAll(dir) // the next time then
		}
	}
}
