package sql

// Walk calls visit for n and, where it returns true, for the nodes below, parents first, in the order of the text. A nil n is
// passed over.
func Walk(n Node, visit func(Node) bool) {
	var walk func(Node) // one for all nodes
	walk = func(n Node) {
		if n != nil && visit(n) {
			Children(n, walk)
		}
	}
	walk(n)
}

// Children calls visit for each node directly below n, in the order of the text.
func Children(n Node, visit func(Node)) {
	v := visitor(visit)
	if x, ok := n.(Expr); ok {
		v.expression(x)
		return
	}
	switch n := n.(type) {
	case *SelectItem:
		v.expr(n.X)
	case *OrderItem:
		v.expr(n.X)
	case *When:
		v.expr(n.Cond)
		v.expr(n.Then)
	case *StructField:
		v.expr(n.Key)
		v.expr(n.X)
	case *Type:
		v.exprs(n.Args)
		v.typeFields(n.Fields)
	case *TypeField:
		v.typ(n.Type)
	case Table:
		v.table(n)
	case Statement:
		v.statement(n)
	case Body:
		v.body(n)
	default:
		v.clause(n)
	}
}

// visitor is a callback with the ways to reach it: each of its methods passes over what is nil.
type visitor func(Node)

func (v visitor) expr(x Expr) {
	if x != nil {
		v(x)
	}
}

func (v visitor) exprs(list []Expr) {
	for _, x := range list {
		v.expr(x)
	}
}

func (v visitor) typ(t *Type) {
	if t != nil {
		v(t)
	}
}

func (v visitor) query(q *Query) {
	if q != nil {
		v(q)
	}
}

func (v visitor) tables(list []Table) {
	for _, t := range list {
		v(t)
	}
}

// each visits the elements of a slice of nodes.
func each[T any, P interface {
	*T
	Node
}](v visitor, list []T) {
	for i := range list {
		v(P(&list[i]))
	}
}

func (v visitor) items(list []SelectItem)       { each(v, list) }
func (v visitor) order(list []OrderItem)        { each(v, list) }
func (v visitor) typeFields(list []TypeField)   { each(v, list) }
func (v visitor) targets(list []Target)         { each(v, list) }
func (v visitor) assignments(list []Assignment) { each(v, list) }

func (v visitor) alias(a *Alias) {
	for _, t := range a.Types {
		v.typ(t)
	}
}

// clause visits what is below a part of a query or a statement.
func (v visitor) clause(n Node) {
	switch n := n.(type) {
	case *With:
		each(v, n.CTEs)
	case *CTE:
		if n.Query != nil {
			v(n.Query)
		}
		v.exprs(n.UsingKey)
		if n.Cycle != nil {
			v(n.Cycle)
		}
	case *CTECycle:
		v.expr(n.To)
		v.expr(n.Default)
	case *Distinct:
		v.exprs(n.On)
	case *GroupBy:
		v.exprs(n.Items)
	case *Hierarchy:
		v.expr(n.Start)
		v.expr(n.Connect)
	case *NamedWindow:
		v(&n.Window)
	case *Window:
		v.exprs(n.PartitionBy)
		v.order(n.OrderBy)
		if n.Frame != nil {
			v(n.Frame)
		}
	case *Frame:
		v.expr(n.Low.X)
		v.expr(n.High.X)
	case *Limit:
		v.expr(n.Count)
		v.expr(n.Offset)
	case *Sample:
		v.expr(n.Size)
		v.expr(n.Seed)
	case *Version:
		v.expr(n.X)
		if n.Next != nil {
			v(n.Next)
		}
	case *LambdaParam:
		v.typ(n.Type)
	case *PivotColumn:
		v.expr(n.X)
		v.items(n.In)
		v.query(n.Query)
		v.order(n.OrderBy)
	case *TableColumn:
		v.typ(n.Type)
		v.exprs(n.Options)
		each(v, n.Nested)
	case *Target:
		v.expr(n.X)
	case *Assignment:
		v.targets(n.Targets)
		v.expr(n.X)
	case *OnConflict:
		v.order(n.Columns)
		v.expr(n.Filter)
		v.assignments(n.Set)
		v.expr(n.Where)
	case *MergeWhen:
		v.expr(n.And)
		v.assignments(n.Set)
		v.targets(n.Columns)
		v.exprs(n.Values)
		v.expr(n.Message)
	}
}

