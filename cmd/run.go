package cmd

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/state"
)

// runOptions are the options of the commands that run nodes: run, build, test and seed.
type runOptions struct {
	selection
	eventTimes
	which         string          // the command
	types         []compiler.Type // of node that belong to it
	fullRefresh   bool
	empty         bool
	storeFailures bool
	changed       bool
	picker        bool // nodes are picked first, at the terminal
}

// registerChanged defines the flag of commands that can leave alone what is as it was built.
func (o *runOptions) registerChanged(fs *pflag.FlagSet) {
	fs.BoolVar(&o.changed, "changed", false, "build only what a plan says is needed: see mod plan")
}

// registerRefresh defines the flags of commands that make relations.
func (o *runOptions) registerRefresh(fs *pflag.FlagSet) {
	fs.BoolVarP(&o.fullRefresh, "full-refresh", "f", false, "build incremental models and seeds anew")
	toggle(fs, &o.empty, "empty", "", "build everything without rows, to see that it can be built")
}

func newRun(a *app) *cobra.Command {
	o := runOptions{which: "run", types: []compiler.Type{compiler.Model}}
	c := &cobra.Command{
		Use:   "run",
		Short: "Run models",
		Long: `Run the models of the project, each after those it reads. Tests are not run: see "mod build".

  mod run
  mod run --select +orders      orders and all that it is made from
  mod run --select tag:daily --exclude staging
  mod run -s orders --full-refresh
  mod run -i                    pick them at the terminal`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.picker {
				return a.pickAndRun(c.Context(), o)
			}
			return a.run(c.Context(), o)
		},
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	o.registerRefresh(c.Flags())
	o.registerChanged(c.Flags())
	c.Flags().BoolVarP(&o.picker, "interactive", "i", false, "pick the models at the terminal first, and print the flags that say the same")
	return c
}

// runChanged runs those of the selected nodes that are not as they were built.
func (a *app) runChanged(ctx context.Context, o runOptions) error {
	if o.fullRefresh || o.empty || o.narrowed() {
		return usagef("leave one of them away", "--changed builds what is needed, as it is: it goes with none of --full-refresh, --empty, --sample and --event-time-start")
	}
	s, err := a.compile(compileOptions{which: o.which, needTarget: true, failFast: a.flags.failFast, storeFailures: o.storeFailures, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	u, err := s.upkeep(ctx, planOptions{selection: o.selection, types: needable(o.types)})
	if err != nil {
		return err
	}
	u.runner.Options.StoreFailures = o.storeFailures
	if len(u.plan.Steps) == 0 {
		s.view.note(u.summary())
	}
	results, err := u.runner.Run(ctx, u.plan)
	return s.finish(results, errors.Join(err, u.runner.Close()))
}

// needable are those of the types of which it is known whether they are as they were built.
func needable(types []compiler.Type) []compiler.Type {
	return slices.DeleteFunc(slices.Clone(types), func(t compiler.Type) bool { return !slices.Contains(built, t) })
}

// run runs the selected nodes.
func (a *app) run(ctx context.Context, o runOptions) error {
	if o.changed {
		return a.runChanged(ctx, o)
	}
	window, err := o.window()
	if err != nil {
		return err
	}
	sample, err := o.sampled(a.started)
	if err != nil {
		return err
	}
	s, err := a.compile(compileOptions{
		which: o.which, needTarget: true, fullRefresh: o.fullRefresh, empty: o.empty, storeFailures: o.storeFailures,
		failFast: a.flags.failFast, selects: o.selects, excludes: o.excludes, sample: sample,
	})
	if err != nil {
		return err
	}
	nodes, err := s.pick(o.selection, o.types...)
	if err != nil {
		return err
	}
	nodes = s.inEnvironment(nodes)
	if len(nodes) == 0 {
		s.view.note("nothing to do: the selection has no " + whatRuns(o.types))
		return errors.Join(s.writeManifest(), s.writeResults(&runner.Results{Started: s.started, Finished: s.Now()}))
	}
	r, err := s.runner(ctx, nodes, o)
	if err != nil {
		return errors.Join(err, s.writeManifest())
	}
	r.Options.EventTime = window
	seen, err := s.observe(ctx, r, nodes, o.which, o.empty || sample != nil)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	p, err := plan.New(s.graph, seen, r.Options)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	results, err := r.Run(ctx, p)
	return s.finish(results, errors.Join(err, r.Close()))
}

// whatRuns is the word for what a command runs.
func whatRuns(types []compiler.Type) string {
	if len(types) == 1 {
		return typeWord(types[0])
	}
	return "node to run"
}

// runner is the runner of those nodes, on an open warehouse that the caller closes.
func (s *session) runner(ctx context.Context, nodes []*compiler.Node, o runOptions) (*runner.Runner, error) {
	r, err := s.reach(ctx, nodes)
	if err != nil {
		return nil, err
	}
	r.FailFast, r.WarnFails = s.flags.failFast, s.flags.warnings.of(testResult) == fails
	if s.told != nil {
		r.MostFound = failingShown
	}
	r.Options = plan.Options{FullRefresh: o.fullRefresh, StoreFailures: o.storeFailures, Empty: o.empty, Now: s.started}
	r.Redact = s.secrets.hiding()
	r.TargetDir, r.State, r.Python = s.targetDir(), state.File(filepath.Join(s.targetDir(), "mod_state.json")), s.Env["MOD_PYTHON"]
	if s.again != nil {
		r.Options.Now, r.Resume = s.again.began, s.again.batches(nodes)
	}
	for _, n := range nodes {
		r.Options.Selected = append(r.Options.Selected, n.ID)
	}
	return r, nil
}

// threadsOfDefault is how many nodes run at the same time where nobody chose: in the project without a profile.
const threadsOfDefault = 4

// threads is how many nodes run at the same time. One that a profile leaves open is one, as for dbt.
func (s *session) threads() int {
	switch {
	case s.flags.threads > 0:
		return s.flags.threads
	case s.project.Target.Default:
		return threadsOfDefault
	default:
		return max(s.project.Target.Threads, 1)
	}
}

// finish writes the artifacts of a run and turns its end into an exit status.
func (s *session) finish(results *runner.Results, err error) error {
	if results != nil {
		err = errors.Join(err, s.writeResults(results))
	}
	err = errors.Join(err, s.writeManifest())
	switch {
	case results == nil:
		return err
	case results.Interrupted:
		return errors.Join(outcome{exitInterrupted}, err)
	case err != nil:
		return err
	case results.Invalid:
		return outcome{exitInvalid}
	case results.Failed():
		return outcome{exitFailed}
	default:
		return nil
	}
}
