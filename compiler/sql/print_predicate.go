package sql

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
