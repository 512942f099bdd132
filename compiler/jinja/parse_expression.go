package jinja

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
)

// tuple parses an expression, or several with commas between them. conditional allows `a if b`; parens tells that the expression
// stands in parentheses, where it may be empty.
func (p *parser) tuple(conditional, parens bool) expr {
	start := p.tok.start
	var items []expr
	isTuple := false
	for {
		if len(items) > 0 {
			p.expect(",")
		}
		if k := p.tok.kind; k == printEnd || k == tagEnd || k == ")" || k == endToken {
			break
		}
		if conditional {
			items = append(items, p.expression())
		} else {
			items = append(items, p.or())
		}
		if p.tok.kind != "," {
			break
		}
		isTuple = true
	}
	if !isTuple {
		if len(items) > 0 {
			return items[0]
		}
		if !parens {
			if p.tok.kind == endToken {
				p.failEnd("Expected an expression, got 'end of template'")
			}
			p.failToken("Expected an expression, got " + Repr(p.tok.describe()))
		}
	}
	return &tupleExpr{p.from(start), items}
}

func (p *parser) expression() expr {
	p.enter()
	defer func() { p.nesting-- }()
	return p.conditional()
}

func (p *parser) conditional() expr {
	start, unknown := p.tok.start, len(p.unknown)
	x := p.or()
	for n := 0; p.skipWord("if"); n++ {
		p.chain(n)
		c := &condExpr{test: p.or(), then: x}
		if p.skipWord("else") {
			c.otherwise = p.expression()
		}
		c.pos = p.from(start)
		x = c
		for i := range p.unknown[unknown:] {
			p.unknown[unknown+i].soft = true
		}
	}
	return x
}

// chain bounds how many operators of the same level follow each other, since each makes the tree deeper.
func (p *parser) chain(n int) {
	if n > maxChain {
		p.failToken("the expression has too many operators in a row")
	}
}

func (p *parser) or() expr {
	start := p.tok.start
	x := p.and()
	for n := 0; p.skipWord("or"); n++ {
		p.chain(n)
		right := p.and()
		x = &orExpr{binaryExpr{p.from(start), "or", x, right}}
	}
	return x
}

func (p *parser) and() expr {
	start := p.tok.start
	x := p.not()
	for n := 0; p.skipWord("and"); n++ {
		p.chain(n)
		right := p.not()
		x = &andExpr{binaryExpr{p.from(start), "and", x, right}}
	}
	return x
}

func (p *parser) not() expr {
	if !p.tok.is("not") {
		return p.compare()
	}
	p.enter()
	start := p.advance().start
	x := p.not()
	p.nesting--
	return &notExpr{p.from(start), x}
}

func (p *parser) compare() expr {
	start := p.tok.start
	first := p.sum()
	var rest []operand
	for {
		p.chain(len(rest))
		op := ""
		switch p.tok.kind {
		case "==", "!=", "<", "<=", ">", ">=":
			op = string(p.tok.kind)
			p.advance()
		case nameToken:
			switch {
			case p.skipWord("in"):
				op = "in"
			case p.tok.is("not") && p.look().is("in"):
				p.advance()
				p.advance()
				op = "not in"
			}
		}
		if op == "" {
			break
		}
		rest = append(rest, operand{op, p.sum()})
	}
	if rest == nil {
		return first
	}
	return &compareExpr{p.from(start), first, rest}
}

func (p *parser) sum() expr {
	start := p.tok.start
	x := p.concat()
	for n := 0; p.tok.kind == "+" || p.tok.kind == "-"; n++ {
		p.chain(n)
		op := string(p.advance().kind)
		right := p.concat()
		x = &binaryExpr{p.from(start), op, x, right}
	}
	return x
}

func (p *parser) concat() expr {
	start := p.tok.start
	x := p.product()
	if p.tok.kind != "~" {
		return x
	}
	parts := []expr{x}
	for p.skip("~") {
		parts = append(parts, p.product())
	}
	return &concatExpr{p.from(start), parts}
}

func (p *parser) product() expr {
	start := p.tok.start
	x := p.power()
	for n := 0; ; n++ {
		p.chain(n)
		switch p.tok.kind {
		case "*", "/", "//", "%":
		default:
			return x
		}
		op := string(p.advance().kind)
		right := p.power()
		x = &binaryExpr{p.from(start), op, x, right}
	}
}

func (p *parser) power() expr {
	start := p.tok.start
	x := p.unary(true)
	for n := 0; p.tok.kind == "**"; n++ {
		p.chain(n)
		p.advance()
		right := p.unary(true)
		x = &binaryExpr{p.from(start), "**", x, right}
	}
	return x
}

