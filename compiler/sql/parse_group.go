package sql

// groupBy reads GROUP BY.
func (p *parser) groupBy() *GroupBy {
	g := &GroupBy{}
	start := p.next().start
	p.expectKeyword(kwBy)
	if p.keyword(kwDistinct) {
		g.Distinct = true
	} else if p.at(kwAll) {
		p.next()
		g.All = p.selectEnds() || p.tok.kind == word && endsClause(p.tok.keyword)
	}
	if p.tok.kind == star && (p.peek(1).kind != lparen) {
		p.next()
		g.All = true
	}
	if !g.All && !p.failed {
		mark := p.exprs.begin()
		for !p.failed {
			p.exprs.push(p.groupItem())
			if !p.accept(comma) || p.listEnds() {
				break
			}
		}
		g.Items = p.exprs.end(mark)
	}
	g.Span = p.span(start)
	return g
}

// groupItem reads an expression, ROLLUP, CUBE or GROUPING SETS.
func (p *parser) groupItem() Expr {
	start := p.tok.start
	kind := ""
	switch {
	case p.at(kwRollup) && p.peek(1).kind == lparen, p.at(kwCube) && p.peek(1).kind == lparen:
		kind = keywords[p.next().keyword]
	case p.keywords(kwGrouping, kwSets):
		kind = "grouping sets"
	default:
		return p.element()
	}
	p.enter()
	defer p.leave()
	g := &GroupingSet{Kind: kind}
	p.expect(lparen, `"("`)
	mark := p.exprs.begin()
	for !p.failed && p.tok.kind != rparen {
		p.exprs.push(p.groupItem())
		if !p.accept(comma) {
			break
		}
	}
	g.Items = p.exprs.end(mark)
	p.expect(rparen, `")"`)
	g.Span = p.span(start)
	return g
}

// windows reads WINDOW w AS (…), …
func (p *parser) windows(s *Select) {
	p.next()
	for !p.failed {
		start := p.tok.start
		s.Windows = append(s.Windows, NamedWindow{Name: p.ident("a name")})
		w := &s.Windows[len(s.Windows)-1]
		p.expectKeyword(kwAs)
		p.window(&w.Window)
		w.Span = p.span(start)
		if !p.accept(comma) {
			break
		}
	}
}

// hierarchy reads START WITH … CONNECT BY …, in either order.
func (p *parser) hierarchy(s *Select) bool {
	start := p.tok.start
	h := &Hierarchy{}
	for !p.failed {
		switch {
		case p.keywords(kwStart, kwWith):
			h.Start = p.element()
			continue
		case p.keywords(kwConnect, kwBy):
			h.NoCycle = p.keyword(kwNocycle)
			h.Connect = p.element()
			continue
		}
		break
	}
	if h.Start == nil && h.Connect == nil {
		return false
	}
	h.Span = p.span(start)
	s.Hierarchy = h
	return true
}
