package dialect

import "strings"

// Postgres is https://www.postgresql.org/docs/current/sql-syntax-lexical.html. Unquoted names fold to lower case and are cut
// at 63 bytes.
var Postgres = &Dialect{
	Name:          "postgres",
	Title:         "Postgres",
	Quote:         '"',
	Fold:          strings.ToLower,
	Features:      Dimensions | Savepoints | TransactionalDDL | TemporaryTables | Defaults | Merge | Indexes | Grants | Comments | RenameView | CascadeDrop | MaterializedViews | ExtendView | CaseSensitive | StrictStrategy | Overloads | MovesTables,
	DefaultSchema: "public",
	MaxName:       63,
	Types: Types{
		Text: "text", Integer: "integer", Bigint: "bigint", Float: "float8", Numeric: "numeric(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp without time zone", Binary: "bytea",
	},
	Columns: ColumnTypes{
		Integer: ansiInteger, Float: ansiFloat, Numeric: ansiNumeric, String: ansiString,
		Sized: true, Unsized: []string{"text", "character varying"},
	},
	Names: Naming{
		Unnamed: NamedByFunction, UsingFirst: true, FunctionAlias: true, Values: "column", ValuesFrom: 1,
		Casts: map[string]string{
			"int": "int4", "integer": "int4", "smallint": "int2", "bigint": "int8", "real": "float4", "float": "float8",
			"double precision": "float8", "boolean": "bool", "decimal": "numeric", "dec": "numeric", "character varying": "varchar",
			"char": "bpchar", "character": "bpchar", "time without time zone": "time", "time with time zone": "timetz",
			"timestamp without time zone": "timestamp", "timestamp with time zone": "timestamptz", "bit varying": "varbit",
		},
		Hidden: []string{"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"},
	},
	Settings: Settings{
		Aliases: [][2]string{{"dbname", "database"}},
		Shown: []Setting{
			{"host", nil}, {"port", nil}, {"user", nil}, {"database", nil}, {"schema", nil}, {"connect_timeout", 10}, {"role", nil},
			{"search_path", nil}, {"keepalives_idle", 0}, {"sslmode", nil}, {"sslcert", nil}, {"sslkey", nil}, {"sslrootcert", nil},
			{"application_name", "dbt"}, {"autocommit", false}, {"retries", 1},
		},
	},
	Grammar: postgresGrammar,
}

// postgresGrammar has the words of pg_get_keywords(), https://www.postgresql.org/docs/current/sql-keywords-appendix.html, less those that
// are read as values.
var postgresGrammar = Grammar{
	Syntax: NestedComments | UserOperators | ArrowPaths | AdjacentStrings,
	Reserved: "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create default " +
		"deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into " +
		"lateral leading limit not null offset on only or order placing primary references returning select some symmetric table then " +
		"to trailing true union unique user using variadic when where window with",
	Operators: "authorization binary collation concurrently cross freeze full ilike inner is isnull join left like natural notnull " +
		"outer overlaps right similar tablesample verbose",
	NoLabel: "array as char character create day except fetch filter for from grant group having hour intersect into isnull limit " +
		"minute month notnull offset on order over overlaps precision returning second to union varying where window with within " +
		"without year",
	NoAlias: "set",
}
