package reference

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/cmd"
)

func TestEveryCommandIsDocumented(t *testing.T) {
	t.Parallel()
	root := cmd.Tree()
	for _, c := range root.Commands() {
		if c.Short == "" {
			t.Errorf("mod %s has no description", c.Name())
		}
	}
	current(t, "cli.md", commandsPage(root))
}

func commandsPage(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n" + generated("the help of the commands"))
	fmt.Fprintf(&b, "```\n%s\n```\n", root.Long)
	for _, c := range root.Commands() {
		if !c.Hidden {
			command(&b, c)
		}
	}
	b.WriteString("\n## Flags of every command\n\n")
	flags(&b, root.PersistentFlags())
	return b.String()
}

func command(b *strings.Builder, c *cobra.Command) {
	fmt.Fprintf(b, "\n## mod %s\n\n", c.Name())
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	fmt.Fprintf(b, "```\n%s\n```\n", strings.TrimSpace(text))
	for _, sub := range c.Commands() {
		fmt.Fprintf(b, "\n`%s`: %s\n", sub.CommandPath(), sub.Short)
	}
	if local := c.NonInheritedFlags(); local.HasAvailableFlags() {
		b.WriteString("\n")
		flags(b, local)
	}
}

func flags(b *strings.Builder, set *pflag.FlagSet) {
	b.WriteString("| flag | what it does |\n|---|---|\n")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if value != "" {
			name += " " + value
		}
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, strings.ReplaceAll(usage, "|", `\|`))
	})
}
