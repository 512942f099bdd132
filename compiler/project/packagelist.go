package project

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// PackageKind says where a package comes from. It is the key that its entry begins with.
type PackageKind string

// The kinds of packages: https://docs.getdbt.com/docs/build/packages
const (
	HubPackage     PackageKind = "package"
	GitPackage     PackageKind = "git"
	LocalPackage   PackageKind = "local"
	TarballPackage PackageKind = "tarball"
	PrivatePackage PackageKind = "private"
)

var packageKinds = []PackageKind{HubPackage, GitPackage, LocalPackage, TarballPackage, PrivatePackage}

// PackageEntry is one entry of packages.yml, dependencies.yml or package-lock.yml.
type PackageEntry struct {
	Kind    PackageKind
	Source  string // what the key of its kind says: owner/name, a URL, a folder
	Written string // Source before it was rendered: without the secrets that a template puts there
	Name    string // name:

	Versions     []Bound // of a hub package
	Prerelease   bool    // install-prerelease
	Revision     string  // of a git repository
	Subdirectory string
	MayMove      bool // warn-unpinned: false

	Dir   string    // the folder of the package that lists it
	At    diag.Span // Source
	PinAt diag.Span // the version or revision; At if there is none

	canonical string
}

// LocalDir is the absolute folder of a local package: taken from the root project's folder, as dbt has it, or from the folder of
// the package that lists it, if it is not there. What is nowhere is taken from the latter.
func (e *PackageEntry) LocalDir(root string) string {
	dir := filepath.FromSlash(e.Source)
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	if _, err := os.Stat(filepath.Join(root, dir)); err == nil {
		return filepath.Join(root, dir)
	}
	return filepath.Join(e.Dir, dir)
}

// PackageList is a list of packages in the order in which they are written. It is not changed after reading.
type PackageList struct {
	Path    string // of the file, as messages show it; "" if there is none
	Entries []*PackageEntry
	SHA1    string // sha1_hash, which only a lock has
}

