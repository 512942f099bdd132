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

// stagePrefix is how the name of a stage begins that stands in quotes.
const stagePrefix = "'@"

// tableName reads a name of a table without an alias.
func (p *parser) tableName() *TableName {
	start := p.tok.start
	t := &TableName{}
	switch p.tok.kind {
	case str, param, atName:
		token := p.next()
		name, quoted := p.slice(token), false
		if token.kind == str && !strings.HasPrefix(name, stagePrefix) { // the quotes around a stage are no name's
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
	if p.reservedTable() && p.peek(1).kind != lparen {
		p.unexpected("a table")
		return &Opaque{Span: p.span(start)}
	}
	if p.callAhead() {
		return p.functionTable(start, lateral)
	}
	stage := p.grammar.has(dialect.Stages) && (p.tok.kind == atName || p.tok.kind == str && strings.HasPrefix(p.slice(p.tok), stagePrefix))
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

// reservedTable tells whether the current word names no table where tables are joined.
func (p *parser) reservedTable() bool {
	return p.tok.kind == word && (p.grammar.is(p.tok.keyword, reserved) || p.at(kwLateral) || p.joinStarts())
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
		if !t.Alias.IsZero() {
			break
		}
		if t.Alias = p.alias(); !t.Alias.IsZero() {
			t.Span = p.span(start)
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
	p.next()
	mark := p.exprs.begin()
	for !p.failed {
		start := p.tok.start
		name := p.identAny("an option")
		p.expect(arrow, `"=>"`)
		p.exprs.push(&NamedArg{Name: name, X: p.expr(), Span: p.span(start)})
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	return p.exprs.end(mark)
}

// version reads AT (…), BEFORE (…), CHANGES (…) or FOR VERSION AS OF x, if there is one.
func (p *parser) version() *Version {
	start := p.tok.start
	switch {
	case (p.at(kwAt) || p.at(kwBefore) || p.at(kwChanges) || p.at(kwEnd)) && p.peek(1).kind == lparen:
		v := &Version{Word: keywords[p.next().keyword]}
		p.next()
		if p.tok.kind != word {
			p.unexpected("TIMESTAMP, OFFSET or VERSION")
		}
		v.Unit = strings.ToLower(p.slice(p.next()))
		p.expect(arrow, `"=>"`)
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
