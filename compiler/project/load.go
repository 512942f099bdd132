package project

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// projectFiles are the names of a project file; the first that exists is read.
var projectFiles = []string{"project.yml", "dbt_project.yml"}

// Load reads a project. All problems found are in the list; the project is nil only if there is no telling what it holds (no
// project file, or one that is not YAML).
func Load(o Options) (*Project, *diag.List) {
	l := &loader{options: o, list: &diag.List{}}
	dir, err := filepath.Abs(cmp.Or(o.Dir, "."))
	if err != nil {
		l.list.Errorf(diag.Span{}, CodeNoProject, "the folder %q has no absolute path: %v", o.Dir, err)
		return nil, l.list
	}
	l.dir = dir
	l.project = &Project{Dir: dir, CLIVars: o.Vars, Env: newEnv(o.Env, dir)}
	l.options.Profile = cmp.Or(o.Profile, l.project.Env.values["DBT_PROFILE"])
	l.options.Target = cmp.Or(o.Target, l.project.Env.values["DBT_TARGET"])
	if l.project.CLIVars == nil {
		l.project.CLIVars = jinja.NewDict()
	}
	root := l.projectFile(dir)
	if root == nil {
		return nil, l.list
	}
	l.rootFile = root
	name := ""
	if n := root.yaml.get("name"); !n.isNull() && n.kind == scalar {
		name = n.text
	}
	c := connections{options: l.options, dir: dir, env: l.project.Env, vars: l.project.CLIVars, list: l.list, project: name, root: root.yaml}
	l.project.Target = c.target()
	l.project.Root = l.newPackage(root, true)
	l.project.Packages = []*Package{l.project.Root}
	if o.RootOnly {
		l.project.collectSecrets()
		return l.project, l.list
	}
	l.project.Packages = append(l.project.Packages, l.packages()...)
	for _, pkg := range l.project.Packages {
		l.discover(pkg)
	}
	for _, pkg := range l.project.Packages {
		l.properties(pkg)
	}
	l.project.collectSecrets()
	return l.project, l.list
}

// loader is one loading of a project.
type loader struct {
	options Options
	dir     string
	project *Project
	list    *diag.List

	rootFile *rawProject
}

// rawProject is a project file that is read but not yet understood.
type rawProject struct {
	dir  string
	src  *diag.Source
	yaml *node // a mapping
}

// projectFile reads the project file of a folder, or nil with the reason in the list.
func (l *loader) projectFile(dir string) *rawProject {
	for _, name := range projectFiles {
		file := filepath.Join(dir, name)
		problems := &diag.List{}
		root, src, err := readYAML(file, l.relative(file), problems)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		l.list.Append(problems)
		switch {
		case err != nil:
			l.list.Errorf(diag.Span{Source: src}, CodeUnreadable, "the project file cannot be read: %v", err)
			return nil
		case root == nil && problems.HasErrors():
			return nil
		case root == nil || root.kind != mapping:
			l.list.Errorf(diag.Span{Source: src, End: min(1, len(src.Text))}, CodeInvalidYAML, "the project file must be a mapping of keys to values").
				Hint = `begin with "name: my_project"`
			return nil
		}
		return &rawProject{dir: dir, src: src, yaml: root}
	}
	at := diag.Span{}
	if shown := l.relative(dir); shown != "." {
		at.Source = diag.NewSource(shown, "")
	}
	l.list.Errorf(at, CodeNoProject, "there is no project.yml or dbt_project.yml in %s", dir).
		Hint = "run mod in a project's folder, or name it with --project-dir"
	return nil
}

// checkUTF8 reports text that is not UTF-8 at its first bad byte.
func checkUTF8(src *diag.Source, l *diag.List) bool {
	if utf8.ValidString(src.Text) {
		return true
	}
	at := 0
	for i, r := range src.Text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(src.Text[i:]); size == 1 {
				at = i
				break
			}
		}
	}
	l.Errorf(diag.Span{Source: src, Start: at, End: at + 1}, CodeNotUTF8, "the file is not UTF-8: byte 0x%02x", src.Text[at]).
		Hint = "save it as UTF-8"
	return false
}

// relative is a path as the project's messages show it.
func (l *loader) relative(abs string) string {
	rel, err := filepath.Rel(l.dir, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(rel)
}

// cleanPaths are folders as a project file lists them: slashes forward, none at the end.
func cleanPaths(paths []string) []string {
	out := make([]string, 0, len(paths))
	for _, p := range paths {
		p = strings.TrimSuffix(filepath.ToSlash(filepath.Clean(p)), "/")
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
