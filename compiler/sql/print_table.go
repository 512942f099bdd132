package sql

// tables writes tables with commas between.
func (p *printer) tables(tables []Table) {
	list(p, tables, func(t *Table) { p.table(*t) })
}

// table writes a table.
func (p *printer) table(t Table) {
	switch t := t.(type) {
	case *TableName:
		if t.Only {
			p.write("only ")
		}
		p.name(t.Name)
		if len(t.Options) > 0 {
			p.write(" (")
			p.exprs(t.Options)
			p.write(")")
		}
		if t.AsOf != nil {
			p.version(t.AsOf)
		}
		p.alias(&t.Alias)
		p.tableSample(t.Sample)
	case *DerivedTable:
		p.lateral(t.Lateral)
		p.bracketed(t.Query)
		p.alias(&t.Alias)
		p.tableSample(t.Sample)
	case *TableFunction:
		p.tableFunction(t)
	case *Join:
		p.join(t)
	case *Pivot:
		p.pivot(t)
	case *Unpivot:
		p.unpivot(t)
	case *MatchRecognize:
		p.matchRecognize(t)
	case *ColumnsTable:
		p.columnsTable(t)
	case *Opaque:
		p.write(t.Text)
	}
}

func (p *printer) lateral(lateral bool) {
	if lateral {
		p.write("lateral ")
	}
}

func (p *printer) tableSample(s *Sample) {
	if s != nil {
		p.write(" tablesample")
		p.sample(s)
	}
}

func (p *printer) version(v *Version) {
	p.write(" " + v.Word + " ")
	if v.Unit != "" {
		p.write("(" + v.Unit + " => ")
		p.expr(v.X)
		p.write(")")
	} else {
		p.operand(v.X, byIn+1)
	}
	if v.Next != nil {
		p.version(v.Next)
	}
}

func (p *printer) alias(a *Alias) {
	if a.IsZero() {
		return
	}
	p.write(" as")
	if a.Name.Given() {
		p.write(" ")
		p.ident(a.Name)
	}
	if len(a.Columns) == 0 {
		return
	}
	p.write(" (")
	for i, c := range a.Columns {
		if i > 0 {
			p.write(", ")
		}
		p.ident(c)
		if i < len(a.Types) && a.Types[i] != nil {
			p.write(" ")
			p.typ(a.Types[i])
		}
	}
	p.write(")")
}

func (p *printer) tableFunction(t *TableFunction) {
	p.lateral(t.Lateral)
	switch {
	case t.RowsFrom:
		p.write("rows from (")
		for i, x := range t.Calls {
			if i > 0 {
				p.write(", ")
			}
			p.operand(x, byValue)
			if i < len(t.Defs) {
				p.alias(&t.Defs[i])
			}
		}
		p.write(")")
	case t.Table:
		p.write("table(")
		p.exprs(t.Calls)
		p.write(")")
	default:
		p.exprs(t.Calls)
	}
	if t.Ordinality {
		p.write(" with ordinality")
	}
	p.alias(&t.Alias)
	p.tableSample(t.Sample)
}

// join writes a join; one with an alias is in brackets.
func (p *printer) join(j *Join) {
	if !j.Alias.IsZero() {
		p.write("(")
	}
	p.joinOperand(j.Left, false)
	p.write(" ")
	if j.Natural {
		p.write("natural ")
	}
	if j.Asof {
		p.write("asof ")
	}
	p.write([...]string{Inner: "", LeftOuter: "left ", RightOuter: "right ", FullOuter: "full ", Cross: "cross ", Semi: "semi ",
		Anti: "anti ", Positional: "positional "}[j.Kind])
	p.write("join ")
	p.joinOperand(j.Right, true)
	p.clause(" match_condition (", j.MatchCondition)
	if j.MatchCondition != nil {
		p.write(")")
	}
	p.clause(" on ", j.On)
	if len(j.Using) > 0 {
		p.write(" using ")
		p.idents(j.Using)
		if j.UsingAlias.Given() {
			p.write(" as ")
			p.ident(j.UsingAlias)
		}
	}
	if !j.Alias.IsZero() {
		p.write(")")
		p.alias(&j.Alias)
	}
}

// joinOperand writes a side of a join. Joins on the right need brackets, and so do those that would take the condition of another.
func (p *printer) joinOperand(t Table, right bool) {
	j, ok := t.(*Join)
	if !ok || !j.Alias.IsZero() || !right && !j.open() {
		p.table(t)
		return
	}
	p.write("(")
	p.table(t)
	p.write(")")
}

// open tells whether a join could have a condition and has none.
func (j *Join) open() bool {
	return j.Kind != Cross && j.Kind != Positional && !j.Natural && j.On == nil && len(j.Using) == 0
}

// source writes the table that is pivoted.
func (p *printer) source(t Table) {
	p.joinOperand(t, true)
}

