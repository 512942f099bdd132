package lineage

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

func (b *binder) structOf(sc *scope, x *sql.Struct) value {
	var values []value
	var fields []types.Field
	var parts []part
	known := true
	for _, f := range x.Fields {
		v := b.expr(sc, f.X)
		values = append(values, v)
		switch key := f.Key.(type) {
		case *sql.Literal:
			fields = append(fields, types.Field{Name: key.Value, Type: v.typ})
			parts = append(parts, partOf(key.Value, v))
		case *sql.Column:
			fields = append(fields, types.Field{Name: key.Parts[0].Name, Type: v.typ})
			parts = append(parts, partOf(key.Parts[0].Name, v))
		default:
			known = false
		}
	}
	out := made(types.Type{}, values...)
	if known {
		out.typ, out.parts = types.StructOf(fields...), parts
	}
	return out
}

func (b *binder) mapOf(sc *scope, x *sql.Map) value {
	var keys, vals []value
	for _, e := range x.Entries {
		keys, vals = append(keys, b.expr(sc, e.Key)), append(vals, b.expr(sc, e.X))
	}
	k, _ := b.system.Common(typesOf(keys)...)
	v, _ := b.system.Common(typesOf(vals)...)
	return made(types.MapOf(k, v), append(keys, vals...)...)
}

// index resolves x[i]: an element of a list, a value of a map, a field of a struct, a character of a string.
func (b *binder) index(sc *scope, x *sql.Index) value {
	if b.dialect.Has(dialect.Dimensions) {
		return b.subscripts(sc, x)
	}
	v, i := b.expr(sc, x.X), b.expr(sc, x.I)
	t := types.Type{}
	switch v.typ.Kind() {
	case types.List, types.Array, types.Vector:
		t = v.typ.Element()
	case types.Map:
		t = v.typ.Value()
	case types.Struct:
		t, _ = v.typ.Field(i.text)
		if i.literal && v.part(i.text) != nil {
			v = v.taken(i.text)
			v.typ = t
			return v
		}
	case types.JSON, types.JSONB, types.Variant, types.Text, types.Varchar:
		t = v.typ
	}
	return made(t, v, i)
}

// subscripts resolves x[i][j][k:l] where all that stand in a row are one subscript: with a bound among them it takes a part of the array,
// else an element, https://www.postgresql.org/docs/current/arrays.html#ARRAYS-ACCESSING.
func (b *binder) subscripts(sc *scope, x sql.Expr) value {
	var values []value
	sliced := false
	for apart := false; !apart; {
		switch s := x.(type) {
		case *sql.Index:
			values, x, apart = append(values, b.expr(sc, s.I)), s.X, s.Apart
		case *sql.Slice:
			values = append(values, b.expr(sc, s.Low), b.expr(sc, s.High))
			x, apart, sliced = s.X, s.Apart, true
		default:
			apart = true
		}
	}
	v := b.expr(sc, x)
	t := types.Type{}
	switch v.typ.Kind() {
	case types.List, types.Array, types.Vector:
		if t = v.typ; !sliced {
			t = t.Element()
		}
	case types.JSON, types.JSONB, types.Text, types.Varchar:
		t = v.typ
	}
	return made(t, append(values, v)...)
}

// atTimeZone resolves x AT TIME ZONE z, which turns a timestamp into one with a zone and the other way round.
func (b *binder) atTimeZone(sc *scope, x *sql.AtTimeZone) value {
	v, zone := b.expr(sc, x.X), b.expr(sc, x.Zone)
	t := types.Type{}
	switch v.typ.Kind() {
	case types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS, types.Date, types.String:
		t = types.Of(types.TimestampTZ)
	case types.TimestampTZ, types.TimestampLTZ:
		t = types.Of(types.Timestamp)
	case types.Time, types.TimeTZ:
		t = types.Of(types.TimeTZ)
	}
	return made(t, v, zone)
}

// comprehension resolves [body for x in list if cond].
func (b *binder) comprehension(sc *scope, x *sql.Comprehension) value {
	list := b.expr(sc, x.In)
	inner := sc.inside()
	inner.locals = map[string]types.Type{}
	for i, v := range x.Vars {
		t := list.typ.Element()
		if i > 0 {
			t = b.system.Integer("1")
		}
		inner.locals[b.keyOf(v)] = t
	}
	body, cond := b.expr(inner, x.Body), b.expr(inner, x.If)
	return made(types.ListOf(body.typ), list, body, cond)
}

// lambda resolves the body of a lambda with parameters of those types; what is missing has an unknown type.
func (b *binder) lambda(sc *scope, x *sql.Lambda, params []types.Type) value {
	inner := sc.inside()
	inner.locals = map[string]types.Type{}
	for i, p := range x.Params {
		t := types.Type{}
		if i < len(params) {
			t = params[i]
		}
		if p.Type != nil {
			t = b.typeOf(p.Type)
		}
		inner.locals[b.keyOf(p.Ident)] = t
	}
	return b.expr(inner, x.Body)
}
