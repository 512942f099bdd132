package sql

import "github.com/modsql/mod/compiler/dialect"

// bracketed writes (query).
func (p *printer) bracketed(q *Query) {
	p.write("(")
	if q != nil {
		p.statement(q)
	}
	p.write(")")
}

// operand writes an expression where nothing may stand that binds less tightly.
func (p *printer) operand(x Expr, least precedence) {
	if x == nil {
		return
	}
	if p.grammar.precedenceOf(x) < least {
		p.write("(")
		p.expr(x)
		p.write(")")
		return
	}
	p.expr(x)
}

// notLed writes an expression, in brackets if it began with that word.
func (p *printer) notLed(x Expr, word string) {
	from := len(p.out)
	p.expr(x)
	if led := string(p.out[from:]); len(led) >= len(word) && equalFold(led[:len(word)], word) {
		p.out = p.out[:from]
		p.write("(")
		p.expr(x)
		p.write(")")
	}
}

// afterWord writes an operand after a word that may be a name too: what does not clearly begin a value is put in brackets.
func (p *printer) afterWord(x Expr, least precedence) {
	switch x := x.(type) {
	case *Column, *Literal, *Cast, *Case, *Call, *Subquery, *Row:
		p.operand(x, least)
		return
	}
	p.write("(")
	p.expr(x)
	p.write(")")
}

// byValue is how tightly a value binds that is no operator.
const byValue = bySign + 1

// precedenceOf is how tightly the operator at the top of an expression binds.
func (g *grammar) precedenceOf(x Expr) precedence {
	switch x := x.(type) {
	case *Binary:
		return g.precedence(x.Op)
	case *Quantified:
		return g.precedence(x.Op)
	case *Unary:
		switch {
		case x.Postfix:
			return byValue
		case x.Op == OpNot:
			return byNot
		case x.Op == "+", x.Op == "-", x.Op == OpPrior, x.Op == OpRoot, x.Op == OpUnpack, x.Op == OpUnpackStruct:
			return bySign
		}
		return byOther
	case *Is:
		return byIs
	case *Like, *Between, *In:
		return byIn
	case *AtTimeZone:
		return byZone
	case *Collate:
		return byIn // some dialects take it for no more than the side of a comparison
	case *Lambda, *Star:
		return noOperator
	}
	return byValue
}

// left is how tightly the left operand of an operator must bind: comparisons do not stand in a row.
func (by precedence) left() precedence {
	if by == byComparison || by == byIs {
		return by + 1
	}
	return by
}

// precedence is how tightly an operator binds.
func (g *grammar) precedence(o Op) precedence {
	switch o {
	case OpArrow, OpLongArrow:
		if g.has(dialect.LowArrow) {
			return byArrow
		}
	case OpOr:
		return byOr
	case OpAnd:
		return byAnd
	case OpDistinct, OpNotDistinct:
		return byIs
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe, "<=>":
		return byComparison
	case OpAdd, OpSub:
		return bySum
	case OpMul, OpDiv, OpMod, OpIntDiv:
		return byProduct
	case OpPow, "**":
		return byPower
	}
	return byOther
}

// base writes a value that a subscript, a field or a method follows.
func (p *printer) base(x Expr) {
	switch x := x.(type) {
	case *Column:
		if len(x.Parts) > 1 || x.Parts[0].Quoted || !equalFold(x.Parts[0].Name, "array") {
			p.expr(x)
			return
		}
	case *Param:
		if x.Text[0] != '@' { // the path of a stage goes on with a colon
			p.expr(x)
			return
		}
	case *Unary:
		if x.Op == "!" && x.Postfix {
			p.expr(x)
			return
		}
	case *Index, *Slice, *Field, *Columns:
		p.expr(x)
		return
	}
	p.alwaysBracketed(x)
}

// ownBase is base where a mere name would swallow what follows.
func (p *printer) ownBase(x Expr) {
	if _, ok := x.(*Column); ok {
		p.write("(")
		p.expr(x)
		p.write(")")
		return
	}
	p.base(x)
}

// alwaysBracketed writes an expression in brackets, unless it brings its own.
func (p *printer) alwaysBracketed(x Expr) {
	switch x := x.(type) {
	case *Row:
		if !x.Keyword {
			p.expr(x)
			return
		}
	case *Subquery:
		if !x.Array {
			p.expr(x)
			return
		}
	}
	p.write("(")
	p.expr(x)
	p.write(")")
}
