package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Repository is a repository with files checked out. It is not changed, and safe for concurrent use.
type Repository struct {
	Folder // the top of its files
	// Project is the folder that it was opened for, from the top, with slashes; "." for the top itself.
	Project string
}

// Missing is something that a repository does not have, and what can be done about it.
type Missing struct{ What, Hint string }

// Error says what is missing.
func (m *Missing) Error() string { return m.What }

// Open finds the repository of a folder. Without one, or without the git program, the error is a [*Missing].
func Open(ctx context.Context, env []string, dir string) (*Repository, error) {
	f := Folder{Dir: dir, Env: env}
	top, err := f.Output(ctx, "rev-parse", "--show-toplevel")
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return nil, &Missing{"there is no program git", "install git, and see that it is in PATH"}
	case err != nil && strings.Contains(err.Error(), "dubious ownership"):
		return nil, &Missing{"git does not trust the folder, which belongs to another user", "git config --global --add safe.directory '*'"}
	case err != nil:
		return nil, &Missing{"the project is in no git repository", "check it out with git"}
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	project, err := filepath.Rel(filepath.FromSlash(top), real)
	f.Dir = filepath.FromSlash(top)
	return &Repository{f, filepath.ToSlash(project)}, err
}

// Base is the commit with which a branch is compared: the last one that it has in common with the branch that it is to go into.
type Base struct {
	Commit string // whole
	Time   time.Time
	Branch string // that it is to go into, for people; "" if that is not known
	Tip    string // the newest commit of that; "" if it is not known
	Behind int    // how many commits that has which are neither in the base nor in what is checked out
}

// Short is the commit for people.
func (b *Base) Short() string { return b.Commit[:min(len(b.Commit), 7)] }

// Wanted says what is known of a base before the repository is asked.
type Wanted struct {
	Revision string // the base itself, as somebody named it
	Commit   string // the base itself, as the CI has it; "" if it does not tell
	Branch   string // that it is to go into; "" for the default of origin
	Merged   bool   // what is checked out is a merge that the CI has made of both branches
}

// hash is what the hash of a commit looks like; anything else could be an option of git.
var hash = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

// Base finds the base of what is checked out. Of a shallow repository it fetches what that takes. If there is none, the error is a [*Missing].
func (r *Repository) Base(ctx context.Context, w Wanted) (*Base, error) {
	head, err := r.Output(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
	if err != nil {
		return nil, r.missing(ctx, "the repository has no commit", "commit something")
	}
	b := &Base{Branch: strings.TrimPrefix(w.Branch, "refs/heads/")}
	switch {
	case w.Revision != "":
		if b.Commit, err = r.Output(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", w.Revision+"^{commit}"); err != nil {
			return nil, r.missing(ctx, fmt.Sprintf("the repository has no revision %q", w.Revision), "fetch it: git fetch --unshallow, or fetch-depth: 0")
		}
	case hash.MatchString(w.Commit):
		b.Commit = w.Commit
	case w.Merged:
		b.Commit = r.firstParent(ctx, head)
	}
	if b.Commit == "" {
		return r.mergeBase(ctx, b, head)
	}
	if err := r.have(ctx, b.Commit); err != nil {
		return nil, err
	}
	b.Tip, _ = r.tip(ctx, b)
	return r.aged(ctx, b)
}

// missing is that something is not there, or that nobody waits for the answer any more.
func (r *Repository) missing(ctx context.Context, what, hint string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return &Missing{what, hint}
}

// firstParent is the first of several parents of a commit, whether the repository has it or not; "" if the commit is no merge.
func (r *Repository) firstParent(ctx context.Context, commit string) string {
	text, err := r.Output(ctx, "cat-file", "commit", commit)
	if err != nil {
		return ""
	}
	header, _, _ := strings.Cut(text, "\n\n")
	first, n := "", 0
	for line := range strings.Lines(header) {
		if parent, ok := strings.CutPrefix(strings.TrimSpace(line), "parent "); ok {
			if n++; n == 1 {
				first = parent
			}
		}
	}
	if n < 2 {
		return ""
	}
	return first
}

// have fetches a commit that the repository does not have.
func (r *Repository) have(ctx context.Context, commit string) error {
	if r.Run(ctx, "cat-file", "-e", commit+"^{commit}") == nil {
		return nil
	}
	if err := r.Run(ctx, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", commit); err != nil {
		return r.missing(ctx, fmt.Sprintf("the repository does not have the commit %s, and it cannot be fetched: %s", commit[:min(len(commit), 7)], firstLine(err)), deeper)
	}
	return nil
}

// firstLine is what git says first; it goes on with advice.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "; ")
	return line
}

