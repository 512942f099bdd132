package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// word reads a value that begins with a word.
func (p *parser) word() Expr {
	start := p.tok.start
	followed := p.peek(1).kind
	switch k := p.tok.keyword; k {
	case notKeyword:
		if followed == thin && p.lambdaArrow(1) {
			return p.lambda(start)
		}
		return p.columnOrCall()
	case kwNull:
		p.next()
		return p.literal(start, Null, "")
	case kwTrue:
		p.next()
		return p.literal(start, True, "")
	case kwFalse:
		p.next()
		return p.literal(start, False, "")
	case kwCase:
		return p.caseOf()
	case kwCast, kwTryCast, kwSafeCast:
		if followed == lparen {
			return p.cast(k != kwCast)
		}
	case kwExists:
		if followed == lparen {
			return p.exists()
		}
	case kwInterval:
		if x := p.interval(); x != nil {
			return x
		}
	case kwArray:
		if followed == lbracket {
			p.next()
			return p.array(start, true)
		}
		if followed == lparen {
			return p.arrayOf()
		}
	case kwRow:
		if followed == lparen {
			return p.row()
		}
	case kwMap:
		if followed == lbrace {
			p.next()
			return &Map{Entries: p.fields(true), Span: p.span(start)}
		}
	case kwColumns:
		if followed == lparen && p.grammar.has(dialect.FromFirst) {
			return p.columnsOf(start, nil)
		}
	case kwLambda:
		if p.grammar.is(k, reserved) {
			return p.lambda(start)
		}
	case kwTimestamp, kwTime, kwDouble, kwCharacter, kwBit, kwNational, kwChar, kwNchar:
		if x := p.wordyLiteral(); x != nil {
			return x
		}
	case kwCurrent:
		if p.ahead(1, kwOf) {
			p.next()
			p.next()
			return &Word{Text: "current of " + p.ident("a name").Name, Span: p.span(start)}
		}
	case kwCurrentDate, kwCurrentTime, kwCurrentTimestamp, kwCurrentUser, kwCurrentRole, kwCurrentCatalog, kwCurrentSchema,
		kwSessionUser, kwSystemUser, kwLocaltime, kwLocaltimestamp, kwUser:
		if followed != lparen && followed != dot && (k != kwUser || p.grammar.is(k, reserved)) {
			return p.bareCall(start)
		}
	case kwDefault:
		p.next()
		return &Word{p.span(start), "default"}
	case kwCollation:
		if p.ahead(1, kwFor) && p.peek(2).kind == lparen {
			p.next()
			p.next()
			return p.call(start, p.singleIdent(Ident{p.span(start), "collation for", false}))
		}
	case kwNext:
		if p.keywords(kwNext, kwValue, kwFor) {
			return &Call{Name: p.singleIdent(Ident{p.span(start), "next value for", false}), Bare: true,
				Args: p.listOf(p.column(p.tok.start, p.name())), Span: p.span(start)}
		}
	}
	return p.wordOrFail(start, followed)
}

// wordOrFail reads a column or a call whose name is a keyword.
func (p *parser) wordOrFail(start int32, followed kind) Expr {
	k := p.tok.keyword
	switch {
	case followed == thin && p.lambdaArrow(1):
		return p.lambda(start)
	case p.grammar.is(k, reserved) && !(followed == lparen && callable(k)), k == kwValues && followed == lparen:
		p.unexpected("an expression")
		return &Opaque{Span: p.span(start)}
	case p.grammar.is(k, operator) && followed != lparen && followed != str && followed != dot && p.infixPrecedence() != noOperator:
		p.unexpected("an expression")
		return &Opaque{Span: p.span(start)}
	}
	return p.columnOrCall()
}

// callable tells whether a function may have the name of a keyword although it is reserved.
func callable(k keyword) bool {
	if beginsClause(k) {
		return false
	}
	switch k {
	case kwAnd, kwOr, kwNot, kwThen, kwElse, kwWhen, kwEnd, kwAs, kwOn, kwUsing,
		kwIn, kwAll, kwDistinct, kwCase, kwWith, kwInto, kwIs, kwBetween,
		kwPivot, kwPivotWider, kwPivotLonger, kwUnpivot, kwDescribe, kwDesc, kwShow, kwSummarize:
		return false
	}
	return true
}

// bareCall reads current_date and its like.
func (p *parser) bareCall(start int32) Expr {
	c := p.calls.one()
	*c = Call{Name: p.singleIdent(p.takeIdent()), Bare: true}
	c.Span = p.span(start)
	return c
}

// caseOf reads CASE … END.
func (p *parser) caseOf() Expr {
	start := p.next().start
	c := &Case{}
	if !p.at(kwWhen) {
		c.Operand = p.expr()
	}
	mark := p.whens.begin()
	for p.at(kwWhen) {
		whenStart := p.next().start
		w := When{Cond: p.expr()}
		p.expectKeyword(kwThen)
		w.Then = p.expr()
		w.Span = p.span(whenStart)
		p.whens.push(w)
	}
	c.Whens = p.whens.end(mark)
	if p.keyword(kwElse) {
		c.Else = p.expr()
	}
	p.expectKeyword(kwEnd)
	c.Span = p.span(start)
	return c
}

// cast reads CAST(x AS type) and TRY_CAST(x AS type).
func (p *parser) cast(try bool) Expr {
	start := p.next().start
	p.next()
	c := p.casts.one()
	*c = Cast{Try: try, X: p.expr()}
	p.expectKeyword(kwAs)
	c.Type = p.typ()
	if p.keyword(kwFormat) {
		c.Format = p.expr()
	}
	p.expect(rparen, `")"`)
	c.Span = p.span(start)
	return c
}

