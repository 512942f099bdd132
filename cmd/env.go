package cmd

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// reserved is what the names of dbt's own variables begin with, which therefore no other variable's should.
// https://docs.getdbt.com/reference/global-configs/environment-variable-configs
const reserved = "DBT_ENGINE_"

// namespaceWarn is dbt's name for the warning of a variable that nothing reads.
const namespaceWarn = "EnvironmentVariableNamespaceDeprecation"

// otherVariables are those of dbt's names that stand for no flag.
var otherVariables = []string{
	"INVOCATION_ENV", "RECORDED_FILE_PATH", "RECORDER_FILE_PATH", "RECORDER_MODE", "TEST_STATE_MODIFIED", "PACKAGE_HUB_URL", "DOWNLOAD_DIR",
	"PP_FILE_DIFF_TEST", "PP_TEST",
}

// tellUnread tells of the variables that look like dbt's and are not, as a misspelt one does.
func (a *app) tellUnread(root *cobra.Command) error {
	var known []string
	for _, name := range slices.Sorted(maps.Keys(a.Env)) {
		if !strings.HasPrefix(name, reserved) {
			continue
		}
		if known == nil {
			known = engineNames(root)
		}
		if slices.Contains(known, name) {
			continue
		}
		text := "the environment has " + name + ", which means nothing to dbt or mod; names that begin with " + reserved + " are reserved"
		if near := diag.DidYouMean(name, known); near != "" {
			text += ": " + near
		}
		switch a.flags.warnings.of(namespaceWarn, deprecations) {
		case fails:
			return usagef("unset it", "%s", text)
		case stays:
			a.view.event(runner.Logged{Text: text, Level: "warn", At: a.Now()})
		}
	}
	return nil
}

// engineNames are the variables that stand for a flag of any command, and the others that are known.
func engineNames(root *cobra.Command) []string {
	names := map[string]bool{}
	for _, suffix := range otherVariables {
		names[reserved+suffix] = true
	}
	add := func(f *pflag.Flag) {
		for _, name := range envNames(f.Name) {
			names[name] = true
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(add)
		c.PersistentFlags().VisitAll(add)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return slices.Sorted(maps.Keys(names))
}
