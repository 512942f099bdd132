package reference

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestBesideSQLMesh checks that each row of the comparison names a story that is there and is told on DuckDB and on Postgres, and that each story has a row.
func TestBesideSQLMesh(t *testing.T) {
	const scripts = "../../tests/testdata/script/"
	text, err := os.ReadFile("sqlmesh.md")
	if err != nil {
		t.Fatal(err)
	}
	told, story := map[string]bool{}, regexp.MustCompile(`\| \[[^\]]+\]\(`+regexp.QuoteMeta(scripts)+`([a-z0-9_]+)\.txtar\) \|$`)
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| |") {
			continue
		}
		m := story.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("a row names no story: %s", line)
			continue
		}
		told[m[1]] = true
	}
	for name := range told {
		if _, err := os.Stat(scripts + name + ".txtar"); err != nil {
			t.Error(err)
		}
		// Stories, and the script of what happens behind mod's back, run on both: see onPostgres in tests.
		if strings.HasPrefix(name, "story_") || strings.HasSuffix(name, "_postgres") || name == "bad_world" || name == "python_model" {
			continue
		}
		if _, err := os.Stat(scripts + name + "_postgres.txtar"); err != nil {
			t.Errorf("%s is not told on Postgres: %v", name, err)
		}
	}
	stories, err := filepath.Glob(scripts + "story_*.txtar")
	if err != nil || len(stories) == 0 {
		t.Fatalf("there are no stories, %v", err)
	}
	for _, path := range stories {
		if name := strings.TrimSuffix(filepath.Base(path), ".txtar"); !told[name] {
			t.Errorf("%s has no row", name)
		}
	}
}
