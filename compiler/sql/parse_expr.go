package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

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
	case concat, slash, percent, thin: // user-defined ones
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
			if p.startsValue(1) {
				p.next()
				return p.unary(start, OpPrior, bySign)
			}
		case kwConnectByRoot:
			p.next()
			return p.unary(start, OpRoot, bySign)
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
		return !p.grammar.is(t.keyword, reserved)
	}
	return false
}

// startsOperand tells whether the current token begins the right side of an operator.
func (p *parser) startsOperand() bool {
	switch p.tok.kind {
	case lbracket, lbrace, minus, plus, op, star:
		return true
	case word:
		switch p.tok.keyword {
		case kwCase, kwCast, kwNot, kwNull, kwTrue, kwFalse, kwArray, kwLambda:
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

// wordInfix is infix for operators that are words.
func (p *parser) wordInfix(start int32, x Expr, by precedence) Expr {
	switch p.tok.keyword {
	case kwOr:
		p.next()
		return p.binary(start, OpOr, x, p.operators(by+1))
	case kwAnd:
		p.next()
		return p.binary(start, OpAnd, x, p.operators(by+1))
	case kwOverlaps:
		p.next()
		return p.binary(start, OpOverlaps, x, p.operators(by+1))
	case kwIs:
		p.next()
		return p.is(start, x, p.keyword(kwNot))
	case kwIsnull:
		p.next()
		return &Is{Span: p.span(start), X: x, What: "null"}
	case kwNotnull:
		p.next()
		return &Is{Span: p.span(start), X: x, Not: true, What: "null"}
	case kwCollate:
		p.next()
		return &Collate{X: x, Name: p.name(), Span: p.span(start)}
	case kwAt:
		return p.atTimeZone(start, x)
	}
	not := p.keyword(kwNot)
	switch {
	case p.keyword(kwNull):
		return &Is{Span: p.span(start), X: x, Not: true, What: "null"}
	case p.keyword(kwBetween):
		return p.between(start, x, not)
	case p.keyword(kwIn):
		return p.in(start, x, not)
	default:
		return p.like(start, x, not)
	}
}

// namedOperator reads OPERATOR(schema.+).
func (p *parser) namedOperator() Op {
	p.next()
	p.next()
	var b strings.Builder
	b.WriteString("operator(")
	for p.tok.kind != rparen && p.tok.kind != eof {
		b.WriteString(p.slice(p.next()))
	}
	p.expect(rparen, `")"`)
	b.WriteByte(')')
	return Op(b.String())
}

// quantifier reads ANY, SOME or ALL before a bracket.
func (p *parser) quantifier() Quantifier {
	if p.tok.kind != word || p.peek(1).kind != lparen {
		return NoQuantifier
	}
	switch p.tok.keyword {
	case kwAny, kwSome:
		p.next()
		return Any
	case kwAll:
		p.next()
		return All
	}
	return NoQuantifier
}

// quantified reads (query) or (array) after ANY or ALL.
func (p *parser) quantified(start int32, x Expr, operator Op, q Quantifier) Expr {
	of := p.primary()
	out := &Quantified{X: x, Op: operator, Quantifier: q, Of: of, Span: p.span(start)}
	if s, ok := of.(*Subquery); ok && !s.Array {
		out.Query, out.Of = s.Query, nil
	}
	return out
}

// is reads what follows IS [NOT].
func (p *parser) is(start int32, x Expr, not bool) Expr {
	if p.keywords(kwDistinct, kwFrom) {
		operator := OpDistinct
		if not {
			operator = OpNotDistinct
		}
		return p.binary(start, operator, x, p.operators(byIs+1))
	}
	var what string
	switch p.tok.keyword {
	case kwNull, kwTrue, kwFalse, kwUnknown, kwDocument, kwNormalized:
		what = keywords[p.next().keyword]
	case kwNfc, kwNfd, kwNfkc, kwNfkd:
		what = keywords[p.next().keyword] + " normalized"
		p.expectKeyword(kwNormalized)
	case kwJSON:
		what = p.words(kwJSON, kwValue, kwObject, kwArray, kwScalar, kwWith, kwWithout, kwUnique, kwKeys)
	default:
		p.unexpected("NULL, TRUE, FALSE or DISTINCT FROM")
	}
	return &Is{Span: p.span(start), X: x, Not: not, What: what}
}

// words reads keywords as long as they are among the given ones, and gives them in lower case with spaces between.
func (p *parser) words(among ...keyword) string {
	out := ""
next:
	for p.tok.kind == word {
		for _, k := range among {
			if p.tok.keyword == k {
				if out != "" {
					out += " "
				}
				out += keywords[k]
				p.next()
				continue next
			}
		}
		break
	}
	return out
}

// between reads what follows BETWEEN.
func (p *parser) between(start int32, x Expr, not bool) Expr {
	symmetric := p.keyword(kwSymmetric)
	if !symmetric {
		p.keyword(kwAsymmetric)
	}
	low := p.operators(byIn + 1)
	p.expectKeyword(kwAnd)
	high := p.operators(byIn + 1)
	return &Between{Span: p.span(start), X: x, Not: not, Symmetric: symmetric, Low: low, High: high}
}

// in reads what follows IN.
func (p *parser) in(start int32, x Expr, not bool) Expr {
	out := &In{X: x, Not: not}
	switch {
	case p.tok.kind != lparen:
		out.Of = p.operators(byOther)
	default:
		out.Query, out.List, _ = p.inParentheses()
		if s, ok := single(out.List).(*Subquery); ok && !s.Array { // ((query))
			out.Query, out.List = s.Query, nil
		}
	}
	out.Span = p.span(start)
	return out
}

// single is the element of a list of one, else nil.
func single(list []Expr) Expr {
	if len(list) == 1 {
		return list[0]
	}
	return nil
}

// listOf is a list of one expression.
func (p *parser) listOf(x Expr) []Expr {
	mark := p.exprs.begin()
	p.exprs.push(x)
	return p.exprs.end(mark)
}

// like reads LIKE and its like with what follows.
func (p *parser) like(start int32, x Expr, not bool) Expr {
	out := &Like{X: x, Not: not}
	switch p.tok.keyword {
	case kwLike, kwIlike, kwGlob, kwRlike, kwRegexp:
		out.Op = Op(keywords[p.next().keyword])
	case kwSimilar:
		p.next()
		p.expectKeyword(kwTo)
		out.Op = "similar to"
	default:
		p.unexpected("an operator")
		return out
	}
	if out.Quantifier = p.quantifier(); out.Quantifier != NoQuantifier {
		out.Pattern = p.primary()
	} else {
		out.Pattern = p.operators(byIn + 1)
	}
	if p.keyword(kwEscape) {
		out.Escape = p.operators(byIn + 1)
	}
	out.Span = p.span(start)
	return out
}

// atTimeZone reads AT TIME ZONE x or AT LOCAL.
func (p *parser) atTimeZone(start int32, x Expr) Expr {
	p.next()
	if p.keyword(kwLocal) {
		return &AtTimeZone{Span: p.span(start), X: x}
	}
	p.next()
	p.next()
	zone := p.operators(byZone + 1)
	return &AtTimeZone{Span: p.span(start), X: x, Zone: zone}
}
