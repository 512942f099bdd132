package sql

// collection writes values made of others, and ways into them.
func (p *printer) collection(x Expr) {
	switch x := x.(type) {
	case *Row:
		p.row(x)
	case *Array:
		if x.Keyword {
			p.write("array")
		}
		p.write("[")
		p.exprs(x.Items)
		p.write("]")
	case *Struct:
		p.fields(x.Fields)
	case *Map:
		p.write("map ")
		p.fields(x.Entries)
	case *Index:
		p.subscripted(x.X, x.Apart)
		p.write("[")
		p.expr(x.I)
		p.write("]")
	case *Slice:
		p.slice(x)
	case *Field:
		if x.Colon {
			p.base(x.X)
			p.write(":")
		} else {
			p.ownBase(x.X)
			p.write(".")
		}
		p.ident(x.Name)
	case *Columns:
		if len(x.Qualifier) > 0 {
			p.name(x.Qualifier)
			p.write(".")
		}
		p.write("columns(")
		p.expr(x.Arg)
		p.write(")")
	case *GroupingSet:
		p.write(x.Kind + " (")
		p.exprs(x.Items)
		p.write(")")
	case *Comprehension:
		p.comprehension(x)
	case *Lambda:
		p.lambda(x)
	case *NamedArg:
		p.ident(x.Name)
		p.write(" => ")
		p.expr(x.X)
	case *KeywordArg:
		p.keywordArg(x)
	}
}

func (p *printer) row(x *Row) {
	if x.Keyword {
		p.write("row")
	}
	p.write("(")
	p.listed(x.Items)
	if len(x.Items) == 1 && !x.Keyword && !isNamed(x.Items[0]) {
		p.write(",")
	}
	p.write(")")
}

// listed writes values, of which some may have names after them.
func (p *printer) listed(items []Expr) {
	list(p, items, func(item *Expr) {
		if n, ok := (*item).(*NamedArg); ok {
			p.expr(n.X)
			p.write(" as ")
			p.ident(n.Name)
			return
		}
		p.expr(*item)
	})
}

func isNamed(x Expr) bool {
	_, named := x.(*NamedArg)
	return named
}

func (p *printer) fields(fields []StructField) {
	p.write("{")
	list(p, fields, func(f *StructField) {
		if f.Key != nil {
			p.expr(f.Key)
			p.write(": ")
		}
		p.expr(f.X)
	})
	p.write("}")
}

// subscripted writes the value that a subscript follows.
func (p *printer) subscripted(x Expr, apart bool) {
	if apart {
		p.write("(")
		p.expr(x)
		p.write(")")
		return
	}
	p.base(x)
}

// slice writes x[low:high:step]; an upper bound that is not given before a step is written as a minus.
func (p *printer) slice(x *Slice) {
	p.subscripted(x.X, x.Apart)
	p.write("[")
	if x.Low != nil || x.High != nil || x.Step != nil {
		if x.Low != nil {
			p.expr(x.Low)
		}
		p.write(":")
		if x.High != nil {
			p.expr(x.High)
		}
		if x.Step != nil {
			if x.High == nil {
				p.write("-")
			}
			p.write(":")
			p.expr(x.Step)
		}
	} else if x.Bounds {
		p.write(":")
	}
	p.write("]")
}

func (p *printer) comprehension(x *Comprehension) {
	p.write("[")
	p.expr(x.Body)
	p.write(" for ")
	list(p, x.Vars, func(i *Ident) { p.ident(*i) })
	p.write(" in ")
	if _, star := x.In.(*Star); star {
		p.alwaysBracketed(x.In)
	} else {
		p.expr(x.In)
	}
	if x.If != nil {
		p.write(" if ")
		p.expr(x.If)
	}
	p.write("]")
}

// lambda writes a lambda in the spelling that nothing else has.
func (p *printer) lambda(x *Lambda) {
	python := p.grammar.is(kwLambda, reserved)
	switch {
	case python:
		p.write("lambda ")
		list(p, x.Params, p.lambdaParam)
		p.write(": ")
	case len(x.Params) == 1:
		p.lambdaParam(&x.Params[0])
		p.write(" -> ")
	default:
		p.write("(")
		list(p, x.Params, p.lambdaParam)
		p.write(") -> ")
	}
	before := p.inLambda
	p.inLambda = false
	p.expr(x.Body)
	p.inLambda = before
}

func (p *printer) lambdaParam(x *LambdaParam) {
	p.ident(x.Ident)
	if x.Type != nil {
		p.write(" ")
		p.typ(x.Type)
	}
}

// keywordArg writes a keyword and what it introduces.
func (p *printer) keywordArg(x *KeywordArg) {
	p.write(x.Word)
	if x.X != nil {
		p.write(" ")
		switch x.Word {
		case "similar", "escape", "path":
			p.operand(x.X, byIn+1)
		case "table":
			p.alwaysBracketed(x.X)
		default:
			p.expr(x.X)
		}
	}
	if x.Type != nil {
		p.write(" ")
		p.typ(x.Type)
	}
}
