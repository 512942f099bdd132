package runner

import (
	"context"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// JudgeBeside says how the nodes stand in the environment that the graph is of, beside the target's own. From then on the runner reads
// what that has as the project makes it where it is there, but for nodes that are chosen, which are built whatever is there. The book was read before.
func (r *Runner) JudgeBeside(ctx context.Context, seen plan.Seen, here change.History, chosen func(id string) bool) ([]*change.Verdict, error) {
	b := r.Book
	atHome := r.atHome(seen)
	here.Built, here.Code = b.Builds(), b.code
	here.Existing = func(n *compiler.Node) *relation.Table { return seen.Existing(r.Graph, n) }
	verdicts, err := r.learn(ctx, func() ([]*change.Verdict, []fingerprint.Hash) { return b.Made.Beside(atHome, here) })
	if err != nil {
		return nil, err
	}
	elsewhere := map[string]bool{}
	for _, v := range verdicts {
		if v.Elsewhere && (chosen == nil || !chosen(v.ID)) {
			elsewhere[v.ID] = true
		}
	}
	r.Deferral = Deferral{
		At: func(id string) (relation.Relation, bool) {
			n := r.Graph.Nodes[id]
			return n.Home, n.Stored() || n.Type == compiler.Function && elsewhere[id] // nobody sees whether a function is there
		},
		Over: func(id string) bool { return elsewhere[id] },
	}
	b.readsHome(atHome.Built, func(n *compiler.Node) bool { return elsewhere[n.ID] || n.Stored() && here.Existing(n) == nil })
	return verdicts, nil
}

// atHome is what is known of what the target itself has.
func (r *Runner) atHome(seen plan.Seen) change.History {
	return change.History{
		Built: r.Book.BuildsAtHome(), Code: r.Book.code,
		Existing: func(n *compiler.Node) *relation.Table { return seen.At(r.Graph, n, n.Home) },
	}
}

// JudgeHome says how the nodes stand to what the target itself has, whatever the environment beside it has of them, given what they are made of: now, or in
// another version of the project. The book was read before.
func (r *Runner) JudgeHome(ctx context.Context, seen plan.Seen, made *change.Graph) ([]*change.Verdict, error) {
	h := r.atHome(seen)
	return r.learn(ctx, func() ([]*change.Verdict, []fingerprint.Hash) { return made.Since(h) })
}

// readsHome notes which versions are read of nodes that are read at home.
func (b *Book) readsHome(built map[string]change.Built, from func(*compiler.Node) bool) {
	for id, m := range b.Made.Nodes {
		if !from(m.Node) {
			continue
		}
		delete(b.built, id)
		if at, ok := built[id]; ok {
			b.built[id] = at.Version
		}
	}
}
