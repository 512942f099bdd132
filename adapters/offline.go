package adapters

import (
	"context"

	"github.com/modsql/mod/compiler/relation"
)

// Offline is what a warehouse says of SQL without being asked: its own parser, which is part of the program. It is safe for
// concurrent use.
type Offline interface {
	// Parse says why the warehouse cannot read a text: an [*Error] of kind BadSyntax, nil if it can.
	Parse(sql string) *Error
	// Close frees what belongs to it.
	Close() error
}

// Binder is an optional ability of an [Offline]: it knows what a query may name, as empty relations of its own.
type Binder interface {
	// Create makes relations. Before the first Bind it is called with all schemas that there will be, at least by a relation without a name in
	// each. One that cannot be made is not there.
	Create(ctx context.Context, tables []relation.Table) error
	// Bind says why the warehouse refuses a query: an [*Error] of kind Failed or BadSyntax, or of kind Undecided if that
	// depends on something that is not known here, such as a file, or Transient if it may be another the next time. It is nil if the query is accepted.
	Bind(ctx context.Context, sql string) *Error
}
