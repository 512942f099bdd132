package macros

import (
	"context"

	"github.com/modsql/mod/compiler/relation"
)

// Warehouse is what a template may ask of the warehouse while a node is rendered or run. The runner implements it, one for
// each node's session; nil while parsing and offline.
type Warehouse interface {
	// Run executes a statement. With fetch the result is returned.
	Run(ctx context.Context, sql string, fetch bool) (Response, *Result, error)
	// Relation returns the relation of that name as it is known, or nil.
	Relation(ctx context.Context, r relation.Relation) (*relation.Table, error)
	// Relations lists the relations of a schema.
	Relations(ctx context.Context, database, schema string) ([]*relation.Table, error)
	// Columns returns the columns of a relation, nil if it does not exist.
	Columns(ctx context.Context, r relation.Relation) ([]relation.Column, error)
	// Changed records what a template says it did: adapter.cache_added and so on, and statements of user materializations.
	Created(t relation.Table)
	Dropped(r relation.Relation)
	Renamed(from, to relation.Relation)
	// Begin and Commit bound a transaction of the node's session.
	Begin(ctx context.Context) error
	Commit(ctx context.Context) error
}

// Response is what the warehouse says of a statement.
type Response struct {
	Message string
	Code    string
	Rows    int64 // -1 if it does not say
}

// Result is a result set, read whole.
type Result struct {
	Columns []relation.Column
	Rows    [][]any // values as adapters.Rows gives them; exact decimals implement fmt.Stringer or are strings of their own type
}
