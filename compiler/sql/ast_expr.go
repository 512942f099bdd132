package sql

// Op is an operator, in lower case, words separated by one space: "+", "and", "is distinct from", "->>". Operators that only one
// warehouse has are what is written, such as "@>" or "operator(pg_catalog.+)".
type Op string

// The operators that mean the same wherever they exist.
const (
	OpOr           Op = "or"
	OpAnd          Op = "and"
	OpNot          Op = "not"
	OpEq           Op = "="  // also written ==
	OpNe           Op = "<>" // also written !=
	OpLt           Op = "<"
	OpLe           Op = "<="
	OpGt           Op = ">"
	OpGe           Op = ">="
	OpDistinct     Op = "is distinct from"
	OpNotDistinct  Op = "is not distinct from"
	OpOverlaps     Op = "overlaps"
	OpAdd          Op = "+"
	OpSub          Op = "-"
	OpMul          Op = "*"
	OpDiv          Op = "/"
	OpIntDiv       Op = "//"
	OpMod          Op = "%"
	OpPow          Op = "^"
	OpConcat       Op = "||"
	OpArrow        Op = "->"
	OpLongArrow    Op = "->>"
	OpPrior        Op = "prior" // in CONNECT BY
	OpOuter        Op = "(+)"   // the old mark of an outer join, after a column
	OpUnpack       Op = "*"     // before COLUMNS(…)
	OpUnpackStruct Op = "**"    // before COLUMNS(…) and structs
	OpRoot         Op = "connect_by_root"
)

// Column is a name in an expression: a, t.a, s.t.a, or a name and fields of it. Which of these it is depends on what the names mean.
type Column struct {
	Span
	Parts []Ident // at least one
}

// Star is *, t.* or (expression).* with what is left out, replaced and renamed.
type Star struct {
	Span
	Qualifier []Ident // of t.*
	Of        Expr    // of (expression).*; else nil
	Mods      *StarMods
}

// StarMods are what may follow a star.
type StarMods struct {
	Exclude [][]Ident    // EXCLUDE (a, t.b); also EXCEPT
	Replace []SelectItem // REPLACE (x + 1 AS a)
	Rename  []StarRename // RENAME (a AS b)
	Like    *Like        // LIKE 'a%', ILIKE, SIMILAR TO, GLOB: its X is nil
}

// StarRename is a AS b in a RENAME.
type StarRename struct {
	From []Ident
	To   Ident
}

// Columns is COLUMNS(…): the expression around it stands for one per column that the argument picks. The argument is a Star, a
// pattern (string), a list, or a Lambda.
type Columns struct {
	Span
	Qualifier []Ident // of t.COLUMNS(…)
	Arg       Expr
}

// LiteralKind is the kind of a Literal.
type LiteralKind uint8

// The kinds of literals.
const (
	Null LiteralKind = iota
	True
	False
	Number
	String         // also written E'…', U&'…', $$…$$
	NationalString // N'…'
	Bits           // B'…'
	Bytes          // X'…'
)

// Literal is a constant. Value is its text: of strings without quotes and with escapes decoded, of numbers as written.
type Literal struct {
	Span
	Kind  LiteralKind
	Value string
}

// TypedLiteral is a type before a string: DATE '2020-01-01'.
type TypedLiteral struct {
	Span
	Type  *Type
	Value *Literal
}

// Interval is INTERVAL x [unit [TO unit]]. Unit and To are in lower case, as written: "day", "days", "second(3)".
type Interval struct {
	Span
	Value    Expr
	Unit, To string
}

// Param is a placeholder as written: ?, $1, :name, $name, @name.
type Param struct {
	Span
	Text string
}

// Word is a keyword that stands for itself, in lower case: the year of EXTRACT(year FROM x), DEFAULT among the values of an
// INSERT, the all of ORDER BY ALL, "current of c".
type Word struct {
	Span
	Text string
}

// Unary is an operator before X, or, with Postfix, after it.
type Unary struct {
	Span
	Op      Op
	Postfix bool
	X       Expr
}

// Binary is an operator between X and Y. Long chains lean to the left.
type Binary struct {
	Span
	Op   Op
	X, Y Expr
}

// Subquery is a query as an expression: one value, or, with Array, ARRAY(query).
type Subquery struct {
	Span
	Array bool
	Bare  bool // the only argument of a call, without brackets of its own
	Query *Query
}

// Case is CASE. Operand and Else may be nil.
type Case struct {
	Span
	Operand Expr
	Whens   []When
	Else    Expr
}

// When is WHEN cond THEN then.
type When struct {
	Span
	Cond, Then Expr
}

// Cast is CAST(x AS type), x::type, and with Try TRY_CAST. Format may be nil.
type Cast struct {
	Span
	X      Expr
	Type   *Type
	Try    bool
	Format Expr
}

// Collate is x COLLATE name.
type Collate struct {
	Span
	X    Expr
	Name []Ident
}

// AtTimeZone is x AT TIME ZONE zone, or with a nil zone x AT LOCAL.
type AtTimeZone struct {
	Span
	X, Zone Expr
}

// GroupingSet is ROLLUP (…), CUBE (…) or GROUPING SETS (…) in a GROUP BY. Items are expressions, Rows and GroupingSets; an empty Row
// is the grand total.
type GroupingSet struct {
	Span
	Kind  string // "rollup", "cube", "grouping sets"
	Items []Expr
}

func (*Column) expr()        {}
func (*Star) expr()          {}
func (*Columns) expr()       {}
func (*Literal) expr()       {}
func (*TypedLiteral) expr()  {}
func (*Interval) expr()      {}
func (*Param) expr()         {}
func (*Word) expr()          {}
func (*Unary) expr()         {}
func (*Binary) expr()        {}
func (*Is) expr()            {}
func (*Like) expr()          {}
func (*Between) expr()       {}
func (*In) expr()            {}
func (*Quantified) expr()    {}
func (*Exists) expr()        {}
func (*Subquery) expr()      {}
func (*Case) expr()          {}
func (*Cast) expr()          {}
func (*Call) expr()          {}
func (*NamedArg) expr()      {}
func (*KeywordArg) expr()    {}
func (*Lambda) expr()        {}
func (*Row) expr()           {}
func (*Array) expr()         {}
func (*Struct) expr()        {}
func (*Map) expr()           {}
func (*Comprehension) expr() {}
func (*Index) expr()         {}
func (*Slice) expr()         {}
func (*Field) expr()         {}
func (*Collate) expr()       {}
func (*AtTimeZone) expr()    {}
func (*GroupingSet) expr()   {}
