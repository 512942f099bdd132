package sql

import "strings"

// call writes a call and what follows it.
func (p *printer) call(x *Call) {
	args := x.Args
	if x.Method && len(args) > 0 {
		p.ownBase(args[0])
		p.write(".")
		args = args[1:]
	}
	p.callName(x)
	if !x.Bare {
		p.write("(")
		before := p.inLambda
		p.inLambda = p.grammar.takesLambdas(x.Name)
		p.args(x, args)
		p.inLambda = before
		p.write(")")
	} else if len(args) > 0 {
		p.write(" ")
		p.exprs(args)
	}
	if x.Mods != nil {
		p.afterCall(x.Mods)
	}
	if x.Over != nil {
		p.write(" over ")
		p.window(x.Over)
	}
}

// callName writes the name of a function; functions of one name know no letter case.
func (p *printer) callName(x *Call) {
	if p.canonical && len(x.Name) == 1 && !x.Name[0].Quoted {
		p.write(strings.ToLower(x.Name[0].Name))
		return
	}
	p.name(x.Name)
}

// args writes what stands between the brackets of a call.
func (p *printer) args(x *Call, args []Expr) {
	m := x.Mods
	if m == nil {
		m = &CallMods{}
	}
	if m.Distinct {
		p.write("distinct ")
	}
	if m.All {
		p.write("all ")
	}
	closing := len(args) // the keywords after the clauses
	for clauses := len(m.OrderBy) > 0 || m.Limit != nil || m.NullsInside; clauses && closing > 0 && standsAlone(args[closing-1]); closing-- {
		if closing == 1 && len(m.OrderBy) == 0 {
			break
		}
	}
	for i := range args[:closing] {
		p.arg(x, args, i)
	}
	if len(m.OrderBy) > 0 {
		if closing > 0 {
			p.write(" ")
		}
		p.orderBy(m.OrderBy)
	}
	if m.Limit != nil {
		p.write(" limit ")
		p.expr(m.Limit)
	}
	if m.NullsInside {
		p.nulls(m.Nulls)
	}
	for _, arg := range args[closing:] {
		p.write(" ")
		p.expr(arg)
	}
}

// arg writes an argument and what stands between it and the one before.
func (p *printer) arg(x *Call, args []Expr, i int) {
	arg := args[i]
	k, isKeyword := arg.(*KeywordArg)
	switch {
	case i == 0:
	case isKeyword && !k.Comma && k.Word == ":":
	case isKeyword && !k.Comma:
		p.write(" ")
	default:
		p.write(", ")
	}
	if x.variadic() && i == len(args)-1 {
		p.write("variadic ")
	}
	switch {
	case i == 0 && isPosition(x.Name):
		p.operand(arg, byOther)
	case i == 0 && isExtract(x.Name) && isColumn(arg): // a name would be a part of a date
		p.alwaysBracketed(arg)
	case !isKeyword && i+1 < len(args) && wantsValue(args[i+1]):
		p.operand(arg, byValue)
	default:
		p.expr(arg)
	}
}

func isColumn(x Expr) bool {
	_, ok := x.(*Column)
	return ok
}

// standsAlone tells whether an argument is a keyword that may follow the ORDER BY of a call.
func standsAlone(x Expr) bool {
	k, ok := x.(*KeywordArg)
	return ok && !k.Comma && k.X == nil && k.Word != "as" && k.Word != ":"
}

// wantsValue tells whether an argument is a keyword before which, in some dialects, no operator may stand.
func wantsValue(x Expr) bool {
	k, ok := x.(*KeywordArg)
	return ok && !k.Comma && (k.Word == "value" || k.Word == ":" || k.Word == "passing")
}

func (p *printer) nulls(n NullTreatment) {
	switch n {
	case IgnoreNulls:
		p.write(" ignore nulls")
	case RespectNulls:
		p.write(" respect nulls")
	}
}

// afterCall writes the clauses between the brackets of a call and OVER.
func (p *printer) afterCall(m *CallMods) {
	if len(m.WithinGroup) > 0 {
		p.write(" within group (")
		p.orderBy(m.WithinGroup)
		p.write(")")
	}
	if m.Filter != nil {
		p.write(" filter (where ")
		p.expr(m.Filter)
		p.write(")")
	}
	if m.FromLast {
		p.write(" from last")
	}
	if !m.NullsInside {
		p.nulls(m.Nulls)
	}
	if m.ExportState {
		p.write(" export_state")
	}
}
