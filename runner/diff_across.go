package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
)

// bisect compares relations of two warehouses: segments by their checksums, and those that differ further, until few rows are left to be read.
func (q *diffQuery) bisect(ctx context.Context) error {
	q.cells = q.out.Cells(q.systems(), slices.Concat(q.keyColumns(), q.out.Common()))
	if err := q.merge(ctx); err != nil {
		return err
	}
	if q.out.Differing() == 0 {
		return nil
	}
	return errors.Join(q.surveyCells(ctx), q.spreads(ctx))
}

// surveyCells is survey, with values of a Focus as they are compared.
func (q *diffQuery) surveyCells(ctx context.Context) error {
	idents := make([]string, len(q.out.Focus))
	for i, f := range q.out.Focus {
		at := slices.IndexFunc(q.out.Common(), func(c relation.Column) bool { return c.Name == f.Column })
		column, ok := q.rest[at].(map[string]any)
		if !ok {
			return fmt.Errorf("column %s cannot be asked about", f.Column)
		}
		sql, err := q.new.context.Spell(ctx, "diff_cell", column["new"], "new", column["cell"])
		if err != nil {
			return err
		}
		idents[i] = sql
	}
	return q.survey(ctx, func(i int) string { return idents[i] })
}

// segment finds the segments whose rows are to be read; same is set if there are none.
func (q *diffQuery) segment(ctx context.Context) (s diff.Segmentation, same bool, err error) {
	all := max(q.out.Rows.Base, q.out.Rows.New)
	s = diff.FirstSegments(all)
	if s.Digits == 0 || q.single {
		return diff.Segmentation{}, false, nil
	}
	for more := true; more; {
		found, err := both(q, func(side *diffSide) ([]diff.Segment, error) { return q.segments(ctx, side, s) })
		if err != nil {
			return s, false, fmt.Errorf("compare segments of the rows: %w", err)
		}
		prefixes, rows := diff.Differing(found.Base, found.New)
		if len(prefixes) == 0 {
			return s, true, nil
		}
		s, more = s.Next(prefixes, rows, all)
	}
	return s, false, nil
}

func (q *diffQuery) segments(ctx context.Context, side *diffSide, s diff.Segmentation) ([]diff.Segment, error) {
	rows, err := side.ask(ctx, "diff_segments", side.rows, side.name, q.keys, q.rest, s.Digits, anyOf(s.Only), s.Within)
	out := make([]diff.Segment, 0, len(rows))
	for _, row := range rows {
		out = append(out, diff.Segment{Prefix: fmt.Sprint(row[0]), Rows: wholeNumber(row[1]), Sum: fmt.Sprint(row[2])})
	}
	return out, err
}

func anyOf(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

// hashedRow is a row with the hash of its key, or of all of it without one.
type hashedRow struct {
	hash   string
	values []*string
}

// read reads the rows of segments, in the order of their hashes.
func (q *diffQuery) read(ctx context.Context, side *diffSide, s diff.Segmentation) iter.Seq2[hashedRow, error] {
	return func(yield func(hashedRow, error) bool) {
		sql, err := side.context.Spell(ctx, "diff_segment_rows", side.rows, side.name, q.keys, q.rest, anyOf(s.Only), s.Within)
		if err != nil {
			yield(hashedRow{}, err)
			return
		}
		conn, err := side.wire.session.started(ctx)
		if err != nil {
			yield(hashedRow{}, err)
			return
		}
		text, shift := side.wire.comment.around(sql)
		begun, n := time.Now(), int64(0)
		rows, err := conn.Query(ctx, text)
		if err == nil {
			for row, failure := range rows.All {
				if err = failure; err != nil {
					break
				}
				out := hashedRow{hash: fmt.Sprint(row[0])}
				if q.single {
					out.hash = ""
				}
				for _, v := range row[1:] {
					out.values = append(out.values, asText(v))
				}
				if n++; !yield(out, nil) {
					break
				}
			}
			err = errors.Join(err, rows.Close())
		}
		if err = side.wire.ended(Statement{SQL: sql, Sent: text, Rows: n, Err: side.wire.session.noted(err)}, shift, begun); err != nil {
			yield(hashedRow{}, err)
		}
	}
}

// merge reads the rows that may differ from both, side by side, and compares those whose keys are the same.
func (q *diffQuery) merge(ctx context.Context) (err error) {
	s, same, err := q.segment(ctx)
	if err != nil || same {
		return err
	}
	a, b := groupByHash(q.read(ctx, q.base, s)), groupByHash(q.read(ctx, q.new, s))
	defer a.stop()
	defer b.stop()
	m := &rowMatch{diffQuery: q, changed: make([]int64, len(q.rest)), unpaired: map[string][]diff.Row{}}
	for a.err == nil && b.err == nil && len(a.rows)+len(b.rows) > 0 {
		switch order := strings.Compare(a.hash(), b.hash()); {
		case len(b.rows) == 0 || len(a.rows) > 0 && order < 0:
			m.match(a.rows, nil)
			a.take()
		case len(a.rows) == 0 || order > 0:
			m.match(nil, b.rows)
			b.take()
		default:
			m.match(a.rows, b.rows)
			a.take()
			b.take()
		}
	}
	if err := errors.Join(a.err, b.err); err != nil {
		return fmt.Errorf("read rows that differ: %w", err)
	}
	m.tell()
	return nil
}
