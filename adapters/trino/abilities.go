package trino

import (
	"context"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

var _ adapters.Able = (*session)(nil)

// able are the connectors that do more than all of them do: https://trino.io/docs/current/connector.html.
var able = map[string]dialect.Feature{
	"iceberg":    dialect.ReplaceTable | dialect.AtomicMerge,
	"delta_lake": dialect.ReplaceTable | dialect.AtomicMerge,
}

// Abilities implements adapters.Able: what a catalog can do depends on its connector.
func (s *session) Abilities(ctx context.Context) (map[string]dialect.Feature, error) {
	connectors, err := s.warehouse.connectors(ctx, s)
	if err != nil {
		return nil, unplaced(err)
	}
	out := map[string]dialect.Feature{}
	for catalog, connector := range connectors {
		if f, ok := able[connector]; ok {
			out[catalog] = f
		}
	}
	return out, nil
}
