package sql

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
