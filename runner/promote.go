package runner

import (
	"context"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// there is where the environment that is promoted has a node.
func (r *Runner) there(n *compiler.Node) relation.Relation { return r.Graph.In(r.Book.From, n.Home) }

// JudgeFrom says how the nodes stand in the environment that is promoted, beside the one of the book, which is its home. The book was read before.
func (r *Runner) JudgeFrom(ctx context.Context, seen plan.Seen, there change.History) ([]*change.Verdict, error) {
	b := r.Book
	home := change.History{
		Built: b.Builds(), Code: b.code,
		Existing: func(n *compiler.Node) *relation.Table { return seen.Existing(r.Graph, n) },
	}
	there.Built, there.Code = b.BuildsIn(b.From.Key, r.there), b.code
	there.Existing = func(n *compiler.Node) *relation.Table { return seen.At(r.Graph, n, r.there(n)) }
	return r.learn(ctx, func() ([]*change.Verdict, []fingerprint.Hash) { return b.Made.Beside(home, there) })
}

// Promoted are the tables that take the places of nodes, by IDs; nil if nothing is promoted.
func (r *Runner) Promoted(list []*change.Promotion) map[string]relation.Relation {
	if list == nil {
		return nil
	}
	out := map[string]relation.Relation{}
	for _, p := range list {
		if p.From != nil && p.Node.Stored() {
			out[p.ID] = r.there(p.Node)
		}
	}
	return out
}

// promoted is what is noted of a node whose relation is now the one that another environment had: its build there.
func (b *Book) promoted(id string, from relation.Relation) *state.Build {
	last, ok := b.Known.Builds[b.keyThere(id, from)]
	if !ok {
		return nil
	}
	m := b.Made.Nodes[id]
	out := last
	out.Environment, out.Kind, out.Run, out.Note = b.Environment, state.Promoted, b.Run.ID, "promoted from "+b.From.Name
	if m.Relation.Name != "" {
		out.Relation = m.Relation
	}
	b.built[id], b.ended[id] = change.Version{Hash: out.Hash, Code: out.Code}, out.At
	return &out
}

// takenOver are the notes of what is loaded of a microbatch model whose relation is now the one that another environment had: by whom, and of data of when.
func (b *Book) takenOver(step *plan.Step) []state.Interval {
	from := b.keyThere(step.Node.ID, step.From)
	here := b.key(step.Node)
	out := []state.Interval{{Key: here, Op: state.Clear, At: b.now(), Run: b.Run.ID}}
	for _, c := range b.claims(from) {
		own, err := fingerprint.Parse(c.Code)
		if err != nil { // it was read as one
			continue
		}
		v := state.Interval{Key: here, Op: state.Load, Range: c.Range, Own: own, At: c.At, Run: c.Run}
		v.Seconds = max(c.At.Add(time.Microsecond).Sub(c.Began).Seconds(), 0)
		for _, in := range b.Known.Inputs[from] {
			if !in.Empty() && interval.Of(c.Range).Covers(in.Range) {
				v.Inputs = append(v.Inputs, in)
			}
		}
		out = append(out, v)
	}
	return out
}

// keyThere is the key of what the environment that is promoted built of a node. Names of relations are compared as the warehouse does, of what has one.
func (b *Book) keyThere(id string, at relation.Relation) state.Key {
	for key := range b.Known.Builds {
		if key.Environment == b.From.Key && key.Node == id && (!b.graph.Nodes[id].Stored() || folded(key.Relation) == folded(at)) {
			return key
		}
	}
	return state.Key{}
}

// NotePromoted notes what was proved by data tests of the environment, and which of its tables it has no more since they were moved.
func (r *Runner) NotePromoted(ctx context.Context, list []*change.Promotion) error {
	b := r.Book
	var builds []state.Build
	for _, p := range list {
		if p.From == nil {
			continue
		}
		if !p.Node.Stored() {
			if proof := b.promoted(p.ID, r.there(p.Node)); proof != nil {
				builds = append(builds, *proof)
			}
			continue
		}
		if last, ok := b.Known.Builds[b.keyThere(p.ID, r.there(p.Node))]; ok && r.Graph.Dialect.Has(dialect.MovesTables) {
			last.Kind, last.At, last.Run, last.Note = state.Dropped, b.now(), b.Run.ID, "promoted"
			builds = append(builds, last)
		}
	}
	return r.note(ctx, "promoted", builds)
}
