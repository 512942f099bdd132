package tests

import (
	"os"
	"path/filepath"
	"testing"
)

// TestTheSitesOfCases looks in Chromium at the sites of real projects, those below MOD_CASES that are read without their packages: every page, nodes, search, keys,
// lineage, wide and on a phone. The first one was built before, so that its site has runs.
func TestTheSitesOfCases(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	cases := os.Getenv("MOD_CASES")
	if cases == "" {
		t.Skip("no projects: MOD_CASES")
	}
	for i, name := range []string{"jaffle_shop", "sushi_dbt"} {
		from := filepath.Join(cases, name)
		if _, err := os.Stat(filepath.Join(from, "project", "dbt_project.yml")); err != nil {
			t.Errorf("MOD_CASES has no %s: %v", name, err)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			project := filepath.Join(dir, "project")
			if i == 0 {
				modIn(t, project, 0, "build", "--profiles-dir", "..")
			}
			modIn(t, project, 0, "docs", "generate", "--empty-catalog", "--profiles-dir", "..")
			b.check(t, "real", fileURL(project, "target", "docs", "index.html"), "")
		})
	}
}
