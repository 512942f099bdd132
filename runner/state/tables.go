package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Tables is where the state is kept. It is safe for concurrent use if Spell is.
type Tables struct {
	Schema  relation.Relation // database and schema; the name is not heeded
	Dialect *dialect.Dialect  // of the warehouse that has them
	Spell   func(ctx context.Context, macro string, args ...any) (string, error)
}

// Conn is a session with the warehouse that has the tables. Each adapters.Adapter is one.
type Conn interface {
	Exec(ctx context.Context, sql string) (adapters.Stats, error)
	Query(ctx context.Context, sql string) (*adapters.Rows, error)
	Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error)
}

// ErrNewer is a state that a newer mod has written.
var ErrNewer = errors.New("the state is of a newer mod")

// ErrForeign is a table which is not mod's where one of the state's should be.
var ErrForeign = errors.New("a table that is not of the state has the name of one")

// table is the relation of one of the tables.
func (t Tables) table(name string) relation.Relation {
	return relation.Relation{Database: t.Schema.Database, Schema: t.Schema.Schema, Name: t.Dialect.Stored(name)}
}

// all are the relations of the tables by their names.
func (t Tables) all() map[string]any {
	out := map[string]any{}
	for _, l := range Layouts() {
		out[l.Name] = t.table(l.Name)
	}
	return out
}

// columns are columns as the macros take them.
func (t Tables) columns(list []Column) []any {
	out := make([]any, len(list))
	for i, c := range list {
		out[i] = map[string]any{"name": c.Name, "type": c.Type.in(t.Dialect)}
	}
	return out
}

// seen returns the catalog, or what the warehouse has if it is nil.
func (t Tables) seen(ctx context.Context, conn Conn, catalog *relation.Catalog) (*relation.Catalog, error) {
	if catalog != nil {
		return catalog, nil
	}
	catalog, err := conn.Inspect(ctx, relation.Relation{Database: t.Schema.Database, Schema: t.Schema.Schema})
	if err != nil {
		return nil, fmt.Errorf("look for the state: %w", err)
	}
	return catalog, nil
}

// Exist tells whether the tables are there, by what a warehouse is seen to have. There are none before the first Ensure.
func (t Tables) Exist(catalog *relation.Catalog) bool {
	return catalog.Get(t.table("builds")) != nil && catalog.Get(t.table("meta")) != nil
}

// lack is what has to be made.
type lack struct {
	tables  []Layout
	columns []missing
}

type missing struct {
	of     relation.Relation
	column Column
}

func (l lack) none() bool { return l.size() == 0 }

func (l lack) size() int { return len(l.tables) + len(l.columns) }

// lacks compares what is there with what should be.
func (t Tables) lacks(catalog *relation.Catalog) (lack, error) {
	var out lack
	for _, l := range Layouts() {
		found := catalog.Get(t.table(l.Name))
		if found == nil {
			out.tables = append(out.tables, l)
			continue
		}
		first := l.Columns[0].Name
		if found.Kind == relation.View || len(found.Columns) > 0 && !hasColumn(found, first) {
			return lack{}, fmt.Errorf("%w: %s has no column %q: let the state have a schema of its own, state: {schema: …} in the project file",
				ErrForeign, found.Relation, first)
		}
		for _, c := range l.Columns {
			if len(found.Columns) > 0 && !hasColumn(found, c.Name) {
				out.columns = append(out.columns, missing{found.Relation, c})
			}
		}
	}
	return out, nil
}

func hasColumn(t *relation.Table, name string) bool {
	return slices.ContainsFunc(t.Columns, func(c relation.Column) bool { return strings.EqualFold(c.Name, name) })
}

