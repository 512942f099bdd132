package cmd

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/selector"
)

func newCompletion(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion <shell>",
		Short: "Print a completion script for a shell",
		Long: `Print a script that lets a shell complete commands, flags, and the names of models, tags and sources.

  source <(mod completion bash)                              for this shell
  mod completion zsh > "${fpath[1]}/_mod"                    for zsh
  mod completion fish > ~/.config/fish/completions/mod.fish  for fish`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || !slices.Contains(shells, args[0]) {
				return usagef("use "+join(shells, "or"), "completion takes the name of a shell")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return completionScript(c.Root(), args[0], a.out)
		},
	}
}

func completionScript(root *cobra.Command, shell string, w io.Writer) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	default:
		return root.GenPowerShellCompletionWithDesc(w)
	}
}

// silently opens the project for a shell that completes: what is wrong with it is not the shell's business.
func (a *app) silently(c *cobra.Command) *session {
	a.command = c
	a.flags.logLevel, a.flags.quiet = "none", true
	a.view = a.newView()
	s, err := a.compile(compileOptions{which: "list"})
	if err != nil {
		return nil
	}
	return s
}

// completes has a flag completed by a function. Nobody completes the flags of a call that the terminal interface makes, and cobra keeps such functions, with
// all that they reach, until the program ends.
func (a *app) completes(c *cobra.Command, flag string, by cobra.CompletionFunc) {
	if a.told == nil {
		_ = c.RegisterFlagCompletionFunc(flag, by) // the flag is there, and has none
	}
}

func (a *app) completeNodes(c *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	s := a.silently(c)
	if s == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	file, err := s.selectors()
	if err != nil {
		file = nil
	}
	return selector.Complete(s.graph, file, word), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (a *app) completeSelectors(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	s := a.silently(c)
	if s == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	file, err := s.selectors()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return file.Names(), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeMacros(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	s := a.silently(c)
	if s == nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, m := range s.graph.Library.All() {
		name := m.Name
		if m.Package != s.project.Root.Name {
			name = m.Package + "." + m.Name
		}
		if m.Kind == "macro" && m.Package != macros.PackPackage && strings.HasPrefix(name, word) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, cobra.ShellCompDirectiveNoFileComp
}

// flagNames are the flags of a command that people see.
func flagNames(c *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	}
	c.Flags().VisitAll(add)
	c.InheritedFlags().VisitAll(add)
	return names
}

// anyMacro is a macro of that name in any package but the pack; nil if there is none.
func (s *session) anyMacro(name string) *macros.Macro {
	for _, m := range s.graph.Library.All() {
		if m.Name == name && m.Package != macros.PackPackage {
			return m
		}
	}
	return nil
}
