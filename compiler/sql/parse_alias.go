package sql

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
	for !p.failed {
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
