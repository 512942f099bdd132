package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/policy"
	"github.com/modsql/mod/runner"
)

func newChecks(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "checks",
		Short: "What the project wants of itself, as queries over its nodes, columns and tests",
		Long: `A check is a query in checks/*.sql over tables of what is known of the project: nodes, columns, edges, tests, owners and, in mod ci, what differs from the
target. Each row that it gives is something that is not as it should be. Some checks come with mod, and are off until project.yml says how bad it is what they find:

  checks: {marts_have_owners: error, staging_reads_only_sources: warning}

  mod checks list
  mod checks explain marts_have_owners
  mod checks run

They are asked in mod check and mod ci too. Nothing is asked of a warehouse.`,
		Args: noArgs,
	}
	c.AddCommand(newChecksList(a), newChecksExplain(a), newChecksRun(a), newCodeowners(a))
	return c
}

func newChecksList(a *app) *cobra.Command {
	format := ""
	c := &cobra.Command{
		Use:   "list",
		Short: "List the checks, and how bad it is what they find",
		Args:  noArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return a.checksList(format) },
	}
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

func newChecksExplain(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CHECK]",
		Short: "Show what a check asks, and what it finds; without a name, the tables that there are",
		Args:  atMostOne("check"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.explainTables(policy.Tables())
			}
			return a.checksExplain(c.Context(), args[0])
		},
	}
}

func newChecksRun(a *app) *cobra.Command {
	format := ""
	c := &cobra.Command{
		Use:   "run [CHECK...]",
		Short: "Ask the checks, or those that are named, also one that is off",
		Long: `Ask the checks, and report what they find. One that is off is asked if it is named, and what it finds is a warning.

Exit status: 0 without errors, 1 if a check found some, 2 if a check cannot be run or the project does not compile.`,
		RunE: func(c *cobra.Command, args []string) error { return a.checksRun(c.Context(), args, format) },
	}
	c.Flags().StringVar(&format, "format", "text", "how to print what was found: text, json, sarif or github")
	return c
}

// openChecks compiles the project and reads its checks.
func (a *app) openChecks() (*session, []*policy.Check, *diag.List, error) {
	s, err := a.compile(compileOptions{which: "parse"})
	if err != nil {
		return nil, nil, nil, err
	}
	checks, problems, err := s.allChecks()
	return s, checks, problems, err
}

// allChecks are the checks of the project.
func (s *session) allChecks() ([]*policy.Check, *diag.List, error) {
	files, err := s.project.CheckFiles()
	if err != nil {
		return nil, nil, err
	}
	list, problems := policy.Checks(s.project, files)
	return list, problems, nil
}

// askChecks asks the checks that are not off. Without a change it is not known what differs from the target.
func (s *session) askChecks(ctx context.Context, changes []policy.Change) ([]policy.Finding, error) {
	checks, problems, err := s.allChecks()
	if err != nil {
		return nil, err
	}
	checks = slices.DeleteFunc(checks, func(c *policy.Check) bool { return c.Severity == diag.Off })
	return s.askThese(ctx, checks, problems, changes)
}

// askThese asks checks. Those in whose files something is wrong are not asked: that is among what is found.
func (s *session) askThese(ctx context.Context, checks []*policy.Check, problems *diag.List, changes []policy.Change) (found []policy.Finding, err error) {
	wrong := map[*diag.Source]bool{}
	for _, d := range problems.Sorted() {
		wrong[d.Span.Source] = true
		found = append(found, policy.Finding{Diagnostic: d})
	}
	checks = slices.DeleteFunc(slices.Clone(checks), func(c *policy.Check) bool { return wrong[c.Source] })
	if len(checks) == 0 {
		return found, nil
	}
	columns, err := s.analyze(ctx, nil)
	if err != nil {
		return nil, err
	}
	more, err := askAside(ctx, checks, columns, changes)
	return append(found, more...), err
}

