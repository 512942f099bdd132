package lineage

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// fromItem is what an item of a FROM brings: the columns that a name without a table can mean, in the order of a star, and what
// names with one can mean.
type fromItem struct {
	visible []*column
	sources []*source
	rows    uses
}

// rel is the item as what a query gives.
func (f fromItem) rel() *rel {
	out := &rel{columns: f.visible, rows: f.rows}
	for _, src := range f.sources {
		if src.open != nil {
			out.open = src.open
		}
	}
	return out
}

// open tells whether the item may have columns that are not known.
func (f fromItem) open() bool {
	return slices.ContainsFunc(f.sources, func(s *source) bool { return s.open != nil })
}

// pad notes that an outer join adds rows in which the item has no values. Its columns are of this FROM alone.
func (f fromItem) pad() {
	padded := map[*column]bool{}
	pad := func(c *column) {
		if !padded[c] {
			padded[c] = true
			c.pad()
		}
	}
	for _, c := range f.visible {
		pad(c)
	}
	for _, src := range f.sources {
		for _, c := range src.columns {
			pad(c)
		}
		if src.open != nil {
			src.open = &opening{table: src.open.table, padded: true}
		}
	}
}

// from resolves a FROM into the scope.
func (b *binder) from(sc *scope, list []sql.Table) fromItem {
	b.repeats = b.repeats || len(list) > 1
	var all fromItem
	for _, t := range list {
		around := &scope{parent: sc.parent, ctes: sc.ctes, visible: all.visible, sources: all.sources}
		item := b.table(around, t)
		b.checkNames(all.sources, item.sources)
		all.visible = slices.Concat(all.visible, item.visible)
		all.sources = slices.Concat(all.sources, item.sources)
		all.rows = all.rows.with(item.rows)
	}
	sc.visible, sc.sources = all.visible, all.sources
	return all
}

// checkNames reports tables that stand twice under one name.
func (b *binder) checkNames(before, after []*source) {
	for _, s := range after {
		for _, t := range before {
			if len(s.names) > 0 && len(t.names) > 0 && slices.Equal(s.names[0], t.names[0]) {
				name := s.names[0][len(s.names[0])-1]
				p := b.problem(DuplicateName, s.at, fmt.Sprintf("%q stands twice in this FROM", name))
				p.Related = []Note{{t.at, "the other one is here"}}
				p.Hint = "give one of them another name with AS"
			}
		}
	}
}

// table resolves an item of a FROM. The scope has what stands before it, which lateral items can see.
func (b *binder) table(sc *scope, t sql.Table) fromItem {
	switch x := t.(type) {
	case *sql.TableName:
		return b.tableName(sc, x)
	case *sql.DerivedTable:
		r := b.query(x.Query, sc, sc.ctes)
		return b.item(r, x.Alias, nil, x.Span)
	case *sql.TableFunction:
		return b.tableFunction(sc, x)
	case *sql.Join:
		return b.join(sc, x)
	case *sql.Pivot:
		return b.pivot(x, sc)
	case *sql.Unpivot:
		return b.unpivot(x, sc)
	case *sql.ColumnsTable:
		return b.columnsTable(sc, x)
	case *sql.MatchRecognize:
		in := b.table(sc, x.Source)
		return b.item(&rel{rows: in.rows, open: &opening{}}, x.Alias, nil, x.Span)
	default:
		return fromItem{sources: []*source{{open: &opening{}, at: t.At()}}}
	}
}

// item is a relation as an item of a FROM, under its alias or, without one, its own name.
func (b *binder) item(r *rel, alias sql.Alias, name []string, at sql.Span) fromItem {
	src := &source{open: r.open, at: at}
	switch {
	case alias.Name.Given():
		src.names = [][]string{{b.keyOf(alias.Name)}}
	case name != nil:
		src.names = [][]string{name}
	}
	r = b.renamed(r, alias.Columns, alias.Name)
	src.columns = r.columns
	if !r.own {
		src.columns = copies(r.columns)
	}
	for _, c := range src.columns {
		c.src, c.loose = src, types.Type{}
	}
	return fromItem{visible: src.columns, sources: []*source{src}, rows: r.rows}
}

