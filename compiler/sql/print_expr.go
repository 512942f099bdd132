package sql

import "github.com/modsql/mod/compiler/dialect"

// expr writes an expression.
func (p *printer) expr(x Expr) {
	switch x := x.(type) {
	case *Column:
		p.name(x.Parts)
	case *Literal:
		p.literal(x)
	case *Call:
		p.call(x)
	case *Binary:
		by := p.grammar.precedenceOf(x)
		if left := by.left(); x.Op == OpArrow && p.inLambda { // nothing that ends in a name, the parameter of a lambda
			p.operand(x.X, byValue)
		} else {
			p.operand(x.X, left)
		}
		p.write(" " + string(x.Op) + " ")
		p.operand(x.Y, by.right(x.Op))
	case *Unary:
		p.unary(x)
	case *Cast:
		p.cast(x)
	case *Case:
		p.caseOf(x)
	case *Star:
		p.star(x)
	case *Opaque:
		p.write(x.Text)
	case *Param:
		p.write(x.Text)
	case *Word:
		p.write(x.Text)
	case *Subquery:
		if x.Array {
			p.write("array")
		}
		if x.Bare {
			p.statement(x.Query)
		} else {
			p.bracketed(x.Query)
		}
	case *Exists:
		p.write("exists ")
		p.bracketed(x.Query)
	case *TypedLiteral:
		p.typ(x.Type)
		p.write(" ")
		p.literal(x.Value)
	case *Interval:
		p.interval(x)
	default:
		p.predicate(x)
	}
}

// bracketed writes (query).
func (p *printer) bracketed(q *Query) {
	p.write("(")
	if q != nil {
		p.statement(q)
	}
	p.write(")")
}

// operand writes an expression where nothing may stand that binds less tightly.
func (p *printer) operand(x Expr, least precedence) {
	if x == nil {
		return
	}
	if p.grammar.precedenceOf(x) < least {
		p.write("(")
		p.expr(x)
		p.write(")")
		return
	}
	p.expr(x)
}

// notLed writes an expression, in brackets if it began with that word.
func (p *printer) notLed(x Expr, word string) {
	from := len(p.out)
	p.expr(x)
	if led := string(p.out[from:]); len(led) >= len(word) && equalFold(led[:len(word)], word) {
		p.out = p.out[:from]
		p.write("(")
		p.expr(x)
		p.write(")")
	}
}

// afterWord writes an operand after a word that may be a name too: what does not clearly begin a value is put in brackets.
func (p *printer) afterWord(x Expr, least precedence) {
	switch x := x.(type) {
	case *Column, *Literal, *Cast, *Case, *Call, *Subquery, *Row:
		p.operand(x, least)
		return
	}
	p.write("(")
	p.expr(x)
	p.write(")")
}

// byValue is how tightly a value binds that is no operator.
const byValue = bySign + 1

// precedenceOf is how tightly the operator at the top of an expression binds.
func (g *grammar) precedenceOf(x Expr) precedence {
	switch x := x.(type) {
	case *Binary:
		return g.precedence(x.Op)
	case *Quantified:
		return g.precedence(x.Op)
	case *Unary:
		switch {
		case x.Postfix:
			return byValue
		case x.Op == OpNot:
			return byNot
		case x.Op == "+", x.Op == "-", x.Op == OpPrior, x.Op == OpRoot, x.Op == OpUnpack, x.Op == OpUnpackStruct:
			return bySign
		}
		return byOther
	case *Is:
		return byIs
	case *Like, *Between, *In:
		return byIn
	case *AtTimeZone:
		return byZone
	case *Collate:
		return byIn // some dialects take it for no more than the side of a comparison
	case *Lambda, *Star:
		return noOperator
	}
	return byValue
}

// left is how tightly the left operand of an operator must bind: comparisons do not stand in a row.
func (by precedence) left() precedence {
	if by == byComparison || by == byIs {
		return by + 1
	}
	return by
}

