package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

// ciOptions are the options of mod ci.
type ciOptions struct {
	base, state string
	offline     bool
	baseline    bool
	post        []string
	sample      sampleFlag
}

func newCI(a *app) *cobra.Command {
	o := ciOptions{}
	c := &cobra.Command{
		Use:   "ci",
		Short: "Build and test what a pull request changes, and say what it does to the data",
		Long: `Build what the project has otherwise than the target into an environment of its own, run its tests, compare its rows with those of the target, and
write what a reviewer wants to know: Markdown on stdout, and all else in target/ci. All else is read from the target, which is left as it is.

The environment is called after the pull request where the variables of GitHub Actions, GitLab CI, Azure Pipelines, Bitbucket, Buildkite or CircleCI tell
its number. Outside a CI it is called after the branch that is checked out, unless that is the one that others go into; --env names another. The base is the
last commit that the branch has in common with the one that it is to go into, which the same variables name; the report says so if the target was not built
of it.

  mod ci                           in a CI, or on a branch here
  mod ci --env pr-123
  mod ci --base origin/main        compare with this commit
  mod ci --no-warehouse            compile, check and compare with the base, without a login
  mod ci --no-warehouse --state prod-artifacts
  mod ci --post comment,check      post the report at GitHub or GitLab, with the token in GITHUB_TOKEN or GITLAB_TOKEN
  mod ci close                     when the pull request is closed: what was built for it is set aside

Exit status: 0 all is well, 1 a model, a test or a check failed, 2 the project does not compile or a flag is wrong, 3 the warehouse cannot be reached,
or without one the base; or all is well, and the report cannot be posted.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.ci(c.Context(), o) },
	}
	a.registerEnvironment(c)
	f := c.Flags()
	f.StringVar(&o.base, "base", "", "the `commit` to compare with; the merge base if it is not given")
	f.StringVar(&o.state, "state", "", "the `folder` with the manifest of the base, instead of a commit")
	f.BoolVar(&o.offline, "no-warehouse", false, "do only what needs no connection, as for forks without secrets")
	f.BoolVar(&o.baseline, "baseline", false, "of what checks find, report only what the base has not; tests that fail at the target with the same rows do not fail the run")
	f.Var(&o.sample, "sample", "compare about so many `rows` of each model, or a part of them: 10000 or 5%")
	f.StringSliceVar(&o.post, "post", nil, "post the report as a `comment`, and at GitHub also as a check")
	c.AddCommand(newCIClose(a))
	return c
}

func newCIClose(a *app) *cobra.Command {
	env := ""
	c := &cobra.Command{
		Use:   "close",
		Short: "Set aside what was built for a pull request",
		Long: `Set aside the relations of the pull request's environment, as mod gc does: they can be brought back for a week with mod gc --undo.

  mod ci close
  mod ci close --env pr-123

Exit status: 0 it is set aside, or there was nothing, as of a pull request that changed nothing or is closed twice; 2 a flag is wrong; 3 the warehouse
cannot be reached.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			name, err := a.reviewed(c.Context(), env, true)
			if err != nil {
				return err
			}
			return a.gc(c.Context(), gcOptions{env: name, yes: true, format: "text"})
		},
	}
	c.Flags().StringVar(&env, "env", "", "the `name` of the environment")
	return c
}

// ci builds, tests and compares what the project has otherwise than the target, and reports.
func (a *app) ci(ctx context.Context, o ciOptions) error {
	if o.base != "" && o.state != "" {
		return usagef("leave one of them away", "--base and --state both say what to compare with")
	}
	var to *place
	if len(o.post) > 0 {
		var err error
		if to, err = a.postingTo(o.post); err != nil {
			return err
		}
	}
	name, err := a.reviewed(ctx, a.flags.environment, !o.offline)
	if err != nil && !o.offline {
		return err
	}
	a.flags.environment = name
	s, err := a.compile(compileOptions{which: "ci", needTarget: !o.offline, offline: o.offline})
	if err != nil {
		return err
	}
	s.project.Publish = project.AtOnce // nobody else reads it, and of a model that fails its tests it is told what is in it
	v := &review{session: s, options: o, place: to, home: map[string]*change.Verdict{}}
	if err := v.findBase(ctx); err != nil {
		return err
	}
	if o.offline {
		err = v.readOnly(ctx)
	} else {
		err = v.build(ctx)
	}
	if err != nil {
		return err
	}
	v.index()
	told, ended := errors.Join(v.write(), v.post(ctx)), s.finish(v.results, nil)
	var failed outcome
	if errors.As(ended, &failed) && failed.status == exitFailed && v.onlyExcused() {
		ended = nil
	}
	if err := errors.Join(told, ended); err != nil {
		return err
	}
	if err := v.outcome(); err != nil || !v.unposted {
		return err
	}
	return outcome{exitUnreachable}
}