// unary parses a primary with its signs before it, and its subscripts, calls, filters and tests after it.
func (p *parser) unary(filters bool) expr {
	start := p.tok.start
	var x expr
	if k := p.tok.kind; k == "-" || k == "+" {
		p.enter()
		p.advance()
		operand := p.unary(false)
		p.nesting--
		x = &unaryExpr{p.from(start), string(k), operand}
	} else {
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filterChain(x)
	}
	return x
}

func (p *parser) primary() expr {
	t := p.tok
	at := pos{t.start, t.end}
	switch t.kind {
	case nameToken:
		p.advance()
		switch t.text {
		case "true", "True":
			return &constExpr{at, true}
		case "false", "False":
			return &constExpr{at, false}
		case "none", "None":
			return &constExpr{at, nil}
		}
		return p.name(t)
	case stringToken:
		return p.text()
	case intToken, floatToken:
		p.advance()
		return &constExpr{at, t.value}
	case "(":
		p.enter()
		p.advance()
		x := p.tuple(true, true)
		p.expect(")")
		p.nesting--
		return x
	case "[":
		return p.list()
	case "{":
		return p.dict()
	}
	if t.kind == endToken {
		p.failEnd("unexpected 'end of template'")
	}
	p.failToken("unexpected " + Repr(t.describe()))
	return nil
}

func (p *parser) name(t token) *nameExpr {
	x := &nameExpr{pos: pos{t.start, t.end}, name: t.text}
	p.uses = append(p.uses, use{x, p.scope, p.testOf})
	return x
}

// text parses string literals that stand side by side, which are one.
func (p *parser) text() expr {
	t := p.advance()
	if p.tok.kind != stringToken {
		return &constExpr{pos{t.start, t.end}, t.value}
	}
	parts := []byte(t.text)
	for p.tok.kind == stringToken {
		parts = append(parts, p.advance().text...)
	}
	return &constExpr{p.from(t.start), string(parts)}
}

func (p *parser) list() expr {
	start := p.advance().start
	var items []expr
	for p.tok.kind != "]" {
		if len(items) > 0 {
			p.expect(",")
			if p.tok.kind == "]" {
				break
			}
		}
		items = append(items, p.expression())
	}
	p.expect("]")
	return &listExpr{p.from(start), items}
}

func (p *parser) dict() expr {
	start := p.advance().start
	d := &dictExpr{}
	for p.tok.kind != "}" {
		if len(d.keys) > 0 {
			p.expect(",")
			if p.tok.kind == "}" {
				break
			}
		}
		key := p.expression()
		p.expect(":")
		d.keys, d.values = append(d.keys, key), append(d.values, p.expression())
	}
	p.expect("}")
	d.pos = p.from(start)
	return d
}

func (p *parser) postfix(x expr) expr {
	for n := 0; ; n++ {
		p.chain(n)
		switch p.tok.kind {
		case ".", "[":
			x = p.subscript(x)
		case "(":
			x = p.call(x)
		default:
			return x
		}
	}
}

func (p *parser) filterChain(x expr) expr {
	for n := 0; ; n++ {
		p.chain(n)
		switch {
		case p.tok.kind == "|":
			x = p.filters(x)
		case p.tok.is("is"):
			x = p.test(x)
		case p.tok.kind == "(":
			x = p.call(x)
		case n > 0 && (p.tok.kind == "." || p.tok.kind == "["):
			// Not in Jinja2, but in what projects contain: rows|first.col.
			x = p.subscript(x)
		default:
			return x
		}
	}
}

func (p *parser) subscript(x expr) expr {
	start := x.at().start
	if p.advance().kind == "." {
		t := p.advance()
		switch t.kind {
		case nameToken:
			return &attrExpr{p.from(start), x, t.text}
		case intToken:
			return &itemExpr{p.from(start), x, &constExpr{pos{t.start, t.end}, t.value}}
		}
		p.failAt(pos{t.start, t.end}, "expected name or number", "")
	}
	first := p.tok.start
	var keys []expr
	for p.tok.kind != "]" {
		if len(keys) > 0 {
			p.expect(",")
		}
		keys = append(keys, p.subscribed())
	}
	end := p.last
	p.expect("]")
	if len(keys) == 1 {
		return &itemExpr{p.from(start), x, keys[0]}
	}
	return &itemExpr{p.from(start), x, &tupleExpr{pos{first, max(first, end)}, keys}}
}

