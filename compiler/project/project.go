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
	Environment string            // the environment that is built; "" for the target's own
	Vars        *jinja.Dict       // --vars; may be nil
	Env         map[string]string // the environment; .env is added to it
	Strict      bool              // unknown keys and other loose spellings are errors
	// Dated asks for the spellings of the root project that dbt 1.x takes and dbt v2 refuses: they are reported as Info.
	Dated bool
	// NeedTarget says that the command talks to a warehouse: a missing profile or target is then an error.
	NeedTarget bool
	// NoVersionCheck lets a project and packages be whose require-dbt-version does not allow Release.
	NoVersionCheck bool
	// RootOnly reads the root's project file and profile: neither packages nor the files in its folders.
	RootOnly bool
	// Part, if not nil, is what to read of a project that is known: its macros, docs, and some of its other files.
	Part *Part
}

// Part is a part of a project whose files are known: no folder is listed.
type Part struct {
	Known  []string        // all files, absolute
	Wanted map[string]bool // the models and properties to read
}

// Project is a project with its packages. It is not changed after loading and safe for concurrent reading.
type Project struct {
	Dir      string     // absolute
	Root     *Package   // also Packages[0]
	Packages []*Package // the root, then the installed packages by name
	Target   *Target    // never nil; without a profile it is DuckDB in a file next to the project
	Env      *Env
	CLIVars  *jinja.Dict // never nil

	Destinations []*Destination // the destinations: block of the project file, in its order

	State StateBlock // where what is known of earlier runs is kept

	Environments EnvironmentBlock // what is said of all of them
	Environment  *Environment     // the one that is built; nil for the target's own

	// Access and Retention are mod's own blocks of project.yml as written and rendered; nil if not given.
	Access, Retention *jinja.Dict

	// Publish is when what is built takes the place of what was there, for nodes whose configs do not say.
	Publish Publish

	Severities []Severity   // the diagnostics: block of the project file, in its order
	Checks     []CheckLevel // the checks: block of the project file, in its order

	hidden hidden   // what Redact hides
	looked []string // folders of local packages that were looked at, absolute
}

// Severity is how bad the project wants the problems of a code to be.
type Severity struct {
	Code     diag.Code
	Severity diag.Severity
	At       diag.Span // the code
}

// CheckLevel is how bad the project wants what a check finds to be.
type CheckLevel struct {
	Name     string
	Severity diag.Severity
	At       diag.Span // the name
}

// Package returns the package of that name, or nil.
func (p *Project) Package(name string) *Package {
	for _, pkg := range p.Packages {
		if pkg.Name == name {
			return pkg
		}
	}
	return nil
}

// Package is the root project or one installed in it.
type Package struct {
	Name    string
	Version string
	Dir     string       // absolute
	Source  *diag.Source // its project file
	IsRoot  bool

	Paths                Paths
	Configs              map[string]*Tree // by resource: "models", "seeds", "snapshots", "sources", "data_tests", "unit_tests", "analyses", "exposures" …
	Vars                 *jinja.Dict      // the vars: block as written; never nil
	Quoting              *jinja.Dict      // database, schema, identifier; never nil
	Dispatch             []Dispatch
	OnRunStart, OnRunEnd []Text
	QueryComment         *QueryComment // nil: the default
	Flags                *jinja.Dict   // the flags: block; never nil
	Cloud                *jinja.Dict   // the dbt-cloud: block; never nil
	RequireVersion       []string      // require-dbt-version
	Profile              string
	BareRefs             bool // bare_refs: the name of a model in a FROM is a ref
	RestrictAccess       bool // restrict-access: other packages cannot ref its private and protected models

	Models, Seeds, Snapshots, Tests, GenericTests, Analyses, Macros, Docs, Fixtures, Functions []*File

	PropertyFiles []*File // the YAML files in its folders

	Props Properties

	listed map[string]string // the folders that were listed, absolute, and a digest of the names found there; "" for one that is not there
}

// Paths are a package's folders, relative to its own, slash-separated.
type Paths struct {
	Models, Seeds, Snapshots, Tests, Analyses, Macros, Docs, Functions, Assets, Syncs, Checks []string
	Target, Packages, Logs                                                                    string
	Clean                                                                                     []string
}

// Dispatch is one entry of dispatch: the packages to search for macros of a namespace.
type Dispatch struct {
	Namespace string
	Search    []string
}

// QueryComment is what is put before or after each statement.
type QueryComment struct {
	Comment  string // a template; "" means none
	Default  bool   // the block gives no comment: it is the usual one
	Append   bool
	JobLabel bool
}

// Text is a piece of text that has its place, such as a hook.
type Text struct {
	Text        string
	At          diag.Span
	Transaction bool // a hook that runs inside the model's transaction; true unless said otherwise
}
