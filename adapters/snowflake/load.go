package snowflake

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Load sends few rows in an INSERT, which is one round trip; many go into files, which are put on a stage and copied from there. Where no stage can
// be made, or it would end the transaction that is open, they go into several INSERTs.
func (s *session) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	if err := s.ready(ctx); err != nil {
		return none, err
	}
	source := newSource(ctx, into, rows)
	defer source.stop()
	few, err := source.few(s.warehouse.settings.inline)
	switch {
	case err != nil:
		return none, s.ended(ctx, err)
	case source.ended && len(few) == 0:
		return adapters.Stats{Message: "SUCCESS 0", Code: "SUCCESS"}, nil
	case source.ended && fits(few):
		return s.insert(ctx, into, few)
	case !s.open:
		mark := unique()
		stage, err := s.stage(ctx, into, mark)
		if err == nil {
			return s.copy(ctx, into, stage, mark, few, source)
		}
		if ctx.Err() != nil || s.broken {
			return none, err
		}
	}
	return s.insertAll(ctx, into, few, source)
}

// ended is the error of rows that ended with one: theirs, or that of the context that did.
func (s *session) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	return err
}

// source are rows that are pulled one by one, all of the same length.
type source struct {
	ctx   context.Context //nolint:containedctx // of the one call that it belongs to
	next  func() ([]any, error, bool)
	stop  func()
	width int // 0 before the first row, if it is not known
	rows  int64
	ended bool
}

func newSource(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) *source {
	next, stop := iter.Pull2(rows)
	return &source{ctx: ctx, next: next, stop: stop, width: len(into.Columns)}
}

// row is the next row, nil after the last one. The slice is used again.
func (s *source) row() ([]any, error) {
	if s.ended {
		return nil, nil
	}
	row, err, ok := s.next()
	switch {
	case s.ctx.Err() != nil:
		return nil, s.ctx.Err()
	case !ok:
		s.ended = true
		return nil, nil
	case err != nil:
		return nil, err
	}
	s.rows++
	if s.width == 0 {
		s.width = len(row)
	}
	if len(row) != s.width || s.width == 0 {
		return nil, fmt.Errorf("row %d has %d values for %d columns", s.rows, len(row), s.width)
	}
	return row, nil
}

// few are the next rows, with no more values than that.
func (s *source) few(values int) ([][]any, error) {
	var out [][]any
	for len(out) < values/max(s.width, 1) || len(out) == 0 {
		row, err := s.row()
		if row == nil || err != nil {
			return out, err
		}
		out = append(out, slices.Clone(row))
		if len(out) == mostRows {
			break
		}
	}
	return out, nil
}

// The limits of an INSERT: rows, https://docs.snowflake.com/en/sql-reference/constructs/values, and bytes, of which the server takes a million.
const (
	mostRows  = 16_384
	mostBytes = 512 << 10
)

// fits tells whether an INSERT takes the rows, by the texts in them.
func fits(rows [][]any) bool {
	size := 0
	for _, row := range rows {
		for _, v := range row {
			size += 8
			switch v := v.(type) {
			case string:
				size += len(v)
			case []byte:
				size += 2 * len(v)
			}
		}
	}
	return size <= mostBytes
}

// insert sends the rows in one statement.
func (s *session) insert(ctx context.Context, into relation.Table, rows [][]any) (adapters.Stats, error) {
	text, err := insertion(into, rows)
	if err != nil {
		return adapters.Stats{Rows: -1}, err
	}
	r, err := s.send(ctx, adapters.Statement{Text: text})
	if err != nil {
		return adapters.Stats{Rows: -1}, placeless(err)
	}
	return r.stats(), nil
}

// placeless takes the position out of the error of a statement that nobody wrote.
func placeless(err error) error {
	var e *adapters.Error
	if errors.As(err, &e) {
		e.Position = -1
	}
	return err
}

