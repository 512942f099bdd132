package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/compare"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/selector"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/deps"
)

// warnings are what becomes of warnings: --warn-error and --warn-error-options. The zero value leaves them as they are.
// https://docs.getdbt.com/reference/global-configs/warnings
type warnings struct {
	all                   bool // are errors but those that warn names
	errors, warn, silence []string
}

// fate is what becomes of a warning.
type fate int

const (
	stays fate = iota
	fails
	hidden
)

// deprecations is the name of all of dbt's warnings that tell of something that will go.
const deprecations = "Deprecations"

// The names that dbt has for warnings which are no diagnostics of mod.
const (
	testResult   = "LogTestResult"   // a data test that warns
	templateWarn = "JinjaLogWarning" // exceptions.warn()
)

// eventNames are the names by which dbt's users call what is a diagnostic here, by its code. Each can be called by its code, too.
func eventNames() map[diag.Code][]string {
	return map[diag.Code][]string{
		project.CodeDuplicateKey:    {"DuplicateYAMLKeysDeprecation", deprecations},
		project.CodeUnknownKey:      {"CustomKeyInObjectDeprecation", "CustomTopLevelKeyDeprecation", "CustomKeyInConfigDeprecation", deprecations},
		compiler.OrphanProperties:   {"NoNodeForYamlKey", "MacroNotFoundForPatch"},
		compiler.UnfilteredBatches:  {"MicrobatchModelNoEventTimeInputs"},
		compiler.IdleConcurrency:    {"InvalidConcurrentBatchesConfig"},
		compiler.DeprecatedModel:    {"DeprecatedModel"},
		compiler.DeprecatedRef:      {"DeprecatedReference", "UpcomingReferenceDeprecation"},
		compiler.UnknownRef:         {"NodeNotFoundOrDisabled"},
		compiler.DisabledRef:        {"NodeNotFoundOrDisabled"},
		compiler.UnknownSource:      {"NodeNotFoundOrDisabled"},
		selector.NothingSelected:    {"NoNodesForSelectionCriteria"},
		compare.BrokenContract:      {"UnversionedBreakingChange"},
		deps.CodeUnpinnedPackage:    {"DepsUnpinned"},
		deps.CodeMovedPackage:       {"PackageRedirectDeprecation", deprecations},
		project.CodeMissingFolder:   {},
		compiler.EmptyModel:         {},
		jinja.CodeUndefined:         {},
		project.CodeMissingVar:      {},
		project.CodeInvalidProperty: {"ValidationWarning", "InvalidValueForField"},
	}
}

// parseWarnings reads --warn-error-options: {error: all or a list, warn: a list, silence: a list}, or dbt's older words include and
// exclude for the first two.
func parseWarnings(text string) (w warnings, err error) {
	var given map[string]any
	const hint = "write it as {error: all, warn: [name], silence: [name]}"
	if err := yaml.Unmarshal([]byte(text), &given); err != nil {
		return w, usagef(hint, "--warn-error-options is %q", text)
	}
	for _, twins := range [][2]string{{"error", "include"}, {"warn", "exclude"}} {
		if given[twins[0]] != nil && given[twins[1]] != nil {
			return w, usagef("leave out "+twins[1], "--warn-error-options has both %s and %s, which mean the same", twins[0], twins[1])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		names, ok := eventList(given[key])
		switch key {
		case "error", "include":
			w.all = given[key] == "all" || given[key] == "*"
			if w.errors = names; w.all {
				ok = true
			}
		case "warn", "exclude":
			w.warn = names
		case "silence":
			w.silence = names
		default:
			return w, usagef(hint, "--warn-error-options has the key %q", key)
		}
		if !ok {
			return w, usagef(hint, "--warn-error-options has %v as %s", given[key], key)
		}
	}
	if len(w.warn) > 0 && !w.all && !slices.Contains(w.errors, deprecations) && !slices.Contains(w.silence, deprecations) {
		return w, usagef("add error: all", "--warn-error-options has names under warn, but not all are errors")
	}
	return w, nil
}

func eventList(v any) ([]string, bool) {
	if v == nil {
		return nil, true
	}
	items, ok := v.([]any)
	var out []string
	for _, item := range items {
		name, isText := item.(string)
		ok = ok && isText
		out = append(out, name)
	}
	return out, ok
}

// of is what becomes of a warning that goes by those names. As in dbt one that names it goes before one of all deprecations, and that
// before all; silence goes before warn, and that before error.
func (w warnings) of(names ...string) fate {
	exact := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == deprecations })
	for _, level := range [][]string{exact, {deprecations}} {
		in := func(list []string) bool {
			return slices.ContainsFunc(level, func(n string) bool { return slices.Contains(list, n) && slices.Contains(names, n) })
		}
		switch {
		case in(w.silence):
			return hidden
		case in(w.warn):
			return stays
		case in(w.errors):
			return fails
		}
	}
	if w.all {
		return fails
	}
	return stays
}

// judged is a list of problems after what becomes of the warnings in it.
func (w warnings) judged(problems []*diag.Diagnostic) []*diag.Diagnostic {
	names := eventNames()
	var out []*diag.Diagnostic
	for _, d := range problems {
		if d.Severity == diag.Warning {
			switch w.of(append(names[d.Code], string(d.Code))...) {
			case hidden:
				continue
			case fails:
				d.Severity = diag.Error
			}
		}
		out = append(out, d)
	}
	return out
}

// unheard tells of the names in the options that are likely misspelt. Others may be those of warnings that only dbt has.
func (w warnings) unheard() []string {
	known := []string{testResult, templateWarn, namespaceWarn, deprecations}
	for code, names := range eventNames() {
		known = append(append(known, names...), string(code))
	}
	var out []string
	for _, name := range slices.Concat(w.errors, w.warn, w.silence) {
		if slices.Contains(known, name) {
			continue
		}
		if near := diag.DidYouMean(name, known); near != "" {
			out = append(out, fmt.Sprintf("--warn-error-options names %q, which no warning goes by: %s", name, near))
		}
	}
	return out
}

// settleWarnings reads what is to become of warnings.
func (g *globals) settleWarnings() (err error) {
	if strings.TrimSpace(g.warnErrorOptions) == "" {
		g.warnings = warnings{all: g.warnError}
		return nil
	}
	g.warnings, err = parseWarnings(g.warnErrorOptions)
	g.warnError = g.warnings.all
	return err
}

// tellUnheard warns of names in the options that are likely misspelt.
func (a *app) tellUnheard() {
	for _, text := range a.flags.warnings.unheard() {
		a.view.event(runner.Logged{Text: text, Level: "warn", At: a.Now()})
	}
}
