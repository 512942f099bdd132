package sql

// tableTail reads what is done to a table after its alias: PIVOT, UNPIVOT and MATCH_RECOGNIZE, one after the other.
func (p *parser) tableTail(start int32, t Table) Table {
	for n := 0; !p.failed && p.tok.kind == word; n++ {
		p.link(n)
		open := p.peek(1)
		switch p.tok.keyword {
		case kwPivot:
			if open.kind != lparen {
				return t
			}
			t = p.pivot(start, t)
		case kwUnpivot:
			if open.kind != lparen && open.keyword != kwInclude && open.keyword != kwExclude {
				return t
			}
			t = p.unpivot(start, t)
		case kwMatchRecognize:
			if open.kind != lparen {
				return t
			}
			t = p.matchRecognize(start, t)
		default:
			return t
		}
	}
	return t
}

// pivot reads PIVOT (sum(x) FOR y IN (…) GROUP BY z) and the alias.
func (p *parser) pivot(start int32, source Table) Table {
	p.next()
	p.next()
	out := &Pivot{Source: source, Aggregates: p.aliasedList()}
	p.expectKeyword(kwFor)
	for !p.failed {
		out.For = append(out.For, p.pivotColumn(true))
		if p.tok.kind == rparen || p.at(kwGroup) || p.at(kwDefault) {
			break
		}
	}
	if p.keywords(kwDefault, kwOn, kwNull) {
		p.expect(lparen, `"("`)
		out.Default = p.expr()
		p.expect(rparen, `")"`)
	}
	if p.keywords(kwGroup, kwBy) {
		out.GroupBy = p.exprList()
	}
	p.expect(rparen, `")"`)
	out.Alias = p.alias()
	out.Span = p.span(start)
	return out
}

// aliasedList reads expressions with aliases.
func (p *parser) aliasedList() []SelectItem {
	mark := p.items.begin()
	for !p.failed {
		start := p.tok.start
		item := SelectItem{X: p.expr()}
		if !p.at(kwFor) {
			item.Alias = p.label()
		}
		item.Span = p.span(start)
		p.items.push(item)
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return p.items.end(mark)
}

// pivotColumn reads y IN (…); without its values it stands for those in the data.
func (p *parser) pivotColumn(needsValues bool) PivotColumn {
	start := p.tok.start
	c := PivotColumn{X: p.operators(byOther)}
	if p.keyword(kwIn) {
		p.pivotValues(&c)
	} else if needsValues {
		p.unexpected("IN")
	}
	c.Span = p.span(start)
	return c
}

// pivotValues reads what follows IN: (1, 2), (query), (ANY ORDER BY x), or the name of an enum.
func (p *parser) pivotValues(c *PivotColumn) {
	if p.tok.kind != lparen {
		c.Enum = p.ident("a list of values")
		return
	}
	p.next()
	switch {
	case p.startsQuery():
		c.Query = p.query()
	case p.at(kwAny) && (p.peek(1).kind == rparen || p.ahead(1, kwOrder)):
		p.next()
		c.Any = true
		if p.at(kwOrder) {
			c.OrderBy = p.orderBy()
		}
	default:
		c.In = p.aliasedList()
	}
	p.expect(rparen, `")"`)
}

// pivotStatement reads PIVOT t ON y IN (…) USING sum(x) GROUP BY z.
func (p *parser) pivotStatement() Body {
	start := p.next().start
	out := &Pivot{Statement: true, Source: p.table()}
	if p.keyword(kwOn) {
		for !p.failed {
			out.For = append(out.For, p.pivotColumn(false))
			if !p.accept(comma) || p.listEnds() || p.at(kwUsing) {
				break
			}
		}
	}
	if p.keyword(kwUsing) {
		out.Aggregates = p.aliasedList()
	}
	if p.keywords(kwGroup, kwBy) {
		out.GroupBy = p.exprList()
	}
	out.Span = p.span(start)
	return out
}

// unpivot reads UNPIVOT (value FOR name IN (a, b)) and the alias.
func (p *parser) unpivot(start int32, source Table) Table {
	p.next()
	out := &Unpivot{Source: source}
	p.unpivotNulls(out)
	p.expect(lparen, `"("`)
	out.Values = p.identsMaybeBracketed()
	p.expectKeyword(kwFor)
	out.Name = p.identAny("a name")
	p.expectKeyword(kwIn)
	p.expect(lparen, `"("`)
	out.In = p.aliasedList()
	p.expect(rparen, `")"`)
	p.expect(rparen, `")"`)
	out.Alias = p.alias()
	out.Span = p.span(start)
	return out
}

func (p *parser) unpivotNulls(u *Unpivot) {
	u.IncludeNulls = p.keywords(kwInclude, kwNulls)
	u.ExcludeNulls = p.keywords(kwExclude, kwNulls)
}

// identsMaybeBracketed reads (a, b) or a, b.
func (p *parser) identsMaybeBracketed() []Ident {
	if p.tok.kind == lparen {
		return p.identList()
	}
	return p.identsUnbracketed()
}

// unpivotStatement reads UNPIVOT t ON a, b INTO NAME n VALUE v.
func (p *parser) unpivotStatement() Body {
	start := p.next().start
	out := &Unpivot{Statement: true, Source: p.table()}
	p.unpivotNulls(out)
	p.expectKeyword(kwOn)
	out.In = p.aliasedList()
	if p.keyword(kwInto) {
		p.expectKeyword(kwName)
		out.Name = p.ident("a name")
		if !p.keyword(kwValues) {
			p.expectKeyword(kwValue)
		}
		out.Values = p.identsUnbracketed()
	}
	out.Span = p.span(start)
	return out
}
