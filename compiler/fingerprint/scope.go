package fingerprint

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/sql"
)

// scope is what names mean in one query: the tables of its FROM and the CTEs of its WITH.
type scope struct {
	parent    *scope
	sources   [][]string // the name of each table, in the order of the FROM: one part for an alias
	ctes      []*cte
	recursive bool
	limit     int      // of the parent's CTEs the first that can be seen from here; -1 for all
	nameless  bool     // nothing asks what the columns of the query are called
	hidden    []string // names that mean something else than a table: the parameters of a lambda

	// What follows is for reading alone.
	rels    []*rel            // what each of the sources gives
	plain   bool              // the FROM is one table or CTE
	unseen  []int             // sources whose columns only the conditions of joins can name
	using   []string          // columns that joins make one of two
	natural bool              // all columns of one name are
	items   []column          // of the select list, those with an alias
	late    bool              // names mean those sooner than columns of the sources
	windows []sql.NamedWindow // of the WINDOW clause
}

// cte is a common table expression. It is hashed when it is first read.
type cte struct {
	key  string
	def  *sql.CTE
	at   int    // its place in the WITH
	in   *scope // of the query that has the WITH
	hash Hash
	twin int // how many others with that hash were read before it
	done bool
}

// enter opens a scope and gives what closes it.
func (t *tree) enter(inner *scope) (leave func()) {
	outer := t.scope
	if inner.parent == nil {
		inner.parent = outer
	}
	t.scope = inner
	return func() { t.scope = outer }
}

// query writes a query. What stands in parentheses and has nothing besides is the same as what is in them.
func (t *tree) query(q *sql.Query) { t.queryIn(q, &scope{limit: -1}) }

// queryIn writes a query whose scope is that one, not yet filled.
func (t *tree) queryIn(q *sql.Query, here *scope) {
	if t.reading != nil {
		t.reading.inside(q, here)
		return
	}
	if inner, ok := q.Body.(*sql.Query); ok && q.With == nil && len(q.OrderBy) == 0 && q.Limit == nil && len(q.Locks) == 0 {
		t.queryIn(inner, here)
		return
	}
	defer t.enter(here)()
	t.word("query")
	if q.With != nil {
		here.recursive = q.With.Recursive
		t.with(q.With, here)
	}
	if sel, ok := q.Body.(*sql.Select); ok {
		t.selected(sel)
	} else {
		t.one(q.Body)
	}
	t.number(len(q.OrderBy))
	for i := range q.OrderBy {
		t.one(&q.OrderBy[i])
	}
	t.number(len(q.Locks))
	for i := range q.Locks {
		t.qualified(&q.Locks[i])
	}
	t.one(orNil(q.Limit))
}

// orNil is a limit as a node: a nil one as no node.
func orNil(l *sql.Limit) sql.Node {
	if l == nil {
		return nil
	}
	return l
}

// with notes the CTEs of a query. Of those that change data each is written, read or not.
func (t *tree) with(w *sql.With, here *scope) {
	for i := range w.CTEs {
		def := &w.CTEs[i]
		here.ctes = append(here.ctes, &cte{key: def.Name.Folded(t.dialect), def: def, at: i, in: here})
		if _, ok := def.Query.(*sql.Query); !ok {
			t.failed = true
		}
	}
}

// selects writes a SELECT that is a part of a set operation.
func (t *tree) selects(s *sql.Select) {
	defer t.enter(&scope{limit: -1})()
	t.selected(s)
}

// selected writes a SELECT in the scope of its query: the FROM first, since it says what the names in all else mean.
func (t *tree) selected(s *sql.Select) {
	t.failed = t.failed || s.Into != nil
	t.number(len(s.From))
	for _, table := range s.From {
		t.one(table)
	}
	rest := *s
	rest.From = nil
	t.all(&rest)
}

// table writes an item of a FROM, and notes what it is called; it is false for what is none.
func (t *tree) table(n any) bool {
	switch n := n.(type) {
	case *sql.TableName:
		t.tableName(n)
	case *sql.DerivedTable:
		t.aliased(n, n.Alias, "")
	case *sql.TableFunction:
		name := ""
		if call, ok := n.Calls[0].(*sql.Call); ok && len(call.Name) > 0 {
			name = call.Name[len(call.Name)-1].Folded(t.dialect)
		}
		t.ident(n.Alias.Name) // which a column may have too
		t.aliased(n, n.Alias, name)
	case *sql.ColumnsTable:
		t.aliased(n, n.Alias, "")
	case *sql.Join:
		t.ident(n.UsingAlias)
		t.aliased(n, n.Alias, "")
	case *sql.Pivot:
		t.aliased(n, n.Alias, "")
	case *sql.Unpivot:
		t.aliased(n, n.Alias, "")
	case *sql.MatchRecognize:
		t.words(n.Pattern)
		rest := *n
		rest.Pattern = ""
		t.aliased(&rest, n.Alias, "")
	case *sql.Alias: // without the name, which only the scope knows
		t.idents(n.Columns)
		t.number(len(n.Types))
		for _, x := range n.Types {
			t.one(x)
		}
	default:
		return false
	}
	return true
}