// tableName resolves a name in a FROM: a CTE, a table, or something around it that is one.
func (b *binder) tableName(sc *scope, x *sql.TableName) fromItem {
	keys := b.keysOf(x.Name)
	if len(x.Name) == 1 {
		if c := sc.ctes.find(keys[0]); c != nil {
			c.reads++
			return b.item(c.read(), x.Alias, keys, x.Span)
		}
		if t := b.inlinedAs(x.Name[0]); t != nil {
			b.reads = append(b.reads, Read{Name: x.Name, At: x.Span, ID: t.ID})
			return b.item(b.tableRel(t), x.Alias, keys, x.Span)
		}
	}
	b.versioned(sc, x)
	var t *Table
	if b.tables != nil {
		t = b.tables(x.Name)
	}
	read := Read{Name: x.Name, At: nameSpan(x.Name), Aliased: x.Alias.Name.Given()}
	if t == nil {
		b.reads = append(b.reads, read)
		return b.item(&rel{open: &opening{table: ""}}, x.Alias, keys, x.Span)
	}
	read.ID = t.ID
	b.reads = append(b.reads, read)
	return b.item(b.tableRel(t), x.Alias, keys, x.Span)
}

// read is the relation as it is read: its columns know that they are the CTE's.
func (c *cte) read() *rel {
	out := &rel{rows: c.rel.rows, open: c.rel.open, columns: copies(c.rel.columns), own: true}
	for i, col := range out.columns[:min(len(out.columns), len(c.columns))] {
		col.cte = &c.columns[i]
	}
	return out
}

// copies are copies of columns, in one piece.
func copies(of []*column) []*column {
	block, out := make([]column, len(of)), make([]*column, len(of))
	for i, c := range of {
		block[i] = *c
		out[i] = &block[i]
	}
	return out
}

func (b *binder) tableRel(t *Table) *rel {
	r := &rel{columns: make([]*column, len(t.Columns)), own: true}
	block, inputs := make([]column, len(t.Columns)), make(uses, len(t.Columns))
	for i, c := range t.Columns {
		inputs[i] = use{input: b.number(Input{t.ID, c.Name}), kind: Copy}
		block[i] = column{name: c.Name, typ: c.Type, uses: inputs[i : i+1 : i+1]}
		r.columns[i] = &block[i]
	}
	if t.Open {
		r.open = &opening{table: t.ID}
	}
	return r
}

// versioned resolves the time of a time travel.
func (b *binder) versioned(sc *scope, x *sql.TableName) {
	if x.AsOf != nil {
		b.expr(sc, x.AsOf.X)
	}
}

func nameSpan(name []sql.Ident) sql.Span {
	return sql.Span{Start: name[0].Start, End: name[len(name)-1].End}
}

// join resolves a JOIN.
func (b *binder) join(sc *scope, x *sql.Join) fromItem {
	b.repeats = b.repeats || x.Kind != sql.Semi && x.Kind != sql.Anti
	left := b.table(sc, x.Left)
	around := &scope{
		parent: sc.parent, ctes: sc.ctes,
		visible: slices.Concat(sc.visible, left.visible), sources: slices.Concat(sc.sources, left.sources),
	}
	right := b.table(around, x.Right)
	b.checkNames(left.sources, right.sources)
	if x.Kind == sql.RightOuter || x.Kind == sql.FullOuter || x.Kind == sql.Positional {
		left.pad()
	}
	if x.Kind == sql.LeftOuter || x.Kind == sql.FullOuter || x.Kind == sql.Positional {
		right.pad()
	}
	out := fromItem{
		visible: slices.Concat(left.visible, right.visible), sources: slices.Concat(left.sources, right.sources),
		rows: left.rows.with(right.rows),
	}
	both := &scope{parent: sc, ctes: sc.ctes, visible: out.visible, sources: out.sources}
	out.rows = out.rows.with(b.condition(both, x.On, Join)).with(b.condition(both, x.MatchCondition, Join))
	if names := b.joinNames(x, left, right); len(names) > 0 {
		b.using(x, names, left, right, &out)
	}
	if x.Kind == sql.Semi || x.Kind == sql.Anti {
		out.visible, out.sources = left.visible, left.sources
	}
	if x.Alias.Name.Given() {
		return b.item(out.rel(), x.Alias, nil, x.Span)
	}
	return out
}

