// Package project reads a project: project.yml or dbt_project.yml, profiles, properties, and the files of the project and of its
// installed packages. It renders no model and resolves no ref: that is the compiler's work.
package project

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Options say which project to load and what the command line adds to it.
type Options struct {
	Dir         string            // the project's folder; "" is the working directory
	ProfilesDir string            // where profiles.yml is; "" searches as dbt does
	Profile     string            // overrides the project's profile
	Target      string            // overrides the profile's target
	Vars        *jinja.Dict       // --vars; may be nil
	Env         map[string]string // the environment; .env is added to it
	Strict      bool              // unknown keys and other loose spellings are errors
	// NeedTarget says that the command talks to a warehouse: a missing profile or target is then an error.
	NeedTarget bool
}

// Load reads a project. All problems found are in the list; the project is nil only if there is no telling what it holds (no
// project file, or one that is not YAML).
func Load(o Options) (*Project, *diag.List) { panic("project: not built yet") }

// Project is a project with its packages. It is not changed after loading and safe for concurrent reading.
type Project struct {
	Dir      string     // absolute
	Root     *Package   // also Packages[0]
	Packages []*Package // the root, then the installed packages by name
	Target   *Target    // never nil; without a profile it is DuckDB in a file next to the project
	Env      *Env
	CLIVars  *jinja.Dict // never nil
}

// Package returns the package of that name, or nil.
func (p *Project) Package(name string) *Package { return nil }

// Package is the root project or one installed in it.
type Package struct {
	Name    string
	Version string
	Dir     string       // absolute
	Source  *diag.Source // its project file
	IsRoot  bool

	Paths                Paths
	Configs              map[string]*Tree // by resource: "models", "seeds", "snapshots", "sources", "data_tests", "unit_tests", "analyses", "exposures" …
	Vars                 *jinja.Dict      // the vars: block as written, rendered; never nil
	Quoting              *jinja.Dict      // database, schema, identifier; never nil
	Dispatch             []Dispatch
	OnRunStart, OnRunEnd []Text
	QueryComment         *QueryComment // nil: the default
	Flags                *jinja.Dict   // the flags: block; never nil
	RequireVersion       []string      // require-dbt-version
	Profile              string

	Models, Seeds, Snapshots, Tests, GenericTests, Analyses, Macros, Docs, Fixtures []*File

	Props Properties
}

// Paths are a package's folders, relative to its own, slash-separated.
type Paths struct {
	Models, Seeds, Snapshots, Tests, Analyses, Macros, Docs, Functions []string
	Target, Packages, Logs                                             string
	Clean                                                              []string
}

// Dispatch is one entry of dispatch: the packages to search for macros of a namespace.
type Dispatch struct {
	Namespace string
	Search    []string
}

// QueryComment is what is put before or after each statement.
type QueryComment struct {
	Comment  string // a template; "" means none
	Append   bool
	JobLabel bool
}

// Text is a piece of text that has its place, such as a hook.
type Text struct {
	Text        string
	At          diag.Span
	Transaction bool // a hook that runs inside the model's transaction; true unless said otherwise
}

// File is a file of a package. Reading one is cheap except for seeds, whose text is not kept: Source then holds only the path.
type File struct {
	*diag.Source // Path is relative to the root project's folder
	Package      *Package
	Name         string // without folder and ending: "stg_orders"
	Rel          string // relative to the resource folder: "staging/stg_orders.sql"
	Path         string // relative to the package's folder: "models/staging/stg_orders.sql"
	Root         string // the resource folder: "models"
	Abs          string
}

// Folders are the folders between the resource folder and the file.
func (f *File) Folders() []string { return nil }

// Properties are what a package's YAML files (and the comments at the top of models) say, in order of path and place.
type Properties struct {
	Models, Seeds, Snapshots, Analyses                                             []*Node
	Macros                                                                         []*Macro
	Sources                                                                        []*Source
	DataTests                                                                      []*Node // properties of singular tests
	UnitTests, Exposures, Groups, Metrics, SemanticModels, SavedQueries, Functions []*Raw
}

// Raw is an entry of the properties that the loader checks but does not take apart.
type Raw struct {
	Name   string
	At     diag.Span
	File   *File
	Values *jinja.Dict // rendered
}

