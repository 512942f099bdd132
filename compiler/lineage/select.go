package lineage

import (
	"slices"
	"strconv"

	"github.com/modsql/mod/compiler/sql"
)

// items are the named items of a select list. They are resolved when first needed, since a name in one may mean another.
type items struct {
	named map[string]*item
}

// item is an expression of a select list.
type item struct {
	sql   *sql.SelectItem
	val   value
	loose []loose // what its value reads outside of aggregates
	done  bool
	busy  bool // it is being resolved: a name in it does not mean itself
}

// itemsOf gathers the items that have an alias.
func (b *binder) itemsOf(list []sql.SelectItem) (*items, []*item) {
	out := &items{named: make(map[string]*item, len(list))}
	all, block := make([]*item, len(list)), make([]item, len(list))
	for i := range list {
		block[i].sql = &list[i]
		all[i] = &block[i]
		if alias := list[i].Alias; alias.Given() {
			if key := b.keyOf(alias); out.named[key] == nil {
				out.named[key] = all[i]
			}
		}
	}
	return out, all
}

// itemValue resolves an item, once.
func (b *binder) itemValue(sc *scope, it *item) value {
	if !it.done {
		it.busy = true
		before := len(b.loose)
		it.val = b.expr(sc, it.sql.X)
		it.loose = slices.Clone(b.loose[before:])
		b.loose = b.loose[:before]
		it.busy, it.done = false, true
	}
	return it.val
}

// selects resolves a SELECT. The scope is what its ORDER BY can see.
func (b *binder) selects(s *sql.Select, parent *scope, known *ctes) (*rel, *scope) {
	sc := &scope{parent: parent, ctes: known, windows: s.Windows}
	out := &rel{columns: make([]*column, 0, len(s.Items))}
	from := b.from(sc, s.From)
	out.rows = from.rows
	named, all := b.itemsOf(s.Items)
	if b.names.Aliases {
		sc.items = named
	}
	out.rows = out.rows.with(b.condition(sc, s.Where, Filter))
	if h := s.Hierarchy; h != nil {
		out.rows = out.rows.with(b.condition(sc, h.Start, Filter)).with(b.condition(sc, h.Connect, Join))
	}
	aggregated := false
	for _, it := range all {
		aggregated = b.output(sc, out, it) || aggregated
	}
	g := b.groupBy(sc, s, named, all, out)
	having := b.expr(sc, s.Having)
	out.rows = out.rows.with(having.uses.deciding(Filter))
	if g != nil || aggregated || having.aggregated || s.Having != nil {
		b.checkGroups(g, all, s)
	}
	out.rows = out.rows.with(b.condition(sc, s.Qualify, Filter))
	b.distinct(sc, s.Distinct, out)
	sc.items = named
	return out, sc
}

// condition resolves a condition on the rows.
func (b *binder) condition(sc *scope, x sql.Expr, kind Kind) uses {
	if x == nil {
		return nil
	}
	v := b.expr(sc, x)
	b.mustBeBoolean(x, v)
	return v.uses.deciding(kind)
}

// output adds the columns that an item gives, and tells whether it aggregates.
func (b *binder) output(sc *scope, out *rel, it *item) bool {
	if star, ok := it.sql.X.(*sql.Star); ok {
		b.star(sc, star, out)
		return false
	}
	if cols := columnsIn(it.sql.X); cols != nil {
		return b.columnsItem(sc, it, cols, out)
	}
	v := b.itemValue(sc, it)
	c := b.newColumn()
	*c = column{typ: b.system.Settle(v.typ), uses: v.uses, parts: v.parts, at: it.sql.X.At()}
	if _, ok := it.sql.X.(*sql.Literal); ok {
		c.loose = v.typ
	}
	if a := it.sql.Alias; a.Given() {
		c.name, c.at = b.stored(a), a.Span
	} else {
		c.name = b.nameOf(it.sql.X)
	}
	out.columns = append(out.columns, c)
	return v.aggregated
}

func (b *binder) distinct(sc *scope, d *sql.Distinct, out *rel) {
	switch {
	case d == nil:
	case len(d.On) > 0:
		for _, x := range d.On {
			out.rows = out.rows.with(b.keyExpr(sc, x, out).deciding(Group))
		}
	default:
		for _, c := range out.columns {
			out.rows = out.rows.with(c.uses.deciding(Group))
		}
	}
}

// keyExpr resolves an expression that may also be the number or the name of an output column: DISTINCT ON, ORDER BY.
func (b *binder) keyExpr(sc *scope, x sql.Expr, out *rel) uses {
	if n, ok := ordinal(x); ok {
		if n >= 1 && n <= len(out.columns) {
			return out.columns[n-1].uses
		}
		return nil
	}
	if c, ok := x.(*sql.Column); ok && len(c.Parts) == 1 {
		key := b.keyOf(c.Parts[0])
		for _, col := range out.columns {
			if b.key(col.name) == key {
				return col.uses
			}
		}
	}
	return b.expr(sc, x).uses
}

// ordinal is the number that an expression consists of, as in ORDER BY 1.
func ordinal(x sql.Expr) (int, bool) {
	l, ok := x.(*sql.Literal)
	if !ok || l.Kind != sql.Number {
		return 0, false
	}
	n, err := strconv.Atoi(l.Value)
	return n, err == nil
}

// orderBy resolves the ORDER BY of a query. The scope is that of its SELECT, nil if the query is a set operation.
func (b *binder) orderBy(list []sql.OrderItem, out *rel, sc, parent *scope, known *ctes) {
	if len(list) == 0 {
		return
	}
	if sc == nil {
		sc = &scope{parent: parent, ctes: known, visible: out.columns}
		if out.open != nil {
			sc.sources = []*source{{open: out.open}}
		}
	}
	for _, o := range list {
		if w, ok := o.X.(*sql.Word); ok && w.Text == "all" {
			for _, c := range out.columns {
				out.rows = out.rows.with(c.uses.deciding(Order))
			}
			continue
		}
		out.rows = out.rows.with(b.keyExpr(sc, o.X, out).deciding(Order))
	}
}
