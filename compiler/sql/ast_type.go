package sql

// Type is the name of a data type.
type Type struct {
	Span
	// Name is usually one identifier. What is written as several words is one, in lower case: "double precision", "timestamp with
	// time zone", "interval year to month".
	Name   []Ident
	Args   []Expr      // varchar(10), decimal(10, 2), enum('a', 'b')
	Fields []TypeField // struct(a int), row(a int); map(k, v) and array(t) have fields without names
	Dims   []int32     // int[3][]: 3, -1
	SetOf  bool
	Null   Nullness
}

// Nullness is NULL or NOT NULL after a type.
type Nullness uint8

// The kinds of nullness. The zero value is none written.
const (
	DefaultNull Nullness = iota
	NotNull
)

// TypeField is a field of a Type. The name may be the zero Ident.
type TypeField struct {
	Span
	Name Ident
	Type *Type
}
