package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// primary reads a value without what may follow it.
func (p *parser) primary() Expr {
	start := p.tok.start
	switch p.tok.kind {
	case number:
		t := p.next()
		return p.literal(start, Number, p.slice(t))
	case str:
		return p.stringLiteral()
	case param, colon, atName:
		return p.param()
	case quoted:
		if p.lambdaArrow(1) {
			return p.lambda(start)
		}
		return p.columnOrCall()
	case lparen:
		return p.parenthesized()
	case lbracket:
		return p.array(start, false)
	case lbrace:
		return p.structure()
	case star:
		return p.star()
	case word:
		return p.word()
	}
	p.unexpected("an expression")
	return &Opaque{Span: p.span(start)}
}

func (p *parser) literal(start int32, k LiteralKind, value string) *Literal {
	l := p.literals.one()
	*l = Literal{p.span(start), k, value}
	return l
}

// stringLiteral reads a string, which may be in several pieces, one a line.
func (p *parser) stringLiteral() *Literal {
	if p.tok.kind != str {
		p.unexpected("a string")
		return p.literal(p.tok.start, String, "")
	}
	t := p.next()
	k, value := String, p.decode(t)
	switch lower(p.text[t.start]) {
	case 'n':
		k = NationalString
	case 'b':
		k = Bits
	case 'x':
		k = Bytes
	case 'u':
		escape := byte('\\')
		if p.keyword(kwUescape) && p.tok.kind == str {
			if by := p.decode(p.next()); len(by) == 1 {
				escape = by[0]
			}
		}
		value = decodeUnicode(value, escape)
	}
	for p.tok.kind == str && p.text[p.tok.start] == '\'' && p.grammar.has(dialect.AdjacentStrings) &&
		strings.ContainsAny(p.text[p.end:p.tok.start], "\n\r") {
		value += p.decode(p.next())
	}
	return p.literal(t.start, k, value)
}

// param reads ?, $1, :name or a stage.
func (p *parser) param() Expr {
	t := p.next()
	if t.kind == param && p.grammar.has(dialect.DollarColumns) && p.text[t.start] == '$' {
		return p.column(t.start, p.singleIdent(Ident{Span{t.start, t.end}, p.slice(t), false}))
	}
	if t.kind == colon {
		if !p.adjacent() || p.tok.kind != word && p.tok.kind != number {
			p.unexpected("an expression")
			return &Opaque{Span: p.span(t.start)}
		}
		p.next()
	}
	return &Param{Span: p.span(t.start), Text: p.text[t.start:p.end]}
}

func (p *parser) singleIdent(i Ident) []Ident {
	mark := p.idents.begin()
	p.idents.push(i)
	return p.idents.end(mark)
}

func (p *parser) column(start int32, parts []Ident) *Column {
	c := p.columns.one()
	*c = Column{p.span(start), parts}
	return c
}

// columnOrCall reads a name and what it is the name of: a column, all columns, a function or the type of a literal.
func (p *parser) columnOrCall() Expr {
	start := p.tok.start
	mark := p.idents.begin()
	p.idents.push(p.takeIdent())
	for p.tok.kind == dot && !p.failed {
		switch p.peek(1).kind {
		case star:
			p.next()
			p.next()
			return p.starMods(&Star{Qualifier: p.idents.end(mark)}, start)
		case param: // t.$1
			p.next()
			t := p.next()
			p.idents.push(Ident{Span{t.start, t.end}, p.slice(t), false})
			continue
		case word:
			if p.ahead(1, kwColumns) && p.peek(2).kind == lparen && p.grammar.has(dialect.FromFirst) {
				p.next()
				return p.columnsOf(start, p.idents.end(mark))
			}
		}
		p.next()
		p.idents.push(p.identAny("a name"))
	}
	parts := p.idents.end(mark)
	switch p.tok.kind {
	case lparen:
		if !p.outerMark() {
			return p.call(start, parts)
		}
	case str: // date '2020-01-01'
		return p.typedLiteral(start, &Type{Span: p.span(start), Name: parts})
	}
	return p.column(start, parts)
}

// outerMark tells whether (+) stands here, the old mark of an outer join.
func (p *parser) outerMark() bool {
	return p.tok.kind == lparen && p.peek(1).kind == plus && p.peek(2).kind == rparen
}

func (p *parser) typedLiteral(start int32, t *Type) Expr {
	value := p.stringLiteral()
	return &TypedLiteral{Span: p.span(start), Type: t, Value: value}
}

