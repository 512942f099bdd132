package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
)

func newWhy(a *app) *cobra.Command {
	o := planOptions{format: "text"}
	c := &cobra.Command{
		Use:   "why model...",
		Short: "See why a model is to be built, or is not",
		Long: `Tell how models stand to what was built of them: what of all that they are made of differs, where that is in the project, and what follows.

  mod why orders
  mod why orders customers`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.selects = args
			return a.why(c.Context(), o)
		},
		ValidArgsFunction: a.completeNodes,
	}
	o.stateOptions.register(c.Flags())
	a.registerEnvironment(c)
	return c
}

// why tells how nodes stand to their last builds.
func (a *app) why(ctx context.Context, o planOptions) error {
	s, err := a.compile(compileOptions{which: "why", needTarget: true, selects: o.selects})
	if err != nil {
		return err
	}
	o.indirect = "empty"
	nodes, err := s.pick(o.selection, built...)
	if err != nil {
		return err
	}
	j, err := s.verdicts(ctx, "why", change.History{}, false)
	if err != nil {
		return err
	}
	byID := map[string]*change.Verdict{}
	for _, v := range j.verdicts {
		byID[v.ID] = v
	}
	text := &planText{session: s, paint: s.paint(), upkeep: &upkeep{judged: j}}
	var b strings.Builder
	for _, n := range nodes {
		if v := byID[n.ID]; v != nil {
			text.why(&b, v)
		}
	}
	_, err = fmt.Fprint(s.out, b.String())
	return errors.Join(err, j.runner.Close())
}

// why tells of one node.
func (p *planText) why(b *strings.Builder, v *change.Verdict) {
	fmt.Fprintf(b, "%s is %s%s\n", p.strong.Render(p.nameOf(v)), v.State, p.since(v))
	for _, r := range v.Reasons {
		fmt.Fprintf(b, "  %s%s\n", r.Text, p.place(r.At))
	}
	p.loaded(b, v)
	if v.Next != nil {
		fmt.Fprintf(b, "  %s\n", v.Next)
	}
	if v.Impact == nil || len(v.Impact.Differences) == 0 {
		return
	}
	b.WriteString("  what differs:\n")
	for _, d := range v.Impact.Differences {
		fmt.Fprintf(b, "    %s%s%s\n", change.Said(d), effect(d), p.place(d.Part().At))
	}
}

// loaded tells what of a microbatch model is loaded, and what of that by another version of it.
func (p *planText) loaded(b *strings.Builder, v *change.Verdict) {
	if v.Node == nil || v.Built == nil || len(v.Built.Claims) == 0 {
		return
	}
	all := v.Built.Claims.Loaded()
	now := v.Built.Claims.LoadedBy(p.upkeep.made.Nodes[v.ID].Own.String())
	if len(now) > 0 {
		fmt.Fprintf(b, "  loaded: %s\n", now)
	}
	if older := all.Minus(now); len(older) > 0 {
		fmt.Fprintf(b, "  loaded by an older version: %s\n", older)
	}
}

// effect tells of a difference that makes none by itself.
func effect(d fingerprint.Difference) string {
	if d.Effect == fingerprint.Metadata || d.Effect == fingerprint.None {
		return " (nothing is built for that)"
	}
	return ""
}

// since tells when the node was built.
func (p *planText) since(v *change.Verdict) string {
	if v.Built == nil {
		return ""
	}
	return fmt.Sprintf(", built on %s", v.Built.Ended.UTC().Format("2006-01-02 15:04:05 MST"))
}