// aliased writes a table and notes its alias or, without one, the name that it has anyway.
func (t *tree) aliased(pointer any, alias sql.Alias, name string) {
	t.all(pointer)
	if alias.Name.Given() {
		name = alias.Name.Folded(t.dialect)
	}
	if name == "" {
		t.scope.sources = append(t.scope.sources, nil)
		return
	}
	t.scope.sources = append(t.scope.sources, []string{name})
}

// tableName writes what a name in a FROM means: a CTE by what it is, a node by its ID, another table by its name.
func (t *tree) tableName(x *sql.TableName) {
	keys := make([]string, len(x.Name))
	for i, part := range x.Name {
		keys[i] = part.Folded(t.dialect)
	}
	c, levels := t.findCTE(keys)
	id := ""
	if c == nil {
		id = t.nodes(x.Name)
	}
	switch {
	case c != nil:
		t.readCTE(c, levels)
	case id != "":
		t.word("node")
		t.text(id)
	default:
		t.unknownTable(x.Name)
	}
	rest := *x
	rest.Name = nil
	t.all(&rest)
	if x.Alias.Name.Given() {
		keys = []string{x.Alias.Name.Folded(t.dialect)}
	}
	t.scope.sources = append(t.scope.sources, keys)
}

// unknownTable writes the name of a table that is no node, or of a file.
func (t *tree) unknownTable(name []sql.Ident) {
	if len(name) == 1 && name[0].Quoted && strings.ContainsAny(name[0].Name, `./\:*`) {
		t.word("file")
		t.text(name[0].Name)
		return
	}
	t.word("table")
	t.idents(name)
}

// findCTE is the CTE of that name, and how far out its WITH is.
func (t *tree) findCTE(name []string) (c *cte, levels int) {
	if len(name) != 1 {
		return nil, 0
	}
	limit := -1
	for s := t.scope; s != nil; s = s.parent {
		seen := s.ctes
		if limit >= 0 && !s.recursive {
			seen = seen[:limit]
		}
		for _, c := range slices.Backward(seen) {
			if c.key == name[0] {
				return c, levels
			}
		}
		limit = s.limit
		levels++
	}
	return nil, 0
}

// readCTE writes a CTE that is read: its hash, or, where it reads itself, how far out it is. The number of others that are the same tells one
// that is read twice from two.
func (t *tree) readCTE(c *cte, levels int) {
	if i := slices.Index(t.busy, c); i >= 0 {
		t.word("itself")
		t.number(len(t.busy) - i)
		return
	}
	if !c.done {
		t.hashCTE(c)
	}
	t.word("cte")
	t.number(levels)
	t.out = append(t.out, c.hash[:]...)
	t.number(c.twin)
}

func (t *tree) hashCTE(c *cte) {
	outer := t.scope
	t.scope = c.in
	leave := t.enter(&scope{limit: c.at})
	t.busy = append(t.busy, c)
	c.hash = t.apart(func() {
		rest := *c.def
		rest.Name = sql.Ident{}
		t.all(&rest)
	})
	t.busy = t.busy[:len(t.busy)-1]
	leave()
	t.scope = outer
	if t.twins == nil {
		t.twins = map[Hash][]*cte{}
	}
	c.done, c.twin = true, len(t.twins[c.hash])
	t.twins[c.hash] = append(t.twins[c.hash], c)
}

// hiding writes a lambda or its like, whose parameters hide the tables of their names.
func (t *tree) hiding(pointer any, params []sql.LambdaParam, vars ...sql.Ident) {
	inner := &scope{limit: -1}
	for _, p := range params {
		vars = append(vars, p.Ident)
	}
	for _, v := range vars {
		inner.hidden = append(inner.hidden, v.Folded(t.dialect))
	}
	defer t.enter(inner)()
	t.all(pointer)
}

// name writes the name of a column, with the table that its first parts mean in place of them. A name of one part that is also a
// table's may mean a row of it.
func (t *tree) name(parts []sql.Ident) {
	for n := max(len(parts)-1, 1); n >= 1; n-- {
		levels, i := t.find(parts[:n])
		if i < 0 {
			continue
		}
		if n == len(parts) {
			t.word("column or row")
			n = 0
		} else {
			t.word("of")
		}
		t.number(levels)
		t.number(i)
		t.idents(parts[n:])
		return
	}
	t.word("name")
	t.idents(parts)
}

// qualifier writes the table that a name alone means.
func (t *tree) qualifier(parts []sql.Ident) {
	if levels, i := t.find(parts); i >= 0 && len(parts) > 0 {
		t.word("of")
		t.number(levels)
		t.number(i)
		return
	}
	t.word("name")
	t.idents(parts)
}

// find is the table of that name: how far out its FROM is, and its place in it; -1 if there is none.
func (t *tree) find(parts []sql.Ident) (levels, at int) {
	if len(parts) == 0 {
		return 0, -1
	}
	var room [4]string
	keys := room[:0]
	for _, p := range parts {
		keys = append(keys, p.Folded(t.dialect))
	}
	for s := t.scope; s != nil; s = s.parent {
		if slices.Contains(s.hidden, keys[0]) {
			return 0, -1
		}
		for i, name := range s.sources {
			if len(keys) <= len(name) && slices.Equal(name[len(name)-len(keys):], keys) {
				return levels, i
			}
		}
		levels++
	}
	return 0, -1
}
