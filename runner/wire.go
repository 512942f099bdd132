package runner

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// wire carries the statements of one node to its session: with the query comment, within the time limit, reported and
// remembered. It is what the node's templates have for a warehouse.
type wire struct {
	node    *compiler.Node // nil for statements of no node
	session *session
	known   *known
	view    view
	comment comment
	limit   time.Duration
	report  func(Event)
	dialect *dialect.Dialect
	place   func(*compiler.Node, relation.Relation) relation.Relation // the name under which the warehouse stores what a node's statements write
	sent    []string                                                  // what ran, without comments
	later   []string                                                  // statements of the open transaction that go with the next one, to save a round trip

	ending bool // the transaction may have ended, whatever the warehouse said since

	fence fence // what is asked before a transaction ends; the zero fence is nothing

	saved bool  // a savepoint stands where its part of the transaction begins
	outer *wire // in whose transaction the statements run, that of another node; nil for one of their own

	// together tells that what templates run is one transaction, up to their first commit; but for the statements in apart.
	together bool
	apart    map[string]bool
}

var _ macros.Warehouse = (*wire)(nil)

// fault is a statement that failed, with what it takes to find the place in it.
type fault struct {
	sql   string // without comment
	shift int    // of it in what was sent
	err   error
}

// Error is the error of the statement.
func (f *fault) Error() string { return f.err.Error() }

// Unwrap returns the error of the statement.
func (f *fault) Unwrap() error { return f.err }

// Worldly tells the compiler that a template which meets this error is not to blame for it.
func (f *fault) Worldly() bool { return true }

// limited is ctx with the time limit of one statement.
func (w *wire) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.limit <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, w.limit, overdue{w.limit})
}

// overdue is why a statement was cancelled that reached its time limit.
type overdue struct{ limit time.Duration }

// Error implements error.
func (o overdue) Error() string {
	return fmt.Sprintf("the statement took longer than its limit of %s", o.limit)
}

// exec runs statements. One that does nothing but bound a transaction is heeded rather than sent, so that what the session
// knows of its transaction stays true.
func (w *wire) exec(ctx context.Context, sql string) (adapters.Stats, error) {
	done := adapters.Done()
	switch strings.ToLower(strings.Trim(sql, "; \t\r\n")) {
	case "begin", "begin transaction", "start transaction":
		return done, w.Begin(ctx)
	case "commit", "end", "commit transaction":
		return done, w.commit(ctx)
	case "rollback":
		w.rollback(ctx)
		return done, nil
	}
	return w.send(ctx, sql)
}

