package lineage

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// call resolves a call of a function.
func (b *binder) call(sc *scope, x *sql.Call) value {
	before := len(b.loose)
	args, values := b.arguments(sc, x)
	within := b.within(sc, x)
	r, known := b.answer(x, args, within)
	out := made(r.Type, values...)
	out.parts = packed(x, values)
	if p := extracted(x, values); p != nil {
		out.uses, out.parts = p.uses, p.parts
	}
	b.repeats = b.repeats || r.Set
	if !known { // it may be an aggregate
		b.loose = b.loose[:before]
	}
	if aggregates := r.Kind == types.Aggregate && x.Over == nil; aggregates {
		out.uses = out.uses.as(Aggregate)
		out.aggregated = true
		b.loose = b.loose[:before]
	}
	if r.Kind == types.Aggregate && x.Over != nil {
		out.uses = out.uses.as(Aggregate)
	}
	b.modifiers(sc, x, &out, within, r.Kind == types.Aggregate && x.Over == nil, before)
	if x.Over != nil {
		b.window(sc, x.Over, &out)
	}
	return out
}

// arguments resolves what is given to a function. Lambdas are resolved when their parameters' types are known.
func (b *binder) arguments(sc *scope, x *sql.Call) ([]types.Arg, []value) {
	args := make([]types.Arg, 0, len(x.Args))
	values := make([]value, 0, len(x.Args)+1)
	for _, a := range x.Args {
		switch a := a.(type) {
		case *sql.Star:
			if v := b.starValue(sc, a); !countsRows(x) {
				values = append(values, v)
			}
			continue
		case *sql.Lambda:
			i := len(values)
			values = append(values, value{})
			args = append(args, types.Arg{Lambda: func(params ...types.Type) types.Type {
				values[i] = b.lambda(sc, a, params)
				return values[i].typ
			}})
			continue
		case *sql.KeywordArg:
			if a.X == nil {
				continue
			}
		}
		v := b.expr(sc, a)
		values = append(values, v)
		if w, ok := a.(*sql.Word); ok {
			v.literal, v.text, v.typ = true, w.Text, b.system.Text(w.Text)
		}
		args = append(args, v.arg())
	}
	return args, values
}

// within are the values that an aggregate's rows are ordered by: WITHIN GROUP (ORDER BY …).
func (b *binder) within(sc *scope, x *sql.Call) []value {
	if x.Mods == nil {
		return nil
	}
	values := make([]value, len(x.Mods.WithinGroup))
	for i, o := range x.Mods.WithinGroup {
		values[i] = b.expr(sc, o.X)
	}
	return values
}

// countsRows tells whether a call is count(*), whose star stands for no column.
func countsRows(x *sql.Call) bool {
	return len(x.Args) == 1 && len(x.Name) > 0 && strings.EqualFold(x.Name[len(x.Name)-1].Name, "count")
}

// answer asks what a call gives, and reports one that the warehouse would refuse. Known is false if there is no telling.
func (b *binder) answer(x *sql.Call, args []types.Arg, within []value) (r types.Result, known bool) {
	if len(x.Name) == 0 {
		return types.Result{}, false
	}
	name := x.Name[len(x.Name)-1]
	if len(x.Name) > 1 && !b.builtin(x.Name[len(x.Name)-2]) {
		return types.Result{}, false // of a schema: the user's own
	}
	key := b.keyOf(name)
	if word := b.names.Words[key]; word != "" && x.Bare {
		key = word
	}
	ordered := make([]types.Arg, len(within))
	for i, v := range within {
		ordered[i] = v.arg()
	}
	r, err := b.system.Ordered(key, args, ordered)
	if err != nil {
		b.refused(x, name, err)
		return r, false
	}
	return r, !r.Type.IsUnknown() || r.Kind != types.Scalar || len(b.system.Lookup(key)) > 0
}

// builtin tells whether a schema is one that holds the warehouse's own functions.
func (b *binder) builtin(schema sql.Ident) bool {
	switch lower(schema.Name) {
	case "pg_catalog", "main", "system":
		return true
	}
	return false
}

func (b *binder) refused(x *sql.Call, name sql.Ident, err *types.CallError) {
	switch err.Reason {
	case types.NoFunction:
		b.misspelt(UnknownFunction, name.Span, fmt.Sprintf("there is no function %q", name.Name), name.Name, err.Near)
	case types.WrongCount, types.WrongTypes:
		given := make([]string, len(err.Args))
		for i, t := range err.Args {
			given[i] = b.typeName(t)
		}
		message := fmt.Sprintf("%s does not take (%s)", name.Name, strings.Join(given, ", "))
		if err.Reason == types.WrongCount {
			message = fmt.Sprintf("%s does not take %s", name.Name, count(len(err.Args), "argument"))
		}
		p := b.problem(WrongArguments, x.Span, message)
		p.Hint = signatures(err.Candidates)
	}
}

// signatures lists the ways to call a function, a few of them.
func signatures(list []types.Signature) string {
	var lines []string
	for i, s := range list {
		if i == 4 {
			lines = append(lines, fmt.Sprintf("… and %d more", len(list)-i))
			break
		}
		lines = append(lines, s.String())
	}
	if len(lines) == 0 {
		return ""
	}
	return "it is called as " + strings.Join(lines, "\n")
}

// modifiers resolves the clauses of a call.
func (b *binder) modifiers(sc *scope, x *sql.Call, out *value, within []value, aggregates bool, before int) {
	m := x.Mods
	if m == nil {
		return
	}
	filter := b.expr(sc, m.Filter)
	out.uses = out.uses.with(filter.uses.deciding(Filter))
	for _, o := range m.OrderBy {
		out.uses = out.uses.with(b.expr(sc, o.X).uses.deciding(Order))
	}
	for _, v := range within {
		out.uses = out.uses.with(v.uses.as(Aggregate))
		if out.typ.IsUnknown() {
			out.typ = v.typ
		}
		out.aggregated = out.aggregated || x.Over == nil
		aggregates = aggregates || x.Over == nil
	}
	b.expr(sc, m.Limit)
	if aggregates {
		b.loose = b.loose[:before]
	}
}

// window resolves an OVER clause. What it partitions and orders by decides about the rows that this value is made of.
func (b *binder) window(sc *scope, w *sql.Window, out *value) {
	if w.Base.Given() {
		for s := sc; s != nil; s = s.parent {
			for i := range s.windows {
				if b.keyOf(s.windows[i].Name) == b.keyOf(w.Base) {
					b.window(s, &s.windows[i].Window, out)
				}
			}
		}
	}
	for _, x := range w.PartitionBy {
		v := b.expr(sc, x)
		out.uses = out.uses.with(v.uses.deciding(Group))
		out.aggregated = out.aggregated || v.aggregated
	}
	for _, o := range w.OrderBy {
		v := b.expr(sc, o.X)
		out.uses = out.uses.with(v.uses.deciding(Order))
		out.aggregated = out.aggregated || v.aggregated
	}
	if f := w.Frame; f != nil {
		b.expr(sc, f.Low.X)
		b.expr(sc, f.High.X)
	}
}
