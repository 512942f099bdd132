package git_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/runner/git"
)

// forge is a repository that others clone, with a branch main and a branch topic that began at its second commit.
type forge struct {
	t   *testing.T
	dir string
}

// newForge makes one whose branches have so many commits each after that.
func newForge(t *testing.T, more int) *forge {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	f := &forge{t, filepath.Join(t.TempDir(), "origin")}
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f.git(f.dir, "init", "--quiet", "--initial-branch", "main")
	f.git(f.dir, "config", "uploadpack.allowAnySHA1InWant", "true")
	f.commit("main", "first")
	f.commit("main", "second")
	f.git(f.dir, "branch", "topic")
	for i := range more {
		f.commit("topic", fmt.Sprintf("topic %d", i))
		f.commit("main", fmt.Sprintf("main %d", i))
	}
	return f
}

func (f *forge) git(dir string, args ...string) string {
	f.t.Helper()
	c := exec.CommandContext(f.t.Context(), "git", args...)
	c.Dir, c.Env = dir, environment()
	out, err := c.CombinedOutput()
	if err != nil {
		f.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func environment() []string {
	return append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.c",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b.c", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
}

// commit changes the project shop/ and a file beside it on a branch.
func (f *forge) commit(branch, text string) string {
	f.t.Helper()
	if f.git(f.dir, "branch", "--show-current") != branch {
		f.git(f.dir, "checkout", "--quiet", branch)
	}
	for _, file := range []string{"shop/orders.sql", "shop/models/" + branch + ".sql", "other/notes.txt"} {
		path := filepath.Join(f.dir, filepath.FromSlash(file))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			f.t.Fatal(err)
		}
	}
	f.git(f.dir, "add", ".")
	f.git(f.dir, "commit", "--quiet", "-m", text)
	return f.git(f.dir, "rev-parse", "HEAD")
}

// clone clones a branch as a CI does.
func (f *forge) clone(branch string, args ...string) string {
	f.t.Helper()
	dir := filepath.Join(f.t.TempDir(), "clone")
	f.git(f.dir, append(append([]string{"clone", "--quiet", "--branch", branch}, args...), "file://"+filepath.ToSlash(f.dir), dir)...)
	return dir
}

func open(t *testing.T, dir string) *git.Repository {
	t.Helper()
	r, err := git.Open(t.Context(), environment(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func base(t *testing.T, dir string, w git.Wanted) *git.Base {
	t.Helper()
	b, err := open(t, dir).Base(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBaseIsTheLastCommitInCommon(t *testing.T) {
	t.Parallel()
	f := newForge(t, 2)
	want := f.git(f.dir, "rev-parse", "main~2")
	for _, w := range []git.Wanted{{}, {Branch: "main"}, {Branch: "refs/heads/main"}, {Commit: want, Branch: "main"}, {Revision: "origin/main~2", Branch: "main"}} {
		b := base(t, f.clone("topic"), w)
		got := []any{b.Commit, b.Branch, b.Behind, b.Time.UTC().Format("2006-01-02"), b.Short()}
		if diff := cmp.Diff([]any{want, "main", 2, "2026-01-02", want[:7]}, got); diff != "" {
			t.Errorf("%+v:\n%s", w, diff)
		}
	}
}

func TestShallowHistoryIsFetchedAsFarAsItTakes(t *testing.T) {
	t.Parallel()
	f := newForge(t, 3)
	want := f.git(f.dir, "rev-parse", "main~3")
	for _, w := range []git.Wanted{{Branch: "main"}, {Commit: want, Branch: "main"}} {
		if b := base(t, f.clone("topic", "--depth=1"), w); b.Commit != want {
			t.Errorf("%+v: %s", w, b.Commit)
		}
	}
}

func TestMergeOfBothBranchesIsComparedWithTheOneThatItGoesInto(t *testing.T) {
	t.Parallel()
	f := newForge(t, 1)
	main := f.git(f.dir, "rev-parse", "main")
	f.git(f.dir, "checkout", "--quiet", "-B", "merged", "main")
	f.git(f.dir, "merge", "--quiet", "-s", "ours", "topic")
	b := base(t, f.clone("merged", "--depth=1"), git.Wanted{Branch: "main", Merged: true})
	if b.Commit != main || b.Behind != 0 {
		t.Errorf("the base is %+v, and main is %s", b, main)
	}
}

func TestThatThereIsNoBaseSaysWhatToDo(t *testing.T) {
	t.Parallel()
	f := newForge(t, 1)
	alone := f.clone("topic", "--depth=1")
	f.git(alone, "remote", "remove", "origin")
	f.git(f.dir, "checkout", "--quiet", "--orphan", "other")
	f.git(f.dir, "commit", "--quiet", "-m", "from nothing")
	empty := t.TempDir()
	f.git(empty, "init", "--quiet")
	for _, c := range []struct {
		dir  string
		w    git.Wanted
		want string
	}{
		{alone, git.Wanted{Branch: "main"}, "the repository does not have the branch main: git fetch origin main"},
		{alone, git.Wanted{Revision: "v1"}, `the repository has no revision "v1": fetch it: git fetch --unshallow, or fetch-depth: 0`},
		{alone, git.Wanted{Commit: strings.Repeat("0", 40)}, "the repository does not have the commit 0000000"},
		{alone, git.Wanted{Commit: "--upload-pack=x", Branch: "main"}, "the repository does not have the branch main"},
		{f.clone("other"), git.Wanted{Branch: "main"}, "this branch and main have no commit in common: rebase it on main"},
		{empty, git.Wanted{}, "the repository has no commit"},
	} {
		_, err := open(t, c.dir).Base(t.Context(), c.w)
		var missing *git.Missing
		if !errors.As(err, &missing) {
			t.Errorf("%+v: the error is %v", c.w, err)
			continue
		}
		if got := missing.What + ": " + missing.Hint; !strings.HasPrefix(got, c.want) {
			t.Errorf("%+v:\n%s\n%s", c.w, got, c.want)
		}
	}
	if _, err := git.Open(t.Context(), environment(), t.TempDir()); err == nil || err.Error() != "the project is in no git repository" {
		t.Errorf("the error is %v", err)
	}
}

func TestCheckoutWritesOneProjectAndLeavesTheRepositoryAlone(t *testing.T) {
	t.Parallel()
	f := newForge(t, 1)
	dir := f.clone("topic")
	r := open(t, filepath.Join(dir, "shop"))
	if r.Project != "shop" {
		t.Errorf("the project is in %q", r.Project)
	}
	b, err := r.Base(t.Context(), git.Wanted{Branch: "main"})
	if err != nil {
		t.Fatal(err)
	}
	into := t.TempDir()
	if err := r.Checkout(t.Context(), b.Commit, into, r.Project); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = filepath.WalkDir(into, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(into, path)
		got[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"shop/orders.sql": "second", "shop/models/main.sql": "second"}, got); diff != "" {
		t.Error(diff)
	}
	if status := f.git(dir, "status", "--porcelain"); status != "" {
		t.Errorf("git status: %s", status)
	}
	if trees := f.git(dir, "worktree", "list"); strings.Count(trees, "\n") != 0 {
		t.Errorf("work trees: %s", trees)
	}
}
