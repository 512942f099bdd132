package sql

import "github.com/modsql/mod/compiler/dialect"

// query writes a query.
func (p *printer) query(q *Query) {
	if q.With != nil {
		p.with(q.With)
		p.write(" ")
	}
	p.body(q.Body)
	if len(q.OrderBy) > 0 {
		p.write(" ")
		p.orderBy(q.OrderBy)
	}
	if q.Limit != nil {
		p.limit(q.Limit)
	}
	for i := range q.Locks {
		p.lock(&q.Locks[i])
	}
}

func (p *printer) with(w *With) {
	p.write("with ")
	if w.Recursive {
		p.write("recursive ")
	}
	list(p, w.CTEs, p.cte)
}

func (p *printer) cte(c *CTE) {
	p.ident(c.Name)
	if len(c.Columns) > 0 {
		p.write(" ")
		p.idents(c.Columns)
	}
	if len(c.UsingKey) > 0 {
		p.write(" using key (")
		p.exprs(c.UsingKey)
		p.write(")")
	}
	p.write(" as ")
	switch c.Materialized {
	case AsMaterialized:
		p.write("materialized ")
	case NotMaterialized:
		p.write("not materialized ")
	}
	p.write("(")
	if c.Query != nil {
		p.statement(c.Query)
	}
	p.write(")")
	p.searchAndCycle(c)
}

func (p *printer) searchAndCycle(c *CTE) {
	if s := c.Search; s != nil {
		p.write(" search ")
		if s.Breadth {
			p.write("breadth")
		} else {
			p.write("depth")
		}
		p.write(" first by ")
		list(p, s.By, func(i *Ident) { p.ident(*i) })
		p.write(" set ")
		p.ident(s.Set)
	}
	if y := c.Cycle; y != nil {
		p.write(" cycle ")
		list(p, y.Columns, func(i *Ident) { p.ident(*i) })
		p.write(" set ")
		p.ident(y.Mark)
		if y.To != nil {
			p.write(" to ")
			p.expr(y.To)
			p.write(" default ")
			p.expr(y.Default)
		}
		p.write(" using ")
		p.ident(y.Path)
	}
}

// body writes the body of a query.
func (p *printer) body(b Body) {
	switch b := b.(type) {
	case *Select:
		p.selectOf(b)
	case *SetOp:
		p.setOp(b)
	case *Values:
		p.write("values ")
		list(p, b.Rows, func(r *Row) {
			p.write("(")
			p.exprs(r.Items)
			p.write(")")
		})
	case *Query:
		p.bracketed(b)
	case *Describe:
		p.write(b.Word)
		if b.Of != nil {
			p.write(" ")
			p.node(b.Of)
		}
	case *Pivot:
		p.pivotStatement(b)
	case *Unpivot:
		p.unpivotStatement(b)
	case *Opaque:
		p.write(b.Text)
	}
}

func (k SetKind) precedence() int {
	if k == Intersect {
		return bySetIntersect
	}
	return bySetUnion
}

// setOp writes a set operation.
func (p *printer) setOp(s *SetOp) {
	p.setOperand(s.Left, s.Kind.precedence())
	switch s.Kind {
	case Union:
		p.write(" union")
	case Intersect:
		p.write(" intersect")
	case Except:
		p.write(" except")
	}
	if s.All {
		p.write(" all")
	}
	switch {
	case s.ByName && len(s.Corresponding) > 0:
		p.write(" corresponding by ")
		p.idents(s.Corresponding)
	case s.ByName:
		p.write(" by name")
	}
	p.write(" ")
	p.setOperand(s.Right, s.Kind.precedence()+1)
}

func (p *printer) setOperand(b Body, least int) {
	switch s := b.(type) {
	case *SetOp:
		if s.Kind.precedence() >= least {
			p.body(b)
			return
		}
	case *Describe, *Pivot, *Unpivot:
	default:
		p.body(b)
		return
	}
	p.write("(")
	p.body(b)
	p.write(")")
}

// selectOf writes SELECT … FROM …
func (p *printer) selectOf(s *Select) {
	p.write("select")
	if s.Distinct != nil {
		p.write(" distinct")
		if len(s.Distinct.On) > 0 {
			p.write(" on (")
			p.exprs(s.Distinct.On)
			p.write(")")
		}
	}
	if len(s.Items) > 0 {
		p.write(" ")
		list(p, s.Items, p.item)
	}
	if s.Into != nil {
		p.write(" into ")
		p.table(s.Into)
	}
	if len(s.From) > 0 {
		p.write(" from ")
		p.tables(s.From)
	}
	p.clause(" where ", s.Where)
	if h := s.Hierarchy; h != nil {
		p.clause(" start with ", h.Start)
		if h.Connect != nil {
			p.write(" connect by ")
			if h.NoCycle {
				p.write("nocycle ")
				p.expr(h.Connect)
			} else {
				p.notLed(h.Connect, "nocycle")
			}
		}
	}
	if s.GroupBy != nil {
		p.groupBy(s.GroupBy)
	}
	p.clause(" having ", s.Having)
	if len(s.Windows) > 0 {
		p.write(" window ")
		list(p, s.Windows, func(w *NamedWindow) {
			p.ident(w.Name)
			p.write(" as ")
			p.window(&w.Window)
		})
	}
	p.clause(" qualify ", s.Qualify)
	if s.Sample != nil {
		p.write(" using sample")
		p.sample(s.Sample)
	}
}

