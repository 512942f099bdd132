package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var external = Kind{
	Name: "external",
	Doc:  "Writes the rows of the query to a file (Parquet, CSV or JSON), and stores a view that reads it.",
	Ops: checked(func(r Request) ([]Op, error) {
		if err := r.writable(); err != nil {
			return nil, err
		}
		r.Target.Kind = relation.View
		d := &draft{Request: r}
		d.before()
		d.write()
		return d.ops, nil
	}),
}

// formats are those of external files.
var formats = []any{"csv", "parquet", "json"}

// writable refuses what would not be done, or not be what the config asks for.
func (r Request) writable() error {
	switch format := r.Config.Get("format"); {
	case !r.has(dialect.Files):
		return refuse("%s cannot write files, so that a model cannot be external on it: materialize it as a table", r.Dialect.Title)
	case format != nil && format != "" && format != formats[0] && format != formats[1] && format != formats[2]:
		return refuse("the format %q is none of csv, parquet and json", format)
	case r.Config.Get("glue_register") == true:
		return refuse("the config glue_register asks for an entry in the catalog of AWS Glue, which is not made: take it out, and register the files another way")
	case r.Config.Get("plugin") != nil:
		return refuse("the config plugin hands the files to a plugin in Python, of which there are none: take it out, and register the files another way")
	}
	return nil
}

// write brings the rows into a temporary table, since how they are written depends on whether there are any: a file without rows has
// no columns, so that it gets one row that the view leaves out.
func (d *draft) write() {
	r := d.Request
	rows := relation.Table{Relation: relation.Relation{Name: r.beside(temporarySuffix).Name}, Kind: relation.BaseTable}
	d.add(
		Op{Phase: Inside, Call: call("get_create_table_as_sql", true, rows, r.SQL), Main: true},
		Op{Phase: Inside, Ask: &Ask{Call: *call("get_first_row_sql", rows), Then: func(first Rows) ([]Op, error) {
			rest := &draft{Request: r}
			var blank []any
			if len(first.Values) == 0 {
				for _, name := range first.Names {
					blank = append(blank, name)
				}
				rest.add(Op{Phase: Inside, Call: call("get_insert_blank_row_sql", rows, blank)})
			}
			rest.add(
				Op{Phase: Inside, Call: call("get_write_external_sql", rows)},
				Op{Phase: Inside, Call: call("get_drop_sql", rows), Single: true},
			)
			rest.readBack(blank)
			rest.after(true)
			return rest.ops, nil
		}}},
	)
}

// readBack stores the view that reads the files; blank are the columns by which the row that is none is known.
func (d *draft) readBack(blank []any) {
	query := func(macro string) func(relation.Table) Op {
		return func(t relation.Table) Op {
			return Op{Phase: Inside, Call: call("get_external_view_sql", macro, t, blank), Single: true, Does: creates(t)}
		}
	}
	d.build(query("get_create_view_as_sql"), query("get_replace_view_sql"))
}
