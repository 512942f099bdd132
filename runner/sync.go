package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/syncs"
)

// SyncOptions say how a sync is to be carried out.
type SyncOptions struct {
	Kind        *syncs.Kind
	Destination syncs.Destination
	Unopened    error // why there is no Destination: a run that fails; nil if there is one
	Guarantee   syncs.Guarantee
	Limits      SyncLimits
	Run         string    // the ID of this run
	Now         time.Time // when it began
	// Adopt takes what is at the destination for what was sent: only what differs is sent. It needs a destination that can be read.
	Adopt bool
	// Force sends what the guards hold back.
	Force bool
	// Retry sends only what was refused before.
	Retry bool
	// PII are the fields that hold personal data.
	PII []string
}

// SyncState is how far a run of a sync has come.
type SyncState string

// The states.
const (
	SyncPending    SyncState = "pending"
	SyncQuerying   SyncState = "querying"
	SyncSending    SyncState = "sending"
	SyncIncomplete SyncState = "incomplete" // it ended early; the next run goes on
	SyncFailed     SyncState = "failed"     // rows were refused, or nothing could be sent
	SyncDone       SyncState = "done"
)

// SyncPlan is what a run would send.
type SyncPlan struct {
	Node      *compiler.Node
	Guarantee syncs.Guarantee
	Inserts   int64
	Updates   int64
	Removals  int64
	Remapped  int64 // of the updates: rows that were last sent with another mapping
	Known     int64 // rows that the destination has, by what was sent
	RemovalOp syncs.Op
	Held      error // why the guards hold it back; nil if they do not
}

// Changes is how many rows are to be sent.
func (p *SyncPlan) Changes() int64 { return p.Inserts + p.Updates + p.Removals }

// SyncResult is how a run of a sync ended.
type SyncResult struct {
	Plan     SyncPlan
	State    SyncState
	Progress syncs.Progress
	Before   SyncState    // how the run before it ended; "" if there was none
	Letters  []SyncLetter // some of the rows that were refused
	Err      error        // why it is incomplete, or could send nothing
	Started  time.Time
	Finished time.Time
}

// Rejected is how many rows were not delivered of those that were tried.
func (r *SyncResult) Rejected() int64 {
	n := int64(0)
	for _, k := range r.Progress.Rejected {
		n += k
	}
	return n
}

// Delivered is how many rows were delivered.
func (r *SyncResult) Delivered() int64 {
	n := int64(0)
	for _, k := range r.Progress.Delivered {
		n += k
	}
	return n
}

// SyncLetter is a row that the destination refused.
type SyncLetter struct {
	Key      []any
	Op       syncs.Op
	Class    syncs.Class
	Error    string
	Attempts int
	Since    time.Time
}

// PlanSync finds out what a run of a sync would send, and sends nothing. look is called with the changes as rows, in the order in which
// they would be sent; nil to do without.
func (v *Visit) PlanSync(ctx context.Context, n *compiler.Node, o SyncOptions, look func(*syncs.Target, iter.Seq2[syncs.Row, error]) error) (p *SyncPlan, err error) {
	v = v.at(n)
	x, err := v.openSync(ctx, n, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.drop(context.WithoutCancel(ctx), x.changes)) }()
	if p, err = x.plan(ctx); err != nil || look == nil || p.Changes() == 0 {
		return p, err
	}
	return p, x.read(ctx, x.fieldNames(), func(rows iter.Seq2[syncs.Row, error]) error { return look(x.target, rows) })
}

// RunSync sends what has changed. The result is complete even if the error is not nil; the error is a failure of the warehouse, or ctx's
// cause. What the destination refuses is in the result.
func (v *Visit) RunSync(ctx context.Context, n *compiler.Node, o SyncOptions) (*SyncResult, error) {
	v = v.at(n)
	result := &SyncResult{State: SyncQuerying, Started: time.Now(), Plan: SyncPlan{Node: n}}
	v.wire.report(SyncProgress{Plan: result.Plan, State: SyncQuerying, At: result.Started})
	err := v.runSync(ctx, n, o, result)
	result.Finished = time.Now()
	if err != nil && result.Err == nil {
		result.Err, result.State = err, SyncFailed
	}
	v.wire.report(SyncFinished{result})
	return result, err
}

func (v *Visit) runSync(ctx context.Context, n *compiler.Node, o SyncOptions, result *SyncResult) error {
	x, err := v.openSync(ctx, n, o)
	if x != nil {
		result.Before = x.last.State
	}
	if err != nil {
		if x != nil {
			err = errors.Join(err, x.abandon(ctx, result, err))
		}
		return err
	}
	if err := x.reach(ctx); err != nil {
		return x.abandon(ctx, result, err)
	}
	plan, err := x.plan(ctx)
	if err != nil {
		return errors.Join(err, x.abandon(ctx, result, err))
	}
	result.Plan = *plan
	held := plan.Held
	if held == nil && plan.Changes() > 0 {
		held, err = v.gate(ctx, n)
		if err != nil {
			return errors.Join(err, x.abandon(ctx, result, err))
		}
	}
	if held != nil {
		return x.abandon(ctx, result, held)
	}
	return x.deliver(ctx, result)
}

// reach tells why the destination cannot be written to.
func (x *syncing) reach(ctx context.Context) error {
	if x.Unopened != nil {
		return x.Unopened
	}
	return x.Destination.Check(ctx, x.target)
}

// deliver sends the changes and settles what became of them, also when it was cancelled in the midst of them.
func (x *syncing) deliver(ctx context.Context, result *SyncResult) error {
	result.State = SyncSending
	plan := result.Plan
	x.wire.report(SyncProgress{Plan: plan, State: SyncSending, At: time.Now()})
	if err := x.begin(ctx, result); err != nil {
		return err
	}
	d := &syncs.Delivery{
		Destination: x.Destination, Target: x.target, Run: x.Run, Limits: x.Limits.Limits, Record: x.record, Wait: x.wait,
		Report: func(p syncs.Progress) {
			x.wire.report(SyncProgress{Plan: plan, State: SyncSending, Sent: p, At: time.Now()})
		},
	}
	var stopped error
	err := x.read(ctx, x.fieldNames(), func(rows iter.Seq2[syncs.Row, error]) error {
		result.Progress, stopped = d.Deliver(ctx, rows)
		return nil
	})
	switch {
	case err != nil:
		result.State, result.Err = SyncIncomplete, err
	case stopped != nil:
		result.State, result.Err = SyncIncomplete, stopped
	case result.Rejected() > 0:
		result.State = SyncFailed
		result.Err = fmt.Errorf("%d of %d rows were refused", result.Rejected(), result.Plan.Changes())
	default:
		result.State = SyncDone
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	if err := x.settle(late, result); err != nil {
		return err
	}
	return context.Cause(ctx)
}
