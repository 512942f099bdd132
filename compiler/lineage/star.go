package lineage

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// star adds the columns that a star stands for.
func (b *binder) star(sc *scope, x *sql.Star, out *rel) {
	if x.Of != nil {
		b.structStar(sc, x, out)
		return
	}
	columns, open := b.starred(sc, x)
	if open != nil && out.open == nil {
		out.open = open
	}
	mods := b.starMods(x, columns, open != nil)
	for _, c := range columns {
		key := b.key(c.name)
		if mods.left(c, key, b) {
			continue
		}
		v := b.read(c, x.Span)
		name, at := c.name, x.Span
		if item := mods.replaced[key]; item != nil {
			v = b.expr(sc, item.X)
			at = item.Span
		}
		if to, ok := mods.renamed[key]; ok {
			name, at = b.stored(to), to.Span
		}
		col := b.newColumn()
		*col = column{name: name, typ: v.typ, uses: v.uses, parts: v.parts, at: at}
		out.columns = append(out.columns, col)
	}
}

// starred are the columns that a star stands for before its changes.
func (b *binder) starred(sc *scope, x *sql.Star) ([]*column, *opening) {
	if len(x.Qualifier) == 0 {
		if opened := sc.opened(); len(opened) > 0 {
			return sc.visible, opened[0].open
		}
		return sc.visible, nil
	}
	keys := b.keysOf(x.Qualifier)
	for s := sc; s != nil; s = s.parent {
		if sources := s.qualified(keys); len(sources) > 0 {
			return sources[0].columns, sources[0].open
		}
	}
	if len(keys) == 1 { // the fields of a struct: column.*
		if found := sc.find(keys[0], b); len(found) > 0 {
			return b.fieldColumns(b.read(found[0], x.Span), x.Span), nil
		}
		if len(sc.opened()) > 0 {
			return nil, &opening{}
		}
	}
	p := b.problem(UnknownTable, x.Span, fmt.Sprintf("there is no %q in the FROM", written(x.Qualifier)))
	p.Hint = diag.DidYouMean(written(x.Qualifier), sourceNames(sc))
	return nil, &opening{}
}

func (b *binder) structStar(sc *scope, x *sql.Star, out *rel) {
	v := b.expr(sc, x.Of)
	columns := b.fieldColumns(v, x.Span)
	if columns == nil {
		out.open = &opening{}
	}
	out.columns = append(out.columns, columns...)
}

// fieldColumns are the fields of a struct as columns.
func (b *binder) fieldColumns(v value, at sql.Span) []*column {
	var out []*column
	for _, f := range v.typ.Fields() {
		field := v.taken(f.Name)
		out = append(out, &column{name: f.Name, typ: f.Type, uses: field.uses, parts: field.parts, at: at})
	}
	return out
}

// changes are what EXCLUDE, REPLACE and RENAME make of a star.
type changes struct {
	excluded [][]string
	replaced map[string]*sql.SelectItem
	renamed  map[string]sql.Ident
	like     *sql.Like
}

func (b *binder) starMods(x *sql.Star, columns []*column, open bool) changes {
	m := changes{}
	if x.Mods == nil {
		return m
	}
	m.like = x.Mods.Like
	has := func(name sql.Ident) {
		key := b.keyOf(name)
		if open || slices.ContainsFunc(columns, func(c *column) bool { return b.key(c.name) == key }) {
			return
		}
		p := b.problem(UnknownColumn, name.Span, fmt.Sprintf("the star has no column %q", name.Name))
		p.Hint = diag.DidYouMean(name.Name, columnNames(columns))
	}
	for _, name := range x.Mods.Exclude {
		has(name[len(name)-1])
		m.excluded = append(m.excluded, b.keysOf(name))
	}
	for i := range x.Mods.Replace {
		if m.replaced == nil {
			m.replaced = map[string]*sql.SelectItem{}
		}
		has(x.Mods.Replace[i].Alias)
		m.replaced[b.keyOf(x.Mods.Replace[i].Alias)] = &x.Mods.Replace[i]
	}
	for _, r := range x.Mods.Rename {
		if m.renamed == nil {
			m.renamed = map[string]sql.Ident{}
		}
		has(r.From[len(r.From)-1])
		m.renamed[b.keyOf(r.From[len(r.From)-1])] = r.To
	}
	return m
}

// left tells whether a column is left out.
func (m changes) left(c *column, key string, b *binder) bool {
	for _, name := range m.excluded {
		if name[len(name)-1] == key && (len(name) == 1 || c.src != nil && c.src.named(name[:len(name)-1])) {
			return true
		}
	}
	return m.like != nil && !matches(m.like, c.name)
}

// starValue is a star where a value stands, as in count(*) or struct_pack(*): all that it stands for.
func (b *binder) starValue(sc *scope, x *sql.Star) value {
	out := &rel{}
	before := len(b.problems)
	b.star(sc, x, out)
	b.problems = b.problems[:before]
	v := value{}
	fields := make([]types.Field, len(out.columns))
	for i, c := range out.columns {
		v.uses = v.uses.with(c.uses)
		fields[i] = types.Field{Name: c.name, Type: c.typ}
	}
	v.uses = v.uses.as(Transform)
	return v
}

// columnsIn is the first COLUMNS(…) inside an expression, or nil.
func columnsIn(x sql.Expr) *sql.Columns {
	switch x.(type) {
	case *sql.Column, *sql.Literal, nil:
		return nil
	}
	var found *sql.Columns
	sql.Walk(x, func(n sql.Node) bool {
		switch n := n.(type) {
		case *sql.Columns:
			found = n
		case *sql.Query:
			return false
		}
		return found == nil
	})
	return found
}

// columnsItem resolves an item of a select list with COLUMNS(…) in it: it stands for one column per column that is picked.
func (b *binder) columnsItem(sc *scope, it *item, cols *sql.Columns, out *rel) bool {
	picked, known := b.picked(sc, cols)
	if !known {
		out.open = &opening{}
		b.children(sc, it.sql.X)
		return false
	}
	aggregated := false
	for _, c := range picked {
		sc.picked = c
		v := b.expr(sc, it.sql.X)
		sc.picked = nil
		aggregated = aggregated || v.aggregated
		name := c.name
		if it.sql.X != sql.Expr(cols) {
			name = b.columnsName(it.sql, c.name)
		}
		if it.sql.Alias.Given() {
			name = columnsAlias(it.sql.Alias.Name, cols, c.name)
		}
		out.columns = append(out.columns, &column{name: name, typ: b.system.Settle(v.typ), uses: v.uses, at: it.sql.X.At()})
	}
	return aggregated
}

// picked are the columns that a COLUMNS(…) picks; known is false if that cannot be told.
func (b *binder) picked(sc *scope, x *sql.Columns) (list []*column, known bool) {
	star, _ := x.Arg.(*sql.Star)
	if star == nil {
		star = &sql.Star{Qualifier: x.Qualifier}
	}
	columns, open := b.starred(sc, star)
	mods := b.starMods(star, columns, open != nil)
	pattern, known := columnsPattern(x.Arg)
	if !known || open != nil {
		return nil, false
	}
	for _, c := range columns {
		if !mods.left(c, b.key(c.name), b) && pattern(c.name) {
			list = append(list, c)
		}
	}
	return list, true
}
