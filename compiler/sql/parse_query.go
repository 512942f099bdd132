package sql

import "github.com/modsql/mod/compiler/dialect"

// queryWord tells whether a keyword begins a query in every dialect.
func queryWord(k keyword) bool {
	return k == kwSelect || k == kwWith || k == kwValues
}

// startsQuery tells whether a query begins here.
func (p *parser) startsQuery() bool {
	if p.tok.kind != word {
		return false
	}
	switch k := p.tok.keyword; k {
	case kwSelect:
		return true
	case kwWith:
		return p.peek(1).kind != dot && p.peek(1).kind != comma
	case kwValues:
		return p.peek(1).kind == lparen || p.peek(1).kind == number || p.peek(1).kind == str
	case kwTable:
		return p.peek(1).kind == word || p.peek(1).kind == quoted
	case kwFrom:
		return p.grammar.has(dialect.FromFirst)
	case kwPivot, kwUnpivot, kwPivotWider, kwPivotLonger, kwDescribe, kwDesc, kwShow, kwSummarize:
		return p.grammar.has(dialect.FromFirst)
	}
	return false
}

// continuesQuery tells whether the current token continues a query in brackets that was just read.
func (p *parser) continuesQuery() bool {
	if p.tok.kind != word {
		return false
	}
	switch p.tok.keyword {
	case kwUnion, kwIntersect, kwExcept, kwMinus, kwOrder, kwLimit, kwOffset, kwFetch:
		return true
	case kwFor:
		return p.ahead(1, kwUpdate) || p.ahead(1, kwShare) || p.ahead(1, kwNo) || p.ahead(1, kwKey)
	}
	return false
}

// query reads WITH … and what follows it.
func (p *parser) query() *Query {
	start := p.tok.start
	return p.queryWith(start, p.with())
}

// queryWith reads a query whose WITH, if there is one, has been read.
func (p *parser) queryWith(start int32, with *With) *Query {
	q := p.queryFrom(start, nil)
	if with == nil {
		return q
	}
	if q.With != nil { // WITH … (WITH … SELECT …)
		q = &Query{Body: q}
	}
	q.With, q.Span = with, p.span(start)
	return q
}

// queryFrom reads a query without its WITH; its first body may have been read already.
func (p *parser) queryFrom(start int32, first Body) *Query {
	p.enter()
	defer p.leave()
	q := &Query{}
	q.Body = p.setOps(start, first, bySetUnion)
	if p.top != nil && q.Body == p.top { // TOP n counts after the ORDER BY
		q.Body, q.Limit = p.top.Body, p.top.Limit
	}
	p.queryTail(q)
	if q.Limit != nil && q.Limit.Count == nil && q.Limit.Offset == nil { // LIMIT ALL
		q.Limit = nil
	}
	q.Span = p.span(start)
	return simplify(q)
}

// simplify takes away a query around a query that adds nothing to it.
func simplify(q *Query) *Query {
	if inner, ok := q.Body.(*Query); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Locks == nil {
		return inner
	}
	return q
}

// plain is the body of a query that is nothing but one.
func plain(b Body) Body {
	if q, ok := b.(*Query); ok && q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Locks == nil {
		return q.Body
	}
	return b
}

// queryTail reads ORDER BY, LIMIT and locks.
func (p *parser) queryTail(q *Query) {
	for !p.failed && p.tok.kind == word {
		switch p.tok.keyword {
		case kwOrder:
			if q.OrderBy != nil {
				return
			}
			q.OrderBy = p.orderBy()
		case kwLimit, kwOffset, kwFetch:
			p.limit(q)
		case kwFor:
			if !p.lock(q) {
				return
			}
		default:
			return
		}
	}
}

// The precedences of set operations.
const (
	bySetUnion = iota
	bySetIntersect
	bySetOperand
)

// setOps reads bodies and the set operations between them that bind at least so tightly.
func (p *parser) setOps(start int32, first Body, least int) Body {
	left := first
	if left == nil {
		left = p.body()
	}
	for n := 0; !p.failed && p.tok.kind == word; n++ {
		kind, by := Union, bySetUnion
		switch p.tok.keyword {
		case kwUnion:
		case kwExcept, kwMinus:
			if p.tok.keyword == kwMinus && !p.setFollows() {
				return left
			}
			kind = Except
		case kwIntersect:
			kind, by = Intersect, bySetIntersect
		default:
			return left
		}
		if by < least {
			return left
		}
		p.link(n)
		p.next()
		left = p.setOp(start, kind, by, left)
	}
	return left
}

