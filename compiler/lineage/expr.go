package lineage

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// value is what is known of an expression.
type value struct {
	typ        types.Type
	uses       uses
	parts      []part  // of a struct that the query puts together; nil for other values
	column     *column // if the expression is a column and nothing else
	name       string  // what the value is called where structs are made of it
	aggregated bool    // there is an aggregate in it
	literal    bool
	text       string // of a literal
}

// loose is a column that is read outside of aggregates.
type loose struct {
	column *column
	at     sql.Span
}

// arg is the value as an argument.
func (v value) arg() types.Arg {
	return types.Arg{Type: v.typ, Name: v.name, Literal: v.literal, Text: v.text}
}

// made is an expression of other values: its uses are theirs, transformed.
func made(t types.Type, of ...value) value {
	out := value{typ: t}
	for _, v := range of {
		out.uses = out.uses.with(v.uses)
		out.aggregated = out.aggregated || v.aggregated
	}
	out.uses = out.uses.as(Transform)
	return out
}

// expr resolves an expression; nil has no type and no uses.
func (b *binder) expr(sc *scope, x sql.Expr) value {
	switch x := x.(type) {
	case nil:
		return value{}
	case *sql.Column:
		v := b.name(sc, x)
		v.name = x.Parts[len(x.Parts)-1].Name
		return v
	case *sql.Literal:
		return b.literal(x)
	case *sql.TypedLiteral:
		return value{typ: b.typeOf(x.Type), literal: true, text: x.Value.Value}
	case *sql.Interval:
		return made(b.intervalType(x), b.expr(sc, x.Value))
	case *sql.Unary:
		return b.unary(sc, x)
	case *sql.Binary:
		return b.binary(sc, x)
	case *sql.Case:
		return b.caseOf(sc, x)
	case *sql.Cast:
		return b.cast(sc, x)
	case *sql.Call:
		return b.call(sc, x)
	case *sql.Subquery:
		return b.subquery(sc, x)
	case *sql.Is, *sql.Like, *sql.Between, *sql.In, *sql.Quantified, *sql.Exists:
		return b.predicate(sc, x)
	default:
		return b.composite(sc, x)
	}
}

// composite resolves the rarer expressions: those that make or take apart nested values.
func (b *binder) composite(sc *scope, x sql.Expr) value {
	switch x := x.(type) {
	case *sql.Array:
		values := b.exprs(sc, x.Items)
		t, _ := b.system.Common(typesOf(values)...)
		return made(types.ListOf(t), values...)
	case *sql.Row:
		values := b.exprs(sc, x.Items)
		v := made(rowType(values), values...)
		v.parts = rowParts(values)
		return v
	case *sql.Struct:
		return b.structOf(sc, x)
	case *sql.Map:
		return b.mapOf(sc, x)
	case *sql.Field:
		return b.field(b.expr(sc, x.X), x.Name)
	case *sql.Index:
		return b.index(sc, x)
	case *sql.Slice:
		if b.dialect.Has(dialect.Dimensions) {
			return b.subscripts(sc, x)
		}
		v := b.expr(sc, x.X)
		return made(v.typ, v, b.expr(sc, x.Low), b.expr(sc, x.High), b.expr(sc, x.Step))
	case *sql.Collate:
		v := b.expr(sc, x.X)
		return made(v.typ, v)
	case *sql.AtTimeZone:
		return b.atTimeZone(sc, x)
	case *sql.Comprehension:
		return b.comprehension(sc, x)
	case *sql.NamedArg:
		v := b.expr(sc, x.X)
		v.name = x.Name.Name
		return v
	case *sql.KeywordArg:
		return b.expr(sc, x.X)
	case *sql.GroupingSet:
		return made(types.Type{}, b.exprs(sc, x.Items)...)
	case *sql.Star:
		return b.starValue(sc, x)
	case *sql.Columns:
		return b.pickedValue(sc, x)
	default:
		return b.children(sc, x)
	}
}

