package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
)

// Shelf is a warehouse that has the book of a runner which builds in another one. The runner closes it.
type Shelf struct {
	Graph     *compiler.Graph // of any project at that warehouse's target: it spells what is asked there
	Warehouse adapters.Warehouse
}

// shelf is the graph and the warehouse of the book.
func (r *Runner) shelf() (*compiler.Graph, adapters.Warehouse) {
	if r.Shelf != nil {
		return r.Shelf.Graph, r.Shelf.Warehouse
	}
	return r.Graph, r.Warehouse
}

// openShelf is a session with the warehouse that has the book.
func (r *Runner) openShelf(ctx context.Context) (adapters.Adapter, error) {
	_, w := r.shelf()
	conn, err := w.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return conn, nil
}

// bookBeside is a session with the warehouse that has the book: the one that is given, of the runner's own warehouse, if that has it. The function ends
// what was begun for it.
func (r *Runner) bookBeside(ctx context.Context, conn adapters.Adapter) (book adapters.Adapter, done func() error, err error) {
	if r.Shelf == nil {
		return conn, func() error { return nil }, nil
	}
	if book, err = r.openShelf(ctx); err != nil {
		return nil, nil, err
	}
	return book, book.Close, nil
}

// bookTables are the relations that there are in the schema of the book. Observe was called before.
func (r *Runner) bookTables(ctx context.Context) (_ *relation.Catalog, err error) {
	if r.Shelf == nil {
		return r.known[r.Graph].catalog, nil
	}
	if r.Book.catalog != nil { // it was asked before
		return r.Book.catalog, nil
	}
	conn, err := r.openShelf(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	catalog, err := conn.Inspect(ctx, r.Book.Tables.Schema)
	if err != nil {
		return nil, fmt.Errorf("look for the state: %w", err)
	}
	r.Book.catalog = catalog
	return catalog, nil
}

// guard asks the warehouse that has the leases whether a run still has them, where that is another one than the run writes in. It is safe for
// concurrent use; its session is opened when it is first needed.
type guard struct {
	open func(context.Context) (adapters.Adapter, error)

	mu   sync.Mutex
	conn adapters.Adapter
}

func (g *guard) ask(ctx context.Context, sql string) (err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn == nil {
		if g.conn, err = g.open(ctx); err != nil {
			return err
		}
	}
	_, err = g.conn.Exec(ctx, sql)
	return err
}

func (g *guard) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn == nil {
		return nil
	}
	return g.conn.Close()
}