// insertAll sends the rows in several statements, all or nothing.
func (s *session) insertAll(ctx context.Context, into relation.Table, rows [][]any, source *source) (stats adapters.Stats, err error) {
	own := !s.open
	if own {
		if _, err := s.send(ctx, adapters.Statement{Text: "begin"}); err != nil {
			return adapters.Stats{Rows: -1}, err
		}
	}
	for len(rows) > 0 && err == nil {
		n := 1
		for n < len(rows) && n < mostRows && fits(rows[:n+1]) {
			n++
		}
		if _, err = s.insert(ctx, into, rows[:n]); err == nil {
			rows = rows[n:]
		}
		if err == nil && len(rows) == 0 {
			rows, err = source.few(mostRows)
			err = s.endedOr(ctx, err)
		}
	}
	end := "commit"
	if err != nil {
		end = "rollback"
	}
	if own && !s.broken && ctx.Err() == nil {
		_, bad := s.send(ctx, adapters.Statement{Text: end})
		err = errors.Join(err, bad)
	}
	if err != nil {
		s.broken = s.broken || own && ctx.Err() != nil // the transaction goes with the session
		return adapters.Stats{Rows: -1}, err
	}
	return adapters.Stats{Message: fmt.Sprintf("SUCCESS %d", source.rows), Code: "SUCCESS", Rows: source.rows}, nil
}

func (s *session) endedOr(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return s.ended(ctx, err)
}

// unique is a name that nobody has, and a text that nobody has either.
func unique() string {
	digits := make([]byte, 16)
	_, _ = rand.Read(digits) // never fails: https://pkg.go.dev/crypto/rand#Read
	return "mod_load_" + hex.EncodeToString(digits)
}

// stage makes a temporary stage next to the table. It goes with the session.
func (s *session) stage(ctx context.Context, into relation.Table, mark string) (string, error) {
	beside := into.Relation
	beside.Name = ""
	name := mark
	if space := dialect.Snowflake.Relation(beside); space != "" {
		name = space + "." + name
	}
	_, err := s.send(ctx, adapters.Statement{Text: "create temporary stage " + name})
	return "@" + name, err
}

// copy writes files, puts them on the stage and copies them into the table, in one statement.
func (s *session) copy(ctx context.Context, into relation.Table, stage, mark string, few [][]any, source *source) (adapters.Stats, error) {
	none := adapters.Stats{Rows: -1}
	folder, err := os.MkdirTemp("", "mod-load")
	if err != nil {
		return none, fmt.Errorf("write the rows to a file: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	if err := writeFiles(folder, mark, few, source); err != nil {
		return none, s.ended(ctx, err)
	}
	if _, err := s.send(ctx, adapters.Statement{Text: putStatement(folder, stage)}); err != nil {
		return none, placeless(err)
	}
	r, err := s.send(ctx, adapters.Statement{Text: copyStatement(into, stage, mark)})
	if err != nil {
		return none, placeless(err)
	}
	return r.stats(), nil
}

func putStatement(folder, stage string) string {
	files := filepath.ToSlash(filepath.Join(folder, "rows_*.csv.gz"))
	return "put " + literal("file://"+files) + " " + stage + " auto_compress = false source_compression = gzip"
}

// copyStatement reads what csvFile writes.
func copyStatement(into relation.Table, stage, mark string) string {
	return "copy into " + target(into) + " from " + stage + ` file_format = (type = csv compression = gzip field_optionally_enclosed_by = '"'` +
		" empty_field_as_null = true null_if = (" + literal(mark) + ") escape_unenclosed_field = none) on_error = abort_statement purge = true"
}

// target is a table with the columns to load.
func target(into relation.Table) string {
	text := dialect.Snowflake.Relation(into.Relation)
	if into.Columns != nil {
		names := make([]string, len(into.Columns))
		for i, c := range into.Columns {
			names[i] = dialect.Snowflake.Ident(c.Name)
		}
		text += " (" + strings.Join(names, ", ") + ")"
	}
	return text
}
