// Package lineage resolves the names of a query: which columns it gives, of which types, and from which columns of the tables it
// reads each of them comes. It knows one query at a time; package analyze puts those of a project together.
package lineage

import "fmt"

// Kind says what a query does with a column that it reads. The zero Kind is no use at all.
type Kind int

// The kinds. Those up to Aggregate tell how a column's values become another column's, weakest first; those after it are
// uses that decide which rows there are, or in which order, and leave no trace in the values.
const (
	Copy      Kind = iota + 1 // the same values under the same name
	Rename                    // the same values under another name
	Transform                 // an expression of the values
	Aggregate                 // an expression over the values of many rows
	Filter                    // a condition on the rows: where, having, qualify
	Join                      // a condition that pairs rows
	Group                     // what rows are put together by: group by, distinct, partition by
	Order                     // what rows are sorted by
)

var kinds = [...]string{"", "copy", "rename", "transform", "aggregate", "filter", "join", "group", "order"}

// String is the kind in lower case, as in `mod lineage --format json`.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kinds) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kinds[k]
}

// Carries tells whether values go along: descriptions and tags travel along these.
func (k Kind) Carries() bool { return k == Copy || k == Rename }

// Derives tells whether the column's values are made of the used one's; otherwise the use only decides about rows.
func (k Kind) Derives() bool { return k >= Copy && k <= Aggregate }

// Input is a column of a table that a query reads. Table is the ID under which [Tables] knows it. Column is spelled as the
// table spells it.
type Input struct{ Table, Column string }

// Use is what a query does with an input.
type Use struct {
	Input
	Kind Kind
	// Partly says of a use that derives that the column has other values too: an outer join or grouping sets pad it with NULL, or
	// it is a set operation's, whose other sides bring theirs.
	Partly bool
}
