package cmd

import (
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// notHere are dbt's commands and flags that mod has no use for, with what mod says of them.
var notHere = map[string]string{
	"init --skip-profile-setup": "a new project has no profile", "init -s": "a new project has no profile",
	"docs serve": "target/ is a folder of files that any server can serve",
}

// flagOf finds a flag as the command line spells it.
func flagOf(c *cobra.Command, word string) *pflag.Flag {
	if name, ok := strings.CutPrefix(word, "--"); ok {
		return lookup(c, name)
	}
	short := strings.TrimPrefix(word, "-")
	if f := c.Flags().ShorthandLookup(short); f != nil {
		return f
	}
	return c.InheritedFlags().ShorthandLookup(short)
}

func TestEveryFlagOfDbtIsTaken(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/dbt_flags.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, flags, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		c, rest, err := newRoot(&app{}).Find(strings.Fields(name))
		if err != nil || len(rest) > 0 {
			if notHere[name] == "" {
				t.Errorf("there is no command %q", name)
			}
			continue
		}
		for _, word := range strings.Fields(flags) {
			word, takesValue := strings.CutSuffix(word, "=")
			f := flagOf(c, word)
			switch {
			case f == nil && notHere[name+" "+word] == "":
				t.Errorf("mod %s does not take %s", name, word)
			case f != nil && takesValue && f.NoOptDefVal != "":
				t.Errorf("mod %s: %s takes no value of its own", name, word)
			case f != nil && !takesValue && f.NoOptDefVal == "":
				t.Errorf("mod %s: %s wants a value", name, word)
			}
		}
	}
}
