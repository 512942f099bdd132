// Package reference keeps the generated pages of this folder equal to the code they describe: `make docs` rewrites them.
package reference

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the pages")

// current checks that a page says what the code says, or makes it so.
func current(t *testing.T, page, want string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s is not current, run make docs (-want +got):\n%s", page, diff)
	}
}

func generated(from string) string {
	return "<!-- Made from " + from + " by `make docs`. -->\n\n"
}
