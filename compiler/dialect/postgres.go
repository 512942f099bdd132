package dialect

import "strings"

// Postgres is https://www.postgresql.org/docs/current/sql-syntax-lexical.html. Unquoted names fold to lower case and are cut
// at 63 bytes.
var Postgres = &Dialect{
	Name:          "postgres",
	Title:         "Postgres",
	Quote:         '"',
	Fold:          strings.ToLower,
	Features:      TransactionalDDL | Merge | Indexes | Grants | Comments | RenameView | CascadeDrop | MaterializedViews | ExtendView | CaseSensitive | StrictStrategy,
	DefaultSchema: "public",
	MaxName:       63,
	Types: Types{
		Text: "text", Integer: "integer", Bigint: "bigint", Float: "float8", Numeric: "numeric(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp without time zone",
	},
	Columns: ColumnTypes{
		Integer: ansiInteger, Float: ansiFloat, Numeric: ansiNumeric, String: ansiString,
		Sized: true, Unsized: []string{"text", "character varying"},
	},
	Settings: Settings{
		Aliases: [][2]string{{"dbname", "database"}},
		Shown: []Setting{
			{"host", nil}, {"port", nil}, {"user", nil}, {"database", nil}, {"schema", nil}, {"connect_timeout", 10}, {"role", nil},
			{"search_path", nil}, {"keepalives_idle", 0}, {"sslmode", nil}, {"sslcert", nil}, {"sslkey", nil}, {"sslrootcert", nil},
			{"application_name", "dbt"}, {"autocommit", false}, {"retries", 1},
		},
	},
}
