package sql

// Query is [WITH …] body [ORDER BY …] [LIMIT …] [FOR UPDATE]. It is a statement, and what stands in parentheses wherever a query may
// stand.
type Query struct {
	Span
	With    *With // nil if there is none
	Body    Body
	OrderBy []OrderItem
	Limit   *Limit // nil if there is none; also what is written TOP n and FETCH FIRST n ROWS
	Locks   []Lock
}

// With is WITH [RECURSIVE] a AS (…), …
type With struct {
	Span
	Recursive bool
	CTEs      []CTE
}

// CTE is a common table expression.
type CTE struct {
	Span
	Name         Ident
	Columns      []Ident
	Materialized Materialized
	Query        Statement  // a *Query; a data-modifying statement; an *Opaque
	UsingKey     []Expr     // USING KEY (…), of recursive ones
	Search       *CTESearch // nil if there is none
	Cycle        *CTECycle  // nil if there is none
}

// CTESearch is SEARCH BREADTH|DEPTH FIRST BY columns SET column.
type CTESearch struct {
	Span
	Breadth bool
	By      []Ident
	Set     Ident
}

// CTECycle is CYCLE columns SET mark [TO value DEFAULT value] USING path.
type CTECycle struct {
	Span
	Columns     []Ident
	Mark        Ident
	To, Default Expr // nil if they are not written
	Path        Ident
}

// Materialized is what is written of a CTE's materialization.
type Materialized uint8

// The forms. The zero value is none written.
const (
	DefaultMaterialized Materialized = iota
	AsMaterialized
	NotMaterialized
)

// Select is SELECT … FROM … WHERE … The spellings "from t" and "table t" are the same as "select * from t".
type Select struct {
	Span
	Distinct  *Distinct // nil if there is none
	Items     []SelectItem
	Into      *TableName // SELECT … INTO t
	From      []Table    // several are a comma join
	Where     Expr
	GroupBy   *GroupBy
	Having    Expr
	Windows   []NamedWindow
	Qualify   Expr
	Hierarchy *Hierarchy // CONNECT BY
	Sample    *Sample    // USING SAMPLE, of all that FROM gives
}

// Distinct is DISTINCT, or DISTINCT ON (…) if there are expressions.
type Distinct struct {
	Span
	On []Expr
}

// SelectItem is an expression of a select list. The alias may be the zero Ident.
type SelectItem struct {
	Span
	X     Expr
	Alias Ident
}

// GroupBy is GROUP BY. With All (GROUP BY ALL, or *) there are no items.
type GroupBy struct {
	Span
	All      bool
	Distinct bool // GROUP BY DISTINCT …
	Items    []Expr
}

// Hierarchy is [START WITH …] CONNECT BY [NOCYCLE] …
type Hierarchy struct {
	Span
	Start   Expr // nil if there is none
	Connect Expr
	NoCycle bool
}

// NamedWindow is an item of a WINDOW clause.
type NamedWindow struct {
	Span
	Name   Ident
	Window Window
}

// Window is (… PARTITION BY … ORDER BY … frame). OVER w is a Window with a Base and Reference.
type Window struct {
	Span
	Base        Ident // the named window it starts from; the zero Ident if there is none
	Reference   bool  // OVER w, without parentheses
	PartitionBy []Expr
	OrderBy     []OrderItem
	Frame       *Frame // nil if there is none
}

// Frame is the frame of a window. Without BETWEEN the high bound has no Kind.
type Frame struct {
	Span
	Unit      string // "rows", "range", "groups"
	Low, High Bound
	Exclude   string // "current row", "group", "ties", "no others" or ""
}

// BoundKind is the kind of a Bound.
type BoundKind uint8

// The kinds of bounds. The zero value is none.
const (
	NoBound BoundKind = iota
	UnboundedPreceding
	Preceding // X PRECEDING
	CurrentRow
	Following // X FOLLOWING
	UnboundedFollowing
)

// Bound is a bound of a Frame.
type Bound struct {
	Span
	Kind BoundKind
	X    Expr // of Preceding and Following
}

// OrderItem is an expression of an ORDER BY. The X of ORDER BY ALL is the Word "all".
type OrderItem struct {
	Span
	X         Expr
	Direction Direction
	Nulls     NullOrder
	Using     Op // ORDER BY x USING <; else ""
}

// Direction is ASC or DESC.
type Direction uint8

// The directions. The zero value is none written.
const (
	DefaultDirection Direction = iota
	Asc
	Desc
)

// NullOrder is NULLS FIRST or NULLS LAST.
type NullOrder uint8

// The orders. The zero value is none written.
const (
	DefaultNullOrder NullOrder = iota
	NullsFirst
	NullsLast
)

// Limit is LIMIT and OFFSET. A nil Count is no limit (also LIMIT ALL), a nil Offset none.
type Limit struct {
	Span
	Count, Offset Expr
	Percent       bool
	WithTies      bool
}

// Lock is FOR UPDATE|SHARE …: Strength is "update", "no key update", "share", "key share"; Wait is "nowait", "skip locked" or "".
type Lock struct {
	Span
	Strength string
	Of       [][]Ident
	Wait     string
}

// Sample is TABLESAMPLE and USING SAMPLE.
type Sample struct {
	Span
	Method string // "bernoulli", "system", "reservoir" … or ""
	Size   Expr
	Unit   string // "percent", "rows" or ""
	Seed   Expr   // REPEATABLE (x), SEED (x); nil if there is none
}

// SetKind is the kind of a SetOp.
type SetKind uint8

// The kinds of set operations.
const (
	Union SetKind = iota
	Intersect
	Except // also MINUS
)

// SetOp is left UNION|INTERSECT|EXCEPT [ALL] [BY NAME] right. Chains lean to the left.
type SetOp struct {
	Span
	Kind          SetKind
	All           bool
	ByName        bool
	Corresponding []Ident // CORRESPONDING BY (…)
	Left, Right   Body
}

// Values is VALUES (…), (…).
type Values struct {
	Span
	Rows []Row
}

// Describe is a query that a SHOW, DESCRIBE or SUMMARIZE of something is in some dialects. Of is a Query, a TableName or nil.
type Describe struct {
	Span
	Word string // "describe", "show", "summarize", "show tables"
	Of   Node
}

func (*Query) body()      {}
func (*Query) statement() {}
func (*Select) body()     {}
func (*SetOp) body()      {}
func (*Values) body()     {}
func (*Describe) body()   {}
