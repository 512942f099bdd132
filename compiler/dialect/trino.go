package dialect

import "strings"

// Trino is https://trino.io/docs/current/language.html. Names compare without letter case, quoted or not.
var Trino = &Dialect{
	Name:          "trino",
	Title:         "Trino",
	Quote:         '"',
	Fold:          strings.ToLower,
	Features:      Merge | Grants | Comments | RenameView | ReplaceView | MaterializedViews | NamelessSubquery | ConcurrentBatches | TypedLiterals,
	DefaultSchema: "default",
	Types: Types{
		Text: "varchar", Integer: "integer", Bigint: "bigint", Float: "double", Numeric: "decimal(28,6)",
		Boolean: "boolean", Date: "date", Time: "time(6)", Timestamp: "timestamp(6)", Binary: "varbinary",
	},
	Columns: ColumnTypes{
		Integer: []string{"tinyint", "smallint", "integer", "int", "bigint"}, Float: []string{"real", "double precision", "double"},
		Numeric: []string{"decimal"}, String: []string{"varchar", "char"}, Sized: true, Unsized: []string{"varchar"}, Endless: []string{"varchar"},
	},
	Names: Naming{Unnamed: NotNamed},
	Settings: Settings{
		Aliases: [][2]string{{"catalog", "database"}},
		Shown: []Setting{
			{"method", "none"}, {"host", nil}, {"port", nil}, {"user", nil}, {"database", nil}, {"schema", nil}, {"cert", nil},
			{"prepared_statements_enabled", true},
		},
	},
	Grammar: trinoGrammar,
}

// trinoGrammar has the words of https://trino.io/docs/current/language/reserved.html, less those that are read as values or functions.
var trinoGrammar = Grammar{
	Syntax: QuestionParams,
	Reserved: "alter and as between by case cast constraint create deallocate delete describe distinct drop else end escape except " +
		"execute exists false for from group having in insert intersect into is like not null on or order outer prepare recursive " +
		"select skip table then true uescape union using values when where with",
	Operators: "cross full inner join left natural right grouping rollup cube trim unnest",
	NoLabel: "alter and as between by case cast constraint create deallocate delete describe distinct drop else end escape except " +
		"execute for from group having in insert intersect into is like not on or order outer select table then union using values when " +
		"where with cross full inner join left natural right limit offset fetch window",
	NoAlias: "limit offset fetch window tablesample match_recognize set when",
}
