package sql

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
