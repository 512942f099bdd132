package dialect

import "strings"

// Snowflake is https://docs.snowflake.com/en/sql-reference. Names that are not quoted fold to upper case.
var Snowflake = &Dialect{
	Name:     "snowflake",
	Title:    "Snowflake",
	Quote:    '"',
	Fold:     strings.ToUpper,
	Features: CaseSensitive | Merge | Grants | Comments | ReplaceTable | ReplaceView | NamelessSubquery,
	Grammar:  snowflakeGrammar,
}

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
