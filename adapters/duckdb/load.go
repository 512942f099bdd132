package duckdb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Load hands the rows over in vectors and has DuckDB insert them, which casts them to the types of the table, all in one
// transaction. A load that fails inside a transaction of the caller leaves that transaction aborted: it can only be rolled back.
func (s *session) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	nested, err := s.inTransaction(ctx)
	if err != nil {
		return none, err
	}
	if !nested {
		if _, err := s.Exec(ctx, "begin transaction"); err != nil {
			return none, err
		}
	}
	n, err := s.load(ctx, into, rows)
	if err != nil {
		return none, s.undo(err, nested)
	}
	if !nested {
		if _, err := s.Exec(ctx, "commit"); err != nil {
			return none, s.undo(err, nested)
		}
	}
	return adapters.Stats{Message: "OK", Rows: n}, nil
}

// undo takes back what was loaded before err. The caller's own context may be over, but its effects must still go.
func (s *session) undo(err error, nested bool) error {
	if nested {
		// The only way to abort a transaction without ending it is to do what it does not allow.
		_, _ = s.Exec(context.Background(), "begin transaction")
		return err
	}
	if _, undoing := s.Exec(context.Background(), "rollback"); undoing != nil && adapters.KindOf(err) != adapters.Transient {
		return errors.Join(err, undoing)
	}
	return err
}

// inTransaction tells whether the caller began a transaction: outside of one, every statement has its own number.
func (s *session) inTransaction(ctx context.Context) (bool, error) {
	var ids [2]any
	for i := range ids {
		rows, err := s.Query(ctx, "select txid_current()")
		if err != nil {
			return false, err
		}
		for row, err := range rows.All {
			if err != nil {
				return false, err
			}
			ids[i] = row[0]
		}
	}
	return ids[0] == ids[1], nil
}

func (s *session) load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (int64, error) {
	columns, err := s.targetColumns(ctx, into)
	if err != nil {
		return 0, err
	}
	l := &loader{session: s, insert: insertSQL(into, columns), columns: columns}
	defer l.close()
	var n int64
	for row, err := range rows {
		if err != nil {
			return 0, err
		}
		n++
		if len(row) != len(columns) {
			return 0, fmt.Errorf("row %d has %d values for %d columns", n, len(row), len(columns))
		}
		if err := l.append(ctx, row); err != nil {
			return 0, loadError(err, n)
		}
	}
	return n, loadError(l.flush(ctx), n)
}

// loadError forgets the place of an error within a statement that the caller did not write.
func loadError(err error, row int64) error {
	var e *adapters.Error
	if errors.As(err, &e) {
		e.Position = -1
		return err
	}
	if err != nil {
		return fmt.Errorf("row %d: %w", row, err)
	}
	return nil
}

func insertSQL(into relation.Table, columns []*loadColumn) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = dialect.DuckDB.Ident(c.name)
	}
	return fmt.Sprintf("insert into %s (%s) select * from %s", dialect.DuckDB.Relation(into.Relation), strings.Join(names, ", "), appended)
}

// appended is the name under which DuckDB shows the insert the rows that were handed over.
const appended = "mod_appended_rows"

// targetColumns are the columns to fill, with the types they have in the table.
func (s *session) targetColumns(ctx context.Context, into relation.Table) ([]*loadColumn, error) {
	list := "*"
	if into.Columns != nil {
		names := make([]string, len(into.Columns))
		for i, c := range into.Columns {
			names[i] = dialect.DuckDB.Ident(c.Name)
		}
		list = strings.Join(names, ", ")
	}
	rows, err := s.Query(ctx, fmt.Sprintf("select %s from %s limit 0", list, dialect.DuckDB.Relation(into.Relation)))
	if err != nil {
		return nil, loadError(err, 0)
	}
	var columns []*loadColumn
	for _, c := range rows.Columns {
		columns = append(columns, &loadColumn{name: c.Name, target: c.Type, form: likely(c.Type)})
	}
	return columns, rows.Close()
}

// loader fills chunks and hands them to an appender.
type loader struct {
	session *session
	insert  string
	columns []*loadColumn

	open     bool
	appender bindings.Appender
	chunk    bindings.DataChunk
	size     int // rows in chunk
	capacity int
}

func (l *loader) append(ctx context.Context, row []any) error {
	if err := l.fit(ctx, row); err != nil {
		return err
	}
	for i, c := range l.columns {
		if err := c.set(l.size, row[i]); err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
	}
	l.size++
	if l.size < l.capacity {
		return nil
	}
	return l.send(ctx)
}

// fit sees to it that the open appender takes values of the row's kinds.
func (l *loader) fit(ctx context.Context, row []any) error {
	stale := !l.open
	for i, c := range l.columns {
		changed, err := c.fit(row[i])
		if err != nil {
			return fmt.Errorf("column %q: %w", c.name, err)
		}
		stale = stale || changed
	}
	if !stale {
		return nil
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	return l.reopen()
}

func (l *loader) reopen() error {
	types := make([]bindings.LogicalType, len(l.columns))
	names := make([]string, len(l.columns))
	for i, c := range l.columns {
		types[i], names[i] = bindings.CreateLogicalType(c.form.duckdb()), fmt.Sprintf("c%d", i)
	}
	defer func() {
		for i := range types {
			bindings.DestroyLogicalType(&types[i])
		}
	}()
	state := bindings.AppenderCreateQuery(l.session.conn, l.insert, types, appended, names, &l.appender)
	l.open = true
	if state == bindings.StateError {
		return l.appenderError()
	}
	l.chunk, l.capacity = bindings.CreateDataChunk(types), int(bindings.VectorSize())
	l.bind()
	return nil
}

// bind points the columns at the vectors of the chunk, which are new after each reset.
func (l *loader) bind() {
	for i, c := range l.columns {
		c.bind(bindings.DataChunkGetVector(l.chunk, bindings.IdxT(i)))
	}
}

// send gives the chunk to the appender, which inserts when it has enough of them.
func (l *loader) send(ctx context.Context) error {
	if l.size == 0 {
		return nil
	}
	bindings.DataChunkSetSize(l.chunk, bindings.IdxT(l.size))
	l.size = 0
	err := l.session.run(ctx, func() error {
		if bindings.AppendDataChunk(l.appender, l.chunk) == bindings.StateError {
			return l.appenderError()
		}
		return nil
	})
	bindings.DataChunkReset(l.chunk)
	l.bind()
	return err
}

// flush inserts what was appended and closes the appender.
func (l *loader) flush(ctx context.Context) error {
	if !l.open {
		return nil
	}
	if err := l.send(ctx); err != nil {
		return err
	}
	err := l.session.run(ctx, func() error {
		if bindings.AppenderFlush(l.appender) == bindings.StateError {
			return l.appenderError()
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.close()
	return nil
}

func (l *loader) appenderError() error {
	data := bindings.AppenderErrorData(l.appender)
	defer bindings.DestroyErrorData(&data)
	return statementError(bindings.ErrorDataMessage(data))
}

// close drops what was not flushed.
func (l *loader) close() {
	if !l.open {
		return
	}
	l.open = false
	if l.appender.Ptr != nil {
		bindings.AppenderClear(l.appender)
		bindings.AppenderDestroy(&l.appender)
	}
	bindings.DestroyDataChunk(&l.chunk)
}
