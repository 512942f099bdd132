package sql

// joins reads the joins after a table.
func (p *parser) joins(start int32, left Table) Table {
	for n := 0; !p.failed && p.joinStarts(); n++ {
		p.link(n)
		left = p.join(start, left)
	}
	return left
}

// joinStarts tells whether a join begins here.
func (p *parser) joinStarts() bool {
	if p.tok.kind != word {
		return false
	}
	switch p.tok.keyword {
	case kwJoin, kwNatural, kwCross, kwInner, kwLeft, kwRight, kwFull:
		return true
	case kwAsof, kwPositional, kwSemi, kwAnti:
		return p.ahead(1, kwJoin) || p.ahead(1, kwLeft) || p.ahead(1, kwInner) || p.ahead(1, kwRight) || p.ahead(1, kwFull) || p.ahead(1, kwSemi) || p.ahead(1, kwAnti)
	}
	return false
}

// join reads a join from its first word on.
func (p *parser) join(start int32, left Table) Table {
	j := &Join{Left: left}
	p.joinKind(j)
	if j.Asof && (j.Kind == Cross || j.Kind == Positional) {
		p.unexpected("JOIN")
	}
	p.expectKeyword(kwJoin)
	rightStart, first := p.tok.start, p.pos
	j.Right = p.joinable()
	if p.failed {
		j.Right = p.recover(first)
	}
	conditional := j.Kind != Cross && j.Kind != Positional && !j.Natural
	if conditional && p.joinStarts() { // a JOIN b JOIN c ON … ON …
		p.enter()
		for p.joinStarts() && !p.failed && !p.at(kwOn) {
			j.Right = p.join(rightStart, j.Right)
		}
		p.leave()
	}
	p.joinCondition(j)
	j.Span = p.span(start)
	return j
}

// joinCondition reads ON or USING.
func (p *parser) joinCondition(j *Join) {
	if p.at(kwMatchCondition) && p.peek(1).kind == lparen {
		p.next()
		p.next()
		j.MatchCondition = p.expr()
		p.expect(rparen, `")"`)
	}
	switch {
	case p.at(kwOn):
		p.next()
		j.On = p.joinOn()
	case p.at(kwUsing) && p.peek(1).kind == lparen:
		p.next()
		j.Using = p.usingList()
		if p.at(kwAs) {
			p.next()
			j.UsingAlias = p.ident("a name")
		}
	}
}

// usingList reads (a, b). The tables that some write before the columns add nothing.
func (p *parser) usingList() []Ident {
	p.next()
	mark := p.idents.begin()
	for !p.failed {
		name := p.name()
		p.idents.push(name[len(name)-1])
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	return p.idents.end(mark)
}

// joinOn reads the condition of a join, or makes an Opaque of it.
func (p *parser) joinOn() Expr {
	first := p.pos
	x := p.expr()
	if p.failed || !p.ended() && !p.joinStarts() {
		if !p.failed {
			p.unexpected("the end of the condition")
		}
		return p.recover(first)
	}
	return x
}

// joinKind reads the words before JOIN.
func (p *parser) joinKind(j *Join) {
	j.Natural = p.keyword(kwNatural)
	j.Asof = p.keyword(kwAsof)
	for p.tok.kind == word && !p.at(kwJoin) {
		switch p.tok.keyword {
		case kwPositional:
			j.Kind = Positional
		case kwCross:
			j.Kind = Cross
		case kwInner, kwOuter:
		case kwLeft:
			j.Kind = LeftOuter
		case kwRight:
			j.Kind = RightOuter
		case kwFull:
			j.Kind = FullOuter
		case kwSemi:
			j.Kind = Semi
		case kwAnti:
			j.Kind = Anti
		default:
			return
		}
		p.next()
	}
}

// joinable reads one table with its alias and what is done to it.
func (p *parser) joinable() Table {
	start := p.tok.start
	lateral := p.keyword(kwLateral)
	switch {
	case p.tok.kind == lparen:
		return p.tableTail(start, p.bracketedTable(start, lateral))
	case p.at(kwOnly) && p.grammar.is(kwOnly, reserved):
		p.next()
		brackets := p.accept(lparen)
		t := p.tableName()
		t.Only = true
		if brackets {
			p.expect(rparen, `")"`)
		}
		t.Alias = p.alias()
		t.Span = p.span(start)
		return p.tableTail(start, t)
	case p.at(kwValues) && p.startsQuery(), p.tok.kind == word && p.tok.keyword != kwFrom && p.tok.keyword != kwTable && p.startsQuery() && !p.at(kwSelect) && !p.at(kwWith):
		q := &Query{Span: p.span(start), Body: p.body()}
		q.Span = p.span(start)
		t := &DerivedTable{Lateral: lateral, Query: q}
		t.Alias = p.alias()
		t.Span = p.span(start)
		return p.tableTail(start, t)
	case p.aliasBefore():
		alias := Alias{Name: p.identAny("a name"), Span: p.span(start)}
		p.next()
		return withAlias(p.joinable(), alias, start)
	case p.keywords(kwRows, kwFrom):
		return p.tableTail(start, p.rowsFrom(start, lateral))
	}
	if t := p.columnsTable(start, lateral); t != nil {
		return p.tableTail(start, t)
	}
	return p.tableTail(start, p.namedTable(start, lateral))
}
