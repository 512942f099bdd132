package dialect

import "strings"

// Snowflake is https://docs.snowflake.com/en/sql-reference. Names that are not quoted fold to upper case. What changes tables in place of others is
// one statement each, and a statement that makes or drops something commits what is open, so that nothing is left to a transaction but rows.
var Snowflake = &Dialect{
	Name:  "snowflake",
	Title: "Snowflake",
	Quote: '"',
	Fold:  strings.ToUpper,
	Features: CaseSensitive | Unquoted | Merge | Grants | Comments | RenameView | ReplaceTable | ReplaceView | NamelessSubquery | ConcurrentBatches | Overloads |
		InsertOverwrite | ScratchViews | DynamicTables | SwapTables | ClonesTables,
	DefaultSchema: "PUBLIC",
	MaxName:       255,
	Types: Types{
		Text: "text", Integer: "integer", Bigint: "bigint", Float: "float", Numeric: "numeric(28,6)",
		Boolean: "boolean", Date: "date", Time: "time", Timestamp: "timestamp_ntz", Binary: "binary",
	},
	Columns: ColumnTypes{
		Float: snowflakeFloat, Numeric: snowflakeNumeric, String: ansiString,
		Sized: true, Unsized: []string{"text", "varchar", "character varying"},
	},
	Names: Naming{
		Unnamed: NamedAsWritten, Aliases: true, Values: "COLUMN", ValuesFrom: 1,
		Words: map[string]string{
			"current_timestamp": "current_timestamp", "current_date": "current_date", "current_time": "current_time",
			"localtimestamp": "localtimestamp", "localtime": "localtime", "current_user": "current_user",
		},
		Hidden: []string{"METADATA$FILENAME", "METADATA$FILE_ROW_NUMBER", "METADATA$ACTION", "METADATA$ISUPDATE", "METADATA$ROW_ID"},
	},
	Settings: Settings{
		Aliases: [][2]string{{"dbname", "database"}, {"pass", "password"}},
		Shown: []Setting{
			{"account", nil}, {"user", nil}, {"database", nil}, {"warehouse", nil}, {"role", nil}, {"schema", nil}, {"authenticator", nil},
			{"oauth_client_id", nil}, {"query_tag", nil}, {"client_session_keep_alive", false}, {"host", nil}, {"port", nil},
			{"proxy_host", nil}, {"proxy_port", nil}, {"protocol", nil}, {"connect_retries", 1}, {"connect_timeout", nil},
			{"retry_on_database_errors", false}, {"retry_all", false}, {"insecure_mode", false}, {"reuse_connections", true},
			{"s3_stage_vpce_dns_name", nil}, {"workload_identity_provider", nil}, {"workload_identity_entra_resource", nil},
			{"platform_detection_timeout_seconds", nil},
		},
	},
	Session: Session{
		Configs: []string{"query_tag", "snowflake_warehouse"}, Macros: []string{"set_query_tag", "unset_query_tag"}, Warehouse: "snowflake_warehouse",
	},
	Functions: map[string]any{"quote_args": true},
	Grammar:   snowflakeGrammar,
}

// Every whole number is a NUMBER: there is no type of integers.
var (
	snowflakeFloat   = []string{"float", "float4", "float8", "double", "double precision", "real"}
	snowflakeNumeric = []string{"int", "integer", "bigint", "smallint", "tinyint", "byteint", "numeric", "decimal", "number"}
)

// snowflakeGrammar has the words of https://docs.snowflake.com/en/sql-reference/reserved-keywords.
var snowflakeGrammar = Grammar{
	Syntax: BackslashEscapes | SlashComments | QuestionParams | ColonPaths | DollarColumns | TrailingCommas | Stages | Braces |
		AdjacentStrings | Hierarchies,
	Reserved: "all alter and any as between by case cast check column connect constraint create current delete distinct drop else " +
		"exists false following for from grant group having ilike in increment insert intersect into is lateral like minus not null of on or " +
		"order qualify regexp revoke rlike row rows sample select set some start table tablesample then to trigger true try_cast " +
		"union unique update using values when whenever where with except limit fetch offset",
	Operators: "cross full inner join left natural right asof",
	NoAlias:   "match_condition outer when returning",
}
