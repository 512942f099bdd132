package sql

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
