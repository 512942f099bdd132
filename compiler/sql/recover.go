package sql

// recover makes one opaque node of what was not understood from the token first on: it ends before the next comma, clause,
// closing bracket or semicolon outside of brackets that are opened in it. The parser is no longer stuck then.
func (p *parser) recover(first int) *Opaque {
	if p.fatal || p.recoveries > maxProblems {
		return &Opaque{Span: p.span(p.tokens[first].start)}
	}
	p.recoveries++
	p.failed = false
	to, closed := p.skip(first, p.failedAt)
	if !closed { // a bracket is never closed: look for the end without regard to it
		to, _ = p.skip(p.failedAt, p.failedAt)
	}
	p.pos = to
	p.tok = p.tokens[to]
	if to == first {
		return &Opaque{Span: p.span(p.end)}
	}
	p.end = p.tokens[to-1].end
	span := p.span(p.tokens[first].start)
	return &Opaque{span, p.text[span.Start:span.End]}
}

// skip is the index of the first token, from the given one and at or after the failed one, at which something new begins; closed
// tells whether all brackets before it are.
func (p *parser) skip(from, failedAt int) (to int, closed bool) {
	depth := 0
	for i := from; ; i++ {
		t := p.tokens[i]
		switch t.kind {
		case eof, semicolon:
			return i, depth == 0
		case lparen, lbracket, lbrace:
			depth++
		case rparen, rbracket, rbrace:
			if depth == 0 && i >= failedAt {
				return i, true
			}
			depth = max(depth-1, 0)
		case comma:
			if depth == 0 && i >= failedAt {
				return i, true
			}
		case word:
			if depth == 0 && i >= failedAt && beginsClause(t.keyword) && i > 0 && p.tokens[i-1].keyword != kwDistinct {
				return i, true
			}
		}
	}
}

// beginsClause tells whether a keyword begins a part of a query.
func beginsClause(k keyword) bool {
	switch k {
	case kwFrom, kwWhere, kwGroup, kwHaving, kwWindow, kwQualify, kwOrder, kwLimit, kwOffset, kwFetch, kwUnion, kwIntersect, kwExcept,
		kwSelect, kwReturning:
		return true
	}
	return false
}

// ended tells whether the current token may follow an element of a list or a clause.
func (p *parser) ended() bool {
	switch p.tok.kind {
	case eof:
		return !p.failed
	case comma, rparen, rbracket, rbrace, semicolon:
		return true
	case word:
		return endsClause(p.tok.keyword)
	}
	return false
}

// endsClause tells whether a keyword may follow a clause of a query or a statement.
func endsClause(k keyword) bool {
	if beginsClause(k) {
		return true
	}
	switch k {
	case kwMeasures, kwPattern, kwAfter, kwOne, kwDo, kwInto, kwFor, kwUsing, kwMinus, kwSet, kwOn, kwWhen, kwThen, kwStart, kwConnect, kwWith, kwSample, kwTablesample, kwValues, kwAs,
		kwSettings, kwLock, kwDefault, kwValue, kwName:
		return true
	}
	return false
}

// element reads an element of a list that ends where a clause may end, or makes an Opaque of it.
func (p *parser) element() Expr {
	first := p.pos
	x := p.expr()
	if p.failed || !p.ended() {
		if !p.failed {
			p.unexpected("the end of the expression")
		}
		return p.recover(first)
	}
	return x
}
