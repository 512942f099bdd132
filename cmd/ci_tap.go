package cmd

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// tap are the models and tests of the run and what checks found, as TAP has them: https://testanything.org/tap-version-14-specification.html
func (v *review) tap() string {
	var b strings.Builder
	n := 0
	point := func(ok bool, name, directive string, of *diag.Diagnostic) {
		n++
		word := map[bool]string{true: "ok", false: "not ok"}[ok]
		fmt.Fprintf(&b, "%s %d - %s%s\n", word, n, strings.NewReplacer("\\", "\\\\", "#", "\\#", "\n", " ").Replace(name), directive)
		if of != nil {
			fmt.Fprintf(&b, "  ---\n  message: %q\n  severity: %s\n", of.Message, of.Severity)
			if of.Span.Source != nil {
				fmt.Fprintf(&b, "  file: %q\n  line: %d\n", of.Span.Source.Path, of.Span.Position().Line)
			}
			b.WriteString("  ...\n")
		}
	}
	for _, r := range v.ordered() {
		name := typeWord(r.Node.Type) + " " + r.Node.Label()
		switch r.Status {
		case runner.Skipped:
			point(true, name, " # SKIP "+cmp.Or(strings.ReplaceAll(r.Message, "\n", " "), "it was not run"), nil)
		case runner.Fail, runner.Error, runner.PartialSuccess:
			point(false, name, "", problemOf(r))
		case runner.Warn:
			point(true, name, "", problemOf(r))
		default:
			point(true, name, "", nil)
		}
	}
	for _, d := range v.problems {
		point(d.Severity != diag.Error, "check "+string(d.Code)+": "+d.Message, "", d)
	}
	return fmt.Sprintf("TAP version 14\n1..%d\n%s", n, b.String())
}
