package postgres

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

//go:embed inspect.sql
var inspectSQL string

// Inspect reads the system catalog. A server shows one database only; of others nothing is known.
func (s *session) Inspect(ctx context.Context, schemas ...relation.Relation) (*relation.Catalog, error) {
	if s.conn.IsClosed() {
		return nil, adapters.ErrBroken
	}
	catalog := relation.NewCatalog()
	if len(schemas) == 0 {
		return catalog, nil
	}
	var wanted []string
	for _, r := range schemas {
		wanted = append(wanted, strings.ToLower(r.Database+"\x1f"+r.Schema))
	}
	result := s.conn.ExecParams(ctx, inspectSQL, [][]byte{[]byte(strings.Join(wanted, "\x1e"))}, nil, nil, nil)
	var t *relation.Table
	for result.NextRow() {
		v := result.Values()
		name := relation.Relation{Database: string(v[0]), Schema: string(v[1]), Name: string(v[2])}
		if t == nil || t.Relation != name {
			t = &relation.Table{Relation: name, Kind: relation.Kind(v[3]), Owner: string(v[4]), Comment: string(v[5])}
			catalog.Put(t)
		}
		if v[6] != nil {
			t.Columns = append(t.Columns, relation.Column{
				Name: string(v[6]), Type: string(v[7]), Nullable: string(v[8]) == "t", Comment: string(v[9]),
			})
		}
	}
	if _, err := result.Close(); err != nil {
		return nil, fmt.Errorf("inspect the catalog: %w", s.failure(ctx, err, ""))
	}
	return catalog, nil
}
