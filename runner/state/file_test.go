package state

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsSavedIsLoaded(t *testing.T) {
	t.Parallel()
	f := File(filepath.Join(t.TempDir(), "target", "mod_state.json"))
	want := State{Took: map[string]float64{"model.shop.orders": 1.5}}
	if err := f.Save(want); err != nil {
		t.Fatal(err)
	}
	got, err := f.Load()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("state mismatch (-want +got):\n%s", diff)
	}
	left, err := os.ReadDir(filepath.Dir(string(f)))
	if err != nil || len(left) != 1 {
		t.Errorf("the folder holds %v (%v), want the file alone", left, err)
	}
}

func TestAMissingFileIsAnEmptyState(t *testing.T) {
	t.Parallel()
	got, err := File(filepath.Join(t.TempDir(), "none.json")).Load()
	if err != nil || got.Took != nil {
		t.Errorf("Load() = %v, %v, want the zero state", got, err)
	}
}

func TestAFileThatCannotBeUsedSaysWhy(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"half a file":     `{"version":1,"took":{"a"`,
		"another version": `{"version":99,"took":{"a":1}}`,
		"no JSON":         "\x00\x01",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := File(filepath.Join(t.TempDir(), "mod_state.json"))
			if err := os.WriteFile(string(f), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := f.Load()
			if err == nil || !strings.HasPrefix(err.Error(), "read the state of earlier runs: ") {
				t.Errorf("Load() error = %v, want one that says what was read", err)
			}
			if got.Took != nil {
				t.Errorf("Load() = %v, want the zero state", got)
			}
		})
	}
}

func TestWithKeepsWhatDidNotRun(t *testing.T) {
	t.Parallel()
	before := State{Took: map[string]float64{"a": 1, "b": 2}}
	got := before.With(map[string]float64{"b": 3})
	if diff := cmp.Diff(State{Took: map[string]float64{"a": 1, "b": 3}}, got); diff != "" {
		t.Errorf("state mismatch (-want +got):\n%s", diff)
	}
	if before.Took["b"] != 2 {
		t.Error("With changed the state it was called on")
	}
}
