package sql

// insert reads INSERT.
func (p *parser) insert(start int32, with *With) Statement {
	p.next()
	i := &Insert{With: with}
	if p.keyword(kwOr) {
		i.Or = p.words(kwReplace, kwIgnore)
	} else if p.keyword(kwOverwrite) {
		i.Or = "overwrite"
	}
	p.keyword(kwInto)
	if p.at(kwTable) && p.grammar.is(kwTable, reserved) {
		p.next()
	}
	i.Into = p.tableName()
	if p.keyword(kwAs) {
		nameStart := p.tok.start
		i.Into.Alias.Name = p.ident("a name")
		i.Into.Alias.Span = p.span(nameStart)
	}
	p.insertColumns(i)
	p.insertSource(i)
	if p.at(kwOn) && p.ahead(1, kwConflict) {
		i.OnConflict = p.onConflict()
	}
	i.Returning = p.returning()
	i.Span = p.span(start)
	return i
}

// insertColumns reads the columns, BY NAME and OVERRIDING.
func (p *parser) insertColumns(i *Insert) {
	switch {
	case p.keywords(kwBy, kwName):
		i.ByName = true
	case p.keywords(kwBy, kwPosition):
		i.ByPosition = true
	case p.tok.kind == lparen && !p.bracketedQueryAhead():
		i.Columns = p.targets()
	}
	i.Overriding = p.overriding()
}

// overriding reads OVERRIDING SYSTEM|USER VALUE, if it is there.
func (p *parser) overriding() string {
	if !p.keyword(kwOverriding) {
		return ""
	}
	whose := p.words(kwSystem, kwUser)
	if whose == "" {
		p.unexpected("SYSTEM or USER")
	}
	p.expectKeyword(kwValue)
	return whose
}

// bracketedQueryAhead tells whether the current bracket opens a query.
func (p *parser) bracketedQueryAhead() bool {
	for n := 1; ; n++ {
		t := p.peek(n)
		if t.kind != lparen {
			return t.kind == word && queryWord(t.keyword) && p.grammar.is(t.keyword, reserved) || t.keyword == kwSelect || t.keyword == kwFrom
		}
	}
}

// insertSource reads DEFAULT VALUES or a query.
func (p *parser) insertSource(i *Insert) {
	if p.keywords(kwDefault, kwValues) {
		return
	}
	i.Query = p.query()
}

// onConflict reads ON CONFLICT … DO …
func (p *parser) onConflict() *OnConflict {
	start := p.next().start
	p.next()
	c := &OnConflict{}
	switch {
	case p.tok.kind == lparen:
		p.conflictColumns(c)
		c.Filter = p.where()
	case p.keywords(kwOn, kwConstraint):
		c.Constraint = p.ident("a constraint")
	}
	p.expectKeyword(kwDo)
	if p.keyword(kwNothing) {
		c.Nothing = true
	} else {
		p.expectKeyword(kwUpdate)
		if p.keyword(kwSet) {
			c.Set = p.assignments()
		}
		c.Where = p.where()
	}
	c.Span = p.span(start)
	return c
}

// conflictColumns reads the columns and expressions of a unique index.
func (p *parser) conflictColumns(c *OnConflict) {
	p.next()
	mark := p.orders.begin()
	for !p.failed && p.tok.kind != rparen {
		start := p.tok.start
		o := OrderItem{X: p.expr()}
		if p.tok.kind == word || p.tok.kind == quoted { // an operator class
			p.name()
		}
		o.Span = p.span(start)
		p.orders.push(o)
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	c.Columns = p.orders.end(mark)
}
