package lineage

import (
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// pivot resolves PIVOT: a column for each value of the pivoted one. Where the values are those in the data, the columns are not known.
func (b *binder) pivot(x *sql.Pivot, sc *scope) fromItem {
	in := b.table(sc, x.Source)
	inner := &scope{parent: sc.parent, ctes: sc.ctes, visible: in.visible, sources: in.sources}
	out := &rel{rows: in.rows}
	read := len(b.loose)
	var aggregates []value
	for _, a := range x.Aggregates {
		aggregates = append(aggregates, b.pivotAggregate(inner, a))
	}
	var by uses
	for _, c := range x.For {
		by = by.with(b.expr(inner, c.X).uses)
	}
	used := map[*column]bool{}
	for _, l := range b.loose[read:] {
		used[l.column] = true
	}
	b.loose = b.loose[:read]
	b.pivotKeys(x, inner, in, used, out)
	out.rows = out.rows.with(by.deciding(Group))
	names, known := b.pivotNames(x)
	if !known || in.open() {
		out.open = &opening{}
	}
	for _, n := range names {
		for i, a := range aggregates {
			name := n
			if alias := x.Aggregates[i].Alias; alias.Given() {
				name += "_" + b.stored(alias)
			} else if len(aggregates) > 1 {
				name += "_" + b.nameOf(x.Aggregates[i].X)
			}
			out.columns = append(out.columns, &column{
				name: name, typ: a.typ, uses: a.uses.with(by.deciding(Filter)), at: x.Aggregates[i].Span,
			})
		}
	}
	return b.item(out, x.Alias, nil, x.Span)
}

// pivotAggregate resolves an aggregate of a PIVOT, and notes which columns it reads.
func (b *binder) pivotAggregate(sc *scope, a sql.SelectItem) value {
	v := b.expr(sc, a.X)
	sql.Walk(a.X, func(n sql.Node) bool {
		if c, ok := n.(*sql.Column); ok {
			for _, found := range sc.find(b.keyOf(c.Parts[len(c.Parts)-1]), b) {
				b.loose = append(b.loose, loose{found, c.Span})
			}
		}
		return true
	})
	return v
}

// pivotKeys adds the columns that a PIVOT groups by: the ones it names, or all that it does not use otherwise.
func (b *binder) pivotKeys(x *sql.Pivot, sc *scope, in fromItem, used map[*column]bool, out *rel) {
	if len(x.GroupBy) > 0 {
		for _, g := range x.GroupBy {
			v := b.expr(sc, g)
			out.columns = append(out.columns, &column{name: b.nameOf(g), typ: v.typ, uses: v.uses, at: g.At()})
			out.rows = out.rows.with(v.uses.deciding(Group))
		}
		return
	}
	for _, c := range in.visible {
		if !used[c] {
			out.columns = append(out.columns, c)
			out.rows = out.rows.with(c.uses.deciding(Group))
		}
	}
}

// pivotNames are the names of the values that are pivoted; known is false if they are those in the data.
func (b *binder) pivotNames(x *sql.Pivot) (names []string, known bool) {
	if len(x.For) != 1 || x.For[0].In == nil {
		return nil, false
	}
	for _, item := range x.For[0].In {
		switch {
		case item.Alias.Given():
			names = append(names, b.stored(item.Alias))
		default:
			l, ok := item.X.(*sql.Literal)
			if !ok {
				return nil, false
			}
			name := l.Value
			if b.names.QuotedPivot && l.Kind == sql.String {
				name = "'" + name + "'"
			}
			names = append(names, name)
		}
	}
	return names, true
}

// unpivot resolves UNPIVOT: a row for each of the columns it names, with the column's name and its value.
func (b *binder) unpivot(x *sql.Unpivot, sc *scope) fromItem {
	b.repeats = true
	in := b.table(sc, x.Source)
	inner := &scope{parent: sc.parent, ctes: sc.ctes, visible: in.visible, sources: in.sources}
	read := len(b.loose)
	values := make([][]value, max(len(x.Values), 1))
	for _, item := range x.In {
		parts := []sql.Expr{item.X}
		if row, ok := item.X.(*sql.Row); ok {
			parts = row.Items
		}
		for i, part := range parts {
			if i < len(values) {
				values[i] = append(values[i], b.expr(inner, part))
			}
		}
	}
	used := map[*column]bool{}
	for _, l := range b.loose[read:] {
		used[l.column] = true
	}
	b.loose = b.loose[:read]
	out := &rel{rows: in.rows}
	if in.open() {
		out.open = &opening{}
	}
	for _, c := range in.visible {
		if !used[c] {
			out.columns = append(out.columns, c)
		}
	}
	b.unpivoted(x, values, out)
	return b.item(out, x.Alias, nil, x.Span)
}

// unpivoted adds the columns that hold the names and the values.
func (b *binder) unpivoted(x *sql.Unpivot, values [][]value, out *rel) {
	name := &column{name: "name", typ: types.Of(types.Varchar), at: x.Name.Span}
	if x.Name.Given() {
		name.name = b.stored(x.Name)
	}
	out.columns = append(out.columns, name)
	for i, list := range values {
		c := &column{name: "value"}
		if i < len(x.Values) {
			c.name, c.at = b.stored(x.Values[i]), x.Values[i].Span
		}
		c.typ, _ = b.system.Common(typesOf(list)...)
		for _, v := range list {
			c.uses = c.uses.with(v.uses)
		}
		out.columns = append(out.columns, c)
	}
}
