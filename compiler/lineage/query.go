package lineage

import (
	"fmt"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// ctes are the common table expressions that can be read at a place, innermost first.
type ctes struct {
	parent *ctes
	key    string
	cte    *cte
}

// cte is a common table expression and what is read of it.
type cte struct {
	name    sql.Ident
	rel     *rel
	columns []CTEColumn
	reads   int
}

func (e *ctes) find(key string) *cte {
	for ; e != nil; e = e.parent {
		if e.key == key {
			return e.cte
		}
	}
	return nil
}

func (c *cte) export() CTE {
	return CTE{Name: c.name, Columns: c.columns, Open: c.rel == nil || c.rel.open != nil, Reads: c.reads}
}

// query resolves a query. The parent is what it sees around it, nil for nothing.
func (b *binder) query(q *sql.Query, parent *scope, known *ctes) *rel {
	known = b.with(q.With, parent, known)
	var out *rel
	var sc *scope
	if sel, ok := q.Body.(*sql.Select); ok {
		out, sc = b.selects(sel, parent, known)
	} else {
		out = b.body(q.Body, parent, known)
	}
	b.orderBy(q.OrderBy, out, sc, parent, known)
	if q.Limit != nil {
		sc := &scope{parent: parent, ctes: known}
		b.expr(sc, q.Limit.Count)
		b.expr(sc, q.Limit.Offset)
	}
	return out
}

// with resolves the common table expressions of a query.
func (b *binder) with(w *sql.With, parent *scope, known *ctes) *ctes {
	if w == nil {
		return known
	}
	here := map[string]sql.Ident{}
	for i := range w.CTEs {
		e := &w.CTEs[i]
		if b.inlinedAs(e.Name) != nil {
			continue
		}
		key := b.keyOf(e.Name)
		if first, twice := here[key]; twice {
			p := b.problem(DuplicateName, e.Name.Span, fmt.Sprintf("there are two CTEs called %q", e.Name.Name))
			p.Related = []Note{{first.Span, "the other one is here"}}
		}
		here[key] = e.Name
		known = b.cte(e, w.Recursive, parent, known)
	}
	return known
}

// inlinedAs is the table that a CTE stands for, nil for one that is the query's own.
func (b *binder) inlinedAs(name sql.Ident) *Table {
	if b.inlined == nil {
		return nil
	}
	return b.inlined(name)
}

func (b *binder) cte(e *sql.CTE, recursive bool, parent *scope, known *ctes) *ctes {
	c := &cte{name: e.Name}
	b.ctes = append(b.ctes, c)
	after := &ctes{parent: known, key: b.keyOf(e.Name), cte: c}
	q, ok := e.Query.(*sql.Query)
	switch {
	case !ok:
		c.rel = &rel{open: &opening{}} // it changes data, or was not understood
	case recursive:
		b.recursive(c, e, q, parent, after)
	default:
		c.settle(b.renamed(b.query(q, parent, known), e.Columns, e.Name))
	}
	return after
}

// recursive resolves a CTE that may read itself: its first part says which columns it has.
func (b *binder) recursive(c *cte, e *sql.CTE, q *sql.Query, parent *scope, after *ctes) {
	set, ok := q.Body.(*sql.SetOp)
	if !ok {
		c.rel = &rel{open: &opening{}}
		c.settle(b.renamed(b.query(q, parent, after), e.Columns, e.Name))
		return
	}
	inner := b.with(q.With, parent, after)
	c.rel = &rel{open: &opening{}}
	first := b.renamed(b.body(set.Left, parent, inner), e.Columns, e.Name)
	c.settle(first)
	second := b.body(set.Right, parent, inner)
	all := b.combine(set, first, second)
	for i, col := range all.columns {
		if i < len(first.columns) {
			col.name, col.at = first.columns[i].name, first.columns[i].at
		}
	}
	reads := c.reads
	c.settle(all)
	c.reads = reads
}

// settle says what reading the CTE gives.
func (c *cte) settle(r *rel) {
	c.rel = r
	c.columns = make([]CTEColumn, len(r.columns))
	for i, col := range r.columns {
		c.columns[i] = CTEColumn{Name: col.name, At: col.at}
	}
}

// renamed gives a relation's columns the names of a list, which may be shorter.
func (b *binder) renamed(r *rel, names []sql.Ident, of sql.Ident) *rel {
	if len(names) == 0 {
		return r
	}
	if len(names) > len(r.columns) && r.open == nil {
		b.problem(ColumnCount, names[len(r.columns)].Span,
			fmt.Sprintf("%q has %s, but there are %s for them", of.Name, count(len(r.columns), "column"), count(len(names), "name")))
	}
	out := &rel{rows: r.rows, open: r.open}
	for i, c := range r.columns {
		if i < len(names) {
			c = &column{name: b.stored(names[i]), typ: c.typ, uses: c.uses, parts: c.parts, at: names[i].Span, cte: c.cte}
		}
		out.columns = append(out.columns, c)
	}
	if r.open != nil {
		for _, name := range names[min(len(r.columns), len(names)):] {
			out.columns = append(out.columns, &column{name: b.stored(name), at: name.Span})
		}
	}
	return out
}

// body resolves what a query consists of but its WITH, ORDER BY and LIMIT.
func (b *binder) body(body sql.Body, parent *scope, known *ctes) *rel {
	switch x := body.(type) {
	case *sql.Select:
		out, _ := b.selects(x, parent, known)
		return out
	case *sql.SetOp:
		return b.combine(x, b.body(x.Left, parent, known), b.body(x.Right, parent, known))
	case *sql.Query:
		return b.query(x, parent, known)
	case *sql.Values:
		return b.values(x, parent, known)
	case *sql.Pivot:
		return b.pivot(x, &scope{parent: parent, ctes: known}).rel()
	case *sql.Unpivot:
		return b.unpivot(x, &scope{parent: parent, ctes: known}).rel()
	default:
		return &rel{open: &opening{}}
	}
}

// combine resolves a set operation.
func (b *binder) combine(s *sql.SetOp, left, right *rel) *rel {
	b.repeats = b.repeats || s.Kind == sql.Union
	out := &rel{rows: left.rows.with(right.rows), open: left.open}
	if out.open == nil {
		out.open = right.open
	}
	if s.ByName {
		out.columns = b.combineByName(s, left, right)
	} else {
		out.columns = b.combineInOrder(s, left, right)
	}
	if !s.All {
		for _, c := range out.columns {
			out.rows = out.rows.with(c.uses.deciding(Group))
		}
	}
	return out
}

func (b *binder) combineInOrder(s *sql.SetOp, left, right *rel) []*column {
	if len(left.columns) != len(right.columns) && left.open == nil && right.open == nil {
		b.problem(ColumnCount, s.Right.At(), fmt.Sprintf("the %s has %s on its left and %d on its right",
			setWord(s.Kind), count(len(left.columns), "column"), len(right.columns)))
	}
	out := make([]*column, 0, len(left.columns))
	for i, l := range left.columns {
		if i >= len(right.columns) {
			out = append(out, l)
			continue
		}
		out = append(out, b.both(s, l, right.columns[i]))
	}
	return out
}

// one is the column of a set operation BY NAME that one side has alone.
func (c *column) one() *column {
	out := *c
	out.pad()
	return &out
}

func (b *binder) combineByName(s *sql.SetOp, left, right *rel) []*column {
	var out []*column
	at := map[string]int{}
	for _, l := range left.columns {
		at[b.key(l.name)] = len(out)
		out = append(out, l.one())
	}
	for _, r := range right.columns {
		if i, ok := at[b.key(r.name)]; ok {
			out[i] = b.both(s, left.columns[i], r)
		} else {
			out = append(out, r.one())
		}
	}
	return out
}

// both is the column of a set operation that two columns go into. EXCEPT gives the rows of its left side; those of the right only
// decide which.
func (b *binder) both(s *sql.SetOp, l, r *column) *column {
	typ, ok := b.system.Union(l.offered(), r.offered())
	if !ok {
		b.problem(TypeMismatch, r.at, fmt.Sprintf("column %q of the %s is %s on its left and %s on its right",
			l.name, setWord(s.Kind), b.typeName(l.typ), b.typeName(r.typ)))
	}
	uses := l.uses
	switch s.Kind {
	case sql.Except:
		uses = uses.with(r.uses.deciding(Filter))
	case sql.Intersect:
		uses = uses.with(r.uses)
	default:
		uses = uses.with(r.uses).inPart()
	}
	return &column{name: l.name, typ: typ, uses: uses, at: l.at}
}

func setWord(k sql.SetKind) string { return [...]string{"union", "intersect", "except"}[k] }

// values resolves VALUES lists.
func (b *binder) values(v *sql.Values, parent *scope, known *ctes) *rel {
	sc := &scope{parent: parent, ctes: known}
	out := &rel{}
	var columns [][]types.Type
	for i, row := range v.Rows {
		if i > 0 && len(row.Items) != len(columns) {
			b.problem(ColumnCount, row.Span, fmt.Sprintf("this row has %s, the first one has %d", count(len(row.Items), "value"), len(columns)))
		}
		for j, x := range row.Items {
			val := b.expr(sc, x)
			if j < len(columns) {
				columns[j] = append(columns[j], val.typ)
				out.columns[j].uses = out.columns[j].uses.with(val.uses.as(Transform))
			} else if i == 0 {
				columns = append(columns, []types.Type{val.typ})
				out.columns = append(out.columns, &column{name: b.valuesName(j), uses: val.uses, at: x.At()})
			}
		}
	}
	for j, list := range columns {
		out.columns[j].typ, _ = b.system.Common(list...)
	}
	return out
}

// count is "1 column" or "3 columns".
func count(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}
