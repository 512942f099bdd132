package snowflake

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
)

// result is what a statement returned, or will return: the server sends some rows with its answer, and says where the others are.
type result struct {
	session   *session
	loader    sf.ArrowStreamLoader
	statement adapters.Statement
	queryID   string
}

// rows streams the result.
func (r *result) rows(ctx context.Context) *adapters.Rows {
	columns := r.columns()
	open := true
	return &adapters.Rows{
		Columns: columns,
		Stats: func() adapters.Stats {
			n := r.loader.TotalRows()
			return adapters.Stats{Message: fmt.Sprintf("SUCCESS %d", n), Code: "SUCCESS", Rows: n, QueryID: r.queryID}
		},
		Close: func() error { open = false; return nil },
		All: func(yield func([]any, error) bool) {
			if !open {
				return
			}
			open = false
			for row, err := range r.read(ctx, len(columns)) {
				if err == nil && ctx.Err() != nil {
					err = cancelled(ctx)
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		},
	}
}

// read yields the rows of the answer, then of each part that is elsewhere, one after the other.
func (r *result) read(ctx context.Context, width int) func(func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		row := make([]any, width)
		texts := r.loader.JSONData()
		readers := make([]func(string) any, width)
		for i, t := range r.loader.RowTypes() {
			readers[i] = textReader(t.Type, t.Scale)
		}
		for _, text := range texts {
			for i, v := range text {
				row[i] = nil
				if v != nil {
					row[i] = readers[i](*v)
				}
			}
			if !yield(row, nil) {
				return
			}
		}
		if texts != nil {
			if missing := r.loader.TotalRows() - int64(len(texts)); missing > 0 && len(texts) > 0 {
				yield(nil, fmt.Errorf("the server keeps %d rows of this result in a form that is not read: select from table(result_scan('%s'))", missing, r.queryID))
			}
			return
		}
		parts, err := within(ctx, r.loader.GetBatches)
		if err != nil {
			yield(nil, r.session.failure(ctx, err, r.statement))
			return
		}
		for i := range parts {
			if !r.readPart(ctx, i, &parts[i], row, yield) {
				return
			}
		}
	}
}

// attempts is how often a part is asked for that stops coming.
const attempts = 3

// readPart yields the rows of one part, and tells whether more are wanted. A part whose stream breaks is asked for again, and what has been
// read of it passed over.
func (r *result) readPart(ctx context.Context, index int, part *sf.ArrowStreamBatch, row []any, yield func([]any, error) bool) bool {
	read := int64(0) // rows that were yielded
	for attempt := 1; ; attempt++ {
		more, err := r.stream(ctx, part, &read, row, yield)
		if err == nil {
			return more
		}
		again, bad := within(ctx, r.loader.GetBatches)
		if attempt == attempts || ctx.Err() != nil || bad != nil || index >= len(again) {
			return yield(nil, r.session.failure(ctx, err, r.statement)) && false
		}
		part = &again[index]
	}
}

// stream yields the rows of a part after the first *read ones, and counts there what it yields.
func (r *result) stream(ctx context.Context, part *sf.ArrowStreamBatch, read *int64, row []any, yield func([]any, error) bool) (more bool, err error) {
	body, err := within(ctx, func() (io.ReadCloser, error) { return part.GetStream(ctx) })
	if err != nil {
		return false, err
	}
	defer func() { _ = body.Close() }()
	records, err := ipc.NewReader(body)
	if err != nil {
		return false, fmt.Errorf("read the rows of the result: %w", err)
	}
	defer records.Release()
	at := int64(0)
	for {
		record, err := within(ctx, func() (arrow.RecordBatch, error) { return records.Read() })
		switch {
		case err == io.EOF: //nolint:errorlint // the end is told bare
			return true, nil
		case err != nil:
			return false, fmt.Errorf("read the rows of the result: %w", err)
		}
		values := r.readers(record)
		for i := range int(record.NumRows()) {
			if at++; at <= *read {
				continue
			}
			for c, value := range values {
				row[c] = value(i)
			}
			*read = at
			if !yield(row, nil) {
				return false, nil
			}
		}
	}
}

// readers are how the values of each column of a record are read.
func (r *result) readers(record arrow.RecordBatch) []func(int) any {
	types := r.loader.RowTypes()
	out := make([]func(int) any, 0, len(types))
	for i, column := range record.Columns()[:min(len(types), int(record.NumCols()))] {
		out = append(out, arrowReader(column, types[i].Type, types[i].Scale))
	}
	return slices.Clip(out)
}
