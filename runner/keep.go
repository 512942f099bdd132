package runner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// keptUntil is what the book says of a table that is kept, as its note.
type keptUntil struct {
	Replaced time.Time `json:"replaced"` // up to when it was what others read
	Until    time.Time `json:"until"`
}

// keptOf reads a note; false if somebody else wrote it.
func keptOf(b state.Build) (k keptUntil, ok bool) {
	err := json.Unmarshal([]byte(b.Note), &k)
	return k, err == nil && (b.Kind == state.Kept || b.Kind == state.RolledBack) && !k.Until.IsZero()
}

// noted is a build as what is kept.
func (k keptUntil) noted(b state.Build, key state.Key, run string) state.Build {
	text, err := json.Marshal(k)
	if err != nil {
		return b // times have a text
	}
	b.Environment, b.Node, b.Relation = key.Environment, key.Node, key.Relation
	b.Kind, b.Note, b.Run, b.Detail = state.Kept, string(text), run, nil
	return b
}

// unknownKept is the note of what was kept of which it is not known any more what it is.
const unknownKept = "what is in it is not known: a run that was to keep something in it did not end"

// previous is where the build before of a node is kept.
func (b *Book) previous(n *compiler.Node) state.Key {
	at := b.graph.Of(n)
	return state.Key{Environment: b.Environment, Node: n.ID, Relation: materialize.Previous(n.Relation, at.Dialect.MaxName)}
}

// key is where a node is.
func (b *Book) key(n *compiler.Node) state.Key {
	return state.Key{Environment: b.Environment, Node: n.ID, Relation: n.Relation}
}

// mayKeep tells whether what a build of the node replaces is kept: in the target itself, and if it is known what that is.
func (b *Book) mayKeep(n *compiler.Node) bool {
	if _, keeps := b.graph.KeepsPrevious(n); !keeps || b.Home != "" || b.Partial || b.graph.Of(n) != b.graph {
		return false
	}
	last, ok := b.Known.Builds[b.key(n)]
	return ok && !last.Kind.Gone() && b.Known.Builds[b.previous(n)].Kind != state.Replacing
}

// ours tells whether what has the name of what is kept is there by our doing.
func (b *Book) ours(key state.Key) bool {
	switch b.Known.Builds[key].Kind {
	case state.Kept, state.Replacing, state.Retired:
		return true
	}
	return false
}

// keepAt is the name under which what a turn replaces is kept, or from which it is restored; the zero Relation keeps none.
func (t *turn) keepAt() relation.Relation {
	n := t.step.Node
	if t.book == nil {
		return relation.Relation{}
	}
	key := t.book.previous(n)
	switch {
	case t.step.Action == plan.Restore:
		return key.Relation
	case t.step.Action != plan.Build && t.step.Action != plan.Promote || !t.book.mayKeep(n):
		return relation.Relation{}
	case t.view.get(key.Relation) != nil && !t.book.ours(key):
		text := fmt.Sprintf("what %s replaces is not kept: there is a %s already, which mod has not made", n.Label(), t.dialect.Relation(key.Relation))
		t.report(Logged{Node: n, Text: text, Level: "warn", At: time.Now()})
		return relation.Relation{}
	}
	return key.Relation
}

// unsettle notes that what is kept of a node is about to be another table, and waits until that is written: whatever becomes of the run, no table is taken
// for what it is not.
func (x *run) unsettle(ctx context.Context, t *turn) error {
	key := x.Book.previous(t.step.Node)
	written := make(chan error, 1)
	x.clerk.note(note{written: written, build: &state.Build{
		Environment: key.Environment, Node: key.Node, Relation: key.Relation, Kind: state.Replacing, At: x.Book.now(), Run: x.Book.Run.ID,
	}})
	if err := x.await(ctx, written); err != nil {
		return err
	}
	t.result.keeps, t.result.vacant = true, t.view.get(t.step.Node.Relation) == nil
	return nil
}

