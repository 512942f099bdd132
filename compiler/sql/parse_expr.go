package sql

import "github.com/modsql/mod/compiler/dialect"

// precedence is how tightly an operator binds.
type precedence int8

// The precedences, https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-PRECEDENCE. What comes after a value, such as
// x::int and x[1], binds tighter than all of them.
const (
	noOperator precedence = iota
	byArrow               // x -> y where it binds less than OR
	byOr
	byAnd
	byNot
	byIs
	byComparison
	byIn // also BETWEEN, LIKE
	byOther
	bySum
	byProduct
	byPower
	byZone
	byCollate
	bySign
)

// expr reads an expression.
func (p *parser) expr() Expr { return p.operators(byArrow) }

// operators reads values and the operators between them that bind at least so tightly.
func (p *parser) operators(least precedence) Expr {
	p.enter()
	defer p.leave()
	start := p.tok.start
	x := p.prefix()
	return p.operatorsAfter(start, x, least)
}

// operatorsAfter reads the operators that bind as tightly and follow a value.
func (p *parser) operatorsAfter(start int32, x Expr, least precedence) Expr {
	for n := 0; !p.failed; n++ {
		by := p.infixPrecedence()
		if by < least || by == noOperator {
			break
		}
		p.link(n)
		x = p.infix(start, x, by)
	}
	return x
}

// prefix reads an operator before a value, or the value.
func (p *parser) prefix() Expr {
	start := p.tok.start
	switch p.tok.kind {
	case minus, plus:
		t := p.next()
		return p.unary(start, Op(p.slice(t)), bySign)
	case op:
		if p.slice(p.tok) == "**" { // of a struct or of COLUMNS
			p.next()
			return p.unary(start, OpUnpackStruct, bySign)
		}
		t := p.next()
		return p.unary(start, Op(p.slice(t)), byOther+1)
	case concat, slash, percent: // user-defined ones
		if p.grammar.has(dialect.UserOperators) && p.tok.kind != slash {
			t := p.next()
			return p.unary(start, Op(p.slice(t)), byOther+1)
		}
	case word:
		switch p.tok.keyword {
		case kwNot:
			p.next()
			return p.unary(start, OpNot, byNot)
		case kwPrior:
			if p.startsValue(1) && p.grammar.has(dialect.Hierarchies) {
				p.next()
				return p.unary(start, OpPrior, bySign)
			}
		case kwConnectByRoot:
			if p.startsValue(1) && p.grammar.has(dialect.Hierarchies) {
				p.next()
				return p.unary(start, OpRoot, bySign)
			}
		case kwOperator:
			if p.peek(1).kind == lparen && p.grammar.has(dialect.UserOperators) {
				return p.unary(start, p.namedOperator(), byOther+1)
			}
		}
	}
	return p.postfix(start, p.primary())
}

// unary reads the operand of an operator before it.
func (p *parser) unary(start int32, op Op, by precedence) Expr {
	x := p.operators(by)
	return &Unary{Span: p.span(start), Op: op, X: x}
}

// startsValue tells whether the token n after the current one begins a value.
func (p *parser) startsValue(n int) bool {
	t := p.peek(n)
	switch t.kind {
	case quoted, str, number, param, lparen:
		return true
	case word:
		return !p.grammar.is(t.keyword, reserved) || valueWord(t.keyword)
	}
	return false
}

// valueWord tells whether a word begins a value, reserved or not.
func valueWord(k keyword) bool {
	switch k {
	case kwCase, kwCast, kwTryCast, kwNull, kwTrue, kwFalse, kwArray, kwRow, kwExists:
		return true
	}
	return false
}

// startsOperand tells whether the current token begins the right side of an operator.
func (p *parser) startsOperand() bool {
	switch p.tok.kind {
	case lbracket, lbrace, minus, plus, op, star, atName:
		return true
	case word:
		if p.at(kwNot) || p.at(kwLambda) {
			return true
		}
	}
	return p.startsValue(0)
}

