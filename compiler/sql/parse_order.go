package sql

import "strings"

// orderBy reads ORDER BY.
func (p *parser) orderBy() []OrderItem {
	p.expectKeyword(kwOrder)
	p.keyword(kwSiblings)
	p.expectKeyword(kwBy)
	mark := p.orders.begin()
	for !p.failed {
		p.orders.push(p.orderItem())
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return p.orders.end(mark)
}

// orderItem reads an expression with ASC or DESC and NULLS FIRST or LAST.
func (p *parser) orderItem() OrderItem {
	start, first := p.tok.start, p.pos
	o := OrderItem{}
	if p.at(kwAll) && p.peek(1).kind != dot {
		p.next()
		o.X = &Word{p.span(start), "all"}
	} else {
		o.X = p.expr()
	}
	switch {
	case p.keyword(kwAsc):
		o.Direction = Asc
	case p.keyword(kwDesc):
		o.Direction = Desc
	case p.keyword(kwUsing):
		if p.at(kwOperator) {
			o.Using = p.namedOperator()
		} else {
			o.Using = Op(p.slice(p.next()))
		}
	}
	switch {
	case p.keywords(kwNulls, kwFirst):
		o.Nulls = NullsFirst
	case p.keywords(kwNulls, kwLast):
		o.Nulls = NullsLast
	}
	if p.failed || !p.ended() && !p.frameStarts() && !p.at(kwIgnore) && !p.at(kwRespect) && !p.at(kwSeparator) && !p.ahead(1, kwOn) {
		if !p.failed {
			p.unexpected("a comma or the end of ORDER BY")
		}
		o = OrderItem{X: p.recover(first)}
	}
	o.Span = p.span(start)
	return o
}

// limit reads LIMIT, OFFSET or FETCH; each may come once, in any order.
func (p *parser) limit(q *Query) {
	start := p.tok.start
	if q.Limit == nil {
		q.Limit = &Limit{Span: Span{Start: start}}
	}
	l := q.Limit
	switch p.next().keyword {
	case kwLimit:
		p.count(l)
	case kwOffset:
		l.Offset = p.operators(byIn + 1)
		if !p.keyword(kwRows) {
			p.keyword(kwRow)
		}
	case kwFetch:
		if !p.keyword(kwFirst) {
			p.keyword(kwNext)
		}
		if !p.at(kwRow) && !p.at(kwRows) {
			l.Count = p.operators(byIn + 1)
			l.Percent = p.keyword(kwPercent)
		} else {
			l.Count = &Literal{Kind: Number, Value: "1"}
		}
		if !p.keyword(kwRows) {
			p.keyword(kwRow)
		}
		if !p.keyword(kwOnly) {
			l.WithTies = p.keywords(kwWith, kwTies)
		}
	}
	l.Span = p.span(l.Start)
}

// count reads what follows LIMIT.
func (p *parser) count(l *Limit) {
	if p.keyword(kwAll) {
		return
	}
	if p.tok.kind == number && p.peek(1).kind == percent && !p.startsValue(2) {
		l.Count = p.primary()
		p.next()
		l.Percent = true
		return
	}
	l.Count = p.operators(byIn + 1)
	if p.accept(percent) || p.keyword(kwPercent) {
		l.Percent = true
	}
	if p.accept(comma) { // LIMIT offset, count
		l.Offset, l.Count = l.Count, p.operators(byIn+1)
	}
}

// lock reads FOR UPDATE and its like.
func (p *parser) lock(q *Query) bool {
	next := p.peek(1).keyword
	if next != kwUpdate && next != kwShare && next != kwNo && next != kwKey {
		return false
	}
	start := p.next().start
	l := Lock{Strength: p.words(kwUpdate, kwShare, kwNo, kwKey)}
	if p.keyword(kwOf) {
		for !p.failed {
			l.Of = append(l.Of, p.name())
			if !p.accept(comma) {
				break
			}
		}
	}
	l.Wait = p.words(kwNowait, kwSkip, kwLocked)
	l.Span = p.span(start)
	q.Locks = append(q.Locks, l)
	return true
}

// sample reads what follows TABLESAMPLE, SAMPLE or USING SAMPLE.
func (p *parser) sample() *Sample {
	start := p.tok.start
	s := &Sample{}
	if p.tok.kind == word && p.peek(1).kind == lparen {
		s.Method = strings.ToLower(p.slice(p.next()))
	} else {
		s.Method = p.words(kwBernoulli, kwSystem, kwReservoir, kwRow, kwBlock)
	}
	brackets := p.accept(lparen)
	s.Size = p.operators(byIn + 1)
	if p.accept(percent) {
		s.Unit = "percent"
	} else {
		s.Unit = p.words(kwPercent, kwRows)
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	if s.Method == "" && p.tok.kind == lparen { // 10% (bernoulli, 42)
		p.next()
		if p.tok.kind != word {
			p.unexpected("a method")
		}
		s.Method = strings.ToLower(p.slice(p.next()))
		if p.accept(comma) {
			s.Seed = p.expr()
		}
		p.expect(rparen, `")"`)
	}
	if p.keyword(kwRepeatable) || p.keyword(kwSeed) {
		p.expect(lparen, `"("`)
		s.Seed = p.expr()
		p.expect(rparen, `")"`)
	}
	s.Span = p.span(start)
	return s
}
