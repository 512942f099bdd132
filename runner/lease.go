package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner/state"
)

// tenure is the right of a run to write what it builds: leases, of each relation one, for as long as the run lasts.
type tenure struct {
	leases state.Leases
	guard  *guard                   // nil where the leases are in the warehouse that is written in
	held   map[string][]state.Lease // by the IDs of nodes
	stop   context.CancelFunc
	ended  chan error // why they are not renewed any more
}

// fence is what makes a transaction fail if the run has lost the right to write.
type fence struct {
	sql   string
	lease state.Lease
	guard *guard // that is asked; nil where the transaction itself asks
}

// held fails if the run has lost the right to write, as far as that is told by another warehouse than it writes in.
func (f fence) held(ctx context.Context) error {
	if f.sql == "" || f.guard == nil {
		return nil
	}
	return f.refused(f.guard.ask(ctx, f.sql))
}

// refused makes of an error by which the fence refused one that says so.
func (f fence) refused(err error) error {
	if f.sql == "" {
		return err
	}
	refused := state.Refused(err, f.lease)
	if joined, ok := refused.(interface{ Unwrap() []error }); ok && errors.Is(refused, state.ErrLost) {
		return joined.Unwrap()[0] // what the warehouse says of the fence tells nobody anything
	}
	return refused
}

// take gets the leases of all that the steps write. While others have some it waits, as long as patience allows, and then says who has them.
func (c *clerk) take(ctx context.Context, x *run, conn adapters.Adapter) error {
	_, warehouse := x.shelf()
	exclusive, ok := warehouse.(adapters.Exclusive)
	t := &tenure{
		leases: state.Leases{Tables: c.book.Tables, Holder: state.NewHolder(c.book.Run.ID, c.book.Run.Holder), Alone: ok && exclusive.Exclusive()},
		held:   map[string][]state.Lease{}, ended: make(chan error, 1),
	}
	if x.Shelf != nil {
		t.guard = &guard{open: c.open}
	}
	var wanted []state.Key
	for _, s := range x.plan.Steps {
		n := s.Node
		if n.Stored() && x.Graph.Of(n) == x.Graph {
			wanted = append(wanted, state.Key{Environment: c.book.Environment, Node: n.ID, Relation: n.Relation})
		}
		if s.Action == plan.Promote {
			wanted = append(wanted, state.Key{Environment: c.book.From.Key, Node: n.ID, Relation: s.From})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	tell := func(held *state.HeldError) {
		if c.book.Patience <= 0 {
			return
		}
		x.report(Logged{Text: fmt.Sprintf("waiting up to %s: %s", c.book.Patience, held), Level: "warn", At: time.Now()})
	}
	leases, err := t.leases.Wait(ctx, conn, x.patient(c.book.Patience), tell, wanted...)
	if err != nil {
		return err
	}
	for _, l := range leases {
		t.held[l.Node] = append(t.held[l.Node], l)
	}
	var renewing context.Context
	renewing, t.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() { t.ended <- t.leases.Keep(renewing, c.open, func() []state.Lease { return leases }) }()
	c.tenure = t
	return nil
}

// errPatience is why a run does not wait any longer.
var errPatience = errors.New("somebody else is building the same")

// patient waits between tries, no longer than that altogether.
func (x *run) patient(most time.Duration) func(context.Context, time.Duration) error {
	waited := time.Duration(0)
	return func(ctx context.Context, d time.Duration) error {
		if waited >= most {
			return errPatience
		}
		d = min(d, most-waited)
		waited += d
		return x.pause(ctx, d)
	}
}

// fence is that of nodes; the zero fence where nothing is to be feared.
func (c *clerk) fence(ctx context.Context, nodes ...*compiler.Node) (fence, error) {
	if c == nil || c.tenure == nil {
		return fence{}, nil
	}
	var leases []state.Lease
	for _, n := range nodes {
		if n == nil {
			continue
		}
		leases = append(leases, c.tenure.held[n.ID]...)
	}
	if len(leases) == 0 {
		return fence{}, nil
	}
	sql, err := c.tenure.leases.Fence(ctx, leases...)
	return fence{sql, leases[0], c.tenure.guard}, err
}

// giveBack ends the right to write.
func (c *clerk) giveBack(ctx context.Context, conn adapters.Adapter) (err error) {
	t := c.tenure
	if t == nil {
		return nil
	}
	t.stop()
	var all []state.Lease
	for _, l := range t.held {
		all = append(all, l...)
	}
	if t.guard != nil {
		defer func() { err = errors.Join(err, t.guard.close()) }()
	}
	return errors.Join(<-t.ended, t.leases.Release(ctx, conn, all))
}
