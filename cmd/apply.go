package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/runner"
)

func newApply(a *app) *cobra.Command {
	o := planOptions{format: "text"}
	c := &cobra.Command{
		Use:   "apply",
		Short: "Build what is to be built, and nothing else",
		Long: `Plan as "mod plan" does, show the plan, ask, and carry it out. A plan that was looked at before is applied by its ID, and refused
if the project or the warehouse is not any more what it was made for.

  mod apply
  mod apply --yes                  without being asked
  mod apply --plan 3f2a9c0d11e4    the very plan that was shown`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.apply(c.Context(), o) },
	}
	o.register(a, c)
	a.registerEnvironment(c)
	f := c.Flags()
	f.StringVar(&o.id, "plan", "", "apply the plan of that `ID`, as it was shown")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

// apply plans, asks and carries the plan out.
func (a *app) apply(ctx context.Context, o planOptions) error {
	s, err := a.compile(compileOptions{which: "apply", needTarget: true, failFast: a.flags.failFast, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	if o, err = s.asPlanned(o); err != nil {
		return err
	}
	u, err := s.upkeep(ctx, o)
	if err != nil {
		return err
	}
	ready, err := s.agreed(ctx, u, o)
	return s.carryOut(ctx, u, ready, err, func(*runner.Results) error { return s.retire(ctx, u) })
}

// carryOut runs a plan if it was agreed to, and does then what is left to do, if the run came to its end. It closes the runner, and tells how it ended.
func (s *session) carryOut(ctx context.Context, u *upkeep, ready bool, err error, then func(*runner.Results) error) error {
	if err != nil || !ready {
		return errors.Join(err, u.runner.Close())
	}
	results, err := u.runner.Run(ctx, u.plan)
	if err == nil {
		err = then(results)
	}
	return s.finish(results, errors.Join(err, u.runner.Close()))
}

// nothingMore is what is left to do after most runs.
func nothingMore(*runner.Results) error { return nil }

// agreed tells whether the plan is to be carried out: it is the one that was asked for, or somebody says so.
func (s *session) agreed(ctx context.Context, u *upkeep, o planOptions) (bool, error) {
	switch {
	case o.id != "" && o.id != u.id:
		return false, s.moved(u, o)
	case o.id != "" || o.yes && s.flags.quiet:
		return len(u.steps) > 0, nil
	case len(u.steps) == 0:
		return false, s.printPlan(u, o)
	}
	if err := s.printPlan(u, o); err != nil || o.yes {
		return err == nil, err
	}
	if !s.Prompts {
		return false, usagef("say --yes, or --plan "+u.id, "nobody is there to be asked")
	}
	answer, err := s.ask(ctx, "Do it?", []string{"no", "yes"})
	return answer == "yes", err
}

// agreedIfAsked is agreed of a command that only shows the plan where nobody can be asked.
func (s *session) agreedIfAsked(ctx context.Context, u *upkeep, o planOptions) (bool, error) {
	if o.yes || o.id != "" || s.Prompts && o.format == "text" {
		return s.agreed(ctx, u, o)
	}
	return false, s.printPlan(u, o)
}

// moved is why a plan is not applied: there is another one now.
func (s *session) moved(u *upkeep, o planOptions) error {
	if len(u.steps) == 0 {
		return usagef("", "plan %s is not applied: there is nothing to do any more", o.id)
	}
	return usagef("look at the plan of now", "plan %s is not applied: the project or the warehouse has changed since, and the plan of now is %s", o.id, u.id)
}

// savedPlan is a plan in the target folder: what it was made for, so that it can be made again.
type savedPlan struct {
	planJSON
	Select   []string `json:"select,omitempty"`
	Exclude  []string `json:"exclude,omitempty"`
	Selector string   `json:"selector,omitempty"`
	Refresh  []string `json:"refresh,omitempty"`
	Unasked  bool     `json:"no_freshness,omitempty"`
	Forward  []string `json:"forward_only,omitempty"`
	Backfill []string `json:"backfill,omitempty"`
	Exact    bool     `json:"exact,omitempty"`
	Anytime  bool     `json:"anytime,omitempty"`
}

func (s *session) planFile(id string) string {
	return filepath.Join(s.targetDir(), "plans", id+".json")
}

// savePlan keeps a plan.
func (s *session) savePlan(u *upkeep) error {
	if len(u.steps) == 0 {
		return nil
	}
	o := u.options
	text, err := json.MarshalIndent(savedPlan{u.json(true), o.selects, o.excludes, o.selector, o.refresh, o.unasked, o.forward, o.backfill, o.exact, o.anytime}, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(s.planFile(u.id), s.secrets.without(func(w io.Writer) error { _, err := w.Write(text); return err }))
}

// planID is what an ID looks like.
var planID = regexp.MustCompile(`^[0-9a-f]{12}$`)

// asPlanned takes the selection of the plan that is to be applied.
func (s *session) asPlanned(o planOptions) (planOptions, error) {
	if o.id == "" {
		return o, nil
	}
	if !planID.MatchString(o.id) {
		return o, usagef("mod plan prints the ID", "%q is no ID of a plan", o.id)
	}
	text, err := os.ReadFile(s.planFile(o.id))
	if errors.Is(err, fs.ErrNotExist) {
		return o, nil
	}
	var saved savedPlan
	if err == nil {
		err = json.Unmarshal(text, &saved)
	}
	if err != nil {
		return o, fmt.Errorf("read plan %s: %w", o.id, err)
	}
	if saved.Environment != s.environmentName() {
		return o, usagef("choose it with --env, or leave --env out for the target's own", "plan %s is one for %s, and this is %s", o.id, saved.Environment, s.environmentName())
	}
	o.selects, o.excludes, o.selector, o.refresh, o.unasked = saved.Select, saved.Exclude, saved.Selector, saved.Refresh, saved.Unasked
	o.forward, o.backfill, o.exact, o.anytime = saved.Forward, saved.Backfill, saved.Exact, saved.Anytime
	return o, nil
}

// retire notes that nothing is built any more of what is in the project no more. Its relations stay.
func (s *session) retire(ctx context.Context, u *upkeep) error {
	var gone []string
	for _, step := range u.steps {
		if step.step == nil {
			gone = append(gone, step.ID)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return u.runner.Retire(ctx, gone)
}
