package macros

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// Invocation is what is the same for every node of one call of mod. Time and identity come from outside, so that compiling
// stays pure.
type Invocation struct {
	ID        string                       // a UUID
	StartedAt jinja.Value                  // run_started_at; nil takes Started, in UTC
	Started   int64                        // Unix nanoseconds
	Version   string                       // dbt_version: the dbt release that mod answers as; "" is [Release]
	Flags     map[string]jinja.Value       // FULL_REFRESH, STORE_FAILURES, WHICH …
	Args      *jinja.Dict                  // invocation_args_dict
	Metadata  *jinja.Dict                  // dbt_metadata_envs: the DBT_ENV_CUSTOM_ENV_ variables without that prefix
	Log       func(text string, info bool) // log(); nil drops
	Print     func(text string)            // print(); nil drops
	Warn      func(text string) error      // exceptions.warn(), which fails with that error; nil drops
	Selected  []string                     // selected_resources
	// Heard, if not nil, is told what a template asks for that another call of mod may answer differently: "flags." and a name,
	// "invocation_id", "run_started_at" … It is safe for concurrent use.
	Heard func(what string)
}

// arguments are invocation_args_dict: the arguments of this call, and those flags that are not among them, by dbt's names.
func (i *Invocation) arguments() *jinja.Dict {
	args := orEmpty(i.Args).Clone()
	for _, flag := range slices.Sorted(maps.Keys(i.Flags)) {
		name := strings.ToLower(flag)
		if _, told := args.Get(name); !told {
			args.Put(name, i.Flags[flag])
		}
	}
	return args
}

func (i *Invocation) hear(what string) {
	if i.Heard != nil {
		i.Heard(what)
	}
}

// Release is the dbt release that mod answers as unless told otherwise: that whose documented behaviour it follows.
const Release = project.Release

// Context is the names one template sees. It implements jinja.Globals; each rendering has its own.
type Context struct {
	Library    *Library
	Project    *project.Project
	Package    *project.Package // of the node
	Dialect    *dialect.Dialect
	Invocation *Invocation
	Execute    bool      // false while parsing
	Warehouse  Warehouse // nil: adapter methods answer as dbt does at parse time, or say that they need a warehouse; set by Connect
	// Existing is what has the name of This, nil if nothing or if it is not known. It answers adapter.get_relation(this), and
	// with that is_incremental(), without asking the warehouse.
	Existing *relation.Table
	Thread   string // thread_id; "" is the main thread

	// What the node supplies; a nil function means that the name is not there (as in a docs context).
	Ref    func(c *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error)
	Source func(c *jinja.Call, source, table string) (jinja.Value, error)
	// Function is the relation of a function; Metric the name of a metric.
	Function func(c *jinja.Call, pkg, name string) (jinja.Value, error)
	Metric   func(c *jinja.Call, pkg, name string) (jinja.Value, error)
	Config   jinja.Value // the config object: callable, with get, require, set …
	This     jinja.Value // a *Relation, or nil
	Model    func() *jinja.Dict
	Graph    *Graph // shared by all contexts of an invocation
	// Called, if not nil, is told of every macro that is called and every adapter method that asks the warehouse.
	Called func(macro *Macro)
	// Direct, if not nil, is told of the macros that the template calls itself, not through another macro.
	Direct func(macro *Macro)
	Asked  func(method string, at diag.Span)
	// Used, if not nil, is told of the variables that are asked for, and what they are: "var" or "env var", and the name.
	Used func(kind, name string, value jinja.Value)
	// Leading, if not nil, is the macro of a generic test that is being read: those that it leads to are found by their bare names too,
	// whatever their package, as in dbt.
	Leading *Macro
	// Write, if not nil, stores what a materialization gives to write(): the statement that it runs.
	Write func(text string) error
	// Rows, if not nil, reads the node's seed file for load_agate_table().
	Rows func() (*Result, error)
	// Vars, if not nil, go before the project's variables.
	Vars *jinja.Dict
	// Extra are further names: sql, compiled_code, pre_hooks, post_hooks, results, schemas …; they hide all others.
	Extra map[string]jinja.Value

	ground  jinja.Globals // what YAML sees too
	own     map[string]jinja.Value
	results map[string]*stored
	hold    hold
}

// Lookup implements jinja.Globals. As in dbt, macros hide all other names, and the node's package those of the root project.
func (c *Context) Lookup(name string) (jinja.Value, bool) {
	if v, ok := c.Extra[name]; ok {
		return v, true
	}
	if name == "context" {
		return names{c}, true
	}
	if v, ok := c.macro(name); ok {
		return v, true
	}
	if v, ok := c.builtin(name); ok || c.Leading == nil {
		return v, ok
	}
	if m := c.Library.Led(c.Leading, name); m != nil {
		return callable{c, m}, true
	}
	return nil, false
}

// macro resolves a bare name to a macro or to a package's namespace, in the order of dbt: the node's package, the root project,
// the packages by their names, the pack.
func (c *Context) macro(name string) (jinja.Value, bool) {
	l := c.Library
	if l == nil {
		return nil, false
	}
	for _, macros := range []index{l.packages[c.Package.Name], l.packages[l.root]} {
		if m := macros[name]; m != nil {
			return callable{c, m}, true
		}
	}
	if macros, ok := l.namespace(name); ok {
		return namespace{c, name, macros}, true
	}
	if m := l.builtin[name]; m != nil {
		return callable{c, m}, true
	}
	return nil, false
}

