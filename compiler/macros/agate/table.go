// Package agate is result sets as templates see them: the tables, columns and rows of the Python library of that name.
package agate

import (
	"iter"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// Type is the type of a column.
type Type string

// The types.
const (
	Text     Type = "Text"
	Integer  Type = "Integer"
	Number   Type = "Number"
	Boolean  Type = "Boolean"
	Date     Type = "Date"
	DateTime Type = "DateTime"
)

// Table is a result set, read whole. It is immutable.
type Table struct {
	names []string
	types []Type
	rows  [][]jinja.Value
	print func(string)
}

// New returns the table of a result. Values are as a warehouse gives them; print, which may be nil, is where print_table writes.
func New(columns []relation.Column, rows [][]any, print func(string)) *Table {
	t := &Table{print: print, rows: make([][]jinja.Value, len(rows))}
	for _, c := range columns {
		t.names = append(t.names, c.Name)
	}
	for i := range rows {
		t.rows[i] = make([]jinja.Value, len(columns))
	}
	for j, c := range columns {
		values := make([]any, len(rows))
		for i, row := range rows {
			values[i] = row[j]
		}
		kind, cast := castColumn(c.Type, values)
		t.types = append(t.types, kind)
		for i := range rows {
			t.rows[i][j] = cast[i]
		}
	}
	return t
}

// Names are the columns' names.
func (t *Table) Names() []string { return t.names }

// Type is the type of a column.
func (t *Table) Type(column int) Type { return t.types[column] }

// Rows are the values, row by row. They must not be changed.
func (t *Table) Rows() [][]jinja.Value { return t.rows }

// Find is the number of the column of that name, -1 if there is none.
func (t *Table) Find(name string) int { return slices.Index(t.names, name) }

// Index implements jinja.Indexer: a row by its number.
func (t *Table) Index(key jinja.Value) (jinja.Value, bool, error) { return t.sequence().Index(key) }

// Matrix is the values as a list of rows.
func (t *Table) Matrix() *jinja.List {
	l := jinja.NewList()
	for _, row := range t.rows {
		l.Items = append(l.Items, jinja.NewTuple(row...))
	}
	return l
}

// fork is a table of other rows of the same columns.
func (t *Table) fork(rows [][]jinja.Value) *Table {
	return &Table{names: t.names, types: t.types, rows: rows, print: t.print}
}

// Len implements jinja.Sized.
func (t *Table) Len() int { return len(t.rows) }

// Iterate implements jinja.Iterable: the rows.
func (t *Table) Iterate() iter.Seq[jinja.Value] {
	return func(yield func(jinja.Value) bool) {
		for i := range t.rows {
			if !yield(t.row(i)) {
				return
			}
		}
	}
}

// String is what a table prints as: its structure.
func (t *Table) String() string {
	var b strings.Builder
	t.structure().write(&b, layout{rows: len(t.names), columns: 2})
	return b.String()
}

// Attr implements jinja.Attributer.
func (t *Table) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "columns":
		return t.columns(), true
	case "rows":
		return t.sequence(), true
	case "column_names":
		return texts(t.names), true
	case "column_types":
		return jinja.NewTuple(t.typeObjects()...), true
	case "row_names":
		return nil, true
	}
	return t.method(name)
}

func (t *Table) sequence() *Sequence {
	rows := make([]jinja.Value, len(t.rows))
	for i := range t.rows {
		rows[i] = t.row(i)
	}
	return &Sequence{kind: "MappedSequence", values: rows}
}

func (t *Table) columns() *Sequence {
	s := &Sequence{kind: "MappedSequence", keys: values(t.names)}
	for i := range t.names {
		s.values = append(s.values, t.column(i))
	}
	return s
}

func (t *Table) row(i int) *Sequence {
	return &Sequence{kind: "Row", values: t.rows[i], keys: values(t.names)}
}

func (t *Table) column(j int) *Column {
	c := &Column{Sequence: Sequence{kind: "Column", values: make([]jinja.Value, len(t.rows))}, name: t.names[j], number: j, typ: t.types[j]}
	for i, row := range t.rows {
		c.values[i] = row[j]
	}
	return c
}

func texts(names []string) *jinja.Tuple { return jinja.NewTuple(values(names)...) }

func values(names []string) []jinja.Value {
	out := make([]jinja.Value, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

// typeObject is a column's data_type: what templates see of agate.Number() and its like.
type typeObject struct{ Type }

// Attr implements jinja.Attributer.
func (o typeObject) Attr(name string) (jinja.Value, bool) {
	if name == "__class__" {
		return o, true
	}
	if name == "__name__" {
		return string(o.Type), true
	}
	if name == "jsonify" {
		return bind.Func(name, "d", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) { return jsonified(a.Value("d")), nil }), true
	}
	return nil, false
}

// jsonified is a value of a table as JSON can hold it.
func jsonified(v jinja.Value) jinja.Value {
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		return v
	case *Decimal:
		return v.Float()
	}
	return strings.Replace(jinja.Str(v), " ", "T", 1) // a time
}

// String is how a type is shown.
func (o typeObject) String() string { return "<agate.data_types." + string(o.Type) + " object>" }

func (t *Table) typeObjects() []jinja.Value {
	var out []jinja.Value
	for _, typ := range t.types {
		out = append(out, typeObject{typ})
	}
	return out
}
