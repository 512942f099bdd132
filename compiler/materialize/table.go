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
		if err := d.buildTable(); err != nil {
			return nil, err
		}
		d.after(true)
		return d.ops, nil
	}),
}

// buildTable makes the target anew. Where no transaction covers that, on_table_exists says how it takes the place of what exists; without it,
// it is replaced in one statement where the database has one, else it is built beside and renamed.
func (d *draft) buildTable() error {
	if d.keeps() {
		d.build(d.createTable, nil)
		return nil
	}
	replace := d.replaceTable()
	if d.Existing == nil || d.has(dialect.TransactionalDDL) {
		d.build(d.createTable, replace)
		return nil
	}
	switch on := d.text("on_table_exists"); on {
	case "":
	case "rename":
		replace = nil
	case "replace":
		if d.plain("create_table_as", "get_create_table_as_sql") {
			replace = d.replacedTable
		}
	case "drop":
		if d.Gated {
			break
		}
		d.add(d.drop(Inside, *d.Existing), d.createTable(d.Target))
		return nil
	case "skip":
		if d.Existing.Kind == d.Target.Kind {
			return nil
		}
	default:
		return refuse("on_table_exists is '%s', not rename, replace, drop or skip", on)
	}
	d.build(d.createTable, replace)
	return nil
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
	return r.replacedTable
}

func (r Request) replacedTable(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_replace_table_sql", t, r.SQL), Main: true, Single: true, Does: creates(t)}
}
