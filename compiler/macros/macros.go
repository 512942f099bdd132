// Package macros is what a template can say besides the language itself: the macros of the project, its packages and mod's own
// pack, resolved by dbt's rules, and the context (ref, config, adapter, modules …) that a node's templates see.
package macros

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// PackPackage is the package that mod's own macros belong to, as in `dbt.dateadd` and "macro.dbt.dateadd".
const PackPackage = "dbt"

// Macro is a macro in the library.
type Macro struct {
	ID      string // "macro.shop.cents_to_dollars"
	Package string
	Name    string // "cents_to_dollars", "test_not_null", "materialization_view_default"
	Kind    string // the tag: "macro", "test", "materialization"
	Block   *jinja.Block
	File    *project.File // nil for the pack
	Path    string        // relative to its package
}

// Library holds every macro. It is immutable and safe for concurrent use.
type Library struct{}

// NewLibrary parses the macro files of a project and its packages and adds the pack of the dialect. Duplicate names within a
// package and syntax errors are diagnostics.
func NewLibrary(p *project.Project, d *dialect.Dialect) (*Library, *diag.List) {
	panic("macros: not built yet")
}

// All are the macros by ID.
func (l *Library) All() []*Macro { return nil }

// Find resolves a bare name as a template of that package sees it: the package's own, then the root project's, then the
// pack's. With a namespace it is that package's macro alone. It is nil if there is none.
func (l *Library) Find(from, namespace, name string) *Macro { return nil }

// Generate resolves generate_schema_name and its like: the root project's, else the pack's.
func (l *Library) Generate(name string) *Macro { return nil }

// Dispatch resolves adapter.dispatch(name, namespace) called in a macro of package from; tried are the names that were looked
// for, for the error.
func (l *Library) Dispatch(from, namespace, name string) (m *Macro, tried []string) { return nil, nil }

// Materialization resolves a user's {% materialization %} of that name, nil if there is none.
func (l *Library) Materialization(name string) *Macro { return nil }

// Names are all names that Find would resolve from that package, for "did you mean".
func (l *Library) Names(from string) []string { return nil }

// Warehouse is what a template may ask of the warehouse while a node is rendered or run. The runner implements it, one for
// each node's session; nil while parsing and offline.
type Warehouse interface {
	// Run executes a statement. With fetch the result is returned.
	Run(ctx context.Context, sql string, fetch bool) (Response, *Result, error)
	// Relation returns the relation of that name as it is known, or nil.
	Relation(ctx context.Context, r relation.Relation) (*relation.Table, error)
	// Relations lists the relations of a schema.
	Relations(ctx context.Context, database, schema string) ([]*relation.Table, error)
	// Columns returns the columns of a relation, nil if it does not exist.
	Columns(ctx context.Context, r relation.Relation) ([]relation.Column, error)
	// Changed records what a template says it did: adapter.cache_added and so on, and statements of user materializations.
	Created(t relation.Table)
	Dropped(r relation.Relation)
	Renamed(from, to relation.Relation)
	// Begin and Commit bound a transaction of the node's session.
	Begin(ctx context.Context) error
	Commit(ctx context.Context) error
}

// Response is what the warehouse says of a statement.
type Response struct {
	Message string
	Code    string
	Rows    int64 // -1 if it does not say
}

// Result is a result set, read whole.
type Result struct {
	Columns []relation.Column
	Rows    [][]any // values as adapters.Rows gives them; exact decimals implement fmt.Stringer or are strings of their own type
}

// Invocation is what is the same for every node of one call of mod. Time and identity come from outside, so that compiling
// stays pure.
type Invocation struct {
	ID        string // a UUID
	StartedAt jinja.Value
	Started   int64                        // Unix nanoseconds
	Version   string                       // dbt_version: the dbt release that mod answers as
	Flags     map[string]jinja.Value       // FULL_REFRESH, STORE_FAILURES, WHICH …
	Args      *jinja.Dict                  // invocation_args_dict
	Log       func(text string, info bool) // log(); nil drops
	Print     func(text string)            // print(); nil drops
	Warn      func(text string)            // exceptions.warn(); nil drops
	Selected  []string                     // selected_resources
}

// Context is the names one template sees. It implements jinja.Globals; each rendering has its own.
type Context struct {
	Library    *Library
	Project    *project.Project
	Package    *project.Package // of the node
	Dialect    *dialect.Dialect
	Invocation *Invocation
	Execute    bool      // false while parsing
	Warehouse  Warehouse // nil: adapter methods answer as dbt does at parse time, or say that they need a warehouse

	// What the node supplies; a nil function means that the name is not there (as in a docs context).
	Ref    func(c *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error)
	Source func(c *jinja.Call, source, table string) (jinja.Value, error)
	Config jinja.Value // the config object: callable, with get, require, set …
	This   jinja.Value // a *Relation, or nil
	Model  func() *jinja.Dict
	Graph  func() *jinja.Dict
	// Called, if not nil, is told of every macro that is called and every adapter method that asks the warehouse.
	Called func(macro *Macro)
	Asked  func(method string, at diag.Span)
	// Extra are further names: sql, compiled_code, pre_hooks, post_hooks, results, schemas …; they hide all others.
	Extra map[string]jinja.Value
}

// Lookup implements jinja.Globals.
func (c *Context) Lookup(name string) (jinja.Value, bool) { return nil, false }

// Spell calls a macro by name (dispatch included, as any template would call it) and returns its text. Args are as in
// materialize.Call.
func (c *Context) Spell(ctx context.Context, macro string, args ...any) (string, error) {
	return "", nil
}

// CallMacro calls a macro by name and returns its value.
func (c *Context) CallMacro(ctx context.Context, macro string, args []jinja.Value, kwargs *jinja.Dict) (jinja.Value, error) {
	return nil, nil
}

// Relation is a relation as templates see it: api.Relation.
type Relation struct {
	relation.Relation
	Kind    relation.Kind
	Dialect *dialect.Dialect
	// Include and Quote are dbt's policies for database, schema and identifier.
	Include, Quote [3]bool
	// Text, if not empty, is written instead of the name: an ephemeral model's CTE, a filtered subquery, an external file.
	Text string
}

// NewRelation returns a relation with every part included and quoted.
func NewRelation(d *dialect.Dialect, r relation.Relation, kind relation.Kind) *Relation {
	return &Relation{Relation: r, Kind: kind, Dialect: d, Include: [3]bool{true, true, true}, Quote: [3]bool{true, true, true}}
}
