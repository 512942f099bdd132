package sql

// Insert is INSERT INTO. Query is nil for DEFAULT VALUES.
type Insert struct {
	Span
	With       *With
	Or         string // "replace", "ignore" of INSERT OR …; "overwrite" of INSERT OVERWRITE
	Into       *TableName
	Columns    []Target
	ByName     bool   // INSERT INTO t BY NAME
	ByPosition bool   // INSERT INTO t BY POSITION
	Overriding string // "system", "user" or ""
	Query      *Query
	OnConflict *OnConflict
	Returning  []SelectItem
}

// Target is a column that is assigned: a, a.b, a[1].
type Target struct {
	Span
	X Expr // a Column, Field, Index, Slice or Opaque
}

// OnConflict is ON CONFLICT (…) DO …
type OnConflict struct {
	Span
	Columns    []OrderItem // the expressions of the conflict target
	Filter     Expr        // its WHERE
	Constraint Ident       // ON CONSTRAINT x
	Set        []Assignment
	Where      Expr
	Nothing    bool // DO NOTHING
}

// Assignment is a = x, or (a, b) = x.
type Assignment struct {
	Span
	Targets []Target
	Tuple   bool // in parentheses
	X       Expr
}

// Update is UPDATE t SET … FROM … WHERE …
type Update struct {
	Span
	With      *With
	Table     Table
	Set       []Assignment
	From      []Table
	Where     Expr
	Returning []SelectItem
}

// Delete is DELETE FROM t USING … WHERE …, and TRUNCATE of one table in the dialects where it is the same.
type Delete struct {
	Span
	With      *With
	From      Table
	Using     []Table
	Where     Expr
	Returning []SelectItem
}

// Merge is MERGE INTO t USING s ON … WHEN …
type Merge struct {
	Span
	With      *With
	Into      *TableName
	Using     Table
	On        Expr
	UsingCols []Ident // MERGE INTO t USING s USING (id)
	Whens     []MergeWhen
	Returning []SelectItem
}

// MatchKind is which rows a MergeWhen is about.
type MatchKind uint8

// The kinds of matches.
const (
	Matched    MatchKind = iota
	NotMatched           // by target
	NotMatchedBySource
)

// MergeWhen is WHEN [NOT] MATCHED [AND …] THEN …
type MergeWhen struct {
	Span
	Kind       MatchKind
	ByTarget   bool         // NOT MATCHED BY TARGET is written out
	And        Expr         // nil if there is none
	Action     string       // "update", "insert", "delete", "do nothing", "error"
	Set        []Assignment // of update
	Columns    []Target     // of insert
	Values     []Expr       // of insert; nil for DEFAULT VALUES
	Overriding string       // of insert
	All        bool         // INSERT *, UPDATE SET *
	ByName     bool         // UPDATE BY NAME, INSERT BY NAME; with all columns
	Message    Expr         // of error
}

// Create is CREATE TABLE … AS query and CREATE VIEW … AS query. Other CREATEs are Opaque.
type Create struct {
	Span
	Kind        string // "table", "view", "materialized view"
	OrReplace   bool
	Temporary   bool
	Modifiers   string // other words between CREATE and the kind, in lower case: "unlogged", "transient", "secure", "recursive"
	IfNotExists bool
	Name        *TableName
	Columns     []Ident
	Options     string    // what stands between the name and AS, as written
	Query       Statement // a *Query or an *Opaque
	Tail        string    // what follows the query, as written, such as "with no data"
}

func (*Insert) statement() {}
func (*Update) statement() {}
func (*Delete) statement() {}
func (*Merge) statement()  {}
func (*Create) statement() {}