func (p *printer) pivot(x *Pivot) {
	p.source(x.Source)
	p.write(" pivot (")
	list(p, x.Aggregates, p.item)
	p.write(" for ")
	for i := range x.For {
		if i > 0 {
			p.write(" ")
		}
		p.pivotColumn(&x.For[i])
	}
	if x.Default != nil {
		p.write(" default on null (")
		p.expr(x.Default)
		p.write(")")
	}
	if len(x.GroupBy) > 0 {
		p.write(" group by ")
		p.exprs(x.GroupBy)
	}
	p.write(")")
	p.alias(&x.Alias)
}

func (p *printer) pivotColumn(c *PivotColumn) {
	p.operand(c.X, byOther)
	switch {
	case c.Query != nil:
		p.write(" in ")
		p.bracketed(c.Query)
	case c.Enum.Given():
		p.write(" in ")
		p.ident(c.Enum)
	case c.Any:
		p.write(" in (any")
		if len(c.OrderBy) > 0 {
			p.write(" ")
			p.orderBy(c.OrderBy)
		}
		p.write(")")
	case len(c.In) > 0:
		p.write(" in (")
		list(p, c.In, p.item)
		p.write(")")
	}
}

func (p *printer) pivotStatement(x *Pivot) {
	p.write("pivot ")
	p.source(x.Source)
	if len(x.For) > 0 {
		p.write(" on ")
		list(p, x.For, p.pivotColumn)
	}
	if len(x.Aggregates) > 0 {
		p.write(" using ")
		list(p, x.Aggregates, p.item)
	}
	if len(x.GroupBy) > 0 {
		p.write(" group by ")
		p.exprs(x.GroupBy)
	}
}

func (p *printer) unpivotNulls(x *Unpivot) {
	switch {
	case x.IncludeNulls:
		p.write(" include nulls")
	case x.ExcludeNulls:
		p.write(" exclude nulls")
	}
}

func (p *printer) unpivot(x *Unpivot) {
	p.source(x.Source)
	p.write(" unpivot")
	p.unpivotNulls(x)
	p.write(" (")
	if len(x.Values) == 1 {
		p.ident(x.Values[0])
	} else {
		p.idents(x.Values)
	}
	p.write(" for ")
	p.ident(x.Name)
	p.write(" in (")
	list(p, x.In, p.item)
	p.write("))")
	p.alias(&x.Alias)
}

func (p *printer) unpivotStatement(x *Unpivot) {
	p.write("unpivot ")
	p.source(x.Source)
	p.unpivotNulls(x)
	p.write(" on ")
	list(p, x.In, p.item)
	if x.Name.Given() {
		p.write(" into name ")
		p.ident(x.Name)
		p.write(" value ")
		list(p, x.Values, func(i *Ident) { p.ident(*i) })
	}
}

func (p *printer) matchRecognize(m *MatchRecognize) {
	p.source(m.Source)
	p.write(" match_recognize (")
	if len(m.PartitionBy) > 0 {
		p.write("partition by ")
		p.exprs(m.PartitionBy)
		p.write(" ")
	}
	if len(m.OrderBy) > 0 {
		p.orderBy(m.OrderBy)
		p.write(" ")
	}
	if len(m.Measures) > 0 {
		p.write("measures ")
		list(p, m.Measures, p.item)
		p.write(" ")
	}
	if m.Rows != "" {
		p.write(m.Rows + " ")
	}
	if m.After != "" {
		p.write("after match " + m.After + " ")
	}
	p.write("pattern (" + m.Pattern + ")")
	if len(m.Subsets) > 0 {
		p.write(" subset ")
		list(p, m.Subsets, func(s *PatternSet) {
			p.ident(s.Name)
			p.write(" = ")
			p.idents(s.Of)
		})
	}
	if len(m.Define) > 0 {
		p.write(" define ")
		list(p, m.Define, func(d *SelectItem) {
			p.ident(d.Alias)
			p.write(" as ")
			p.expr(d.X)
		})
	}
	p.write(")")
	p.alias(&m.Alias)
}

func (p *printer) columnsTable(t *ColumnsTable) {
	p.lateral(t.Lateral)
	p.callName(t.Call)
	p.write("(")
	p.args(t.Call, t.Call.Args)
	if len(t.Columns) > 0 {
		p.write(" columns ")
		p.tableColumns(t.Columns, !equalFold(t.Call.Name[0].Name, "xmltable"))
	}
	for _, x := range t.Tail {
		p.write(" ")
		p.expr(x)
	}
	p.write(")")
	p.alias(&t.Alias)
}

func (p *printer) tableColumns(columns []TableColumn, brackets bool) {
	if brackets {
		p.write("(")
		defer p.write(")")
	}
	list(p, columns, func(c *TableColumn) {
		switch {
		case len(c.Nested) > 0:
			p.write("nested")
		default:
			p.ident(c.Name)
		}
		if c.Ordinality {
			p.write(" for ordinality")
		}
		if c.Type != nil {
			p.write(" ")
			p.typ(c.Type)
		}
		for _, x := range c.Options {
			p.write(" ")
			p.expr(x)
		}
		if len(c.Nested) > 0 {
			p.write(" columns ")
			p.tableColumns(c.Nested, true)
		}
	})
}