// precedence is how tightly an operator binds.
func (g *grammar) precedence(o Op) precedence {
	switch o {
	case OpArrow, OpLongArrow:
		if g.has(dialect.LowArrow) {
			return byArrow
		}
	case OpOr:
		return byOr
	case OpAnd:
		return byAnd
	case OpDistinct, OpNotDistinct:
		return byIs
	case OpEq, OpNe, OpLt, OpLe, OpGt, OpGe, "<=>":
		return byComparison
	case OpAdd, OpSub:
		return bySum
	case OpMul, OpDiv, OpMod, OpIntDiv:
		return byProduct
	case OpPow, "**":
		return byPower
	}
	return byOther
}

// unary writes an operator with its one operand.
func (p *printer) unary(x *Unary) {
	switch {
	case x.Op == "!" && x.Postfix: // in brackets: what follows it might be read as its right side
		p.write("(")
		p.base(x.X)
		p.write("!)")
	case x.Postfix:
		p.base(x.X)
		p.write(string(x.Op))
	case x.Op == OpNot:
		p.write("not ")
		p.operand(x.X, byNot)
	case x.Op == "+" || x.Op == "-":
		p.write(string(x.Op))
		if u, ok := x.X.(*Unary); ok && !u.Postfix {
			p.write(" ") // "--" is a comment
		}
		p.operand(x.X, bySign)
	case x.Op == OpUnpack || x.Op == OpUnpackStruct:
		p.write(string(x.Op))
		p.operand(x.X, bySign)
	case x.Op == OpPrior || x.Op == OpRoot:
		p.write(string(x.Op) + " ")
		p.afterWord(x.X, bySign)
	case x.Op == "final" || x.Op == "running":
		p.write(string(x.Op) + " ")
		p.expr(x.X)
	default:
		p.write(string(x.Op) + " ")
		p.operand(x.X, byOther+1)
	}
}

// base writes a value that a subscript, a field or a method follows.
func (p *printer) base(x Expr) {
	switch x := x.(type) {
	case *Column:
		if len(x.Parts) > 1 || x.Parts[0].Quoted || !equalFold(x.Parts[0].Name, "array") {
			p.expr(x)
			return
		}
	case *Param:
		if x.Text[0] != '@' { // the path of a stage goes on with a colon
			p.expr(x)
			return
		}
	case *Unary:
		if x.Op == "!" && x.Postfix {
			p.expr(x)
			return
		}
	case *Index, *Slice, *Field, *Columns:
		p.expr(x)
		return
	case *Subquery:
		if !x.Array {
			p.expr(x)
			return
		}
	case *Row:
		if !x.Keyword {
			p.expr(x)
			return
		}
	}
	p.write("(")
	p.expr(x)
	p.write(")")
}

// ownBase is base where a mere name would swallow what follows.
func (p *printer) ownBase(x Expr) {
	if _, ok := x.(*Column); ok {
		p.write("(")
		p.expr(x)
		p.write(")")
		return
	}
	p.base(x)
}

func (p *printer) cast(x *Cast) {
	if x.Try {
		p.write("try_")
	}
	p.write("cast(")
	p.expr(x.X)
	p.write(" as ")
	p.typ(x.Type)
	if x.Format != nil {
		p.write(" format ")
		p.expr(x.Format)
	}
	p.write(")")
}

func (p *printer) caseOf(x *Case) {
	p.write("case")
	if x.Operand != nil {
		p.write(" ")
		p.expr(x.Operand)
	}
	for i := range x.Whens {
		p.write(" when ")
		p.expr(x.Whens[i].Cond)
		p.write(" then ")
		p.expr(x.Whens[i].Then)
	}
	if x.Else != nil {
		p.write(" else ")
		p.expr(x.Else)
	}
	p.write(" end")
}

func (p *printer) interval(x *Interval) {
	p.write("interval ")
	switch v := x.Value.(type) {
	case *Param:
		p.expr(v)
	case *Literal:
		if v.Kind == Number || v.Kind == String {
			p.expr(v)
			break
		}
		p.alwaysBracketed(v)
	case *Unary:
		if l, ok := v.X.(*Literal); ok && l.Kind == String { // a sign may stand before a string, not before a number
			p.expr(v)
			break
		}
		p.alwaysBracketed(v)
	default:
		p.alwaysBracketed(v)
	}
	if x.Unit != "" {
		p.write(" " + x.Unit)
	}
	if x.To != "" {
		p.write(" to " + x.To)
	}
}

