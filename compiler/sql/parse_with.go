package sql

// with reads WITH, or nothing.
func (p *parser) with() *With {
	if !p.at(kwWith) {
		return nil
	}
	w := &With{}
	start := p.next().start
	w.Recursive = p.keyword(kwRecursive)
	for !p.failed {
		w.CTEs = append(w.CTEs, p.cte())
		if !p.accept(comma) || p.at(kwSelect) {
			break
		}
	}
	w.Span = p.span(start)
	return w
}

// cte reads name (columns) AS (query).
func (p *parser) cte() CTE {
	start, first := p.tok.start, p.pos
	c := CTE{Name: p.identAny("a name")}
	if p.tok.kind == lparen && !p.failed && !queryWord(p.peek(1).keyword) {
		c.Columns = p.identList()
	}
	if p.keywords(kwUsing, kwKey) {
		p.expect(lparen, `"("`)
		c.UsingKey = p.exprList()
		p.expect(rparen, `")"`)
	}
	if !p.keyword(kwAs) && p.tok.kind != lparen { // Snowflake does without the AS
		p.unexpected("AS")
	}
	switch {
	case p.keyword(kwMaterialized):
		c.Materialized = AsMaterialized
	case p.keywords(kwNot, kwMaterialized):
		c.Materialized = NotMaterialized
	}
	if p.expect(lparen, `"("`) {
		c.Query = p.inBrackets()
	}
	p.searchAndCycle(&c)
	if p.failed {
		opaque := p.recover(first)
		if c.Query == nil {
			c.Query = opaque
		}
	}
	c.Span = p.span(start)
	return c
}

// inBrackets reads a statement up to the closing bracket; what is left before the bracket makes it opaque.
func (p *parser) inBrackets() Statement {
	first := p.pos
	s := p.statement()
	if p.failed || p.tok.kind != rparen {
		if !p.failed {
			p.unexpected(`")"`)
		}
		s = p.recoverBracket(first, s)
	}
	p.expect(rparen, `")"`)
	return s
}

// recoverBracket passes over what is left before a closing bracket. What was read of the statement stays if it is a query.
func (p *parser) recoverBracket(first int, s Statement) Statement {
	opaque := p.recover(first)
	for !p.failed && p.tok.kind != rparen && p.tok.kind != eof && p.tok.kind != semicolon {
		p.next()
		if to, closed := p.skip(p.pos, p.pos); closed && to > p.pos {
			p.pos, p.end = to, p.tokens[to-1].end
			p.tok = p.tokens[to]
		}
	}
	if q, ok := s.(*Query); ok && q.Body != nil {
		return q
	}
	opaque.End = max(p.end, opaque.Start)
	opaque.Text = p.text[opaque.Start:opaque.End]
	return opaque
}

// searchAndCycle reads SEARCH … SET … and CYCLE … after a recursive query.
func (p *parser) searchAndCycle(c *CTE) {
	if p.at(kwSearch) && (p.ahead(1, kwBreadth) || p.ahead(1, kwDepth)) {
		start := p.next().start
		s := &CTESearch{Breadth: p.next().keyword == kwBreadth}
		p.expectKeyword(kwFirst)
		p.expectKeyword(kwBy)
		s.By = p.identsUnbracketed()
		p.expectKeyword(kwSet)
		s.Set = p.ident("a name")
		s.Span = p.span(start)
		c.Search = s
	}
	if p.at(kwCycle) && p.peek(1).kind != comma {
		start := p.next().start
		y := &CTECycle{Columns: p.identsUnbracketed()}
		p.expectKeyword(kwSet)
		y.Mark = p.ident("a name")
		if p.keyword(kwTo) {
			y.To = p.expr()
			p.expectKeyword(kwDefault)
			y.Default = p.expr()
		}
		p.expectKeyword(kwUsing)
		y.Path = p.ident("a name")
		y.Span = p.span(start)
		c.Cycle = y
	}
}

// identsUnbracketed reads a, b.
func (p *parser) identsUnbracketed() []Ident {
	mark := p.idents.begin()
	for !p.failed {
		p.idents.push(p.ident("a name"))
		if !p.accept(comma) {
			break
		}
	}
	return p.idents.end(mark)
}