// joinNames are the names of USING, or those that a NATURAL join finds on both sides.
func (b *binder) joinNames(x *sql.Join, left, right fromItem) []sql.Ident {
	if !x.Natural {
		return x.Using
	}
	var out []sql.Ident
	for _, l := range left.visible {
		if slices.ContainsFunc(right.visible, func(r *column) bool { return b.key(r.name) == b.key(l.name) }) {
			out = append(out, sql.Ident{Name: l.name, Quoted: true})
		}
	}
	return out
}

// using makes one column of each pair that USING names.
func (b *binder) using(x *sql.Join, names []sql.Ident, left, right fromItem, out *fromItem) {
	taken := map[*column]*column{} // what a pair's columns became; nil for what is not shown again
	var first []*column
	for _, name := range names {
		l, r := b.side(left, name, "left"), b.side(right, name, "right")
		if l == nil || r == nil {
			continue
		}
		b.comparable("=", &sql.Column{Span: name.Span}, l.typ, r.typ)
		out.rows = out.rows.with(l.uses.deciding(Join)).with(r.uses.deciding(Join))
		l.read()
		r.read()
		m := b.mergedColumn(x.Kind, l, r)
		taken[l], taken[r] = m, nil
		first = append(first, m)
	}
	var visible []*column
	if b.names.UsingFirst {
		visible = first
	}
	for _, c := range out.visible {
		m, is := taken[c]
		switch {
		case !is:
			visible = append(visible, c)
		case m != nil && !b.names.UsingFirst:
			visible = append(visible, m)
		}
	}
	out.visible = visible
}

// side is the column of one side that USING names.
func (b *binder) side(f fromItem, name sql.Ident, word string) *column {
	key := b.keyOf(name)
	for _, c := range f.visible {
		if b.key(c.name) == key {
			return c
		}
	}
	if !f.open() {
		b.problem(UnknownColumn, name.Span, fmt.Sprintf("the %s side of the join has no column %q", word, name.Name))
	}
	return nil
}

// mergedColumn is what a name means that USING made of two columns.
func (b *binder) mergedColumn(kind sql.JoinKind, l, r *column) *column {
	m := *l
	switch kind {
	case sql.RightOuter:
		m.uses, m.typ = r.uses, r.typ
	case sql.FullOuter:
		m.uses = l.uses.with(r.uses).as(Transform)
		m.typ, _ = b.system.Common(l.typ, r.typ)
	}
	return &m
}

// tableFunction resolves a function in a FROM.
func (b *binder) tableFunction(sc *scope, x *sql.TableFunction) fromItem {
	all := &rel{}
	name := ""
	for i, c := range x.Calls {
		r := b.functionRel(sc, c, &name)
		if i < len(x.Defs) {
			r = b.defined(r, x.Defs[i])
		}
		all.columns = append(all.columns, r.columns...)
		all.rows = all.rows.with(r.rows)
		if r.open != nil {
			all.open = r.open
		}
	}
	if x.Ordinality {
		all.columns = append(all.columns, &column{name: "ordinality", typ: types.Of(types.BigInt)})
	}
	alias := x.Alias
	if len(alias.Types) > 0 {
		all = b.defined(all, alias)
		alias.Columns = nil
	}
	// A function with one column lends it the name of its alias.
	if len(all.columns) == 1 && all.open == nil && alias.Name.Given() && len(alias.Columns) == 0 && len(x.Calls) == 1 && b.names.FunctionAlias {
		c := *all.columns[0]
		c.name = b.stored(alias.Name)
		all.columns = []*column{&c}
	}
	var keys []string
	if name != "" {
		keys = []string{b.key(name)}
	}
	return b.item(all, alias, keys, x.Span)
}

