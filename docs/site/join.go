package site

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// The forms of a module that join reads: an import of names, each as it is exported, and an export before what it exports.
var (
	importLine = regexp.MustCompile(`(?m)^import \{[^}]*\} from "([^"]+)";\n`)
	exportWord = regexp.MustCompile(`(?m)^export (const|let|class|function|async function) `)
	declared   = regexp.MustCompile(`(?m)^(?:const|let|class|function\*?|async function) +([A-Za-z_$][\w$]*)`)
	comment    = regexp.MustCompile(`(?m)^[ \t]*//.*\n`)
	blankLine  = regexp.MustCompile(`(?m)^[ \t]*\n`)
	indent     = regexp.MustCompile(`(?m)^[ \t]+`)
)

// join makes one script of a module and all that it imports, each after what it imports: browsers load no modules from a folder. The
// modules share a scope, so their top-level names must differ; that they do not is an error, as is a form that it does not know.
func join(files fs.FS, root string) (string, error) {
	j := &joiner{files: files, done: map[string]bool{}, names: map[string]string{}}
	if err := j.add(root); err != nil {
		return "", err
	}
	return "(() => {\n\"use strict\";\n" + j.out.String() + "})();\n", nil
}

type joiner struct {
	files fs.FS
	done  map[string]bool
	names map[string]string // which module declares a name
	out   strings.Builder
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
		if err := j.add(path.Join(path.Dir(name), m[1])); err != nil {
			return fmt.Errorf("%s imports: %w", name, err)
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
	j.out.WriteString(blankLine.ReplaceAllString(indent.ReplaceAllString(comment.ReplaceAllString(body, ""), ""), ""))
	return nil
}