// askAside asks checks in a warehouse of their own, which is part of the program.
func askAside(ctx context.Context, checks []*policy.Check, columns *analyze.Analysis, changes []policy.Change) (_ []policy.Finding, err error) {
	w, err := all.Named(dialect.Embedded.Name).Aside(ctx)
	if err != nil {
		return nil, fmt.Errorf("open a warehouse for the checks: %w", err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return runner.Ask(ctx, w, checks, policy.Facts{Graph: columns.Graph, Analysis: columns, Changes: changes})
}

func (a *app) checksList(format string) error {
	if err := oneOf("--format", format, "text", "json"); err != nil {
		return err
	}
	_, checks, problems, err := a.openChecks()
	if err != nil {
		return err
	}
	a.view.problems(a.weigh(problems))
	if format == "json" {
		return a.listChecksJSON(checks)
	}
	wide := 0
	for _, c := range checks {
		wide = max(wide, len(c.Name))
	}
	for _, c := range checks {
		if _, err := fmt.Fprintf(a.out, "%-*s  %-7s  %s\n", wide, c.Name, c.Severity, c.Description); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) listChecksJSON(checks []*policy.Check) error {
	type checkJSON struct {
		Name        string `json:"name"`
		Severity    string `json:"severity"`
		Description string `json:"description"`
		Hint        string `json:"hint"`
		Path        string `json:"path,omitempty"`
		SQL         string `json:"sql"`
	}
	list := []checkJSON{}
	for _, c := range checks {
		told := checkJSON{Name: c.Name, Severity: c.Severity.String(), Description: c.Description, Hint: c.Hint, SQL: c.Source.Text}
		if !c.Starter {
			told.Path = c.Source.Path
		}
		list = append(list, told)
	}
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}

// wantedChecks are the checks of those names.
func wantedChecks(checks []*policy.Check, names []string) (wanted []*policy.Check, err error) {
	var known []string
	for _, c := range checks {
		known = append(known, c.Name)
	}
	for _, name := range names {
		i := slices.IndexFunc(checks, func(c *policy.Check) bool { return c.Name == name })
		if i < 0 {
			hint := "mod checks list tells which there are"
			if near := diag.Suggest(name, known); near != "" {
				hint = "did you mean " + near + "?"
			}
			return nil, usagef(hint, "there is no check %q", name)
		}
		c := *checks[i]
		if c.Severity == diag.Off {
			c.Severity = diag.Warning
		}
		wanted = append(wanted, &c)
	}
	return wanted, nil
}

func (a *app) checksExplain(ctx context.Context, name string) error {
	s, checks, problems, err := a.openChecks()
	if err != nil {
		return err
	}
	wanted, err := wantedChecks(checks, []string{name})
	if err != nil {
		return err
	}
	found, err := s.askThese(ctx, wanted, problems, nil)
	if err != nil {
		return err
	}
	c := checks[slices.IndexFunc(checks, func(c *policy.Check) bool { return c.Name == name })]
	where := c.Source.Path
	if c.Starter {
		where = "comes with mod"
	}
	if _, err := fmt.Fprintf(a.out, "%s (%s; %s)\n\n%s\n", c.Name, c.Severity, where, strings.TrimRight(c.Source.Text, "\n")); err != nil {
		return err
	}
	if err := a.explainTables(c.Asks()); err != nil {
		return err
	}
	var list []*diag.Diagnostic
	for _, f := range found {
		if f.Check == wanted[0] {
			list = append(list, f.Diagnostic)
		}
	}
	if _, err := fmt.Fprintf(a.out, "\nfinds %s\n", count(len(list), "row")); err != nil {
		return err
	}
	return diag.Print(a.out, list, diag.Style{Color: a.colored(), Width: a.width()})
}

// explainTables tells what tables have.
func (a *app) explainTables(tables []policy.Table) error {
	for _, t := range tables {
		text := fmt.Sprintf("\n%s: %s\n", t.Name, t.Doc)
		for _, c := range t.Columns {
			text += strings.TrimRight(fmt.Sprintf("  %-13s %-8s %s", c.Name, c.Type, c.Doc), " ") + "\n"
		}
		if _, err := a.out.Write([]byte(text)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) checksRun(ctx context.Context, names []string, format string) error {
	if err := oneOf("--format", format, "text", "json", "sarif", "github"); err != nil {
		return err
	}
	s, checks, problems, err := a.openChecks()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		if checks, err = wantedChecks(checks, names); err != nil {
			return err
		}
	}
	checks = slices.DeleteFunc(checks, func(c *policy.Check) bool { return c.Severity == diag.Off })
	found, err := s.askThese(ctx, checks, problems, nil)
	if err != nil {
		return err
	}
	list := &diag.List{}
	for _, f := range found {
		list.Add(f.Diagnostic)
	}
	told := s.weigh(s.policy.Settle(list, false))
	if err := a.printFound(told, format, s.pathPrefix()); err != nil {
		return err
	}
	s.view.note(s.asked(checks, problems))
	return checksOutcome(told)
}

// asked says how many checks were asked, and of none how one is switched on.
func (s *session) asked(checks []*policy.Check, problems *diag.List) string {
	if len(checks) == 0 && problems.Len() == 0 {
		return s.project.Root.Name + ": every check is off; mod checks list tells which there are, and checks: {NAME: warning} in the project file switches one on"
	}
	return fmt.Sprintf("%s: %s asked", s.project.Root.Name, count(len(checks), "check"))
}

// checksOutcome is the status to end with.
func checksOutcome(found []*diag.Diagnostic) error {
	status := 0
	for _, d := range found {
		switch {
		case d.Severity != diag.Error:
		case d.Code == policy.BadCheck:
			return outcome{exitInvalid}
		default:
			status = exitFailed
		}
	}
	if status == 0 {
		return nil
	}
	return outcome{status}
}