// send runs statements, after those that were put off. The stats are the last one's.
func (w *wire) send(ctx context.Context, sql string) (adapters.Stats, error) {
	if len(w.later) > 0 {
		sql = strings.Join(append(w.later, sql), ";\n")
		w.later = nil
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	text, shift := w.comment.around(sql)
	begun := time.Now()
	stats, more, err := w.session.exec(ctx, text)
	return stats, w.ended(Statement{SQL: sql, Sent: text, Rows: stats.Rows, Err: err}, shift+more, begun)
}

// putOff keeps a statement until the next one is sent. Outside of a transaction it runs now.
func (w *wire) putOff(ctx context.Context, sql string) error {
	if w.session.state == none {
		_, err := w.exec(ctx, sql)
		return err
	}
	w.later = append(w.later, strings.TrimRight(sql, "; \t\r\n"))
	return nil
}

// flush runs what was put off.
func (w *wire) flush(ctx context.Context) error {
	if len(w.later) == 0 {
		return nil
	}
	last := w.later[len(w.later)-1]
	w.later = w.later[:len(w.later)-1]
	_, err := w.send(ctx, last)
	return err
}

// query runs a statement and reads its result whole.
func (w *wire) query(ctx context.Context, sql string) (*macros.Result, adapters.Stats, error) {
	if err := w.flush(ctx); err != nil {
		return nil, adapters.Done(), err
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	text, shift := w.comment.around(sql)
	begun := time.Now()
	result, stats, err := w.session.query(ctx, text)
	rows := int64(-1)
	if err == nil {
		rows = int64(len(result.Rows))
	}
	return result, stats, w.ended(Statement{SQL: sql, Sent: text, Rows: rows, Err: err}, shift, begun)
}

// append loads rows into a table.
func (w *wire) append(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	if err := w.flush(ctx); err != nil {
		return adapters.Stats{}, err
	}
	ctx, cancel := w.limited(ctx)
	defer cancel()
	conn, err := w.session.started(ctx)
	if err != nil {
		return adapters.Stats{}, err
	}
	begun := time.Now()
	into.Relation = w.place(w.node, into.Relation)
	stats, err := conn.Load(ctx, into, rows)
	what := "-- load " + into.String()
	return stats, w.ended(Statement{SQL: what, Sent: what, Rows: stats.Rows, Err: w.session.noted(err)}, 0, begun)
}

// ended reports a statement; shift is where its SQL begins in what was sent.
func (w *wire) ended(s Statement, shift int, begun time.Time) error {
	w.sent = append(w.sent, s.SQL)
	s.Node, s.Took = w.node, time.Since(begun)
	w.report(s)
	if s.Err != nil {
		return &fault{sql: s.SQL, shift: shift, err: s.Err}
	}
	return nil
}

// changed records effects, and publishes them if no transaction can take them back.
func (w *wire) changed(effects ...materialize.Effect) {
	if len(effects) == 0 {
		return
	}
	w.view.add(effects...)
	if w.session.state == none {
		w.view.publish()
	}
}

// commit ends the transaction and publishes what it did.
func (w *wire) commit(ctx context.Context) error {
	w.together = false
	if w.outer != nil {
		err := w.flush(ctx)
		w.outer.view.add(w.view.pending...)
		w.view.pending = nil
		return err
	}
	if err := w.fence.held(ctx); err != nil {
		return err
	}
	if w.fence.sql != "" && w.fence.guard == nil && (w.session.state == open || len(w.later) > 0) {
		w.later = append(w.later, w.fence.sql)
	}
	w.ending = w.ending || w.session.state == open || len(w.later) > 0
	if len(w.later) > 0 {
		if _, err := w.send(ctx, commitSQL); err != nil {
			return w.fence.refused(err)
		}
		w.session.state = none
	} else if err := w.session.commit(ctx); err != nil {
		return err
	}
	w.view.publish()
	return nil
}

// rollback takes back what the transaction did.
func (w *wire) rollback(ctx context.Context) {
	w.later = nil
	w.view.discard()
	if w.outer == nil {
		w.session.rollback(ctx)
	} else if w.saved {
		w.session.rollbackTo(ctx)
	}
}

// Run implements macros.Warehouse.
func (w *wire) Run(ctx context.Context, sql string, fetch bool) (macros.Response, *macros.Result, error) {
	if fetch {
		result, stats, err := w.query(ctx, sql)
		if err != nil {
			return macros.Response{Rows: -1}, nil, err
		}
		return macros.Response{Message: stats.Message, Code: stats.Code, Rows: stats.Rows}, result, nil
	}
	if w.node != nil {
		w.known.foreign.Store(true)
	}
	if w.together && !w.apart[strings.TrimSpace(sql)] {
		if err := w.Begin(ctx); err != nil {
			return macros.Response{Rows: -1}, nil, err
		}
	}
	stats, err := w.exec(ctx, sql)
	return macros.Response{Message: stats.Message, Code: stats.Code, Rows: stats.Rows}, nil, err
}

// Relation implements macros.Warehouse.
func (w *wire) Relation(ctx context.Context, r relation.Relation) (*relation.Table, error) {
	if err := w.known.look(ctx, w.session.started, r); err != nil {
		return nil, err
	}
	return w.view.get(r), nil
}

// Relations implements macros.Warehouse.
func (w *wire) Relations(ctx context.Context, database, schema string) ([]*relation.Table, error) {
	if err := w.known.look(ctx, w.session.started, relation.Relation{Database: database, Schema: schema}); err != nil {
		return nil, err
	}
	return w.view.all(database, schema), nil
}

// Columns implements macros.Warehouse. What was observed is believed as long as nothing can have changed it; a relation that is
// new, or temporary, is asked about.
func (w *wire) Columns(ctx context.Context, r relation.Relation) ([]relation.Column, error) {
	if r.Schema == "" {
		return w.describe(ctx, "select * from "+w.dialect.Relation(w.place(w.node, r)))
	}
	t, err := w.Relation(ctx, r)
	if err != nil {
		return nil, err
	}
	foreign := w.known.foreign.Load()
	switch {
	case t == nil && !foreign:
		return nil, nil
	case t == nil:
		return w.inspect(ctx, r)
	case t.Columns != nil && !foreign:
		return t.Columns, nil
	default:
		return w.describe(ctx, "select * from "+w.dialect.Relation(w.place(w.node, r)))
	}
}

// inspect looks for a relation that somebody may have made without telling us.
func (w *wire) inspect(ctx context.Context, r relation.Relation) ([]relation.Column, error) {
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	conn, err := w.session.started(ctx)
	if err != nil {
		return nil, err
	}
	catalog, err := conn.Inspect(ctx, schemaOf(r))
	if err != nil {
		return nil, w.session.noted(fmt.Errorf("inspect %s: %w", r, err))
	}
	if t := catalog.Get(r); t != nil {
		return t.Columns, nil
	}
	return nil, nil
}

// describe returns the columns of a query without running it.
func (w *wire) describe(ctx context.Context, sql string) ([]relation.Column, error) {
	result, _, err := w.query(ctx, describing(sql))
	if err != nil {
		return nil, err
	}
	return result.Columns, nil
}

// describing wraps a query in one that has its columns and no rows. A line of its own keeps a comment at the query's end harmless.
func describing(sql string) string {
	return "select * from (\n" + strings.TrimRight(sql, "; \t\r\n") + "\n) as mod_columns limit 0"
}

// Created implements macros.Warehouse.
func (w *wire) Created(t relation.Table) { w.changed(materialize.Effect{Create: &t}) }

// Dropped implements macros.Warehouse.
func (w *wire) Dropped(r relation.Relation) { w.changed(materialize.Effect{Drop: &r}) }

// Renamed implements macros.Warehouse.
func (w *wire) Renamed(from, to relation.Relation) {
	w.changed(materialize.Effect{Rename: &materialize.Rename{From: from, To: to}})
}

// Begin implements macros.Warehouse. Where a transaction could not take back what is done in it there is none.
func (w *wire) Begin(context.Context) error {
	if w.dialect.Has(dialect.TransactionalDDL) {
		w.session.begin()
	}
	return nil
}

// Commit implements macros.Warehouse.
func (w *wire) Commit(ctx context.Context) error { return w.commit(ctx) }
