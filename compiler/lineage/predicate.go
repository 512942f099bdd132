package lineage

import (
	"fmt"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// predicate resolves a test that gives true or false by a syntax of its own.
func (b *binder) predicate(sc *scope, x sql.Expr) value {
	boolean := types.Of(types.Boolean)
	switch x := x.(type) {
	case *sql.Is:
		return made(boolean, b.expr(sc, x.X))
	case *sql.Like:
		return made(boolean, b.expr(sc, x.X), b.expr(sc, x.Pattern), b.expr(sc, x.Escape))
	case *sql.Between:
		v, low, high := b.expr(sc, x.X), b.expr(sc, x.Low), b.expr(sc, x.High)
		b.comparable("between", x.Low, v.typ, low.typ)
		b.comparable("between", x.High, v.typ, high.typ)
		return made(boolean, v, low, high)
	case *sql.In:
		return made(boolean, b.in(sc, x)...)
	case *sql.Quantified:
		return made(boolean, b.quantified(sc, x)...)
	case *sql.Exists:
		r := b.nested(sc, x.Query)
		return value{typ: boolean, uses: r.rows}
	}
	return value{}
}

func (b *binder) in(sc *scope, x *sql.In) []value {
	values := []value{b.expr(sc, x.X)}
	switch {
	case x.Query != nil:
		values = append(values, b.members(sc, x.Query, x.X, values[0]))
	case x.Of != nil:
		of := b.expr(sc, x.Of)
		if element := of.typ.Element(); !element.IsUnknown() {
			b.comparable("in", x.Of, values[0].typ, element)
		}
		values = append(values, of)
	default:
		for _, item := range x.List {
			v := b.expr(sc, item)
			b.comparable("in", item, values[0].typ, v.typ)
			values = append(values, v)
		}
	}
	return values
}

// members is the value of a query that another value is looked for in.
func (b *binder) members(sc *scope, q *sql.Query, of sql.Expr, v value) value {
	r := b.nested(sc, q)
	out := value{uses: r.rows}
	for _, c := range r.columns {
		out.uses = out.uses.with(c.uses.as(Transform))
	}
	row, isRow := of.(*sql.Row)
	wanted := 1
	if isRow {
		wanted = len(row.Items)
	}
	switch {
	case len(r.columns) != wanted && r.open == nil && !(v.typ.Kind() == types.Struct):
		b.problem(ColumnCount, q.Span, fmt.Sprintf("%s is looked for in a query of %s", count(wanted, "value"), count(len(r.columns), "column")))
	case wanted == 1 && !isRow && len(r.columns) == 1:
		b.comparable("in", of, v.typ, r.columns[0].typ)
	}
	return out
}

func (b *binder) quantified(sc *scope, x *sql.Quantified) []value {
	values := []value{b.expr(sc, x.X)}
	if x.Query != nil {
		return append(values, b.members(sc, x.Query, x.X, values[0]))
	}
	return append(values, b.expr(sc, x.Of))
}