// children resolves what stands inside of an expression whose own meaning is not known.
func (b *binder) children(sc *scope, x sql.Expr) value {
	var parts []value
	sql.Children(x, func(n sql.Node) {
		if e, ok := n.(sql.Expr); ok {
			parts = append(parts, b.expr(sc, e))
		}
	})
	return made(types.Type{}, parts...)
}

func (b *binder) exprs(sc *scope, list []sql.Expr) []value {
	out := make([]value, len(list))
	for i, x := range list {
		out[i] = b.expr(sc, x)
	}
	return out
}

func typesOf(values []value) []types.Type {
	out := make([]types.Type, len(values))
	for i, v := range values {
		out[i] = v.typ
	}
	return out
}

func rowType(values []value) types.Type {
	fields := make([]types.Field, len(values))
	for i, v := range values {
		fields[i] = types.Field{Type: v.typ}
	}
	return types.StructOf(fields...)
}

func (b *binder) literal(l *sql.Literal) value {
	v := value{literal: true, text: l.Value}
	switch l.Kind {
	case sql.Null:
		v.typ, v.literal = types.Of(types.Null), false
	case sql.True, sql.False:
		v.typ = types.Of(types.Boolean)
	case sql.Number:
		digits := strings.ReplaceAll(l.Value, "_", "")
		if strings.ContainsAny(digits, ".eE") && !strings.HasPrefix(digits, "0x") {
			v.typ = b.system.Decimal(digits)
		} else {
			v.typ = b.system.Integer(digits)
		}
	case sql.String, sql.NationalString:
		v.typ = b.system.Text(l.Value)
	case sql.Bits:
		v.typ = types.Of(types.Bit)
	case sql.Bytes:
		v.typ = types.Of(types.Blob)
	}
	return v
}

// intervalType is the type of INTERVAL x unit.
func (b *binder) intervalType(x *sql.Interval) types.Type {
	text := "interval"
	if x.Unit != "" && x.To != "" {
		text += " " + x.Unit + " to " + x.To
	}
	if t := b.system.Parse(text); t.Kind() != types.Named && !t.IsUnknown() {
		return t
	}
	return types.Of(types.Interval)
}

func (b *binder) unary(sc *scope, x *sql.Unary) value {
	v := b.expr(sc, x.X)
	switch x.Op {
	case sql.OpPrior, sql.OpOuter, sql.OpUnpack, sql.OpRoot:
		return v
	}
	r, err := b.system.Unary(string(x.Op), v.arg())
	if err != nil {
		b.problem(TypeMismatch, x.Span, fmt.Sprintf("%s does not apply to %s", x.Op, b.typeName(v.typ)))
	}
	return made(r.Type, v)
}

// binary resolves an operator. Chains such as a || b || c lean to the left and may be thousands long: they are walked, not descended.
func (b *binder) binary(sc *scope, x *sql.Binary) value {
	var chain []*sql.Binary
	for {
		chain = append(chain, x)
		left, ok := x.X.(*sql.Binary)
		if !ok {
			break
		}
		x = left
	}
	v := b.expr(sc, x.X)
	for i := len(chain) - 1; i >= 0; i-- {
		v = b.operator(chain[i], v, b.expr(sc, chain[i].Y))
	}
	return v
}

func (b *binder) operator(x *sql.Binary, l, r value) value {
	out := made(types.Type{}, l, r)
	if x.Op == sql.OpAnd || x.Op == sql.OpOr {
		out.typ = types.Of(types.Boolean)
		return out
	}
	if comparison(x.Op) {
		b.comparable(string(x.Op), x, l.typ, r.typ)
	}
	res, err := b.system.Binary(string(x.Op), l.arg(), r.arg())
	if err != nil {
		p := b.problem(TypeMismatch, x.Span, fmt.Sprintf("%s does not go between %s and %s", x.Op, b.typeName(l.typ), b.typeName(r.typ)))
		p.Hint = "cast one of the two"
	}
	out.typ = res.Type
	return out
}

func comparison(op sql.Op) bool {
	switch op {
	case sql.OpEq, sql.OpNe, sql.OpLt, sql.OpLe, sql.OpGt, sql.OpGe, sql.OpDistinct, sql.OpNotDistinct:
		return true
	}
	return false
}

