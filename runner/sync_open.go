package runner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/syncs"
)

// syncing is a run of a sync, or a plan of one, under way.
type syncing struct {
	SyncOptions
	*syncLedger
	node     *compiler.Node
	target   *syncs.Target
	query    string
	mapping  string
	last     SyncRun                                    // the run before; the zero value if there was none
	begun    bool                                       // changes are being sent
	recorder adapters.Adapter                           // a session of its own: the first is reading the changes
	wait     func(context.Context, time.Duration) error // as the runner's
}

// openSync renders a sync's query and makes ready what the warehouse remembers of it. What a run left behind that was killed is settled. With
// an error it returns what is open so far if the failure may be written down, else nil: while another run is under way, and until what
// a killed one has left is settled, nothing may follow it.
func (v *Visit) openSync(ctx context.Context, n *compiler.Node, o SyncOptions) (*syncing, error) {
	rendered, err := v.Render(ctx, n)
	if err != nil {
		return nil, err
	}
	x := &syncing{
		SyncOptions: o, node: n, wait: v.runner.wait, query: strings.TrimRight(rendered.SQL, "; \t\r\n"), mapping: mappingOf(n.Sync),
		syncLedger: newSyncLedger(v.wire, rendered.Context, n.Relation, n.Sync.Key),
	}
	for _, step := range []func(context.Context) error{x.lock, x.recall} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("sync %s: %w", n.Name, err)
		}
	}
	if err := x.open(ctx, rendered); err != nil {
		if x.last.State == SyncSending {
			x = nil
		}
		return x, err
	}
	return x, nil
}

// open looks at the query, and makes the tables fit for it.
func (x *syncing) open(ctx context.Context, rendered *compiler.Rendered) error {
	columns, err := x.wire.describe(ctx, x.query)
	if err != nil {
		if d := problemOf(x.node, rendered, err); d != nil {
			return d
		}
		return err
	}
	x.target = x.SyncOptions.target(x.node, columns)
	for _, step := range []func(context.Context) error{x.create, x.checkKey, x.recover} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("sync %s: %w", x.node.Name, err)
		}
	}
	return nil
}

