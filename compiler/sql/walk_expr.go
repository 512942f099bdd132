package sql

// expression visits what is below an expression.
func (v visitor) expression(x Expr) {
	switch x := x.(type) {
	case *Star:
		v.expr(x.Of)
		if x.Mods != nil {
			v.items(x.Mods.Replace)
			if x.Mods.Like != nil {
				v(x.Mods.Like)
			}
		}
	case *Columns:
		v.expr(x.Arg)
	case *TypedLiteral:
		v.typ(x.Type)
		v(x.Value)
	case *Interval:
		v.expr(x.Value)
	case *Unary:
		v.expr(x.X)
	case *Binary:
		v.expr(x.X)
		v.expr(x.Y)
	case *Case:
		v.expr(x.Operand)
		each(v, x.Whens)
		v.expr(x.Else)
	case *Cast:
		v.expr(x.X)
		v.typ(x.Type)
		v.expr(x.Format)
	case *Call:
		v.call(x)
	case *NamedArg:
		v.expr(x.X)
	case *KeywordArg:
		v.expr(x.X)
		v.typ(x.Type)
	case *Lambda:
		each(v, x.Params)
		v.expr(x.Body)
	case *Subquery:
		v.query(x.Query)
	case *Exists:
		v.query(x.Query)
	case *Collate:
		v.expr(x.X)
	case *AtTimeZone:
		v.expr(x.X)
		v.expr(x.Zone)
	default:
		v.predicate(x)
	}
}

// predicate visits what is below a predicate or a value made of others.
func (v visitor) predicate(x Expr) {
	switch x := x.(type) {
	case *Is:
		v.expr(x.X)
	case *Like:
		v.expr(x.X)
		v.expr(x.Pattern)
		v.expr(x.Escape)
	case *Between:
		v.expr(x.X)
		v.expr(x.Low)
		v.expr(x.High)
	case *In:
		v.expr(x.X)
		v.exprs(x.List)
		v.query(x.Query)
		v.expr(x.Of)
	case *Quantified:
		v.expr(x.X)
		v.query(x.Query)
		v.expr(x.Of)
	case *Row:
		v.exprs(x.Items)
	case *Array:
		v.exprs(x.Items)
	case *Struct:
		each(v, x.Fields)
	case *Map:
		each(v, x.Entries)
	case *Comprehension:
		v.expr(x.Body)
		v.expr(x.In)
		v.expr(x.If)
	case *Index:
		v.expr(x.X)
		v.expr(x.I)
	case *Slice:
		v.expr(x.X)
		v.expr(x.Low)
		v.expr(x.High)
		v.expr(x.Step)
	case *Field:
		v.expr(x.X)
	case *GroupingSet:
		v.exprs(x.Items)
	}
}

// call visits what is below a call.
func (v visitor) call(x *Call) {
	v.exprs(x.Args)
	if m := x.Mods; m != nil {
		v.order(m.OrderBy)
		v.expr(m.Limit)
		v.order(m.WithinGroup)
		v.expr(m.Filter)
	}
	if x.Over != nil {
		v(x.Over)
	}
}
