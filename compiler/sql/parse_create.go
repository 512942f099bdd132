package sql

// create reads CREATE TABLE … AS query and CREATE VIEW … AS query; any other CREATE is opaque.
func (p *parser) create() Statement {
	first := p.pos
	start := p.next().start
	c := &Create{}
	c.OrReplace = p.keywords(kwOr, kwReplace)
	for p.tok.kind == word && !p.at(kwTable) && !p.at(kwView) {
		switch p.tok.keyword {
		case kwTemp, kwTemporary:
			c.Temporary = true
		case kwMaterialized:
			c.Kind = "materialized "
		case kwLocal, kwGlobal, kwUnlogged, kwTransient, kwSecure, kwRecursive, kwVolatile:
			if c.Modifiers != "" {
				c.Modifiers += " "
			}
			c.Modifiers += keywords[p.tok.keyword]
		default:
			return p.opaqueFrom(first)
		}
		p.next()
	}
	if !p.at(kwTable) && !p.at(kwView) {
		return p.opaqueFrom(first)
	}
	c.Kind += keywords[p.next().keyword]
	c.IfNotExists = p.keywords(kwIf, kwNot, kwExists)
	c.Name = p.tableName()
	if !p.createQuery(c) {
		return p.opaqueFrom(first)
	}
	c.Span = p.span(start)
	return c
}

// opaqueFrom makes an Opaque of a statement of a kind that is not read, from its first token on.
func (p *parser) opaqueFrom(first int) Statement {
	if p.failed {
		return &Opaque{}
	}
	p.pos = first
	p.tok = p.tokens[first]
	return p.otherStatement()
}

// createQuery reads what follows the name; it tells whether that ends in a query.
func (p *parser) createQuery(c *Create) bool {
	if p.tok.kind == lparen && p.justNames() {
		c.Columns = p.identList()
	}
	if p.tok.kind != word && p.tok.kind != lparen {
		return false
	}
	from, depth := p.tok.start, 0
	for !(depth == 0 && p.at(kwAs) && p.queryAhead()) {
		switch p.next().kind {
		case eof, semicolon:
			return false
		case lparen:
			depth++
		case rparen:
			depth--
		}
	}
	if p.tok.start > from {
		c.Options = p.text[from:p.end]
	}
	p.next()
	q := p.query()
	c.Query = q
	tail := p.tok.start
	for more := p.at(kwWith); more && p.tok.kind == word; p.next() {
	}
	if p.end > tail {
		c.Tail = p.text[tail:p.end]
	}
	return true
}

// queryAhead tells whether a query follows the current word.
func (p *parser) queryAhead() bool {
	next := p.peek(1)
	return next.kind == lparen || next.kind == word && (queryWord(next.keyword) || next.keyword == kwTable || next.keyword == kwFrom ||
		next.keyword == kwPivot || next.keyword == kwUnpivot)
}

// justNames tells whether the current brackets hold names and nothing else.
func (p *parser) justNames() bool {
	for n := 1; ; n += 2 {
		if k := p.peek(n).kind; k != word && k != quoted {
			return false
		}
		switch p.peek(n + 1).kind {
		case comma:
		case rparen:
			return true
		default:
			return false
		}
	}
}
