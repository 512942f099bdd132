package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// call reads the arguments of a function from the bracket on, and what follows them.
func (p *parser) call(start int32, name []Ident) Expr {
	p.enter()
	defer p.leave()
	before := p.inLambda
	p.inLambda = p.grammar.takesLambdas(name)
	c := p.calls.one()
	*c = Call{Name: name}
	p.next()
	p.args(c)
	p.expect(rparen, `")"`)
	p.inLambda = before
	if p.tok.kind == str && c.Mods == nil && constant(c.Args) && !p.failed { // timestamp(3) '…', decimal(3, 1) '1.5'
		return p.typedLiteral(start, &Type{Span: p.span(start), Name: name, Args: c.Args})
	}
	p.afterCall(c)
	c.Span = p.span(start)
	return c
}

// takesLambdas tells whether an arrow between the brackets of that function makes a lambda.
func (g *grammar) takesLambdas(name []Ident) bool {
	return g.has(dialect.ArrowPaths) && len(g.lambdas) > 0 && g.lambdas[strings.ToLower(name[len(name)-1].Name)]
}

// constant tells whether there are expressions, and all are numbers.
func constant(list []Expr) bool {
	for _, x := range list {
		if l, ok := x.(*Literal); !ok || l.Kind != Number {
			return false
		}
	}
	return len(list) > 0
}

func (c *Call) mods() *CallMods {
	if c.Mods == nil {
		c.Mods = &CallMods{}
	}
	return c.Mods
}

// args reads what stands between the brackets of a call.
func (p *parser) args(c *Call) {
	switch {
	case p.at(kwDistinct):
		p.next()
		c.mods().Distinct = true
	case p.at(kwAll) && p.peek(1).kind != rparen && p.peek(1).kind != comma:
		p.next()
		c.mods().All = true
	}
	mark := p.exprs.begin()
	if p.at(kwOrder) && p.ahead(1, kwBy) {
		p.argClauses(c, false)
		c.Args = p.exprs.end(mark)
		return
	}
	for needComma := false; !p.failed && p.tok.kind != rparen; {
		if needComma {
			last := c.ends(p.exprs.open[len(p.exprs.open)-1])
			if phrase := p.phrase(); phrase != nil && !last {
				p.exprs.push(p.keywordArg(phrase, false))
				continue
			}
			if c.variadic() || !p.accept(comma) {
				p.argClauses(c, last)
				break
			}
			if p.tok.kind == rparen {
				break
			}
		}
		p.exprs.push(p.arg(c, needComma))
		needComma = true
	}
	c.Args = p.exprs.end(mark)
}

func (c *Call) variadic() bool { return c.Mods != nil && c.Mods.Variadic }

// ends tells whether no keyword introduces more after that argument.
func (c *Call) ends(arg Expr) bool {
	_, lambda := arg.(*Lambda)
	return lambda || c.variadic()
}

// arg reads an argument.
func (p *parser) arg(c *Call, afterComma bool) Expr {
	start := p.tok.start
	switch p.tok.kind {
	case word, quoted:
		switch next := p.peek(1); next.kind {
		case arrow, assign:
			name := p.takeIdent()
			p.next()
			return &NamedArg{Name: name, X: p.argValue(), Span: p.span(start)}
		case word:
			if p.grammar.is(p.tok.keyword, reserved) || !p.lambdaArrow(2) {
				break
			}
			return p.lambda(start) // a typed parameter
		}
		switch {
		case p.keyword(kwVariadic):
			c.mods().Variadic = true
		case p.at(kwTable) && p.peek(1).kind != rparen:
			if p.peek(1).kind == lparen {
				p.next()
				return &KeywordArg{Word: "table", X: p.primary(), Span: p.span(start), Comma: afterComma}
			}
		case isExtract(c.Name) && p.ahead(1, kwFrom):
			t := p.next()
			return &Word{p.span(start), strings.ToLower(p.slice(t))}
		case isPosition(c.Name):
			return p.operators(byOther)
		}
		if phrase := p.leadingPhrase(); phrase != nil {
			return p.keywordArg(phrase, afterComma)
		}
	}
	if isPosition(c.Name) { // the IN after it is no operator
		return p.operators(byOther)
	}
	return p.argValue()
}

// argValue reads the value of an argument: an expression, or a query without brackets of its own.
func (p *parser) argValue() Expr {
	if p.lambdaInBrackets() {
		return p.lambda(p.tok.start)
	}
	if p.tok.kind == word && p.startsQuery() {
		start := p.tok.start
		q := p.query()
		if p.tok.kind != rparen && !p.at(kwNull) && !p.at(kwAbsent) && !p.at(kwReturning) {
			p.unexpected(`")"`)
		}
		return &Subquery{Span: p.span(start), Query: q, Bare: true}
	}
	return p.expr()
}

func isExtract(name []Ident) bool  { return len(name) == 1 && equalFold(name[0].Name, "extract") }
func isPosition(name []Ident) bool { return len(name) == 1 && equalFold(name[0].Name, "position") }

