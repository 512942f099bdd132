package site

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The forms of a module that join reads: an import of names, each as it is exported, an export before what it exports, and an import of a
// module when it is first needed.
var (
	importLine = regexp.MustCompile(`(?m)^import \{([^}]*)\} from "([^"]+)";\n`)
	exportWord = regexp.MustCompile(`(?m)^export (const|let|class|function|async function) `)
	exported   = regexp.MustCompile(`(?m)^export (?:const|let|class|function\*?|async function) +([A-Za-z_$][\w$]*)`)
	lateImport = regexp.MustCompile(`\bimport\("([^"]+)"\)`)
	declared   = regexp.MustCompile(`(?m)^(?:const|let|class|function\*?|async function) +([A-Za-z_$][\w$]*)`)
	comment    = regexp.MustCompile(`(?m)^[ \t]*//.*\n`)
	blankLine  = regexp.MustCompile(`(?m)^[ \t]*\n`)
	indent     = regexp.MustCompile(`(?m)^[ \t]+`)
)

// join makes one script of a module and all that it imports, each after what it imports: browsers load no modules from a folder. The
// modules share a scope, so their top-level names must differ; that they do not is an error, as is a form that it does not know.
//
// What is only imported when it is needed, import("./x.js"), is in a second script, "" if there is none. The first one hands it the names
// that it imports, and it gives back what its modules export; the function later of the first one loads it.
func join(files fs.FS, root string) (first, second string, err error) {
	j := &joiner{files: files, done: map[string]bool{}, names: map[string]string{}, roots: map[string][]string{}}
	if err := j.add(root); err != nil {
		return "", "", err
	}
	first = j.out.String()
	if len(j.roots) > 0 {
		if second, err = j.second(); err != nil {
			return "", "", err
		}
		first += "window.__modShared = {" + strings.Join(slices.Sorted(maps.Keys(j.shared)), ", ") + "};\n"
	}
	return "(() => {\n\"use strict\";\n" + first + "})();\n", second, nil
}

type joiner struct {
	files  fs.FS
	done   map[string]bool
	names  map[string]string   // which module declares a name
	roots  map[string][]string // of the second script, with what they export
	late   bool                // it is the second script that is made
	before map[string]bool     // modules of the first script, while the second is made
	shared map[string]bool     // names of those that the second one imports
	out    strings.Builder
}

// second makes the second script.
func (j *joiner) second() (string, error) {
	j.late, j.before, j.shared = true, maps.Clone(j.done), map[string]bool{}
	j.out.Reset()
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(j.roots)) {
		if j.before[name] {
			return "", fmt.Errorf("%s is imported both at once and later", name)
		}
		if err := j.add(name); err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%q: {%s}", name, strings.Join(j.roots[name], ", ")))
	}
	return "window.__modLater = () => {\n\"use strict\";\nconst {" + strings.Join(slices.Sorted(maps.Keys(j.shared)), ", ") + "} = window.__modShared;\n" +
		j.out.String() + "return {" + strings.Join(parts, ", ") + "};\n};\n", nil
}

func (j *joiner) add(name string) error {
	if j.done[name] {
		return nil
	}
	j.done[name] = true
	text, err := fs.ReadFile(j.files, name)
	if err != nil {
		return err
	}
	for _, m := range importLine.FindAllStringSubmatch(string(text), -1) {
		from := path.Join(path.Dir(name), m[2])
		if err := j.add(from); err != nil {
			return fmt.Errorf("%s imports: %w", name, err)
		}
		if j.before[from] {
			for one := range strings.SplitSeq(m[1], ",") {
				j.shared[strings.TrimSpace(one)] = true
			}
		}
	}
	if j.roots[name] != nil {
		for _, m := range exported.FindAllStringSubmatch(string(text), -1) {
			j.roots[name] = append(j.roots[name], m[1])
		}
	}
	body := exportWord.ReplaceAllString(importLine.ReplaceAllString(string(text), ""), "$1 ")
	for _, m := range declared.FindAllStringSubmatch(body, -1) {
		if other := j.names[m[1]]; other != "" {
			return fmt.Errorf("%s and %s both declare %s", other, name, m[1])
		}
		j.names[m[1]] = name
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "export ") {
			return fmt.Errorf("%s: cannot join %q", name, strings.TrimSpace(line))
		}
	}
	if body, err = j.postpone(name, body); err != nil {
		return err
	}
	j.out.WriteString(blankLine.ReplaceAllString(indent.ReplaceAllString(comment.ReplaceAllString(body, ""), ""), ""))
	return nil
}

// postpone makes calls of imports that wait until they are needed.
func (j *joiner) postpone(name, body string) (string, error) {
	for _, m := range lateImport.FindAllStringSubmatch(body, -1) {
		if j.late {
			return "", fmt.Errorf("%s: cannot join %q in a module that is itself imported later", name, m[0])
		}
		j.roots[path.Join(path.Dir(name), m[1])] = []string{}
	}
	return lateImport.ReplaceAllStringFunc(body, func(call string) string {
		return fmt.Sprintf("later(%q)", path.Join(path.Dir(name), lateImport.FindStringSubmatch(call)[1]))
	}), nil
}
