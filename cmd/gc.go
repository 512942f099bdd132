package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/state"
)

// gcOptions are the options of mod gc.
type gcOptions struct {
	env, format string
	schemas     []string
	undo, yes   bool
}

func newGC(a *app) *cobra.Command {
	o := gcOptions{}
	c := &cobra.Command{
		Use:   "gc",
		Short: "Clear away what nobody builds any more",
		Long: `Set aside the relations of environments in which nothing was built for a while, and of what is in the project no more: they are in a schema of their
own for a week, can be brought back, and are dropped then. Only what the state says mod has built is touched.

  mod gc                       show what would be done, and ask if somebody is there
  mod gc --yes
  mod gc --env pr-123 --yes    an environment that has not expired
  mod gc --undo                bring back what was set aside`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.gc(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.env, "env", "", "the `name` of an environment: all of it, and nothing else")
	f.StringSliceVar(&o.schemas, "schema", nil, "with --env: clear these `schemas` too, in which the environment was built before its rule for schemas changed")
	f.BoolVar(&o.undo, "undo", false, "bring back what was set aside")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// gc shows what is left over, asks, and clears it away.
func (a *app) gc(ctx context.Context, o gcOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "gc", needTarget: true})
	if err != nil {
		return err
	}
	if s.project.State.Off {
		return errStateOff
	}
	c := runner.Collecting{Undo: o.undo, Now: s.started, Schemas: o.schemas}
	if len(o.schemas) > 0 && o.env == "" {
		return usagef("name it with --env", "--schema is of an environment")
	}
	if o.env != "" || s.command.Flags().Changed("env") {
		if c.Environment, err = s.project.Environments.EnvironmentNamed(o.env); err != nil {
			return usagef(project.EnvironmentHint, "%v", err)
		}
	}
	r, err := s.reach(ctx, nil)
	if err != nil {
		return err
	}
	if err = s.openBook(ctx, r, "gc"); err == nil {
		err = s.collect(ctx, r, c, o)
	}
	return errors.Join(err, r.Close())
}

func (s *session) collect(ctx context.Context, r *runner.Runner, c runner.Collecting, o gcOptions) error {
	list, err := r.Leftovers(ctx, c)
	if err != nil {
		return err
	}
	g := gcText{session: s, paint: s.paint(), options: o}
	if !o.undo && o.env == "" {
		if g.surplus, err = r.Surplus(ctx, s.started); err != nil {
			return err
		}
	}
	if err := g.print(list); err != nil || g.count == 0 && g.surplus.Rows() == 0 {
		return errors.Join(err, s.forgetting(ctx, r, list, o))
	}
	if !o.yes && (!s.Prompts || o.format == "json") {
		return nil
	}
	if !o.yes {
		if answer, err := s.ask(ctx, "Do it?", []string{"no", "yes"}); err != nil || answer != "yes" {
			return err
		}
	}
	if err := r.Collect(ctx, list); err != nil || g.surplus.Rows() == 0 {
		return err
	}
	return r.Compact(ctx, g.surplus)
}

// forgetting notes of what is not there any more that it is gone.
func (s *session) forgetting(ctx context.Context, r *runner.Runner, list []*runner.Leftover, o gcOptions) error {
	if !o.yes || len(list) == 0 {
		return nil
	}
	return r.Collect(ctx, list)
}

// leftoverJSON is what becomes of a relation, as other programs read it.
type leftoverJSON struct {
	Environment string `json:"environment"`
	Node        string `json:"node"`
	Relation    string `json:"relation"`
	Kind        string `json:"kind"`
	Action      string `json:"action"`
	Reason      string `json:"reason"`
}

// gcText tells people and programs what is left over.
type gcText struct {
	*session
	paint
	options gcOptions
	count   int // relations to which something is done

	surplus state.Surplus // what of the state nothing reads any more
}

// disposals are what can become of relations, in the order in which they are counted.
var disposals = []runner.Disposal{runner.Aside, runner.Restore, runner.Drop}

// rows tells what of the state goes.
func (g *gcText) rows(b *strings.Builder) {
	for _, part := range []struct {
		n   int64
		why string
	}{
		{g.surplus.Events, "of builds and ranges for which later ones stand"},
		{g.surplus.Codes, "of code, to which nothing refers"},
		{g.surplus.Runs, "of runs, to which nothing refers"},
	} {
		if part.n > 0 {
			action := padded(g.paint.warn.Render("delete"), "delete", len(runner.Restore))
			fmt.Fprintf(b, "%s  %s  %s\n", action, g.strong.Render(count(int(part.n), "row")), g.dim.Render(part.why))
		}
	}
}

func (g *gcText) print(list []*runner.Leftover) error {
	shown := []leftoverJSON{}
	of := map[runner.Disposal]int{}
	for _, l := range list {
		if l.Kind == "" {
			continue // it is not there
		}
		of[l.Disposal]++
		if l.Disposal != runner.Leave {
			g.count++
		}
		shown = append(shown, leftoverJSON{l.Environment, l.Node, g.graph.Dialect.Relation(l.Relation), string(l.Kind), string(l.Disposal), l.Why})
	}
	if g.options.format == "json" {
		text, err := json.MarshalIndent(map[string]any{"steps": shown, "state_rows": g.surplus.Rows()}, "", "  ")
		if err == nil {
			_, err = fmt.Fprintln(g.out, string(text))
		}
		return err
	}
	var b strings.Builder
	names := 0
	for _, l := range shown {
		names = max(names, lipgloss.Width(l.Relation))
	}
	g.rows(&b)
	for _, l := range shown {
		action, name := padded(g.paint.warn.Render(l.Action), l.Action, len(runner.Restore)), padded(g.strong.Render(l.Relation), l.Relation, names)
		fmt.Fprintf(&b, "%s  %s  %s\n", action, name, g.dim.Render(l.Reason))
	}
	if g.count == 0 && g.surplus.Rows() == 0 {
		b.WriteString(g.strong.Render("nothing is left over") + "\n")
	} else {
		var parts []string
		if g.surplus.Rows() > 0 {
			parts = append(parts, count(int(g.surplus.Rows()), "row")+" of the state to delete")
		}
		for _, d := range disposals {
			if of[d] > 0 {
				parts = append(parts, count(of[d], "relation")+" to "+string(d))
			}
		}
		fmt.Fprintf(&b, "\n%s\n", g.strong.Render(join(parts, "and")))
		if !g.options.yes && !g.Prompts {
			fmt.Fprintf(&b, "%s\n", g.dim.Render("do it with --yes"))
		}
	}
	_, err := fmt.Fprint(g.out, b.String())
	return err
}
