package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres/copytext"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Load streams the rows into a COPY in its text format, in which every type reads itself from text.
func (s *session) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	if s.conn.IsClosed() {
		return none, adapters.ErrBroken
	}
	r := newCopyReader(into.Columns, rows)
	defer r.stop()
	tag, err := s.conn.CopyFrom(ctx, r, copySQL(into))
	if broken := r.failure(); broken != nil && (err != nil || ctx.Err() == nil) {
		return none, broken
	}
	if err != nil {
		return none, s.failure(ctx, err, "")
	}
	return statsOf(tag), nil
}

func copySQL(into relation.Table) string {
	columns := ""
	if into.Columns != nil {
		names := make([]string, len(into.Columns))
		for i, c := range into.Columns {
			names[i] = dialect.Postgres.Ident(c.Name)
		}
		columns = " (" + strings.Join(names, ", ") + ")"
	}
	return fmt.Sprintf("copy %s%s from stdin", dialect.Postgres.Relation(into.Relation), columns)
}

// copyReader spells rows in the text format: https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2.
// The driver reads it in a goroutine that may outlive the copy by a moment, hence the lock.
type copyReader struct {
	mu      sync.Mutex
	next    func() ([]any, error, bool)
	end     func()
	columns []relation.Column
	buffer  []byte // spelled and not yet read
	at      int    // where the unread part of buffer begins
	rows    int64
	err     error // of the source, or of a value that cannot be spelled
}

func newCopyReader(columns []relation.Column, rows iter.Seq2[[]any, error]) *copyReader {
	next, end := iter.Pull2(rows)
	return &copyReader{next: next, end: end, columns: columns}
}

// Read fills p with as many rows as it holds.
func (r *copyReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.at == len(r.buffer) || len(r.buffer)-r.at < len(p) && r.err == nil {
		if r.err != nil {
			return 0, r.err
		}
		r.buffer = append(r.buffer[:0], r.buffer[r.at:]...)
		r.at = 0
		for len(r.buffer) < len(p) && r.err == nil {
			r.fill()
		}
	}
	n := copy(p, r.buffer[r.at:])
	r.at += n
	return n, nil
}

func (r *copyReader) fill() {
	row, err, ok := r.next()
	switch {
	case !ok:
		r.err = io.EOF
	case err != nil:
		r.err = err
	default:
		r.rows++
		if r.columns != nil && len(row) != len(r.columns) {
			r.err = fmt.Errorf("row %d has %d values for %d columns", r.rows, len(row), len(r.columns))
			return
		}
		r.spell(row)
	}
}

func (r *copyReader) spell(row []any) {
	for i, v := range row {
		if i > 0 {
			r.buffer = append(r.buffer, '\t')
		}
		if b, ok := v.([]byte); ok && r.isText(i) {
			v = string(b)
		}
		var ok bool
		if r.buffer, ok = copytext.Append(r.buffer, v); !ok {
			r.err = fmt.Errorf("row %d: a value of type %T cannot be loaded", r.rows, v)
		}
	}
	r.buffer = append(r.buffer, '\n')
}

// isText tells whether column i is known not to hold bytes.
func (r *copyReader) isText(i int) bool {
	return r.columns != nil && r.columns[i].Type != "" && r.columns[i].Type != "bytea"
}

// failure is why the source ended, nil if it came to its end.
func (r *copyReader) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if errors.Is(r.err, io.EOF) {
		return nil
	}
	return r.err
}

// stop ends the source, after which there is nothing to read.
func (r *copyReader) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.end()
	if r.err == nil {
		r.err = io.EOF
	}
}