// builtinNames are the names that builtin resolves, for the objects `builtins` and `context`.
var builtinNames = []string{
	"adapter", "adapter_macro", "api", "builtins", "column", "config", "connection_name", "context_macro_stack", "database",
	"dbt_metadata_envs", "dbt_version", "env", "env_var", "exceptions", "execute", "flags", "fromjson", "fromyaml", "function", "graph",
	"invocation_args_dict", "invocation_id", "load_agate_table", "load_result", "local_md5", "diff_of_two_dicts", "log", "metric", "model",
	"modules", "print", "project_name", "ref", "render", "return", "run_started_at", "schema", "selected_resources", "set",
	"set_strict", "source", "store_raw_result", "store_result", "submit_python_job", "target", "this", "thread_id", "tojson",
	"toyaml", "try_or_compiler_error", "validation", "var", "write", "zip", "zip_strict",
}

// Names are the names that a template may use, for "did you mean".
func (c *Context) Names() []string {
	if c.Library == nil {
		return builtinNames
	}
	return append(c.Library.Names(c.Package.Name), builtinNames...)
}

// builtin resolves the names that are no macros.
func (c *Context) builtin(name string) (jinja.Value, bool) {
	for _, group := range []func(string) (jinja.Value, bool){c.nodeName, c.resultName, c.runName, c.speechName} {
		if v, ok := group(name); ok {
			return v, true
		}
	}
	if c.ground == nil {
		c.ground = c.Project.Globals(c.Package, false)
	}
	return c.ground.Lookup(name)
}

// nodeName resolves what belongs to the node and to its warehouse.
func (c *Context) nodeName(name string) (jinja.Value, bool) {
	switch name {
	case "ref":
		return refFunction(c), c.Ref != nil
	case "source":
		return sourceFunction(c), c.Source != nil
	case "config":
		return c.Config, c.Config != nil
	case "this":
		return c.This, true
	case "model":
		return c.dict(c.Model), c.Model != nil
	case "graph":
		return c.graph(), c.Graph != nil
	case "adapter":
		return adapter{c}, true
	case "api":
		return jinja.DictOf("Relation", relationType{c}, "Column", columnType{c.Dialect}), true
	case "column":
		return columnType{c.Dialect}, true
	case "database":
		return optional(cmp.Or(c.self().Database, c.Project.Target.Database)), true
	case "schema":
		return optional(cmp.Or(c.self().Schema, c.Project.Target.Schema)), true
	case "env", "target":
		return c.mine("target", c.Project.Target.Dict), c.Project.Target.Dict != nil
	case "function":
		return namedFunction("function", "a function", c.Function), c.Function != nil
	case "metric":
		return namedFunction("metric", "a metric", c.Metric), c.Metric != nil
	case "submit_python_job":
		return unsupported(name), true
	}
	return nil, false
}

// self is where the node stands; the zero value for what is no node.
func (c *Context) self() relation.Relation {
	if this, ok := c.This.(*Relation); ok && this != nil {
		return this.Relation
	}
	return relation.Relation{}
}

func (c *Context) dict(of func() *jinja.Dict) jinja.Value {
	if of == nil {
		return nil
	}
	return of()
}

// runName resolves what is the same for all nodes of a run.
func (c *Context) runName(name string) (jinja.Value, bool) {
	run := c.Invocation
	if run == nil {
		run = &Invocation{}
	}
	switch name {
	case "invocation_id", "invocation_args_dict", "dbt_metadata_envs", "run_started_at", "selected_resources":
		run.hear(name)
	}
	switch name {
	case "execute":
		return c.Execute, true
	case "flags":
		return flags{run}, true
	case "invocation_id":
		return run.ID, true
	case "invocation_args_dict":
		return c.mine(name, run.arguments()), true
	case "dbt_metadata_envs":
		return c.mine(name, orEmpty(run.Metadata)), true
	case "dbt_version":
		if run.Version == "" {
			return Release, true
		}
		return run.Version, true
	case "run_started_at":
		return run.startedAt(), true
	case "selected_resources":
		return texts(run.Selected), true
	case "thread_id":
		if c.Thread == "" {
			return "MainThread", true
		}
		return c.Thread, true
	case "connection_name":
		return "", true
	case "context_macro_stack":
		return nil, true
	}
	return nil, false
}

// mine is this context's own copy of a value that all renderings share: templates may change what they are given, and they run side
// by side.
func (c *Context) mine(name string, shared jinja.Value) jinja.Value {
	if v, ok := c.own[name]; ok {
		return v
	}
	copied := jinja.Deep(shared)
	if c.own == nil {
		c.own = map[string]jinja.Value{}
	}
	c.own[name] = copied
	return copied
}

func orEmpty(d *jinja.Dict) *jinja.Dict {
	if d == nil {
		return jinja.NewDict()
	}
	return d
}

func texts(in []string) *jinja.List {
	l := jinja.NewList()
	for _, s := range in {
		l.Items = append(l.Items, s)
	}
	return l
}
