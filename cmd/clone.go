package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
)

func newClone(a *app) *cobra.Command {
	o := runOptions{which: "clone", types: []compiler.Type{compiler.Seed, compiler.Model, compiler.Snapshot}}
	c := &cobra.Command{
		Use:   "clone",
		Short: "Point at what an earlier run built",
		Long: `Make every selected node here a view of where an earlier run built it, so that the target looks complete at no cost; on Snowflake tables become
clones, which can be written. What exists here stays, unless --full-refresh replaces it.

  mod clone --state prod
  mod clone --state prod --select +orders --target dev`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.clone(c.Context(), o) },
	}
	o.selection.register(a, c)
	c.Flags().BoolVarP(&o.fullRefresh, "full-refresh", "f", false, "replace what exists here")
	return c
}

func (a *app) clone(ctx context.Context, o runOptions) error {
	s, err := a.compile(compileOptions{
		which: o.which, needTarget: true, fullRefresh: o.fullRefresh, failFast: a.flags.failFast, selects: o.selects, excludes: o.excludes,
	})
	if err != nil {
		return err
	}
	s.openState(o.stateOptions)
	from, err := s.deferred(o.stateOptions)
	if err != nil {
		return err
	}
	nodes, err := s.pick(o.selection, o.types...)
	if err != nil {
		return err
	}
	var stored []*compiler.Node
	for _, n := range nodes {
		if n.Stored() {
			stored = append(stored, n)
		}
	}
	results, err := s.cloneNodes(ctx, stored, from, o)
	return s.finish(results, err)
}

// cloneNodes makes views or clones of what the state has, where nothing stands yet. The results hold all of the nodes.
func (s *session) cloneNodes(ctx context.Context, nodes []*compiler.Node, from *artifact.State, o runOptions) (*runner.Results, error) {
	r, err := s.runner(ctx, nodes, o)
	if err != nil {
		return nil, err
	}
	r.TargetDir = "" // nothing is compiled
	r.Options.Promoted = s.clonable(nodes, from)
	r.Graph = s.graph.Pointers(func(id string) (compiler.Original, bool) {
		e := from.Nodes[id]
		if e == nil || !refable(e) {
			return compiler.Original{}, false
		}
		_, cloned := r.Options.Promoted[id]
		return compiler.Original{Name: s.nameThere(e), Cloned: cloned}, true
	})
	seen, err := r.Observe(ctx, nodes)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Options.Selected = nil
	var left []*runner.Result
	for _, n := range nodes {
		if reason := whyNot(n, seen, r.Graph, o); reason != "" {
			left = append(left, s.untouched(n, reason))
		} else {
			r.Options.Selected = append(r.Options.Selected, n.ID)
		}
	}
	seen.Took = nil // how long a node took to build says nothing of how long its clone takes
	p, err := plan.New(r.Graph, seen, r.Options)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	results, err := r.Run(ctx, p)
	if results != nil {
		results.All = append(left, results.All...)
	}
	return results, errors.Join(err, r.Close())
}

// clonable are the tables of the state that the warehouse clones, by the IDs of nodes.
func (s *session) clonable(nodes []*compiler.Node, from *artifact.State) map[string]relation.Relation {
	if !s.graph.Dialect.Has(dialect.ClonesTables) {
		return nil
	}
	out := map[string]relation.Relation{}
	for _, n := range nodes {
		if e := from.Nodes[n.ID]; e != nil && e.Table() {
			out[n.ID] = e.Relation
		}
	}
	return out
}

// whyNot is why a node is not cloned, "" if it is.
func whyNot(n *compiler.Node, seen plan.Seen, pointers *compiler.Graph, o runOptions) string {
	switch {
	case pointers.Nodes[n.ID] == nil:
		return "the state does not have it"
	case seen.Existing(pointers, n) != nil && !o.fullRefresh:
		return "it exists"
	default:
		return ""
	}
}

// untouched is the result of a node to which nothing was done.
func (s *session) untouched(n *compiler.Node, reason string) *runner.Result {
	s.view.note("- " + n.Label() + ": " + reason)
	now := s.Now()
	return &runner.Result{Node: n, Status: runner.Success, Message: "No-op", Rows: -1, Started: now, Finished: now}
}

// nameThere is the name of a relation of the state as it is written in SQL.
func (s *session) nameThere(e *artifact.Entry) string {
	if e.RelationName != "" {
		return e.RelationName
	}
	return s.graph.Dialect.Relation(e.Relation)
}