// Hash is the hash by which dbt knows whether a lock is of this list: what package-lock.yml has as sha1_hash.
func (l *PackageList) Hash() string {
	lines := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		lines[i] = e.canonical
	}
	slices.Sort(lines)
	sum := sha1.Sum([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// PackagesOf reads the packages that the package in a folder lists, in packages.yml or dependencies.yml.
func (p *Project) PackagesOf(dir string) (*PackageList, *diag.List) {
	l := &loader{dir: p.Dir, project: p, list: &diag.List{}}
	return l.packageList(dir), l.list
}

// PackageLock reads the project's package-lock.yml; nil if there is none.
func (p *Project) PackageLock() (*PackageList, *diag.List) {
	l := &loader{dir: p.Dir, project: p, list: &diag.List{}}
	const name = "package-lock.yml"
	root, src, err := readYAML(filepath.Join(p.Dir, name), name, l.list)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, l.list
	}
	if err != nil {
		l.list.Errorf(diag.Span{Source: src}, CodeUnreadable, "the lock cannot be read: %v", err)
		return nil, l.list
	}
	out := &PackageList{Path: name, SHA1: textAt(root, "sha1_hash")}
	l.appendEntries(out, root, p.Dir, l.packageRenderer())
	return out, l.list
}

// ParsePackages reads the entries under packages: in a YAML or JSON text, such as an index has them. Nothing in it is a template.
func (p *Project) ParsePackages(src *diag.Source, dir string) (*PackageList, *diag.List) {
	l := &loader{dir: p.Dir, project: p, list: &diag.List{}}
	out := &PackageList{Path: src.Path}
	l.appendEntries(out, parseYAML(src, l.list), dir, &renderer{list: l.list})
	return out, l.list
}

// Identity reads the name and the version in the project file of a folder.
func (p *Project) Identity(dir string) (name, version string, found *diag.List) {
	l := &loader{dir: p.Dir, project: p, list: &diag.List{}}
	file := l.projectFile(dir)
	if file == nil {
		return "", "", l.list
	}
	name, version = textAt(file.yaml, "name"), textAt(file.yaml, "version")
	if !projectName.MatchString(name) {
		l.list.Errorf(file.yaml.at, CodeInvalidProject, "%q is not a name for a project", name).Hint = "use letters, digits and underscores, and no digit first"
	}
	return name, version, l.list
}

func textAt(n *node, key string) string {
	if v := n.get(key); !v.isNull() && v.kind == scalar {
		return v.text
	}
	return ""
}

// packageRenderer renders packages.yml, which may hold secrets.
func (l *loader) packageRenderer() *renderer {
	return &renderer{list: l.list, globals: &baseContext{env: l.project.Env, vars: l.project.CLIVars, secrets: true}}
}

// packageList reads the packages.yml or dependencies.yml of a package.
func (l *loader) packageList(dir string) *PackageList {
	out := &PackageList{}
	var first *node
	for _, name := range []string{"packages.yml", "dependencies.yml"} {
		file := filepath.Join(dir, name)
		root, src, err := readYAML(file, l.relative(file), l.list)
		if err != nil {
			continue
		}
		k, n := root.pair("packages")
		if n.isNull() {
			continue
		}
		if first != nil {
			d := l.list.Errorf(k.at, CodeInvalidPackages, "packages are listed here and in packages.yml")
			d.Related = []diag.Note{{Span: first.at, Message: "the other list"}}
			d.Hint = "keep them in one of the two"
			continue
		}
		r := l.packageRenderer()
		if name == "dependencies.yml" {
			r.globals = nil
		}
		out.Path = src.Path
		if l.appendEntries(out, root, dir, r) {
			first = k
		}
	}
	return out
}

// appendEntries adds the entries under packages: to a list; false if there is no list of them.
func (l *loader) appendEntries(out *PackageList, root *node, dir string, r *renderer) bool {
	n := root.get("packages")
	if n.isNull() {
		return false
	}
	if n.kind != sequence {
		l.list.Errorf(n.at, CodeInvalidPackages, "packages must be a list")
		return false
	}
	for _, item := range n.items {
		if e := l.packageEntry(item, r); e != nil {
			e.Dir = dir
			out.Entries = append(out.Entries, e)
		}
	}
	return true
}

// packageEntry reads an entry, or returns nil with the reason in the list.
func (l *loader) packageEntry(item *node, r *renderer) *PackageEntry {
	if item.kind != mapping {
		l.list.Errorf(item.at, CodeInvalidPackages, "an entry of packages must be a mapping").Hint = `write "package: dbt-labs/dbt_utils" and "version: 1.3.0"`
		return nil
	}
	entry := r.dict(item)
	for _, kind := range packageKinds {
		k, v := item.pair(string(kind))
		if k == nil {
			continue
		}
		e := &PackageEntry{Kind: kind, Source: textOf(entry, string(kind)), Written: v.text, At: v.at, PinAt: v.at,
			Name: textOf(entry, "name"), Revision: textOf(entry, "revision"), Subdirectory: textOf(entry, "subdirectory"),
			Prerelease: truthAt(entry, "install_prerelease") || truthAt(entry, "install-prerelease")}
		if e.Source == "" {
			l.list.Errorf(k.at, CodeInvalidPackages, "%s: names nothing", kind)
			return nil
		}
		for _, key := range []string{"warn-unpinned", "warn_unpinned"} {
			warn, given := entry.Get(key)
			e.MayMove = e.MayMove || given && warn == false
		}
		if n := item.get("revision"); !n.isNull() {
			e.PinAt = n.at
		}
		if kind == HubPackage {
			l.versions(e, item, entry)
		}
		e.canonical = canonicalEntry(kind, entry, raw(item, &diag.List{}))
		return e
	}
	l.list.Errorf(item.at, CodeInvalidPackages, "an entry of packages names none").Hint = `begin it with "package:", "git:", "local:" or "tarball:"`
	return nil
}

func truthAt(d *jinja.Dict, key string) bool {
	v, ok := d.Get(key)
	return ok && v != nil && jinja.Truth(v)
}

// versions reads what a hub package has besides its name.
func (l *loader) versions(e *PackageEntry, item *node, entry *jinja.Dict) {
	if owner, name, ok := strings.Cut(e.Source, "/"); !ok || !hubName(owner) || !hubName(name) {
		l.list.Errorf(e.At, CodeInvalidPackages, "%q is not the name of a package on the hub", e.Source).Hint = "write owner/name, such as dbt-labs/dbt_utils"
	}
	n := item.get("version")
	if n.isNull() {
		k, _ := item.pair(string(HubPackage))
		l.list.Errorf(k.at, CodeInvalidPackages, "the package %q has no version", e.Source).Hint = `add "version:", such as ">=1.0.0,<2.0.0"`
		return
	}
	e.PinAt = n.at
	v, _ := entry.Get("version")
	for _, part := range listed(v) {
		bounds, ok := ParseBounds(jinja.Str(part))
		if !ok {
			l.list.Errorf(n.at, CodeInvalidPackages, "%q is no version, nor a range of versions", jinja.Str(part)).Hint = `write 1.3.0, or [">=1.0.0", "<2.0.0"]`
			continue
		}
		e.Versions = append(e.Versions, bounds...)
	}
}

// hubName tells whether a part of a hub package's name is safe to stand in a URL and a path.
func hubName(s string) bool {
	return s != "" && s[0] != '.' && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	})
}

