package runner

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

// known is what a run knows of the warehouse: what was observed, and what the run itself changed since. It is safe for
// concurrent use.
type known struct {
	catalog *relation.Catalog

	mu      sync.Mutex
	schemas map[relation.Relation]bool // that were inspected, by folded name

	// foreign tells that statements ran whose effects nobody told us: the columns that were observed may have changed.
	foreign atomic.Bool
}

// observe inspects the schemas.
func observe(ctx context.Context, conn adapters.Adapter, schemas []relation.Relation) (*known, error) {
	k := &known{catalog: relation.NewCatalog(), schemas: map[relation.Relation]bool{}}
	if len(schemas) == 0 {
		return k, nil
	}
	catalog, err := conn.Inspect(ctx, schemas...)
	if err != nil {
		return nil, fmt.Errorf("inspect the warehouse: %w", err)
	}
	k.catalog = catalog
	for _, s := range schemas {
		k.schemas[schemaOf(folded(s))] = true
	}
	return k, nil
}

// look makes sure that the schema was inspected: a template may ask about any.
func (k *known) look(ctx context.Context, connect func(context.Context) (adapters.Adapter, error), schema relation.Relation) error {
	schema = schemaOf(schema)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.schemas[folded(schema)] {
		return nil
	}
	conn, err := connect(ctx)
	if err != nil {
		return err
	}
	catalog, err := conn.Inspect(ctx, schema)
	if err != nil {
		return fmt.Errorf("inspect schema %s: %w", schema, err)
	}
	for _, t := range catalog.All() {
		if k.catalog.Get(t.Relation) == nil {
			k.catalog.Put(t)
		}
	}
	k.schemas[folded(schema)] = true
	return nil
}

func schemaOf(r relation.Relation) relation.Relation {
	return relation.Relation{Database: r.Database, Schema: r.Schema}
}
