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
	Features:      TransactionalDDL | Merge | Indexes | Comments | RenameView | ReplaceTable | ReplaceView | NamelessSubquery | KeepsCase | CopiesSeeds | Files | ConcurrentBatches,
	DefaultSchema: "main",
	Types: Types{
		Text: "varchar", Integer: "integer", Bigint: "bigint", Float: "double", Numeric: "decimal(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp",
	},
	Columns: ColumnTypes{Integer: duckdbInteger, Float: duckdbFloat, Numeric: ansiNumeric, String: ansiString},
	Settings: Settings{
		File: "path", Memory: ":memory:", Database: duckdbName,
		Shown: []Setting{
			{"database", nil}, {"schema", "main"}, {"path", ":memory:"}, {"config_options", nil}, {"extensions", nil},
			{"settings", map[string]any{}}, {"external_root", "."}, {"use_credential_provider", nil}, {"attach", nil},
			{"filesystems", nil}, {"remote", nil}, {"plugins", nil}, {"disable_transactions", false},
		},
	},
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
