package project

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/modsql/mod/compiler/diag"
)

// withoutConfigFiles drops the YAML files of a project's own folder, which hold no properties: the package's, and those of a project
// that stands in one of its resource folders.
func withoutConfigFiles(files []*File) []*File {
	projects := map[string]bool{".": true}
	for _, f := range files {
		if dir, base := path.Split(f.Path); base == "dbt_project.yml" {
			projects[path.Clean(dir)] = true
		}
	}
	return slices.DeleteFunc(files, func(f *File) bool {
		dir, base := path.Split(f.Path)
		return projects[path.Clean(dir)] && slices.Contains(configFiles, base)
	})
}

var configFiles = []string{"project.yml", "dbt_project.yml", "packages.yml", "package-lock.yml", "dependencies.yml", "profiles.yml",
	"selectors.yml", "vars.yml", "catalogs.yml"}

// resource is a kind of file: the folders it is looked for in and the endings it has.
type resource struct {
	into    *[]*File
	folders []string
	endings []string
	// unread files are only listed.
	unread bool
	// whole says that a part of the project has all of them.
	whole bool
	// not tells which folders below are another resource's.
	not []string
}

// discover lists and reads the files of a package, in order of path.
func (l *loader) discover(pkg *Package) {
	p := &pkg.Paths
	var yamlFiles []*File
	below := func(folders []string, name string) []string {
		out := make([]string, len(folders))
		for i, f := range folders {
			out[i] = path.Join(f, name)
		}
		return out
	}
	resources := []resource{
		{into: &pkg.Models, folders: p.Models, endings: []string{".sql", ".py"}},
		{into: &pkg.Seeds, folders: p.Seeds, endings: []string{".csv"}, unread: true},
		{into: &pkg.Snapshots, folders: p.Snapshots, endings: []string{".sql"}},
		{into: &pkg.Tests, folders: p.Tests, endings: []string{".sql"}, not: []string{"generic", "fixtures"}},
		{into: &pkg.GenericTests, folders: below(p.Tests, "generic"), endings: []string{".sql"}, whole: true},
		{into: &pkg.Fixtures, folders: below(p.Tests, "fixtures"), endings: []string{".csv", ".sql"}},
		{into: &pkg.Analyses, folders: p.Analyses, endings: []string{".sql"}},
		{into: &pkg.Macros, folders: p.Macros, endings: []string{".sql"}, whole: true},
		{into: &pkg.Functions, folders: p.Functions, endings: []string{".sql", ".py", ".js"}},
		{into: &pkg.Docs, folders: p.Docs, endings: []string{".md"}, whole: true},
		{into: &yamlFiles, folders: p.all(), endings: []string{".yml", ".yaml"}},
	}
	w := &walker{pkg: pkg, ignore: l.ignoreFile(pkg.Dir), list: l.list, part: l.options.Part, found: map[string][]string{}, names: map[string][]string{}}
	var read []*File
	for _, r := range resources {
		seen := map[string]bool{}
		for _, folder := range r.folders {
			for _, file := range w.files(folder) {
				if f := w.file(l, r, folder, file); f != nil && !seen[f.Path] {
					seen[f.Path] = true
					*r.into = append(*r.into, f)
					if !r.unread {
						read = append(read, f)
					}
				}
			}
		}
		slices.SortFunc(*r.into, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	}
	yamlFiles = withoutConfigFiles(yamlFiles)
	readAll(read, l.list)
	pkg.PropertyFiles = yamlFiles
	pkg.listed = w.listed()
}

// walker lists a package's folders, each once.
type walker struct {
	pkg    *Package
	ignore *ignore
	list   *diag.List
	part   *Part               // nil: all of the project
	found  map[string][]string // by folder: the files in and below it, from the package's folder
	names  map[string][]string // by folder that was entered, absolute: what is in it; nil for one that is not there
}

// listed are the folders that were entered, each with a digest of what is in it.
func (w *walker) listed() map[string]string {
	out := make(map[string]string, len(w.names))
	for dir, names := range w.names {
		out[dir] = namesDigest(names)
	}
	return out
}

// files lists the files below a folder of the package; one that is not there has none.
func (w *walker) files(folder string) []string {
	if files, ok := w.found[folder]; ok {
		return files
	}
	if w.part != nil {
		w.found[folder] = w.known(folder)
		return w.found[folder]
	}
	var files []string
	root := filepath.Join(w.pkg.Dir, filepath.FromSlash(folder))
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				w.names[name] = nil
				return nil
			}
			return err
		}
		if name != root {
			in := filepath.Dir(name)
			w.names[in] = append(w.names[in], nameOf(e))
		}
		rel, _ := filepath.Rel(w.pkg.Dir, name)
		rel = filepath.ToSlash(rel)
		if e.IsDir() {
			if name != root && w.skipped(rel) {
				return fs.SkipDir
			}
			w.names[name] = []string{}
			return nil
		}
		if e.Type()&fs.ModeSymlink != 0 {
			if info, err := os.Stat(name); err != nil || info.IsDir() {
				return nil
			}
		}
		files = append(files, rel)
		return nil
	})
	if err != nil {
		w.list.Errorf(diag.Span{Source: w.pkg.Source}, CodeUnreadable, "the folder %s cannot be read: %v", folder, err)
	}
	w.found[folder] = files
	return files
}

