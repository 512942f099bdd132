package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/modsql/mod/compiler/project"
)

func TestCleanRefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	p := &project.Project{Dir: dir, Root: &project.Package{Paths: project.Paths{Models: []string{"models"}, Seeds: []string{"data/seeds"}}}}
	tests := map[string]bool{
		"target": true, "build/target": true, "dbt_packages/": true, "./logs": true, filepath.Join(dir, "target"): true, "link": true, "models2": true,
		"..": false, ".": false, "": false, "/": false, outside: false, "../other": false, "target/../..": false, "link/inside": false,
		"models": false, "models/staging": false, "data": false,
	}
	for target, want := range tests {
		if _, err := cleanable(p, target); (err == nil) != want {
			t.Errorf("%q: %v", target, err)
		}
	}
}
