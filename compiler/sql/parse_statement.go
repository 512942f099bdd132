package sql

// statementOrOpaque reads a statement up to its semicolon, or makes an Opaque of it.
func (p *parser) statementOrOpaque() Statement {
	first := p.pos
	s := p.statement()
	if p.failed || p.tok.kind != eof && p.tok.kind != semicolon {
		if !p.failed {
			p.unexpected("the end of the statement")
		}
		s = p.abandon(first, s)
	}
	p.failed, p.fatal, p.recoveries, p.depth, p.chain, p.inLambda = false, false, 0, 0, 0, false
	return s
}

// abandon goes to the end of a statement. What was read of a query stays.
func (p *parser) abandon(first int, s Statement) Statement {
	for p.tokens[p.pos].kind != semicolon && p.tokens[p.pos].kind != eof {
		p.pos++
	}
	p.tok = p.tokens[p.pos]
	p.end = p.tok.start
	if p.pos > 0 {
		p.end = p.tokens[p.pos-1].end
	}
	if q, ok := s.(*Query); ok && usable(q.Body) && !p.fatal {
		return q
	}
	span := p.span(p.tokens[first].start)
	return &Opaque{span, p.text[span.Start:span.End]}
}

// usable tells whether something was understood of a body.
func usable(b Body) bool {
	switch b := b.(type) {
	case *Query:
		return usable(b.Body)
	case *SetOp:
		return usable(b.Left) && usable(b.Right)
	case *Select:
		return len(b.Items) > 0
	case *Values, *Pivot, *Unpivot, *Describe:
		return true
	}
	return false
}

// statement reads a statement.
func (p *parser) statement() Statement {
	start := p.tok.start
	if p.tok.kind == lparen || p.startsQuery() && !p.at(kwWith) {
		return p.query()
	}
	with := p.with()
	if p.tok.kind == word && !p.failed {
		switch p.tok.keyword {
		case kwInsert:
			return p.insert(start, with)
		case kwUpdate:
			return p.update(start, with)
		case kwDelete:
			return p.delete(start, with)
		case kwMerge:
			return p.merge(start, with)
		case kwCreate:
			if with == nil {
				return p.create()
			}
		}
	}
	if with == nil && p.tok.kind == word && !p.startsQuery() {
		return p.otherStatement()
	}
	return p.queryWith(start, with)
}

// otherStatement passes over a statement of a kind that is not read.
func (p *parser) otherStatement() Statement {
	start := p.tok.start
	depth := 0
	for p.tok.kind != semicolon && p.tok.kind != eof {
		if p.tok.kind == lparen {
			depth++
		}
		if p.tok.kind == rparen {
			if depth == 0 {
				break
			}
			depth--
		}
		p.next()
	}
	span := p.span(start)
	return &Opaque{span, p.text[span.Start:span.End]}
}

// returning reads RETURNING, if it is there.
func (p *parser) returning() []SelectItem {
	if !p.keyword(kwReturning) {
		return nil
	}
	if p.at(kwWith) && p.peek(1).kind == lparen { // WITH (OLD AS o, NEW AS n)
		p.next()
		p.next()
		for p.tok.kind != rparen && p.tok.kind != eof {
			p.next()
		}
		p.expect(rparen, `")"`)
	}
	mark := p.items.begin()
	for !p.failed {
		p.items.push(p.selectItem())
		if !p.accept(comma) {
			break
		}
	}
	return p.items.end(mark)
}

// where reads WHERE, if it is there.
func (p *parser) where() Expr {
	if !p.keyword(kwWhere) {
		return nil
	}
	return p.element()
}

// update reads UPDATE.
func (p *parser) update(start int32, with *With) Statement {
	p.next()
	u := &Update{With: with, Table: p.table()}
	p.expectKeyword(kwSet)
	u.Set = p.assignments()
	if p.keyword(kwFrom) {
		u.From = p.from()
	}
	u.Where = p.where()
	u.Returning = p.returning()
	u.Span = p.span(start)
	return u
}

// delete reads DELETE.
func (p *parser) delete(start int32, with *With) Statement {
	p.next()
	p.expectKeyword(kwFrom)
	d := &Delete{With: with, From: p.table()}
	if p.keyword(kwUsing) {
		d.Using = p.from()
	}
	d.Where = p.where()
	d.Returning = p.returning()
	d.Span = p.span(start)
	return d
}

// assignments reads a = 1, (b, c) = (2, 3).
func (p *parser) assignments() []Assignment {
	var out []Assignment
	for !p.failed {
		start := p.tok.start
		a := Assignment{}
		if p.tok.kind == lparen {
			a.Tuple = true
			a.Targets = p.targets()
		} else {
			a.Targets = []Target{p.target()}
		}
		p.expect(eq, `"="`)
		a.X = p.element()
		a.Span = p.span(start)
		out = append(out, a)
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return out
}

// targets reads (a, b.c, d[1]).
func (p *parser) targets() []Target {
	p.expect(lparen, `"("`)
	var out []Target
	for !p.failed {
		out = append(out, p.target())
		if !p.accept(comma) || p.tok.kind == rparen {
			break
		}
	}
	p.expect(rparen, `")"`)
	return out
}

// target reads a column that is assigned.
func (p *parser) target() Target {
	start := p.tok.start
	if p.at(kwArray) && p.peek(1).kind == lbracket {
		p.unexpected("a column")
	}
	mark := p.idents.begin()
	p.idents.push(p.identAny("a column"))
	for p.tok.kind == dot && !p.failed {
		p.next()
		p.idents.push(p.identAny("a column"))
	}
	x := p.postfix(start, p.column(start, p.idents.end(mark)))
	switch x.(type) {
	case *Column, *Field, *Index, *Slice:
	default:
		p.unexpected(`"="`)
	}
	return Target{p.span(start), x}
}
