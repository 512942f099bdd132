package cmd

import (
	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
)

func newSeed(a *app) *cobra.Command {
	o := runOptions{which: "seed", types: []compiler.Type{compiler.Seed}}
	c := &cobra.Command{
		Use:   "seed",
		Short: "Load the CSV files of the project",
		Long: `Load the seeds: CSV files that become tables.

  mod seed
  mod seed --select shops --full-refresh`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c.Context(), o) },
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	o.registerRefresh(c.Flags())
	c.Flags().Bool("show", false, "")
	hide(c.Flags(), "show")
	return c
}