// Node is the properties of a model, seed, snapshot, analysis or singular test.
type Node struct {
	Name                           string
	At                             diag.Span // of the name
	File                           *File     // the YAML file, or the model's own
	Inline                         bool      // in the model's own file
	Description                    string    // unrendered: docs blocks are the compiler's work
	Config                         *Layer
	Columns                        []*Column
	Tests                          []*Test
	Access, Group, DeprecationDate string
	LatestVersion                  jinja.Value // nil if not given
	Versions                       []*Version
	Constraints                    *jinja.List // nil if not given
	Docs                           *jinja.Dict // nil if not given
	Raw                            *jinja.Dict // the entry as written and rendered
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
	Meta        *jinja.Dict // never nil
	Constraints *jinja.List
	Config      *jinja.Dict // never nil
	Granularity string
	Tests       []*Test
	Raw         *jinja.Dict
}

// Test is a generic data test, put on a model, a source or a column.
type Test struct {
	Namespace   string      // the package before the dot, "" without
	Name        string      // "not_null"
	Args        *jinja.Dict // unrendered strings, without column_name; never nil
	Config      *Layer
	CustomName  string // name:, "" if not given
	Description string
	At          diag.Span
	File        *File
}

// Source is a source: a group of tables that something else fills.
type Source struct {
	Name, Description, Database, Schema, Loader string
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
	Raw                                         *jinja.Dict
}

// SourceTable is one table of a source.
type SourceTable struct {
	Name, Identifier, Description, Loader string
	At                                    diag.Span
	Config                                *Layer
	Quoting                               *jinja.Dict
	External                              jinja.Value
	LoadedAtField, LoadedAtQuery          string
	Freshness                             jinja.Value
	HasFreshness                          bool
	Meta                                  *jinja.Dict
	Tags                                  []string
	Columns                               []*Column
	Tests                                 []*Test
	Raw                                   *jinja.Dict
}

// Macro is a macro's properties.
type Macro struct {
	Name, Description string
	At                diag.Span
	File              *File
	Arguments         []MacroArgument
	Config            *Layer
	Raw               *jinja.Dict
}

// MacroArgument documents an argument.
type MacroArgument struct{ Name, Type, Description string }

// Layer is one place's worth of configs: keys in dbt's spelling without "+" ("pre-hook" as "pre_hook").
type Layer struct {
	Values     *jinja.Dict // rendered; never nil
	Unrendered *jinja.Dict // as written; never nil
	At         map[string]diag.Span
}

// Tree is the configs of one resource type in a project file: layers by folder.
type Tree struct {
	Layer    Layer
	Children map[string]*Tree
	At       map[string]diag.Span // of each child's key
}

// Layers are the layers that apply to a node with that fully qualified name (package, folders, name), outermost first.
func (t *Tree) Layers(fqn []string) []*Layer { return nil }

// Merge puts a layer's values over those in config by dbt's rules: tags, hooks and packages are appended, meta, docs, quoting,
// column_types and contract merged, grants merged or appended (a key with "+"), anything else replaced.
// The rules: https://docs.getdbt.com/reference/define-configs.
func Merge(config *jinja.Dict, layer *jinja.Dict) {}

// Target is a connection: what a profile says of the chosen output.
type Target struct {
	ProfileName string
	Name        string // "dev"
	Type        string // "duckdb"
	Database    string
	Schema      string
	Threads     int            // 0 if not given
	Config      map[string]any // every setting, for the adapter
	Dict        *jinja.Dict    // what templates see as target: without secrets
	At          diag.Span      // where it is defined, zero for the default
	Default     bool           // there is no profile: DuckDB in a file
}

// Env is the environment as templates may read it. It records what was asked. Safe for concurrent use.
type Env struct{}

// Lookup returns the variable.
func (e *Env) Lookup(name string) (string, bool) { return "", false }

// Redact replaces the values of secret variables (DBT_ENV_SECRET_*) and of the target's password settings by ***.
func (p *Project) Redact(text string) string { return text }

// Var resolves var(name) for a node of that package: the command line, then the root project's vars (for that package, then
// for all), then the package's own.
func (p *Project) Var(pkg *Package, name string) (jinja.Value, bool) { return nil, false }

// Globals are the names YAML may use: var, env_var, target, and the base context (fromyaml, tojson …); they are the ground
// on which the macros' context stands. secrets says that DBT_ENV_SECRET_* may be read (profiles and packages only).
func (p *Project) Globals(pkg *Package, secrets bool) jinja.Globals { return nil }
