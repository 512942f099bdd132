package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/runner"
)

type showOptions struct {
	selection
	eventTimes
	inline, direct string
	limit          int
	format, output string
}

func newShow(a *app) *cobra.Command {
	o := showOptions{}
	c := &cobra.Command{
		Use:   "show [model…]",
		Short: "Show the rows of models, or of a query",
		Long: `Run a model's query, or one of your own, and print its first rows. Nothing is stored.

  mod show orders
  mod show orders --limit 20 --format csv
  mod show --inline "select * from {{ ref('orders') }} where total > 10"`,
		ValidArgsFunction: a.completeNodes,
		RunE: func(c *cobra.Command, args []string) error {
			o.selects = append(o.selects, args...)
			return a.show(c.Context(), o)
		},
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	c.Flags().StringVar(&o.inline, "inline", "", "a `query` to show instead of a model; templates are rendered")
	c.Flags().StringVar(&o.direct, "inline-direct", "", "a `query` to show as it is")
	c.Flags().IntVar(&o.limit, "limit", 5, "how many rows to show; -1 shows all")
	c.Flags().StringVar(&o.format, "format", "table", "how to print them: table, csv, json (an array of objects) or md")
	c.Flags().StringVar(&o.output, "output", "", "")
	c.Flags().BoolP("full-refresh", "f", false, "")
	hide(c.Flags(), "full-refresh", "output")
	a.completes(c, "format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	return c
}

func (a *app) show(ctx context.Context, o showOptions) error {
	switch o.output {
	case "":
	case "text":
		o.format = "table"
	case "json":
		o.format = "dbt-json"
	default:
		if err := oneOf("--output", o.output, "text", "json"); err != nil {
			return err
		}
	}
	sample, err := o.sampled(a.started)
	if err = errors.Join(err, oneOf("--format", o.format, append(formats, "dbt-json")...)); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "show", needTarget: true, sample: sample, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	nodes, err := s.shownNodes(o)
	if err = errors.Join(err, s.deferTo(o.stateOptions, nil), s.locate(ctx)); err != nil {
		return err
	}
	queries := make([]*compiler.Node, len(nodes))
	for i, n := range nodes {
		if queries[i], err = s.queryOf(n); err != nil {
			return err
		}
	}
	return s.visit(ctx, queries, func(v *runner.Visit) error {
		for i, n := range nodes {
			show := func(rows *adapters.Rows) error {
				if len(nodes) > 1 && o.format == "table" {
					fmt.Fprintf(a.out, "%s%s:\n", map[bool]string{true: "\n"}[i > 0], n.Label())
				}
				return a.print(n, rows, o.format)
			}
			if err := v.Show(ctx, queries[i], o.limit, show); err != nil {
				return err
			}
		}
		return nil
	})
}

// shownNodes are the nodes whose rows are to be shown.
func (s *session) shownNodes(o showOptions) ([]*compiler.Node, error) {
	one := func(query string) ([]*compiler.Node, error) {
		n, err := s.inline(query)
		return []*compiler.Node{n}, err
	}
	switch {
	case o.inline != "":
		return one(o.inline)
	case o.direct != "":
		return one("{% raw %}" + o.direct + "{% endraw %}")
	case len(o.selects) == 0 && o.selection.selector == "":
		return nil, usagef(`write "mod show orders", or --inline with a query`, "there is nothing to show")
	}
	nodes, err := s.pick(o.selection, compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Analysis, compiler.Test)
	if err != nil {
		return nil, err
	}
	if m := withoutTests(nodes); len(m) > 0 {
		nodes = m
	}
	if len(nodes) == 0 {
		return nil, usagef(`run "mod ls" to see what there is`, "no model is selected")
	}
	if asked := named(nodes, o.selects); len(asked) > 0 {
		nodes = asked
	}
	return nodes, nil
}

// named are the nodes whose names stand in the words of a selection: of "+orders" orders alone is shown, as in dbt.
func named(nodes []*compiler.Node, words []string) []*compiler.Node {
	var out []*compiler.Node
	for _, n := range nodes {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Trim(word, "+@0123456789") == n.Name }) {
			out = append(out, n)
		}
	}
	return out
}

// queryOf is the node whose query gives the rows of a node.
func (s *session) queryOf(n *compiler.Node) (*compiler.Node, error) {
	if n.Type == compiler.Seed || n.Type == compiler.Snapshot {
		return s.inline(fmt.Sprintf("select * from {{ ref('%s', '%s') }}", n.Package.Name, n.Name))
	}
	return n, nil
}

func withoutTests(nodes []*compiler.Node) []*compiler.Node {
	var out []*compiler.Node
	for _, n := range nodes {
		if n.Type != compiler.Test {
			out = append(out, n)
		}
	}
	return out
}
