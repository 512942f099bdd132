package dialect

import (
	"path"
	"strings"
)

// DuckDB is https://duckdb.org/docs/stable/sql/introduction. Names keep their case and compare without it.
var DuckDB = &Dialect{
	Name:          "duckdb",
	Title:         "DuckDB",
	Quote:         '"',
	Fold:          strings.ToLower,
	Features:      TransactionalDDL | TemporaryTables | Defaults | Merge | Indexes | Comments | RenameView | ReplaceTable | ReplaceView | NamelessSubquery | KeepsCase | CopiesSeeds | Files | ConcurrentBatches | PinnedByIndexes,
	DefaultSchema: "main",
	Types: Types{
		Text: "varchar", Integer: "integer", Bigint: "bigint", Float: "double", Numeric: "decimal(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp", Binary: "blob",
	},
	Columns: ColumnTypes{Integer: duckdbInteger, Float: duckdbFloat, Numeric: ansiNumeric, String: ansiString},
	Names: Naming{
		Unnamed: NamedByText, Aliases: true, EqualNames: true, Values: "col",
		Words: map[string]string{
			"current_timestamp": "get_current_timestamp", "current_time": "get_current_time", "localtimestamp": "current_localtimestamp",
			"localtime": "current_localtime", "user": "current_user",
		},
		Hidden: []string{"rowid", "filename", "file_row_number"},
	},
	Settings: Settings{
		File: "path", Memory: ":memory:", Database: duckdbName,
		Shown: []Setting{
			{"database", nil}, {"schema", "main"}, {"path", ":memory:"}, {"config_options", nil}, {"extensions", nil},
			{"settings", map[string]any{}}, {"external_root", "."}, {"use_credential_provider", nil}, {"attach", nil},
			{"filesystems", nil}, {"remote", nil}, {"plugins", nil}, {"disable_transactions", false},
		},
	},
	Grammar: duckdbGrammar,
}

// duckdbGrammar has the words of duckdb_keywords(), less those that are read as values or functions.
var duckdbGrammar = Grammar{
	Syntax: NestedComments | QuestionParams | UserOperators | ArrowPaths | LowArrow | TrailingCommas | AliasBefore |
		FromFirst | HashColumns | AdjacentStrings | Braces,
	Reserved: "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default " +
		"deferrable desc describe distinct do else end except false fetch for foreign from group having in initially intersect into " +
		"lambda lateral leading limit not null offset on only or order pivot pivot_longer pivot_wider placing primary qualify " +
		"references returning select show some summarize symmetric table then to trailing true union unique unpivot using variadic " +
		"when where window with",
	Operators: "anti asof at authorization binary by collation concurrently cross freeze full glob ilike inner is " +
		"isnull join left like natural notnull outer overlaps positional right semi similar tablesample " +
		"verbose",
	NoAlias: "set",
	Lambdas: "apply array_apply array_filter array_reduce array_transform filter list_apply list_filter list_reduce list_transform " +
		"reduce columns",
}

// duckdbName is the name DuckDB gives the database in that file: the file's name up to the first dot.
func duckdbName(file string) string {
	if file == "" || file == ":memory:" {
		return "memory"
	}
	scheme, rest, found := strings.Cut(file, ":")
	if !found || len(scheme) == 1 { // C:\data.duckdb
		scheme, rest = "", file
	}
	rest, _, _ = strings.Cut(rest, "?")
	base := path.Base(strings.ReplaceAll(rest, `\`, "/"))
	switch strings.ToLower(scheme) {
	case "md", "motherduck":
		if rest == "" {
			return "my_db"
		}
		return strings.TrimSuffix(base, path.Ext(base))
	case "ducklake":
		base = base[strings.LastIndexByte(base, ':')+1:]
		return strings.TrimSuffix(base, path.Ext(base))
	}
	name, _, _ := strings.Cut(strings.TrimLeft(base, "."), ".")
	return name
}
