package sql

// statement writes a statement.
func (p *printer) statement(s Statement) {
	switch s := s.(type) {
	case *Query:
		p.query(s)
	case *Insert:
		p.insert(s)
	case *Update:
		p.withBefore(s.With)
		p.write("update ")
		p.table(s.Table)
		p.write(" set ")
		p.assignments(s.Set)
		if len(s.From) > 0 {
			p.write(" from ")
			p.tables(s.From)
		}
		p.clause(" where ", s.Where)
		p.returning(s.Returning)
	case *Delete:
		p.withBefore(s.With)
		p.write("delete from ")
		p.table(s.From)
		if len(s.Using) > 0 {
			p.write(" using ")
			p.tables(s.Using)
		}
		p.clause(" where ", s.Where)
		p.returning(s.Returning)
	case *Merge:
		p.merge(s)
	case *Create:
		p.create(s)
	case *Opaque:
		p.write(s.Text)
	}
}

func (p *printer) withBefore(w *With) {
	if w != nil {
		p.with(w)
		p.write(" ")
	}
}

func (p *printer) returning(items []SelectItem) {
	if len(items) > 0 {
		p.write(" returning ")
		list(p, items, p.item)
	}
}

func (p *printer) targets(targets []Target) {
	p.write("(")
	list(p, targets, func(t *Target) { p.expr(t.X) })
	p.write(")")
}

func (p *printer) assignments(set []Assignment) {
	list(p, set, func(a *Assignment) {
		if a.Tuple {
			p.targets(a.Targets)
		} else {
			p.expr(a.Targets[0].X)
		}
		p.write(" = ")
		p.expr(a.X)
	})
}

func (p *printer) insert(i *Insert) {
	p.withBefore(i.With)
	p.write("insert ")
	switch i.Or {
	case "":
	case "overwrite":
		p.write("overwrite ")
	default:
		p.write("or " + i.Or + " ")
	}
	p.write("into ")
	p.table(i.Into)
	switch {
	case i.ByName:
		p.write(" by name")
	case i.ByPosition:
		p.write(" by position")
	}
	if len(i.Columns) > 0 {
		p.write(" ")
		p.targets(i.Columns)
	}
	if i.Overriding != "" {
		p.write(" overriding " + i.Overriding + " value")
	}
	if i.Query == nil {
		p.write(" default values")
	} else {
		p.write(" ")
		p.statement(i.Query)
	}
	if i.OnConflict != nil {
		p.onConflict(i.OnConflict)
	}
	p.returning(i.Returning)
}

func (p *printer) onConflict(c *OnConflict) {
	p.write(" on conflict")
	if len(c.Columns) > 0 || c.Filter != nil {
		p.write(" (")
		list(p, c.Columns, p.orderItem)
		p.write(")")
		p.clause(" where ", c.Filter)
	}
	if c.Constraint.Given() {
		p.write(" on constraint ")
		p.ident(c.Constraint)
	}
	if c.Nothing {
		p.write(" do nothing")
		return
	}
	p.write(" do update")
	if len(c.Set) > 0 {
		p.write(" set ")
		p.assignments(c.Set)
	}
	p.clause(" where ", c.Where)
}

func (p *printer) merge(m *Merge) {
	p.withBefore(m.With)
	p.write("merge into ")
	p.table(m.Into)
	p.write(" using ")
	p.table(m.Using)
	if len(m.UsingCols) > 0 {
		p.write(" using ")
		p.idents(m.UsingCols)
	}
	p.clause(" on ", m.On)
	for i := range m.Whens {
		p.mergeWhen(&m.Whens[i])
	}
	p.returning(m.Returning)
}

func (p *printer) mergeWhen(w *MergeWhen) {
	p.write(" when")
	p.not(w.Kind != Matched)
	p.write(" matched")
	switch {
	case w.Kind == NotMatchedBySource:
		p.write(" by source")
	case w.ByTarget:
		p.write(" by target")
	}
	p.clause(" and ", w.And)
	p.write(" then " + w.Action)
	switch w.Action {
	case "update":
		switch {
		case w.ByName:
			p.write(" by name")
		case w.All:
			p.write(" set *")
		default:
			p.write(" set ")
			p.assignments(w.Set)
		}
	case "insert":
		p.mergeInsert(w)
	case "error":
		p.clause(" ", w.Message)
	}
}

func (p *printer) mergeInsert(w *MergeWhen) {
	switch {
	case w.ByName:
		p.write(" by name")
		return
	case w.All:
		p.write(" *")
		return
	}
	if len(w.Columns) > 0 {
		p.write(" ")
		p.targets(w.Columns)
	}
	if w.Overriding != "" {
		p.write(" overriding " + w.Overriding + " value")
	}
	if w.Values == nil {
		p.write(" default values")
		return
	}
	p.write(" values (")
	p.exprs(w.Values)
	p.write(")")
}

func (p *printer) create(c *Create) {
	p.write("create ")
	if c.OrReplace {
		p.write("or replace ")
	}
	if c.Temporary {
		p.write("temporary ")
	}
	if c.Modifiers != "" {
		p.write(c.Modifiers + " ")
	}
	p.write(c.Kind + " ")
	if c.IfNotExists {
		p.write("if not exists ")
	}
	p.table(c.Name)
	if len(c.Columns) > 0 {
		p.write(" ")
		p.idents(c.Columns)
	}
	if c.Options != "" {
		p.write(" " + c.Options)
	}
	p.write(" as ")
	p.statement(c.Query)
	if c.Tail != "" {
		p.write(" " + c.Tail)
	}
}
