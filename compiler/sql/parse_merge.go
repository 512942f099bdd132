package sql

// merge reads MERGE.
func (p *parser) merge(start int32, with *With) Statement {
	p.next()
	p.keyword(kwInto)
	m := &Merge{With: with}
	only := p.keyword(kwOnly)
	m.Into = p.tableName()
	m.Into.Only = only
	if p.tok.kind == star {
		p.next()
	}
	m.Into.Alias = p.alias()
	m.Into.Span = p.span(m.Into.Start)
	p.expectKeyword(kwUsing)
	m.Using = p.table()
	if p.at(kwUsing) {
		p.next()
		m.UsingCols = p.identList()
	} else if p.expectKeyword(kwOn) {
		m.On = p.element()
	}
	for p.at(kwWhen) {
		m.Whens = append(m.Whens, p.mergeWhen())
	}
	m.Returning = p.returning()
	m.Span = p.span(start)
	return m
}

// mergeWhen reads WHEN [NOT] MATCHED … THEN …
func (p *parser) mergeWhen() MergeWhen {
	w := MergeWhen{}
	start := p.next().start
	if p.keyword(kwNot) {
		w.Kind = NotMatched
	}
	p.expectKeyword(kwMatched)
	if p.keyword(kwBy) {
		if w.ByTarget = p.keyword(kwTarget); !w.ByTarget {
			p.expectKeyword(kwSource)
			w.Kind = NotMatchedBySource
		}
	}
	if p.keyword(kwAnd) {
		w.And = p.expr()
	}
	p.expectKeyword(kwThen)
	p.mergeAction(&w)
	w.Span = p.span(start)
	return w
}

// mergeAction reads what is done to the rows.
func (p *parser) mergeAction(w *MergeWhen) {
	switch {
	case p.keywords(kwDo, kwNothing):
		w.Action = "do nothing"
	case p.keyword(kwDelete):
		w.Action = "delete"
	case p.keyword(kwError):
		w.Action = "error"
		if p.tok.kind != eof && p.tok.kind != semicolon && !p.at(kwWhen) && !p.at(kwReturning) {
			w.Message = p.expr()
		}
	case p.keyword(kwUpdate):
		w.Action = "update"
		p.mergeUpdate(w)
	case p.keyword(kwInsert):
		w.Action = "insert"
		p.mergeInsert(w)
	default:
		p.unexpected("UPDATE, INSERT, DELETE or DO NOTHING")
	}
}

func (p *parser) mergeUpdate(w *MergeWhen) {
	if !p.keyword(kwSet) {
		w.All = true
		w.ByName = p.byName()
		return
	}
	if p.accept(star) {
		w.All = true
		return
	}
	w.Set = p.assignments()
}

// byName reads BY NAME or BY POSITION.
func (p *parser) byName() bool {
	if p.keywords(kwBy, kwName) {
		return true
	}
	p.keywords(kwBy, kwPosition)
	return false
}

func (p *parser) mergeInsert(w *MergeWhen) {
	if p.accept(star) {
		w.All = true
		return
	}
	if p.at(kwBy) {
		w.All, w.ByName = true, p.byName()
		return
	}
	if p.tok.kind == lparen {
		w.Columns = p.targets()
	}
	w.Overriding = p.overriding()
	if p.keywords(kwDefault, kwValues) {
		return
	}
	if !p.keyword(kwValues) {
		w.All = w.Columns == nil
		return
	}
	p.expect(lparen, `"("`)
	w.Values = p.elements()
	p.expect(rparen, `")"`)
}
