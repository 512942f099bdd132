package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
)

// registerFailures defines the flags of commands that run tests.
func (o *runOptions) registerFailures(fs *pflag.FlagSet) {
	toggle(fs, &o.storeFailures, "store-failures", "", "keep the rows that fail tests in tables")
}

func newTest(a *app) *cobra.Command {
	o := runOptions{which: "test", types: []compiler.Type{compiler.Test, compiler.UnitTest}}
	c := &cobra.Command{
		Use:   "test",
		Short: "Test what stands in the warehouse",
		Long: `Run the data tests of the project on the tables that are there, and its unit tests.

  mod test
  mod test --select orders              the tests of one model
  mod test --select source:raw          those of a source
  mod test -s test_type:singular --store-failures`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c.Context(), o) },
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	o.registerFailures(c.Flags())
	return c
}
