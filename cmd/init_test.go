package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/cmd"
)

// TestInitKnowsEveryWarehouse makes a project for each warehouse, whose target must be of that type and must be read without a word.
func TestInitKnowsEveryWarehouse(t *testing.T) {
	t.Parallel()
	for _, d := range all.Drivers() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "shop")
			for _, args := range [][]string{{"init", dir, "--warehouse", d.Name}, {"parse", "--strict", "--target", "dev", "--project-dir", dir}} {
				var out, err bytes.Buffer
				status := cmd.Run(t.Context(), cmd.System{Out: &out, Err: &err, Env: map[string]string{}, Dir: t.TempDir(), Now: time.Now}, args...)
				if status != 0 || strings.Contains(err.String(), "warning") {
					t.Fatalf("mod %s: exit status %d\n%s%s", strings.Join(args, " "), status, &err, &out)
				}
			}
			text, err := os.ReadFile(filepath.Join(dir, "project.yml"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), "\n    type: "+d.Name+"\n") || strings.Contains(string(text), "<<") {
				t.Errorf("project.yml is\n%s", text)
			}
		})
	}
}
