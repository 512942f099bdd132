package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

var (
	// A path in backticks that names a file of ours: it has a folder and an ending, and no placeholder.
	filePath = regexp.MustCompile("`((?:cmd|compiler|runner|adapters|docs|tests|models|macros|seeds)/[A-Za-z0-9_./-]+\\.[a-z]+)`")
	// Of guides and examples, files in these folders are of a project that the reader makes.
	inProject = regexp.MustCompile(`^(models|macros|seeds|tests)/`)
	link      = regexp.MustCompile(`\]\(([^)\s]*)[^)]*\)`)
	heading   = regexp.MustCompile(`^#{1,6} (.*)`)
	code      = regexp.MustCompile("`[^`]*`")
)

// markdown is a page.
type markdown struct {
	path, text string
	prose      string   // the text without blocks of code
	anchors    []string // what a link may name after "#"
}

// pages are the Markdown files that people read: those of the root, and those in docs.
func pages(t *testing.T) map[string]*markdown {
	t.Helper()
	paths, err := filepath.Glob("../*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && strings.HasSuffix(path, ".md") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*markdown{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := &markdown{path: path, text: string(text)}
		p.prose = withoutCode(p.text)
		p.anchors = anchorsOf(p.prose)
		out[path] = p
	}
	if len(out) < 100 {
		t.Fatalf("only %d pages were found", len(out))
	}
	return out
}

// TestLinksLeadSomewhere checks links, their anchors, and paths in backticks.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	all := pages(t)
	for _, page := range all {
		readers := strings.HasPrefix(page.path, "guides") || strings.HasPrefix(page.path, filepath.Join("reference", "diagnostics"))
		for _, m := range filePath.FindAllStringSubmatch(page.text, -1) {
			if !strings.Contains(m[1], "/x") && !(readers && inProject.MatchString(m[1])) {
				exists(t, page.path, filepath.Join("..", m[1]))
			}
		}
		for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(page.prose, ""), -1) {
			if strings.Contains(m[1], ":") {
				continue // elsewhere
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := page.path
			if file != "" {
				target = filepath.Join(filepath.Dir(page.path), file)
				exists(t, page.path, target)
			}
			if to := all[target]; anchor != "" && (to == nil || !slices.Contains(to.anchors, anchor)) {
				t.Errorf("%s links to %s, where there is no heading %q", page.path, target, anchor)
			}
		}
	}
}

// TestEveryPageIsFound: from docs/README.md one gets to every guide and every page of the reference, except those of single diagnostics.
func TestEveryPageIsFound(t *testing.T) {
	t.Parallel()
	all := pages(t)
	var lost []string
	for path := range all {
		folder := filepath.Dir(path)
		if (folder == "guides" || folder == "reference") && !strings.Contains(all["README.md"].text, "("+filepath.ToSlash(path)+")") {
			lost = append(lost, path)
		}
	}
	slices.Sort(lost)
	if diff := cmp.Diff([]string(nil), lost); diff != "" {
		t.Errorf("docs/README.md does not link to (+):\n%s", diff)
	}
}

// withoutCode is a text with empty lines for those of fenced blocks.
func withoutCode(text string) string {
	lines := strings.Split(text, "\n")
	inside := false
	for i, line := range lines {
		fence := strings.HasPrefix(strings.TrimSpace(line), "```")
		if inside || fence {
			lines[i] = ""
		}
		inside = inside != fence
	}
	return strings.Join(lines, "\n")
}

// anchorsOf are the anchors of the headings, made as GitHub makes them: lower case, blanks are hyphens, punctuation goes, a twin gets a number.
func anchorsOf(prose string) []string {
	var out []string
	for _, line := range strings.Split(prose, "\n") {
		m := heading.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, link.ReplaceAllString(m[1], ""))
		for n, name := 1, anchor; slices.Contains(out, anchor); n++ {
			anchor = fmt.Sprint(name, "-", n)
		}
		out = append(out, anchor)
	}
	return out
}

func exists(t *testing.T, page, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Errorf("%s names %s, which does not exist", page, file)
	}
}
