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
	case len(items) == 1 && !trailing:
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
		case p.tok.kind == star || p.tok.kind == op && p.slice(p.tok) == "**":
			f.X = p.prefix()
		case anyKey:
			f.Key = p.expr()
		case p.peek(1).kind == dot && p.tok.kind != str: // {t.*}
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
		if !brackets && !(p.tok.kind == comma && p.ahead(2, kwAs)) || !p.accept(comma) {
			break
		}
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	return out
}

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
		case minus:
			if p.peek(1).kind == colon || p.peek(1).kind == rbracket { // [1:-:2]
				p.next()
				return nil
			}
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
	s := &Slice{X: x, Low: low, High: bound(), Bounds: true, Apart: apart}
	if p.accept(colon) {
		s.Step = bound()
	}
	p.expect(rbracket, `"]"`)
	s.Span = p.span(start)
	return s
}
