package fingerprint

import (
	"slices"
	"strconv"

	"github.com/modsql/mod/compiler/sql"
)

// bring notes an item of a FROM in the scope: its name, in parts, and what it gives.
func (m *reading) bring(name []string, r *rel) {
	m.scope.sources = append(m.scope.sources, name)
	m.scope.rels = append(m.scope.rels, r)
}

// aliasOr is the name that an item of a FROM has: that of its alias, or else its own.
func (m *reading) aliasOr(alias sql.Alias, own []string) []string {
	if alias.Name.Given() {
		return []string{alias.Name.Folded(m.dialect)}
	}
	return own
}

// from reads an item of a FROM: the hash is of which rows it has.
func (m *reading) from(x sql.Table) (rows Hash, shaky bool) {
	switch x := x.(type) {
	case *sql.TableName:
		return m.tableRel(x)
	case *sql.DerivedTable:
		r := m.renamed(m.read(x.Query, &scope{limit: -1}), x.Alias.Columns)
		m.bring(m.aliasOr(x.Alias, nil), r)
		return m.sampled(r.rows, r.shaky, x.Sample)
	case *sql.TableFunction:
		return m.function(x)
	case *sql.Join:
		return m.join(x)
	}
	m.bring(nil, m.unknown())
	return m.whole, true
}

// sampled are rows of which a part may be taken.
func (m *reading) sampled(rows Hash, shaky bool, s *sql.Sample) (Hash, bool) {
	if s == nil {
		return rows, shaky
	}
	h, _ := m.expr(s)
	m.clauses = append(m.clauses, Clause{"sample", h, s.Span})
	return tagged("sample", rows, h), true
}

// tableRel reads a table by its name, which may be a CTE's.
func (m *reading) tableRel(x *sql.TableName) (Hash, bool) {
	keys := make([]string, len(x.Name))
	for i, part := range x.Name {
		keys[i] = part.Folded(m.dialect)
	}
	var r *rel
	if c, _ := m.findCTE(keys); c != nil {
		r = m.cteRel(c)
	} else {
		r = m.base(x.Name)
		m.clauses = append(m.clauses, Clause{"table", r.rows, x.Span})
	}
	r = m.renamed(r, x.Alias.Columns)
	m.bring(m.aliasOr(x.Alias, keys), r)
	rows := r.rows
	if rest := (sql.TableName{Only: x.Only, Options: x.Options, AsOf: x.AsOf}); x.Only || len(x.Options) > 0 || x.AsOf != nil {
		rows = tagged("version", rows, m.apart(func() { m.all(&rest) }))
	}
	return m.sampled(rows, r.shaky, x.Sample)
}

// base is a table of the warehouse, as far as it is known. A column of another type is another column.
func (m *reading) base(name []sql.Ident) *rel {
	if table := m.tables(name); table != nil {
		id := Of("table", table.ID)
		out := &rel{rows: id, open: table.Open, rest: id}
		for _, c := range table.Columns {
			key := sql.Ident{Name: c.Name, Quoted: true}.Folded(m.dialect)
			out.columns = append(out.columns, column{name: key, hash: Of("column", table.ID, key, m.system.Print(c.Type))})
		}
		return out
	}
	id := m.apart(func() { m.unknownTable(name) })
	return &rel{rows: id, open: true, rest: id}
}

// cteRel reads a CTE when it is first read. What reads itself is not looked into.
func (m *reading) cteRel(c *cte) *rel {
	if r, ok := m.ctes[c]; ok {
		return r
	}
	q, ok := c.def.Query.(*sql.Query)
	if !ok {
		return m.unknown()
	}
	m.ctes[c] = m.unknown()
	outer := m.scope
	m.scope = c.in
	leave := m.enter(&scope{limit: c.at})
	r := m.renamed(m.read(q, &scope{limit: -1}), c.def.Columns)
	leave()
	m.scope = outer
	if c.def.Search != nil || c.def.Cycle != nil || len(c.def.UsingKey) > 0 {
		r = m.unknown()
	}
	m.ctes[c] = r
	return r
}

// function reads a function in a FROM.
func (m *reading) function(x *sql.TableFunction) (Hash, bool) {
	rest := sql.TableFunction{Lateral: x.Lateral, Table: x.Table, RowsFrom: x.RowsFrom, Ordinality: x.Ordinality}
	list := []Hash{m.apart(func() { m.all(&rest) })}
	shaky := false
	for _, c := range x.Calls {
		h, found := m.expr(c)
		list, shaky = append(list, h), shaky || found.shaky
	}
	for i := range x.Defs {
		list = append(list, m.apart(func() { m.table(&x.Defs[i]) }))
	}
	for _, typ := range x.Alias.Types {
		list = append(list, m.apart(func() { m.one(typ) }))
	}
	r := &rel{rows: tagged("function", list...), shaky: shaky, open: true}
	r.rest = r.rows
	for i, name := range x.Alias.Columns {
		r.columns = append(r.columns, column{name.Folded(m.dialect), tagged("function", r.rows, Of(strconv.Itoa(i))), shaky, name.Span})
	}
	var own []string
	if call, ok := x.Calls[0].(*sql.Call); ok && len(call.Name) > 0 {
		own = []string{call.Name[len(call.Name)-1].Folded(m.dialect)}
	}
	m.bring(m.aliasOr(x.Alias, own), r)
	m.clauses = append(m.clauses, Clause{"function", r.rows, x.Span})
	return m.sampled(r.rows, shaky, x.Sample)
}

// join reads a JOIN.
func (m *reading) join(x *sql.Join) (Hash, bool) {
	left, shakyLeft := m.from(x.Left)
	first := len(m.scope.rels)
	right, shakyRight := m.from(x.Right)
	how := []Hash{Of(strconv.Itoa(int(x.Kind)), boolWord(x.Natural), boolWord(x.Asof))}
	shaky := shakyLeft || shakyRight || x.Kind == sql.Positional
	for _, on := range []sql.Expr{x.On, x.MatchCondition} {
		h, found := m.expr(on)
		how, shaky = append(how, h), shaky || found.shaky
	}
	for _, name := range x.Using {
		h, found := m.expr(&sql.Column{Span: name.Span, Parts: []sql.Ident{name}})
		how, shaky = append(how, h), shaky || found.shaky
		m.scope.using = append(m.scope.using, name.Folded(m.dialect))
	}
	if x.Natural {
		m.scope.natural = true
		for _, r := range m.scope.rels {
			how, shaky = append(how, r.all()), shaky || r.anyShaky()
		}
	}
	if x.Kind == sql.Semi || x.Kind == sql.Anti {
		for i := first; i < len(m.scope.rels); i++ {
			m.scope.unseen = append(m.scope.unseen, i)
		}
	}
	if x.Alias.Name.Given() || x.UsingAlias.Given() {
		m.bring(m.aliasOr(x.Alias, nil), m.unknown())
	}
	h := tagged("join", how...)
	m.clauses = append(m.clauses, Clause{"join", h, x.Span})
	return tagged("join", left, right, h), shaky
}

// merges tells whether a join makes one column of those of that name.
func (s *scope) merges(name string) bool { return s.natural || slices.Contains(s.using, name) }
