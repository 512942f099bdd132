// Package diff says how the rows of one relation differ from those of another: which columns can be compared, and what the answers of a warehouse mean.
// It asks nothing itself.
package diff

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Spec is what is compared, and how. The rows of Base are what was, those of New what is.
type Spec struct {
	Base, New relation.Table
	Key       []string // names of columns that tell rows apart; none: rows are counted as they are, and none is told to have become another
	Tolerance float64  // numbers that are no further apart are the same
	Sample    Sampling
	// Kept tells which columns have the same values in rows of the same key, as is known without looking: they are not compared where there is a key. nil
	// compares all.
	Kept func(column string) bool
	// Masked tells whose values are not shown. nil shows all.
	Masked func(column string) bool
	// Across has the types of both warehouses where Base and New are in two, so that types are compared by what they hold; zero where they are in one.
	Across Pair[*types.System]
}

// Sampling is how many rows are compared: about so many of the larger relation, or that part of all. The zero value is all of them.
type Sampling struct {
	Rows int64
	Part float64
}

// Of is the part of so many rows that is compared; 0 for all.
func (s Sampling) Of(rows int64) float64 {
	part := s.Part
	if s.Rows > 0 && rows > 0 {
		part = float64(s.Rows) / float64(rows)
	}
	if part >= 1 {
		return 0
	}
	return part
}

// retyped tells whether a column is of another type.
func (s Spec) retyped(was, is relation.Column) bool {
	if s.Across.Base == nil {
		return !strings.EqualFold(was.Type, is.Type)
	}
	a, b := s.Across.Base.Parse(was.Type), s.Across.New.Parse(is.Type)
	return CellOf(a, b).Retypes(a, b)
}

// Retyped is a column whose type is another one.
type Retyped struct{ Name, Base, New string }

// Schema is how the columns differ.
type Schema struct {
	Added, Removed []relation.Column
	Retyped        []Retyped
}

// None tells whether the columns are the same.
func (s Schema) None() bool { return len(s.Added)+len(s.Removed)+len(s.Retyped) == 0 }

// Schema compares the columns. Names are compared without regard to letter case, and so are the spellings of types of one warehouse.
func (s Spec) Schema() Schema {
	var out Schema
	for _, is := range s.New.Columns {
		was := named(s.Base.Columns, is.Name)
		switch {
		case was == nil:
			out.Added = append(out.Added, is)
		case s.retyped(*was, is):
			out.Retyped = append(out.Retyped, Retyped{is.Name, was.Type, is.Type})
		}
	}
	for _, was := range s.Base.Columns {
		if named(s.New.Columns, was.Name) == nil {
			out.Removed = append(out.Removed, was)
		}
	}
	return out
}

// Common are the columns that both have and that are no part of the key, as New has them.
func (s Spec) Common() []relation.Column {
	return slices.DeleteFunc(slices.Clone(s.New.Columns), func(c relation.Column) bool {
		return named(s.Base.Columns, c.Name) == nil || s.isKey(c.Name)
	})
}

// Lacking are the columns of the key that not both have.
func (s Spec) Lacking() []string {
	return slices.DeleteFunc(slices.Clone(s.Key), func(k string) bool {
		return named(s.Base.Columns, k) != nil && named(s.New.Columns, k) != nil
	})
}

func (s Spec) isKey(name string) bool {
	return slices.ContainsFunc(s.Key, func(k string) bool { return strings.EqualFold(k, name) })
}

