package fingerprint

import (
	"slices"

	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// reading is a query being read for what it means. Its tree writes expressions, and asks it what names and queries in them are.
type reading struct {
	*tree
	tables lineage.Tables
	system *types.System
	whole  Hash // of the query's text
	traits
	ctes    map[*cte]*rel
	clauses []Clause
}

// traits are what an expression has been found to be, since it began.
type traits struct {
	shaky      bool // it may have another value when it is worked out again
	aggregates bool // it is over many rows, or may be
	sets       bool // it makes several rows of one
}

// Clause is something that decides which rows a query gives.
type Clause struct {
	Word string // "where", "group by", "join", "table", …
	Hash Hash
	At   sql.Span
}

// expr hashes an expression.
func (m *reading) expr(x sql.Node) (Hash, traits) {
	outer := m.traits
	m.traits = traits{}
	h := m.apart(func() { m.one(x) })
	own := m.traits
	m.traits = outer
	return h, own
}

// clause hashes what decides about rows, and notes it.
func (m *reading) clause(word string, at sql.Span, r *rel, x sql.Node) {
	h, found := m.expr(x)
	m.decide(word, at, r, found.shaky, h)
}

// decide notes something that decides which rows there are.
func (m *reading) decide(word string, at sql.Span, r *rel, shaky bool, hashes ...Hash) {
	h := tagged(word, hashes...)
	m.clauses = append(m.clauses, Clause{word, h, at})
	r.rows, r.shaky = tagged(word, r.rows, h), r.shaky || shaky
}

// read reads a query that stands in another one, or as a CTE.
func (m *reading) read(q *sql.Query, here *scope) *rel {
	r, order := m.ordered(q, here)
	if order != (Hash{}) { // which something around it may depend on
		r.rows = tagged("order", r.rows, order)
	}
	return r
}

// ordered reads a query; order is what its rows are sorted by, if that does not decide which there are.
func (m *reading) ordered(q *sql.Query, here *scope) (r *rel, order Hash) {
	defer m.enter(here)()
	if q.With != nil {
		here.recursive = q.With.Recursive
		m.with(q.With, here)
	}
	if sel, ok := q.Body.(*sql.Select); ok {
		r = m.selectRel(sel)
	} else {
		r = m.body(q.Body)
		here.sources, here.rels = [][]string{nil}, []*rel{r}
	}
	here.late = true
	var by []Hash
	shaky := false
	for i := range q.OrderBy {
		h, found := m.place(&q.OrderBy[i], q.OrderBy[i].X, r)
		by, shaky = append(by, h), shaky || found.shaky
	}
	order = tagged("by", by...)
	if len(by) == 0 {
		order = Hash{}
	}
	if sel, ok := q.Body.(*sql.Select); ok && sel.Distinct != nil && len(sel.Distinct.On) > 0 {
		m.decide("distinct", sel.Distinct.Span, r, shaky || len(by) == 0, order)
	}
	if q.Limit != nil {
		h, _ := m.expr(q.Limit)
		m.decide("limit", q.Limit.Span, r, shaky || len(by) == 0, h, order)
		order = Hash{}
	}
	return r, order
}

// place hashes an item of GROUP BY or ORDER BY: one that is a number is the column at that place, and ALL is
// all of them.
func (m *reading) place(n sql.Node, x sql.Expr, r *rel) (Hash, traits) {
	h, found := m.expr(n)
	l, ok := x.(*sql.Literal)
	place := ok && l.Kind == sql.Number
	if w, ok := x.(*sql.Word); ok && w.Text == "all" || place {
		return tagged("place", h, r.all()), traits{shaky: r.anyShaky()}
	}
	return h, found
}

// inside writes a query that stands in an expression.
func (m *reading) inside(q *sql.Query, here *scope) {
	outer := m.traits
	r := m.read(q, here)
	m.traits = outer
	m.shaky = m.shaky || r.shaky || r.anyShaky()
	all := r.all()
	m.out = append(append(m.out, r.rows[:]...), all[:]...)
}

// body reads the body of a query.
func (m *reading) body(b sql.Body) *rel {
	switch x := b.(type) {
	case *sql.Select:
		defer m.enter(&scope{limit: -1})()
		return m.selectRel(x)
	case *sql.Query:
		return m.read(x, &scope{limit: -1})
	case *sql.SetOp:
		return m.setOp(x)
	case *sql.Values:
		return m.values(x)
	}
	return m.unknown()
}

// setOp reads a set operation.
func (m *reading) setOp(x *sql.SetOp) *rel {
	l, r := m.body(x.Left), m.body(x.Right)
	out := &rel{rows: tagged("sides", l.rows, r.rows), shaky: l.shaky || r.shaky, open: l.open || r.open}
	if !l.rest.IsZero() || !r.rest.IsZero() {
		out.rest = tagged("sides", l.rest, r.rest)
	}
	exact := !l.open && !r.open && len(l.columns) == len(r.columns)
	for i, c := range l.columns {
		other := column{hash: r.all(), shaky: r.anyShaky()}
		switch {
		case x.ByName:
			other, _, _ = r.column(c.name)
		case exact:
			other = r.columns[i]
		}
		out.columns = append(out.columns, column{c.name, tagged("sides", c.hash, other.hash), c.shaky || other.shaky, c.at})
	}
	if x.ByName {
		for _, c := range r.columns {
			if _, found, sure := l.column(c.name); !found || !sure {
				out.columns = append(out.columns, column{c.name, tagged("right", c.hash), c.shaky, c.at})
			}
		}
	}
	word := [...]string{"union", "intersect", "except"}[x.Kind]
	var names []Hash
	for _, c := range x.Corresponding {
		names = append(names, Of(c.Folded(m.dialect)))
	}
	if x.All && x.Kind == sql.Union && len(names) == 0 {
		m.decide("union all", x.Span, out, false, Of(boolWord(x.ByName)))
		return out
	}
	compared := append(names, Of(boolWord(x.All), boolWord(x.ByName)), l.all(), r.all())
	m.decide(word, x.Span, out, l.anyShaky() || r.anyShaky(), compared...)
	return out
}

func boolWord(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// values reads VALUES: its columns have the warehouse's names.
func (m *reading) values(x *sql.Values) *rel {
	out := &rel{rows: Of("values")}
	var columns [][]Hash
	var shaky []bool
	for _, row := range x.Rows {
		for i, item := range row.Items {
			if i == len(columns) {
				columns, shaky = append(columns, nil), append(shaky, false)
			}
			h, found := m.expr(item)
			columns[i], shaky[i] = append(columns[i], h), shaky[i] || found.shaky
		}
		out.rows = tagged("row", out.rows)
	}
	for i, list := range columns {
		out.columns = append(out.columns, column{hash: tagged("values", list...), shaky: shaky[i]})
	}
	out.rest = tagged("values", out.all())
	m.clauses = append(m.clauses, Clause{"values", out.rows, x.Span})
	return out
}

// selectRel reads a SELECT in the scope that is entered for it.
func (m *reading) selectRel(s *sql.Select) *rel {
	here := m.scope
	here.windows = s.Windows
	out := &rel{rows: Of("one row")}
	for _, x := range s.From {
		h, shaky := m.from(x)
		out.rows, out.shaky = tagged("from", out.rows, h), out.shaky || shaky
	}
	if here.plain = m.isPlain(s.From); here.plain {
		out.rows = here.rels[0].rows
	}
	m.failed = m.failed || s.Into != nil
	found := make([]traits, 0, len(s.Items))
	for i := range s.Items {
		found = append(found, m.item(&s.Items[i], out)...)
	}
	if s.Where != nil {
		m.clause("where", s.Where.At(), out, s.Where)
	}
	if s.Hierarchy != nil {
		m.clause("connect by", s.Hierarchy.Span, out, s.Hierarchy)
	}
	here.late = true
	m.group(s, out, found)
	for i, f := range found {
		if f.sets {
			m.decide("unnest", out.columns[i].at, out, f.shaky, out.columns[i].hash)
		}
	}
	if s.Qualify != nil {
		m.clause("qualify", s.Qualify.At(), out, s.Qualify)
	}
	if s.Distinct != nil {
		m.distinct(s.Distinct, out)
	}
	if s.Sample != nil {
		m.clause("sample", s.Sample.Span, out, s.Sample)
		out.shaky = true
	}
	return out
}

// isPlain tells whether a FROM is one table or CTE, and nothing else: a SELECT of it has the same rows, and its columns are the same where they only
// have other names. A CTE of a subquery may use what is around that, and is no such one.
func (m *reading) isPlain(from []sql.Table) bool {
	if len(from) != 1 {
		return false
	}
	x, ok := from[0].(*sql.TableName)
	if !ok || x.Sample != nil || x.AsOf != nil || x.Only || len(x.Options) > 0 {
		return false
	}
	c, _ := m.findCTE([]string{x.Name[len(x.Name)-1].Folded(m.dialect)})
	return c == nil || len(x.Name) > 1 || c.in.parent == nil
}

// distinct reads DISTINCT: which rows are left depends on all columns, or on the expressions of ON and on what they are sorted by.
func (m *reading) distinct(d *sql.Distinct, out *rel) {
	if len(d.On) == 0 {
		m.decide("distinct", d.Span, out, out.anyShaky(), out.all())
		return
	}
	for _, x := range d.On {
		h, found := m.place(x, x, out)
		m.decide("distinct", x.At(), out, found.shaky, h)
	}
}

// group reads GROUP BY and HAVING. Aggregates without a GROUP BY make one row of all.
func (m *reading) group(s *sql.Select, out *rel, found []traits) {
	over := slices.ContainsFunc(found, func(f traits) bool { return f.aggregates })
	having, of := Hash{}, traits{}
	if s.Having != nil {
		having, of = m.expr(s.Having)
	}
	g := s.GroupBy
	switch {
	case g == nil && s.Having == nil && !over:
		return
	case g == nil:
		m.decide("aggregate", s.Span, out, of.shaky, having)
		return
	}
	var keys []Hash
	shaky := false
	for _, x := range g.Items {
		h, f := m.place(x, x, out)
		if l, ok := x.(*sql.Literal); ok && l.Kind == sql.Number {
			if i, ok := placeOf(l, len(s.Items)); ok && len(found) == len(s.Items) {
				h, f = m.expr(s.Items[i].X)
			}
		}
		keys, shaky = append(keys, h), shaky || f.shaky
	}
	if g.All {
		keys, shaky = append(keys, out.rest), shaky || out.open && out.anyShaky()
		for i, f := range found {
			if i < len(out.columns) && !f.aggregates {
				keys, shaky = append(keys, out.columns[i].hash), shaky || f.shaky
			}
		}
	}
	m.decide("group by", g.Span, out, shaky, append(keys, Of(boolWord(g.All), boolWord(g.Distinct)))...)
	if s.Having != nil {
		m.decide("having", s.Having.At(), out, of.shaky, having)
	}
}

// placeOf is the place that a number stands for among n columns.
func placeOf(l *sql.Literal, n int) (int, bool) {
	i := 0
	for _, c := range l.Value {
		if c < '0' || c > '9' || i > n {
			return 0, false
		}
		i = i*10 + int(c-'0')
	}
	return i - 1, i >= 1 && i <= n
}

// item reads an item of a select list, which may be several columns; it gives the traits of each.
func (m *reading) item(x *sql.SelectItem, out *rel) []traits {
	switch e := x.X.(type) {
	case *sql.Star:
		if e.Of == nil && (e.Mods == nil || e.Mods.Like == nil) {
			return m.star(e, out)
		}
		return m.several(x, out)
	case *sql.Columns:
		return m.several(x, out)
	}
	if hasColumns(x.X) {
		return m.several(x, out)
	}
	h, found := m.expr(x.X)
	c := column{hash: h, shaky: found.shaky, at: x.Span}
	if own := m.passed(x.X); own != nil {
		c.hash = own.hash
	}
	switch e, isColumn := x.X.(*sql.Column); {
	case x.Alias.Given():
		c.name = x.Alias.Folded(m.dialect)
	case isColumn:
		c.name = e.Parts[len(e.Parts)-1].Folded(m.dialect)
	case m.scope.nameless:
		out.rest = tagged("unnamed", out.rest, c.hash)
	default:
		c.name = sql.Canonical(x.X, m.dialect)
		c.hash = tagged("named", h, m.apart(func() { m.unnamed(x) }))
		out.rest = tagged("unnamed", out.rest, c.hash)
	}
	out.columns = append(out.columns, c)
	if x.Alias.Given() {
		m.scope.items = append(m.scope.items, c)
	}
	return []traits{found}
}

// hasColumns tells whether an expression stands for several, by COLUMNS(…).
func hasColumns(x sql.Expr) bool {
	has := false
	sql.Walk(x, func(n sql.Node) bool {
		if _, ok := n.(*sql.Columns); ok {
			has = true
		}
		return !has
	})
	return has
}

// several reads an item that is any number of columns of any names: they depend on all that there are.
func (m *reading) several(x *sql.SelectItem, out *rel) []traits {
	h, _ := m.expr(x)
	list := []Hash{out.rest, h}
	for _, r := range m.scope.rels {
		list = append(list, r.all())
		out.shaky = out.shaky || r.anyShaky()
	}
	out.open, out.rest = true, tagged("several", list...)
	return nil
}

// star reads a star: the columns of all tables, or of one.
func (m *reading) star(x *sql.Star, out *rel) []traits {
	only := -1
	if len(x.Qualifier) > 0 {
		levels, i := m.find(x.Qualifier)
		if i < 0 || levels > 0 {
			return m.several(&sql.SelectItem{X: x}, out)
		}
		only = i
	}
	mods := x.Mods
	if mods == nil {
		mods = &sql.StarMods{}
	}
	var all []traits
	seen := map[string]int{} // where the columns of USING are
	for i, r := range m.scope.rels {
		if only >= 0 && i != only || only < 0 && slices.Contains(m.scope.unseen, i) {
			continue
		}
		if out.open = out.open || r.open; !r.rest.IsZero() {
			out.rest = tagged("star", out.rest, r.rest, m.apart(func() { m.all(mods) }))
		}
		for _, c := range r.columns {
			c.hash, c.at = m.bare(i, c), x.Span
			if at, is := seen[c.name]; is && only < 0 && m.scope.merges(c.name) {
				out.columns[at].hash = tagged("using", out.columns[at].hash, c.hash)
				continue
			}
			if kept, f := m.modified(c, mods); kept != nil {
				seen[c.name] = len(out.columns)
				out.columns = append(out.columns, *kept)
				all = append(all, f)
			}
		}
	}
	return all
}

// bare hashes a column of a source as an expression that is nothing else.
func (m *reading) bare(source int, c column) Hash {
	if m.scope.plain {
		return c.hash
	}
	outer := m.traits
	defer func() { m.traits = outer }()
	return m.apart(func() {
		m.word("column")
		m.take("of", 0, source, c)
		m.idents(nil)
	})
}

// passed is the column of a plain FROM that an expression is, nil for every other expression.
func (m *reading) passed(x sql.Expr) *column {
	name, ok := x.(*sql.Column)
	if !ok || !m.scope.plain || len(name.Parts) > 2 {
		return nil
	}
	if levels, i := m.find(name.Parts[:len(name.Parts)-1]); len(name.Parts) == 2 && (levels > 0 || i < 0) {
		return nil
	}
	c, _, sure := m.scope.rels[0].column(name.Parts[len(name.Parts)-1].Folded(m.dialect))
	if !sure {
		return nil
	}
	return &c
}

// modified is a column of a star after what is left out, replaced and renamed; nil if it is left out.
func (m *reading) modified(c column, mods *sql.StarMods) (*column, traits) {
	for _, name := range mods.Exclude {
		if name[len(name)-1].Folded(m.dialect) == c.name {
			return nil, traits{}
		}
	}
	found := traits{shaky: c.shaky}
	for i := range mods.Replace {
		if x := &mods.Replace[i]; x.Alias.Folded(m.dialect) == c.name {
			c.hash, found = m.expr(x.X)
			c.shaky, c.at = found.shaky, x.Span
		}
	}
	for _, r := range mods.Rename {
		if r.From[len(r.From)-1].Folded(m.dialect) == c.name {
			c.name = r.To.Folded(m.dialect)
		}
	}
	return &c, found
}
