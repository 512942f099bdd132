package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/syncs"
)

// table is what is known of a table.
type table struct {
	name    string // quoted, and with its schema where that is needed
	columns []column
	keys    [][]string // of its unique keys, sorted
	granted privileges
}

type column struct {
	Name                      string
	Array, Boolean, Generated bool
}

type privileges struct{ Insert, Update, Delete bool }

// column is that of a name; the zero one if there is none.
func (t *table) column(name string) column {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.Name == name })
	if i < 0 {
		return column{}
	}
	return t.columns[i]
}

// parseObject reads the name of a table: `orders`, `sales.orders`, `"My Sales"."Orders"`. Names are taken as they are written: unlike in
// SQL, capitals need no quotes.
func parseObject(object string) (pgx.Identifier, error) {
	var out pgx.Identifier
	rest := object
	for {
		part, after, quoted := rest, "", false
		if strings.HasPrefix(rest, `"`) {
			part, after, quoted = unquote(rest)
			if !quoted {
				return nil, broken("%q is no name of a table: a quote is not closed", object)
			}
		} else if i := strings.IndexByte(rest, '.'); i >= 0 {
			part, after = rest[:i], rest[i:]
		}
		if part == "" {
			return nil, broken("%q is no name of a table", object)
		}
		out = append(out, part)
		if after == "" {
			return out, nil
		}
		if after[0] != '.' {
			return nil, broken("%q is no name of a table", object)
		}
		rest = after[1:]
	}
}

// unquote parts a quoted name from what follows it.
func unquote(text string) (name, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			return b.String(), text[i+1:], true
		}
	}
	return "", "", false
}

// table looks at a table, once.
func (d *destination) table(ctx context.Context, object string) (*table, error) {
	if known, ok := d.tables.Load(object); ok {
		return known.(*table), nil
	}
	name, err := parseObject(object)
	if err != nil {
		return nil, err
	}
	var t table
	err = d.pool.QueryRow(ctx, describeSQL, name.Sanitize()).Scan(&t.name, &t.columns, &t.keys, &t.granted)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, missing("there is no table %s", object)
	}
	if err != nil {
		return nil, failure(ctx, err)
	}
	t.name = name.Sanitize()
	d.tables.Store(object, &t)
	return &t, nil
}

// Check tells whether the table can be written to.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	d.tables.Delete(t.Object)
	table, err := d.table(ctx, t.Object)
	if err != nil {
		return err
	}
	for _, check := range []error{table.columnsFor(t), d.archivable(t, table), table.keyFor(t), table.allows(t)} {
		if check != nil {
			return check
		}
	}
	return d.mayRemember(ctx)
}

// columnsFor fails if there are fields without a column that can be written.
func (t *table) columnsFor(target *syncs.Target) error {
	var gone, generated []string
	for _, f := range target.Fields {
		switch c := t.column(f.Name); {
		case c.Name == "":
			gone = append(gone, f.Name)
		case c.Generated:
			generated = append(generated, f.Name)
		}
	}
	if len(gone) > 0 {
		return missing("table %s has no column %s", target.Object, strings.Join(gone, ", "))
	}
	if len(generated) > 0 {
		return broken("table %s generates column %s itself: it cannot be written", target.Object, strings.Join(generated, ", "))
	}
	return nil
}

// archivable fails if rows are to be archived and there is no column to mark them.
func (d *destination) archivable(t *syncs.Target, table *table) error {
	if t.Removal == syncs.Archive && table.column(d.archived).Name == "" {
		return missing("table %s has no column %s to mark what is archived: add one, a timestamp or a boolean, or name another with archive_field",
			t.Object, d.archived)
	}
	return nil
}

// keyFor fails if records are to be found by a key that is not unique.
func (t *table) keyFor(target *syncs.Target) error {
	if target.Mode == syncs.AppendMode || target.Mode == syncs.UpdateMode {
		return nil
	}
	key := slices.Sorted(slices.Values(target.Key))
	if slices.ContainsFunc(t.keys, func(k []string) bool { return slices.Equal(k, key) }) {
		return nil
	}
	return missing("table %s has no unique key (%s): add a primary key or a unique index", target.Object, strings.Join(target.Key, ", "))
}

// allows fails if the user has no right to do what the mode asks for.
func (t *table) allows(target *syncs.Target) error {
	inserts, updates := target.Mode != syncs.UpdateMode, target.Mode != syncs.InsertMode && target.Mode != syncs.AppendMode
	for _, need := range []struct {
		needed, granted bool
		what            string
	}{
		{inserts, t.granted.Insert, "insert into"}, {updates || target.Removal == syncs.Clear, t.granted.Update, "update"},
		{target.Removal == syncs.Delete, t.granted.Delete, "delete from"},
	} {
		if need.needed && !need.granted {
			return &syncs.Error{Class: syncs.Denied, Message: fmt.Sprintf("the user may not %s table %s", need.what, target.Object)}
		}
	}
	return nil
}
