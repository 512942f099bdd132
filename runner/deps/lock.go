package deps

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/compiler/project"
)

const lockFile = "package-lock.yml"

// writeLock writes the lock as dbt does: https://docs.getdbt.com/docs/build/packages#predictable-package-installs
func (in *installer) writeLock(pins []*pin, hash string) error {
	entries := make([]map[string]string, len(pins))
	for i, p := range pins {
		entries[i] = in.lockEntry(p)
	}
	var text bytes.Buffer
	e := yaml.NewEncoder(&text)
	e.SetIndent(2)
	if err := e.Encode(map[string]any{"packages": entries, "sha1_hash": hash}); err != nil {
		return err
	}
	return replaceFile(filepath.Join(in.Project.Dir, lockFile), text.Bytes())
}

// lockEntry is what the lock has of a package. Templates stay as they are written, so that no secret gets there.
func (in *installer) lockEntry(p *pin) map[string]string {
	out := map[string]string{"name": p.name}
	switch p.kind {
	case project.HubPackage:
		out["package"], out["version"] = p.entry.Source, p.version
	case project.GitPackage:
		out["git"], out["revision"] = in.Project.Redact(p.entry.Written), p.revision
		if p.entry.Subdirectory != "" {
			out["subdirectory"] = p.entry.Subdirectory
		}
	case project.TarballPackage:
		out["tarball"] = in.Project.Redact(p.entry.Written)
	case project.LocalPackage:
		out["local"] = p.entry.Source
		if dir := filepath.FromSlash(p.entry.Source); !filepath.IsAbs(dir) && filepath.Join(in.Project.Dir, dir) != p.local {
			if rel, err := filepath.Rel(in.Project.Dir, p.local); err == nil {
				out["local"] = filepath.ToSlash(rel)
			}
		}
	}
	return out
}

// locked are the packages that a lock pins.
func (in *installer) locked(lock *project.PackageList) ([]*pin, error) {
	var pins []*pin
	names := map[string]bool{}
	for _, e := range lock.Entries {
		p := &pin{kind: e.Kind, entry: e, name: e.Name, revision: e.Revision}
		switch {
		case e.Kind == project.LocalPackage:
			local, err := in.pinLocal(e)
			if err != nil {
				return nil, err
			}
			p = local
		case e.Kind == project.HubPackage && len(e.Versions) == 1 && e.Versions[0].Operator == "=":
			p.version = strings.Trim(e.PinAt.Text(), `"'`)
		case e.Kind == project.GitPackage && e.Revision != "", e.Kind == project.TarballPackage:
		default:
			return nil, problem(e.At, CodeInvalidLock, `run "mod deps --upgrade" to write it anew`, "the lock does not say which %q to install", e.Source)
		}
		if p.name != "" && (!validName(p.name) || names[p.name]) {
			return nil, problem(e.At, CodeInvalidLock, `run "mod deps --upgrade" to write it anew`, "the lock has the name %q twice, or it is none", p.name)
		}
		names[p.name] = true
		pins = append(pins, p)
	}
	return pins, nil
}

// replaceFile writes a file as a whole or not at all.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the failure that counts is told
	}
	return err
}
