package snowflake

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

//go:embed inspect.sql
var inspectSQL string

// Inspect reads the information schema of each database, in one query; it takes as many as there are databases if one of them is not there.
func (s *session) Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error) {
	catalog := relation.NewCatalog()
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	var queries []string
	wanted := schemasOf(schemas)
	for _, database := range slices.Sorted(maps.Keys(wanted)) {
		queries = append(queries, inspection(database, wanted[database]))
	}
	if len(queries) == 0 {
		return catalog, nil
	}
	err := s.inspect(ctx, catalog, strings.Join(queries, "\nunion all\n"))
	if len(queries) > 1 && missing(err) {
		for _, query := range queries {
			if err = s.inspect(ctx, catalog, query); err != nil && !missing(err) {
				break
			}
		}
	}
	if err != nil && !missing(err) {
		return nil, fmt.Errorf("inspect the information schema: %w", err)
	}
	return catalog, nil
}

// schemasOf are the names of the schemas of each database, in upper case.
func schemasOf(schemas []relation.Relation) map[string][]string {
	wanted := map[string][]string{}
	for _, r := range schemas {
		database, schema := strings.ToUpper(r.Database), strings.ToUpper(r.Schema)
		if !slices.Contains(wanted[database], schema) {
			wanted[database] = append(wanted[database], schema)
		}
	}
	return wanted
}

// inspection is the query for some schemas of a database; of the session's, if it has no name.
func inspection(database string, schemas []string) string {
	var names []string
	for _, s := range schemas {
		names = append(names, literal(s))
	}
	if database != "" {
		database = dialect.Snowflake.Ident(database) + "."
	}
	return strings.NewReplacer("{database}", database, "{schemas}", strings.Join(names, ", ")).Replace(inspectSQL)
}

// literal is a text in SQL.
func literal(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + "'"
}

// missing tells that a database is not there, or not for us.
func missing(err error) bool {
	var e *adapters.Error
	return errors.As(err, &e) && (e.Code == "002003" || e.Code == "002043")
}

func (s *session) inspect(ctx context.Context, catalog *relation.Catalog, query string) error {
	rows, err := s.Query(ctx, query)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, c := range rows.Columns {
		if name := strings.ToLower(c.Name); at[name] == 0 {
			at[name] = i + 1
		}
	}
	tables := map[relation.Relation]*placed{}
	for row, err := range rows.All {
		if err != nil {
			return err
		}
		r := catalogRow{row, at}
		name := relation.Relation{Database: r.text("table_catalog"), Schema: r.text("table_schema"), Name: r.text("table_name")}
		t := tables[name]
		if t == nil {
			t = &placed{table: relation.Table{Relation: name, Kind: r.kind(), Owner: r.text("table_owner"), Comment: r.text("relation_comment")}}
			tables[name] = t
		}
		t.columns = append(t.columns, placedColumn{r.number("ordinal_position"), r.column()})
	}
	for _, t := range tables {
		if t.table.Kind == "" {
			continue // a temporary table of this session
		}
		slices.SortFunc(t.columns, func(a, b placedColumn) int { return cmp.Compare(a.place, b.place) })
		for _, c := range t.columns {
			t.table.Columns = append(t.table.Columns, c.column)
		}
		catalog.Put(&t.table)
	}
	return nil
}

// placed is a relation with its columns in the order in which they came.
type placed struct {
	table   relation.Table
	columns []placedColumn
}

type placedColumn struct {
	place  int64
	column relation.Column
}

// catalogRow is a row of the information schema, read by names.
type catalogRow struct {
	values []any
	at     map[string]int // places from 1
}

func (r catalogRow) value(name string) any {
	if i := r.at[name]; i > 0 {
		return r.values[i-1]
	}
	return nil
}

func (r catalogRow) text(name string) string {
	if v := r.value(name); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

func (r catalogRow) number(name string) int64 {
	n, _ := r.value(name).(int64)
	return n
}

// kind sorts the types of https://docs.snowflake.com/en/sql-reference/info-schema/tables.
func (r catalogRow) kind() relation.Kind {
	switch kind := r.text("table_type"); {
	case r.text("is_dynamic") == "YES":
		return relation.DynamicTable
	case kind == "" || kind == "VIEW":
		return relation.View
	case kind == "MATERIALIZED VIEW":
		return relation.MaterializedView
	case kind == "EXTERNAL TABLE":
		return relation.External
	case strings.Contains(kind, "TEMPORARY"):
		return ""
	}
	return relation.BaseTable
}

// column is the row's column, its type spelled as results and DESCRIBE spell it.
func (r catalogRow) column() relation.Column {
	d := described{Type: r.text("data_type"), Precision: r.number("numeric_precision"), Scale: r.number("numeric_scale"), Length: r.number("character_maximum_length")}
	if _, timed := r.value("datetime_precision").(int64); timed {
		d.Scale = r.number("datetime_precision")
	} else if strings.HasPrefix(d.Type, "TIME") {
		d.Scale = 9
	}
	return relation.Column{Name: r.text("column_name"), Type: d.sqlName(), Nullable: r.text("is_nullable") != "NO", Comment: r.text("comment")}
}
