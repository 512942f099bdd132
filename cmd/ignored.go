package cmd

import (
	"github.com/spf13/pflag"
)

// ignoredToggles are flags of dbt that have nothing to switch here: each is accepted, with its --no-… form.
var ignoredToggles = []string{
	"partial-parse-file-diff", "populate-cache", "cache-selected-only", "use-fast-test-edges",
	"static-parser", "use-experimental-parser", "send-anonymous-usage-stats", "macro-debugging", "use-colors-file",
	"single-threaded", "export-saved-queries", "show-resource-report", "inject-ephemeral-ctes", "log-cache-events",
	"upload-to-artifacts-ingest-api", "hints-enabled", "show-all-deprecations", "include-saved-query", "use-v2-parser",
	"favor-state", "defer", "snowflake-projects-otel", "deprecated-print", "deprecated-no-print",
}

// ignoredValues are such flags that take a value.
var ignoredValues = []string{
	"log-path", "log-file-max-bytes", "log-level-file", "log-format-file", "printer-width",
	"partial-parse-file-path", "maximum-seed-size-mib", "state", "defer-state", "sqlparse",
	"v2-parser", "indirect-selection", "deprecated-state", "deprecated-defer", "deprecated-favor-state",
}

func ignore(fs *pflag.FlagSet) {
	for _, name := range ignoredToggles {
		toggle(fs, new(bool), name, "", "")
		hide(fs, name)
	}
	for _, name := range ignoredValues {
		fs.String(name, "", "")
		hide(fs, name)
	}
	fs.StringP("record-timing-info", "r", "", "")
	hide(fs, "record-timing-info")
}
