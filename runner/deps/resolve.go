package deps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

const (
	forgetful = 20  // rounds in which what an abandoned version asked for is forgotten; later it counts, so that there is an end
	maxRounds = 200 // of a search that finds no end
)

// resolver finds versions that suit each other. It goes in rounds: each follows the entries from the project through the versions
// chosen in the round before, and chooses for each package the highest version that meets all entries met on the way. It
// is done when a round changes nothing. Unlike dbt, which never drops what a version asked for that was not taken in the end, it finds the same
// versions whatever the order of the entries.
type resolver struct {
	*installer
	chosen map[string]*pin
	all    map[string][]*project.PackageEntry // every entry ever met, by key
}

// request is the entries of one package.
type request struct {
	key     string
	entries []*project.PackageEntry
}

func (r *resolver) resolve(ctx context.Context, wanted *project.PackageList) ([]*pin, error) {
	r.chosen, r.all = map[string]*pin{}, map[string][]*project.PackageEntry{}
	for round := 1; ; round++ {
		requests := r.reach(wanted.Entries)
		next, pins, conflicts := map[string]*pin{}, []*pin(nil), &diag.List{}
		for _, q := range requests {
			if round > forgetful {
				q.entries = r.all[q.key]
			}
			p, conflict, err := r.choose(ctx, q)
			switch {
			case err != nil:
				return nil, err
			case conflict != nil:
				conflicts.Add(conflict) // it may be gone when others are chosen anew
			default:
				next[q.key] = p
				pins = append(pins, p)
			}
		}
		settled := maps.EqualFunc(r.chosen, next, func(a, b *pin) bool { return a.id() == b.id() })
		r.chosen = next
		if !settled && round < maxRounds {
			continue
		}
		if err := conflicts.Err(); err != nil {
			return nil, err
		}
		return pins, r.judge(wanted.Entries, pins)
	}
}

// reach follows the entries from the project through the chosen packages.
func (r *resolver) reach(entries []*project.PackageEntry) []*request {
	var out []*request
	byKey := map[string]*request{}
	for pending := slices.Clone(entries); len(pending) > 0; pending = pending[1:] {
		e := pending[0]
		key := r.keyOf(e)
		q := byKey[key]
		if q == nil {
			q = &request{key: key}
			byKey[key] = q
			out = append(out, q)
			if p := r.chosen[key]; p != nil {
				pending = append(pending, p.needs...)
			}
		}
		q.entries = append(q.entries, e)
		if !slices.ContainsFunc(r.all[key], func(known *project.PackageEntry) bool { return known.At == e.At }) {
			r.all[key] = append(r.all[key], e)
		}
	}
	return out
}

// choose pins what the entries of one package ask for, or tells why nothing is that.
func (r *resolver) choose(ctx context.Context, q *request) (*pin, *diag.Diagnostic, error) {
	e := q.entries[0]
	switch e.Kind {
	case project.HubPackage:
		return r.chooseVersion(ctx, q)
	case project.GitPackage:
		for _, other := range q.entries[1:] {
			if revisionOf(other) != revisionOf(e) {
				return nil, conflict(q, func(e *project.PackageEntry) string { return "revision " + revisionOf(e) }), nil
			}
		}
		p, err := r.pinGit(ctx, e)
		return p, nil, err
	case project.LocalPackage:
		p, err := r.pinLocal(e)
		return p, nil, err
	case project.TarballPackage:
		p, err := r.pinTarball(ctx, e)
		return p, nil, err
	}
	return nil, nil, problem(e.At, CodeUnsupportedPackage, `name its repository with "git:"`,
		"the package %q is private: only dbt's own platform can install it by that name", e.Source)
}

