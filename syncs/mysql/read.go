package mysql

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// Read yields the records that are not archived, ordered by nothing.
func (d *destination) Read(ctx context.Context, t *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		found, err := d.table(ctx, t.Object)
		if err != nil {
			yield(nil, err)
			return
		}
		w := &writer{Batch: &syncs.Batch{Target: t}, table: found, archive: d.archive}
		query := "SELECT " + strings.Join(w.names(), ", ") + " FROM " + w.into()
		if t.Removal == syncs.Archive {
			query += " WHERE " + quoted(d.archive) + " IS NULL"
		}
		rows, err := d.db.QueryContext(ctx, query)
		if err != nil {
			yield(nil, classified(ctx, err))
			return
		}
		defer rows.Close()
		raw, into := make([][]byte, len(t.Fields)), make([]any, len(t.Fields))
		for i := range raw {
			into[i] = &raw[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				yield(nil, classified(ctx, err))
				return
			}
			if !yield(found.values(t, raw), nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, classified(ctx, err))
		}
	}
}

// values are a record's, each as its column's type has it.
func (t *table) values(target *syncs.Target, raw [][]byte) []any {
	out := make([]any, len(raw))
	for i, text := range raw {
		if text != nil {
			out[i] = valueOf(text, t.columns[strings.ToLower(target.Fields[i].Name)].kind)
		}
	}
	return out
}

// valueOf is a value of a type as the server writes it. A date that no calendar has, such as 0000-00-00
// (https://dev.mysql.com/doc/refman/8.4/en/date-and-time-types.html), stays text.
func valueOf(raw []byte, kind string) any {
	text := string(raw)
	switch kind {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "year":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		return syncs.Number(text)
	case "decimal":
		return syncs.Number(text)
	case "float", "double":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	case "date", "datetime", "timestamp":
		if at, err := time.Parse("2006-01-02 15:04:05"[:min(len(text), 19)], text); err == nil {
			return at
		}
	case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit", "geometry":
		return slices.Clone(raw)
	}
	return text
}