// review is what was found out about a pull request.
type review struct {
	*session
	options  ciOptions
	base     *base
	made     *change.Graph     // what the project is made of now; nil until that is compared with the base
	place    *place            // where the report is posted; nil for nowhere
	unposted bool              // it should have been, and was not
	steps    *upkeep           // nil without a warehouse
	verdicts []*change.Verdict // on what is in the environment, or without a warehouse on what the pull request has otherwise than its base
	results  *runner.Results   // nil if there was nothing to run
	sorted   []*runner.Result  // see ordered
	differ   *differ           // what it has compared
	found    []runner.Compared
	// failsBefore are the tests that fail at the target with the same rows already, of those that fail here and are not the pull request's own.
	failsBefore map[*compiler.Node]bool
	syncs       []foreseenSync             // what those of what changes would send
	home        map[string]*change.Verdict // on what the environment has of its own, beside the target; without a warehouse on what is not as the base has it
	problems    []*diag.Diagnostic         // what checks found wrong with what changes
	before      int                        // how many of those are left out, since the base has them too
	elsewhere   int                        // how many checks found in what is not touched, and at the base too: they are left out always
	of          *reviewIndex               // all that by nodes; made once everything is found
}

// reviewIndex has what a review found by the nodes.
type reviewIndex struct {
	compared map[*compiler.Node]*diff.Result
	ran      map[*compiler.Node]*runner.Result
	here     map[string]*change.Verdict // by the IDs
	home     map[string]change.Built    // the last builds at the target, by the IDs
}

// index makes what is known of a node quick to find: a pull request may change hundreds.
func (v *review) index() {
	v.of = &reviewIndex{compared: map[*compiler.Node]*diff.Result{}, ran: map[*compiler.Node]*runner.Result{}, here: map[string]*change.Verdict{}}
	if v.steps != nil {
		v.of.home = v.steps.runner.Book.BuildsAtHome()
	}
	for _, c := range v.found {
		v.of.compared[c.Node] = c.Result
	}
	for _, r := range v.ordered() {
		v.of.ran[r.Node] = r
	}
	for _, here := range v.verdicts {
		v.of.here[here.ID] = here
	}
}

// build builds what is to be built, and compares it.
func (v *review) build(ctx context.Context) (err error) {
	u, err := v.upkeep(ctx, planOptions{format: "text"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.runner.Close()) }()
	v.steps, v.verdicts = u, u.verdicts
	home, err := u.runner.JudgeHome(ctx, u.seen, u.made)
	if err != nil {
		return err
	}
	own := map[string]bool{}
	for _, verdict := range u.verdicts {
		own[verdict.ID] = verdict.Node != nil && !verdict.Elsewhere
	}
	for _, verdict := range home {
		if own[verdict.ID] || verdict.Node == nil {
			v.home[verdict.ID] = verdict
		}
	}
	if err := errors.Join(v.compareWithBase(ctx, u.made, u.seen.All()), v.findStale(ctx)); err != nil {
		return err
	}
	if len(u.plan.Steps) > 0 {
		if v.results, err = u.runner.Run(ctx, u.plan); err != nil {
			return err
		}
	}
	if err := errors.Join(v.compare(ctx), v.findBefore(ctx), v.foreseeSyncs(ctx)); err != nil {
		return err
	}
	return v.check(ctx)
}

// readOnly finds out what the pull request has otherwise than its base, without a warehouse.
func (v *review) readOnly(ctx context.Context) error {
	if err := v.compareWithBase(ctx, madeOf(ctx, v.graph, nil, nil), nil); err != nil {
		return err
	}
	for id, verdict := range v.base.own {
		v.home[id] = verdict
	}
	return v.check(ctx)
}

// check looks for what is wrong with what changes, and with what that reaches, and asks the project's checks. What is wrong elsewhere was so before.
func (v *review) check(ctx context.Context) (err error) {
	c := lint.Case{Graph: v.graph, Policy: v.policy, Known: &diag.List{}, Analyze: v.analyze}
	for _, n := range v.graph.Order {
		if v.home[n.ID] != nil || v.steps == nil && v.base.why != nil { // what changes is not known
			c.Nodes = append(c.Nodes, n)
		}
	}
	found, err := v.askChecks(ctx)
	if err != nil {
		return err
	}
	c.Found = diagnosed(found)
	if len(c.Nodes) > 0 || len(c.Found.Sorted()) > 0 {
		v.problems, err = v.lint(ctx, c)
	}
	told := map[string]bool{} // of what the warehouse refused it was told already
	for _, r := range v.broken() {
		told[placeOf(problemOf(r))] = true
	}
	v.problems = slices.DeleteFunc(v.problems, func(d *diag.Diagnostic) bool { return !d.Span.IsZero() && told[placeOf(d)] })
	return errors.Join(err, v.leaveOlder(ctx, found), v.leaveBaseline(ctx))
}