func (p *parser) subscribed() expr {
	start := p.tok.start
	s := &sliceExpr{}
	if p.tok.kind != ":" {
		s.start = p.expression()
		if p.tok.kind != ":" {
			return s.start
		}
	}
	p.advance()
	ended := func() bool { return p.tok.kind == "]" || p.tok.kind == "," }
	if p.tok.kind != ":" && !ended() {
		s.stop = p.expression()
	}
	if p.skip(":") && !ended() {
		s.step = p.expression()
	}
	s.pos = p.from(start)
	return s
}

func (p *parser) call(x expr) expr {
	args := p.arguments()
	return &callExpr{p.from(x.at().start), x, args}
}

func (p *parser) arguments() arguments {
	var a arguments
	open := p.expect("(")
	ensure := func(ok bool) {
		if !ok {
			p.failAt(pos{open.start, p.tok.end}, "invalid syntax for function call expression", "")
		}
	}
	for first := true; p.tok.kind != ")"; first = false {
		if !first {
			p.expect(",")
			if p.tok.kind == ")" {
				break
			}
		}
		switch {
		case p.tok.kind == "*":
			ensure(a.star == nil && a.doubleStar == nil)
			p.advance()
			a.star = p.expression()
		case p.tok.kind == "**":
			ensure(a.doubleStar == nil)
			p.advance()
			a.doubleStar = p.expression()
		case p.tok.kind == nameToken && p.look().kind == "=":
			ensure(a.doubleStar == nil)
			key := p.advance()
			p.advance()
			if slices.Contains(a.names, key.text) {
				p.failAt(pos{key.start, key.end}, "keyword argument repeated: "+key.text, "")
			}
			a.names, a.values = append(a.names, key.text), append(a.values, p.expression())
		default:
			ensure(a.star == nil && a.doubleStar == nil && a.names == nil)
			a.args = append(a.args, p.expression())
		}
	}
	p.expect(")")
	return a
}

// filters parses a chain of filters; x is nil in a filter block, which starts without a bar.
func (p *parser) filters(x expr) expr {
	inline := x == nil && p.tok.kind != "|"
	for n := 0; inline || p.tok.kind == "|"; n++ {
		p.chain(n)
		start := p.tok.start
		if !inline {
			p.advance()
		}
		inline = false
		if x != nil {
			start = x.at().start
		}
		f := &filterExpr{value: x}
		nameAt := p.tok
		f.name = p.filterName()
		f.fn = p.filter(f.name, pos{nameAt.start, p.last})
		if p.tok.kind == "(" {
			f.args = p.arguments()
		}
		f.pos = p.from(start)
		x = f
	}
	return x
}

// filterName parses a filter's name. A dot belongs to it only if the host has such a filter: in rows|first.col it does not.
func (p *parser) filterName() string {
	s := p.expect(nameToken).text
	for p.tok.kind == "." && p.look().kind == nameToken {
		longer := s + "." + p.look().text
		if _, ok := p.env.Filters[longer]; !ok {
			break
		}
		p.advance()
		p.advance()
		s = longer
	}
	return s
}

func (p *parser) dotted() string {
	s := p.expect(nameToken).text
	for p.skip(".") {
		s += "." + p.expect(nameToken).text
	}
	return s
}

func (p *parser) filter(name string, at pos) nativeFunc {
	if f, ok := p.env.Filters[name]; ok {
		return f.native()
	}
	if f := builtinFilter(name); f != nil {
		return f
	}
	p.unknown = append(p.unknown, unknownName{at, "filter", name, diag.DidYouMean(name, filterNames()), p.soft})
	return nil
}

func (p *parser) test(x expr) expr {
	p.advance()
	negated := p.skipWord("not")
	t := &testExpr{value: x}
	nameAt := p.tok
	t.name = p.dotted()
	t.fn = p.testFunc(t.name, pos{nameAt.start, p.last})
	switch p.tok.kind {
	case "(":
		t.args = p.arguments()
	case nameToken, stringToken, intToken, floatToken, "[", "{":
		if p.tok.is("else") || p.tok.is("or") || p.tok.is("and") {
			break
		}
		if p.tok.is("is") {
			p.failToken("You cannot chain multiple tests with is")
		}
		t.args.args = []expr{p.postfix(p.primary())}
	}
	t.pos = p.from(x.at().start)
	if negated {
		return &notExpr{t.pos, t}
	}
	return t
}

func (p *parser) testFunc(name string, at pos) nativeFunc {
	if f, ok := p.env.Tests[name]; ok {
		return f.native()
	}
	if f := builtinTest(name); f != nil {
		return f
	}
	p.unknown = append(p.unknown, unknownName{at, "test", name, diag.DidYouMean(name, testNames()), p.soft})
	return nil
}
