package lineage

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// Table is what is known of a table that a query reads.
type Table struct {
	ID      string // of the node that it is, or any other name that is the table's own
	Columns []Column
	// Open says that it may have more columns than those: a column that is not among them is taken to exist, with an unknown type.
	Open bool
}

// Column is a column of a table, or of what a query gives.
type Column struct {
	Name string // as the warehouse stores it
	Type types.Type
	// Uses are what the column is made of, in the order of the query: first what it derives from, then what only decides about
	// this column's rows, such as the order of a window. They are nil for a column of a table.
	Uses []Use
	At   sql.Span // where the query says it; the zero Span for a column of a table
}

// Tables tells what a name after FROM means, nil if that is not known. It must be safe for concurrent use if Resolve is used so.
type Tables func(name []sql.Ident) *Table

// Options are what resolving needs to know besides the query.
type Options struct {
	Dialect *dialect.Dialect
	Text    string // what the query was parsed from
	Tables  Tables // nil knows no tables
	// Inlined tells which table the query of a CTE was put in for, nil if for none: an ephemeral model. Nil knows none.
	Inlined func(cte sql.Ident) *Table
}

// Query is what there is to know of a query.
type Query struct {
	Columns []Column
	// Open says that there are columns besides those, because a star stands for the columns of a table that is not known.
	Open bool
	// Repeats says that a row of a table may go into several rows of the query: it joins, unites, unnests or groups by grouping sets.
	Repeats bool
	// Rows are the columns that decide which rows the query gives, or their order, whatever the column; each use once.
	Rows     []Use
	Reads    []Read
	CTEs     []CTE
	Problems []Problem // in the order in which they were found
}

// Read is a table that the query names.
type Read struct {
	Name []sql.Ident
	At   sql.Span
	ID   string // of the Table; "" if it is not known
	// Aliased says that the query gives it another name.
	Aliased bool
}

// CTE is a common table expression of the query, wherever in it it stands.
type CTE struct {
	Name    sql.Ident
	Columns []CTEColumn
	Open    bool
	Reads   int // how often it is read, by itself too
}

// CTEColumn is a column of a CTE.
type CTEColumn struct {
	Name string
	At   sql.Span
	Used bool // something outside of the CTE reads it
}

// Problem is what does not fit together in a query.
type Problem struct {
	Code    diag.Code
	At      sql.Span
	Message string // as in a diag.Diagnostic
	Hint    string
	Related []Note
	// Meant is the name that the one at At is a slip of the pen of, as it would be written; "" if there is none, or any doubt.
	Meant string
}

// Note is another place of the query that explains a Problem.
type Note struct {
	At      sql.Span
	Message string
}

// The kinds of problem.
const (
	// UnknownColumn is a column that nothing in the query's FROM has.
	UnknownColumn diag.Code = "unknown-column"
	// AmbiguousColumn is a column that more than one table of the FROM has, where the query does not say which is meant.
	AmbiguousColumn diag.Code = "ambiguous-column"
	// UnknownTable is a table that is neither the project's nor known to be in the warehouse.
	UnknownTable diag.Code = "unknown-table"
	// UnknownFunction is a function that neither the warehouse nor the project has.
	UnknownFunction diag.Code = "unknown-function"
	// WrongArguments is a call with another number of arguments, or other types of them, than the function takes.
	WrongArguments diag.Code = "wrong-arguments"
	// TypeMismatch is a comparison, join, set operation or operator between types that do not go together, or rows of an incremental model
	// that do not go into its table.
	TypeMismatch diag.Code = "type-mismatch"
	// MissingGroupBy is a column that stands beside aggregates without being grouped by.
	MissingGroupBy diag.Code = "missing-group-by"
	// ColumnCount is a set operation, VALUES or subquery whose parts have different numbers of columns, or a list of names that is
	// longer than what it names.
	ColumnCount diag.Code = "column-count"
	// DuplicateName is a table that stands twice in a FROM under one name, or a CTE that is defined twice.
	DuplicateName diag.Code = "duplicate-name"
)

