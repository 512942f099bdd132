// Package dialect is what must be known of a warehouse without being connected to it: how it quotes and folds names, what its
// types are called and which features it has. There is one file per warehouse; statements themselves are spelled by macros.
package dialect

import (
	"strings"

	"github.com/modsql/mod/compiler/relation"
)

// Feature is a set of bits: differences between warehouses that Go must know. All other differences live in macros.
type Feature uint64

// The features.
const (
	TransactionalDDL  Feature = 1 << iota // create, drop and rename can be rolled back
	Merge                                 // MERGE INTO
	Indexes                               // CREATE INDEX on a table
	Grants                                // GRANT and REVOKE on relations
	Comments                              // COMMENT ON relations and columns
	RenameView                            // views can be renamed
	CascadeDrop                           // dropping a relation drops the views that read it
	MaterializedViews                     // CREATE MATERIALIZED VIEW
	ReplaceTable                          // CREATE OR REPLACE TABLE, in one step for readers, also from a query that reads the table
	ReplaceView                           // CREATE OR REPLACE VIEW, whatever columns the view had
	ExtendView                            // CREATE OR REPLACE VIEW, if the view keeps its columns and new ones come last
	NamelessSubquery                      // a subquery in a FROM needs no name of its own
	CaseSensitive                         // quoted names that differ in nothing but letter case are different relations
	StrictStrategy                        // an incremental strategy must be one that there is even if the table is built anew, as in dbt
	KeepsCase                             // names that are not quoted are stored as they are written, though compared without letter case
	CopiesSeeds                           // it reads the files of seeds itself, as it does for dbt: the word null is text, a blank line no row, a zone is dropped
	Files                                 // it reads and writes files with statements of its own: external models, sources with a location, Python models
	ConcurrentBatches                     // batches of a microbatch model may be built at the same time
	Dimensions                            // int[] has as many dimensions as it is given: x[1][2] is one subscript, and takes an element of it
	Overloads                             // functions of one name that differ in their arguments are created one by one
	TypedLiterals                         // a text is no time, where one is wanted, unless it says that it is one: TIMESTAMP '2024-01-01'
	AtomicMerge                           // a MERGE is carried out as a whole or not at all, also where no transaction covers several statements
	Defaults                              // a column may have a value that it gets where none is given
	TemporaryTables                       // CREATE TEMPORARY TABLE: a table that only its session sees, and that ends with it
	InsertOverwrite                       // INSERT OVERWRITE: the incremental strategy insert_overwrite replaces all rows of a table in one statement
	ScratchViews                          // the query of an incremental model is a view while its strategy runs, where that reads the rows once and tmp_relation_type does not say otherwise
	DynamicTables                         // CREATE DYNAMIC TABLE: a table that keeps itself up to date
	Savepoints                            // SAVEPOINT: a statement that fails need not end the transaction it is in
	SwapTables                            // ALTER TABLE … SWAP WITH: two tables take each other's names at once
	MovesTables                           // ALTER TABLE … SET SCHEMA: a table can be had in another schema without being copied
	PinnedByIndexes                       // a table that has an index keeps its name, and no index goes with a table
	ClonesTables                          // CREATE TABLE … CLONE: a table that shares the storage of another, as it was at that moment
	Unquoted                              // names of relations are written without quotes unless the project's quoting says otherwise
)

// Dialect describes one warehouse. Its values are constants of the program: never changed, safe for concurrent use.
type Dialect struct {
	Name     string              // "duckdb": as in a profile's `type`, and the prefix that macros are dispatched on
	Title    string              // "DuckDB": as people write it
	Parents  []string            // dialects whose macros it falls back to before "default", nearest first
	Quote    byte                // the character around quoted names
	Fold     func(string) string // the form in which names that are not quoted are compared
	Features Feature

	DefaultDatabase string // where a profile names none; may be empty
	DefaultSchema   string
	MaxName         int // bytes in a name; 0 means no limit
	Types           Types
	Columns         ColumnTypes
	Names           Naming
	Settings        Settings
	Session         Session
	Functions       map[string]any // what the config of a function has under the dialect's name where it does not say; nil for nothing
	Grammar         Grammar
}

// Session is which configs of a node are settings of its session, with statements of their own before and after the others. The zero value
// stands for none.
type Session struct {
	Configs []string
	Macros  []string // that projects write to set something by themselves
	// Warehouse is the one of the configs that names the computers which run the statements, "" if there is none.
	Warehouse string
}

// Types are the column types of what dbt's seeds and cross-database macros need, in the warehouse's spelling.
type Types struct {
	Text, Integer, Bigint, Float, Numeric, Boolean, Date, Time, Timestamp, Binary string
}

// Has tells whether the warehouse has all of those features.
func (d *Dialect) Has(f Feature) bool { return d.Features&f == f }

// Ident quotes one name.
func (d *Dialect) Ident(name string) string {
	q := string(d.Quote)
	return q + strings.ReplaceAll(name, q, q+q) + q
}

// Stored is a name that is written without quotes as the warehouse stores it.
func (d *Dialect) Stored(name string) string {
	if d.Has(KeepsCase) {
		return name
	}
	return d.Fold(name)
}

// Quoting tells whether database, schema and identifier of a relation are quoted where the project does not say.
func (d *Dialect) Quoting() [3]bool {
	quoted := !d.Has(Unquoted)
	return [3]bool{quoted, quoted, quoted}
}

// Place is where a relation is whose parts are written with and without quotes as the policy says, in the names that the warehouse stores.
func (d *Dialect) Place(r relation.Relation, quoted [3]bool) relation.Relation {
	for i, part := range []*string{&r.Database, &r.Schema, &r.Name} {
		if !quoted[i] {
			*part = d.Stored(*part)
		}
	}
	return r
}

// Relation quotes the parts of a relation's name that are not empty and joins them with dots.
func (d *Dialect) Relation(r relation.Relation) string {
	var parts []string
	for _, p := range []string{r.Database, r.Schema, r.Name} {
		if p != "" {
			parts = append(parts, d.Ident(p))
		}
	}
	return strings.Join(parts, ".")
}

// Embedded is the warehouse of a project that names none.
var Embedded = DuckDB

// Named returns the dialect of that name, or nil.
func Named(name string) *Dialect {
	for _, d := range All() {
		if d.Name == name {
			return d
		}
	}
	return nil
}