// functionRel is what a function in a FROM gives: its columns are made of its arguments.
func (b *binder) functionRel(sc *scope, x sql.Expr, name *string) *rel {
	call, ok := x.(*sql.Call)
	if !ok || len(call.Name) == 0 {
		v := b.expr(sc, x)
		return &rel{open: &opening{}, rows: v.uses.deciding(Join)}
	}
	last := call.Name[len(call.Name)-1]
	*name = b.stored(last)
	args, values := b.arguments(sc, b.withNames(call))
	from := made(types.Type{}, values...)
	out := &rel{rows: from.uses.deciding(Join)}
	if len(call.Name) > 1 && !b.builtin(call.Name[len(call.Name)-2]) {
		out.open = &opening{} // of a schema: the user's own
		return out
	}
	r, err := b.system.Table(b.keyOf(last), args...)
	if err != nil {
		b.refused(call, last, err)
	}
	switch {
	case err == nil && r.Columns != nil:
		for _, f := range r.Columns {
			out.columns = append(out.columns, &column{name: f.Name, typ: f.Type, uses: from.uses})
		}
	case err == nil && r.Kind != types.Table && !r.Type.IsUnknown(): // one that gives a value
		out.columns = []*column{{name: *name, typ: r.Type, uses: from.uses}}
	default:
		out.open = &opening{}
	}
	return out
}

// withNames is a call in a FROM whose arguments have the names that they are given by: read_csv('a.csv', header = true).
func (b *binder) withNames(call *sql.Call) *sql.Call {
	if !b.names.EqualNames {
		return call
	}
	out := *call
	out.Args = make([]sql.Expr, len(call.Args))
	for i, a := range call.Args {
		out.Args[i] = a
		eq, ok := a.(*sql.Binary)
		if !ok || eq.Op != sql.OpEq {
			continue
		}
		if name, ok := eq.X.(*sql.Column); ok && len(name.Parts) == 1 {
			out.Args[i] = &sql.NamedArg{Span: eq.Span, Name: name.Parts[0], X: eq.Y}
		}
	}
	return &out
}

// defined is a relation whose columns are written behind it: AS t(a int, b text).
func (b *binder) defined(r *rel, alias sql.Alias) *rel {
	out := &rel{rows: r.rows}
	var of uses
	for _, c := range r.columns {
		of = of.with(c.uses)
	}
	for i, name := range alias.Columns {
		c := &column{name: b.stored(name), at: name.Span, uses: of}
		if i < len(alias.Types) {
			c.typ = b.typeOf(alias.Types[i])
		}
		out.columns = append(out.columns, c)
	}
	return out
}

// columnsTable resolves JSON_TABLE and XMLTABLE.
func (b *binder) columnsTable(sc *scope, x *sql.ColumnsTable) fromItem {
	v := b.children(sc, x.Call)
	out := &rel{rows: v.uses.deciding(Join)}
	b.tableColumns(x.Columns, v, out)
	return b.item(out, x.Alias, nil, x.Span)
}

func (b *binder) tableColumns(list []sql.TableColumn, v value, out *rel) {
	for _, c := range list {
		if c.Name.Given() {
			t := b.typeOf(c.Type)
			if c.Ordinality {
				t = types.Of(types.BigInt)
			}
			out.columns = append(out.columns, &column{name: b.stored(c.Name), typ: t, uses: v.uses, at: c.Span})
		}
		b.tableColumns(c.Nested, v, out)
	}
}
