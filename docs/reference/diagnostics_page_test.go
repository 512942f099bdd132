package reference

import (
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// examples is the folder of the scripts that show each code; they are run with the other scripts.
const examples = "../../tests/testdata/diagnostics"

func TestEveryExampleIsOfACode(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	codes := diagnosticCodes(t, os.DirFS("../.."))
	pages, err := os.ReadDir("diagnostics")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Concat(entries, pages) {
		name := strings.TrimSuffix(e.Name(), path.Ext(e.Name()))
		if !slices.ContainsFunc(codes, func(c code) bool { return c.value == name }) {
			t.Errorf("%s: there is no code %q", e.Name(), name)
		}
	}
}

// codePage is the page of a code: what it means, an example with what mod prints, and how to mend it.
func codePage(t *testing.T, c code) string {
	t.Helper()
	a, err := txtar.ParseFile(examples + "/" + c.value + ".txtar")
	if err != nil {
		t.Errorf("%s: code %q has no example: write tests/testdata/diagnostics/%s.txtar, a script whose first lines say how to mend it", c.at, c.value, c.value)
		return ""
	}
	advice, commands, compared := readExample(string(a.Comment))
	if advice == "" || len(commands) == 0 {
		t.Errorf("%s.txtar: it begins with comments that say how to mend the problem, and then runs mod", c.value)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s%s\n\n%s\n\n## Example\n", c.value,
		generated("the doc comment of the code and tests/testdata/diagnostics/"+c.value+".txtar"), c.doc, advice)
	var printed string
	for _, f := range a.Files {
		switch {
		case f.Name == compared:
			printed = strings.TrimRight(string(f.Data), "\n")
		case f.Name == "project.yml" && string(f.Data) == "name: shop\n", len(f.Data) == 0:
		default:
			fmt.Fprintf(&b, "\n`%s`\n```%s\n%s\n```\n", f.Name, language(f.Name), strings.TrimRight(string(f.Data), "\n"))
		}
	}
	if !strings.Contains(printed, "["+c.value+"]") && c.value != "not-on-mod" {
		t.Errorf("%s.txtar: mod does not print [%s]:\n%s", c.value, c.value, printed)
	}
	fmt.Fprintf(&b, "\nmod says:\n```\n$ %s\n%s\n```\n", strings.Join(commands, "\n$ "), printed)
	return b.String()
}

var modCommand = regexp.MustCompile(`^(?:code \d )?(mod .*)$`)

// readExample takes a script apart: the advice in its first comments, the calls of mod, and the file that says what the last one prints.
func readExample(script string) (advice string, commands []string, compared string) {
	var lines []string
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "# "); ok && len(commands) == 0 {
			lines = append(lines, text)
		}
		if m := modCommand.FindStringSubmatch(line); m != nil {
			commands = append(commands, m[1])
		}
		if words := strings.Fields(line); len(words) == 3 && words[0] == "cmp" {
			compared = words[2]
		}
	}
	return strings.Join(lines, "\n"), commands, compared
}

func language(name string) string {
	switch path.Ext(name) {
	case ".sql", ".json", ".csv":
		return path.Ext(name)[1:]
	case ".yml":
		return "yaml"
	case ".py":
		return "python"
	}
	return ""
}
