package tests

import (
	"os"
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

// partsSite is a folder with that project and its site, which compares it with an earlier one.
func partsSite(t *testing.T) string {
	t.Helper()
	then, dir := partsProject(t), partsProject(t)
	for from, to := range map[string]string{"then.sql": "models/marts/people.sql", "then.yml": "models/marts/people.yml", "then_gone.sql": "models/marts/city_names.sql"} {
		copyFile(t, filepath.Join(then, from), filepath.Join(then, filepath.FromSlash(to)), "")
	}
	if err := os.Remove(filepath.Join(then, "models", "reports", "hard.sql")); err != nil {
		t.Fatal(err)
	}
	modIn(t, then, 0, "parse", "--target-path", filepath.Join(dir, "prod"))
	modIn(t, dir, 0, "docs", "generate", "--empty-catalog", "--state", "prod")
	return dir
}

// TestThePartsOfASite looks in Chromium at what a check finds, at masks and grants, and at how another environment differs.
func TestThePartsOfASite(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	page := fileURL(partsSite(t), "target", "docs", "index.html")
	t.Run("pictures", func(t *testing.T) { // first: pages tell how long ago they were made, in words of different lengths
		out := t.TempDir()
		b.check(t, "partsPictures", page, out)
		comparePictures(t, out)
	})
	for _, name := range []string{"parts", "findings", "access", "environments", "print"} {
		t.Run(name, func(t *testing.T) { b.check(t, name, page, "") })
	}
}
