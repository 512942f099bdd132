package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/policy"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/git"
)

// base is what a pull request is compared with: the project as it was where its branch began, or as an earlier manifest has it.
type base struct {
	*git.Base  // nil if there is no commit
	repository *git.Repository
	manifest   string                     // the folder of a manifest that is used instead; "" for none
	why        error                      // why nothing is known of it; nil if it is
	graph      *change.Graph              // nil if it is not known, or is a manifest's
	checks     []*policy.Check            // that it has; those in whose files something is wrong among them
	own        map[string]*change.Verdict // on what the pull request has otherwise, by IDs; nil if that is not known

	// stale are the nodes that the target has otherwise than the base makes them: it was built of another commit. That is a newer one of the branch that
	// this goes into if ahead is set.
	stale []*compiler.Node
	ahead bool
}

// mergedRef is what is checked out where a CI merges both branches first.
var mergedRef = regexp.MustCompile(`^refs/pull/\d+/merge$`)

// wantedBase is what the CI tells of the base.
func (a *app) wantedBase(revision string) git.Wanted {
	w := git.Wanted{
		Revision: revision,
		Merged:   mergedRef.MatchString(a.Env["GITHUB_REF"]) || mergedRef.MatchString(a.Env["BUILD_SOURCEBRANCH"]),
		Commit:   a.Env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"], // set where GitLab has merged both branches
	}
	if w.Commit == "" {
		w.Commit = a.Env["CI_MERGE_REQUEST_DIFF_BASE_SHA"]
	}
	for _, name := range []string{
		"GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "SYSTEM_PULLREQUEST_TARGETBRANCH", "BITBUCKET_PR_DESTINATION_BRANCH",
		"BUILDKITE_PULL_REQUEST_BASE_BRANCH",
	} {
		if w.Branch == "" {
			w.Branch = a.Env[name]
		}
	}
	return w
}

// findBase finds the base in git. That there is none is no error: the report says so. A revision that somebody named has to be there.
func (v *review) findBase(ctx context.Context) (err error) {
	v.base = &base{manifest: v.options.state}
	if v.base.manifest != "" {
		v.openState(stateOptions{state: v.base.manifest})
		return nil
	}
	if v.base.repository, err = git.Open(ctx, v.variables(), v.project.Dir); err == nil {
		v.base.Base, err = v.base.repository.Base(ctx, v.wantedBase(v.options.base))
	}
	var missing *git.Missing
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case v.options.base != "" && errors.As(err, &missing):
		return usagef(missing.Hint, "--base: %s", missing.What)
	}
	v.base.why = err
	return nil
}

// variables are the environment as programs take it.
func (a *app) variables() (list []string) {
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		list = append(list, name+"="+a.Env[name])
	}
	return list
}

// compareWithBase finds out what the pull request itself has otherwise than its base, given what the project is made of now.
func (v *review) compareWithBase(ctx context.Context, made *change.Graph, catalog *relation.Catalog) (err error) {
	b := v.base
	v.made = made
	if b.why != nil {
		return nil
	}
	var verdicts []*change.Verdict
	if b.manifest != "" {
		verdicts, err = v.sinceManifest()
		if err != nil {
			return err
		}
	} else {
		b.graph, b.why = v.graphAt(ctx, b.Commit, catalog, func(g *compiler.Graph) error {
			files, err := g.Project.CheckFiles()
			b.checks, _ = policy.Checks(g.Project, files)
			return err
		})
		if b.why != nil {
			return ctx.Err()
		}
		verdicts, _ = made.Since(b.graph.AsBuilt())
	}
	b.own = map[string]*change.Verdict{}
	for _, verdict := range verdicts {
		if verdict.Node == nil || verdict.Differs() {
			b.own[verdict.ID] = verdict
		}
	}
	return nil
}

// graphAt is what the project was made of at a commit. It is checked out beside, and compiled for the same target; read reads more of its files, nil nothing.
func (v *review) graphAt(ctx context.Context, commit string, catalog *relation.Catalog, read func(*compiler.Graph) error) (made *change.Graph, err error) {
	err = v.checkedOut(ctx, commit, func(there string) error {
		g, err := v.compileThere(there)
		if err != nil {
			return err
		}
		made = madeOf(ctx, g, catalog, nil)
		if err := context.Cause(ctx); err != nil || read == nil {
			return err
		}
		return read(g)
	})
	return made, err
}

// checkedOut does something with the project as it was at a commit, in a folder that is there meanwhile.
func (v *review) checkedOut(ctx context.Context, commit string, do func(there string) error) (err error) {
	dir, err := os.MkdirTemp("", "mod-base-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := v.base.repository.Checkout(ctx, commit, dir, v.foldersOfProject()...); err != nil {
		return err
	}
	there := filepath.Join(dir, filepath.FromSlash(v.base.repository.Project))
	if !hasProject(there) {
		return &git.Missing{What: "there was no project in this folder"}
	}
	if err := v.lend(there); err != nil {
		return err
	}
	return do(there)
}