func named(columns []relation.Column, name string) *relation.Column {
	i := slices.IndexFunc(columns, func(c relation.Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return &columns[i]
}

// Result is how two relations differ.
type Result struct {
	Spec
	Schema  Schema
	Rows    Pair[int64]
	Added   int64 // rows whose key only New has; without a key rows that Base has not as often
	Removed int64
	Changed int64 // rows of the same key with other values; 0 without a key
	// Sampled is the part of all rows that was compared, chosen by the hashes of keys: what differs is counted in that; 0 if all were.
	Sampled float64
	// Unkeyed is why the rows were not compared by a key; "" if they were.
	Unkeyed string
	Trusted []string  // common columns that were not compared, since they are Kept
	Columns []*Column // of the common ones those that differ, the one that differs most often first
	Samples []Sample
	// Looked is how many of the changed rows Samples and Focus are taken from; less than all of them where those are many.
	Looked int64
	Focus  []Focus
}

// NoKey is why rows are not compared by a key where nobody names one.
const NoKey = "there is no key: neither a test that is unique nor unique_key names one"

// Pair is something of both relations.
type Pair[T any] struct{ Base, New T }

// Same tells whether neither columns nor rows differ.
func (r *Result) Same() bool { return r.Schema.None() && r.Differing() == 0 }

// Differing is how many rows differ.
func (r *Result) Differing() int64 { return r.Added + r.Removed + r.Changed }

// Trusts tells whether a column that both have need not be compared.
func (s Spec) Trusts(column string) bool {
	was, is := named(s.Base.Columns, column), named(s.New.Columns, column)
	return s.Kept != nil && was != nil && is != nil && strings.EqualFold(was.Type, is.Type) && s.Kept(is.Name)
}

// Hides tells whether the values of a column are not shown.
func (s Spec) Hides(column string) bool { return s.Masked != nil && s.Masked(column) }

// TypeOf is the type of a column of New, "" if it has none of that name.
func (s Spec) TypeOf(column string) string {
	if c := named(s.New.Columns, column); c != nil {
		return c.Type
	}
	return ""
}

// Describe takes what the values of a column that differs are like in one of the relations.
func (r *Result) Describe(column string, inNew bool, stats Stats) {
	for _, c := range r.Columns {
		switch {
		case c.Name != column:
		case inNew:
			c.Stats.New = stats
		default:
			c.Stats.Base = stats
		}
	}
}

// Column is how a column differs.
type Column struct {
	Name    string
	Changed int64 // rows of the same key that have another value
	Stats   Pair[Stats]
	Spread  *Pair[Spread] // how its values are spread; nil if that was not asked
}

// Spread is how the values of a column are spread: over buckets of one width, the same of both relations, or by value.
type Spread struct {
	Distinct     int64
	Read         int64 // rows that a sample of the relation has, of which this is told; 0 if it is told of all that were compared
	Start, Width float64
	Counts       []int64 // of buckets; none if it is told by value, or not at all
	Times        bool    // Start and Width are in seconds, the first since 1970
	Values       []ValueCount
}

// ValueCount is how many rows have a value.
type ValueCount struct {
	Value string
	Rows  int64
}

// Spread takes how the values of a column that differs are spread.
func (r *Result) Spread(column string, s Pair[Spread]) {
	for _, c := range r.Columns {
		if c.Name == column {
			c.Spread = &s
		}
	}
}

// Column is a column of one of the relations; nil if it has none of that name.
func (s Spec) Column(ofNew bool, name string) *relation.Column {
	if ofNew {
		return named(s.New.Columns, name)
	}
	return named(s.Base.Columns, name)
}

// Stats describe the values of a column. A text is nil where there is no such value, or where it is not shown.
type Stats struct {
	Nulls          int64
	Min, Max, Mean *string
}

// Kind is what became of a row.
type Kind string

// The kinds.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Sample is a row that differs. A value that is not shown is Mask, one that is null nil.
type Sample struct {
	Kind   Kind
	Key    []Value // of the key; without a key none
	Values []Value // of a changed row those that differ, else those of the row
}

// Value is a value of a column in both relations; in one of them of a row that the other has not.
type Value struct {
	Column string
	Pair[*string]
}

// Mask stands for a value that is not shown.
const Mask = "•••"

// Focus is where rows that changed are found more often than others.
type Focus struct {
	Column, Value string  // a value that is not shown is Mask
	Null          bool    // the value is null
	Changed, All  float64 // the part of the changed rows that has the value, and the part of all rows
}