// entryDefaults are what dbt adds to an entry before it hashes it, by kind.
var entryDefaults = map[PackageKind]map[string]any{
	HubPackage:     {"install_prerelease": false},
	GitPackage:     {"revision": nil, "subdirectory": nil, "warn-unpinned": nil},
	PrivatePackage: {"provider": nil, "revision": nil, "subdirectory": nil, "warn-unpinned": nil},
	LocalPackage:   {},
	TarballPackage: {},
}

// canonicalEntry is an entry as dbt hashes it: the rendered values and, below unrendered, those that are written.
func canonicalEntry(kind PackageKind, entry *jinja.Dict, written jinja.Value) string {
	known := map[string]any{"unrendered": written}
	for key, value := range entryDefaults[kind] {
		known[key] = value
	}
	for _, key := range []string{string(kind), "name", "version"} {
		if v, ok := entry.Get(key); ok && (v != nil || key != "name") {
			known[key] = v
		}
	}
	for key := range entryDefaults[kind] {
		if v, ok := entry.Get(key); ok {
			known[key] = v
		}
	}
	for _, key := range []string{"version", "revision"} {
		if v, ok := known[key]; ok {
			known[key] = versionAsText(v)
		}
	}
	var b strings.Builder
	writePython(&b, known)
	return b.String()
}

// versionAsText is a version as dbt keeps it: whole numbers become text, others stay.
func versionAsText(v any) any {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(v)
	case *jinja.List:
		items := make([]jinja.Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = versionAsText(item)
		}
		return jinja.NewList(items...)
	}
	return v
}

// writePython writes JSON as Python's json.dumps(…, sort_keys=True) does.
func writePython(b *strings.Builder, v any) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		b.WriteString("{")
		for i, k := range keys {
			if i > 0 {
				b.WriteString(", ")
			}
			writePython(b, k)
			b.WriteString(": ")
			writePython(b, v[k])
		}
		b.WriteString("}")
	case *jinja.Dict:
		m := map[string]any{}
		for k, value := range v.All() {
			m[jinja.Str(k)] = value
		}
		writePython(b, m)
	case *jinja.List:
		b.WriteString("[")
		for i, item := range v.Items {
			if i > 0 {
				b.WriteString(", ")
			}
			writePython(b, item)
		}
		b.WriteString("]")
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if v == math.Trunc(v) && !strings.ContainsAny(text, "e.") {
			text += ".0"
		}
		b.WriteString(text)
	case nil, bool, int:
		text, _ := json.Marshal(v) // never fails for these
		b.Write(text)
	default:
		b.WriteString(pythonQuoted(jinja.Str(v)))
	}
}

// pythonQuoted is a JSON text in ASCII.
func pythonQuoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // never fails for text
	var out strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r < 0x10000:
			out.WriteString(`\u` + hex4(r))
		default:
			r -= 0x10000
			out.WriteString(`\u` + hex4(0xd800+r>>10) + `\u` + hex4(0xdc00+r&0x3ff))
		}
	}
	return out.String()
}

func hex4(r rune) string {
	text := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", 4-len(text)) + text
}
