package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var table = Kind{
	Name: "table",
	Doc:  "Stores the rows of the query in a table that is built anew in each run.",
	Ops: checked(func(r Request) ([]Op, error) {
		r.Target.Kind = relation.BaseTable
		d := &draft{Request: r}
		d.before()
		d.build(d.createTable, d.replaceTable())
		d.after(true)
		return d.ops, nil
	}),
}

func (r Request) createTable(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_create_table_as_sql", false, t, r.SQL), Main: true, Single: r.plain("create_table_as", "get_create_table_as_sql"), Does: creates(t)}
}

// replaceTable is nil where the table cannot be replaced in one statement: constraints make it two, and a project's own
// create_table_as says nothing about replacing.
func (r Request) replaceTable() func(relation.Table) Op {
	if !r.has(dialect.ReplaceTable) || !r.plain("create_table_as", "get_create_table_as_sql") {
		return nil
	}
	return func(t relation.Table) Op {
		return Op{Phase: Inside, Call: call("get_replace_table_sql", t, r.SQL), Main: true, Single: true, Does: creates(t)}
	}
}
