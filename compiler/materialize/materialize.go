// Package materialize decides how a model becomes a relation: each materialization is a pure function from what is wanted and what
// exists to a list of ops. An op says what is done; how it is spelled is a macro, so that a project can override any statement.
package materialize

import (
	"fmt"

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

// Kinds are the built-in materializations, in the order in which documents list them. The slice is the caller's.
func Kinds() []*Kind {
	return []*Kind{&view, &table, &incremental, &external, &materializedView, &dynamicTable, &snapshot, &seed, &copied, &ephemeral, &test, &unit, &function}
}

// Named returns the built-in materialization of that name, or nil.
func Named(name string) *Kind {
	for _, k := range Kinds() {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Refusal is a node that cannot be built the way its config says, given what exists. It is the project's to mend.
type Refusal struct{ Message string }

// Error is the message.
func (r *Refusal) Error() string { return r.Message }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// checked refuses a name that the warehouse cannot tell from another, before anything is done.
func checked(ops func(Request) ([]Op, error)) func(Request) ([]Op, error) {
	return func(r Request) ([]Op, error) {
		name := r.Target.Name
		if limit := r.Dialect.MaxName; limit > 0 && len(name) > limit {
			return nil, fmt.Errorf("relation name '%s' is longer than %d characters", name, limit)
		}
		if r.Existing != nil && r.another(r.Existing.Name, name) {
			return nil, refuse("%s exists, which differs from %s in nothing but letter case: delete it, or rename one of them to be less ambiguous",
				r.Existing.Relation, r.Target.Relation)
		}
		return ops(r)
	}
}

// Request is what is wanted of a materialization.
type Request struct {
	Target   relation.Table  // name, and the kind it will have
	Existing *relation.Table // what has that name now; nil if nothing
	// Find returns what exists under another name (a leftover of a run that was killed), or nil.
	Find func(relation.Relation) *relation.Table
	// Previous is the name under which the table that is replaced is kept, with whatever has that name going first. The zero Relation keeps none.
	Previous relation.Relation
	// Overrides tells whether the project or one of its packages defines the macro of that name, or an implementation of it
	// (postgres__x, default__x) that dispatch would prefer to the pack's. nil means that they define none.
	Overrides func(macro string) bool

	SQL string // the compiled query
	// From is the table that is to take the place of the target, for Promote only.
	From     relation.Relation
	Full     bool // rebuild, whatever exists
	Config   Config
	Dialect  *dialect.Dialect
	Pre      []Hook // pre-hooks
	Post     []Hook
	Seed     *Seed  // for seeds and copies only
	Language string // of a function, for those only: "sql", "python" …
	// Overloads is how many more signatures a function has.
	Overloads int
	// Expected is what a unit test expects, for those only.
	Expected *Expected
	// Describe tells that descriptions are to be stored with persist_docs; the macros take the texts from the model.
	RelationDocs, ColumnDocs bool
	Unsafe                   bool // --empty and the like: no hooks
	Store                    bool // for data tests: keep the failing rows, if their config does not say
	// Abilities are features that the target's database has beyond those of the dialect.
	Abilities dialect.Feature
	// Gated asks for a Gate among the ops: the node has data tests to be run before others see it. Not every materialization has a place for one.
	Gated bool
	// Batch is the batch of a microbatch model, which others may be built beside; "" for the whole of a node.
	Batch string
}

// Config reads a node's config.
type Config interface {
	// Get returns the value (nil, bool, int, float64, string, []any or map[string]any), nil if the config is not set.
	Get(name string) any
}

// Hook is a statement of the project around a model.
type Hook struct {
	SQL         string // a template that is rendered when its turn comes
	Transaction bool   // inside the model's transaction
}

// Seed is the table of a seed, as its file and config say, or that of a copy.
type Seed struct {
	Columns []relation.Column
	Rows    int // -1 if not counted
	// Path is the file, for warehouses that read seeds themselves; Delimiter separates its fields, "" means a comma.
	Path, Delimiter string
}

// Phase is when an op runs. Ops of a list are in order of their phases.
type Phase int

// The phases. Inside ops run in one transaction where the warehouse has transactional DDL.
const (
	Before Phase = iota // before the transaction
	Inside
	After // after the commit; a failure of a Call is a warning, and the next run makes up for it, that of a hook is the node's
)

// Op is one step. Exactly one of Call, SQL, Load, Look, Ask, Gate and Keep is set.
type Op struct {
	Phase Phase
	Call  *Call  // a statement that a macro spells
	SQL   string // a hook: a template, rendered when its turn comes
	Load  *Load  // rows to bring into a table
	Look  *Look  // columns to find out before going on
	Ask   *Ask   // rows to find out before going on
	Gate  *Gate  // tests to run before going on
	Keep  bool   // from here on the table that is kept of the build before may be another one
	Main  bool   // its stats are the node's
	// Single tells that the op is one statement, atomic by itself: if it is the only one that is Inside, a transaction around it
	// changes nothing.
	Single bool
	Does   []Effect
}

// Call is a call of a macro that returns SQL. An empty text means that there is nothing to run.
type Call struct {
	Macro string
	// Args are nil, bool, int, string, relation.Table, relation.Column, []relation.Column, []any and map[string]any of those.
	Args []any
	// Overload is the overload of a function that the macro is to see as its node, from 1; 0 for the node itself.
	Overload int
}

// Load appends the rows of the node's seed file to a table.
type Load struct{ Into relation.Table }

// Look reads the columns of relations and continues with them. It keeps materializations pure: the same columns give the
// same ops.
type Look struct {
	// At are the relations. One without a schema is a temporary table of the session.
	At []relation.Relation
	// Query, if not empty, is a query to describe without running it.
	Query string
	// Then returns the ops that take this op's place. columns[i] belongs to At[i]; nil if it does not exist. Those of Query come last.
	Then func(columns [][]relation.Column) ([]Op, error)
}

// Ask runs a query that a macro spells and continues with its rows.
type Ask struct {
	Call Call
	// Then returns the ops that take this op's place. nil means that there is nothing to go on with: the rows are the node's
	// result, as those of a data test.
	Then func(Rows) ([]Op, error)
}

// Rows is a small result, read whole.
type Rows struct {
	Names  []string
	Values [][]any
}

// Effect is how an op changes what exists, so that nobody has to ask the warehouse again.
type Effect struct {
	Create *relation.Table
	Drop   *relation.Relation
	Rename *Rename
}

// Rename is a change of name.
type Rename struct{ From, To relation.Relation }
