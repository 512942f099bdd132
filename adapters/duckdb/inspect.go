package duckdb

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/relation"
)

//go:embed inspect.sql
var inspectSQL string

// Inspect reads the catalog of all databases at once.
func (s *session) Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error) {
	var wanted []string
	for _, r := range schemas {
		wanted = append(wanted, strings.ToLower(r.Database+"\x1f"+r.Schema))
	}
	catalog := relation.NewCatalog()
	if len(wanted) == 0 {
		return catalog, nil
	}
	rows, err := s.query(ctx, inspectSQL, strings.Join(wanted, "\x1e"))
	if err != nil {
		return nil, fmt.Errorf("inspect the catalog: %w", err)
	}
	var t *relation.Table
	for row, err := range rows.All {
		if err != nil {
			return nil, fmt.Errorf("inspect the catalog: %w", err)
		}
		name := relation.Relation{Database: text(row[0]), Schema: text(row[1]), Name: text(row[2])}
		if t == nil || t.Relation != name {
			t = &relation.Table{Relation: name, Kind: relation.Kind(text(row[3])), Comment: text(row[4])}
			catalog.Put(t)
		}
		if row[5] != nil {
			t.Columns = append(t.Columns, relation.Column{
				Name: text(row[5]), Type: text(row[6]), Nullable: row[7] != false, Comment: text(row[8]),
			})
		}
	}
	return catalog, nil
}