// Resolve resolves the names of a query. It always gives an answer: what is not understood has an unknown type, and no problem
// follows from it. The time is about linear in the size of the query.
func Resolve(q *sql.Query, o Options) *Query {
	b := &binder{
		dialect: o.Dialect, text: o.Text, system: types.For(o.Dialect), tables: o.Tables, inlined: o.Inlined,
		inputs: map[Input]int32{},
	}
	b.names = o.Dialect.Names
	b.exact = o.Dialect.Has(dialect.CaseSensitive)
	b.keeps = o.Dialect.Has(dialect.KeepsCase)
	rel := b.query(q, nil, nil)
	return b.result(rel)
}

// binder resolves one query.
type binder struct {
	dialect *dialect.Dialect
	text    string
	system  *types.System
	tables  Tables
	inlined func(sql.Ident) *Table
	exact   bool // names that differ in letter case are different
	keeps   bool // names are stored as they are written
	names   dialect.Naming

	inputs   map[Input]int32 // numbers of the inputs, for sets of uses
	ordered  []Input         // by number
	reads    []Read
	ctes     []*cte
	repeats  bool     // as in Query
	loose    []loose  // columns read outside of aggregates, since the expression began that is being looked at
	room     []column // for columns to come
	problems []Problem
	compared int // names that misspelt ones were compared with
}

// maxCompared bounds the names that the misspelt ones of a query are compared with, all together: a query of thousands of columns that
// are all wrong is not one of slips, and every pair of them would be compared.
const maxCompared = 1 << 19

// result is what a resolved query is to its caller.
func (b *binder) result(rel *rel) *Query {
	out := &Query{Open: rel.open != nil, Repeats: b.repeats, Rows: b.export(rel.rows), Reads: b.reads, Problems: b.problems}
	out.Columns = make([]Column, len(rel.columns))
	for i, c := range rel.columns {
		out.Columns[i] = Column{Name: c.name, Type: c.typ, At: c.at, Uses: b.named(b.export(c.uses), c.name)}
	}
	for _, c := range b.ctes {
		out.CTEs = append(out.CTEs, c.export())
	}
	return out
}

// export spells uses with the names of their inputs.
func (b *binder) export(set uses) []Use {
	if len(set) == 0 {
		return nil
	}
	out := make([]Use, len(set))
	for i, u := range set {
		out[i] = Use{Input: b.ordered[u.input], Kind: u.kind, Partly: u.partly}
	}
	return out
}

// named tells copies from renames, now that the column has its last name.
func (b *binder) named(list []Use, name string) []Use {
	key := b.key(name)
	for i := range list {
		if list[i].Kind.Carries() {
			list[i].Kind = Rename
			if b.key(list[i].Column) == key {
				list[i].Kind = Copy
			}
		}
	}
	return list
}

// problem notes a problem and returns it, so that a hint can be set. It is nil-safe to ignore the result.
func (b *binder) problem(code diag.Code, at sql.Span, message string) *Problem {
	b.problems = append(b.problems, Problem{Code: code, At: at, Message: message})
	return &b.problems[len(b.problems)-1]
}

// misspelt notes a name that is not there, with what it may have been meant to be.
func (b *binder) misspelt(code diag.Code, at sql.Span, message, name string, candidates []string) {
	p := b.problem(code, at, message)
	if b.compared += len(candidates); b.compared > maxCompared {
		return
	}
	p.Hint = diag.DidYouMean(name, candidates)
	if meant := diag.Meant(lower(name), lowered(candidates)); meant != "" && b.slice(at) == name && b.writable(meant, candidates) {
		p.Meant = meant
	}
}

// writable tells whether a name can be written without quotes, and is stored so.
func (b *binder) writable(name string, stored []string) bool {
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return b.keeps || slices.Contains(stored, b.dialect.Fold(name))
}

func lowered(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = lower(n)
	}
	return out
}