// setFollows tells whether MINUS is a set operation here, and not a name.
func (p *parser) setFollows() bool {
	next := p.peek(1)
	return next.kind == lparen || next.keyword == kwAll || next.keyword == kwDistinct || queryWord(next.keyword)
}

// setOp reads what follows the word of a set operation.
func (p *parser) setOp(start int32, kind SetKind, by int, left Body) Body {
	s := &SetOp{Kind: kind, Left: plain(left)}
	if p.keyword(kwAll) {
		s.All = true
	} else {
		p.keyword(kwDistinct)
	}
	if p.keywords(kwBy, kwName) {
		s.ByName = true
	}
	if p.keyword(kwCorresponding) {
		s.ByName = true
		if p.keyword(kwBy) {
			s.Corresponding = p.identList()
		}
	}
	s.Right = plain(p.setOps(p.tok.start, nil, by+1))
	s.Span = p.span(start)
	return s
}

// body reads a SELECT, VALUES or a query in brackets.
func (p *parser) body() Body {
	start := p.tok.start
	if p.tok.kind == lparen {
		return p.bracketedBody()
	}
	if p.tok.kind == word {
		switch p.tok.keyword {
		case kwSelect:
			return p.selectFrom(start)
		case kwValues:
			return p.values()
		case kwTable:
			return p.tableBody()
		}
		if p.grammar.has(dialect.FromFirst) {
			switch p.tok.keyword {
			case kwFrom:
				return p.selectFrom(start)
			case kwPivot, kwPivotWider:
				return p.pivotStatement()
			case kwUnpivot, kwPivotLonger:
				return p.unpivotStatement()
			case kwDescribe, kwDesc, kwShow, kwSummarize:
				return p.describe()
			}
		}
	}
	p.unexpected("a query")
	return &Opaque{Span: p.span(start)}
}

// bracketedBody reads (query).
func (p *parser) bracketedBody() Body {
	start := p.next().start
	var q *Query
	if p.tok.kind == lparen {
		p.enter()
		inner := p.bracketedBody()
		q = p.queryFrom(start, inner)
		p.leave()
	} else {
		q = p.query()
	}
	p.expect(rparen, `")"`)
	return q
}

// values reads VALUES (1, 2), (3, 4). Some dialects do without the brackets.
func (p *parser) values() Body {
	start := p.next().start
	v := &Values{}
	for !p.failed {
		rowStart := p.tok.start
		row := Row{}
		if p.keyword(kwRow); p.tok.kind == lparen {
			p.next()
			if p.tok.kind != rparen {
				row.Items = p.elements()
			}
			p.expect(rparen, `")"`)
		} else {
			row.Items = p.listOf(p.expr())
		}
		row.Span = p.span(rowStart)
		v.Rows = append(v.Rows, row)
		if !p.accept(comma) || p.listEnds() || p.at(kwAs) {
			break
		}
	}
	v.Span = p.span(start)
	return v
}

// elements reads expressions with commas between, any of which may turn out opaque.
func (p *parser) elements() []Expr {
	mark := p.exprs.begin()
	for !p.failed {
		p.exprs.push(p.element())
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return p.exprs.end(mark)
}

// tableBody reads TABLE t, which is SELECT * FROM t.
func (p *parser) tableBody() Body {
	start := p.next().start
	if p.reservedTable() {
		p.unexpected("a table")
	}
	table := p.tableName()
	s := &Select{From: []Table{table}, Items: []SelectItem{{X: &Star{}}}}
	s.Span = p.span(start)
	return s
}

// describe reads DESCRIBE, SHOW or SUMMARIZE of a query or a table.
func (p *parser) describe() Body {
	start := p.tok.start
	d := &Describe{Word: keywords[p.next().keyword]}
	if d.Word == "desc" {
		d.Word = "describe"
	}
	switch {
	case p.startsQuery():
		d.Of = p.query()
	case p.tok.kind == lparen:
		d.Of = p.table()
	case p.at(kwAll), p.at(kwTables), p.at(kwDatabases), p.at(kwSchemas):
		d.Word += " " + p.words(kwAll, kwTables, kwDatabases, kwSchemas)
		if p.keyword(kwFrom) {
			d.Word += " from"
			d.Of = p.tableName()
		}
	case p.tok.kind == word || p.tok.kind == quoted || p.tok.kind == str:
		d.Of = p.tableName()
	}
	d.Span = p.span(start)
	return d
}