// body visits what is below the body of a query.
func (v visitor) body(n Body) {
	switch n := n.(type) {
	case *Select:
		if n.Distinct != nil {
			v(n.Distinct)
		}
		v.items(n.Items)
		if n.Into != nil {
			v(n.Into)
		}
		v.tables(n.From)
		v.expr(n.Where)
		if n.Hierarchy != nil {
			v(n.Hierarchy)
		}
		if n.GroupBy != nil {
			v(n.GroupBy)
		}
		v.expr(n.Having)
		each(v, n.Windows)
		v.expr(n.Qualify)
		v.sample(n.Sample)
	case *SetOp:
		v(n.Left)
		v(n.Right)
	case *Values:
		each(v, n.Rows)
	case *Describe:
		if n.Of != nil {
			v(n.Of)
		}
	}
}

// sample visits a sample that may be nil.
func (v visitor) sample(s *Sample) {
	if s != nil {
		v(s)
	}
}

// table visits what is below a table.
func (v visitor) table(n Table) {
	switch n := n.(type) {
	case *TableName:
		v.exprs(n.Options)
		if n.AsOf != nil {
			v(n.AsOf)
		}
		v.alias(&n.Alias)
		v.sample(n.Sample)
	case *DerivedTable:
		v.query(n.Query)
		v.alias(&n.Alias)
		v.sample(n.Sample)
	case *TableFunction:
		v.exprs(n.Calls)
		for i := range n.Defs {
			v.alias(&n.Defs[i])
		}
		v.alias(&n.Alias)
		v.sample(n.Sample)
	case *Join:
		v(n.Left)
		v(n.Right)
		v.expr(n.MatchCondition)
		v.expr(n.On)
	case *Pivot:
		v(n.Source)
		v.items(n.Aggregates)
		each(v, n.For)
		v.exprs(n.GroupBy)
		v.expr(n.Default)
	case *Unpivot:
		v(n.Source)
		v.items(n.In)
	case *MatchRecognize:
		v(n.Source)
		v.exprs(n.PartitionBy)
		v.order(n.OrderBy)
		v.items(n.Measures)
		v.items(n.Define)
		v.alias(&n.Alias)
	case *ColumnsTable:
		v(n.Call)
		each(v, n.Columns)
		v.exprs(n.Tail)
		v.alias(&n.Alias)
	}
}

// statement visits what is below a statement.
func (v visitor) statement(n Statement) {
	with := func(w *With) {
		if w != nil {
			v(w)
		}
	}
	switch n := n.(type) {
	case *Query:
		with(n.With)
		v(n.Body)
		v.order(n.OrderBy)
		if n.Limit != nil {
			v(n.Limit)
		}
	case *Insert:
		with(n.With)
		v(n.Into)
		v.targets(n.Columns)
		v.query(n.Query)
		if n.OnConflict != nil {
			v(n.OnConflict)
		}
		v.items(n.Returning)
	case *Update:
		with(n.With)
		v(n.Table)
		v.assignments(n.Set)
		v.tables(n.From)
		v.expr(n.Where)
		v.items(n.Returning)
	case *Delete:
		with(n.With)
		v(n.From)
		v.tables(n.Using)
		v.expr(n.Where)
		v.items(n.Returning)
	case *Merge:
		with(n.With)
		v(n.Into)
		v(n.Using)
		v.expr(n.On)
		each(v, n.Whens)
		v.items(n.Returning)
	case *Create:
		v(n.Name)
		if n.Query != nil {
			v(n.Query)
		}
	}
}
