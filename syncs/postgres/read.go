package postgres

import (
	"context"
	"database/sql/driver"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/modsql/mod/syncs"
)

// Read yields the records of a table, but for those that are archived.
func (d *destination) Read(ctx context.Context, t *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		rows, err := d.query(ctx, t)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				yield(nil, failure(ctx, err))
				return
			}
			for i, v := range values {
				values[i] = read(v)
			}
			if !yield(values, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, failure(ctx, err))
		}
	}
}

func (d *destination) query(ctx context.Context, t *syncs.Target) (pgx.Rows, error) {
	table, err := d.table(ctx, t.Object)
	if err != nil {
		return nil, err
	}
	for _, err := range []error{table.columnsFor(t), d.archivable(t, table)} {
		if err != nil {
			return nil, err
		}
	}
	sql, err := d.sql("read", d.namesOf(t, syncs.Insert, table))
	if err != nil {
		return nil, err
	}
	rows, err := d.pool.Query(ctx, sql)
	if err != nil {
		return nil, failure(ctx, err)
	}
	return rows, nil
}

// read makes a value of the contract's of one of the driver's.
func read(v any) any {
	switch v := v.(type) {
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint32:
		return int64(v)
	case float32:
		return float64(v)
	case pgtype.Numeric:
		return readNumber(v)
	case [16]byte:
		return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
	case []any:
		for i := range v {
			v[i] = read(v[i])
		}
		return v
	case driver.Valuer:
		if value, err := v.Value(); err == nil {
			return value
		}
	case time.Time:
		return v.UTC()
	case fmt.Stringer:
		return v.String()
	}
	return v
}

// readNumber keeps what no number is (NaN, infinities) as text.
func readNumber(n pgtype.Numeric) any {
	text, err := n.Value()
	s, ok := text.(string)
	if err != nil || !ok {
		return nil
	}
	if n.NaN || n.InfinityModifier != pgtype.Finite {
		return s
	}
	return syncs.Number(s)
}