// keptBy is what is kept since a result's node was built anew, nothing if that changes nothing.
func (b *Book) keptBy(r *Result) []state.Build {
	key := b.previous(r.Node)
	was := b.Known.Builds[key]
	switch {
	case r.Step.Action == plan.Add || r.Step.Action == plan.Amend:
		return nil // it is the table that it was
	case !r.keeps && was.Kind != state.Replacing:
		return nil
	case !r.keeps: // what is there is known from now on, and what was kept is not
		was.Kind, was.At, was.Run, was.Note = state.Retired, b.noted(r.Finished), b.Run.ID, unknownKept
		return []state.Build{was}
	}
	last, ok := b.Known.Builds[b.key(r.Node)]
	if r.vacant || !ok || last.Kind.Gone() { // nothing was there, and what was kept is
		was.Kind, was.At, was.Run, was.Note = state.Dropped, b.noted(r.Finished), b.Run.ID, "rolled back"
		return []state.Build{was}
	}
	keeps, _ := b.graph.KeepsPrevious(r.Node)
	until := keptUntil{Replaced: b.noted(r.Executing), Until: b.noted(r.Finished).Add(cmp.Or(keeps, keptFor))}
	return []state.Build{until.noted(last, key, b.Run.ID)}
}

// keptAsBefore is that what is kept of a node is what it was before the run.
func (b *Book) keptAsBefore(n *compiler.Node) state.Build {
	key := b.previous(n)
	was, ok := b.Known.Builds[key]
	if !ok {
		was = state.Build{Environment: key.Environment, Node: key.Node, Relation: key.Relation, Kind: state.Dropped, At: b.now(), Run: b.Run.ID, Note: "nothing was kept"}
	}
	return was
}

// restored is what is noted of a node that has the table again which was kept.
func (b *Book) restored(r *Result) *state.Build {
	out, ok := b.Known.Builds[b.previous(r.Node)]
	if !ok {
		return nil
	}
	at := b.noted(r.Finished)
	out.Relation, out.Kind, out.Run, out.Watermark = r.Node.Relation, state.RolledBack, b.Run.ID, &at
	b.built[r.Node.ID], b.ended[r.Node.ID] = change.Version{Hash: out.Hash, Code: out.Code}, at
	return &out
}

// Previous is what is kept of the build before of a node. The error says, as a clause, why nothing is that it could be rolled back to. The book was read before.
func (r *Runner) Previous(n *compiler.Node, seen plan.Seen) (change.Built, error) {
	b := r.Book
	kept := b.Known.Builds[b.previous(n)]
	until, _ := keptOf(kept)
	now, there := seen.Existing(r.Graph, n), seen.At(r.Graph, n, kept.Relation)
	switch {
	case kept.Kind == state.Replacing || kept.Kind == state.Retired:
		return change.Built{}, errors.New(unknownKept)
	case until.Until.IsZero():
		return change.Built{}, errors.New("nothing is kept of the build before")
	case there == nil:
		return change.Built{}, fmt.Errorf("what was kept since %s is gone", until.Replaced.UTC().Format(time.DateOnly))
	case there.Kind != relation.BaseTable || now != nil && now.Kind != relation.BaseTable:
		return change.Built{}, errors.New("one of the two is no table")
	case now != nil && b.Known.Builds[b.key(n)].Kind.Gone():
		return change.Built{}, errors.New("it is not known how what is there was built")
	}
	return builtOf(kept), nil
}

// unmovedSteps is an error if something was done since the plan was made to what its steps put in the places of others.
func (x *run) unmovedSteps(ctx context.Context, conn adapters.Adapter) error {
	b := x.Book
	var keys []state.Key
	for _, s := range x.plan.Steps {
		switch s.Action {
		case plan.Restore:
			keys = append(keys, b.key(s.Node), b.previous(s.Node))
		case plan.Promote:
			keys = append(keys, b.key(s.Node), b.keyThere(s.Node.ID, s.From))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	environments := []string{b.Environment}
	if b.From != nil {
		environments = append(environments, b.From.Key)
	}
	known, err := b.Tables.Read(ctx, conn, b.catalog, environments...)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if was, is := b.Known.Builds[key], known.Builds[key]; was.Kind != is.Kind || !was.At.Equal(is.At) || was.Run != is.Run {
			return fmt.Errorf("nothing is done: something was done to %s since this was planned", key.Relation)
		}
	}
	return nil
}
