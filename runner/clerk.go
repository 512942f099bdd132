package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/runner/state"
)

// clerk writes into the book what results tell, while the run goes on: what comes while it writes it writes together.
type clerk struct {
	book    *Book
	open    func(context.Context) (adapters.Adapter, error)
	results chan *Result
	ended   chan error
	tenure  *tenure // nil if the run writes nothing that others could
}

// newClerk makes the tables if they are not there, and notes that the run began.
func (x *run) newClerk(ctx context.Context) (*clerk, error) {
	if x.Book == nil || x.Book.Made == nil {
		return nil, nil
	}
	c := &clerk{book: x.Book, open: x.Warehouse.Connect, results: make(chan *Result, len(x.plan.Steps)+1), ended: make(chan error, 1)}
	conn, err := c.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if !c.book.Tables.Exist(c.book.catalog) { // those that were there were brought up to date when they were read
		err = c.book.Tables.Ensure(ctx, conn, c.book.catalog)
	}
	if err == nil {
		c.book.Run.Status = state.Running
		err = c.noteRun(ctx, conn)
	}
	if err == nil {
		err = c.take(ctx, x, conn)
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

// write notes results until there are no more.
func (c *clerk) write(ctx context.Context, conn adapters.Adapter) error {
	var failed error
	var tests []*Result // are noted last: one may run before what it reads is published
	for first := range c.results {
		results := []*Result{first}
		for more := len(c.results); more > 0; more-- {
			results = append(results, <-c.results)
		}
		var builds []state.Build
		for _, r := range results {
			if r.Node.Type == compiler.Test {
				tests = append(tests, r)
			} else {
				builds = c.append(builds, r)
			}
		}
		if failed == nil {
			failed = c.record(ctx, conn, builds)
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

func (c *clerk) record(ctx context.Context, conn adapters.Adapter, builds []state.Build) error {
	if len(builds) == 0 {
		return nil
	}
	list, err := c.book.Tables.Record(ctx, builds)
	if err == nil {
		err = execAll(ctx, conn, list)
	}
	if err != nil {
		return fmt.Errorf("note what was built: %w", err)
	}
	return nil
}

func (c *clerk) append(list []state.Build, r *Result) []state.Build {
	if b := c.book.buildOf(r); b != nil {
		return append(list, *b)
	}
	return list
}

// note hands on a result.
func (c *clerk) note(r *Result) {
	if c != nil {
		c.results <- r
	}
}

// close ends the notes with how the run ended.
func (c *clerk) close(status state.Status, at time.Time) error {
	if c == nil {
		return nil
	}
	c.book.Run.Status, c.book.Run.Ended = status, at
	close(c.results)
	return <-c.ended
}
