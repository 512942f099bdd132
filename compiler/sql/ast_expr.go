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

// Is is x IS [NOT] what: "null", "true", "false", "unknown", "document", "json", "json object", "nfc normalized" …
type Is struct {
	Span
	X    Expr
	Not  bool
	What string // in lower case
}

// Like is x [NOT] LIKE pattern [ESCAPE escape].
type Like struct {
	Span
	X          Expr
	Not        bool
	Op         Op // "like", "ilike", "similar to", "glob", "rlike", "regexp"
	Quantifier Quantifier
	Pattern    Expr // with a quantifier a Row, a Subquery or an array
	Escape     Expr // nil if there is none
}

// Between is x [NOT] BETWEEN [SYMMETRIC] low AND high.
type Between struct {
	Span
	X, Low, High   Expr
	Not, Symmetric bool
}

// In is x [NOT] IN (…). Exactly one of List, Query and Of is set.
type In struct {
	Span
	X     Expr
	Not   bool
	List  []Expr
	Query *Query
	Of    Expr // x IN list: a list without parentheses
}

// Quantifier is ANY or ALL.
type Quantifier uint8

// The quantifiers. The zero value is none.
const (
	NoQuantifier Quantifier = iota
	Any                     // also SOME
	All
)

// Quantified is x op ANY|ALL (…). Exactly one of Query and Of is set.
type Quantified struct {
	Span
	X          Expr
	Op         Op
	Quantifier Quantifier
	Query      *Query
	Of         Expr // an array, or a Row if there are several expressions
}

// Exists is EXISTS (query).
type Exists struct {
	Span
	Query *Query
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

// Call is a function call, an aggregate or a window function; also what has a syntax of its own, such as EXTRACT(year FROM x),
// whose arguments after a keyword are [KeywordArg]s.
type Call struct {
	Span
	Name   []Ident // of x.f(y) with a mere name x, [x f]: only what the names mean tells a schema from an argument
	Args   []Expr
	Bare   bool // current_date and its like, without parentheses
	Method bool // (x).f(y): x is Args[0]
	Mods   *CallMods
	Over   *Window
}

// CallMods are the clauses of a call but OVER.
type CallMods struct {
	Distinct    bool
	All         bool // f(ALL x)
	Variadic    bool // f(VARIADIC x)
	OrderBy     []OrderItem
	Limit       Expr // f(x LIMIT 1)
	NullsInside bool // IGNORE NULLS stands inside the parentheses
	Nulls       NullTreatment
	FromLast    bool // nth_value(…) FROM LAST
	WithinGroup []OrderItem
	Filter      Expr
	ExportState bool // the state of the aggregate instead of its value
}

// NullTreatment is RESPECT NULLS or IGNORE NULLS.
type NullTreatment uint8

// The treatments. The zero value is none written.
const (
	DefaultNulls NullTreatment = iota
	RespectNulls
	IgnoreNulls
)

// NamedArg is name => x in a call.
type NamedArg struct {
	Span
	Name Ident
	X    Expr
}

// KeywordArg is an argument of a call that a keyword introduces: the FROM 1 of SUBSTRING(x FROM 1). X is nil for keywords alone,
// such as the "null on null" of JSON_OBJECT.
type KeywordArg struct {
	Span
	Word  string // in lower case, words separated by one space
	X     Expr
	Type  *Type // of AS type and RETURNING type; then X is nil
	Comma bool  // there is a comma before it
}

// Lambda is x -> body, (x, y) -> body or lambda x: body.
type Lambda struct {
	Span
	Params []LambdaParam
	Body   Expr
}

// LambdaParam is a parameter of a Lambda. Type may be nil.
type LambdaParam struct {
	Ident
	Type *Type
}

// At is the name with its type.
func (p *LambdaParam) At() Span {
	if p.Type != nil {
		return Span{p.Start, p.Type.End}
	}
	return p.Span
}

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
