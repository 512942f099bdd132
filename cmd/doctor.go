package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/doctor"
)

func newDoctor(a *app) *cobra.Command {
	format := "text"
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Tell whether the project will run on mod, without a warehouse",
		Long: `Read and compile the project and tell on one page what it holds, what it uses that mod does not do, what is wrong in it, and
which of its spellings dbt v2 refuses, each with its place. Exit status: 0 if it will run, 1 if not.

  mod doctor
  mod doctor --target prod --format json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.doctor(c.Context(), format) },
	}
	c.Flags().StringVar(&format, "format", format, "how to print what was found: text or json")
	return c
}

func (a *app) doctor(ctx context.Context, format string) error {
	if err := oneOf("--format", format, "text", "json"); err != nil {
		return err
	}
	s, found, err := a.survey("parse")
	if err != nil {
		return err
	}
	if s == nil {
		return found.Err()
	}
	r, err := doctor.Examine(ctx, doctor.Case{Project: s.project, Graph: s.graph, Problems: found})
	if err != nil {
		return err
	}
	if format == "json" {
		err = json.NewEncoder(a.out).Encode(r)
	} else {
		err = a.printPage(r)
	}
	if err == nil && !r.Runs {
		err = outcome{exitFailed}
	}
	return err
}

// printPage prints a report: what the project is, what was found, and the verdict.
func (a *app) printPage(r *doctor.Report) error {
	paint := a.paint()
	var page strings.Builder
	line := func(what, text string) {
		fmt.Fprintf(&page, "%s  %s\n", pad(what, 8), strings.TrimSpace(text))
	}
	line("project", r.Project+" "+r.Version)
	target := r.Target + " of profile " + r.Profile + ": " + r.Type
	if r.Profile == "" {
		target = r.Target + ", since there is no profile: " + r.Type
	}
	line("target", target)
	packages := []string{}
	for _, pkg := range r.Packages {
		packages = append(packages, strings.TrimSpace(pkg.Name+" "+pkg.Version))
	}
	if len(packages) > 0 {
		line("packages", join(packages, "and"))
	}
	counts := map[compiler.Type]int{}
	for t, n := range r.Counts {
		counts[compiler.Type(t)] = n
	}
	line("holds", censusOf(counts))
	for _, part := range []struct {
		title string
		found []doctor.Finding
	}{
		{"mod does not do this", r.Missing}, {"wrong in the project", r.Mistakes}, {"passed over", r.Ignored},
		{"taken by dbt 1.x and mod, refused by dbt v2", r.Dated},
	} {
		if len(part.found) > 0 {
			fmt.Fprintf(&page, "\n%s (%d)\n%s", paint.strong.Render(part.title), len(part.found), findings(part.found, paint))
		}
	}
	style := paint.good
	if !r.Runs {
		style = paint.bad
	}
	fmt.Fprintf(&page, "\n%s\n", style.Render("verdict: "+r.Verdict))
	_, err := fmt.Fprint(a.out, page.String())
	return err
}

// findings is a line for each finding, with their places in a column.
func findings(found []doctor.Finding, paint paint) string {
	width := 0
	for _, f := range found {
		width = max(width, len(f.Place()))
	}
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "  %s  %s", pad(f.Place(), width), f.Message)
		if f.Hint != "" {
			b.WriteString(paint.dim.Render(" (" + f.Hint + ")"))
		}
		b.WriteString("\n")
	}
	return b.String()
}
