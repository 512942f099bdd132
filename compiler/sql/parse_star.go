package sql

import "github.com/modsql/mod/compiler/dialect"

// star reads * with what follows it, or a star that unpacks what follows.
func (p *parser) star() Expr {
	start := p.next().start
	if p.at(kwColumns) && p.peek(1).kind == lparen && p.grammar.has(dialect.FromFirst) {
		x := p.postfix(p.tok.start, p.primary())
		return &Unary{Span: p.span(start), Op: OpUnpack, X: x}
	}
	return p.starMods(&Star{}, start)
}

// starMods reads EXCLUDE, REPLACE, RENAME and LIKE after a star.
func (p *parser) starMods(s *Star, start int32) Expr {
	mods := func() *StarMods {
		if s.Mods == nil {
			s.Mods = &StarMods{}
		}
		return s.Mods
	}
	for !p.failed {
		switch {
		case p.at(kwExclude) && p.excludes(), p.at(kwExcept) && p.peek(1).kind == lparen && p.peek(2).kind != lparen && !queryWord(p.peek(2).keyword):
			p.next()
			mods().Exclude = p.nameList()
			continue
		case p.at(kwReplace) && p.startsValue(1):
			p.next()
			mods().Replace = p.replacements()
			continue
		case p.at(kwRename) && p.startsValue(1):
			p.next()
			mods().Rename = p.renames()
			continue
		case p.at(kwLike), p.at(kwIlike), p.at(kwGlob), p.at(kwSimilar), p.at(kwNot) && p.wordPrecedence() == byIn:
			likeStart := p.tok.start
			not := p.keyword(kwNot)
			mods().Like, _ = p.like(likeStart, nil, not).(*Like)
			continue
		}
		break
	}
	s.Span = p.span(start)
	return s
}

// excludes tells whether EXCLUDE is followed by what it leaves out.
func (p *parser) excludes() bool {
	k := p.peek(1).kind
	return k == lparen || k == word || k == quoted
}

// replacements reads (x + 1 AS a, …) or one of them without brackets.
func (p *parser) replacements() []SelectItem {
	mark := p.items.begin()
	brackets := p.accept(lparen)
	for !p.failed {
		start := p.tok.start
		item := SelectItem{X: p.expr()}
		p.expectKeyword(kwAs)
		item.Alias = p.identAny("a name")
		item.Span = p.span(start)
		p.items.push(item)
		if !brackets || !p.accept(comma) || p.tok.kind == rparen {
			break
		}
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	return p.items.end(mark)
}

// renames reads (a AS b, …) or one of them without brackets.
func (p *parser) renames() []StarRename {
	brackets := p.accept(lparen)
	var out []StarRename
	for !p.failed {
		r := StarRename{From: p.name()}
		p.expectKeyword(kwAs)
		r.To = p.identAny("a name")
		out = append(out, r)
		if !brackets && !(p.tok.kind == comma && p.ahead(2, kwAs)) || !p.accept(comma) || p.tok.kind == rparen {
			break
		}
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	return out
}
