package deps

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler/project"
)

// fetched is a package that has been brought here, complete, and not yet put into its place.
type fetched struct {
	dir  string
	name string // of its project
}

var nameOfProject = regexp.MustCompile(`^[A-Za-z_]\w*$`)

func validName(name string) bool { return nameOfProject.MatchString(name) }

// room makes a new folder for what is not complete, on the file system of the installed packages.
func (in *installer) room() (string, error) {
	if in.temp == "" {
		if err := os.MkdirAll(in.dir, 0o755); err != nil {
			return "", fmt.Errorf("make the folder of packages: %w", err)
		}
		in.sweep()
		dir, err := os.MkdirTemp(in.dir, incoming)
		if err != nil {
			return "", fmt.Errorf("make a folder to download to: %w", err)
		}
		in.temp = dir
	}
	dir, err := os.MkdirTemp(in.temp, "")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) // it may become the folder of a package, which others read
}

// fetchAll brings every package here that is not there already.
func (in *installer) fetchAll(ctx context.Context, pins []*pin) error {
	for _, p := range pins {
		if in.isInstalled(p) {
			continue
		}
		if err := in.fetch(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// fetch brings a package here, unless that is done.
func (in *installer) fetch(ctx context.Context, p *pin) error {
	if in.fetched[p.id()] != nil || p.kind == project.LocalPackage {
		return nil
	}
	var f *fetched
	var err error
	switch p.kind {
	case project.HubPackage:
		f, err = in.fetchVersion(ctx, p)
	case project.GitPackage:
		f, _, err = in.fetchGit(ctx, p.entry, p.revision)
	case project.TarballPackage:
		f, err = in.fetchArchive(ctx, p.entry, p.entry.Source, "")
	}
	if err != nil {
		return err
	}
	in.fetched[p.id()] = f
	return nil
}

func (in *installer) fetchVersion(ctx context.Context, p *pin) (*fetched, error) {
	found, err := in.hub.find(ctx, p.entry)
	if err != nil {
		return nil, err
	}
	v := found.Versions[p.version]
	if v == nil {
		return nil, problem(p.entry.PinAt, CodeNoPackageVersion, `run "mod deps --upgrade"`, "the hub has no version %s of %q any more", p.version, p.entry.Source)
	}
	return in.fetchArchive(ctx, p.entry, v.Downloads.Tarball, v.Downloads.SHA256)
}

// fetchArchive downloads and unpacks a .tar.gz. A sum that is not "" must be that of the archive.
func (in *installer) fetchArchive(ctx context.Context, e *project.PackageEntry, address, sum string) (*fetched, error) {
	dir, err := in.room()
	if err != nil {
		return nil, err
	}
	file := dir + ".tar.gz"
	if err := in.download(ctx, address, file, sum); err != nil {
		var broken *brokenError
		if errors.As(err, &broken) {
			return nil, problem(e.At, CodeBrokenPackage, "try again later; do not use it if this stays", "the archive of %q is not what the hub promises: %s", e.Source, broken.why)
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &Failure{fmt.Errorf("download the package %s from %s: %w", e.Source, in.Project.Redact(address), withoutURL(err)), "check the network, then run mod deps again"}
	}
	if err := unpackFile(file, dir); err != nil {
		var broken *brokenError
		if errors.As(err, &broken) {
			return nil, problem(e.At, CodeBrokenPackage, "take another version of it", "the archive of %q cannot be unpacked: %s", e.Source, broken.why)
		}
		return nil, fmt.Errorf("unpack %s: %w", e.Source, err)
	}
	return in.packageIn(e, dir)
}

func (in *installer) download(ctx context.Context, address, file, sum string) error {
	return in.hub.get(ctx, address, func(body io.Reader) (err error) {
		out, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		digest := sha256.New()
		if _, err := io.Copy(io.MultiWriter(out, digest), &capped{r: body, left: maxArchive}); err != nil {
			return err
		}
		if got := hex.EncodeToString(digest.Sum(nil)); sum != "" && !strings.EqualFold(got, sum) {
			return broken("its sha256 is %s, not %s", got, sum)
		}
		return nil
	})
}

// packageIn finds the package in what was unpacked: there, or in the only folder that is there.
func (in *installer) packageIn(e *project.PackageEntry, dir string) (*fetched, error) {
	if sub := filepath.FromSlash(e.Subdirectory); sub != "" {
		if !filepath.IsLocal(sub) {
			return nil, problem(e.At, project.CodeInvalidPackages, "name a folder inside of the repository", "the subdirectory %q leads out of the package", e.Subdirectory)
		}
		dir = filepath.Join(dir, sub)
	} else if entries, err := os.ReadDir(dir); err == nil && len(entries) == 1 && entries[0].IsDir() {
		dir = filepath.Join(dir, entries[0].Name())
	}
	if !holdsProject(dir) {
		where := ""
		if e.Subdirectory != "" && e.Subdirectory != "." {
			where = " in " + e.Subdirectory
		}
		return nil, problem(e.At, CodeBrokenPackage, `if it stands deeper, name its folder with "subdirectory:"`, "%q holds no project%s: there is no dbt_project.yml", e.Source, where)
	}
	name, _, found := in.Project.Identity(dir)
	if err := found.Err(); err != nil {
		return nil, err
	}
	return &fetched{dir: dir, name: name}, nil
}

func holdsProject(dir string) bool {
	for _, name := range []string{"project.yml", "dbt_project.yml"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// pinTarball downloads an archive to learn what it needs.
func (in *installer) pinTarball(ctx context.Context, e *project.PackageEntry) (*pin, error) {
	p := &pin{kind: e.Kind, entry: e}
	if err := in.fetch(ctx, p); err != nil {
		return nil, err
	}
	f := in.fetched[p.id()]
	p.name = cmp.Or(e.Name, f.name)
	return p, in.listNeeds(p, f.dir)
}

// pinLocal looks at a local package where it is.
func (in *installer) pinLocal(e *project.PackageEntry) (*pin, error) {
	dir := filepath.Clean(e.LocalDir(in.Project.Dir))
	if !holdsProject(dir) {
		return nil, problem(e.At, project.CodeMissingPackage, "correct the path: it is taken from the project's folder", "there is no package in the folder %s", e.Source)
	}
	name, version, found := in.Project.Identity(dir)
	if err := found.Err(); err != nil {
		return nil, err
	}
	p := &pin{kind: e.Kind, entry: e, name: name, version: version, latest: version, local: dir}
	return p, in.listNeeds(p, dir)
}

func (in *installer) listNeeds(p *pin, dir string) error {
	list, found := in.Project.PackagesOf(dir)
	p.needs = list.Entries
	return found.Err()
}
