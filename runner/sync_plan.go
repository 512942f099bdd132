package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/syncs"
)

// plan finds the changes and writes them down, numbered.
func (x *syncing) plan(ctx context.Context) (*SyncPlan, error) {
	p := &SyncPlan{Node: x.node, Guarantee: x.Guarantee, RemovalOp: x.target.Removal}
	ops := opsOf(x.target)
	// Where ops tell rows that are new, changed and gone apart, the changes tell of the keys.
	complete := ops["gone"] != nil && ops["new"] == string(syncs.Insert) && ops["changed"] == string(syncs.Update) && !x.Retry && !x.Adopt
	if !complete {
		if held, err := x.checkRows(ctx); held != nil || err != nil {
			p.Held = held
			return p, err
		}
	}
	if x.Adopt {
		if err := x.adopt(ctx); err != nil {
			return nil, err
		}
	}
	var only any
	if x.Retry {
		only = x.letters
	}
	if err := x.exec(ctx, "sync_create_changes", x.changes, x.ledger, x.query, x.key, x.fieldNames(), x.mapping, ops, only); err != nil {
		return nil, err
	}
	counts, err := x.syncLedger.query(ctx, "sync_count_changes", x.changes, x.ledger)
	if err != nil {
		return nil, err
	}
	for _, row := range counts {
		op, _ := row[0].(string)
		p.count(syncs.Op(op), wholeNumber(row[1]) == 1, wholeNumber(row[2]))
	}
	if complete {
		if held, err := x.checkChanges(ctx, p); held != nil || err != nil {
			return &SyncPlan{Node: x.node, Guarantee: x.Guarantee, RemovalOp: x.target.Removal, Held: held}, err
		}
	}
	if p.Held = x.moved(p); p.Held == nil && !x.Force {
		p.Held = x.Limits.guard(p)
	}
	return p, nil
}

// count adds n changes of an op; without an op n is how many rows the destination has.
func (p *SyncPlan) count(op syncs.Op, remapped bool, n int64) {
	switch op {
	case "":
		p.Known = n
	case syncs.Insert:
		p.Inserts += n
	case syncs.Update:
		p.Updates += n
	default:
		p.Removals += n
	}
	if remapped && op == syncs.Update {
		p.Remapped += n
	}
}

// checkChanges does what checkRows does, and passes over the rows only if their number tells that there is something to find.
func (x *syncing) checkChanges(ctx context.Context, p *SyncPlan) (held, err error) {
	counts, err := x.syncLedger.query(ctx, "sync_count_keys", x.changes, x.query, x.key)
	if err != nil {
		return nil, err
	}
	if rows, bad := wholeNumber(counts[0][0]), wholeNumber(counts[0][1]); bad == 0 && rows == p.Known-p.Removals+p.Inserts {
		return nil, nil
	}
	return x.checkRows(ctx)
}

// checkRows refuses rows that have no key, or share one: what is at the destination would depend on chance.
func (x *syncing) checkRows(ctx context.Context) (held, err error) {
	list := &diag.List{}
	nulls, twins, twin, err := x.badKeys(ctx, x.query)
	if err != nil {
		return nil, err
	}
	at := x.node.Raws.Place("key")
	if nulls > 0 {
		list.Errorf(at, SyncKey, "rows of sync %q have no key: %s is null in %d of them", x.node.Name, strings.Join(x.key, ", "), nulls).Hint = "leave them out with where:"
	}
	if twins > 0 {
		more := ""
		if slices.ContainsFunc(x.key, func(field string) bool { return slices.Contains(x.PII, field) }) {
			twin = syncs.Mask
		}
		if twins > 1 {
			more = fmt.Sprintf(", and so it is with %d other keys", twins-1)
		}
		d := list.Errorf(at, SyncKey, "several rows of sync %q have the key %s = %s%s", x.node.Name, strings.Join(x.key, ", "), twin, more)
		d.Hint = "add a column to the key, or make the rows one in the model"
	}
	return list.Err(), nil
}

// SyncKey is a sync whose rows cannot be told apart by its key.
const SyncKey diag.Code = "sync-key"

// moved tells that rows were sent elsewhere until now, so that the ledger says nothing about where they are to go.
func (x *syncing) moved(p *SyncPlan) error {
	if p.Known == 0 || x.Adopt || x.last.ID == "" || x.last.Destination == x.where() {
		return nil
	}
	return fmt.Errorf("rows were sent to %s until now, and are to go to %s: begin anew with mod sync reset %s, or take what is there for sent with --adopt",
		x.last.Destination, x.where(), x.node.Name)
}

// begin writes down that changes are being sent.
func (x *syncing) begin(ctx context.Context, result *SyncResult) error {
	conn, err := x.wire.session.warehouse.Connect(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	x.recorder, x.begun = conn, true
	return x.remember(ctx, x.node.Name, x.run(result))
}

// run is a result as it is written down.
func (x *syncing) run(result *SyncResult) SyncRun {
	r := SyncRun{ID: x.Run, State: result.State, Mapping: x.mapping, Started: result.Started, Finished: result.Finished, Destination: x.where()}
	if before := x.last.Started; !r.Started.After(before) { // another machine's clock is ahead: this run follows that one all the same
		r.Started = before.Add(time.Microsecond)
	}
	if !x.begun && x.last.ID != "" { // nothing was sent there
		r.Destination = x.last.Destination
	}
	r.count(result.Progress)
	if result.Err != nil {
		r.Message = result.Err.Error()
	}
	return r
}

// record keeps what became of a batch.
func (x *syncing) record(ctx context.Context, b *syncs.Batch, outcomes []error) error {
	return x.syncLedger.record(ctx, x.recorder, b, outcomes)
}

// settle ends a run: the ledger learns what was delivered.
func (x *syncing) settle(ctx context.Context, result *SyncResult) error {
	err := x.recorder.Close()
	ended := result.State == SyncDone || result.State == SyncFailed
	if err == nil && (!ended || result.Rejected() > 0) {
		// A batch may have arrived whose answer was lost, or not waited for.
		err = x.takeIn(ctx, SyncRun{ID: x.Run, Mapping: x.mapping})
	}
	if err == nil {
		err = x.syncLedger.settle(ctx, x.mapping, x.Run, ended && !x.Retry)
	}
	if err == nil && result.Rejected() > 0 {
		result.Letters, err = x.someLetters(ctx, letterSample, x.PII)
	}
	if err == nil {
		err = x.finish(ctx, result)
	}
	if c, ok := x.Destination.(syncs.Committer); ok && err == nil {
		err = c.Forget(ctx, x.target, x.Run)
	}
	return err
}

// abandon ends a run that sends nothing, and why.
func (x *syncing) abandon(ctx context.Context, result *SyncResult, why error) error {
	result.State, result.Err = SyncFailed, why
	return x.finish(context.WithoutCancel(ctx), result)
}

func (x *syncing) finish(ctx context.Context, result *SyncResult) error {
	result.Finished = time.Now()
	return errors.Join(x.remember(ctx, x.node.Name, x.run(result)), x.drop(ctx, x.changes))
}
