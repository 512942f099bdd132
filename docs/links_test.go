package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// A path in backticks that names a file of ours: it has a folder and an ending, and no placeholder.
	filePath = regexp.MustCompile("`((?:cmd|compiler|runner|adapters|docs|tests|models|macros|seeds)/[A-Za-z0-9_./-]+\\.[a-z]+)`")
	link     = regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
)

// TestDocsNameFilesThatExist checks links and paths in the Markdown files.
func TestDocsNameFilesThatExist(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.md", "*/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, more...)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range filePath.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(m[1], "/x") {
				exists(t, page, filepath.Join("..", m[1]))
			}
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(m[1], ":") {
				exists(t, page, filepath.Join(filepath.Dir(page), m[1]))
			}
		}
	}
}

func exists(t *testing.T, page, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		t.Errorf("%s names %s, which does not exist", page, file)
	}
}
