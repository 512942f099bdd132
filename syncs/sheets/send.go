package sheets

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// Send writes a batch: it looks where its rows stand, then changes those that are there and appends the others, or deletes them.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	columns, err := d.columns(ctx, b.Target)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	if b.Mode != syncs.AppendMode {
		if at, err = d.lookup(ctx, b, columns); err != nil {
			return nil, err
		}
	}
	if b.Op == syncs.Delete {
		return make([]error, len(b.Rows)), d.remove(ctx, b, at)
	}
	outcomes := make([]error, len(b.Rows))
	w := sort(b, columns, at, outcomes)
	requests, err := d.requests(b, columns, w)
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		if err := d.ask(ctx, r, nil); err != nil {
			return nil, err
		}
	}
	return outcomes, nil
}

// lookup finds the rows of a sheet by their keys, counted from 1.
func (d *destination) lookup(ctx context.Context, b *syncs.Batch, columns []int) (map[string]int, error) {
	var ranges []string
	for _, column := range columns[:len(b.Key)] {
		ranges = append(ranges, fmt.Sprintf("%s!%s:%s", quote(b.Object), letters(column), letters(column)))
	}
	read, err := d.ranges(ctx, ranges...)
	if err != nil {
		return nil, err
	}
	rows := 0
	for _, column := range read {
		rows = max(rows, len(column))
	}
	at := make(map[string]int, rows)
	for row := 1; row < rows; row++ {
		key := make([]any, len(read))
		for i, column := range read {
			if row < len(column) && len(column[row]) > 0 {
				key[i] = column[row][0]
			}
		}
		if text := keyText(key); at[text] == 0 {
			at[text] = row + 1
		}
	}
	return at, nil
}

// writing is what is to be written of a batch.
type writing struct {
	lines    []map[string]any // that are changed, with their ranges
	appended [][]any
}

// sort tells the rows of a batch that are there from those that are not, and gives an outcome to those that cannot be written.
func sort(b *syncs.Batch, columns []int, at map[string]int, outcomes []error) writing {
	var w writing
	first, last := span(columns)
	for i := range b.Rows {
		r := &b.Rows[i]
		there := at[keyText(r.Key(b.Target))]
		if there > 0 && b.Mode == syncs.InsertMode && b.Op == syncs.Insert || there == 0 && b.Op == syncs.Clear {
			continue
		}
		if there == 0 && b.Mode == syncs.UpdateMode {
			outcomes[i] = refused("no row of sheet %q has this key", b.Object)
			continue
		}
		cells, err := line(r, columns, first, last)
		if outcomes[i] = err; err != nil {
			continue
		}
		if there == 0 {
			w.appended = append(w.appended, append(make([]any, first), cells...))
			continue
		}
		where := fmt.Sprintf("%s!%s%d:%s%d", quote(b.Object), letters(first), there, letters(last), there)
		w.lines = append(w.lines, map[string]any{"range": where, "majorDimension": "ROWS", "values": [][]any{cells}})
	}
	return w
}

// requests write what is to be written: changes in place, then new rows below.
func (d *destination) requests(b *syncs.Batch, columns []int, w writing) ([]*web.Request, error) {
	var out []*web.Request
	if len(w.lines) > 0 {
		r, err := d.post("/values:batchUpdate", map[string]any{"valueInputOption": "RAW", "data": w.lines})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	if len(w.appended) > 0 {
		where := url.PathEscape(quote(b.Object) + "!A1:" + letters(slices.Max(columns)) + "1")
		r, err := d.post("/values/"+where+":append?insertDataOption=INSERT_ROWS&valueInputOption=RAW", map[string]any{"majorDimension": "ROWS", "values": w.appended})
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// remove deletes the rows of a batch that are there.
func (d *destination) remove(ctx context.Context, b *syncs.Batch, at map[string]int) error {
	rows := standing(b, at)
	if len(rows) == 0 {
		return nil
	}
	id, err := d.sheetID(ctx, b.Object)
	if err != nil {
		return err
	}
	r, err := d.removal(rows, id)
	if err != nil {
		return err
	}
	return d.ask(ctx, r, nil)
}

// standing is where the rows of a batch stand that are there, each once, the last one first.
func standing(b *syncs.Batch, at map[string]int) []int {
	var rows []int
	for i := range b.Rows {
		if row := at[keyText(b.Rows[i].Key(b.Target))]; row > 0 {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	slices.Reverse(rows)
	return slices.Compact(rows)
}

// removal deletes rows of a sheet, the last one first: those below move up.
func (d *destination) removal(rows []int, sheet int64) (*web.Request, error) {
	var requests []any
	for _, row := range rows {
		where := map[string]any{"sheetId": sheet, "dimension": "ROWS", "startIndex": row - 1, "endIndex": row}
		requests = append(requests, map[string]any{"deleteDimension": map[string]any{"range": where}})
	}
	return d.post(":batchUpdate", map[string]any{"requests": requests})
}

// sheetID is the number of a sheet, by which rows of it are deleted.
func (d *destination) sheetID(ctx context.Context, title string) (int64, error) {
	var book struct {
		Sheets []struct {
			Properties struct {
				SheetID int64 `json:"sheetId"`
				Title   string
			}
		}
	}
	if err := d.ask(ctx, &web.Request{Method: http.MethodGet, URL: d.base + "?fields=sheets.properties(sheetId,title)"}, &book); err != nil {
		return 0, err
	}
	for _, s := range book.Sheets {
		if s.Properties.Title == title {
			return s.Properties.SheetID, nil
		}
	}
	return 0, &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("the spreadsheet has no sheet %q", title)}
}