func (b *binder) caseOf(sc *scope, x *sql.Case) value {
	operand := b.expr(sc, x.Operand)
	out := made(types.Type{}, operand)
	branches := []types.Type{types.Of(types.Null)}
	if x.Else != nil {
		v := b.expr(sc, x.Else)
		branches[0] = v.typ
		out = made(types.Type{}, out, v)
	}
	for _, w := range x.Whens {
		cond, then := b.expr(sc, w.Cond), b.expr(sc, w.Then)
		if x.Operand != nil {
			b.comparable("=", w.Cond, operand.typ, cond.typ)
		}
		branches = append(branches, then.typ)
		out.uses = out.uses.with(cond.uses.as(Transform)).with(then.uses.as(Transform))
		out.aggregated = out.aggregated || cond.aggregated || then.aggregated
	}
	t, ok := b.system.Common(branches...)
	if !ok {
		b.problem(TypeMismatch, x.Span, "the branches of this CASE have types that do not go together: "+b.typeList(branches[1:]))
	}
	out.typ = t
	return out
}

func (b *binder) cast(sc *scope, x *sql.Cast) value {
	v := b.expr(sc, x.X)
	t := b.typeOf(x.Type)
	if b.system.Cast(v.typ, t) == types.Never {
		b.problem(TypeMismatch, x.Span, fmt.Sprintf("%s cannot be cast to %s", b.typeName(v.typ), b.typeName(t)))
	}
	out := made(t, v, b.expr(sc, x.Format))
	out.name = v.name
	return out
}

// subquery resolves a query that stands for a value.
func (b *binder) subquery(sc *scope, x *sql.Subquery) value {
	r := b.nested(sc, x.Query)
	out := value{uses: r.rows}
	if len(r.columns) > 0 {
		out.uses = r.columns[0].uses.as(Transform).with(r.rows)
		out.typ = r.columns[0].typ
		out.name = r.columns[0].name
	}
	if len(r.columns) > 1 && r.open == nil && !x.Array {
		b.problem(ColumnCount, x.Span, fmt.Sprintf("a subquery that stands for a value gives one column, not %d", len(r.columns)))
	}
	if x.Array {
		out.typ = types.ListOf(out.typ)
	}
	return out
}

// nested resolves a query inside an expression, which repeats no rows. What it reads of the queries around it is not looked at for missing groups.
func (b *binder) nested(sc *scope, q *sql.Query) *rel {
	before, repeats := len(b.loose), b.repeats
	r := b.query(q, sc, sc.ctes)
	b.loose, b.repeats = b.loose[:before], repeats
	return r
}

// typeOf is the type that is written in a query.
func (b *binder) typeOf(t *sql.Type) types.Type {
	if t == nil {
		return types.Type{}
	}
	return b.system.Parse(b.slice(t.Span))
}

// typeName is a type as it is told to people.
func (b *binder) typeName(t types.Type) string {
	if name := b.system.Print(t); name != "" {
		return name
	}
	return "a value of unknown type"
}

func (b *binder) typeList(list []types.Type) string {
	var names []string
	seen := map[string]bool{}
	for _, t := range list {
		if name := b.typeName(t); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// comparable reports two types that cannot be compared.
func (b *binder) comparable(op string, at sql.Expr, l, r types.Type) {
	if _, ok := b.system.Compare(op, l, r); !ok {
		p := b.problem(TypeMismatch, at.At(), fmt.Sprintf("%s cannot be compared with %s", b.typeName(l), b.typeName(r)))
		p.Hint = "cast one of the two"
	}
}

// mustBeBoolean reports a condition that is something else.
func (b *binder) mustBeBoolean(x sql.Expr, v value) {
	switch v.typ.Kind() {
	case types.Unknown, types.Null, types.Boolean, types.String, types.Named, types.Variant, types.Any:
		return
	}
	if b.system.Cast(v.typ, types.Of(types.Boolean)) < types.Assignment {
		b.problem(TypeMismatch, x.At(), "a condition is true or false, this is "+b.typeName(v.typ))
	}
}
