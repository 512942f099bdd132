package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

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
