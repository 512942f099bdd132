package sql

import "strings"

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
		listStart := p.tok.start
		out.Of = p.postfix(listStart, p.primary())
	default:
		listStart := p.tok.start
		out.Query, out.List, _ = p.inParentheses()
		if item := single(out.List); item != nil && mayBePicked(item) && (p.tok.kind == lbracket || p.tok.kind == dot || p.outerMark()) { // (x)[1], and no list
			out.Of, out.List = p.postfix(listStart, item), nil
			break
		}
		if s, ok := single(out.List).(*Subquery); ok && !s.Array { // ((query))
			out.Query, out.List = s.Query, nil
		}
	}
	if out.Of != nil && p.grammar.precedenceOf(out.Of) < byValue {
		p.unexpected("a list")
	}
	out.Span = p.span(start)
	return out
}

// mayBePicked tells whether an expression in brackets is one whose element can be picked, and no list.
func mayBePicked(x Expr) bool {
	switch x := x.(type) {
	case *NamedArg:
		return false
	case *Subquery:
		return x.Array
	case *Row:
		return x.Keyword
	case *Index:
		return mayBePicked(x.X)
	case *Slice:
		return mayBePicked(x.X)
	case *Field:
		return mayBePicked(x.X)
	}
	return true
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