// mappingOf is a fingerprint of the fields and what they are made of.
func mappingOf(s *compiler.SyncSpec) string {
	h := sha256.New()
	for _, f := range s.Fields {
		_, _ = fmt.Fprintf(h, "%q %q\n", f.Name, f.Expression) // a hash never fails to be written to
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// target is what the sync writes.
func (o SyncOptions) target(n *compiler.Node, columns []relation.Column) *syncs.Target {
	t := &syncs.Target{
		Sync: n.Name, Object: n.Sync.Object, Mode: syncs.Mode(n.Sync.Mode), Removal: removalOf(n.Sync), Key: n.Sync.Key,
	}
	for i, f := range n.Sync.Fields {
		field := syncs.Field{Name: f.Name, PII: slices.Contains(o.PII, f.Name)}
		if i < len(columns) {
			field.Type = columns[i].Type
		}
		t.Fields = append(t.Fields, field)
	}
	return t
}

// removalOf is what happens to records whose rows are gone: what the sync says, else what its mode is for.
func removalOf(s *compiler.SyncSpec) syncs.Op {
	switch {
	case s.OnDelete == "ignore":
		return ""
	case s.OnDelete != "":
		return syncs.Op(s.OnDelete)
	case s.Mode == string(syncs.MirrorMode):
		return syncs.Delete
	case s.Mode == string(syncs.ArchiveMode):
		return syncs.Archive
	default:
		return ""
	}
}

// opsOf are the ops that a new row, a changed one and one that is gone take.
func opsOf(t *syncs.Target) map[string]any {
	ops := map[string]any{"new": string(syncs.Insert)}
	switch t.Mode {
	case syncs.InsertMode:
	case syncs.AppendMode:
		ops["changed"] = string(syncs.Insert)
	case syncs.UpdateMode:
		ops["new"], ops["changed"] = string(syncs.Update), string(syncs.Update)
	default:
		ops["changed"] = string(syncs.Update)
	}
	if t.Removal != "" {
		ops["gone"] = string(t.Removal)
	}
	return ops
}

// where tells where the sync goes, for the memory of its runs.
func (x *syncing) where() string {
	return strings.TrimRight(x.Kind.Name+" "+x.node.Sync.Destination.Name+" "+x.node.Sync.Object, " ")
}

// recall makes the schema and the table of runs, if they are not there, and reads how the last run ended.
func (x *syncing) recall(ctx context.Context) error {
	there, err := x.exists(ctx, x.runs)
	if err != nil {
		return err
	}
	var unmade error
	if !there {
		call := materialize.CreateSchema(x.runs, nil).Call
		unmade = x.exec(ctx, call.Macro, call.Args...)
	}
	// The schema may be there while we lack the right to make one: what follows tells.
	if err := x.exec(ctx, "sync_create_runs", x.runs); err != nil {
		return errors.Join(unmade, err)
	}
	last, err := x.lastRuns(ctx, x.node.Name, 1)
	if len(last) > 0 {
		x.last = last[0]
	}
	return err
}

// create makes the tables that are not there.
func (x *syncing) create(ctx context.Context) error {
	return x.exec(ctx, "sync_create_ledger", x.ledger, x.letters, x.outcomes, x.query, x.key)
}

// checkKey compares the types of the key with those that the ledger has.
func (x *syncing) checkKey(ctx context.Context) error {
	known, err := x.wire.describe(ctx, x.keyQuery())
	if err != nil {
		return fmt.Errorf("the key is not the one by which rows were sent until now; mod sync reset %s begins anew: %w", x.node.Name, err)
	}
	for i, c := range known {
		if is := x.target.Fields[i].Type; !strings.EqualFold(is, c.Type) {
			return fmt.Errorf("key %s was %s when rows were sent, and is %s now: cast it in map, or begin anew with mod sync reset %s", c.Name, c.Type, is, x.node.Name)
		}
	}
	return nil
}

// keyQuery reads the keys that were delivered.
func (x *syncing) keyQuery() string {
	var names []string
	for _, k := range x.key {
		names = append(names, x.context.Dialect.Ident(k))
	}
	return "select " + strings.Join(names, ", ") + " from " + x.context.Dialect.Relation(x.wire.place(x.wire.node, x.ledger))
}

// recover settles what a run left behind that ended in its midst.
func (x *syncing) recover(ctx context.Context) error {
	left, err := x.exists(ctx, x.changes)
	if err != nil {
		return err
	}
	if r := x.last; r.State == SyncSending {
		if left { // else what became of them is in the ledger already
			if err := x.takeIn(ctx, r); err != nil {
				return err
			}
			if err := x.syncLedger.settle(ctx, r.Mapping, r.ID, false); err != nil {
				return err
			}
			left = false
		}
		r.State, r.Finished, r.Message = SyncIncomplete, time.Now(), "it was ended in its midst"
		if err := x.remember(ctx, x.node.Name, r); err != nil {
			return err
		}
		x.last = r
	}
	if !left {
		return nil
	}
	return x.drop(ctx, x.changes)
}

// takeIn takes for delivered what the destination says it has of a run; if it cannot tell, what may have arrived is in doubt.
func (x *syncing) takeIn(ctx context.Context, r SyncRun) error {
	if x.Unopened != nil { // it may be able to tell once it is there
		return fmt.Errorf("ask %s what it has: %w", x.node.Sync.Destination.Name, x.Unopened)
	}
	c, ok := x.Destination.(syncs.Committer)
	if !ok {
		return x.doubt(ctx, r.Mapping, r.ID, x.ahead())
	}
	spans, err := c.Committed(ctx, x.target, r.ID)
	if err != nil {
		return fmt.Errorf("ask %s what it has: %w", x.node.Sync.Destination.Name, err)
	}
	const most = 500 // spans in a statement
	for part := range slices.Chunk(spans, most) {
		var pairs []any
		for _, s := range part {
			pairs = append(pairs, []any{s.First, s.Last})
		}
		if err := x.exec(ctx, "sync_adopt_batches", x.outcomes, x.changes, x.key, pairs); err != nil {
			return err
		}
	}
	return nil
}

// ahead is how many rows a run may have sent after those whose outcomes are written down: each of its senders has a batch, and the outcomes of one more
// are on their way. The run may have had other limits than those of now.
func (x *syncing) ahead() int {
	const senders = 16
	return max(x.Kind.Limits.Batch, x.Limits.Batch) * (max(x.Kind.Limits.Concurrency, x.Limits.Concurrency, senders) + 1)
}

// adopt takes what is at the destination for what was sent.
func (x *syncing) adopt(ctx context.Context) error {
	reader, ok := x.Destination.(syncs.Reader)
	if !ok {
		return fmt.Errorf("what is at a destination of type %s cannot be read, so nothing of it can be adopted", x.Kind.Name)
	}
	if err := x.drop(ctx, x.present); err != nil {
		return err
	}
	if err := x.exec(ctx, "sync_create_like", x.present, x.query); err != nil {
		return err
	}
	into := relation.Table{Relation: x.present}
	for _, f := range x.target.Fields {
		into.Columns = append(into.Columns, relation.Column{Name: f.Name})
	}
	_, err := x.wire.append(ctx, into, func(yield func([]any, error) bool) {
		for row, err := range reader.Read(ctx, x.target) {
			for i := range row {
				row[i] = loadable(row[i])
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	})
	if err != nil {
		return fmt.Errorf("read what is at %s: %w", x.node.Sync.Destination.Name, err)
	}
	if err := x.exec(ctx, "sync_adopt", x.ledger, x.present, x.query, x.key, x.fieldNames(), x.mapping, x.Run, timestamp(x.Now)); err != nil {
		return err
	}
	return x.drop(ctx, x.present)
}

func (x *syncing) fieldNames() []string {
	var names []string
	for _, f := range x.target.Fields {
		names = append(names, f.Name)
	}
	return names
}
