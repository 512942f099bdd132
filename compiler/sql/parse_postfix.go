package sql

import "github.com/modsql/mod/compiler/dialect"

// postfix reads what follows a value: casts, subscripts, fields, paths and methods.
func (p *parser) postfix(start int32, x Expr) Expr {
	for n := 0; !p.failed; n++ {
		p.link(n)
		switch p.tok.kind {
		case typecast:
			p.next()
			c := p.casts.one()
			*c = Cast{X: x, Type: p.typ()}
			c.Span = p.span(start)
			x = c
		case lbracket:
			x = p.subscript(start, x, n == 0)
		case dot:
			x = p.member(start, x)
		case colon:
			if !p.grammar.has(dialect.ColonPaths) || p.peek(1).kind != word && p.peek(1).kind != quoted && p.peek(1).kind != lbracket {
				return x
			}
			p.next()
			if p.tok.kind == lbracket { // x:['a']
				x = p.subscript(start, x, n == 0)
				continue
			}
			name := p.identAny("a name")
			x = &Field{Span: p.span(start), X: x, Name: name, Colon: true}
		case lparen:
			if p.outerMark() {
				p.next()
				p.next()
				p.next()
				x = &Unary{Span: p.span(start), Op: OpOuter, Postfix: true, X: x}
				continue
			}
			return x
		default:
			return x
		}
	}
	return x
}

// member reads .name, .* or .method(…) after a value.
func (p *parser) member(start int32, x Expr) Expr {
	p.next()
	if p.accept(star) {
		return p.starMods(&Star{Of: x}, start)
	}
	nameStart := p.tok.start
	name := p.identAny("a name")
	if p.tok.kind != lparen || p.failed {
		return &Field{Span: p.span(start), X: x, Name: name}
	}
	call, ok := p.call(nameStart, p.singleIdent(name)).(*Call)
	if !ok {
		p.unexpected("a function")
		return x
	}
	call.Method = true
	call.Args = append([]Expr{x}, call.Args...)
	call.Start = start
	return call
}

// isSubscript tells whether a value is a subscript of another.
func isSubscript(x Expr) bool {
	switch x.(type) {
	case *Index, *Slice:
		return true
	}
	return false
}

// subscript reads [i] or [low:high:step] after a value that, apart, stands in brackets.
func (p *parser) subscript(start int32, x Expr, apart bool) Expr {
	apart = apart && isSubscript(x)
	p.next()
	bound := func() Expr {
		switch p.tok.kind {
		case colon, rbracket:
			return nil
		}
		return p.expr()
	}
	if p.tok.kind == rbracket {
		p.next()
		return &Slice{Span: p.span(start), X: x, Apart: apart}
	}
	low := bound()
	if p.tok.kind != colon {
		p.expect(rbracket, `"]"`)
		return &Index{Span: p.span(start), X: x, I: low, Apart: apart}
	}
	p.next()
	if p.tok.kind == minus && p.peek(1).kind == colon { // [1:-:2]
		p.next()
	}
	s := &Slice{X: x, Low: low, High: bound(), Bounds: true, Apart: apart}
	if p.accept(colon) {
		s.Step = bound()
	}
	p.expect(rbracket, `"]"`)
	s.Span = p.span(start)
	return s
}
