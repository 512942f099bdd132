package deps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner/git"
)

func revisionOf(e *project.PackageEntry) string { return cmp.Or(e.Revision, "HEAD") }

var commit = regexp.MustCompile(`^[0-9a-f]{7,64}$`)

// pinGit fetches a repository to learn which commit its revision is, and what that needs.
func (in *installer) pinGit(ctx context.Context, e *project.PackageEntry) (*pin, error) {
	key := in.keyOf(e) + " " + revisionOf(e)
	if f := in.fetched[key]; f == nil {
		f, sha, err := in.fetchGit(ctx, e, revisionOf(e))
		if err != nil {
			return nil, err
		}
		in.fetched[key] = f
		in.fetched[(&pin{kind: e.Kind, entry: e, revision: sha}).id()] = f
		in.commits[key] = sha
		if slices.Contains([]string{"HEAD", "main", "master"}, revisionOf(e)) && !e.MayMove {
			in.result.Warnings.Warnf(e.PinAt, CodeUnpinnedPackage, "the git package %q is not pinned: it is what %s is now", e.Written, revisionOf(e)).Hint =
				"name a tag or a commit with \"revision:\", or add \"warn-unpinned: false\""
		}
	}
	f := in.fetched[key]
	p := &pin{kind: e.Kind, entry: e, name: f.name, revision: in.commits[key]}
	return p, in.listNeeds(p, f.dir)
}

// fetchGit checks a revision of a repository out, and tells which commit it is. It takes only that commit, if the server lets it.
func (in *installer) fetchGit(ctx context.Context, e *project.PackageEntry, revision string) (*fetched, string, error) {
	if strings.HasPrefix(e.Source, "-") || strings.HasPrefix(revision, "-") {
		return nil, "", problem(e.At, project.CodeInvalidPackages, "name a URL and a revision", "the git package %q begins with a dash, or its revision does", e.Written)
	}
	dir, err := in.room()
	if err != nil {
		return nil, "", err
	}
	g := git.Folder{Dir: dir, Env: in.Env}
	source := in.gitSource(e.Source)
	err = g.Run(ctx, "init", "--quiet")
	if err == nil {
		err = fetchInto(ctx, g, source, revision)
	}
	if err != nil {
		return nil, "", in.gitFailure(ctx, e, revision, err)
	}
	sha, err := g.Output(ctx, "rev-parse", "HEAD")
	if err != nil {
		return nil, "", in.gitFailure(ctx, e, revision, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
		return nil, "", fmt.Errorf("remove the history of %s: %w", e.Written, err)
	}
	if err := insideOnly(dir); err != nil {
		return nil, "", problem(e.At, CodeBrokenPackage, "take another revision of it", "the git package %q is refused: %v", e.Written, err)
	}
	f, err := in.packageIn(&project.PackageEntry{Source: e.Written, At: e.At, Subdirectory: cmp.Or(e.Subdirectory, ".")}, dir)
	return f, sha, err
}

// gitSource is a repository as git is given it: a folder is taken from the project's folder.
func (in *installer) gitSource(source string) string {
	if dir := filepath.Join(in.Project.Dir, filepath.FromSlash(source)); strings.HasPrefix(source, ".") && !strings.Contains(source, ":") {
		return dir
	}
	return source
}

// gitFailure is the failure of git, or a diagnostic if it is the revision that is not there.
func (in *installer) gitFailure(ctx context.Context, e *project.PackageEntry, revision string, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return &Failure{fmt.Errorf("fetch the package %s: there is no program git", e.Written), "install git, and see that it is in PATH"}
	case strings.Contains(err.Error(), "couldn't find remote ref"), strings.Contains(err.Error(), "did not match"):
		return problem(e.PinAt, CodeNoPackageVersion, "name a branch, a tag or a commit that it has", "the git package %q has no revision %q", e.Written, revision)
	}
	return &Failure{fmt.Errorf("fetch the package %s at %s: %w", e.Written, revision, err), "see that the repository is there and that git may read it"}
}

// fetchInto gets a revision and checks it out.
func fetchInto(ctx context.Context, g git.Folder, source, revision string) error {
	err := g.Run(ctx, "fetch", "--quiet", "--depth", "1", "--no-tags", "--", source, revision)
	if err == nil {
		return g.Run(ctx, "checkout", "--quiet", "--detach", "FETCH_HEAD")
	}
	if !commit.MatchString(revision) || errors.Is(err, exec.ErrNotFound) {
		return err
	}
	// Not every server gives out a commit by its name, and none by the beginning of it.
	if err := g.Run(ctx, "fetch", "--quiet", "--tags", "--", source, "+refs/heads/*:refs/remotes/origin/*"); err != nil {
		return err
	}
	return g.Run(ctx, "checkout", "--quiet", "--detach", revision)
}
