package cmd

import (
	"context"
	"errors"
	"os"
	"os/user"
	"slices"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/state"
)

// judged is a project beside what was built of it.
type judged struct {
	runner   *runner.Runner // on an open warehouse, with its book read
	seen     plan.Seen
	made     *change.Graph
	verdicts []*change.Verdict

	promotions []*change.Promotion // what is promoted of an environment; nil if none is
}

// errStateOff is a question about what was built to a project that remembers nothing.
var errStateOff = usagef("take state: false out of the project file", "the project remembers nothing of what was built, so there is nothing to compare it with")

// verdicts finds out how the nodes stand to their last builds; of the history it is given what was asked for. Sources may be left unasked whether they have
// newer data. The caller closes the runner.
func (s *session) verdicts(ctx context.Context, command string, h change.History, unasked bool) (*judged, error) {
	return s.judged(ctx, command, nil, h, unasked)
}

// verdictsFrom is verdicts for promoting an environment: what is known of that is read too.
func (s *session) verdictsFrom(ctx context.Context, from *project.Environment, unasked bool) (*judged, error) {
	return s.judged(ctx, s.command.Name(), from, change.History{}, unasked)
}

func (s *session) judged(ctx context.Context, command string, from *project.Environment, h change.History, unasked bool) (*judged, error) {
	if s.project.State.Off {
		return nil, errStateOff
	}
	r, err := s.runner(ctx, s.graph.Order, runOptions{which: command})
	if err != nil {
		return nil, err
	}
	j := &judged{runner: r}
	if err = s.openBook(ctx, r, command); err == nil {
		r.Book.From = from
		j.seen, err = s.readBook(ctx, r, s.graph.Order, nil)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	j.made = r.Book.Made
	if !unasked {
		if r.Book.Looks, err = r.Looks(ctx, s.graph.Order); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	h.Looks, h.Now = r.Book.Looks, s.started
	if s.beside() {
		j.verdicts, err = s.judgeBeside(ctx, j, h, nil)
	} else {
		h.Existing = func(n *compiler.Node) *relation.Table { return j.seen.Existing(s.graph, n) }
		j.verdicts, err = r.Judge(ctx, h)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return j, nil
}

// observe looks at the warehouse for a run of those nodes. If the project has a state, or is to have one, the run has a book.
func (s *session) observe(ctx context.Context, r *runner.Runner, nodes []*compiler.Node, command string, partial bool) (plan.Seen, error) {
	if s.project.State.Off {
		if s.beside() {
			return plan.Seen{}, errStateOff
		}
		return r.Observe(ctx, nodes)
	}
	if err := s.openBook(ctx, r, command); err != nil {
		return plan.Seen{}, err
	}
	if s.beside() {
		return s.observeBeside(ctx, r, nodes, partial)
	}
	if !s.project.Native() {
		seen, err := r.Observe(ctx, nodes)
		noted := false
		if err == nil {
			noted, err = r.BookExists(ctx)
		}
		if !noted {
			r.Book = nil
			return seen, err
		}
	}
	r.Book.Partial = partial
	above, sources := s.above(nodes)
	return s.readBook(ctx, r, slices.Concat(nodes, sources), func(n *compiler.Node) bool { return above[n.ID] })
}

// observeBeside looks at the warehouse for a run of those nodes in an environment beside the target's own.
func (s *session) observeBeside(ctx context.Context, r *runner.Runner, nodes []*compiler.Node, partial bool) (plan.Seen, error) {
	r.Book.Partial = partial
	ids, _ := s.above(nodes)
	seen, err := s.readBook(ctx, r, s.graph.Order, func(n *compiler.Node) bool { return ids[n.ID] })
	if err != nil {
		return seen, err
	}
	_, err = s.judgeBeside(ctx, &judged{runner: r, seen: seen}, change.History{Now: s.started}, nodes)
	return seen, err
}

// readBook looks at the warehouse for those nodes, finds out what those are made of that only tells of, and reads the state. The runner has a book.
func (s *session) readBook(ctx context.Context, r *runner.Runner, nodes []*compiler.Node, only func(*compiler.Node) bool) (plan.Seen, error) {
	seen, err := r.Observe(ctx, nodes)
	if err != nil {
		return seen, err
	}
	s.collector.rendering() // what is read of each query, and of most of it nothing is kept
	r.Book.Made, r.Book.Patience = madeOf(ctx, s.graph, seen.All(), only), s.flags.wait
	if err := r.ReadBook(ctx); err != nil {
		return seen, err
	}
	for _, p := range r.Book.Known.Problems {
		s.warn(p.Error())
	}
	return seen, ctx.Err()
}

// above are nodes and all that they are made of, and the sources among that.
func (s *session) above(nodes []*compiler.Node) (ids map[string]bool, sources []*compiler.Node) {
	ids = map[string]bool{}
	var add func(n *compiler.Node)
	add = func(n *compiler.Node) {
		if ids[n.ID] {
			return
		}
		ids[n.ID] = true
		if n.Type == compiler.Source {
			sources = append(sources, n)
		}
		for _, id := range n.DependsOn {
			if parent := s.graph.Nodes[id]; parent != nil {
				add(parent)
			}
		}
	}
	for _, n := range nodes {
		add(n)
	}
	return ids, sources
}

// madeOf finds out what nodes are made of, by what the warehouse was seen to have; with a nil catalog nothing is known of it.
func madeOf(ctx context.Context, g *compiler.Graph, catalog *relation.Catalog, only func(*compiler.Node) bool) *change.Graph {
	used := &variables{of: map[*compiler.Node][]change.Variable{}}
	a := analyze.Of(ctx, g, analyze.Options{Catalog: sourcesOf(g, catalog), Apart: true, Only: only, Used: used.note})
	return change.Of(a, change.Options{Catalog: catalog, Only: only, Used: func(n *compiler.Node) []change.Variable { return used.of[n] }})
}

// variables are those that queries asked for.
type variables struct {
	mu sync.Mutex
	of map[*compiler.Node][]change.Variable
}

// note notes that a query asked for a variable. It is safe for concurrent use.
func (v *variables) note(n *compiler.Node, kind, name string, value jinja.Value) {
	asked := change.Variable{Env: kind != "var", Name: name, Value: jinja.Str(value)}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Contains(v.of[n], asked) {
		v.of[n] = append(v.of[n], asked)
	}
}

// sourcesOf is a catalog with the sources of a graph alone: what nodes are made of does not depend on what is built of them.
func sourcesOf(g *compiler.Graph, c *relation.Catalog) *relation.Catalog {
	out := relation.NewCatalog()
	for _, n := range g.Order {
		if n.Type != compiler.Source {
			continue
		}
		if t := c.Get(n.Relation); t != nil {
			out.Put(t)
		}
	}
	return out
}

// ledgerRun is this call as the state keeps it.
func (s *session) ledgerRun(command string) state.Run {
	return state.Run{ID: s.id, Environment: s.environmentKey(), Command: command, Began: s.started, Holder: holder(s.Env), Version: Version()}
}

// holder is who runs: user@host.
func holder(env map[string]string) string {
	name := env["USER"]
	if u, err := user.Current(); name == "" && err == nil {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		return name
	}
	return name + "@" + host
}
