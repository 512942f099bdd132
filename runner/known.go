package runner

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// known is what a run knows of the warehouse: what was observed, and what the run itself changed since. It is safe for
// concurrent use.
type known struct {
	catalog *relation.Catalog

	mu      sync.Mutex
	schemas map[relation.Relation]bool // that were inspected, by folded name

	abilities map[string]dialect.Feature // of databases, beyond those of the dialect

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
	if able, ok := conn.(adapters.Able); ok {
		if k.abilities, err = able.Abilities(ctx); err != nil {
			return nil, fmt.Errorf("inspect the warehouse: %w", err)
		}
	}
	return k, nil
}

// renew takes over what was found of a relation and of those beside it that a build of it makes.
func (k *known) renew(of relation.Relation, found *relation.Catalog) {
	mine := func(t *relation.Table) bool {
		r := folded(t.Relation)
		return schemaOf(r) == schemaOf(folded(of)) && (r.Name == folded(of).Name || strings.HasPrefix(r.Name, folded(of).Name+"__dbt_"))
	}
	for _, t := range k.catalog.All() {
		if mine(t) && found.Get(t.Relation) == nil {
			k.catalog.Delete(t.Relation)
		}
	}
	for _, t := range found.All() {
		if mine(t) {
			k.catalog.Put(t)
		}
	}
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
