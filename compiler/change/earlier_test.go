package change_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestWhatChangedSinceAVersionIsWhatIsToBeBuiltWhereThatWasBuilt compares a project with an earlier version of itself, and with a warehouse in which that was
// built.
func TestWhatChangedSinceAVersionIsWhatIsToBeBuiltWhereThatWasBuilt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(0, 2).Draw(r, "edits before") {
			w.randomEdit(r)
		}
		before := w.compiled()
		w.apply(before)
		for range rapid.IntRange(0, 3).Draw(r, "edits") {
			w.randomEdit(r)
		}
		now := w.compiled()
		verdicts, unknown := now.Since(before.AsBuilt())
		if len(unknown) > 0 {
			r.Fatalf("codes that are not known: %v", unknown)
		}
		if diff := cmp.Diff(said(w.verdicts(now)), said(verdicts)); diff != "" {
			r.Fatal(diff)
		}
	})
}
