package materialize

import "github.com/modsql/mod/compiler/relation"

var unit = Kind{
	Name: "unit",
	Doc:  "Runs a model's query on given rows and brings what comes out together with what is expected.",
	Ops: func(r Request) ([]Op, error) {
		then := func(columns [][]relation.Column) ([]Op, error) {
			ask := &Ask{Call: *call("get_unit_test_result_sql", r.SQL, r.Expected.Rows, r.Expected.SQL, columns[0])}
			return []Op{{Phase: Inside, Main: true, Single: true, Ask: ask}}, nil
		}
		return []Op{{Phase: Inside, Look: &Look{Query: r.SQL, Then: then}}}, nil
	},
}

// Expected is what a unit test expects: rows as templates see them, or the query that gives them.
type Expected struct {
	Rows any
	SQL  string // "" if the rows say it
}
