package deps

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// pin is a package of which it is settled what exactly it is.
type pin struct {
	kind  project.PackageKind
	entry *project.PackageEntry // that asks for it, first of all
	name  string                // of its project: the name of its folder

	version, latest string // of a hub package
	revision        string // of a git package: the commit
	local           string // of a local package: its folder, absolute
	needs           []*project.PackageEntry
}

// id tells this very package from others, and from other versions of it.
func (p *pin) id() string {
	switch p.kind {
	case project.HubPackage:
		return "package " + p.entry.Source + " " + p.version
	case project.GitPackage:
		return "git " + p.entry.Written + " " + p.entry.Subdirectory + " " + p.revision
	case project.TarballPackage:
		return "tarball " + p.entry.Written
	}
	return "local " + p.local
}

// shown is the package as results have it.
func (p *pin) shown() Package {
	out := Package{Name: p.name, Kind: p.kind, Version: p.version}
	switch p.kind {
	case project.GitPackage:
		out.Version = p.revision[:min(len(p.revision), 12)]
	case project.LocalPackage:
		out.Version = p.entry.Source
	case project.TarballPackage:
		out.Version = "tarball"
	}
	if p.latest != p.version {
		out.Latest = p.latest
	}
	return out
}

// keyOf is what entries of the same package have in common.
func (in *installer) keyOf(e *project.PackageEntry) string {
	switch e.Kind {
	case project.GitPackage:
		return "git " + strings.TrimSuffix(strings.TrimSuffix(e.Source, "/"), ".git") + "/" + e.Subdirectory
	case project.LocalPackage:
		return "local " + filepath.Clean(e.LocalDir(in.Project.Dir))
	}
	return string(e.Kind) + " " + e.Source
}

// choose returns the highest of the versions that meets all bounds, "" if none does. Prereleases count only if they are
// wanted or a bound names one. What is no version is passed over.
func choose(bounds []project.Bound, versions []string, prereleases bool) string {
	prereleases = prereleases || slices.ContainsFunc(bounds, func(b project.Bound) bool { return b.Version.Prerelease != "" })
	best, chosen := project.Semver{}, ""
	for _, text := range versions {
		v, ok := project.ParseSemver(text)
		if !ok || v.Prerelease != "" && !prereleases || !project.AllAllow(bounds, v) {
			continue
		}
		if chosen == "" || v.Compare(best) > 0 {
			best, chosen = v, text
		}
	}
	return chosen
}

// problem is a diagnostic as an error.
func problem(at diag.Span, code diag.Code, hint, format string, args ...any) error {
	l := &diag.List{}
	l.Errorf(at, code, format, args...).Hint = hint
	return l.Err()
}
