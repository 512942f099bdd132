package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

func newPromote(a *app) *cobra.Command {
	o := planOptions{}
	c := &cobra.Command{
		Use:   "promote environment",
		Short: "Put what an environment has built into the target",
		Long: `Take the tables that were built and tested in an environment to where the target has them, without computing them again: where they are what would
be built of the project now, of the same data. What is not is built in the target, and the plan says why. Views are made anew. All of it takes its place at
once where the warehouse has transactions for that.

  mod promote pr-123                       show the plan, and ask if somebody is there
  mod promote pr-123 --yes                 without being asked
  mod promote pr-123 --plan 3f2a9c0d11e4   the very plan that was shown
  mod promote pr-123 --format json         the plan for other programs`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.promote(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.id, "plan", "", "promote by the plan of that `ID`, as it was shown")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.BoolVar(&o.unasked, "no-freshness", false, "do not ask sources whether they have newer data")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// promote plans, asks and puts into the target what an environment has.
func (a *app) promote(ctx context.Context, name string, o planOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "promote", needTarget: true, failFast: a.flags.failFast})
	if err != nil {
		return err
	}
	u, err := s.promotion(ctx, name, o)
	if err != nil {
		return err
	}
	ready, err := s.agreedIfAsked(ctx, u, o)
	return s.carryOut(ctx, u, ready, err, func(results *runner.Results) error {
		if results.Failed() {
			return nil
		}
		return errors.Join(u.runner.NotePromoted(ctx, u.promotions), s.retire(ctx, u))
	})
}

// promotion finds out what there is to promote. The caller closes the runner.
func (s *session) promotion(ctx context.Context, name string, o planOptions) (*upkeep, error) {
	e, err := s.project.Environments.EnvironmentNamed(name)
	if err != nil {
		return nil, usagef(project.EnvironmentHint, "%v", err)
	}
	j, err := s.verdictsFrom(ctx, e, o.unasked)
	if err != nil {
		return nil, err
	}
	u, err := s.promotionOf(ctx, j, e, o)
	if err != nil {
		return nil, errors.Join(err, j.runner.Close())
	}
	return u, nil
}

func (s *session) promotionOf(ctx context.Context, j *judged, e *project.Environment, o planOptions) (*upkeep, error) {
	if !j.runner.Book.Knows(e.Key) {
		return nil, usagef("build it first: mod apply --env "+e.Name, "there is no environment %s: nothing was built in it", e.Name)
	}
	there, err := j.runner.JudgeFrom(ctx, j.seen, change.History{Looks: j.runner.Book.Looks, Now: s.started})
	if err != nil {
		return nil, err
	}
	promotions, unproven := j.made.Promote(j.verdicts, there)
	if len(unproven) > 0 {
		return nil, s.unproven(e, unproven)
	}
	j.verdicts = nil
	for _, p := range promotions {
		if p.Why != "" {
			p.Reasons = append([]change.Reason{{Text: "it is not taken from " + e.Name + ": " + p.Why}}, append(loadThere(e, p), p.Reasons...)...)
		}
		if p.From == nil || p.Node.Stored() {
			j.verdicts = append(j.verdicts, p.Verdict)
		}
	}
	j.promotions = promotions
	chosen, err := s.chosen(selection{}, built)
	if err != nil {
		return nil, err
	}
	return s.stepsOf(j, o, chosen)
}

// loadThere says how an environment gets the batches without which its table is not taken.
func loadThere(e *project.Environment, p *change.Promotion) (out []change.Reason) {
	if len(p.Lacks) == 0 {
		return nil
	}
	ranges := []interval.Range(p.Lacks)
	if len(ranges) > mostBackfills {
		ranges = []interval.Range{p.Lacks.Bounds()}
	}
	text := "it is once that is loaded there: mod apply --env " + e.Name
	for _, r := range ranges {
		text += fmt.Sprintf(" --backfill %s=%s..%s", p.Node.Name, day(r.From), day(r.To))
	}
	return []change.Reason{{Text: text}}
}

// unproven is why nothing is promoted: data tests have not passed.
func (s *session) unproven(e *project.Environment, tests []*change.Verdict) error {
	var names []string
	for _, v := range tests {
		names = append(names, v.Node.Name)
	}
	verb := map[bool]string{true: "has", false: "have"}[len(names) == 1]
	return usagef(fmt.Sprintf("let them pass first: mod apply --env %s", e.Name), "nothing is promoted: %s %s not passed in %s as it is now", join(names, "and"), verb, e.Name)
}
