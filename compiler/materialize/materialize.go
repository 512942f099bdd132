// Package materialize decides how a model becomes a relation: each materialization is a pure function from what is wanted and what
// exists to a list of ops. An op says what is done; how it is spelled is a macro, so that a project can override any statement.
package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Kind is a materialization.
type Kind struct {
	Name string // as in a model's config
	Doc  string // one sentence
	// Ops are the steps that make the target what the request wants, in order. The error is for a config that cannot be met;
	// its text is a clause about the config.
	Ops func(r Request) ([]Op, error)
}

// Named returns the built-in materialization of that name, or nil.
func Named(name string) *Kind { return nil }

// Request is what is wanted of a materialization.
type Request struct {
	Target   relation.Table  // name, and the kind it will have
	Existing *relation.Table // what has that name now; nil if nothing
	// Find returns what exists under another name (a leftover of a run that was killed), or nil.
	Find    func(relation.Relation) *relation.Table
	SQL     string // the compiled query
	Full    bool   // rebuild, whatever exists
	Config  Config
	Dialect *dialect.Dialect
	Pre     []Hook // pre-hooks, rendered
	Post    []Hook
	Seed    *Seed // for seeds only
	// Describe tells that descriptions are to be stored with persist_docs; the macros take the texts from the model.
	RelationDocs, ColumnDocs bool
	Unsafe                   bool // --empty and the like: no hooks
}

// Config reads a node's config.
type Config interface {
	// Get returns the value (nil, bool, int, float64, string, []any or map[string]any), nil if the config is not set.
	Get(name string) any
}

// Hook is a statement of the project around a model.
type Hook struct {
	SQL         string
	Transaction bool // inside the model's transaction
}

// Seed is the table of a seed, as its file and config say.
type Seed struct {
	Columns []relation.Column
	Rows    int // -1 if not counted
}

// Phase is when an op runs. Ops of a list are in order of their phases.
type Phase int

// The phases. Inside ops run in one transaction where the warehouse has transactional DDL.
const (
	Before Phase = iota // before the transaction
	Inside
	After // after the commit; a failure is a warning, and the next run makes up for it
)

// Op is one step. Exactly one of Call, SQL, Load and Look is set.
type Op struct {
	Phase Phase
	Call  *Call  // a statement that a macro spells
	SQL   string // a statement as it is
	Load  *Load  // rows to bring into a table
	Look  *Look  // something to find out before going on
	Main  bool   // its stats are the node's
	Does  []Effect
}

// Call is a call of a macro that returns SQL. An empty text means that there is nothing to run.
type Call struct {
	Macro string
	// Args are nil, bool, int, string, relation.Table, relation.Column, []relation.Column, []any and map[string]any of those.
	Args []any
}

// Load appends the rows of the node's seed file to a table.
type Load struct{ Into relation.Table }

// Look reads the columns of a relation and continues with them. It keeps materializations pure: the same columns give the
// same ops.
type Look struct {
	At   []relation.Relation
	Then func(columns [][]relation.Column) ([]Op, error) // columns[i] belongs to At[i]; nil if it does not exist
}

// Effect is how an op changes what exists, so that nobody has to ask the warehouse again.
type Effect struct {
	Create *relation.Table
	Drop   *relation.Relation
	Rename *Rename
}

// Rename is a change of name.
type Rename struct{ From, To relation.Relation }
