package sql

// Alias is [AS] name [(columns)]. The zero Alias is none.
type Alias struct {
	Span
	Name    Ident // the zero Ident in AS (a int)
	Columns []Ident
	Types   []*Type // of AS t(a int, b text): one per column; else nil
}

// TableName is a table, view, CTE or model by name; also a file by its path, whose name is one quoted identifier.
type TableName struct {
	Span
	Name    []Ident
	Only    bool   // ONLY t
	Options []Expr // of a stage: (FILE_FORMAT => x)
	Alias   Alias
	Sample  *Sample  // nil if there is none
	AsOf    *Version // nil if there is none
}

// Version is time travel: AT|BEFORE (TIMESTAMP => x), FOR VERSION AS OF x, CHANGES (…).
type Version struct {
	Span
	Word string // "at", "before", "changes", "end", "for version as of", "for timestamp as of"
	Unit string // of at and before: "timestamp", "offset", "statement", "version" …
	X    Expr
	Next *Version // the AT and the END of a CHANGES; nil if there is none
}

// DerivedTable is (query) AS t. The VALUES of "from values (1) t(a)" are such a query too.
type DerivedTable struct {
	Span
	Lateral bool
	Query   *Query
	Alias   Alias
	Sample  *Sample
}

// TableFunction is f(x) AS t, UNNEST(x), TABLE(f(x)), LATERAL FLATTEN(…) or ROWS FROM (f(x), g(x)).
type TableFunction struct {
	Span
	Lateral    bool
	Table      bool    // TABLE(…)
	Calls      []Expr  // more than one only in ROWS FROM. Usually *Call
	RowsFrom   bool    // written ROWS FROM (…)
	Defs       []Alias // of ROWS FROM: the AS (a int) of each call; else nil
	Ordinality bool    // WITH ORDINALITY
	Alias      Alias
	Sample     *Sample
}

// JoinKind is the kind of a Join.
type JoinKind uint8

// The kinds of joins.
const (
	Inner JoinKind = iota
	LeftOuter
	RightOuter
	FullOuter
	Cross
	Semi
	Anti
	Positional
)

// Join is left JOIN right. A comma between tables is not a Join but another element of Select.From.
type Join struct {
	Span
	Kind           JoinKind
	Natural, Asof  bool
	Left, Right    Table
	On             Expr    // nil if there is none
	Using          []Ident // nil if there is none
	UsingAlias     Ident   // USING (a) AS u
	MatchCondition Expr    // ASOF JOIN … MATCH_CONDITION (…)
	Alias          Alias   // (a JOIN b) AS j
}

// Pivot is t PIVOT (sum(x) FOR y IN (1, 2)), and as a Body PIVOT t ON y IN (1, 2) USING sum(x) GROUP BY z.
type Pivot struct {
	Span
	Source     Table
	Aggregates []SelectItem
	For        []PivotColumn
	GroupBy    []Expr
	Default    Expr // DEFAULT ON NULL (x)
	Alias      Alias
	Statement  bool // the form that is a Body
}

// PivotColumn is y IN (1, 2). Of In, Query, Enum and Any at most one is set: without, the values are the ones in the data.
type PivotColumn struct {
	Span
	X       Expr // a Row if several columns are combined
	In      []SelectItem
	Query   *Query
	Enum    Ident
	Any     bool        // IN (ANY [ORDER BY …])
	OrderBy []OrderItem // of Any
}

// Unpivot is t UNPIVOT (value FOR name IN (a, b)), and as a Body UNPIVOT t ON a, b INTO NAME name VALUE value.
type Unpivot struct {
	Span
	Source       Table
	IncludeNulls bool
	ExcludeNulls bool // written EXCLUDE NULLS
	Values       []Ident
	Name         Ident
	In           []SelectItem // an X of several columns is a Row
	Alias        Alias
	Statement    bool
}

// MatchRecognize is t MATCH_RECOGNIZE (…).
type MatchRecognize struct {
	Span
	Source      Table
	PartitionBy []Expr
	OrderBy     []OrderItem
	Measures    []SelectItem
	Rows        string // "one row per match", "all rows per match show empty matches" … or ""
	After       string // "skip past last row" … or ""
	Pattern     string // as written, without its parentheses
	Subsets     []PatternSet
	Define      []SelectItem // b AS price < prev(price): the alias is the variable
	Alias       Alias
}

// PatternSet is name = (a, b) in a SUBSET.
type PatternSet struct {
	Span
	Name Ident
	Of   []Ident
}

// ColumnsTable is JSON_TABLE(… COLUMNS (…)) and XMLTABLE(…): a function whose columns are written in the call.
type ColumnsTable struct {
	Span
	Lateral bool
	Call    *Call // without the COLUMNS
	Columns []TableColumn
	Tail    []Expr // what follows the COLUMNS, such as ERROR ON ERROR: KeywordArgs
	Alias   Alias
}

// TableColumn is a column of a ColumnsTable.
type TableColumn struct {
	Span
	Name       Ident // the zero Ident for NESTED
	Type       *Type // nil for FOR ORDINALITY and NESTED
	Ordinality bool
	Options    []Expr        // KeywordArgs: PATH x, DEFAULT x ON EMPTY …
	Nested     []TableColumn // of NESTED PATH x COLUMNS (…)
}

func (*TableName) table()      {}
func (*DerivedTable) table()   {}
func (*TableFunction) table()  {}
func (*Join) table()           {}
func (*Pivot) table()          {}
func (*Pivot) body()           {}
func (*Unpivot) table()        {}
func (*Unpivot) body()         {}
func (*MatchRecognize) table() {}
func (*ColumnsTable) table()   {}
