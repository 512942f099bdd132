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

// clerk writes into the book what results tell, while the run goes on: what comes while it writes it writes together.
type clerk struct {
	book   *Book
	open   func(context.Context) (adapters.Adapter, error)
	notes  chan note
	ended  chan error
	tenure *tenure // nil if the run writes nothing that others could
	loads  loads
}

// note is something to be written down: what a result tells, and what became of a range of time, before it.
type note struct {
	result   *Result         // nil for none
	interval *state.Interval // nil for none
	build    *state.Build    // nil for none
	written  chan<- error    // is told when it is; nil for nobody
}

// tell tells who waits for the note.
func (n note) tell(err error) {
	if n.written != nil {
		n.written <- err
	}
}

// newClerk makes the tables if they are not there, and notes that the run began.
func (x *run) newClerk(ctx context.Context) (*clerk, error) {
	if x.Book == nil || x.Book.Made == nil {
		return nil, nil
	}
	c := &clerk{book: x.Book, open: x.openShelf, notes: make(chan note, len(x.plan.Steps)+1), ended: make(chan error, 1)}
	conn, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	if !c.book.Tables.Exist(c.book.catalog) { // those that were there were brought up to date when they were read
		err = c.book.Tables.Ensure(ctx, conn, c.book.catalog)
	}
	if err == nil {
		c.book.Run.Status = state.Running
		err = c.noteRun(ctx, conn)
	}
	if err == nil {
		if err = c.take(ctx, x, conn); err == nil {
			if err = x.unmovedSteps(ctx, conn); err != nil {
				err = errors.Join(err, c.giveBack(context.WithoutCancel(ctx), conn))
			}
		}
		if err != nil {
			c.book.Run.Status, c.book.Run.Ended = state.Failed, c.book.now()
			err = errors.Join(err, c.noteRun(context.WithoutCancel(ctx), conn))
		}
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go func() { c.ended <- errors.Join(c.write(context.WithoutCancel(ctx), conn), conn.Close()) }()
	return c, nil
}

func (c *clerk) noteRun(ctx context.Context, conn adapters.Adapter) error {
	list, err := c.book.Tables.RecordRun(ctx, c.book.Run)
	return errors.Join(err, execAll(ctx, conn, list))
}

func execAll(ctx context.Context, conn adapters.Adapter, statements []string) error {
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// write writes notes until there are no more.
func (c *clerk) write(ctx context.Context, conn adapters.Adapter) error {
	var failed error
	var tests []*Result // are noted last: one may run before what it reads is published
	for {
		notes, err := c.next(ctx, conn)
		failed = errors.Join(failed, err)
		if notes == nil {
			break
		}
		var builds []state.Build
		for _, n := range notes {
			c.loads.add(n)
			if n.build != nil {
				builds = append(builds, *n.build)
			}
			if n.result != nil && n.result.Node.Type == compiler.Test {
				tests = append(tests, n.result)
			} else if n.result != nil {
				builds = c.append(builds, n.result)
			}
		}
		if failed == nil {
			failed = errors.Join(c.recordLoads(ctx, conn), c.record(ctx, conn, builds))
		}
		for _, n := range notes {
			n.tell(failed)
		}
	}
	var passed []state.Build
	for _, r := range tests {
		passed = c.append(passed, r)
	}
	if failed == nil {
		failed = c.record(ctx, conn, passed)
	}
	return errors.Join(failed, c.giveBack(ctx, conn), c.noteRun(ctx, conn))
}

// next are the next notes, nil once there are no more. What has waited for others for long is written meanwhile.
func (c *clerk) next(ctx context.Context, conn adapters.Adapter) (notes []note, err error) {
	var long <-chan time.Time
	if len(c.loads.waiting) > 0 {
		long = time.After(pauseOfLoads)
	}
	var n note
	var more bool
	select {
	case n, more = <-c.notes:
	case <-long:
		c.loads.urgent = true
		err = c.recordLoads(ctx, conn)
		n, more = <-c.notes
	}
	if !more {
		c.loads.urgent = true
		return nil, errors.Join(err, c.recordLoads(ctx, conn))
	}
	notes = append(notes, n)
	for waiting := len(c.notes); waiting > 0; waiting-- {
		notes = append(notes, <-c.notes)
	}
	return notes, err
}

func (c *clerk) record(ctx context.Context, conn adapters.Adapter, builds []state.Build) error {
	if len(builds) == 0 {
		return nil
	}
	list, err := c.book.Tables.Record(ctx, builds)
	return wrote("built", errors.Join(err, execAll(ctx, conn, list)))
}

// recordLoads writes down what became of ranges of time, if it is time to.
func (c *clerk) recordLoads(ctx context.Context, conn adapters.Adapter) error {
	list, err := c.book.Tables.RecordIntervals(ctx, c.loads.take(time.Now()))
	return wrote("loaded", errors.Join(err, execAll(ctx, conn, list)))
}

func wrote(what string, err error) error {
	if err != nil {
		return fmt.Errorf("note what was %s: %w", what, err)
	}
	return nil
}

func (c *clerk) append(list []state.Build, r *Result) []state.Build {
	b := c.book.buildOf(r)
	switch {
	case b != nil:
		if r.Step.Action == plan.Promote && c.book.graph.Batched(r.Node) {
			c.loads.waiting = append(c.loads.waiting, c.book.takenOver(r.Step)...)
		}
		return append(append(list, *b), c.book.keptBy(r)...)
	case r.undone:
		return append(list, c.book.keptAsBefore(r.Node))
	}
	return list
}

// note hands on what is to be written.
func (c *clerk) note(n note) {
	if c != nil {
		c.notes <- n
	}
}

// close ends the notes with how the run ended.
func (c *clerk) close(status state.Status, at time.Time) error {
	if c == nil {
		return nil
	}
	c.book.Run.Status, c.book.Run.Ended = status, c.book.noted(at)
	close(c.notes)
	return <-c.ended
}
