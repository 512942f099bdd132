package tests

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// partsProject is a folder with the project of testdata/site/parts.txtar.
func partsProject(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "site", "parts.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestThePartsOfASite looks in Chromium at what a check finds, at masks and grants.
func TestThePartsOfASite(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	dir := partsProject(t)
	modIn(t, dir, 0, "docs", "generate", "--empty-catalog")
	page := fileURL(dir, "target", "docs", "index.html")
	for _, name := range []string{"parts", "findings", "access"} {
		t.Run(name, func(t *testing.T) { b.check(t, name, page, "") })
	}
}
