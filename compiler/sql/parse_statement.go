package sql

// statementOrOpaque reads a statement up to its semicolon, or makes an Opaque of it.
func (p *parser) statementOrOpaque() Statement {
	first := p.pos
	s := p.statement()
	if p.failed || p.tok.kind != eof && p.tok.kind != semicolon {
		if !p.failed {
			p.unexpected("the end of the statement")
		}
		return p.abandon(first, s)
	}
	return s
}

// abandon goes to the end of a statement. What was read of a query stays.
func (p *parser) abandon(first int, s Statement) Statement {
	fatal := p.fatal
	p.failed, p.fatal, p.recoveries, p.depth, p.chain, p.inLambda = false, false, 0, 0, 0, false
	for p.tokens[p.pos].kind != semicolon && p.tokens[p.pos].kind != eof {
		p.pos++
	}
	p.tok = p.tokens[p.pos]
	p.end = p.tok.start
	if p.pos > 0 {
		p.end = p.tokens[p.pos-1].end
	}
	if q, ok := s.(*Query); ok && q.Body != nil && !fatal {
		if _, none := q.Body.(*Opaque); !none {
			return q
		}
	}
	span := p.span(p.tokens[first].start)
	return &Opaque{span, p.text[span.Start:span.End]}
}

// statement reads a statement.
func (p *parser) statement() Statement {
	start := p.tok.start
	if p.tok.kind == lparen || p.startsQuery() && !p.at(kwWith) {
		return p.query()
	}
	with := p.with()
	switch {
	case with == nil && p.tok.kind == word && !p.startsQuery():
		return p.otherStatement()
	}
	q := p.queryFrom(start, nil)
	if q.With != nil && with != nil {
		q = &Query{Body: q}
	}
	q.With, q.Span = with, p.span(start)
	return q
}

// otherStatement passes over a statement of a kind that is not read.
func (p *parser) otherStatement() Statement {
	start := p.tok.start
	for p.tok.kind != semicolon && p.tok.kind != eof {
		p.next()
	}
	span := p.span(start)
	return &Opaque{span, p.text[span.Start:span.End]}
}
