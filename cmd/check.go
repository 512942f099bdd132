package cmd

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/selector"
)

type checkOptions struct {
	selection
	format      string
	fix, dryRun bool
	diff        bool
	dated       bool
	baseline    bool
	base        string
}

func newCheck(a *app) *cobra.Command {
	o := checkOptions{}
	c := &cobra.Command{
		Use:   "check",
		Short: "Find what is wrong with the project, without a warehouse",
		Long: `Read, compile and analyse the project, ask its checks (mod checks), and report every problem. Nothing is asked of a warehouse, and no login is needed.

  mod check
  mod check --select staging+
  mod check --fix                 mend what has one right answer
  mod check --diff                show what --fix would change, and change nothing
  mod check --dated --fix         write what dbt v2 refuses as it wants it
  mod check --format sarif        for code scanning
  mod check --baseline            only what the branch adds

--format is text, json (a list of {code, severity, path, line, column, message, hint}), sarif (SARIF 2.1.0) or github (annotations of
a workflow). How bad a problem is can be said in project.yml, in the config of models and in comments (-- mod: allow code):
docs/reference/diagnostics.md.

Exit status: 0 without errors (warnings and infos are none, unless --warn-error makes errors of warnings), 2 with some, or if a
flag is wrong. With --fix it is that of what is left; with --diff or --dry-run it is 0.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.check(c.Context(), o) },
	}
	o.selection.register(a, c)
	c.Flags().StringVar(&o.format, "format", "text", "how to print what was found: text, json, sarif or github")
	c.Flags().BoolVar(&o.fix, "fix", false, "mend the problems that have one right answer")
	c.Flags().BoolVar(&o.dryRun, "dry-run", false, "with --fix: change no file, print what would change")
	c.Flags().BoolVar(&o.diff, "diff", false, "the same as --fix --dry-run")
	c.Flags().BoolVar(&o.baseline, "baseline", false, "report only what is not so at the base: the last commit in common with the default branch")
	c.Flags().StringVar(&o.base, "base", "", "with --baseline: the `commit` that is the base")
	c.Flags().BoolVar(&o.dated, "dated", false, "also report the spellings that dbt 1.x takes and dbt v2 refuses")
	return c
}

func (a *app) check(ctx context.Context, o checkOptions) error {
	if err := oneOf("--format", o.format, "text", "json", "sarif", "github"); err != nil {
		return err
	}
	if o.diff {
		o.fix, o.dryRun = true, true
	}
	if o.dryRun && !o.fix {
		return usagef("write --fix --dry-run", "--dry-run says nothing without --fix")
	}
	if o.base != "" && !o.baseline {
		return usagef("write --baseline --base "+o.base, "--base says nothing without --baseline")
	}
	if o.baseline && o.fix {
		return usagef("leave one of them away", "--fix mends all problems, and --baseline reports some")
	}
	s, found, err := a.examine(ctx, o)
	if err == nil && o.baseline && s.project != nil {
		found, err = s.withoutBaseline(ctx, found, o)
	}
	if err != nil {
		return err
	}
	if o.fix {
		s, found, err = a.mend(ctx, o, s, found)
		if err != nil || o.dryRun {
			return err
		}
	}
	if err := a.printFound(found, o.format, s.pathPrefix()); err != nil {
		return err
	}
	s.view.note(s.verdict(found))
	if slices.ContainsFunc(found, func(d *diag.Diagnostic) bool { return d.Severity == diag.Error }) {
		return outcome{exitInvalid}
	}
	return nil
}

// examine reads the project anew and returns all that is wrong with it, or with what is selected of it. The session is never nil.
func (a *app) examine(ctx context.Context, o checkOptions) (*session, []*diag.Diagnostic, error) {
	s, found, err := a.survey("run") // templates that ask are shown the models that are built, and no test under way
	if err != nil {
		return nil, nil, err
	}
	if !o.dated {
		a.policy.Default(project.CodeDated, diag.Off)
	}
	if s == nil || s.graph == nil {
		if s == nil {
			s = &session{app: a}
		}
		return s, a.weigh(a.policy.Settle(found, true)), nil
	}
	c := lint.Case{Graph: s.graph, Nodes: s.graph.Order, Policy: a.policy, Known: found, Found: &diag.List{}, Analyze: s.analyze}
	if o.selects != nil || o.excludes != nil || o.selector != "" || o.types != nil || o.excludeTypes != nil {
		r, err := o.request(s, anyType)
		if err != nil {
			return nil, nil, err
		}
		nodes, more := selector.Select(s.graph, r)
		c.Nodes, c.Known = nodes, among(nodes, found)
		c.Known.Append(more)
	}
	failed, err := s.askChecks(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range failed {
		if f.Node == nil && len(c.Nodes) == len(s.graph.Order) || slices.Contains(c.Nodes, f.Node) {
			c.Found.Add(f.Diagnostic)
		}
	}
	all, err := s.lint(ctx, c)
	return s, all, err
}

// lint finds what is wrong with nodes: in the eyes of mod, of the warehouse's own parser and binder, and of the destinations of syncs.
func (s *session) lint(ctx context.Context, c lint.Case) ([]*diag.Diagnostic, error) {
	for _, n := range c.Nodes {
		if n.Type == compiler.Sync {
			_, _, problems := s.checkSync(n)
			c.Known.Append(problems)
		}
	}
	e, err := s.offline()
	if err != nil {
		return nil, err
	}
	var known *lint.Memory
	if e != nil {
		known = s.remembering(e)
		c.Engine = known
		defer e.close(s.warn)
	}
	all, err := lint.Check(ctx, c)
	if err != nil {
		return nil, err
	}
	if known != nil {
		s.keepVerdicts(known.Verdicts(), len(c.Nodes) < len(c.Graph.Order))
	}
	return s.weigh(all), nil
}

// among are the problems of a list that concern nodes: those in their files, and errors, which concern all.
func among(nodes []*compiler.Node, found *diag.List) *diag.List {
	paths := map[string]bool{}
	for _, n := range nodes {
		if n.File != nil {
			paths[n.File.Source.Path] = true
		}
		if n.At.Source != nil {
			paths[n.At.Source.Path] = true
		}
	}
	out := &diag.List{}
	for _, d := range found.Sorted() {
		if d.Severity == diag.Error || !d.Span.IsZero() && paths[d.Span.Source.Path] {
			out.Add(d)
		}
	}
	return out
}

// printFound writes problems to stdout.
func (a *app) printFound(found []*diag.Diagnostic, format, prefix string) error {
	switch format {
	case "json":
		return listJSON(a.out, found)
	case "sarif":
		return writeSARIF(a.out, found, prefix)
	case "github":
		return annotate(a.out, found, prefix)
	default:
		return diag.Print(a.out, found, diag.Style{Color: a.colored(), Width: a.width()})
	}
}

// pathPrefix is what goes before the paths of the project for programs that want them from the top of the repository: that of
// GitHub's workflow or GitLab's job, or else the folder in which mod was called.
func (s *session) pathPrefix() string {
	base := cmp.Or(s.Env["GITHUB_WORKSPACE"], s.Env["CI_PROJECT_DIR"], s.Dir)
	rel, err := filepath.Rel(base, s.projectDir())
	if err != nil || rel == "." || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel) + "/"
}

// verdict is the last line: "shop: 2 errors and 1 warning in 14 nodes".
func (s *session) verdict(found []*diag.Diagnostic) string {
	counts := map[diag.Severity]int{}
	for _, d := range found {
		counts[d.Severity]++
	}
	var parts []string
	for severity, noun := range []string{"error", "warning", "info"} {
		if n := counts[diag.Severity(severity)]; n > 0 {
			parts = append(parts, count(n, noun))
		}
	}
	text := "no problems"
	if len(parts) > 0 {
		text = join(parts, "and")
	}
	if s.graph == nil {
		return text
	}
	return fmt.Sprintf("%s: %s in %s", s.project.Root.Name, text, s.census())
}
