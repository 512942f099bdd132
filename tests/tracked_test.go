package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// largest is how many bytes a file of the checkout may have. Goldens and pages stay well below it; programs and databases, which git would keep
// for ever, do not.
const largest = 1 << 20

// TestNothingLargeIsTracked keeps built programs, databases and profiles out of the history.
func TestNothingLargeIsTracked(t *testing.T) {
	t.Parallel()
	listed, err := exec.Command("git", "-C", "..", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("not a git checkout: ", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		info, err := os.Lstat(filepath.Join("..", name))
		if err != nil {
			continue // deleted here, not yet in git
		}
		if info.Size() > largest {
			t.Errorf("%s has %d bytes, more than %d: is it meant to be in git?", name, info.Size(), largest)
		}
	}
}