// parenthesized reads (x), (x, y), (query) or ().
func (p *parser) parenthesized() Expr {
	start := p.tok.start
	query, items, trailing := p.inParentheses()
	switch {
	case query != nil:
		return &Subquery{Span: p.span(start), Query: query}
	case len(items) == 1 && !trailing && !isNamed(items[0]):
		return items[0]
	}
	return &Row{Span: p.span(start), Items: items}
}

// inParentheses reads (query), or (x, y) and whether a comma stands at its end.
func (p *parser) inParentheses() (query *Query, items []Expr, trailing bool) {
	p.next()
	if p.startsQuery() {
		query = p.query()
		p.expect(rparen, `")"`)
		return query, nil, false
	}
	mark := p.exprs.begin()
	for !p.failed && p.tok.kind != rparen {
		start := p.tok.start
		x := p.expr()
		if s, ok := x.(*Subquery); ok && !s.Array && len(p.exprs.open) == mark && p.continuesQuery() {
			query = p.queryFrom(start, s.Query)
			p.expect(rparen, `")"`)
			return query, nil, false
		}
		p.exprs.push(p.aliased(x))
		if trailing = p.accept(comma); !trailing {
			break
		}
	}
	p.expect(rparen, `")"`)
	return nil, p.exprs.end(mark), trailing
}

// aliased reads the AS name that an element of a row may have in some dialects.
func (p *parser) aliased(x Expr) Expr {
	if p.failed || !p.at(kwAs) {
		return x
	}
	start := x.At().Start
	p.next()
	return &NamedArg{X: x, Name: p.identAny("a name"), Span: p.span(start)}
}

// array reads [a, b], or [x for y in z].
func (p *parser) array(start int32, keyword bool) Expr {
	p.next()
	mark := p.exprs.begin()
	for !p.failed && p.tok.kind != rbracket {
		x := p.expr()
		if p.at(kwFor) && len(p.exprs.open) == mark && !keyword {
			return p.comprehension(start, x)
		}
		p.exprs.push(x)
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rbracket, `"]"`)
	items := p.exprs.end(mark)
	return &Array{Span: p.span(start), Keyword: keyword, Items: items}
}

// comprehension reads what follows the body of [body for x in list if cond].
func (p *parser) comprehension(start int32, body Expr) Expr {
	p.next()
	out := &Comprehension{Body: body}
	for !p.failed {
		out.Vars = append(out.Vars, p.ident("a name"))
		if !p.accept(comma) {
			break
		}
	}
	p.expectKeyword(kwIn)
	out.In = p.expr()
	if p.keyword(kwIf) {
		out.If = p.expr()
	}
	p.expect(rbracket, `"]"`)
	out.Span = p.span(start)
	return out
}

// structure reads {'a': 1}, {*} and {**x}.
func (p *parser) structure() Expr {
	start := p.tok.start
	if next := p.peek(1); next.kind == word && equalFold(p.slice(next), "fn") && p.peek(2).kind == word { // {fn now()}: ODBC's way to call
		p.next()
		p.next()
		x := p.expr()
		p.expect(rbrace, `"}"`)
		return x
	}
	return &Struct{Fields: p.fields(false), Span: p.span(start)}
}

// fields reads the fields of a struct, or the entries of a map, in braces. The keys of maps are any expressions.
func (p *parser) fields(anyKey bool) []StructField {
	if !p.grammar.has(dialect.Braces) {
		p.unexpected("an expression")
		return nil
	}
	p.next()
	var out []StructField
	for !p.failed && p.tok.kind != rbrace {
		f := StructField{}
		start := p.tok.start
		switch {
		case p.tok.kind == star:
			f.X = p.star()
		case p.tok.kind == op && p.slice(p.tok) == "**":
			f.X = p.prefix()
		case anyKey:
			f.Key = p.expr()
		case p.peek(1).kind == dot && (p.tok.kind == word || p.tok.kind == quoted): // {t.*}
			f.X = p.columnOrCall()
			if _, ok := f.X.(*Star); !ok {
				p.unexpected("a star")
			}
		case p.tok.kind == str:
			f.Key = p.stringLiteral()
		default:
			f.Key = p.column(start, p.singleIdent(p.identAny("a name")))
			f.Key.(*Column).Span = p.span(start)
		}
		if f.X == nil {
			p.expect(colon, `":"`)
			f.X = p.expr()
		}
		f.Span = p.span(start)
		out = append(out, f)
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rbrace, `"}"`)
	return out
}
