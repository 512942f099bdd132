package sql

// Row is (a, b), or with Keyword ROW(a, b).
type Row struct {
	Span
	Keyword bool
	Items   []Expr
}

// Array is [a, b], or with Keyword ARRAY[a, b].
type Array struct {
	Span
	Keyword bool
	Items   []Expr
}

// Struct is {'a': 1}. Also Snowflake's object constant.
type Struct struct {
	Span
	Fields []StructField
}

// StructField is 'a': 1. Key is a Literal or, for a mere name, a Column; it is nil for what is spread, {**x}.
type StructField struct {
	Span
	Key, X Expr
}

// Map is MAP {k: v}.
type Map struct {
	Span
	Entries []StructField
}

// Comprehension is [body for x in list if cond].
type Comprehension struct {
	Span
	Body Expr
	Vars []Ident
	In   Expr
	If   Expr // nil if there is none
}

// Index is x[i].
type Index struct {
	Span
	X, I  Expr
	Apart bool // (x[j])[i], which subscripts the value x[j]: Postgres reads x[j][i] as one subscript of two dimensions
}

// Slice is x[low:high:step]; each of the three may be nil.
type Slice struct {
	Span
	X, Low, High, Step Expr
	Bounds             bool // there is a colon: x[:], not the x[] of an assignment
	Apart              bool // (x[j])[low:high], as in Index
}

// Field is (x).name, and with Colon x:name, the path into a semi-structured value. What follows x:a is Fields and Indexes around it.
type Field struct {
	Span
	X     Expr
	Name  Ident
	Colon bool
}