// clause writes a word and an expression, if there is one.
func (p *printer) clause(word string, x Expr) {
	if x != nil {
		p.write(word)
		p.expr(x)
	}
}

func (p *printer) item(i *SelectItem) {
	p.expr(i.X)
	if i.Alias.Given() {
		p.write(" as ")
		p.ident(i.Alias)
	}
}

func (p *printer) groupBy(g *GroupBy) {
	p.write(" group by ")
	if g.All {
		p.write("all")
		return
	}
	if g.Distinct {
		p.write("distinct ")
	}
	p.exprs(g.Items)
}

func (p *printer) orderBy(items []OrderItem) {
	p.write("order by ")
	list(p, items, p.orderItem)
}

func (p *printer) orderItem(o *OrderItem) {
	p.expr(o.X)
	switch o.Direction {
	case Asc:
		p.write(" asc")
	case Desc:
		p.write(" desc")
	}
	if o.Using != "" {
		p.write(" using " + string(o.Using))
	}
	switch o.Nulls {
	case NullsFirst:
		p.write(" nulls first")
	case NullsLast:
		p.write(" nulls last")
	}
}

func (p *printer) limit(l *Limit) {
	fetch := l.WithTies || l.Percent && !p.grammar.has(dialect.FromFirst)
	if l.Count != nil && !fetch {
		p.write(" limit ")
		if l.Percent {
			p.operand(l.Count, byValue)
			p.write("%")
		} else {
			p.operand(l.Count, byIn+1)
		}
	}
	if l.Offset != nil {
		p.write(" offset ")
		p.operand(l.Offset, byIn+1)
		if fetch {
			p.write(" rows")
		}
	}
	if l.Count != nil && fetch {
		p.write(" fetch first ")
		p.operand(l.Count, byIn+1)
		if l.Percent {
			p.write(" percent")
		}
		p.write(" rows ")
		if l.WithTies {
			p.write("with ties")
		} else {
			p.write("only")
		}
	}
}

func (p *printer) lock(l *Lock) {
	p.write(" for " + l.Strength)
	if len(l.Of) > 0 {
		p.write(" of ")
		list(p, l.Of, func(n *[]Ident) { p.name(*n) })
	}
	if l.Wait != "" {
		p.write(" " + l.Wait)
	}
}

// window writes w or (…).
func (p *printer) window(w *Window) {
	if w.Reference {
		p.ident(w.Base)
		return
	}
	p.write("(")
	space := ""
	if w.Base.Given() {
		p.ident(w.Base)
		space = " "
	}
	if len(w.PartitionBy) > 0 {
		p.write(space + "partition by ")
		p.exprs(w.PartitionBy)
		space = " "
	}
	if len(w.OrderBy) > 0 {
		p.write(space)
		p.orderBy(w.OrderBy)
		space = " "
	}
	if f := w.Frame; f != nil {
		p.write(space + f.Unit + " ")
		if f.High.Kind != NoBound {
			p.write("between ")
		}
		p.bound(&f.Low)
		if f.High.Kind != NoBound {
			p.write(" and ")
			p.bound(&f.High)
		}
		if f.Exclude != "" {
			p.write(" exclude " + f.Exclude)
		}
	}
	p.write(")")
}

func (p *printer) bound(b *Bound) {
	switch b.Kind {
	case UnboundedPreceding:
		p.write("unbounded preceding")
	case CurrentRow:
		p.write("current row")
	case UnboundedFollowing:
		p.write("unbounded following")
	case Preceding:
		p.operand(b.X, byIn+1)
		p.write(" preceding")
	case Following:
		p.operand(b.X, byIn+1)
		p.write(" following")
	}
}

// sample writes what follows TABLESAMPLE or USING SAMPLE.
func (p *printer) sample(s *Sample) {
	p.write(" ")
	p.write(s.Method)
	p.write("(")
	p.operand(s.Size, byIn+1)
	if s.Unit != "" {
		p.write(" " + s.Unit)
	}
	p.write(")")
	if s.Seed != nil {
		p.write(" repeatable (")
		p.expr(s.Seed)
		p.write(")")
	}
}
