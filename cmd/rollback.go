package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
)

func newRollback(a *app) *cobra.Command {
	o := planOptions{}
	c := &cobra.Command{
		Use:   "rollback model...",
		Short: "Have models as they were built before",
		Long: `Put the tables that the last builds of models replaced back in their places, of models with the config keep_previous. Nothing is computed again, and what is
there now is kept in their stead: the same command brings that back. mod plan tells then how what was rolled back stands to the project.

  mod rollback orders                       show the plan, and ask if somebody is there
  mod rollback orders customers --yes       without being asked
  mod rollback orders --plan 3f2a9c0d11e4   the very plan that was shown
  mod rollback orders --format json         the plan for other programs`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeNodes,
		RunE: func(c *cobra.Command, args []string) error {
			o.selects = args
			return a.rollback(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.id, "plan", "", "roll back by the plan of that `ID`, as it was shown")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// rollback plans, asks and puts tables back.
func (a *app) rollback(ctx context.Context, o planOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "rollback", needTarget: true, failFast: a.flags.failFast, selects: o.selects})
	if err != nil {
		return err
	}
	u, err := s.wayBack(ctx, o)
	if err != nil {
		return err
	}
	ready, err := s.agreedIfAsked(ctx, u, o)
	return s.carryOut(ctx, u, ready, err, nothingMore)
}

// wayBack finds out what there is to do to have models as they were before. The caller closes the runner.
func (s *session) wayBack(ctx context.Context, o planOptions) (*upkeep, error) {
	var wanted []*compiler.Node
	for _, name := range o.selects {
		n, err := s.oneModel(name)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, n)
	}
	j, err := s.verdicts(ctx, s.command.Name(), change.History{}, true)
	if err != nil {
		return nil, err
	}
	u, err := s.wayBackFrom(j, o, wanted)
	if err != nil {
		return nil, errors.Join(err, j.runner.Close())
	}
	return u, nil
}

func (s *session) wayBackFrom(j *judged, o planOptions, wanted []*compiler.Node) (*upkeep, error) {
	to := map[string]change.Built{}
	for _, n := range wanted {
		before, err := j.runner.Previous(n, j.seen)
		if err != nil {
			hint := "mod apply builds it as the project has it"
			if _, keeps := s.graph.KeepsPrevious(n); !keeps {
				hint = "a table with the config keep_previous: true is kept when a build replaces it, from the next one on"
			}
			return nil, usagef(hint, "%s is not rolled back: %v", n.Name, err)
		}
		to[n.ID] = before
	}
	j.verdicts = j.made.Back(j.verdicts, to)
	chosen := map[*compiler.Node]bool{}
	for _, v := range j.verdicts {
		chosen[v.Node] = true
	}
	o.selects = nil
	for _, n := range wanted {
		o.selects = append(o.selects, n.Name)
	}
	return s.stepsOf(j, o, chosen)
}
