package sql

// matchRecognize reads MATCH_RECOGNIZE (…) and the alias.
func (p *parser) matchRecognize(start int32, source Table) Table {
	p.next()
	p.next()
	m := &MatchRecognize{Source: source}
	if p.keywords(kwPartition, kwBy) {
		m.PartitionBy = p.exprList()
	}
	if p.at(kwOrder) {
		m.OrderBy = p.orderBy()
	}
	if p.keyword(kwMeasures) {
		m.Measures = p.measures()
	}
	m.Rows = p.words(kwOne, kwAll, kwRow, kwRows, kwPer, kwMatch, kwShow, kwEmpty, kwMatches, kwOmit, kwWith, kwUnmatched)
	if p.keywords(kwAfter, kwMatch) {
		m.After = p.afterMatch()
	}
	p.words(kwInitial, kwSeek)
	if p.expectKeyword(kwPattern) {
		m.Pattern = p.pattern()
	}
	if p.keyword(kwSubset) {
		m.Subsets = p.subsets()
	}
	if p.keyword(kwDefine) {
		m.Define = p.defines()
	}
	p.expect(rparen, `")"`)
	m.Alias = p.alias()
	m.Span = p.span(start)
	return m
}

// measures reads FINAL last(x) AS y, …
func (p *parser) measures() []SelectItem {
	mark := p.items.begin()
	for !p.failed {
		start := p.tok.start
		item := SelectItem{}
		if (p.at(kwFinal) || p.at(kwRunning)) && p.startsValue(1) {
			op := Op(keywords[p.next().keyword])
			item.X = &Unary{Op: op, X: p.expr(), Span: p.span(start)}
		} else {
			item.X = p.expr()
		}
		item.Alias = p.label()
		item.Span = p.span(start)
		p.items.push(item)
		if !p.accept(comma) {
			break
		}
	}
	return p.items.end(mark)
}

// afterMatch reads SKIP PAST LAST ROW and the like.
func (p *parser) afterMatch() string {
	words := p.words(kwSkip, kwTo, kwNext, kwRow, kwPast, kwLast, kwFirst)
	if !p.at(kwPattern) && (p.tok.kind == word || p.tok.kind == quoted) {
		words += " " + p.slice(p.next())
	}
	return words
}

// pattern reads (…) as it is written.
func (p *parser) pattern() string {
	if !p.expect(lparen, `"("`) {
		return ""
	}
	from, depth := p.tok.start, 0
	for p.tok.kind != eof && (depth > 0 || p.tok.kind != rparen) {
		switch p.next().kind {
		case lparen:
			depth++
		case rparen:
			depth--
		}
	}
	text := p.text[from:max(p.end, from)]
	p.expect(rparen, `")"`)
	return text
}

// subsets reads u = (a, b), …
func (p *parser) subsets() []PatternSet {
	var out []PatternSet
	for !p.failed {
		start := p.tok.start
		s := PatternSet{Name: p.ident("a name")}
		p.expect(eq, `"="`)
		s.Of = p.identList()
		s.Span = p.span(start)
		out = append(out, s)
		if !p.accept(comma) {
			break
		}
	}
	return out
}

// defines reads a AS price > 1, …
func (p *parser) defines() []SelectItem {
	mark := p.items.begin()
	for !p.failed {
		start := p.tok.start
		item := SelectItem{Alias: p.ident("a name")}
		p.expectKeyword(kwAs)
		item.X = p.expr()
		item.Span = p.span(start)
		p.items.push(item)
		if !p.accept(comma) {
			break
		}
	}
	return p.items.end(mark)
}
