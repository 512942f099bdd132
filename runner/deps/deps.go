// Package deps installs the packages that a project lists: it settles which version of each, writes package-lock.yml, and puts the
// packages into the folder of installed ones. It is what talks to the package hub and to git, and what changes files.
package deps

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// DefaultHub is the base URL of the public package hub.
const DefaultHub = "https://hub.getdbt.com/"

// Options say what to install.
type Options struct {
	Project *project.Project // its root is enough
	Hub     string           // the base URL of the package hub; "" is DefaultHub
	Env     []string         // the environment of git, as os.Environ has it
	Client  *http.Client     // nil is one with timeouts

	Upgrade        bool // do not use the lock that there is
	LockOnly       bool // write the lock and install nothing
	NoVersionCheck bool // versions that do not allow project.Release are taken too

	// Wait passes the time between two tries; nil sleeps.
	Wait func(context.Context, time.Duration) error
	// Installed is called for each package as it comes into its place; nil drops.
	Installed func(Package)
}

// Package is a package as it is installed now.
type Package struct {
	Name    string
	Kind    project.PackageKind
	Version string // of a hub package; of the others the revision or the folder, shown shortly
	Latest  string // the latest version of a hub package that could be installed, if that is not this one
	Kept    bool   // it was there
}

// Result is what Install has done.
type Result struct {
	Packages []Package // in the order of the lock
	Removed  []string  // folders of packages that are no longer wanted
	Locked   bool      // the lock is a new one
	Stale    bool      // there was a lock, which was not of these packages
	Warnings *diag.List
}

// Failure is a failure of the world that a person can do something about.
type Failure struct {
	Err  error
	Hint string
}

// Error implements error.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Install brings the installed packages in line with what the project lists. What is wrong in the project is a [*diag.Errors]; what is
// wrong in the world is another error, often a [*Failure]. Either way the packages that were installed stay as they were, unless
// Install was stopped between two of them; none is ever there by half.
func Install(ctx context.Context, o Options) (*Result, error) {
	wanted, found := o.Project.PackagesOf(o.Project.Dir)
	if err := found.Err(); err != nil {
		return nil, err
	}
	in, err := newInstaller(o)
	if err != nil {
		return nil, err
	}
	defer in.close()
	if len(wanted.Entries) == 0 {
		return in.result, nil
	}
	pins, err := in.settle(ctx, wanted)
	if err != nil {
		return nil, err
	}
	if o.LockOnly {
		for _, p := range pins {
			in.result.Packages = append(in.result.Packages, p.shown())
		}
		return in.result, nil
	}
	if err := in.fetchAll(ctx, pins); err != nil {
		return nil, err
	}
	return in.result, in.placeAll(pins)
}

// installer is one installation.
type installer struct {
	Options
	hub    *hub
	dir    string // of the installed packages, absolute
	temp   string // a folder in dir for what is not complete; "" until it is needed
	record record
	result *Result

	fetched map[string]*fetched // what is in temp, by the identity of a pin, or the key and revision of a git package
	commits map[string]string   // what revisions of git packages are, by key and revision
}

func newInstaller(o Options) (*installer, error) {
	dir := filepath.FromSlash(o.Project.Root.Paths.Packages)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(o.Project.Dir, dir)
	}
	if rel, err := filepath.Rel(dir, o.Project.Dir); err == nil && filepath.IsLocal(rel) {
		l := &diag.List{}
		l.Errorf(diag.Span{Source: o.Project.Root.Source}, project.CodeInvalidProject, "packages cannot be installed in %q, which holds the project itself",
			o.Project.Root.Paths.Packages).Hint = "set packages-install-path to a folder for them alone, such as dbt_packages"
		return nil, l.Err()
	}
	in := &installer{Options: o, dir: dir, result: &Result{Warnings: &diag.List{}}, fetched: map[string]*fetched{}, commits: map[string]string{}}
	in.record = readRecord(dir)
	in.hub = newHub(o, in.result.Warnings)
	return in, nil
}

// close removes what is not complete.
func (in *installer) close() {
	if in.temp != "" {
		_ = os.RemoveAll(in.temp) // what stays is removed the next time
	}
}

// settle decides what exactly to install: what the lock says if it is of these packages, otherwise what is found now, which
// becomes the lock.
func (in *installer) settle(ctx context.Context, wanted *project.PackageList) ([]*pin, error) {
	lock, found := in.Project.PackageLock()
	if err := found.Err(); err != nil && !in.Upgrade {
		return nil, err
	}
	if lock != nil && !in.Upgrade {
		if lock.SHA1 == wanted.Hash() {
			return in.locked(lock)
		}
		in.result.Stale = true
	}
	if lock == nil && !in.Upgrade && !in.LockOnly {
		if pins := in.present(wanted); pins != nil {
			return pins, nil
		}
	}
	r := resolver{installer: in}
	pins, err := r.resolve(ctx, wanted)
	if err != nil {
		return nil, err
	}
	if err := in.writeLock(pins, wanted.Hash()); err != nil {
		return nil, fmt.Errorf("write %s: %w", lockFile, err)
	}
	in.result.Locked = true
	return pins, nil
}

// present are the packages that the project lists, if all of them, and what they list in turn, are installed in versions that
// suit; nil otherwise. It is how a project that carries its packages needs no hub.
func (in *installer) present(wanted *project.PackageList) []*pin {
	var pins []*pin
	seen, remote := map[string]bool{}, false
	for pending := wanted.Entries; len(pending) > 0; pending = pending[1:] {
		e := pending[0]
		p := in.presentPin(e)
		if p == nil {
			return nil
		}
		if seen[p.name] {
			continue
		}
		seen[p.name], remote = true, remote || e.Kind != project.LocalPackage
		list, found := in.Project.PackagesOf(p.local)
		if found.HasErrors() {
			return nil
		}
		pending = append(pending, list.Entries...)
		pins = append(pins, p)
	}
	if !remote {
		return nil // local packages are put in place, which costs nothing
	}
	return pins
}

// presentPin is the package of an entry as it is installed, or nil.
func (in *installer) presentPin(e *project.PackageEntry) *pin {
	switch e.Kind {
	case project.LocalPackage:
		p, err := in.pinLocal(e)
		if err != nil {
			return nil
		}
		return p
	case project.HubPackage:
		dir := filepath.Join(in.dir, filepath.Base(filepath.FromSlash(e.Source)))
		name, text, found := in.Project.Identity(dir)
		v, ok := project.ParseSemver(text)
		if found.HasErrors() || name != filepath.Base(dir) || !ok || !project.AllAllow(e.Versions, v) {
			return nil
		}
		return &pin{kind: e.Kind, entry: e, name: name, version: text, local: dir}
	}
	return nil
}
