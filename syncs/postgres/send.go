package postgres

import (
	"bytes"
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/syncs"
)

// Send writes a batch in one transaction. Only of updates it tells of each row: those that find no record are refused.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w, err := d.writing(ctx, b)
	if err != nil {
		return nil, err
	}
	if err := d.makeMemory(ctx); err != nil {
		return nil, err
	}
	var outcomes []error
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) (err error) {
		outcomes, err = w.write(ctx, tx)
		return err
	})
	if err == nil {
		return outcomes, nil
	}
	err = failure(ctx, err)
	if syncs.ClassOf(err) == syncs.Missing {
		d.tables.Delete(b.Object) // it has changed
	}
	return nil, err
}

// writing is a batch with all that is sent for it.
type writing struct {
	*syncs.Batch
	staged bool   // the rows go by a temporary table
	stage  string // statements
	copy   string
	merge  string
	memory string // "" if nothing is remembered
	rows   []byte
}

func (d *destination) writing(ctx context.Context, b *syncs.Batch) (*writing, error) {
	table, err := d.table(ctx, b.Object)
	if err != nil {
		return nil, err
	}
	if err := table.columnsFor(b.Target); err != nil {
		d.tables.Delete(b.Object)
		return nil, err
	}
	return d.prepare(b, table)
}

// prepare spells all that is sent for a batch.
func (d *destination) prepare(b *syncs.Batch, table *table) (*writing, error) {
	names := d.namesOf(b.Target, b.Op, table)
	adds := b.Op == syncs.Insert || b.Op == syncs.Update
	if b.Op == syncs.Clear && len(names.Rest) == 0 {
		return nil, broken("there is nothing to clear: all fields are of the key")
	}
	w := &writing{Batch: b, staged: b.Mode != syncs.AppendMode || !adds}
	copying := "copy to table"
	if w.staged {
		copying = "copy to stage"
	}
	for _, s := range []struct {
		of   *string
		name string
		used bool
	}{
		{&w.stage, "stage", w.staged}, {&w.copy, copying, true}, {&w.merge, mergeOf(b.Mode, b.Op), w.staged}, {&w.memory, "remember", d.memory != nil},
	} {
		if !s.used {
			continue
		}
		var err error
		if *s.of, err = d.sql(s.name, names); err != nil {
			return nil, err
		}
	}
	var err error
	w.rows, err = copyOf(b, table, w.staged)
	return w, err
}

// write is the transaction.
func (w *writing) write(ctx context.Context, tx pgx.Tx) ([]error, error) {
	outcomes := make([]error, len(w.Rows))
	if w.memory != "" {
		tag, err := tx.Exec(ctx, w.memory, w.Sync, w.Run, w.Span().First, w.Span().Last)
		if err != nil {
			return nil, err
		}
		if tag.RowsAffected() == 0 && w.Mode != syncs.UpdateMode { // an update says of each row what became of it, and may be done again
			return outcomes, nil
		}
	}
	if w.staged {
		if _, err := tx.Exec(ctx, w.stage); err != nil {
			return nil, err
		}
	}
	if _, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(w.rows), w.copy); err != nil || !w.staged {
		return outcomes, err
	}
	if mergeOf(w.Mode, w.Op) == "update" {
		return outcomes, w.update(ctx, tx, outcomes)
	}
	_, err := tx.Exec(ctx, w.merge)
	return outcomes, err
}

// update brings changes to the records that are there, and refuses those that have none.
func (w *writing) update(ctx context.Context, tx pgx.Tx, outcomes []error) error {
	rows, err := tx.Query(ctx, w.merge)
	if err != nil {
		return err
	}
	found := map[int64]bool{}
	var number int64
	_, err = pgx.ForEachRow(rows, []any{&number}, func() error {
		found[number] = true
		return nil
	})
	for i := range w.Rows {
		if !found[w.Rows[i].Number] {
			outcomes[i] = &syncs.Error{Class: syncs.Rejected, Message: "there is no record with this key to update"}
		}
	}
	return err
}

// Render is the transaction as psql would take it. Columns of arrays are only known of tables that were checked.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	name, err := parseObject(b.Object)
	if err != nil {
		return nil, err
	}
	known := &table{name: name.Sanitize()}
	if t, ok := d.tables.Load(b.Object); ok {
		known = t.(*table)
	}
	w, err := d.prepare(b, known)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, sql := range []string{"begin", w.memory, w.stage, w.copy + ";\n" + string(w.rows) + `\.`, w.merge, "commit"} {
		if sql != "" {
			out = append(out, sql)
		}
	}
	return out, nil
}