func (r *resolver) chooseVersion(ctx context.Context, q *request) (*pin, *diag.Diagnostic, error) {
	e := q.entries[0]
	found, err := r.hub.find(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	var bounds []project.Bound
	prereleases := false
	for _, other := range q.entries {
		bounds = append(bounds, other.Versions...)
		prereleases = prereleases || other.Prerelease
	}
	versions := found.installable(r.NoVersionCheck)
	version := choose(bounds, versions, prereleases)
	if version == "" {
		return nil, r.noVersion(q, found, bounds, prereleases), nil
	}
	p := &pin{kind: e.Kind, entry: e, version: version, latest: choose(nil, versions, prereleases), name: found.Versions[version].Name}
	p.needs, err = r.needsOf(e, found.Versions[version], version)
	return p, nil, err
}

// needsOf are the packages that a version of a hub package lists.
func (r *resolver) needsOf(e *project.PackageEntry, v *hubVersion, version string) ([]*project.PackageEntry, error) {
	if len(v.Packages) == 0 {
		return nil, nil
	}
	var text bytes.Buffer
	if err := json.Indent(&text, v.Packages, "", "  "); err != nil {
		return nil, fmt.Errorf("read what %s %s needs: %w", e.Source, version, err)
	}
	src := diag.NewSource(e.Source+"@"+version, `{"packages": `+text.String()+"}\n")
	list, found := r.Project.ParsePackages(src, "")
	if err := found.Err(); err != nil {
		return nil, err
	}
	return list.Entries, nil
}

// noVersion tells why no version of a package meets its entries.
func (r *resolver) noVersion(q *request, found *hubPackage, bounds []project.Bound, prereleases bool) *diag.Diagnostic {
	all := slices.Sorted(maps.Keys(found.Versions))
	for _, e := range q.entries {
		if choose(e.Versions, found.installable(r.NoVersionCheck), prereleases) != "" {
			continue
		}
		d := &diag.Diagnostic{Code: CodeNoPackageVersion, Span: e.PinAt, Message: fmt.Sprintf("the package %q has no version %s", e.Source, project.ShowBounds(e.Versions))}
		switch latest := choose(nil, found.installable(r.NoVersionCheck), prereleases); {
		case choose(e.Versions, all, prereleases) != "":
			d.Message += " that allows dbt " + project.Release
			d.Hint = "take another version, or pass --no-version-check"
		case choose(e.Versions, all, true) != "":
			d.Message += " but for prereleases"
			d.Hint = `add "install_prerelease: true" to take one of them`
		case latest != "":
			d.Hint = "the latest is " + latest
		}
		return d
	}
	return conflict(q, func(e *project.PackageEntry) string { return project.ShowBounds(e.Versions) })
}

// conflict tells that entries of the same package exclude each other. It stands at the last of them, the others are told with it.
func conflict(q *request, asked func(*project.PackageEntry) string) *diag.Diagnostic {
	var parts []string
	for _, e := range q.entries {
		part := asked(e) + " (" + e.PinAt.String() + ")"
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	last := q.entries[len(q.entries)-1]
	d := &diag.Diagnostic{Code: CodePackageConflict, Span: last.PinAt,
		Message: fmt.Sprintf("nothing is all that is asked of the package %q: %s", last.Source, strings.Join(parts, " and ")),
		Hint:    "change one of them, so that they have a version in common"}
	for _, e := range q.entries[:len(q.entries)-1] {
		d.Related = append(d.Related, diag.Note{Span: e.PinAt, Message: "here it is to be " + asked(e)})
	}
	return d
}

// judge looks at what was chosen as a whole: no package may need itself, and no two have the same name.
func (r *resolver) judge(entries []*project.PackageEntry, pins []*pin) error {
	if err := r.cycle(entries, []string{"local " + r.Project.Dir}, []string{r.Project.Root.Name}); err != nil {
		return err
	}
	byName := map[string]*pin{}
	for _, p := range pins {
		if !validName(p.name) {
			return problem(p.entry.At, CodeBrokenPackage, "choose another version of it", "the package %q calls itself %q, which is no name for a project", p.entry.Source, p.name)
		}
		if p.name == r.Project.Root.Name {
			return problem(p.entry.At, project.CodeDuplicatePackage, "remove it, or rename the project", "the package %q has the name of the project itself: %s", p.entry.Source, p.name)
		}
		if other := byName[p.name]; other != nil {
			l := &diag.List{}
			d := l.Errorf(p.entry.At, project.CodeDuplicatePackage, "the package %q is there twice: as %s %q and as %s %q",
				p.name, other.kind, other.entry.Source, p.kind, p.entry.Source)
			d.Related = []diag.Note{{Span: other.entry.At, Message: "the other one"}}
			d.Hint = "take it from one place"
			return l.Err()
		}
		byName[p.name] = p
	}
	return nil
}

// cycle follows the entries down from a path of packages, and reports the first that is on the path already.
func (r *resolver) cycle(entries []*project.PackageEntry, keys, names []string) error {
	for _, e := range entries {
		key := r.keyOf(e)
		p := r.chosen[key]
		if p == nil {
			continue
		}
		if i := slices.Index(keys, key); i >= 0 {
			return problem(e.At, CodePackageCycle, "remove one of these entries", "the packages need each other: %s → %s", strings.Join(names[i:], " → "), names[i])
		}
		if err := r.cycle(p.needs, append(slices.Clone(keys), key), append(slices.Clone(names), p.name)); err != nil {
			return err
		}
	}
	return nil
}
