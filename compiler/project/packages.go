package project

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// packages loads what is installed, and local packages that are not, by name.
func (l *loader) packages() []*Package {
	set := packageSet{loader: l, byName: map[string]*Package{l.project.Root.Name: l.project.Root}, byFolder: map[string]*Package{}}
	set.installed()
	set.listed()
	slices.SortFunc(set.all, func(a, b *Package) int { return strings.Compare(a.Name, b.Name) })
	return set.all
}

// packageSet gathers the packages of the root project.
type packageSet struct {
	*loader
	all      []*Package
	byName   map[string]*Package // the root too
	byFolder map[string]*Package
}

// add loads the package in a folder; nil if there is none or its name is taken.
func (s *packageSet) add(dir string) *Package {
	file := s.projectFile(dir)
	if file == nil {
		return nil
	}
	pkg := s.newPackage(file, false)
	if other := s.byName[pkg.Name]; other != nil {
		d := s.list.Errorf(file.yaml.at, CodeDuplicatePackage, "the package %q is there twice", pkg.Name)
		d.Related = []diag.Note{{Span: diag.Span{Source: other.Source}, Message: "the other one"}}
		d.Hint = "remove one of the two folders"
		return nil
	}
	s.byName[pkg.Name], s.byFolder[filepath.Base(dir)] = pkg, pkg
	s.all = append(s.all, pkg)
	return pkg
}

// installed loads every package in the packages' folder.
func (s *packageSet) installed() {
	root := s.project.Root
	dir := filepath.FromSlash(root.Paths.Packages)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root.Dir, dir)
	}
	entries, _ := os.ReadDir(dir) // without the folder nothing is installed
	for _, e := range entries {
		info, err := os.Stat(filepath.Join(dir, e.Name()))
		if err == nil && info.IsDir() && !strings.HasPrefix(e.Name(), "__") && !strings.HasPrefix(e.Name(), ".") {
			s.add(filepath.Join(dir, e.Name()))
		}
	}
}

// listed loads the local packages that the project lists and has not installed, and reports others that are not there.
func (s *packageSet) listed() {
	others := len(s.all) // installed packages that no entry names: a git repository need not have its package's name
	var unnamed []wantedPackage
	wanted := s.wanted(s.project.Root.Dir)
	for i := 0; i < len(wanted); i++ {
		want := wanted[i]
		switch {
		case s.byFolder[want.folder] != nil || want.name != "" && s.byName[want.name] != nil:
			others--
		case want.local != "":
			if dir := s.localPackage(want); dir != "" && s.add(dir) != nil {
				wanted = append(wanted, s.wanted(dir)...) // what it lists would have been installed with it
			}
		default:
			unnamed = append(unnamed, want)
		}
	}
	for _, want := range unnamed {
		if !want.exact && others > 0 {
			others--
			continue
		}
		s.list.Errorf(want.at, CodeMissingPackage, "the package %s is not installed", want.shown).Hint = `run "mod deps"`
	}
}

// localPackage is the folder of a local package that is to be read from there, "" if it is also installed or not there.
func (s *packageSet) localPackage(want wantedPackage) string {
	dir := filepath.FromSlash(want.local)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(want.from, dir)
	}
	if s.isInstalled(dir) {
		return ""
	}
	if _, err := os.Stat(dir); err != nil {
		s.list.Errorf(want.at, CodeMissingPackage, "there is no folder %s", want.local).Hint = "correct the path: it is taken from the folder of the file"
		return ""
	}
	return dir
}

// isInstalled tells whether the local package in that folder is also installed: by the name in its project file.
func (s *packageSet) isInstalled(dir string) bool {
	for _, name := range projectFiles {
		root, _, err := readYAML(filepath.Join(dir, name), name, &diag.List{})
		if err != nil {
			continue
		}
		n := root.get("name")
		return n != nil && s.byName[n.text] != nil
	}
	return false
}

// wantedPackage is an entry of packages.yml or dependencies.yml.
type wantedPackage struct {
	folder string // that it is installed in
	name   string // name:, if given
	local  string // local:
	from   string // the folder of the package that lists it
	exact  bool   // folder is certain
	shown  string
	at     diag.Span
}

// wanted reads the packages.yml and dependencies.yml of a package.
func (l *loader) wanted(dir string) []wantedPackage {
	var out []wantedPackage
	var first *node
	for _, name := range []string{"packages.yml", "dependencies.yml"} {
		file := filepath.Join(dir, name)
		root, _, err := readYAML(file, l.relative(file), l.list)
		if err != nil {
			continue
		}
		k, n := root.pair("packages")
		if n.isNull() {
			continue
		}
		if n.kind != sequence {
			l.list.Errorf(n.at, CodeInvalidPackages, "packages must be a list")
			continue
		}
		if first != nil {
			d := l.list.Errorf(k.at, CodeInvalidPackages, "packages are listed here and in packages.yml")
			d.Related = []diag.Note{{Span: first.at, Message: "the other list"}}
			d.Hint = "keep them in one of the two"
			continue
		}
		first = k
		r := &renderer{list: l.list, globals: &baseContext{env: l.project.Env, vars: l.project.CLIVars, secrets: true}}
		if name == "dependencies.yml" {
			r.globals = nil
		}
		for _, item := range n.items {
			if w, ok := l.wantedEntry(item, r); ok {
				w.from = dir
				out = append(out, w)
			}
		}
	}
	return out
}

func (l *loader) wantedEntry(item *node, r *renderer) (wantedPackage, bool) {
	w := wantedPackage{at: item.at}
	if item.kind != mapping {
		l.list.Errorf(item.at, CodeInvalidPackages, "an entry of packages must be a mapping").Hint = `write "package: dbt-labs/dbt_utils" and "version: 1.3.0"`
		return w, false
	}
	entry := r.dict(item)
	w.name = textOf(entry, "name")
	for _, kind := range []string{"package", "git", "local", "tarball", "private"} {
		k, v := item.pair(kind)
		if k == nil {
			continue
		}
		w.at, w.shown = v.at, textOf(entry, kind)
		if w.shown == "" {
			l.list.Errorf(k.at, CodeInvalidPackages, "%s: names nothing", kind)
			return w, false
		}
		w.folder = path.Base(strings.TrimSuffix(strings.TrimSuffix(filepath.ToSlash(w.shown), "/"), ".git"))
		if sub := textOf(entry, "subdirectory"); sub != "" {
			w.folder = path.Base(sub)
		}
		switch kind {
		case "local":
			w.local = w.shown
		case "tarball":
			w.folder = w.name
		case "package":
			w.exact = true
			if item.get("version").isNull() {
				l.list.Errorf(k.at, CodeInvalidPackages, "the package %q has no version", w.shown).Hint = `add "version:", such as ">=1.0.0,<2.0.0"`
			}
			if !strings.Contains(w.shown, "/") {
				l.list.Errorf(v.at, CodeInvalidPackages, "%q is not the name of a package on the hub", w.shown).Hint = "write owner/name, such as dbt-labs/dbt_utils"
			}
		}
		w.shown = strconv.Quote(w.shown)
		return w, true
	}
	l.list.Errorf(item.at, CodeInvalidPackages, "an entry of packages names none").Hint = `begin it with "package:", "git:", "local:" or "tarball:"`
	return w, false
}
