package project

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Properties are what a package's YAML files (and the comments at the top of models) say, in order of path and place.
type Properties struct {
	Models, Seeds, Snapshots, Analyses, Functions                       []*Node
	Macros                                                              []*Macro
	Sources                                                             []*Source
	DataTests                                                           []*Node // properties of singular tests
	UnitTests, Exposures, Groups, Metrics, SemanticModels, SavedQueries []*Raw
	Syncs                                                               []*Raw // what is sent on to other systems
}

// Raw is an entry of the properties that the loader checks but does not take apart.
type Raw struct {
	Name   string
	At     diag.Span
	File   *File
	Values *jinja.Dict // rendered
	Config *Layer      // its config block; never nil

	yaml *node
}

// Node is the properties of a model, seed, snapshot, analysis, function or singular test.
type Node struct {
	Name                           string
	At                             diag.Span // of the name
	File                           *File     // the YAML file, or the model's own
	Inline                         bool      // in the model's own file
	Description                    string    // unrendered: docs blocks are the compiler's work
	Config                         *Layer    // config:, with what dbt also takes from beside it (meta, docs, group, contract, access)
	Columns                        []*Column
	Tests                          []*Test
	Access, Group, DeprecationDate string
	LatestVersion                  jinja.Value // nil if not given
	Versions                       []*Version
	Constraints                    *jinja.List // nil if not given
	Docs                           *jinja.Dict // nil if not given
	QuoteColumns                   bool        // quote_columns: the names of columns in tests are quoted
	Relation                       string      // of a snapshot made in YAML: "ref('orders')"
	RelationAt                     diag.Span
	TimeSpine                      jinja.Value // time_spine as written and rendered; nil if not given
	// Semantic tells that a model is a semantic model too, SemanticAt where that is said; Metrics are those that stand in it.
	Semantic   bool
	SemanticAt diag.Span
	Metrics    []*Raw
	More       *jinja.Dict // what a function, or a model that is a semantic model, says beside that, as rendered; nil for others
}

// Version is one entry of a model's versions.
type Version struct {
	V               jinja.Value // int, float or str
	At              diag.Span
	DefinedIn       string // the file's name without ending; "" if not given
	Description     string
	Access          string
	DeprecationDate string
	Config          *Layer
	Columns         []*Column
	Include         jinja.Value // of the include entry among the columns; "all" if not given
	Exclude         []string
	Tests           []*Test
	HasTests        bool // tests: is given, even if empty
	Constraints     *jinja.List
}

// Column is a column's properties.
type Column struct {
	Name        string
	At          diag.Span
	Description string
	DataType    string
	Quote       *bool
	Tags        []string
	Meta        *jinja.Dict // nil without any
	Constraints *jinja.List
	Config      *jinja.Dict // nil without any
	Granularity string
	Dimension   jinja.Value // that it is of a semantic model: a type, or a dict with more; nil if none
	Entity      jinja.Value // the same for an entity
	Tests       []*Test
	Extra       *jinja.Dict // what dbt takes along without a meaning of its own: policy_tags, pii …; nil without any
	PII         jinja.Value // whether it holds personal data, or of which kind; nil if it does not say
	Inherit     *bool       // whether it takes over what is said of the columns that it is a copy of; nil if it does not say
}

// Test is a generic data test, put on a model, a source or a column.
type Test struct {
	Namespace   string      // the package before the dot, "" without
	Name        string      // "not_null"
	Args        *jinja.Dict // unrendered strings, without column_name; nil without any
	Loose       int         // how many of them, the first ones, stand beside arguments: and not under it
	ArgsAt      map[string]diag.Span
	Config      *Layer // nil without any
	CustomName  string // name:, "" if not given
	Description string
	At          diag.Span
	File        *File
}

// Source is a source: a group of tables that something else fills.
type Source struct {
	Name, Description, Database, Schema, Loader string
	UnrenderedDatabase, UnrenderedSchema        string
	Overrides                                   string // the package whose source of that name this one changes
	At                                          diag.Span
	File                                        *File
	Config                                      *Layer
	Quoting                                     *jinja.Dict
	LoadedAtField, LoadedAtQuery                string
	Freshness                                   jinja.Value // nil: not given; otherwise a Dict or None
	HasFreshness                                bool
	Meta                                        *jinja.Dict
	Tags                                        []string
	Tables                                      []*SourceTable
}

// SourceTable is one table of a source.
type SourceTable struct {
	Name, Identifier, Description, Loader string
	At                                    diag.Span
	Config                                *Layer
	Quoting                               *jinja.Dict
	External                              jinja.Value
	LoadedAtField, LoadedAtQuery          string
	HasLoadedAt                           bool // loaded_at_field is given, even as null: the source's does not count then
	Freshness                             jinja.Value
	HasFreshness                          bool
	Meta                                  *jinja.Dict
	Tags                                  []string
	Columns                               []*Column
	Tests                                 []*Test
	QuoteColumns                          bool
}

// Macro is a macro's properties.
type Macro struct {
	Name, Description string
	At                diag.Span
	File              *File
	Arguments         []MacroArgument
	Config            *Layer
}

// MacroArgument documents an argument.
type MacroArgument struct{ Name, Type, Description string }
