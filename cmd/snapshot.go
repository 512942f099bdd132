package cmd

import (
	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
)

func newSnapshot(a *app) *cobra.Command {
	o := runOptions{which: "snapshot", types: []compiler.Type{compiler.Snapshot}}
	c := &cobra.Command{
		Use:   "snapshot",
		Short: "Record how rows have changed since the last time",
		Long: `Run the snapshots of the project: tables that keep every version of each row, and when it was valid.

  mod snapshot
  mod snapshot --select customers_history`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c.Context(), o) },
	}
	o.selection.register(a, c)
	refuseEnvironment(c.Flags(), "a snapshot has one history, which is never kept in an environment")
	o.eventTimes.register(c.Flags())
	toggle(c.Flags(), &o.empty, "empty", "", "read no rows, to see that the snapshots can be taken")
	return c
}
