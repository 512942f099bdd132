package cmd

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// withEnv is a command whose flags were given and then read from the environment.
func withEnv(t *testing.T, name string, env map[string]string, args ...string) (*app, *cobra.Command) {
	t.Helper()
	a := &app{System: System{Env: env}}
	c, _, err := newRoot(a).Find(strings.Fields(name))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	if err := a.fromEnv(c); err != nil {
		t.Errorf("%s with %v: %v", name, env, err)
	}
	return a, c
}

// settingOf is what a flag was set to.
func settingOf(f *pflag.Flag) string {
	switch v := f.Value.(type) {
	case words:
		return strings.Join(*v.at, " ")
	case *colorFlag:
		return *v.at
	}
	return f.Value.String()
}

func isIgnored(f *pflag.Flag) bool {
	return f.Usage == "" && (slices.Contains(ignoredToggles, f.Name) || slices.Contains(ignoredValues, f.Name))
}

func TestEveryVariableOfDbtStandsForItsFlag(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/dbt_env.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.SplitN(strings.TrimSpace(line), " ", 3)
		variable, value, _ := strings.Cut(words[2], "=")
		command, ignored := words[0], words[0] == ".."
		if ignored {
			command = "run"
		}
		for _, prefix := range []string{"DBT_", "DBT_ENGINE_"} {
			_, c := withEnv(t, command, map[string]string{prefix + variable: value})
			f := c.Flags().Lookup(words[1])
			switch {
			case f == nil:
				t.Errorf("mod %s has no flag --%s", command, words[1])
			case isIgnored(f) != ignored:
				t.Errorf("mod %s --%s is without effect: %v, the table says %v", command, f.Name, isIgnored(f), ignored)
			case settingOf(f) != value:
				t.Errorf("%s%s=%s: --%s is %q", prefix, variable, value, f.Name, settingOf(f))
			}
		}
	}
}

func TestAnOlderVariableGoesBeforeTheFlag(t *testing.T) {
	t.Parallel()
	type env = map[string]string
	for _, test := range []struct {
		env  env
		args []string
		want bool
	}{
		{env{}, nil, true},
		{env{"DBT_PRINT": "0"}, nil, false},
		{env{"DBT_PRINT": "0"}, []string{"--print"}, true},
		{env{"DBT_NO_PRINT": "1"}, nil, false},
		{env{"DBT_NO_PRINT": "1"}, []string{"--print"}, false},
		{env{"DBT_NO_PRINT": "1", "DBT_PRINT": "1"}, nil, false},
		{env{"DBT_NO_PRINT": "0"}, []string{"--no-print"}, true},
		{env{"DBT_NO_PRINT": "0", "DBT_PRINT": "0"}, nil, true},
	} {
		if a, _ := withEnv(t, "run", test.env, test.args...); a.flags.print != test.want {
			t.Errorf("%v %v: print is %v", test.env, test.args, a.flags.print)
		}
	}
}

func TestAVariableThatDbtDoesNotReadIsNoFlag(t *testing.T) {
	t.Parallel()
	for command, flags := range map[string][]string{
		"build": {"select", "exclude", "selector", "threads", "vars", "show"}, "deps": {"upgrade", "lock", "add-package", "source"},
		"compile": {"inline", "output"}, "debug": {"connection", "config-dir"}, "run-operation": {"args"},
	} {
		for _, flag := range flags {
			_, c := withEnv(t, command, map[string]string{"DBT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")): "1"})
			if f := c.Flags().Lookup(flag); f == nil || f.Changed {
				t.Errorf("mod %s --%s is missing or read from the environment", command, flag)
			}
		}
	}
}
