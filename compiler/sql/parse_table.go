package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// from reads the tables after FROM.
func (p *parser) from() []Table {
	mark := p.tables.begin()
	for !p.failed {
		p.tables.push(p.tableElement())
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return p.tables.end(mark)
}

// tableElement reads a table with its joins, or makes an Opaque of it.
func (p *parser) tableElement() Table {
	first := p.pos
	t := p.table()
	if p.failed || !p.ended() {
		if !p.failed {
			p.unexpected("a comma, a join or a clause")
		}
		return p.recover(first)
	}
	return t
}

// table reads a table and the joins after it.
func (p *parser) table() Table {
	p.enter()
	defer p.leave()
	start := p.tok.start
	return p.joins(start, p.joinable())
}

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
	for p.tok.kind == word && !p.at(kwJoin) {
		switch p.tok.keyword {
		case kwNatural:
			j.Natural = true
		case kwAsof:
			j.Asof = true
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

// withAlias gives a table an alias that stands before it.
func withAlias(t Table, a Alias, start int32) Table {
	switch t := t.(type) {
	case *TableName:
		t.Alias, t.Start = a, start
	case *DerivedTable:
		t.Alias, t.Start = a, start
	case *TableFunction:
		t.Alias, t.Start = a, start
	}
	return t
}

// tableName reads a name of a table without an alias.
func (p *parser) tableName() *TableName {
	start := p.tok.start
	t := &TableName{}
	switch p.tok.kind {
	case str, param, atName:
		token := p.next()
		name, quoted := p.slice(token), false
		if token.kind == str && !strings.HasPrefix(name, "'@") { // the quotes around a stage are no name's
			name, quoted = p.decode(token), true
		}
		t.Name = p.singleIdent(Ident{p.span(start), name, quoted})
	default:
		t.Name = p.name()
	}
	t.Span = p.span(start)
	return t
}

// namedTable reads a table by name, or a function.
func (p *parser) namedTable(start int32, lateral bool) Table {
	if p.at(kwTable) && p.peek(1).kind == lparen {
		return p.tableOf(start, lateral)
	}
	if p.tok.kind == word && (p.grammar.is(p.tok.keyword, reserved) || p.joinStarts()) && p.peek(1).kind != lparen {
		p.unexpected("a table")
		return &Opaque{Span: p.span(start)}
	}
	if p.callAhead() {
		return p.functionTable(start, lateral)
	}
	stage := p.grammar.has(dialect.Stages) && (p.tok.kind == atName || p.tok.kind == str)
	t := p.tableName()
	if p.tok.kind == star { // t *: with what inherits from it
		p.next()
	}
	if stage && p.tok.kind == lparen {
		t.Options = p.options()
	}
	t.AsOf = p.version()
	if p.sampleStarts() {
		t.Sample = p.sample()
	}
	t.Alias = p.alias()
	if t.AsOf == nil {
		t.AsOf = p.version()
	}
	if t.Sample == nil && p.sampleStarts() {
		t.Sample = p.sample()
	}
	t.Span = p.span(start)
	return t
}

// callAhead tells whether a name with an opening bracket after it stands here.
func (p *parser) callAhead() bool {
	for n := 0; ; n += 2 {
		if k := p.peek(n).kind; k != word && k != quoted {
			return false
		}
		switch p.peek(n + 1).kind {
		case lparen:
			return true
		case dot:
		default:
			return false
		}
	}
}

// functionTable reads a function as a table.
func (p *parser) functionTable(start int32, lateral bool) Table {
	t := &TableFunction{Lateral: lateral}
	t.Calls = p.listOf(p.primary())
	p.functionTail(t, start)
	return t
}

// functionTail reads what follows a function that is a table.
func (p *parser) functionTail(t *TableFunction, start int32) {
	t.Ordinality = p.keywords(kwWith, kwOrdinality)
	if p.sampleStarts() {
		t.Sample = p.sample()
	}
	t.Alias = p.alias()
	if p.keywords(kwWith, kwOrdinality) {
		t.Ordinality = true
	}
	if t.Sample == nil && p.sampleStarts() {
		t.Sample = p.sample()
	}
	t.Span = p.span(start)
}

// tableOf reads TABLE(f(x)).
func (p *parser) tableOf(start int32, lateral bool) Table {
	p.next()
	p.next()
	t := &TableFunction{Lateral: lateral, Table: true}
	t.Calls = p.listOf(p.argValue())
	p.expect(rparen, `")"`)
	p.functionTail(t, start)
	return t
}

// rowsFrom reads ROWS FROM (f(x) AS (a int), g(y)).
func (p *parser) rowsFrom(start int32, lateral bool) Table {
	t := &TableFunction{Lateral: lateral, RowsFrom: true}
	p.expect(lparen, `"("`)
	mark := p.exprs.begin()
	given := false
	for !p.failed {
		p.exprs.push(p.primary())
		def := Alias{}
		if p.at(kwAs) {
			def, given = p.alias(), true
		}
		t.Defs = append(t.Defs, def)
		if !p.accept(comma) {
			break
		}
	}
	if !given {
		t.Defs = nil
	}
	t.Calls = p.exprs.end(mark)
	p.expect(rparen, `")"`)
	p.functionTail(t, start)
	return t
}

// bracketedTable reads (query) or (a JOIN b).
func (p *parser) bracketedTable(start int32, lateral bool) Table {
	p.enter()
	defer p.leave()
	p.next()
	if p.startsQuery() && !p.at(kwValues) {
		d := &DerivedTable{Lateral: lateral, Query: p.queryInBrackets()}
		p.derivedTail(d, start)
		return d
	}
	innerStart := p.tok.start
	t := p.table()
	if d, ok := t.(*DerivedTable); ok && d.Alias.IsZero() && d.Sample == nil && !p.failed && p.continuesQuery() {
		d.Query = p.queryFrom(innerStart, d.Query)
	}
	for !p.failed && p.accept(comma) { // (a, b) is a cross join
		t = &Join{Kind: Cross, Left: t, Right: p.table(), Span: p.span(innerStart)}
	}
	p.expect(rparen, `")"`)
	switch t := t.(type) {
	case *DerivedTable:
		if t.Alias.IsZero() {
			t.Lateral = t.Lateral || lateral
			p.derivedTail(t, start)
		}
	case *Join:
		t.Alias = p.alias()
		if !t.Alias.IsZero() {
			t.Span = p.span(start)
		}
	case *TableName:
		if t.Alias.IsZero() {
			t.Alias = p.alias()
		}
	}
	return t
}

// queryInBrackets reads a query up to its closing bracket, whatever stands before it.
func (p *parser) queryInBrackets() *Query {
	s := p.inBrackets()
	if q, ok := s.(*Query); ok {
		return q
	}
	q := &Query{Span: s.At()}
	if o, ok := s.(*Opaque); ok {
		q.Body = o
	} else {
		q.Body = &Opaque{Span: s.At(), Text: p.text[s.At().Start:s.At().End]}
	}
	return q
}

// derivedTail reads what follows a query in brackets.
func (p *parser) derivedTail(d *DerivedTable, start int32) {
	if p.sampleStarts() {
		d.Sample = p.sample()
	}
	d.Alias = p.alias()
	if d.Sample == nil && p.sampleStarts() {
		d.Sample = p.sample()
	}
	d.Span = p.span(start)
}

// alias reads [AS] name [(columns)], if there is one.
func (p *parser) alias() Alias {
	start := p.tok.start
	a := Alias{}
	as := p.keyword(kwAs)
	switch {
	case as && p.tok.kind == lparen: // AS (a int)
		p.aliasColumns(&a)
	case as:
		a.Name = p.identAny("a name")
	case p.tok.kind == quoted, p.tok.kind == word && p.mayAlias():
		a.Name = p.takeIdent()
	default:
		return Alias{}
	}
	if p.tok.kind == lparen && a.Columns == nil {
		p.aliasColumns(&a)
	}
	a.Span = p.span(start)
	return a
}

// mayAlias tells whether the current word is an alias of a table, and not the beginning of something else.
func (p *parser) mayAlias() bool {
	k := p.tok.keyword
	if k == notKeyword {
		return true
	}
	if p.grammar.is(k, reserved|operator|noAlias) {
		return false
	}
	switch k {
	case kwPivot, kwUnpivot, kwMatchRecognize, kwMatchCondition, kwChanges, kwSample, kwBefore, kwAt:
		return p.peek(1).kind != lparen && !(k == kwSample && p.peek(1).kind == number)
	case kwAsof, kwPositional, kwSemi, kwAnti:
		return !p.joinStarts()
	case kwQualify, kwLimit, kwOffset:
		return !p.startsValue(1)
	case kwTablesample:
		return false
	case kwWindow:
		return !p.ahead(2, kwAs)
	case kwStart:
		return !p.ahead(1, kwWith)
	case kwConnect:
		return !p.ahead(1, kwBy)
	}
	return true
}

// aliasColumns reads (a, b) or (a int, b text).
func (p *parser) aliasColumns(a *Alias) {
	p.next()
	mark := p.idents.begin()
	for !p.failed && p.tok.kind != rparen {
		p.idents.push(p.identAny("a name"))
		if p.tok.kind == word || p.tok.kind == quoted {
			a.Types = append(a.Types, p.typ())
			if p.keyword(kwCollate) {
				p.name()
			}
		}
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	a.Columns = p.idents.end(mark)
}

// sampleStarts takes TABLESAMPLE or SAMPLE.
func (p *parser) sampleStarts() bool {
	if p.at(kwTablesample) {
		p.next()
		return true
	}
	if p.at(kwSample) && (p.peek(1).kind == lparen || p.peek(2).kind == lparen) && p.grammar.is(kwSample, reserved) {
		p.next()
		return true
	}
	return false
}

// options reads (a => x, b => y).
func (p *parser) options() []Expr {
	c := &Call{}
	p.next()
	p.args(c)
	p.expect(rparen, `")"`)
	return c.Args
}

// version reads AT (…), BEFORE (…), CHANGES (…) or FOR VERSION AS OF x, if there is one.
func (p *parser) version() *Version {
	start := p.tok.start
	switch {
	case (p.at(kwAt) || p.at(kwBefore) || p.at(kwChanges) || p.at(kwEnd)) && p.peek(1).kind == lparen:
		v := &Version{Word: keywords[p.next().keyword]}
		p.next()
		if p.tok.kind == word {
			v.Unit = lowered(p.slice(p.next()))
		}
		p.accept(arrow)
		v.X = p.expr()
		p.expect(rparen, `")"`)
		v.Span = p.span(start)
		v.Next = p.version()
		return v
	case p.at(kwFor) && (p.ahead(1, kwVersion) || p.ahead(1, kwTimestamp) || p.ahead(1, kwSystemTime)):
		v := &Version{Word: p.words(kwFor, kwVersion, kwTimestamp, kwSystemTime, kwAs, kwOf)}
		v.X = p.operators(byIn + 1)
		v.Span = p.span(start)
		return v
	}
	return nil
}