// Ensure makes the schema and the tables that are missing, and brings older ones up to date. The catalog is what the schema is seen to have;
// nil asks the warehouse. Where everything is there nothing is sent. A state of a newer version is left as it is, with an error that wraps
// ErrNewer, and so is a table of somebody else's, with one that wraps ErrForeign. Several sessions may do so at once.
func (t Tables) Ensure(ctx context.Context, conn Conn, catalog *relation.Catalog) error {
	catalog, err := t.seen(ctx, conn, catalog)
	if err != nil {
		return err
	}
	lack, err := t.lacks(catalog)
	if err != nil || lack.none() {
		return err
	}
	if catalog.Get(t.table("meta")) != nil {
		if _, err := t.version(ctx, conn); err != nil {
			return err
		}
	}
	if err := t.amendBeside(ctx, conn, lack); err != nil {
		return fmt.Errorf("make the tables of the state in %s: %w", t.Schema.Schema, err)
	}
	return nil
}

// amendBeside makes what is missing, where other sessions may make the same at once. Where no transaction keeps them apart, one may make a table
// between the look for it and the statement that is to make it: as long as less is missing each time, it is tried again.
func (t Tables) amendBeside(ctx context.Context, conn Conn, l lack) error {
	for {
		err := t.amend(ctx, conn, l)
		if err == nil || t.Dialect.Has(dialect.TransactionalDDL) {
			return err
		}
		catalog, unseen := t.seen(ctx, conn, nil)
		left, foreign := t.lacks(catalog)
		if unseen != nil || foreign != nil || left.size() >= l.size() {
			return err
		}
		l = left
	}
}

// amend makes what is missing, in one transaction where that can be taken back.
func (t Tables) amend(ctx context.Context, conn Conn, l lack) error {
	var statements []string
	add := func(macro string, args ...any) error {
		sql, err := t.Spell(ctx, macro, args...)
		if err == nil && strings.TrimSpace(sql) != "" {
			statements = append(statements, sql)
		}
		return err
	}
	schema := t.table("meta")
	schema.Name = ""
	err := errors.Join(add("state_guard", schema), add("get_create_schema_sql", schema))
	for _, table := range l.tables {
		err = errors.Join(err, add("state_create", t.table(table.Name), t.columns(table.Columns)))
	}
	for _, m := range l.columns {
		err = errors.Join(err, add("state_add_column", m.of, t.columns([]Column{m.column})[0]))
	}
	if err = errors.Join(err, add("state_set_version", t.table("meta"), Version)); err != nil {
		return err
	}
	return t.Together(ctx, conn, statements)
}

// Together runs statements in one transaction where there are any for such statements, and else one after the other.
func (t Tables) Together(ctx context.Context, conn Conn, statements []string) error {
	text := strings.Join(statements, ";\n")
	if !t.Dialect.Has(dialect.TransactionalDDL) {
		_, err := conn.Exec(ctx, text)
		return err
	}
	_, err := conn.Exec(ctx, "begin;\n"+text+";\ncommit")
	if err != nil {
		_, undone := conn.Exec(context.WithoutCancel(ctx), "rollback")
		_ = undone // there may be no transaction any more; the reason for the rollback is what is told
	}
	return err
}

// version asks for the version of the tables.
func (t Tables) version(ctx context.Context, conn Conn) (int64, error) {
	sql, err := t.Spell(ctx, "state_version", t.table("meta"))
	if err != nil {
		return 0, err
	}
	var v int64
	err = rows(ctx, conn, sql, func(row []any) error {
		v, _ = row[0].(int64)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("read the version of the state: %w", err)
	}
	return v, t.fits(v)
}

// fits is an error if the tables are of a newer version.
func (t Tables) fits(version int64) error {
	if version <= Version {
		return nil
	}
	return fmt.Errorf("%w: its tables in %s have version %d, and this mod knows those up to %d: use the mod that wrote them, or let this one have "+
		"a state of its own, state: {schema: …} in the project file", ErrNewer, t.Schema.Schema, version, Version)
}

// rows runs a query and hands each row to use.
func rows(ctx context.Context, conn Conn, sql string, use func(row []any) error) error {
	result, err := conn.Query(ctx, sql)
	if err != nil {
		return err
	}
	for row, err := range result.All {
		if err != nil {
			return err
		}
		if err := use(row); err != nil {
			return errors.Join(err, result.Close())
		}
	}
	return nil
}
