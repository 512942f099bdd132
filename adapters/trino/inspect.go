package trino

import (
	"cmp"
	"context"
	_ "embed"
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

// Inspect reads the information schema of each catalog. One that does not exist has no relations.
func (s *session) Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error) {
	if s.closed {
		return nil, adapters.ErrBroken
	}
	catalog := relation.NewCatalog()
	wanted, err := s.wanted(ctx, schemas)
	if err != nil || len(wanted) == 0 {
		return catalog, err
	}
	var queries []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		queries = append(queries, strings.NewReplacer(
			"{catalog}", dialect.Trino.Ident(name), "{catalog_text}", literal(name), "{schemas}", strings.Join(wanted[name], ", "),
		).Replace(inspectSQL))
	}
	const order = "\norder by table_catalog, table_schema, table_name, ordinal_position"
	rows, err := s.Query(ctx, strings.Join(queries, "\nunion all\n")+order)
	if err != nil {
		return nil, fmt.Errorf("inspect the catalog: %w", unplaced(err))
	}
	var t *relation.Table
	for row, err := range rows.All {
		if err != nil {
			return nil, fmt.Errorf("inspect the catalog: %w", unplaced(err))
		}
		t = put(catalog, t, row)
	}
	return catalog, nil
}

// put adds a row of the query to the catalog and returns its table; t is the one of the row before.
func put(catalog *relation.Catalog, t *relation.Table, row []any) *relation.Table {
	name := relation.Relation{Database: text(row[0]), Schema: text(row[1]), Name: text(row[2])}
	if t == nil || t.Relation != name {
		t = &relation.Table{Relation: name, Kind: relation.Kind(text(row[3])), Comment: text(row[4])}
		catalog.Put(t)
	}
	if row[5] != nil {
		t.Columns = append(t.Columns, relation.Column{
			Name: text(row[5]), Type: text(row[6]), Nullable: text(row[7]) == "YES", Comment: text(row[8]),
		})
	}
	return t
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// wanted are the schemas of each catalog, as literals.
func (s *session) wanted(ctx context.Context, schemas []relation.Relation) (map[string][]string, error) {
	own := strings.ToLower(s.warehouse.settings.config.Catalog)
	wanted := map[string][]string{}
	for _, r := range schemas {
		name, schema := cmp.Or(strings.ToLower(r.Database), own), literal(strings.ToLower(r.Schema))
		if name != own {
			known, err := s.warehouse.connectors(ctx, s)
			if err != nil {
				return nil, err
			}
			if _, exists := known[name]; !exists {
				continue
			}
		}
		if !slices.Contains(wanted[name], schema) {
			wanted[name] = append(wanted[name], schema)
		}
	}
	return wanted, nil
}
