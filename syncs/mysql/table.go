package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
)

// table is what the server says of a table.
type table struct {
	schema, name  string
	transactional bool
	columns       map[string]column // by their names in lower case, which is how the server tells them apart
	unique        [][]string        // the columns of its unique indexes, in lower case and in order
}

// column is one of its columns.
type column struct {
	kind   string // its data type
	family family
}

// family sorts types by how values are written for them.
type family int

// The families of types. What is neither is written as its values are.
const (
	other family = iota
	textual
	numbers10
)

func familyOf(kind string) family {
	switch kind {
	case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "json", "uuid", "inet4", "inet6":
		return textual
	case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year", "bit":
		return numbers10
	default:
		return other
	}
}

// nameOf is the schema and the table that an object names; no schema is the connection's.
func nameOf(object string) (schema, name string) {
	if before, after, ok := strings.Cut(object, "."); ok {
		return before, after
	}
	return "", object
}

// table looks a target's table up, once. It fails with class Missing if there is none.
func (d *destination) table(ctx context.Context, object string) (*table, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.tables[object]; known != nil {
		return known, nil
	}
	found, err := d.inspect(ctx, object)
	if err != nil {
		return nil, classified(ctx, err)
	}
	d.tables[object] = found
	return found, nil
}

// known is what was looked up of a table; if nothing was, its name.
func (d *destination) known(object string) *table {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.tables[object]; known != nil {
		return known
	}
	schema, name := nameOf(object)
	return &table{schema: schema, name: name}
}

func (d *destination) inspect(ctx context.Context, object string) (*table, error) {
	schema, name := nameOf(object)
	t := &table{columns: map[string]column{}}
	engine := sql.NullString{}
	err := d.db.QueryRowContext(ctx, "SELECT table_schema, table_name, engine FROM information_schema.tables WHERE table_schema = "+
		schemaOr(schema)+" AND table_name = "+text(name)).Scan(&t.schema, &t.name, &engine)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("there is no table %q", object)}
	}
	if err != nil {
		return nil, err
	}
	if t.transactional, err = d.transactional(ctx, engine); err != nil {
		return nil, err
	}
	of := " WHERE table_schema = " + text(t.schema) + " AND table_name = " + text(t.name)
	err = d.each(ctx, "SELECT column_name, data_type FROM information_schema.columns"+of, func(values []string) {
		kind := strings.ToLower(values[1])
		t.columns[strings.ToLower(values[0])] = column{kind: kind, family: familyOf(kind)}
	})
	if err != nil {
		return nil, err
	}
	err = d.each(ctx, "SELECT GROUP_CONCAT(LOWER(column_name) ORDER BY LOWER(column_name) SEPARATOR '\t') FROM information_schema.statistics"+of+
		" AND non_unique = 0 GROUP BY index_name HAVING SUM(sub_part IS NOT NULL OR column_name IS NULL) = 0", func(values []string) {
		t.unique = append(t.unique, strings.Split(values[0], "\t"))
	})
	return t, err
}

func schemaOr(schema string) string {
	if schema == "" {
		return "DATABASE()"
	}
	return text(schema)
}

// transactional tells whether an engine has transactions. A view has none, and is as its tables are.
func (d *destination) transactional(ctx context.Context, engine sql.NullString) (bool, error) {
	if !engine.Valid {
		return true, nil
	}
	yes := false
	err := d.each(ctx, "SELECT transactions FROM information_schema.engines WHERE engine = "+text(engine.String), func(values []string) {
		yes = values[0] == "YES"
	})
	return yes, err
}

// each calls do with the columns of every row that a query returns, which are text.
func (d *destination) each(ctx context.Context, query string, do func([]string)) error {
	rows, err := d.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]string, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		do(values)
	}
	return rows.Err()
}

// Check looks for the table, the columns, and what the mode asks of them.
func (d *destination) Check(ctx context.Context, t *syncs.Target) error {
	found, err := d.table(ctx, t.Object)
	if err != nil {
		return err
	}
	wanted := t.Fields
	if t.Removal == syncs.Archive {
		wanted = append(slices.Clip(wanted), syncs.Field{Name: d.archive})
	}
	var missing []string
	for _, f := range wanted {
		if _, ok := found.columns[strings.ToLower(f.Name)]; !ok {
			missing = append(missing, fmt.Sprintf("%q", f.Name))
		}
	}
	switch {
	case len(missing) > 0:
		return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("table %q has no column %s", t.Object, strings.Join(missing, ", "))}
	case !found.transactional:
		return broken("table %q is of an engine without transactions: half of a batch could stay; ALTER TABLE … ENGINE=InnoDB helps", t.Object)
	case t.Mode != syncs.AppendMode && !found.identifies(t.Key):
		return broken("table %q has no unique index on %s, so that a key may mean several records", t.Object, strings.Join(t.Key, ", "))
	}
	return nil
}

// identifies tells whether there is at most one record for a key.
func (t *table) identifies(key []string) bool {
	wanted := make([]string, len(key))
	for i, name := range key {
		wanted[i] = strings.ToLower(name)
	}
	slices.Sort(wanted)
	return slices.ContainsFunc(t.unique, func(index []string) bool { return slices.Equal(index, wanted) })
}

func broken(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Broken, Message: fmt.Sprintf(format, args...)}
}
