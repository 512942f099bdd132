package types

import (
	_ "embed" // the tables
	"strings"
)

//go:embed data/duckdb_tables.tsv
var duckTables string

// table is what a function in FROM gives: https://duckdb.org/docs/stable/sql/query_syntax/from
func (d *duck) table(name string, args []Arg) (Result, *CallError) {
	lower := strings.ToLower(name)
	if lower == "unnest" && len(args) > 0 {
		r, _, err := d.unnest(args)
		r.Kind = Table
		return r, err
	}
	var f *function
	for _, g := range d.functions(name) {
		if g.kind == Table {
			f = g
		}
	}
	if f == nil {
		return Result{}, &CallError{Reason: NoFunction, Name: name, Args: typesOf(args), Near: d.near(name)}
	}
	return Result{Kind: Table, Volatility: Volatile, Columns: d.tableColumns(lower, args)}, nil
}

// tableColumns are the columns that do not depend on what a file or another table holds; nil for others.
func (d *duck) tableColumns(name string, args []Arg) []Field {
	switch name {
	case "range", "generate_series":
		r, _ := d.call(name, args)
		return []Field{{name, r.Type.Element()}}
	case "repeat":
		if len(args) > 0 {
			return []Field{{name, d.plain(args[0].Type)}}
		}
	}
	var fields []Field
	for _, line := range linesOf(duckTables, name) {
		for column := range strings.SplitSeq(line, ";") {
			column, t, _ := strings.Cut(column, " ")
			fields = append(fields, Field{column, d.parse(t)})
		}
	}
	return fields
}