// known are the files below a folder of a project whose files are known.
func (w *walker) known(folder string) []string {
	var files []string
	root := filepath.Join(w.pkg.Dir, filepath.FromSlash(folder)) + string(filepath.Separator)
	for _, file := range w.part.Known {
		if strings.HasPrefix(file, root) {
			files = append(files, filepath.ToSlash(file[len(w.pkg.Dir)+1:]))
		}
	}
	return files
}

// skipped tells whether a folder is none of the project's: what is built and installed, hidden, or test data of Go.
func (w *walker) skipped(rel string) bool {
	base := path.Base(rel)
	return strings.HasPrefix(base, ".") || base == "testdata" || base == "__pycache__" ||
		rel == path.Clean(filepath.ToSlash(w.pkg.Paths.Target)) || rel == path.Clean(filepath.ToSlash(w.pkg.Paths.Packages))
}

// file makes a File of a listed one, or nil if it is not of that resource.
func (w *walker) file(l *loader, r resource, folder, rel string) *File {
	base := path.Base(rel)
	ending := strings.ToLower(path.Ext(base))
	if !slices.Contains(r.endings, ending) || strings.ContainsAny(base[:1], ".#~") || w.ignore.matches(rel) {
		return nil
	}
	inFolder := rel
	if folder != "." {
		inFolder = strings.TrimPrefix(rel, folder+"/")
	}
	if first, _, nested := strings.Cut(inFolder, "/"); nested && slices.Contains(r.not, first) {
		return nil
	}
	abs := filepath.Join(w.pkg.Dir, filepath.FromSlash(rel))
	if w.part != nil && !r.whole && !w.part.Wanted[abs] {
		return nil
	}
	return &File{Source: diag.NewSource(l.relative(abs), ""), Package: w.pkg, Name: base[:len(base)-len(ending)], Rel: inFolder, Path: rel, Root: folder, Abs: abs}
}

// readAll reads files side by side, with a worker for each processor, and reports those that are not text.
func readAll(files []*File, list *diag.List) {
	lists := make([]diag.List, len(files))
	each(len(files), func(i int) {
		f := files[i]
		text, err := os.ReadFile(f.Abs)
		if err != nil {
			lists[i].Errorf(diag.Span{Source: f.Source}, CodeUnreadable, "the file cannot be read: %v", err)
			return
		}
		text = trimBOM(text)
		f.Source = diag.NewSource(f.Source.Path, unsafe.String(unsafe.SliceData(text), len(text))) // nobody else has the text
		if !checkUTF8(f.Source, &lists[i]) {
			f.Source = diag.NewSource(f.Source.Path, "")
		}
	})
	for i := range lists {
		list.Append(&lists[i])
	}
}

// each calls do for 0 to n-1, on as many goroutines as there are processors, and returns when all are done.
func each(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			do(i)
		}
		return
	}
	next := make(chan int)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}
