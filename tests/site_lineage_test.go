package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestLineageInABrowser looks at the demo's lineage in Chromium, and at that of a project which is too large to be drawn node by node.
func TestLineageInABrowser(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	demo := fileURL(builtDemo(t), "target", "docs", "index.html")
	for _, name := range []string{"map", "focus", "columns", "views", "arranged"} {
		t.Run(name, func(t *testing.T) { b.check(t, name, demo, "") })
	}
	t.Run("drawings", func(t *testing.T) {
		out := t.TempDir()
		b.check(t, "drawings", demo, out)
		comparePictures(t, out)
	})
	tree := fileURL(treeOf(t, 1024), "target", "docs", "index.html")
	for _, name := range []string{"canvas", "printed"} {
		t.Run(name, func(t *testing.T) { b.check(t, name, tree, "") })
	}
}

// treeOf is a folder with a project of so many models, each of which reads another, and with its site.
func treeOf(t *testing.T, models int) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "models"), 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"project.yml": "name: tree\n", "models/m0000.sql": "select 1 as id\n"}
	for i := 1; i < models; i++ {
		files[fmt.Sprintf("models/m%04d.sql", i)] = fmt.Sprintf("select id from {{ ref('m%04d') }}\n", i/2)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	modIn(t, dir, 0, "docs", "generate", "--empty-catalog")
	return dir
}