// foldersOfProject are the folders of the repository that the project is read from: its own, and those of local packages.
func (v *review) foldersOfProject() []string {
	r := v.base.repository
	folders := []string{r.Project}
	for _, p := range v.project.Packages[1:] {
		real, err := filepath.EvalSymlinks(p.Dir)
		if err != nil {
			continue
		}
		if rel, err := filepath.Rel(r.Dir, real); err == nil && filepath.IsLocal(rel) {
			folders = append(folders, filepath.ToSlash(rel))
		}
	}
	return folders
}

// lend lends the project at another place what git does not have of it: installed packages, variables, and the way to the warehouse.
func (v *review) lend(to string) error {
	for _, name := range []string{filepath.FromSlash(v.project.Root.Paths.Packages), ".env", "profiles.yml"} {
		from, at := filepath.Join(v.project.Dir, name), filepath.Join(to, name)
		if _, err := os.Lstat(at); !filepath.IsLocal(name) || !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, err := os.Stat(from); err != nil {
			continue
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o777), os.Symlink(from, at)); err != nil {
			return err
		}
	}
	return nil
}

// compileThere compiles the project of another folder as this one is. What its templates have to say is nobody's business.
func (v *review) compileThere(dir string) (*compiler.Graph, error) {
	p, found := v.readOptions(project.Options{Dir: dir, NeedTarget: !v.options.offline})
	if p == nil || found.HasErrors() {
		return nil, doesNotCompile(found.Err())
	}
	v.secrets.others = append(v.secrets.others, p)
	d := dialect.Named(p.Target.Type)
	if d == nil {
		return nil, doesNotCompile(unknownWarehouse(p.Target))
	}
	i := v.app.invocation(p, compileOptions{which: "ci"})
	i.Print, i.Log, i.Warn, i.Heard = func(string) {}, func(string, bool) {}, func(string) error { return nil }, nil
	o := compiler.Options{Dialect: d, Invocation: i}
	g, found := compiler.Compile(p, o)
	if g != nil && !found.HasErrors() {
		found.Append(v.joinTargets(g, !v.options.offline, o))
	}
	if found.HasErrors() {
		return nil, doesNotCompile(found.Err())
	}
	return g, nil
}

func doesNotCompile(err error) error { return fmt.Errorf("it does not compile: %w", err) }

// findStale finds out what the target has otherwise than the base makes it.
func (v *review) findStale(ctx context.Context) error {
	b := v.base
	if b.graph == nil {
		return nil
	}
	atHome := func(g *change.Graph) (map[string]bool, error) {
		out := map[string]bool{}
		verdicts, err := v.steps.runner.JudgeHome(ctx, v.steps.seen, g)
		for _, verdict := range verdicts {
			if n := verdict.Node; n != nil && n.Stored() && !n.Shared() && verdict.Differs() {
				out[verdict.ID] = true
			}
		}
		return out, err
	}
	differs, err := atHome(b.graph)
	if err != nil || len(differs) == 0 || len(differs) == len(b.graph.Nodes) {
		return err
	}
	for _, n := range b.graph.Order {
		if differs[n.ID] {
			b.stale = append(b.stale, n)
		}
	}
	if b.Behind == 0 {
		return nil
	}
	g, err := v.graphAt(ctx, b.Tip, v.steps.seen.All(), nil)
	if err != nil {
		return ctx.Err() // it is not known, then
	}
	later, err := atHome(g)
	b.ahead = !slices.ContainsFunc(b.stale, func(n *compiler.Node) bool { return later[n.ID] })
	return err
}

// sinceManifest is what differs from an earlier manifest, and what is made of that.
func (v *review) sinceManifest() ([]*change.Verdict, error) {
	changes, err := v.earlier().Changes()
	if err != nil {
		return nil, err
	}
	differs := map[string]*change.Verdict{}
	var gone []*change.Verdict
	for _, c := range changes {
		switch {
		case c.Node == nil:
			gone = append(gone, &change.Verdict{ID: c.Old.ID, State: change.Removed, Reasons: []change.Reason{{Text: "it is in the project no more"}}})
		case c.Old == nil:
			differs[c.Node.ID] = &change.Verdict{Node: c.Node, ID: c.Node.ID, State: change.New, Reasons: []change.Reason{{Text: "it does not exist yet"}}}
		default:
			differs[c.Node.ID] = &change.Verdict{Node: c.Node, ID: c.Node.ID, State: change.Changed,
				Reasons: []change.Reason{{Text: "its " + join(c.How, "and") + " changed", At: c.Node.At}}}
		}
	}
	var out []*change.Verdict
	for _, n := range v.graph.Order {
		if differs[n.ID] == nil && !isTest(n) {
			for _, id := range n.DependsOn {
				if parent := differs[id]; parent != nil && parent.Node.Type != compiler.Test {
					differs[n.ID] = &change.Verdict{Node: n, ID: n.ID, State: change.Affected, Reasons: []change.Reason{{Text: "it reads " + parent.Node.Label() + ", which changed"}}}
					break
				}
			}
		}
		if d := differs[n.ID]; d != nil && slices.Contains(built, n.Type) {
			out = append(out, d)
		}
	}
	return append(out, gone...), nil
}