// deeper is what can be done about a history that is cut off.
const deeper = "let the CI check out the whole history: fetch-depth: 0 (GitHub), GIT_DEPTH: 0 (GitLab), or git fetch --unshallow"

// Branch is the branch that is checked out, "" if none is, and whether it is the one that others go into: the default of origin, or main or master.
func (r *Repository) Branch(ctx context.Context) (name string, isDefault bool, err error) {
	name, err = r.Output(ctx, "symbolic-ref", "--quiet", "--short", "HEAD")
	if err != nil {
		return "", false, context.Cause(ctx)
	}
	others, err := r.Output(ctx, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
	if err != nil {
		return name, name == "main" || name == "master", context.Cause(ctx)
	}
	return name, name == strings.TrimPrefix(others, "origin/"), nil
}

// tip is the newest commit of the branch of a base, which it names if nobody has.
func (r *Repository) tip(ctx context.Context, b *Base) (string, error) {
	names := []string{"refs/remotes/origin/" + b.Branch, "refs/heads/" + b.Branch}
	if b.Branch == "" {
		names = []string{"refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master"}
	}
	for _, name := range names {
		tip, err := r.Output(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}")
		if err != nil {
			continue
		}
		if b.Branch == "" {
			if to, err := r.Output(ctx, "symbolic-ref", "--quiet", name); err == nil {
				name = to
			}
			b.Branch = strings.TrimPrefix(strings.TrimPrefix(name, "refs/remotes/origin/"), "refs/heads/")
		}
		return tip, nil
	}
	if b.Branch == "" {
		return "", r.missing(ctx, "it is not known which branch this goes into", "name it: --base origin/main")
	}
	return "", r.missing(ctx, "the repository does not have the branch "+b.Branch, "git fetch origin "+b.Branch)
}

// steps are how many commits of a shallow history are fetched, one after the other, until it has the merge base.
var steps = [...]int{50, 200, 1000}

// mergeBase finds the last commit that both branches have.
func (r *Repository) mergeBase(ctx context.Context, b *Base, head string) (*Base, error) {
	tip, err := r.tip(ctx, b)
	if err != nil && b.Branch != "" {
		ref := "refs/remotes/origin/" + b.Branch
		fetch := []string{"fetch", "--quiet", "--no-tags", "origin", "+refs/heads/" + b.Branch + ":" + ref}
		if r.shallow(ctx) {
			fetch = append(fetch[:3], append([]string{"--depth=1"}, fetch[3:]...)...)
		}
		if r.Run(ctx, fetch...) == nil {
			tip, err = r.tip(ctx, b)
		}
	}
	if err != nil {
		return nil, err
	}
	b.Tip = tip
	for i := 0; ; i++ {
		b.Commit, err = r.Output(ctx, "merge-base", head, tip)
		if err == nil {
			return r.aged(ctx, b)
		}
		if !saysNo(err) && ctx.Err() == nil {
			return nil, err
		}
		if !r.shallow(ctx) {
			return nil, r.missing(ctx, "this branch and "+b.Branch+" have no commit in common", "rebase it on "+b.Branch+", or name the base: --base COMMIT")
		}
		if i == len(steps) {
			return nil, r.missing(ctx, fmt.Sprintf("the history is cut off, and what this branch has in common with %s is not within %d commits", b.Branch, steps[i-1]), deeper)
		}
		if err := r.Run(ctx, "fetch", "--quiet", "--no-tags", "--deepen="+strconv.Itoa(steps[i]), "origin", head, tip); err != nil {
			return nil, r.missing(ctx, "the history is cut off, and cannot be fetched: "+firstLine(err), deeper)
		}
	}
}

// shallow tells whether the history is cut off.
func (r *Repository) shallow(ctx context.Context) bool {
	answer, err := r.Output(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && answer == "true"
}

// aged adds to a base when it was made, and how far its branch has gone on.
func (r *Repository) aged(ctx context.Context, b *Base) (*Base, error) {
	text, err := r.Output(ctx, "show", "--no-patch", "--format=%ct", b.Commit)
	if err != nil {
		return nil, err
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("git show: %w", err)
	}
	b.Time = time.Unix(seconds, 0)
	if b.Tip == "" {
		return b, nil
	}
	more, err := r.Output(ctx, "rev-list", "--count", b.Tip, "^"+b.Commit, "^HEAD")
	if err != nil {
		return nil, err
	}
	b.Behind, err = strconv.Atoi(more)
	return b, err
}
