package postgres

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

// session is a connection to the server.
type session struct {
	warehouse *warehouse
	conn      *pgconn.PgConn
}

var _ adapters.Adapter = (*session)(nil)

// become takes on a role, whose rights count from then on.
func (s *session) become(ctx context.Context, role string) error {
	if role == "" {
		return nil
	}
	const sql = "select set_config('role', $1, false)"
	err := s.conn.ExecParams(ctx, sql, [][]byte{[]byte(roleName(role))}, nil, nil, nil).Read().Err
	if err != nil && ctx.Err() == nil {
		return badConfig("role: %s", reason(err))
	}
	return s.failure(ctx, err, "")
}

// Exec sends all of the text at once. Without a transaction in it, the server runs its statements in one of its own.
func (s *session) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	if s.conn.IsClosed() {
		return none, adapters.ErrBroken
	}
	results := s.conn.Exec(ctx, sql)
	stats := adapters.Done()
	for results.NextResult() {
		tag, err := results.ResultReader().Close()
		if err == nil && tag.String() != "" {
			stats = statsOf(tag)
		}
	}
	if err := results.Close(); err != nil {
		return none, s.failure(ctx, err, sql)
	}
	return stats, nil
}

// statsOf reads a command tag: "INSERT 0 3", "CREATE TABLE".
func statsOf(tag pgconn.CommandTag) adapters.Stats {
	s := adapters.Stats{Message: tag.String(), Rows: -1}
	words := strings.Fields(s.Message)
	last := len(words)
	for last > 0 && words[last-1][0] <= '9' {
		last--
	}
	s.Code = strings.Join(words[:last], " ")
	if last < len(words) {
		s.Rows = tag.RowsAffected()
	}
	return s
}

// Query streams the rows of sql. Of several statements the last one's rows are the result, and they are held in memory.
func (s *session) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	if s.conn.IsClosed() {
		return nil, adapters.ErrBroken
	}
	results := s.conn.Exec(ctx, sql)
	if mayBeMany(sql) {
		return s.last(ctx, results, sql)
	}
	for results.NextResult() {
		if r := results.ResultReader(); r.FieldDescriptions() != nil {
			return s.stream(ctx, results, sql), nil
		}
	}
	if err := results.Close(); err != nil {
		return nil, s.failure(ctx, err, sql)
	}
	return empty(), nil
}

// mayBeMany errs on the side of yes: what looks like a separator may stand in a text.
func mayBeMany(sql string) bool { return strings.Contains(strings.TrimRight(sql, "; \t\r\n"), ";") }

// empty is the result of a statement that returns no rows.
func empty() *adapters.Rows {
	return &adapters.Rows{All: func(func([]any, error) bool) {}, Close: func() error { return nil }}
}

func (s *session) stream(ctx context.Context, results *pgconn.MultiResultReader, sql string) *adapters.Rows {
	reader := results.ResultReader()
	columns, decode := s.columns(ctx, reader.FieldDescriptions())
	open := true
	stats := adapters.Done()
	rows := &adapters.Rows{Columns: columns, Stats: func() adapters.Stats { return stats }}
	end := func() error {
		if !open {
			return nil
		}
		open = false
		if tag, err := reader.Close(); err == nil { // its error is the results' too
			stats = statsOf(tag)
		}
		return s.failure(ctx, results.Close(), sql)
	}
	rows.Close = func() error {
		if open {
			s.drop(reader)
			_ = end() // the caller does not want the rest, nor what became of it
		}
		return nil
	}
	rows.All = func(yield func([]any, error) bool) {
		row := make([]any, len(columns))
		for open && reader.NextRow() {
			for i, v := range reader.Values() {
				row[i] = decode[i](v)
			}
			if !yield(row, nil) {
				_ = rows.Close()
				return
			}
		}
		if err := end(); err != nil {
			yield(nil, err)
		}
	}
	return rows
}

// drop gets rid of rows that are not wanted. Few are read to the end; more are cancelled on the server, unless that would abort
// a transaction.
func (s *session) drop(reader *pgconn.ResultReader) {
	const few = 10_000
	for range few {
		if !reader.NextRow() {
			return
		}
	}
	if s.conn.TxStatus() != 'I' {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	if s.conn.CancelRequest(ctx) == nil && readAll(reader) {
		// The statement ended by itself. The signal is on its way and must not hit the next one.
		time.Sleep(50 * time.Millisecond)
	}
}

// readAll drops what is left and tells whether it came without an error.
func readAll(reader *pgconn.ResultReader) bool {
	_, err := reader.Close()
	return err == nil
}

func (s *session) last(ctx context.Context, results *pgconn.MultiResultReader, sql string) (*adapters.Rows, error) {
	var kept *pgconn.Result
	var fields []pgconn.FieldDescription
	for results.NextResult() {
		r := results.ResultReader()
		described := slices.Clone(r.FieldDescriptions())
		if got := r.Read(); described != nil {
			kept, fields = got, described
		}
	}
	if err := results.Close(); err != nil {
		return nil, s.failure(ctx, err, sql)
	}
	if kept == nil {
		return empty(), nil
	}
	columns, decode := s.columns(ctx, fields)
	open := true
	return &adapters.Rows{
		Columns: columns,
		Stats:   func() adapters.Stats { return statsOf(kept.CommandTag) },
		All: func(yield func([]any, error) bool) {
			row := make([]any, len(columns))
			for _, values := range kept.Rows {
				if !open {
					return
				}
				for i, v := range values {
					row[i] = decode[i](v)
				}
				if !yield(row, nil) {
					return
				}
			}
		},
		Close: func() error { open = false; return nil },
	}, nil
}

// columns names the types of a result and says how to read its values.
func (s *session) columns(ctx context.Context, fields []pgconn.FieldDescription) ([]relation.Column, []func([]byte) any) {
	columns := make([]relation.Column, len(fields))
	decode := make([]func([]byte) any, len(fields))
	for i, f := range fields {
		columns[i] = relation.Column{Name: f.Name, Type: s.warehouse.typeName(ctx, f.DataTypeOID, f.TypeModifier), Nullable: true}
		decode[i] = decoder(f.DataTypeOID)
	}
	return columns, decode
}

// Close ends the connection; an open transaction is rolled back.
func (s *session) Close() error {
	if s.conn.IsClosed() {
		return nil
	}
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	return s.conn.Close(ctx)
}
