package cmd

import (
	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
)

func newBuild(a *app) *cobra.Command {
	o := runOptions{which: "build", types: []compiler.Type{compiler.Seed, compiler.Function, compiler.Model, compiler.Snapshot, compiler.Test, compiler.UnitTest, compiler.Exposure, compiler.SavedQuery}}
	c := &cobra.Command{
		Use:   "build",
		Short: "Load seeds, run models and test them, each in its turn",
		Long: `Build the project: seeds, models and tests in the order in which they depend on each other.
What reads a model waits for its tests, and is skipped if one of them fails.

  mod build
  mod build --select orders+       orders and all that is made from it
  mod build --exclude tag:slow --fail-fast`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c.Context(), o) },
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	o.registerRefresh(c.Flags())
	o.registerFailures(c.Flags())
	o.registerChanged(c.Flags())
	c.Flags().Bool("show", false, "")
	hide(c.Flags(), "show")
	return c
}