// argClauses reads what follows the last argument inside the brackets: ORDER BY, LIMIT, IGNORE NULLS, and unless that argument ends them
// what keywords introduce.
func (p *parser) argClauses(c *Call, last bool) {
	if p.at(kwOrder) {
		c.mods().OrderBy = p.orderBy()
	}
	if p.keyword(kwLimit) {
		c.mods().Limit = p.expr()
	}
	if n := p.nullTreatment(); n != DefaultNulls {
		c.mods().Nulls, c.mods().NullsInside = n, true
		if p.at(kwOrder) {
			c.mods().OrderBy = p.orderBy()
		}
	}
	for p.tok.kind == word && !p.failed && !last {
		phrase := p.phrase()
		if phrase == nil || phrase.follows != nothing && phrase.follows != typeName {
			return
		}
		p.exprs.push(p.keywordArg(phrase, false))
	}
}

func (p *parser) nullTreatment() NullTreatment {
	switch {
	case p.keywords(kwIgnore, kwNulls):
		return IgnoreNulls
	case p.keywords(kwRespect, kwNulls):
		return RespectNulls
	}
	return DefaultNulls
}

// afterCall reads what follows the brackets of a call.
func (p *parser) afterCall(c *Call) {
	if p.tok.kind != word {
		return
	}
	if p.at(kwWithin) && p.ahead(1, kwGroup) {
		p.next()
		p.next()
		p.expect(lparen, `"("`)
		c.mods().WithinGroup = p.orderBy()
		p.expect(rparen, `")"`)
	}
	if p.at(kwFilter) && p.peek(1).kind == lparen {
		p.next()
		p.next()
		p.keyword(kwWhere)
		c.mods().Filter = p.expr()
		p.expect(rparen, `")"`)
	}
	if p.at(kwFrom) && (p.ahead(1, kwFirst) || p.ahead(1, kwLast)) && !p.grammar.has(dialect.FromFirst) && p.windowFollows(2) {
		p.next()
		c.mods().FromLast = p.next().keyword == kwLast
	}
	if n := p.nullTreatment(); n != DefaultNulls {
		c.mods().Nulls = n
	}
	if p.at(kwExportState) && p.grammar.has(dialect.FromFirst) {
		p.next()
		c.mods().ExportState = true
	}
	if p.at(kwOver) && (p.peek(1).kind == lparen || p.peek(1).kind == word || p.peek(1).kind == quoted) {
		c.Over = p.over()
	}
}

// windowFollows tells whether OVER or IGNORE NULLS stands n tokens ahead.
func (p *parser) windowFollows(n int) bool {
	return p.ahead(n, kwOver) || p.ahead(n, kwIgnore) || p.ahead(n, kwRespect)
}

// over reads OVER w or OVER (…).
func (p *parser) over() *Window {
	p.next()
	if p.tok.kind != lparen {
		start := p.tok.start
		return &Window{Base: p.identAny("a window"), Reference: true, Span: p.span(start)}
	}
	w := &Window{}
	p.window(w)
	return w
}

// window reads (PARTITION BY … ORDER BY … frame).
func (p *parser) window(w *Window) {
	start := p.tok.start
	p.expect(lparen, `"("`)
	if p.tok.kind == quoted || p.tok.kind == word && !p.at(kwPartition) && !p.at(kwOrder) && !p.frameStarts() {
		w.Base = p.identAny("a window")
	}
	if p.keywords(kwPartition, kwBy) {
		w.PartitionBy = p.exprList()
	}
	if p.at(kwOrder) {
		w.OrderBy = p.orderBy()
	}
	if p.frameStarts() {
		w.Frame = p.frame()
	}
	p.expect(rparen, `")"`)
	w.Span = p.span(start)
}

func (p *parser) frameStarts() bool {
	return (p.at(kwRows) || p.at(kwRange) || p.at(kwGroups)) && p.peek(1).kind != rparen
}

// frame reads ROWS|RANGE|GROUPS … EXCLUDE …
func (p *parser) frame() *Frame {
	start := p.tok.start
	f := &Frame{Unit: keywords[p.next().keyword]}
	if p.keyword(kwBetween) {
		f.Low = p.bound()
		p.expectKeyword(kwAnd)
		f.High = p.bound()
	} else {
		f.Low = p.bound()
	}
	if p.keyword(kwExclude) {
		f.Exclude = p.words(kwCurrent, kwRow, kwGroup, kwTies, kwNo, kwOthers)
	}
	f.Span = p.span(start)
	return f
}

// bound reads a bound of a frame.
func (p *parser) bound() Bound {
	b := Bound{}
	start := p.tok.start
	switch {
	case p.keywords(kwCurrent, kwRow):
		b.Kind = CurrentRow
	case p.keywords(kwUnbounded, kwPreceding):
		b.Kind = UnboundedPreceding
	case p.keywords(kwUnbounded, kwFollowing):
		b.Kind = UnboundedFollowing
	default:
		b.X = p.operators(byIn + 1)
		if p.keyword(kwPreceding) {
			b.Kind = Preceding
		} else if p.expectKeyword(kwFollowing) {
			b.Kind = Following
		}
	}
	b.Span = p.span(start)
	return b
}

// exprList reads expressions with commas between.
func (p *parser) exprList() []Expr {
	mark := p.exprs.begin()
	for !p.failed {
		p.exprs.push(p.expr())
		if !p.accept(comma) || p.listEnds() {
			break
		}
	}
	return p.exprs.end(mark)
}

// listEnds tells whether a comma that was just taken was the last thing in a list.
func (p *parser) listEnds() bool {
	switch p.tok.kind {
	case rparen, rbracket, rbrace, eof, semicolon:
		return true
	case word:
		return p.grammar.is(p.tok.keyword, reserved) && beginsClause(p.tok.keyword)
	}
	return false
}