// infixPrecedence is how tightly the current token binds as an operator between two values.
func (p *parser) infixPrecedence() precedence {
	switch p.tok.kind {
	case word:
		return p.wordPrecedence()
	case eq, ne, lt, le, gt, ge:
		return byComparison
	case plus, minus:
		return bySum
	case percent:
		if p.percentEnds() {
			return noOperator
		}
		return byProduct
	case star, slash:
		return byProduct
	case caret:
		return byPower
	case concat:
		return byOther
	case thin, longThin:
		if !p.grammar.has(dialect.ArrowPaths) {
			return noOperator
		}
		return p.grammar.precedence(OpArrow)
	case op:
		switch p.slice(p.tok) {
		case "**":
			return byPower
		case "//":
			return byProduct
		case "<=>":
			return byComparison
		}
		return byOther
	}
	return noOperator
}

// percentEnds tells whether the current percent sign has nothing on its right: LIMIT 10 %.
func (p *parser) percentEnds() bool {
	switch next := p.peek(1); next.kind {
	case eof, semicolon, rparen, comma:
		return true
	case word:
		return next.keyword == kwOffset
	}
	return false
}

// wordPrecedence is infixPrecedence for words.
func (p *parser) wordPrecedence() precedence {
	switch p.tok.keyword {
	case kwOr:
		return byOr
	case kwAnd:
		return byAnd
	case kwIs, kwIsnull, kwNotnull:
		if p.tok.keyword != kwIs && !p.grammar.is(p.tok.keyword, operator) {
			return noOperator
		}
		return byIs
	case kwBetween, kwIn, kwLike, kwIlike:
		return byIn
	case kwGlob, kwRlike, kwRegexp:
		if p.startsValue(1) {
			return byIn
		}
	case kwSimilar:
		if p.ahead(1, kwTo) {
			return byIn
		}
	case kwNot:
		switch p.peek(1).keyword {
		case kwBetween, kwIn, kwLike, kwIlike, kwGlob, kwRlike, kwRegexp, kwSimilar:
			return byIn
		case kwNull:
			if p.grammar.is(kwNotnull, operator) {
				return byIs
			}
		}
	case kwOverlaps:
		if p.peek(1).kind == lparen || p.ahead(1, kwRow) {
			return byOther
		}
	case kwOperator:
		if p.peek(1).kind == lparen && p.grammar.has(dialect.UserOperators) {
			return byOther
		}
	case kwCollate:
		return byCollate
	case kwAt:
		if p.ahead(1, kwTime) && p.ahead(2, kwZone) || p.ahead(1, kwLocal) {
			return byZone
		}
	}
	return noOperator
}

// infix reads an operator after x and its right side.
func (p *parser) infix(start int32, x Expr, by precedence) Expr {
	if p.tok.kind == word && p.tok.keyword != kwOperator {
		return p.wordInfix(start, x, by)
	}
	var operator Op
	switch {
	case p.tok.kind == word:
		operator = p.namedOperator()
	case p.tok.kind == ne:
		p.next()
		operator = OpNe
	case p.tok.kind == eq:
		p.next()
		operator = OpEq
	default:
		t := p.next()
		operator = Op(p.slice(t))
		if operator == "!" && !p.startsOperand() { // a factorial
			return &Unary{Span: p.span(start), Op: operator, Postfix: true, X: x}
		}
	}
	if q := p.quantifier(); q != NoQuantifier {
		return p.quantified(start, x, operator, q)
	}
	if c, ok := x.(*Column); ok && operator == OpArrow && p.inLambda && len(c.Parts) == 1 { // ((x)) -> y
		p.unexpected("a parameter")
	}
	y := p.operators(by.right(operator))
	return p.binary(start, operator, x, y)
}

// right is how tightly the right operand of an operator must bind. Where arrows bind less than all others on their left, the long one
// binds as others do on its right.
func (by precedence) right(o Op) precedence {
	if by == byArrow && o == OpLongArrow {
		return byOther + 1
	}
	return by + 1
}

func (p *parser) binary(start int32, operator Op, x, y Expr) Expr {
	b := p.binaries.one()
	*b = Binary{Span: p.span(start), Op: operator, X: x, Y: y}
	return b
}
