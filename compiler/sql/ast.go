// Package sql reads SQL as DuckDB, Postgres, Snowflake and Trino write it: one lexer, one parser, one tree and one printer, with a
// table of differences per dialect.
//
// The parser never refuses a text. What it does not know becomes an [Opaque] node, with a [Problem] that says where; the
// rest of the statement is as usable as if the opaque part were correct. Every node has its bytes in the text ([Span]); a tree keeps no
// parentheses (the printer puts them back where they are needed) and no spelling that means the same as another: x::int
// and cast(x as int) are the same node.
//
// Trees are not changed after they are built, and are then safe for concurrent use.
package sql

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
)

// Span is the half-open range of bytes [Start, End) of the text. The zero Span is the one of nodes that are not written, such as the
// star of "from t"; an empty one is that of a node of which nothing could be read.
type Span struct{ Start, End int32 }

// At is the span itself: each node has it.
func (s Span) At() Span { return s }

// IsZero tells whether the span stands for nothing in the text.
func (s Span) IsZero() bool { return s == Span{} }

// In is the span in that source, whose text must be the one that was parsed; the zero Span gives the zero diag.Span.
func (s Span) In(source *diag.Source) diag.Span {
	if s.IsZero() {
		return diag.Span{}
	}
	return diag.Span{Source: source, Start: int(s.Start), End: int(s.End)}
}

// Node is a node of a tree: a pointer to one of the structs of this package that embed Span. Identifiers are parts of nodes, not
// nodes.
type Node interface{ At() Span }

// Expr is an expression. Its kinds: [Column], [Star], [Columns], [Literal], [TypedLiteral], [Interval], [Param], [Word], [Unary],
// [Binary], [Is], [Like], [Between], [In], [Quantified], [Exists], [Subquery], [Case], [Cast], [Call], [NamedArg], [KeywordArg],
// [Lambda], [Row], [Array], [Struct], [Map], [Comprehension], [Index], [Slice], [Field], [Collate], [AtTimeZone], [GroupingSet]
// and [Opaque].
type Expr interface {
	Node
	expr()
}

// Table is what stands in a FROM. Its kinds: [TableName], [DerivedTable], [TableFunction], [Join], [Pivot], [Unpivot],
// [MatchRecognize], [ColumnsTable] and [Opaque].
type Table interface {
	Node
	table()
}

// Body is a query without its WITH, ORDER BY and LIMIT. Its kinds: [Select], [SetOp], [Values], [Query] (in parentheses),
// [Pivot] and [Unpivot] (statements of their own in some dialects), [Describe] and [Opaque].
type Body interface {
	Node
	body()
}

// Statement is one statement. Its kinds: [Query], [Insert], [Update], [Delete], [Merge], [Create] and [Opaque].
type Statement interface {
	Node
	statement()
}

// File is a parsed text.
type File struct {
	Text       string
	Dialect    *dialect.Dialect
	Statements []Statement // without empty ones
	Comments   []Comment   // in the order of the text
	Problems   []Problem   // in the order they were found
}

// Query is the query that the text consists of, or nil if it is empty, several statements or another kind of statement.
func (f *File) Query() *Query {
	if len(f.Statements) != 1 {
		return nil
	}
	q, _ := f.Statements[0].(*Query)
	return q
}

// Slice is the text under a span.
func (f *File) Slice(s Span) string { return f.Text[s.Start:s.End] }

// Comment is a comment with its marks: "-- mod: allow x", "/* … */".
type Comment struct{ Span }

// Problem is something in the text that could not be read. It never keeps the rest from being read.
type Problem struct {
	Span
	Code    diag.Code
	Message string // as in a diag.Diagnostic
	Hint    string
}

// Diagnostic is the problem as a warning: whether it is a mistake only the warehouse can say. The span is where the problem's
// span stands in a file the user wrote.
func (p Problem) Diagnostic(at diag.Span) *diag.Diagnostic {
	return &diag.Diagnostic{Severity: diag.Warning, Code: p.Code, Span: at, Message: p.Message, Hint: p.Hint}
}

// Ident is one name. The zero Ident is no name.
type Ident struct {
	Span
	Name   string // without quotes, as written: folding is the dialect's
	Quoted bool
}

// Given tells whether there is a name.
func (i Ident) Given() bool { return i.Name != "" || i.Quoted }

// Folded is the name in the form in which that dialect compares names.
func (i Ident) Folded(d *dialect.Dialect) string {
	if i.Quoted && d.Features&dialect.CaseSensitive != 0 {
		return i.Name
	}
	return d.Fold(i.Name)
}

// Opaque is a part of the text that was not understood, where an expression, a table, a query or a statement is expected. A
// Problem of the file says why, unless the part is a statement of a kind that is not read here at all.
type Opaque struct {
	Span
	Text string
}

func (*Opaque) expr()      {}
func (*Opaque) table()     {}
func (*Opaque) body()      {}
func (*Opaque) statement() {}
