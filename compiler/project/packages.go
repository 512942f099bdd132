package project

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
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
	var unnamed []*PackageEntry
	wanted := s.packageList(s.project.Root.Dir).Entries
	for i := 0; i < len(wanted); i++ {
		want := wanted[i]
		switch {
		case s.byFolder[want.folder()] != nil || want.Name != "" && s.byName[want.Name] != nil:
			others--
		case want.Kind == LocalPackage:
			if dir := s.localPackage(want); dir != "" && s.add(dir) != nil {
				wanted = append(wanted, s.packageList(dir).Entries...) // what it lists would have been installed with it
			}
		default:
			unnamed = append(unnamed, want)
		}
	}
	for _, want := range unnamed {
		if want.Kind != HubPackage && others > 0 {
			others--
			continue
		}
		s.list.Errorf(want.At, CodeMissingPackage, "the package %q is not installed", want.Source).Hint = `run "mod deps"`
	}
}

// folder is the folder that the package is likely installed in; that of a hub package is certain.
func (e *PackageEntry) folder() string {
	if e.Kind == TarballPackage {
		return e.Name
	}
	return path.Base(cmp.Or(e.Subdirectory, strings.TrimSuffix(strings.TrimSuffix(filepath.ToSlash(e.Source), "/"), ".git")))
}

// localPackage is the folder of a local package that is to be read from there, "" if it is also installed or not there.
func (s *packageSet) localPackage(want *PackageEntry) string {
	dir := want.LocalDir(s.dir)
	s.project.looked = append(s.project.looked, dir)
	if s.isInstalled(dir) {
		return ""
	}
	if _, err := os.Stat(dir); err != nil {
		s.list.Errorf(want.At, CodeMissingPackage, "there is no folder %s", want.Source).Hint = "correct the path: it is taken from the folder of the file"
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