// exists reads EXISTS (query).
func (p *parser) exists() Expr {
	start := p.next().start
	x := p.parenthesized()
	if s, ok := x.(*Subquery); ok {
		return &Exists{Span: p.span(start), Query: s.Query}
	}
	if p.failed {
		return x
	}
	return &Call{Span: p.span(start), Name: p.singleIdent(Ident{Span{start, start + 6}, "exists", false}), Args: p.listOf(x)}
}

// arrayOf reads ARRAY(query) or the function.
func (p *parser) arrayOf() Expr {
	t := p.tok
	p.next()
	if !p.bracketedQueryAhead() {
		return p.call(t.start, p.singleIdent(Ident{Span{t.start, t.end}, p.slice(t), false}))
	}
	x := p.parenthesized()
	if s, ok := x.(*Subquery); ok {
		s.Array, s.Span = true, p.span(t.start)
		return s
	}
	args := p.listOf(x)
	if row, ok := x.(*Row); ok {
		args = row.Items
	}
	return &Call{Span: p.span(t.start), Name: p.singleIdent(Ident{Span{t.start, t.end}, p.slice(t), false}), Args: args}
}

// row reads ROW(a, b).
func (p *parser) row() Expr {
	start := p.next().start
	p.next()
	mark := p.exprs.begin()
	for !p.failed && p.tok.kind != rparen {
		p.exprs.push(p.aliased(p.expr()))
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rparen, `")"`)
	items := p.exprs.end(mark)
	return &Row{Span: p.span(start), Keyword: true, Items: items}
}

// columnsOf reads COLUMNS(…).
func (p *parser) columnsOf(start int32, qualifier []Ident) Expr {
	p.next()
	p.expect(lparen, `"("`)
	c := &Columns{Qualifier: qualifier, Arg: p.expr()}
	p.expect(rparen, `")"`)
	c.Span = p.span(start)
	return c
}

// lambdaArrow tells whether the arrow n tokens ahead makes a lambda: it does where it is no operator.
func (p *parser) lambdaArrow(n int) bool {
	return p.peek(n).kind == thin && (!p.grammar.has(dialect.ArrowPaths) || p.inLambda)
}

// lambda reads x -> body, (x, y) -> body or lambda x, y: body, from its parameters on.
func (p *parser) lambda(start int32) Expr {
	out := &Lambda{}
	python := p.keyword(kwLambda)
	brackets := p.accept(lparen)
	named := p.grammar.is(kwLambda, reserved) // there a lambda has a parameter at least
	for !p.failed && (p.tok.kind != rparen || named && len(out.Params) == 0) {
		param := LambdaParam{Ident: p.ident("a name")}
		if p.tok.kind == word {
			param.Type = p.typ()
		}
		out.Params = append(out.Params, param)
		if !p.accept(comma) {
			break
		}
	}
	if brackets {
		p.expect(rparen, `")"`)
	}
	if python {
		p.expect(colon, `":"`)
	} else {
		p.expect(thin, `"->"`)
	}
	before := p.inLambda
	p.inLambda = false
	out.Body = p.expr()
	p.inLambda = before
	out.Span = p.span(start)
	return out
}

// lambdaInBrackets tells whether the current bracket opens the parameters of a lambda.
func (p *parser) lambdaInBrackets() bool {
	if p.tok.kind != lparen {
		return false
	}
	for n := 1; ; n++ {
		switch p.peek(n).kind {
		case quoted, comma:
		case word:
			if p.grammar.is(p.peek(n).keyword, reserved) {
				return false
			}
		case rparen:
			return p.lambdaArrow(n + 1)
		default:
			return false
		}
	}
}

// interval reads INTERVAL '1 day', INTERVAL 1 DAY, INTERVAL (x) HOURS; nil if the word is a name here.
func (p *parser) interval() Expr {
	start := p.tok.start
	switch next := p.peek(1); next.kind {
	case str, number, param:
	case plus, minus:
		if p.peek(2).kind != str || !isUnit(p.slice(p.peek(3))) {
			return nil
		}
	case lparen:
		if p.peek(2).kind == number && p.peek(3).kind == rparen && p.peek(4).kind == str { // a precision
			return p.wordyLiteral()
		}
	case word, quoted:
		if p.grammar.is(next.keyword, reserved) || !isUnit(p.slice(p.peek(2))) {
			return nil
		}
	default:
		return nil
	}
	p.next()
	out := &Interval{}
	valueStart := p.tok.start
	switch p.tok.kind {
	case plus, minus:
		out.Value = p.unary(valueStart, Op(p.slice(p.next())), bySign)
	default:
		out.Value = p.primary()
	}
	out.Unit = p.unit()
	if out.Unit != "" && p.at(kwTo) {
		p.next()
		out.To = p.unit()
	}
	out.Span = p.span(start)
	return out
}

// unit reads a unit of time with its precision, or nothing.
func (p *parser) unit() string {
	if p.tok.kind != word || !isUnit(p.slice(p.tok)) {
		return ""
	}
	out := strings.ToLower(p.slice(p.next()))
	if p.tok.kind == lparen && p.peek(1).kind == number {
		from := p.next().start
		for p.tok.kind == number || p.tok.kind == comma {
			p.next()
		}
		p.expect(rparen, `")"`)
		out += strings.ReplaceAll(p.text[from:p.end], " ", "")
	}
	return out
}

// isUnit tells whether a word is a unit of time.
func isUnit(text string) bool {
	const longest = len("milliseconds")
	if len(text) > longest {
		return false
	}
	switch strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(text, "s"), "S")) {
	case "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond",
		"decade", "century", "centurie", "millennium", "millennia":
		return true
	}
	return false
}
