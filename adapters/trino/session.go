package trino

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

// session is what the cluster knows as one: a sequence of requests that bring along what SET SESSION, USE and the like have set.
type session struct {
	warehouse *warehouse
	conn      *trino.Conn
	closed    bool
}

var _ adapters.Adapter = (*session)(nil)

// Exec runs the statements of a text one after the other. They are no transaction: what ran before one that fails stays.
func (s *session) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	if s.closed {
		return adapters.Stats{Rows: -1}, adapters.ErrBroken
	}
	if ctx.Err() != nil {
		return adapters.Stats{Rows: -1}, cancelled(ctx)
	}
	stats := adapters.Done()
	for _, st := range split(sql) {
		var err error
		if stats, err = s.exec(ctx, st); err != nil {
			return adapters.Stats{Rows: -1}, err
		}
	}
	return stats, nil
}

// exec runs one statement.
func (s *session) exec(ctx context.Context, st statement) (stats adapters.Stats, err error) {
	err = s.ready(ctx, func() error {
		stats, err = s.execOnce(ctx, st)
		return err
	})
	return stats, err
}

// ready does again what a cluster refuses that is about to start: nothing of it was done.
func (s *session) ready(ctx context.Context, do func() error) error {
	limit := time.Now().Add(*s.warehouse.settings.config.RequestRetryTimeout)
	for wait := time.Second / 2; ; wait = min(2*wait, 5*time.Second) {
		err := do()
		if !starting(err) || time.Now().Add(wait).After(limit) {
			return err
		}
		select {
		case <-ctx.Done():
			return cancelled(ctx)
		case <-time.After(wait):
		}
	}
}

func (s *session) execOnce(ctx context.Context, st statement) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	within, submitted := submitting(ctx)
	stmt, err := s.conn.PrepareContext(within, st.Text)
	if err != nil {
		return none, failure(ctx, err, st, false)
	}
	_, err = stmt.(driver.StmtExecContext).ExecContext(within, nil)
	_ = stmt.Close() // it never fails
	if err != nil {
		return none, failure(ctx, err, st, submitted.sent)
	}
	rows := int64(-1)
	if submitted.changed != nil {
		rows = *submitted.changed
	}
	return statsOf(st, rows, submitted), nil
}

// statsOf words what a statement did as other warehouses do: "INSERT 3", "CREATE VIEW".
func statsOf(st statement, rows int64, told *submission) adapters.Stats {
	s := adapters.Stats{Message: st.verb, Code: st.verb, Rows: rows, QueryID: told.id, Bytes: told.bytes}
	if rows >= 0 {
		s.Message = fmt.Sprintf("%s %d", st.verb, rows)
	}
	return s
}

// Query streams the rows of sql. Of several statements the last one's rows are the result.
func (s *session) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	if s.closed {
		return nil, adapters.ErrBroken
	}
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	statements := split(sql)
	if len(statements) == 0 {
		return empty(), nil
	}
	last := len(statements) - 1
	for _, st := range statements[:last] {
		if _, err := s.exec(ctx, st); err != nil {
			return nil, err
		}
	}
	return s.stream(ctx, statements[last])
}

// empty is the result of a statement that returns no rows.
func empty() *adapters.Rows {
	return &adapters.Rows{All: func(func([]any, error) bool) {}, Close: func() error { return nil }}
}

// described is what the driver's rows tell of their columns.
type described interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
}

// stream runs a statement that returns rows.
func (s *session) stream(ctx context.Context, st statement) (rows *adapters.Rows, err error) {
	err = s.ready(ctx, func() error {
		rows, err = s.streamOnce(ctx, st)
		return err
	})
	return rows, err
}

func (s *session) streamOnce(ctx context.Context, st statement) (*adapters.Rows, error) {
	within, submitted := submitting(ctx)
	submitted.rows = true
	stmt, err := s.conn.PrepareContext(within, st.Text)
	if err != nil {
		return nil, failure(ctx, err, st, false)
	}
	result, err := stmt.(driver.StmtQueryContext).QueryContext(within, nil)
	if err != nil {
		_ = stmt.Close()
		return nil, failure(ctx, err, st, submitted.sent)
	}
	rows := result.(described)
	columns, decode := columnsOf(rows)
	c := &cursor{ctx: ctx, stmt: stmt, rows: rows, statement: st, decode: decode, sent: submitted, open: true}
	out := &adapters.Rows{Columns: columns, All: c.all, Close: c.close}
	out.Stats = func() adapters.Stats { return statsOf(st, c.seen, submitted) }
	return out, nil
}

func columnsOf(rows described) ([]relation.Column, []decoder) {
	names := rows.Columns()
	columns, decode := make([]relation.Column, len(names)), make([]decoder, len(names))
	for i, name := range names {
		typ := typeName(rows, i)
		columns[i] = relation.Column{Name: name, Type: typ, Nullable: true}
		decode[i] = decoderOf(typ)
	}
	return columns, decode
}

// cursor is a result that is being read.
type cursor struct {
	ctx       context.Context
	stmt      driver.Stmt
	rows      driver.Rows
	statement statement
	decode    []decoder
	sent      *submission
	seen      int64
	open      bool
}

// all yields the rows, then at most one error.
func (c *cursor) all(yield func([]any, error) bool) {
	values, row := make([]driver.Value, len(c.decode)), make([]any, len(c.decode))
	for c.open {
		err := c.next(values)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			err = failure(c.ctx, err, c.statement, c.sent.sent)
			_ = c.close()
			yield(nil, err)
			return
		}
		for i, v := range values {
			row[i] = c.decode[i](v)
		}
		c.seen++
		if !yield(row, nil) {
			break
		}
	}
	_ = c.close()
}

// next reads a row. Statements without a result have no columns, and then there is nothing to read.
func (c *cursor) next(values []driver.Value) error {
	if len(c.decode) == 0 {
		return io.EOF
	}
	if c.ctx.Err() != nil {
		return c.ctx.Err()
	}
	return c.rows.Next(values)
}

// close cancels the query on the cluster, unless it has ended.
func (c *cursor) close() error {
	if !c.open {
		return nil
	}
	c.open = false
	_ = c.rows.Close() // what became of rows that nobody wants is of no interest
	_ = c.stmt.Close()
	return nil
}

// Close ends the session, of which the cluster keeps nothing.
func (s *session) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	return s.conn.Close()
}

// literal is a text as a value of SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
