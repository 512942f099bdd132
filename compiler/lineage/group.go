package lineage

import (
	"fmt"

	"github.com/modsql/mod/compiler/sql"
)

// groups is what a GROUP BY groups by.
type groups struct {
	all     bool             // GROUP BY ALL: by whatever is not aggregated
	columns map[*column]bool // items that are mere columns
	texts   map[string]bool  // items that are expressions, as printed
	open    bool             // by something that is not understood
}

// groupBy resolves a GROUP BY; nil if there is none.
func (b *binder) groupBy(sc *scope, s *sql.Select, named *items, all []*item, out *rel) *groups {
	if s.GroupBy == nil {
		return nil
	}
	g := &groups{all: s.GroupBy.All, columns: map[*column]bool{}, texts: map[string]bool{}}
	if g.all {
		for _, it := range all {
			if it.done && !it.val.aggregated {
				out.rows = out.rows.with(it.val.uses.deciding(Group))
			}
		}
		return g
	}
	for _, x := range s.GroupBy.Items {
		b.groupItem(sc, x, named, all, out, g)
		if _, sets := x.(*sql.GroupingSet); sets {
			b.repeats = true
			for _, c := range out.columns {
				c.pad()
			}
		}
	}
	return g
}

func (b *binder) groupItem(sc *scope, x sql.Expr, named *items, all []*item, out *rel, g *groups) {
	switch x := x.(type) {
	case *sql.GroupingSet:
		for _, inner := range x.Items {
			b.groupItem(sc, inner, named, all, out, g)
		}
		return
	case *sql.Row:
		for _, inner := range x.Items {
			b.groupItem(sc, inner, named, all, out, g)
		}
		return
	}
	v, x := b.groupValue(sc, x, named, all, g)
	out.rows = out.rows.with(v.uses.deciding(Group))
	if v.column != nil {
		g.columns[v.column] = true
	}
	g.texts[sql.Canonical(x, b.dialect)] = true
}

// groupValue resolves an item of a GROUP BY: a number or a name of the select list, or an expression. It also returns the
// expression that is meant.
func (b *binder) groupValue(sc *scope, x sql.Expr, named *items, all []*item, g *groups) (value, sql.Expr) {
	if n, ok := ordinal(x); ok {
		if n < 1 || n > len(all) || !all[n-1].done {
			g.open = true // a star stands before it, or for it
			return value{}, x
		}
		return all[n-1].val, all[n-1].sql.X
	}
	if c, ok := x.(*sql.Column); ok && len(c.Parts) == 1 {
		if key := b.keyOf(c.Parts[0]); len(sc.find(key, b)) == 0 && named.named[key] != nil {
			it := named.named[key]
			return b.itemValue(sc, it), it.sql.X
		}
	}
	return b.expr(sc, x), x
}

// checkGroups looks for columns that stand beside aggregates but are not grouped by. A nil g groups all rows into one.
func (b *binder) checkGroups(g *groups, all []*item, s *sql.Select) {
	if g == nil {
		g = &groups{}
	}
	if g.all || g.open {
		return
	}
	for _, it := range all {
		if it.done {
			b.checkGrouped(g, it)
		}
	}
}

// checkGrouped reports the first column of an item that is not grouped by.
func (b *binder) checkGrouped(g *groups, it *item) {
	for _, l := range it.loose {
		if g.columns[l.column] || b.insideGrouped(g, it.sql.X, l.at) {
			continue
		}
		p := b.problem(MissingGroupBy, l.at, fmt.Sprintf("%q is neither grouped by nor inside an aggregate", l.column.name))
		p.Hint = fmt.Sprintf("add %q to the group by, or put it into an aggregate such as max()", l.column.name)
		return
	}
}

// insideGrouped tells whether what stands at that place is part of an expression that is grouped by.
func (b *binder) insideGrouped(g *groups, x sql.Expr, at sql.Span) bool {
	if len(g.texts) == 0 {
		return false
	}
	found := false
	sql.Walk(x, func(n sql.Node) bool {
		if found {
			return false
		}
		span := n.At()
		if span.Start > at.Start || span.End < at.End {
			return false
		}
		if e, ok := n.(sql.Expr); ok && g.texts[sql.Canonical(e, b.dialect)] {
			found = true
		}
		return !found
	})
	return found
}

// slice is the text under a span.
func (b *binder) slice(s sql.Span) string {
	if int(s.End) > len(b.text) || s.Start > s.End {
		return ""
	}
	return b.text[s.Start:s.End]
}
