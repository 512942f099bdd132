package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// site is one warehouse that a run works on: the project as it is seen from there, and what is known of it.
type site struct {
	graph     *compiler.Graph
	warehouse adapters.Warehouse
	known     *known
	comments  comments
}

// warehouseOf is the warehouse of a target, by the graph of that target.
func (r *Runner) warehouseOf(g *compiler.Graph) adapters.Warehouse {
	if g == r.Graph {
		return r.Warehouse
	}
	return r.Far[g.Project.Target.Name]
}

// observeAt inspects the schemas of nodes at the target of a graph.
func (r *Runner) observeAt(ctx context.Context, g *compiler.Graph, nodes []*compiler.Node) (k *known, err error) {
	w := r.warehouseOf(g)
	if w == nil {
		return nil, fmt.Errorf("there is no connection to target %q", g.Project.Target.Name)
	}
	conn, err := w.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	switch {
	case g.Project.Environment != nil:
		nodes = slices.Concat(nodes, placed(nodes, func(n *compiler.Node) relation.Relation { return n.Home }))
	case r.Book != nil && r.Book.From != nil:
		nodes = slices.Concat(nodes, placed(nodes, func(n *compiler.Node) relation.Relation { return g.In(r.Book.From, n.Home) }))
	}
	schemas := schemasOf(nodes)
	if g == r.Graph && r.Book != nil && r.Shelf == nil {
		schemas = append(schemas, r.Book.Tables.Schema)
	}
	return observe(ctx, conn, schemas)
}

// observeAll looks at the warehouses of all targets at which some nodes live, and what they read is copied to; the graph's own is always
// one of them.
func (r *Runner) observeAll(ctx context.Context, nodes []*compiler.Node) (map[*compiler.Graph]*known, error) {
	at := map[*compiler.Graph][]*compiler.Node{r.Graph: r.deferrable()}
	for name, g := range r.Graph.Others() {
		if r.Far[name] != nil {
			at[g] = nil
		}
	}
	add := func(n *compiler.Node) {
		g := r.Graph.Of(n)
		at[g] = append(at[g], n)
	}
	for _, n := range nodes {
		add(n)
		for _, c := range r.Graph.Copies(n) {
			add(c)
		}
	}
	out := map[*compiler.Graph]*known{}
	for _, g := range r.Beside {
		for _, n := range nodes {
			if there := g.Nodes[n.ID]; there != nil {
				at[g] = append(at[g], there)
			}
		}
		at[g] = slices.Clip(at[g]) // it is looked at, whatever is there
	}
	for g, nodes := range at {
		k, err := r.observeAt(ctx, g, nodes)
		if err != nil {
			return nil, err
		}
		out[g] = k
	}
	return out, nil
}

// seen is what is known of the warehouses, as a plan needs it.
func (r *Runner) seen() plan.Seen {
	s := plan.Seen{Tables: r.known[r.Graph].catalog, Far: map[string]*relation.Catalog{}, Took: r.remembered().Took}
	for g, k := range r.known {
		if g != r.Graph {
			s.Far[g.Project.Target.Name] = k.catalog
		}
	}
	return s
}

// worker does one job at a time. It has a session with each warehouse that it was needed at.
type worker struct {
	number   int // from 1
	sessions map[*site]*session
}

// at is the worker's session with a warehouse.
func (w *worker) at(s *site) *session {
	if w.sessions[s] == nil {
		w.sessions[s] = &session{warehouse: s.warehouse}
	}
	return w.sessions[s]
}

func (w *worker) close() (err error) {
	for _, s := range w.sessions {
		err = errors.Join(err, s.close())
	}
	return err
}

// at is the warehouse of the target at which a node lives.
func (x *run) at(n *compiler.Node) *site { return x.sites[x.Graph.Of(n)] }

// home is the warehouse of the run's own target.
func (x *run) home() *site { return x.sites[x.Graph] }
