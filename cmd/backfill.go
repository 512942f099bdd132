package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/change"
)

// backfillOptions are the options of mod backfill.
type backfillOptions struct {
	planOptions
	from, to   string
	downstream bool
}

func newBackfill(a *app) *cobra.Command {
	o := backfillOptions{planOptions: planOptions{format: "text"}}
	c := &cobra.Command{
		Use:   "backfill model...",
		Short: "Load a range of time of microbatch models again",
		Long: `Load what microbatch models have of a range of time again, whole batches of it, side by side where the model allows that. Without --from and --to what is
missing is loaded. What a run that is stopped in the midst has not loaded is missing afterwards: mod plan shows it, and mod apply loads it.

  mod backfill orders --from 2026-01-01 --to 2026-02-01
  mod backfill orders --from 2026-01-01 --to 2026-02-01 --downstream    with all that has rows of it
  mod backfill orders --from 2026-01-01 --to 2026-02-01 --dry-run       show it, and do nothing
  mod backfill orders                                                   what is missing`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeNodes,
		RunE:              func(c *cobra.Command, args []string) error { return a.backfill(c.Context(), o, args) },
	}
	f := c.Flags()
	f.StringVar(&o.from, "from", "", "the `time` that the range begins with")
	f.StringVar(&o.to, "to", "", "the `time` that it ends before")
	f.BoolVar(&o.downstream, "downstream", false, "build what is made of them as well")
	f.BoolVar(&o.shown, "dry-run", false, "show what would be done")
	f.StringVar(&o.format, "format", "text", "of --dry-run: `text` or json")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

// backfill plans, asks and loads.
func (a *app) backfill(ctx context.Context, o backfillOptions, models []string) error {
	if err := errors.Join(oneOf("--format", o.format, "text", "json"), o.both()); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "backfill", needTarget: true, failFast: a.flags.failFast, selects: models})
	if err != nil {
		return err
	}
	if err := s.aim(&o, models); err != nil {
		return err
	}
	u, err := s.upkeep(ctx, o.planOptions)
	if err != nil {
		return err
	}
	if err := s.fits(u, models); err != nil {
		return errors.Join(err, u.runner.Close())
	}
	if o.shown {
		return errors.Join(s.printPlan(u, o.planOptions), s.savePlan(u), u.runner.Close())
	}
	ready, err := s.agreed(ctx, u, o.planOptions)
	return s.carryOut(ctx, u, ready, err, nothingMore)
}

// both tells of a range of which one side is given.
func (o backfillOptions) both() error {
	if (o.from == "") != (o.to == "") {
		return usagef("give both, or none for what is missing", "the range has --from without --to, or the other way around")
	}
	return nil
}

// aim selects the models, and what is made of them, and says what of them is to be loaded.
func (s *session) aim(o *backfillOptions, models []string) error {
	o.exact, o.unasked, o.anytime = o.from != "", true, true
	for _, name := range models {
		n, err := s.batched(name)
		if err != nil {
			return err
		}
		if o.from != "" {
			o.choices.backfill = append(o.choices.backfill, n.Name+"="+o.from+".."+o.to)
		}
		if o.downstream {
			name += "+"
		}
		o.selects = append(o.selects, name)
	}
	return nil
}

// fits tells of a model that is to be built otherwise than by loading a range.
func (s *session) fits(u *upkeep, models []string) error {
	for _, step := range u.steps {
		if step.Node == nil || !slices.Contains(models, step.Node.Name) || step.State == change.Stale || step.State == change.Behind {
			continue
		}
		hint := "mod plan says why: mod apply builds it anew, and with --forward-only or --backfill keeps what is there"
		if step.State == change.New || step.State == change.Missing {
			hint = "build it first, with mod apply or mod run"
		}
		return usagef(hint, "%s is %s, so there is nothing that a range could be loaded into", step.Node.Name, step.State)
	}
	return nil
}
