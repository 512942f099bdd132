package mysql

import (
	"strings"

	"github.com/modsql/mod/syncs"
)

// writer spells the statements of a batch.
type writer struct {
	*syncs.Batch
	table   *table
	archive string // the column
}

// literals are the values of a row as the statements have them. An error is the row's outcome.
func (w *writer) literals(r *syncs.Row) ([]string, error) {
	out := make([]string, len(r.Values))
	for i, v := range r.Values {
		f := w.Target.Fields[i]
		written, err := literal(v, f, w.table.columns[strings.ToLower(f.Name)])
		if err != nil {
			return nil, err
		}
		out[i] = written
	}
	return out, nil
}

// statements write rows, given as literals. It is one for all, but where a record has to be there: then it is one a row, so that the server
// counts each.
func (w *writer) statements(rows [][]string) []string {
	if !w.counted() {
		return []string{w.statement(rows)}
	}
	updates := make([]string, len(rows))
	for i, row := range rows {
		updates[i] = w.update(row)
	}
	return updates
}

func (w *writer) statement(rows [][]string) string {
	switch {
	case w.Op == syncs.Delete:
		return "DELETE FROM " + w.into() + w.where(rows)
	case w.Op == syncs.Clear:
		return "UPDATE " + w.into() + " SET " + w.emptied() + w.where(rows)
	case w.Op == syncs.Archive:
		return "UPDATE " + w.into() + " SET " + quoted(w.archive) + " = CURRENT_TIMESTAMP" + w.where(rows) + " AND " + quoted(w.archive) + " IS NULL"
	case w.Mode == syncs.AppendMode:
		return w.insert(rows)
	default:
		return w.insert(rows) + w.orElse()
	}
}

// counted tells whether each row has to meet a record.
func (w *writer) counted() bool {
	return w.Mode == syncs.UpdateMode && (w.Op == syncs.Insert || w.Op == syncs.Update)
}

func (w *writer) into() string {
	if w.table.schema == "" {
		return quoted(w.table.name)
	}
	return quoted(w.table.schema) + "." + quoted(w.table.name)
}

func (w *writer) names() []string {
	out := make([]string, len(w.Target.Fields))
	for i, f := range w.Target.Fields {
		out[i] = quoted(f.Name)
	}
	return out
}

func (w *writer) insert(rows [][]string) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + w.into() + " (" + strings.Join(w.names(), ", ") + ") VALUES\n")
	for i, row := range rows {
		if i > 0 {
			b.WriteString(",\n")
		}
		b.WriteString("(" + strings.Join(row, ", ") + ")")
	}
	return b.String()
}

// orElse is what happens where a record is there: it is left as it is if only new ones are to be created, else changed. The server takes a record with an equal value in any unique index for it
// (https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html); if it has another key the statement fails, with error 1242, rather
// than to change that record.
func (w *writer) orElse() string {
	names := w.names()
	keys := quotedAll(w.Target.Key)
	same := make([]string, len(keys))
	for i, key := range keys {
		same[i] = key + " <=> VALUES(" + key + ")"
	}
	sets := []string{keys[0] + " = IF(" + strings.Join(same, " AND ") + ", " + keys[0] + ", (SELECT 1 UNION ALL SELECT 2))"}
	if w.Mode != syncs.InsertMode {
		for _, name := range names[len(keys):] {
			sets = append(sets, name+" = VALUES("+name+")")
		}
		sets = w.restored(sets)
	}
	return "\nON DUPLICATE KEY UPDATE " + strings.Join(sets, ", ")
}

// restored adds that a record is archived no more.
func (w *writer) restored(sets []string) []string {
	if w.Removal == syncs.Archive {
		return append(sets, quoted(w.archive)+" = NULL")
	}
	return sets
}

func (w *writer) update(row []string) string {
	names, keys := w.names(), len(w.Target.Key)
	sets, same := []string{}, []string{}
	for i, name := range names {
		if i < keys {
			same = append(same, name+" = "+row[i])
		} else {
			sets = append(sets, name+" = "+row[i])
		}
	}
	return "UPDATE " + w.into() + " SET " + w.changes(w.restored(sets)) + " WHERE " + strings.Join(same, " AND ")
}

func (w *writer) emptied() string {
	names := w.names()[len(w.Target.Key):]
	sets := make([]string, len(names))
	for i, name := range names {
		sets[i] = name + " = NULL"
	}
	return w.changes(sets)
}

// changes are what UPDATE sets: something, even where there is nothing but a key.
func (w *writer) changes(sets []string) string {
	if len(sets) > 0 {
		return strings.Join(sets, ", ")
	}
	key := quoted(w.Target.Key[0])
	return key + " = " + key
}

// where picks the records of keys.
func (w *writer) where(rows [][]string) string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = tuple(row[:len(w.Target.Key)])
	}
	return " WHERE " + tuple(quotedAll(w.Target.Key)) + " IN (" + strings.Join(keys, ", ") + ")"
}

// tuple is values as one; a single value is itself.
func tuple(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	return "(" + strings.Join(values, ", ") + ")"
}

// Render shows the statements of a batch, whose columns nothing is known of before the server was asked.
func (d *destination) Render(b *syncs.Batch) ([]string, error) {
	w := &writer{Batch: b, table: d.known(b.Object), archive: d.archive}
	var rows [][]string
	for i := range b.Rows {
		row, err := w.literals(&b.Rows[i])
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return w.statements(rows), nil
}