// ordered are the results in the graph's order, which is the same in each run, and then those of what is not in it.
func (v *review) ordered() []*runner.Result {
	if v.results == nil || v.sorted != nil {
		return v.sorted
	}
	place := make(map[*compiler.Node]int, len(v.graph.Order))
	for i, n := range v.graph.Order {
		place[n] = i - len(v.graph.Order)
	}
	v.sorted = slices.Clone(v.results.All)
	slices.SortStableFunc(v.sorted, func(a, b *runner.Result) int { return place[a.Node] - place[b.Node] })
	return v.sorted
}

// problemsOf are the problems that are so bad.
func (v *review) problemsOf(s diag.Severity) (list []*diag.Diagnostic) {
	for _, d := range v.problems {
		if d.Severity == s {
			list = append(list, d)
		}
	}
	return list
}

// compare compares what the environment has of its own with what the target has.
func (v *review) compare(ctx context.Context) error {
	columns, err := v.analyze(ctx, nil)
	if err != nil {
		return err
	}
	v.differ = &differ{session: v.session, columns: columns, options: diffOptions{sample: v.options.sample}}
	seen, err := v.steps.runner.Observe(ctx, v.graph.Order)
	if err != nil {
		return err
	}
	var nodes []*compiler.Node
	for _, n := range v.graph.Order {
		if v.home[n.ID] != nil {
			nodes = append(nodes, n)
		}
	}
	list := v.differ.pairs(seen, nodes)
	for i, c := range list {
		list[i].Spec.Kept = keptBy(v.home[c.Node.ID])
	}
	v.found, err = v.steps.runner.Diff(ctx, list)
	return err
}

// outcome is the status to end with.
func (v *review) outcome() error {
	if v.steps == nil && v.base.why != nil && len(v.problemsOf(diag.Error)) == 0 {
		return outcome{exitUnreachable}
	}
	for _, c := range v.found {
		if c.Err != nil {
			return outcome{exitFailed}
		}
	}
	if len(v.problemsOf(diag.Error)) > 0 || v.results != nil && v.results.Failed() && !v.onlyExcused() {
		return outcome{exitFailed}
	}
	return nil
}

// write writes the report.
func (v *review) write() error {
	short := v.secrets.redact(v.markdown(longestReport))
	if err := v.writeFiles(); err != nil {
		return err
	}
	if summary := v.Env["GITHUB_STEP_SUMMARY"]; summary != "" {
		if err := appendTo(summary, short); err != nil {
			return err
		}
	}
	if v.Env["GITHUB_ACTIONS"] == "true" {
		if err := annotate(v.err, v.annotations(), v.pathPrefix()); err != nil {
			return err
		}
	}
	_, err := v.out.Write([]byte(short))
	return err
}

// writeFiles writes the report in the forms that other programs read, into target/ci.
func (v *review) writeFiles() error {
	found, prefix := v.diagnostics(), v.pathPrefix()
	text := func(name, text string) error {
		return writeWhole(filepath.Join(v.targetDir(), "ci", name), func(w io.Writer) error { _, err := io.WriteString(w, v.secrets.redact(text)); return err })
	}
	return errors.Join(
		text("report.md", v.markdown(0)),
		text("report.tap", v.tap()),
		v.writeJUnit(),
		v.writeArtifact("ci/report.json", v.writeJSON),
		v.writeArtifact("ci/report.sarif", func(w io.Writer) error { return writeSARIF(w, found, prefix) }),
		v.writeArtifact("ci/gl-code-quality-report.json", func(w io.Writer) error { return v.writeQuality(w, found, prefix) }),
	)
}

// mostAnnotations is how many errors, and how many warnings, GitHub shows of a step.
// https://docs.github.com/en/rest/checks/runs
const mostAnnotations = 10

// annotations are the diagnostics that are shown beside the lines of the change: the worst first, and of each kind no more than are shown.
func (v *review) annotations() (list []*diag.Diagnostic) {
	for _, s := range []diag.Severity{diag.Error, diag.Warning} {
		of := slices.DeleteFunc(v.diagnostics(), func(d *diag.Diagnostic) bool { return d.Severity != s })
		list = append(list, of[:min(len(of), mostAnnotations)]...)
	}
	return list
}

// diagnostics are all that is wrong, the worst first: models that cannot be built, tests that fail, errors that checks found, then the same of warnings.
func (v *review) diagnostics() (list []*diag.Diagnostic) {
	warned, failed := v.tests()
	for _, r := range slices.Concat(v.broken(), failed) {
		list = append(list, problemOf(r))
	}
	list = append(list, v.problemsOf(diag.Error)...)
	for _, r := range warned {
		list = append(list, problemOf(r))
	}
	return slices.Concat(list, v.problemsOf(diag.Warning), v.problemsOf(diag.Info))
}

// appendTo adds text to a file.
func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
