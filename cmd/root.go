package cmd

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/diag"
)

// newRoot makes the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "mod",
		Short: "Build, test and understand SQL models",
		Long: `mod turns a folder of SQL models into tested, up-to-date tables in a warehouse.
It runs dbt projects as they are.

  mod init shop     start a project
  mod build         load seeds, run models and test them, each in its turn
  mod ls            list what the project holds

Exit status: 0 ok, 1 a node or a test failed, 2 the project does not compile or a flag is wrong,
3 the warehouse cannot be reached, 130 interrupted.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error { return unknownCommand(args) },
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			a.command = c
			if asksVersion(c) {
				return errors.Join(a.version(), outcome{exitOK})
			}
			if err := a.fromEnv(c); err != nil {
				return err
			}
			if c.Flags().Changed("warn-error") && c.Flags().Changed("warn-error-options") {
				return usagef("keep one of them", "--warn-error and --warn-error-options exclude each other")
			}
			if err := a.flags.check(); err != nil {
				return err
			}
			a.view = a.newView()
			a.tellUnheard()
			return a.tellUnread(c.Root())
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	a.flags.register(root.PersistentFlags())
	root.PersistentFlags().BoolP("version", "V", false, "print the version")
	root.PersistentFlags().BoolP("dbt-version", "v", false, "") // dbt's other letter for it
	hide(root.PersistentFlags(), "version", "dbt-version")
	root.SetHelpCommand(&cobra.Command{Use: "no-help", Hidden: true})
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(usageTemplate)
	for _, command := range commands() {
		root.AddCommand(command(a))
	}
	return root
}

// asksVersion tells whether the version is asked for, with any command as in dbt.
func asksVersion(c *cobra.Command) bool {
	long, _ := c.Flags().GetBool("version")
	short, _ := c.Flags().GetBool("dbt-version")
	return long || short
}

// commands make the commands, in the order in which help lists them.
func commands() []func(*app) *cobra.Command {
	cobra.EnableCommandSorting = false
	return []func(*app) *cobra.Command{
		newInit, newBuild, newRun, newTest, newSeed, newSnapshot, newCompile, newParse, newCheck, newChecks, newList, newLineage, newShow, newOperation,
		newDocs, newSource, newSync, newClone, newRetry, newPlan, newApply, newBackfill, newPromote, newRollback, newGC, newDiff, newCI, newWhy, newStatus,
		newUI, newDeps, newDebug, newDoctor, newClean, newCompletion, newVersion,
	}
}

func unknownCommand(args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, command := range commands() {
		names = append(names, strings.Fields(command(&app{}).Use)[0])
	}
	hint := diag.DidYouMean(args[0], names)
	if hint == "" {
		hint = `run "mod --help" to see the commands`
	}
	return usagef(hint, "there is no command %q", args[0])
}

// noArgs refuses words that no flag takes.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := `run "mod ` + c.Name() + ` --help" to see its flags`
	if c.Flags().Lookup("select") != nil {
		hint = "to pick nodes write: mod " + c.Name() + " --select " + strings.Join(args, " ")
	}
	return usagef(hint, "mod %s takes no argument, but there is %q", c.Name(), args[0])
}

// atMostOne refuses a second word.
func atMostOne(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= 1 {
			return nil
		}
		return usagef(`run "mod `+c.Name()+` --help" to see its flags`, "mod %s takes one %s, but there is %q", c.Name(), what, args[1])
	}
}

// flagError says which flag is wrong, and which was likely meant.
func flagError(c *cobra.Command, err error) error {
	message := err.Error()
	hint := `run "` + c.CommandPath() + ` --help" to see its flags`
	if name, ok := strings.CutPrefix(message, "unknown flag: --"); ok {
		if near := diag.Suggest(name, flagNames(c)); near != "" {
			hint = `did you mean "--` + near + `"?`
		}
		message = "there is no flag --" + name
	}
	return usagef(hint, "%s", message)
}

const usageTemplate = `Usage:
  {{.UseLine}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Run "{{.CommandPath}} [command] --help" for more about a command.{{end}}
`
