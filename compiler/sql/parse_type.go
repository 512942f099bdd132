package sql

import "strings"

// typ reads the name of a type.
func (p *parser) typ() *Type {
	p.enter()
	defer p.leave()
	start := p.tok.start
	t := &Type{}
	if p.at(kwSetof) {
		p.next()
		t.SetOf = true
	}
	p.typeName(t)
	p.typeDims(t)
	if p.keywords(kwNot, kwNull) {
		t.Null = NotNull
	}
	t.Span = p.span(start)
	return t
}

// typeName reads the name and the arguments of a type.
func (p *parser) typeName(t *Type) {
	start := p.tok.start
	if p.tok.kind != word && p.tok.kind != quoted || p.tok.kind == word && p.grammar.is(p.tok.keyword, reserved) && !typeWord(p.tok.keyword) {
		p.unexpected("a type")
		return
	}
	var words string
	switch k := p.tok.keyword; k {
	case kwDouble:
		words = p.words(kwDouble, kwPrecision)
	case kwCharacter, kwChar, kwNchar, kwBit:
		words = p.typeWords(k, kwVarying)
	case kwNational:
		words = p.words(kwNational, kwCharacter, kwChar, kwVarying)
	case kwTime, kwTimestamp:
		p.timeType(t)
		return
	case kwInterval:
		p.intervalType(t)
		return
	}
	if words != "" && p.tok.kind != dot {
		t.Name = p.singleIdent(Ident{p.span(start), words, false})
	} else {
		mark := p.idents.begin()
		if words != "" {
			p.idents.push(Ident{p.span(start), words, false})
		} else {
			p.idents.push(p.takeIdent())
		}
		for p.tok.kind == dot && !p.failed {
			p.next()
			p.idents.push(p.identAny("a type"))
		}
		t.Name = p.idents.end(mark)
	}
	if p.tok.kind != lparen {
		return
	}
	p.typeArgs(t)
	if len(t.Args)+len(t.Fields) == 0 && len(t.Name) == 1 && equalFold(t.Name[0].Name, "array") {
		p.unexpected("a type")
	}
}

// typeWord tells whether a reserved word may be a type.
func typeWord(k keyword) bool { return k == kwArray || k == kwRow || k == kwTable || k == kwUnion }

// typeWords reads a word of a type and the one that may follow it.
func (p *parser) typeWords(first, second keyword) string {
	p.next()
	if p.keyword(second) {
		return keywords[first] + " " + keywords[second]
	}
	return keywords[first]
}

// timeType reads TIME and TIMESTAMP, whose precision stands amid the words.
func (p *parser) timeType(t *Type) {
	start := p.tok.start
	words := keywords[p.next().keyword]
	if p.tok.kind == lparen {
		p.typeArgs(t)
	}
	switch {
	case p.keywords(kwWith, kwTime, kwZone):
		words += " with time zone"
	case p.keywords(kwWithout, kwTime, kwZone):
		words += " without time zone"
	case p.keywords(kwWith, kwLocal, kwTime, kwZone):
		words += " with local time zone"
	}
	t.Name = p.singleIdent(Ident{p.span(start), words, false})
}

// intervalType reads INTERVAL [unit [TO unit]].
func (p *parser) intervalType(t *Type) {
	start := p.next().start
	words := "interval"
	if p.tok.kind == lparen {
		p.typeArgs(t)
	}
	if u := p.unit(); u != "" {
		words += " " + u
		if p.at(kwTo) && isUnit(p.slice(p.peek(1))) {
			p.next()
			words += " to " + p.unit()
		}
	}
	t.Name = p.singleIdent(Ident{p.span(start), words, false})
}

// typeArgs reads (10, 2), (a int, b text) or (varchar, int).
func (p *parser) typeArgs(t *Type) {
	p.next()
	mark := p.exprs.begin()
	named := len(t.Name) > 0 && namesFields(t.Name[0].Name)
	for !p.failed && p.tok.kind != rparen {
		switch p.tok.kind {
		case word, quoted:
			t.Fields = append(t.Fields, p.typeField(named))
		default:
			p.exprs.push(p.operators(byIn + 1))
			if p.at(kwChar) || p.tok.kind == word && equalFold(p.slice(p.tok), "byte") { // varchar(10 char)
				p.next()
			}
		}
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	t.Args = p.exprs.end(mark)
}

// namesFields tells whether the fields of a type have names.
func namesFields(name string) bool {
	switch strings.ToLower(name) {
	case "struct", "row", "object", "union", "table":
		return true
	}
	return false
}

// typeField reads a field of a type: a type, with a name before it if there is one.
func (p *parser) typeField(named bool) TypeField {
	f := TypeField{}
	start := p.tok.start
	if next := p.peek(1); named && (next.kind == quoted || next.kind == word && !p.continuesType(next.keyword)) {
		f.Name = p.takeIdent()
	}
	f.Type = p.typ()
	f.Span = p.span(start)
	return f
}

// continuesType tells whether a word after the current one belongs to the type that the current one begins.
func (p *parser) continuesType(second keyword) bool {
	switch p.tok.keyword {
	case kwDouble:
		return second == kwPrecision
	case kwTime, kwTimestamp:
		return second == kwWith || second == kwWithout
	case kwCharacter, kwChar, kwNchar, kwBit:
		return second == kwVarying
	case kwInterval:
		return second == kwYear || second == kwDay
	}
	return second == kwNot || second == kwArray && p.peek(2).kind != lparen
}

// typeDims reads [], [3] and ARRAY after a type.
func (p *parser) typeDims(t *Type) {
	if p.keyword(kwArray) {
		t.Dims = append(t.Dims, p.dim())
		return
	}
	for p.tok.kind == lbracket && !p.failed {
		if k := p.peek(1).kind; k != rbracket && k != number {
			return
		}
		t.Dims = append(t.Dims, p.dim())
	}
}

// dim reads [] or [3]: -1 is any length.
func (p *parser) dim() int32 {
	if !p.accept(lbracket) {
		return -1
	}
	length := int32(-1)
	if p.tok.kind == number {
		length = 0
		for _, c := range p.slice(p.next()) {
			if c < '0' || c > '9' || length > 1<<24 {
				break
			}
			length = length*10 + c - '0'
		}
	}
	p.expect(rbracket, `"]"`)
	return length
}

// wordyLiteral reads a literal whose type is several words or has arguments before the string: timestamp with time zone '…'; nil if it
// is none.
func (p *parser) wordyLiteral() Expr {
	n := 1
	if p.peek(n).kind == lparen && p.peek(n+1).kind == number && p.peek(n+2).kind == rparen {
		n += 3
	}
	for p.peek(n).kind == word && typeSuffix(p.peek(n).keyword) {
		n++
	}
	if p.peek(n).kind != str || n == 1 {
		return nil
	}
	start := p.tok.start
	return p.typedLiteral(start, p.typ())
}

// typeSuffix tells whether a word may be the second or a later one of a type.
func typeSuffix(k keyword) bool {
	switch k {
	case kwWith, kwWithout, kwTime, kwZone, kwPrecision, kwVarying, kwCharacter, kwChar, kwLocal:
		return true
	}
	return false
}
