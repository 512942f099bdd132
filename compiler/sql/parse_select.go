package sql

import "github.com/modsql/mod/compiler/dialect"

// selectFrom reads SELECT … FROM …, or FROM … SELECT …
func (p *parser) selectFrom(start int32) Body {
	s := &Select{}
	if p.keyword(kwFrom) {
		s.From = p.from()
		if !p.at(kwSelect) {
			s.Items = []SelectItem{{X: &Star{}}}
		}
	}
	var top *Limit
	if p.keyword(kwSelect) {
		top = p.selectList(s)
	}
	if p.at(kwInto) {
		p.next()
		p.words(kwTemporary, kwTemp, kwUnlogged, kwLocal, kwGlobal, kwTable)
		s.Into = p.tableName()
	}
	if p.keyword(kwFrom) {
		s.From = p.from()
	}
	p.selectClauses(s)
	s.Span = p.span(start)
	if top != nil {
		p.top = &Query{Span: s.Span, Body: s, Limit: top}
		return p.top
	}
	return s
}

// selectList reads DISTINCT and the like and the expressions.
func (p *parser) selectList(s *Select) *Limit {
	var top *Limit
	for {
		switch {
		case p.at(kwDistinct) && p.peek(1).kind != comma:
			start := p.next().start
			s.Distinct = &Distinct{}
			if p.keyword(kwOn) {
				p.expect(lparen, `"("`)
				s.Distinct.On = p.elements()
				p.expect(rparen, `")"`)
			}
			s.Distinct.Span = p.span(start)
			continue
		case p.at(kwAll):
			p.next()
			continue
		case p.at(kwTop) && p.peek(1).kind == number:
			start := p.next().start
			top = &Limit{Count: p.primary(), Span: p.span(start)}
			continue
		}
		break
	}
	if p.selectEnds() {
		if top != nil {
			p.unexpected("an expression")
		}
		return top
	}
	mark := p.items.begin()
	for !p.failed {
		p.items.push(p.selectItem())
		if !p.accept(comma) || p.selectEnds() {
			break
		}
	}
	s.Items = p.items.end(mark)
	return top
}

// selectEnds tells whether a list of expressions ends here, before another expression.
func (p *parser) selectEnds() bool {
	switch p.tok.kind {
	case eof, rparen, semicolon:
		return true
	case word:
		return p.grammar.is(p.tok.keyword, reserved) && (beginsClause(p.tok.keyword) && !p.at(kwSelect) || p.at(kwInto))
	}
	return false
}

// selectItem reads an expression and its alias, or makes an Opaque of it.
func (p *parser) selectItem() SelectItem {
	start, first := p.tok.start, p.pos
	item := SelectItem{}
	if p.aliasBefore() {
		item.Alias = p.identAny("a name")
		p.next()
	}
	item.X = p.expr()
	if !p.failed && !item.Alias.Given() {
		item.Alias = p.label()
	}
	if p.failed || !p.ended() {
		if !p.failed {
			p.unexpected("a comma or FROM")
		}
		if item.X = p.recover(first); item.Alias.End > p.end {
			item.Alias = Ident{}
		}
	}
	item.Span = p.span(start)
	return item
}

// aliasBefore tells whether "name:" stands here.
func (p *parser) aliasBefore() bool {
	return p.peek(1).kind == colon && p.grammar.has(dialect.AliasBefore) &&
		(p.tok.kind == quoted || p.tok.kind == str || p.tok.kind == word && !p.grammar.is(p.tok.keyword, reserved))
}

// label reads the alias of an expression, if there is one.
func (p *parser) label() Ident {
	if p.keyword(kwAs) {
		return p.identAny("a name")
	}
	if p.tok.kind == quoted || p.tok.kind == word && !p.grammar.is(p.tok.keyword, noLabel) {
		return p.takeIdent()
	}
	return Ident{}
}

// selectClauses reads WHERE and what may follow it.
func (p *parser) selectClauses(s *Select) {
	for !p.failed && p.tok.kind == word {
		switch p.tok.keyword {
		case kwWhere:
			p.next()
			s.Where = p.element()
		case kwGroup:
			s.GroupBy = p.groupBy()
		case kwHaving:
			p.next()
			s.Having = p.element()
		case kwWindow:
			p.windows(s)
		case kwQualify:
			p.next()
			s.Qualify = p.element()
		case kwStart, kwConnect:
			if !p.hierarchy(s) {
				return
			}
		case kwUsing:
			if !p.ahead(1, kwSample) {
				return
			}
			p.next()
			p.next()
			s.Sample = p.sample()
		default:
			return
		}
	}
}
