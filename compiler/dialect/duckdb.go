package dialect

import "strings"

// DuckDB is https://duckdb.org/docs/stable/sql/introduction. Names keep their case and compare without it.
var DuckDB = &Dialect{
	Name:          "duckdb",
	Quote:         '"',
	Fold:          strings.ToLower,
	Features:      TransactionalDDL | Merge | Indexes | Comments | RenameView | ReplaceTable | ReplaceView,
	DefaultSchema: "main",
	Types: Types{
		Text: "varchar", Integer: "integer", Bigint: "bigint", Float: "double", Numeric: "decimal(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp",
	},
	Columns: ColumnTypes{Integer: duckdbInteger, Float: duckdbFloat, Numeric: ansiNumeric, String: ansiString},
}