// star writes a star with what follows it.
func (p *printer) star(x *Star) {
	switch {
	case x.Of != nil:
		p.ownBase(x.Of)
		p.write(".")
	case len(x.Qualifier) > 0:
		p.name(x.Qualifier)
		p.write(".")
	}
	p.write("*")
	m := x.Mods
	if m == nil {
		return
	}
	if len(m.Exclude) > 0 {
		p.write(" exclude ")
		p.names(m.Exclude)
	}
	if len(m.Replace) > 0 {
		p.write(" replace (")
		list(p, m.Replace, p.item)
		p.write(")")
	}
	if len(m.Rename) > 0 {
		p.write(" rename (")
		list(p, m.Rename, func(r *StarRename) {
			p.name(r.From)
			p.write(" as ")
			p.ident(r.To)
		})
		p.write(")")
	}
	if m.Like != nil {
		p.like(m.Like)
	}
}

// not writes NOT before a predicate.
func (p *printer) not(not bool) {
	if not {
		p.write(" not")
	}
}

// like writes LIKE and what follows it.
func (p *printer) like(x *Like) {
	p.not(x.Not)
	p.write(" " + string(x.Op) + " ")
	if x.Quantifier != NoQuantifier {
		p.quantifier(x.Quantifier)
		p.alwaysBracketed(x.Pattern)
	} else if x.Op == "glob" || x.Op == "rlike" || x.Op == "regexp" {
		p.afterWord(x.Pattern, byIn+1)
	} else {
		p.operand(x.Pattern, byIn+1)
	}
	if x.Escape != nil {
		p.write(" escape ")
		p.operand(x.Escape, byIn+1)
	}
}

func (p *printer) quantifier(q Quantifier) {
	if q == All {
		p.write("all ")
	} else {
		p.write("any ")
	}
}

// alwaysBracketed writes an expression in brackets, unless it brings its own.
func (p *printer) alwaysBracketed(x Expr) {
	switch x := x.(type) {
	case *Row:
		if !x.Keyword {
			p.expr(x)
			return
		}
	case *Subquery:
		if !x.Array {
			p.expr(x)
			return
		}
	}
	p.write("(")
	p.expr(x)
	p.write(")")
}

// predicate writes what expr leaves.
func (p *printer) predicate(x Expr) {
	switch x := x.(type) {
	case *Is:
		p.operand(x.X, byIs+1)
		p.write(" is")
		p.not(x.Not)
		p.write(" " + x.What)
	case *Like:
		p.operand(x.X, byIn+1)
		p.like(x)
	case *Between:
		p.operand(x.X, byIn+1)
		p.not(x.Not)
		p.write(" between ")
		if x.Symmetric {
			p.write("symmetric ")
		}
		p.operand(x.Low, byIn+1)
		p.write(" and ")
		p.operand(x.High, byIn+1)
	case *In:
		p.in(x)
	case *Quantified:
		by := p.grammar.precedenceOf(x)
		p.operand(x.X, by.left())
		p.write(" " + string(x.Op) + " ")
		p.quantifier(x.Quantifier)
		if x.Query != nil {
			p.bracketed(x.Query)
		} else {
			p.alwaysBracketed(x.Of)
		}
	case *AtTimeZone:
		p.operand(x.X, byZone)
		if x.Zone == nil {
			p.write(" at local")
		} else {
			p.write(" at time zone ")
			p.operand(x.Zone, byZone+1)
		}
	case *Collate:
		p.operand(x.X, byCollate)
		p.write(" collate ")
		p.name(x.Name)
	default:
		p.collection(x)
	}
}

func (p *printer) in(x *In) {
	p.operand(x.X, byIn+1)
	p.not(x.Not)
	p.write(" in ")
	switch {
	case x.Query != nil:
		p.bracketed(x.Query)
	case x.Of != nil:
		p.operand(x.Of, byValue)
	default:
		p.write("(")
		p.listed(x.List)
		p.write(")")
	}
}
