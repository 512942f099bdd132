package sql

// columnsTable reads JSON_TABLE(…) and XMLTABLE(…); nil if it is neither.
func (p *parser) columnsTable(start int32, lateral bool) Table {
	if p.tok.kind != word || p.peek(1).kind != lparen || !p.at(kwJSONTable) && !p.at(kwXmltable) {
		return nil
	}
	t := &ColumnsTable{Lateral: lateral}
	callStart := p.tok.start
	c := &Call{Name: p.singleIdent(p.takeIdent())}
	p.next()
	mark := p.exprs.begin()
	p.columnsTableArgs(c)
	c.Args = p.exprs.end(mark)
	c.Span = p.span(callStart)
	t.Call = c
	if p.keyword(kwColumns) {
		t.Columns = p.tableColumns()
	}
	mark = p.exprs.begin()
	for !p.failed && p.tok.kind == word {
		f := p.phrase()
		if f == nil {
			break
		}
		p.exprs.push(p.keywordArg(f, false))
	}
	t.Tail = p.exprs.end(mark)
	p.expect(rparen, `")"`)
	t.Alias = p.alias()
	t.Span = p.span(start)
	return t
}

// columnsTableArgs reads the arguments before COLUMNS.
func (p *parser) columnsTableArgs(c *Call) {
	if p.at(kwXmlnamespaces) {
		p.exprs.push(p.columnOrCall())
		p.accept(comma)
	}
	for needComma := false; !p.failed && p.tok.kind != rparen && !p.at(kwColumns); needComma = true {
		if needComma {
			if f := p.phrase(); f != nil {
				p.exprs.push(p.keywordArg(f, false))
				continue
			}
			if !p.accept(comma) && !p.at(kwColumns) {
				if !p.at(kwAs) {
					p.unexpected("COLUMNS")
				}
				return
			}
			if p.at(kwColumns) {
				return
			}
			if f := p.phrase(); f != nil {
				p.exprs.push(p.keywordArg(f, true))
				continue
			}
		}
		x := p.expr()
		p.exprs.push(x)
		if p.at(kwAs) { // the name of a path
			asStart := p.next().start
			name := p.tok.start
			p.exprs.push(&KeywordArg{Word: "as", X: p.column(name, p.singleIdent(p.ident("a name"))), Span: p.span(asStart)})
		}
	}
}

// tableColumns reads the columns of a JSON_TABLE or XMLTABLE, in brackets or, for the latter, without.
func (p *parser) tableColumns() []TableColumn {
	p.enter()
	defer p.leave()
	brackets := p.accept(lparen)
	var out []TableColumn
	for !p.failed {
		out = append(out, p.tableColumn())
		if !p.accept(comma) {
			break
		}
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	return out
}

// tableColumn reads name type PATH x …, name FOR ORDINALITY, or NESTED PATH x COLUMNS (…).
func (p *parser) tableColumn() TableColumn {
	start := p.tok.start
	c := TableColumn{}
	if p.at(kwNested) && (p.ahead(1, kwPath) || p.peek(1).kind == str) {
		p.next()
		p.keyword(kwPath)
		mark := p.exprs.begin()
		p.exprs.push(&KeywordArg{Word: "path", X: p.expr(), Span: p.span(start)})
		if p.at(kwAs) {
			asStart := p.next().start
			name := p.tok.start
			p.exprs.push(&KeywordArg{Word: "as", X: p.column(name, p.singleIdent(p.ident("a name"))), Span: p.span(asStart)})
		}
		c.Options = p.exprs.end(mark)
		p.expectKeyword(kwColumns)
		c.Nested = p.tableColumns()
		c.Span = p.span(start)
		return c
	}
	c.Name = p.identAny("a name")
	if p.keywords(kwFor, kwOrdinality) {
		c.Ordinality = true
	} else {
		c.Type = p.typ()
		c.Options = p.columnOptions()
	}
	c.Span = p.span(start)
	return c
}

// columnOptions reads PATH x, DEFAULT x ON EMPTY and the like.
func (p *parser) columnOptions() []Expr {
	mark := p.exprs.begin()
	for !p.failed && p.tok.kind == word {
		start := p.tok.start
		switch {
		case p.keyword(kwPath):
			p.exprs.push(&KeywordArg{Word: "path", X: p.operators(byIn + 1), Span: p.span(start)})
			continue
		case p.keywords(kwNot, kwNull):
			p.exprs.push(&KeywordArg{Word: "not null", Span: p.span(start)})
			continue
		case p.keyword(kwNull):
			p.exprs.push(&KeywordArg{Word: "null", Span: p.span(start)})
			continue
		case p.keyword(kwExists):
			p.exprs.push(&KeywordArg{Word: "exists", Span: p.span(start)})
			continue
		}
		f := p.phrase()
		if f == nil {
			break
		}
		p.exprs.push(p.keywordArg(f, false))
	}
	return p.exprs.end(mark)
}
