package compiler

import (
	"context"

	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// Type is the type of a node, in dbt's words.
type Type string

// The types of node.
const (
	Model     Type = "model"
	Seed      Type = "seed"
	Snapshot  Type = "snapshot"
	Test      Type = "test"
	Analysis  Type = "analysis"
	Operation Type = "operation"
	Source    Type = "source"
	Exposure  Type = "exposure"
	UnitTest  Type = "unit_test"
	Function  Type = "function"
	Metric    Type = "metric"

	SemanticModel Type = "semantic_model"
	SavedQuery    Type = "saved_query"

	// These are not dbt's.
	Sync Type = "sync"
	Copy Type = "copy" // of what lives at another target; not in Graph.Nodes
)

// Node is a resource of the graph. It is not changed after Compile and safe for concurrent reading.
type Node struct {
	ID      string // unique_id: "model.shop.orders"
	Type    Type
	Name    string
	Package *project.Package
	FQN     []string
	File    *project.File // where it is defined: the model's file, or the YAML file of a generic test or source
	At      diag.Span     // its name in a properties file, or the start of its own file
	Path    string        // relative to the resource folder; for generic tests the name of the compiled file
	Raw     string        // the unrendered code
	Version jinja.Value   // nil without versions
	// LatestVersion is the version that ref() without one means; nil without versions.
	LatestVersion jinja.Value

	Relation    relation.Relation // where it is stored; the zero Relation for what is not
	Home        relation.Relation // where it is in the target's own environment; the zero Relation for what no environment has a relation of its own of
	Config      *Config
	Description string   // rendered
	DocBlocks   []string // IDs of the docs blocks that the description is made of
	Columns     []*Column
	Props       *project.Node // nil without properties
	Tags        []string
	Meta        *jinja.Dict
	Checksum    string // sha256 of the content, hex

	DependsOn     []string // IDs of nodes and sources, in the order of their first use
	Macros        []string // IDs of macros
	Refs          []RefCall
	Sources       []SourceCall
	Functions     []RefCall    // its calls of function()
	Metrics       []RefCall    // its calls of metric(), and the metrics of a saved query
	What          *jinja.Dict  // of the semantic layer: what its description tells of it alone, in the manifest's words
	Test          *DataTest    // for tests
	Table         *SourceTable // for sources
	Unit          *UnitCase    // for unit tests
	Sync          *SyncSpec    // for syncs
	Copied        *Node        // of a copy: the node that is copied, as the graph of its own target has it
	Raws          *project.Raw // for exposures, unit tests and the semantic layer: the entry as written
	Enabled       bool
	Introspective bool // its template asks the warehouse while it is rendered

	template    *jinja.Template
	bare        []RefCall   // names in its query that may be refs without Jinja
	overloads   []*Overload // of a function
	readsItself bool        // of a Python model: it names dbt.this
}

// RefCall is one ref() of a node, or a call of function() or metric(), which have no version.
type RefCall struct {
	Package, Name string
	Version       jinja.Value
	At            diag.Span
}

// SourceCall is one source() of a node.
type SourceCall struct {
	Source, Table string
	At            diag.Span
}

// Column is a column's properties, with its description rendered.
type Column struct {
	*project.Column
	Description string
	DocBlocks   []string // IDs of the docs blocks that the description is made of
}

// AllTags are the column's tags, also those in its config.
func (c *Column) AllTags() []string {
	return unique(append(append([]string(nil), c.Tags...), textsAt(c.Config, "tags")...))
}

// AllMeta is the column's meta, also that in its config.
func (c *Column) AllMeta() *jinja.Dict { return mergeDicts(c.Meta, dictOf(c.Config, "meta")) }

// MetaValue is a value of AllMeta, and whether there is one.
func (c *Column) MetaValue(key string) (jinja.Value, bool) {
	if c.Config != nil {
		if v, ok := dictOf(c.Config, "meta").GetString(key); ok {
			return v, true
		}
	}
	return c.Meta.GetString(key)
}

// DataTest is what makes a node a data test. A singular test has no Name.
type DataTest struct {
	Namespace, Name string
	Kwargs          *jinja.Dict // arguments as written, with model and column_name
	Column          string
	Attached        string // ID of the node or source that it tests; "" for singular tests
	Given           *project.Test

	tested *Node // what it is attached to, in the project or not; nil for singular tests
}

// SourceTable is what makes a node a source.
type SourceTable struct {
	Source *project.Source
	Table  *project.SourceTable
}

// Graph is a compiled project: every node, what it depends on, and how to render it. It is safe for concurrent use.
type Graph struct {
	Project  *project.Project
	Dialect  *dialect.Dialect
	Library  *macros.Library
	Nodes    map[string]*Node // enabled ones by ID, sources, exposures and tests included
	Order    []*Node          // the same, each after all that it depends on
	Disabled []*Node
	LeftOut  []*Node // tests of what is disabled or missing: read, but never run
	Hooks    []*RunHook
	DAG      *dag.Graph[string]
	Docs     []*Doc // docs blocks, by file

	*names
	*far
	options  Options
	seen     *macros.Graph // `graph` of templates
	deferred func(id string) *jinja.Dict
	defaults map[Type]*jinja.Dict // configs before anybody says anything
	ownWhere bool                 // get_where_subquery is not the pack's
	given    map[naming]string    // what generate_*_name macros of the pack answered, while the graph is built
}

// Options are what compiling needs to know besides the project.
type Options struct {
	Dialect    *dialect.Dialect
	Invocation *macros.Invocation
	// FullRefresh and Empty are the flags that change what templates see.
	FullRefresh, Empty bool
	Sample             *Window // what models read of the rows that have an event_time; nil for all
}

// Rendered is a node's code, ready for the warehouse. It is used by one goroutine at a time.
type Rendered struct {
	Code
	// Origin maps a byte of SQL to the place in the node's own file that produced it; the zero Span for what was put in.
	Origin func(offset int) diag.Span
	// Context is the names the node's templates see: for its hooks, and for the macros that spell its statements.
	Context   *macros.Context
	Pre, Post []Hook // its hooks, as written

	hook     func(context.Context, project.Text) (string, error)
	overload func(context.Context, int) error
	hooks    map[string]diag.Span // of those that were rendered, by their statements
	inlined  func(int) diag.Span  // where what was put in of ephemeral models was written; nil without any
}

// Code is what a node's template renders to.
type Code struct {
	SQL    string   // compiled code, with the CTEs of ephemeral models
	CTEs   []CTE    // what was put in front, in order
	Macros []string // IDs of the macros that its template called, each once
}

// CTE is an ephemeral model put into another's query.
type CTE struct{ ID, Name, SQL string }

// Hook is a statement around a node's own.
type Hook struct {
	SQL         string // a template: Rendered.Hook renders it
	Transaction bool
	At          diag.Span
}

// Sight is what rendering may know of the warehouse.
type Sight struct {
	Warehouse macros.Warehouse // nil: offline
	// Existing is what has the node's name now, nil if nothing or if it is not known. It decides is_incremental().
	Existing *relation.Table
	// Anew says that what has the node's name is about to be replaced, which flags.FULL_REFRESH of the run need not say: the template is told that it does.
	Anew     bool
	Batch    *Batch                                    // of a microbatch model; nil to render it for all time
	Deferred func(id string) (relation.Relation, bool) // where a node that is not built here is to be read; may be nil
	Thread   string                                    // thread_id; "" is the main thread
	// Apart renders as no run in particular would: invocation_id is empty, and run_started_at the beginning of 1970.
	Apart bool
	// Used, if not nil, is told of the variables that the template asks for, as [macros.Context] tells of them.
	Used func(kind, name string, value jinja.Value)
	// Aside tells where a node is read that was built in this run, and that nobody else reads yet; may be nil.
	Aside func(id string) (relation.Relation, bool)
}
