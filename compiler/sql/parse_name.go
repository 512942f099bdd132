package sql

// identAny reads a name where a keyword may be one, too: after AS and after a dot.
func (p *parser) identAny(what string) Ident {
	switch p.tok.kind {
	case word, quoted:
		return p.takeIdent()
	case str: // an alias in quotes of the wrong kind
		t := p.next()
		return Ident{Span{t.start, t.end}, p.decode(t), true}
	}
	p.unexpected(what)
	return Ident{}
}

// ident reads a name that is no reserved word.
func (p *parser) ident(what string) Ident {
	if p.tok.kind == quoted || p.tok.kind == word && !p.grammar.is(p.tok.keyword, reserved) {
		return p.takeIdent()
	}
	p.unexpected(what)
	return Ident{}
}

// takeIdent makes a name of the current token.
func (p *parser) takeIdent() Ident {
	t := p.next()
	span := Span{t.start, t.end}
	if t.kind == quoted {
		return Ident{span, p.unquote(t), true}
	}
	return Ident{span, p.slice(t), false}
}

// name reads a name of several parts.
func (p *parser) name() []Ident {
	mark := p.idents.begin()
	p.idents.push(p.ident("a name"))
	for p.tok.kind == dot && !p.failed {
		p.next()
		p.idents.push(p.identAny("a name"))
	}
	return p.idents.end(mark)
}

// identList reads (a, b).
func (p *parser) identList() []Ident {
	p.expect(lparen, `"("`)
	mark := p.idents.begin()
	for !p.failed {
		p.idents.push(p.identAny("a name"))
		if !p.accept(comma) || p.tok.kind == rparen {
			break
		}
	}
	p.expect(rparen, `")"`)
	return p.idents.end(mark)
}

// nameOrString reads a name, which may be in quotes of the wrong kind.
func (p *parser) nameOrString() []Ident {
	if p.tok.kind == str {
		return p.singleIdent(p.identAny("a name"))
	}
	return p.name()
}

// nameList reads (a, t.b), or one name without brackets.
func (p *parser) nameList() [][]Ident {
	if p.tok.kind != lparen {
		return [][]Ident{p.nameOrString()}
	}
	p.next()
	var out [][]Ident
	for !p.failed {
		out = append(out, p.nameOrString())
		if !p.accept(comma) || p.tok.kind == rparen {
			break
		}
	}
	p.expect(rparen, `")"`)
	return out
}
