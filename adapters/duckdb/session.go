package duckdb

import (
	"context"
	"errors"
	"regexp"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
)

// session is a connection within the instance.
type session struct {
	conn   bindings.Connection
	closed bool
	failed bool // a statement has failed, so that a transaction may be aborted
}

var _ adapters.Adapter = (*session)(nil)

// Exec runs the statements one after the other.
func (s *session) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	if s.failed && commits.MatchString(sql) {
		if err := s.refuseAborted(ctx); err != nil {
			return adapters.Stats{Rows: -1}, err
		}
	}
	stats := adapters.Done()
	err := s.run(ctx, func() error {
		return s.each(ctx, sql, func(stmt bindings.PreparedStatement, _ bool) error {
			res, err := execute(stmt, false)
			if err != nil {
				return err
			}
			stats.Rows = rowsChanged(res)
			bindings.DestroyResult(res)
			return nil
		})
	})
	if err != nil {
		return adapters.Stats{Rows: -1}, err
	}
	return stats, nil
}

// commits finds text that begins with a commit.
var commits = regexp.MustCompile(`(?is)^(\s|--[^\n]*\n|/\*.*?\*/)*(commit|end)\b`)

// refuseAborted rolls an aborted transaction back. DuckDB would do so on commit, and say that all is well.
func (s *session) refuseAborted(ctx context.Context) error {
	_, err := s.Query(ctx, "select 1")
	if err == nil {
		s.failed = false
		return nil
	}
	if _, undoing := s.Exec(ctx, "rollback"); undoing != nil {
		return errors.Join(err, undoing)
	}
	s.failed = false
	return err
}

// Query runs the statements and streams the result of the last one.
func (s *session) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	return s.query(ctx, sql)
}

func (s *session) query(ctx context.Context, sql string, args ...string) (*adapters.Rows, error) {
	var result *bindings.Result
	err := s.run(ctx, func() error {
		return s.each(ctx, sql, func(stmt bindings.PreparedStatement, last bool) error {
			for i, arg := range args {
				bindings.BindVarchar(stmt, bindings.IdxT(i+1), arg)
			}
			// Only a select may be left unfinished: everything else must have its full effect now.
			stream := last && bindings.PreparedStatementType(stmt) == bindings.StatementTypeSelect
			res, err := execute(stmt, stream)
			if err != nil {
				return err
			}
			if last {
				result = res
			} else {
				bindings.DestroyResult(res)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	if result == nil {
		return nil, &adapters.Error{Message: "there is no statement to run", Position: -1}
	}
	return s.newRows(ctx, result), nil
}

// Close ends the session; an open transaction is rolled back.
func (s *session) Close() error {
	if !s.closed {
		s.closed = true
		bindings.Disconnect(&s.conn)
	}
	return nil
}

// each prepares the statements of sql in order and has do run each of them.
func (s *session) each(ctx context.Context, sql string, do func(stmt bindings.PreparedStatement, last bool) error) error {
	var extracted bindings.ExtractedStatements
	count := bindings.ExtractStatements(s.conn, sql, &extracted)
	defer bindings.DestroyExtracted(&extracted)
	if count == 0 {
		if said := bindings.ExtractStatementsError(extracted); said != "" {
			return parseError(said, sql)
		}
		return nil // only white space and comments
	}
	for i := range count {
		if ctx.Err() != nil {
			return cancelled(ctx)
		}
		if err := s.prepare(extracted, i, func(stmt bindings.PreparedStatement) error { return do(stmt, i == count-1) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) prepare(extracted bindings.ExtractedStatements, i bindings.IdxT, do func(bindings.PreparedStatement) error) error {
	var stmt bindings.PreparedStatement
	state := bindings.PrepareExtractedStatement(s.conn, extracted, i, &stmt)
	defer bindings.DestroyPrepare(&stmt)
	if state == bindings.StateError {
		return statementError(bindings.PrepareError(stmt))
	}
	return do(stmt)
}

func execute(stmt bindings.PreparedStatement, stream bool) (*bindings.Result, error) {
	var pending bindings.PendingResult
	begin := bindings.PendingPrepared
	if stream {
		begin = bindings.PendingPreparedStreaming
	}
	state := begin(stmt, &pending)
	defer bindings.DestroyPending(&pending)
	if state == bindings.StateError {
		return nil, statementError(bindings.PendingError(pending))
	}
	res := &bindings.Result{}
	if bindings.ExecutePending(pending, res) == bindings.StateError {
		err := statementError(bindings.ResultError(res))
		bindings.DestroyResult(res)
		return nil, err
	}
	return res, nil
}

// rowsChanged is -1 for a statement that does not change rows.
func rowsChanged(res *bindings.Result) int64 {
	switch bindings.ResultReturnType(*res) {
	case bindings.ResultTypeChangedRows:
		return int64(bindings.RowsChanged(res))
	case bindings.ResultTypeNothing:
		return rowsStored(res)
	default:
		return -1
	}
}

// rowsStored is how many rows a "create table as" stored. DuckDB puts that into the result although it says that there is none;
// the result of other statements has the same column and no row.
func rowsStored(res *bindings.Result) int64 {
	if bindings.ColumnCount(res) != 1 || bindings.ColumnType(res, 0) != bindings.TypeBigInt {
		return -1
	}
	r := newReader(res)
	defer r.close()
	row := make([]any, 1)
	if n, err := r.next(); err != nil || n != 1 || r.read(0, row) != nil {
		return -1
	}
	n, ok := row[0].(int64)
	if !ok {
		return -1
	}
	return n
}

// interval is how often a running statement is told again to stop: DuckDB forgets it when it begins the next one.
const interval = 20 * time.Millisecond

// run calls do and interrupts what it runs on the connection when ctx ends.
func (s *session) run(ctx context.Context, do func() error) error {
	if s.closed {
		return adapters.ErrBroken
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	finished, stopped := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		for tick := time.NewTicker(interval); ; {
			bindings.Interrupt(s.conn)
			select {
			case <-finished:
				tick.Stop()
				return
			case <-tick.C:
			}
		}
	})
	err := do()
	close(finished)
	if !stop() {
		<-stopped // a late interrupt must not hit the next statement
	}
	s.failed = s.failed || err != nil
	var e *adapters.Error
	if errors.As(err, &e) && e.Kind == adapters.Cancelled && ctx.Err() != nil {
		return cancelled(ctx)
	}
	return err
}

// newRows streams the result, and destroys it at the end.
func (s *session) newRows(ctx context.Context, res *bindings.Result) *adapters.Rows {
	r := newReader(res)
	open := true
	rows := &adapters.Rows{Columns: r.columns}
	rows.Close = func() error {
		if open {
			open = false
			r.close()
			bindings.DestroyResult(res)
		}
		return nil
	}
	rows.All = func(yield func([]any, error) bool) {
		defer rows.Close() //nolint:errcheck // it cannot fail
		row := make([]any, len(r.columns))
		for open {
			var n int
			err := s.run(ctx, func() (err error) { n, err = r.next(); return err })
			if err != nil {
				yield(nil, err)
				return
			}
			if n == 0 {
				return
			}
			for i := range n {
				if err := r.read(i, row); err != nil {
					yield(nil, err)
					return
				}
				if !yield(row, nil) || !open {
					return
				}
			}
		}
	}
	return rows
}
