package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

// joinTargets compiles the project as the other targets see it at which nodes of the graph are to live, and gives it their graphs.
func (a *app) joinTargets(g *compiler.Graph, needTarget bool, o compiler.Options) *diag.List {
	problems := &diag.List{}
	names, first := g.Elsewhere()
	others := map[string]*compiler.Graph{}
	for _, name := range names {
		if !g.Project.Target.HasBeside(name) {
			problems.Add(g.UnknownTarget(first[name], name))
			continue
		}
		other, found := a.compileAt(g.Project.Dir, name, needTarget, o)
		for _, d := range found.Sorted() {
			if d.Severity == diag.Error {
				problems.Add(d)
			}
		}
		others[name] = other
	}
	if len(names) == 0 || problems.HasErrors() {
		return problems
	}
	problems.Append(g.Join(others))
	return problems
}

// compileAt compiles the project of a folder as a target sees it. The graph is nil if there is no telling what it would be.
func (a *app) compileAt(dir, target string, needTarget bool, o compiler.Options) (*compiler.Graph, *diag.List) {
	p, found := a.readOptions(project.Options{Dir: dir, NeedTarget: needTarget, Target: target})
	if p == nil || found.HasErrors() {
		return nil, found
	}
	a.secrets.others = append(a.secrets.others, p)
	if o.Dialect = dialect.Named(p.Target.Type); o.Dialect == nil {
		found.Add(unknownType(p.Target))
		return nil, found
	}
	g, problems := compiler.Compile(p, o)
	found.Append(problems)
	return g, found
}

// reach is a runner on the warehouses of the targets at which nodes live: the project's own, and those of others from which or to which something
// is copied. The caller closes it.
func (s *session) reach(ctx context.Context, nodes []*compiler.Node) (*runner.Runner, error) {
	w, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	r := &runner.Runner{
		Graph: s.graph, Warehouse: w, Far: map[string]adapters.Warehouse{}, Threads: s.threads(), Timeout: s.flags.timeout, Report: s.view.event, Deferral: s.deferral, Cancels: s.cancels, Clock: s.clock,
	}
	for _, t := range s.farTargets(nodes) {
		if r.Far[t.Name], err = s.connectTo(ctx, t); err != nil {
			delete(r.Far, t.Name)
			return nil, errors.Join(err, r.Close())
		}
	}
	return r, nil
}

// farTargets are the other targets at which nodes live or that they read.
func (s *session) farTargets(nodes []*compiler.Node) (out []*project.Target) {
	add := func(n *compiler.Node) {
		if g := s.graph.Of(n); g != s.graph && !slices.Contains(out, g.Project.Target) {
			out = append(out, g.Project.Target)
		}
	}
	for _, n := range nodes {
		add(n)
		for _, c := range s.graph.Copies(n) {
			add(c.Copied)
		}
	}
	return out
}

// connectTo opens the warehouse of a target.
func (s *session) connectTo(ctx context.Context, t *project.Target) (adapters.Warehouse, error) {
	driver := all.Named(t.Type)
	if driver == nil {
		return nil, unknownWarehouse(t)
	}
	var w adapters.Warehouse
	settings, err := s.settings(ctx, t)
	if err == nil {
		w, err = runner.Open(ctx, driver, settings, patience, s.view.event)
	}
	if err != nil {
		return nil, connectError(t, err)
	}
	if s.between != nil {
		w = s.between(w)
	}
	return w, nil
}
