package macros

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/agate"
	"github.com/modsql/mod/compiler/macros/bind"
)

// adapter is the object `adapter`: what templates ask of the warehouse.
type adapter struct{ *Context }

// method is one method of the adapter object.
type method struct {
	params string
	call   func(a adapter, c *jinja.Call, args bind.Args) (jinja.Value, error)
	// parsing is the answer while the project is parsed; nil calls the method itself, which then needs no warehouse.
	parsing func() jinja.Value
	// offline tells that the method works without a warehouse.
	offline bool
}

func none() jinja.Value      { return nil }
func emptyList() jinja.Value { return jinja.NewList() }
func no() jinja.Value        { return false }
func nothingRun() jinja.Value {
	return jinja.NewTuple(&response{Response{Rows: -1}}, agate.New(nil, nil, nil))
}

// methods are the methods of the adapter object by name. Each file of this package that serves some adds its table here.
var methods = sync.OnceValue(func() map[string]method {
	all := map[string]method{}
	for _, some := range []map[string]method{
		basicMethods, statementMethods, relationMethods, columnMethods, nodeMethods, duckdbMethods, postgresMethods,
	} {
		maps.Copy(all, some)
	}
	return all
})

// basicMethods are about the warehouse as such.
var basicMethods = map[string]method{
	"type":                    {call: adapter.typeName, offline: true},
	"dispatch":                {params: "macro_name macro_namespace? packages?", call: adapter.dispatchMethod, offline: true},
	"quote":                   {params: "identifier", call: adapter.quote, offline: true},
	"quote_as_configured":     {params: "identifier quote_key", call: adapter.quoteAsConfigured, offline: true},
	"quote_seed_column":       {params: "column quote_config?", call: adapter.quoteSeedColumn, offline: true},
	"is_cancelable":           {call: constant(true), offline: true},
	"date_function":           {call: constant("now()"), offline: true},
	"nice_connection_name":    {call: constant("master"), offline: true},
	"supports":                {params: "capability", call: constant(false), offline: true},
	"build_catalog_relation":  {params: "config?", call: constant(nil), offline: true},
	"get_catalog_integration": {params: "name", call: constant(nil), offline: true},
}

func constant(v jinja.Value) func(adapter, *jinja.Call, bind.Args) (jinja.Value, error) {
	return func(adapter, *jinja.Call, bind.Args) (jinja.Value, error) { return v, nil }
}

// Attr implements jinja.Attributer.
func (a adapter) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "config":
		return a.settings(), true
	case "behavior":
		return behavior{}, true
	case "Relation":
		return relationType{a.Context}, true
	case "Column":
		return columnType{a.Dialect}, true
	}
	all := methods()
	m, ok := all[name]
	if !ok && !a.Execute {
		// As in dbt, a mistake of the run and not of the project: the call may never be reached.
		return jinja.Func{Name: "adapter." + name, Fn: func(*jinja.Call) (jinja.Value, error) { return "", nil }}, true
	}
	if !ok {
		return a.unknown(name, slices.Sorted(maps.Keys(all))), true
	}
	return bind.Func("adapter."+name, m.params, func(c *jinja.Call, args bind.Args) (jinja.Value, error) {
		if m.offline {
			return m.call(a, c, args)
		}
		if v, ok := a.answer(name, args); ok {
			return v, nil
		}
		if a.Asked != nil {
			a.Asked(name, c.Span)
		}
		if !a.Execute {
			return m.parsing(), nil
		}
		if a.Warehouse == nil {
			return nil, Offline("adapter." + name)
		}
		return m.call(a, c, args)
	}), true
}

// answer is what is known without asking the warehouse: whether the node's own relation exists.
func (a adapter) answer(name string, args bind.Args) (jinja.Value, bool) {
	if name != "get_relation" || !a.Execute || a.Warehouse != nil && a.Library.Overrides(relationsMacro) {
		return nil, false
	}
	r, err := named(args)
	if err != nil {
		return nil, false
	}
	t, ok := a.known(r)
	if !ok || t == nil {
		return nil, ok
	}
	return a.relation(t), true
}

// unknown is what a method that does not exist evaluates to: calling it is an error, asking whether it is defined is not.
func (a adapter) unknown(name string, known []string) *jinja.Undefined {
	hint := fmt.Sprintf("the adapter has no method '%s'", name)
	if s := diag.DidYouMean(name, known); s != "" {
		hint += ", " + s
	}
	return &jinja.Undefined{Name: "adapter." + name, Hint: hint}
}

// Offline is the error of a template that cannot be rendered offline. Like all diagnostics of this package it has no place:
// the rendering knows where the call was.
func Offline(what string) error {
	return &diag.Diagnostic{
		Code:    NeedsWarehouse,
		Message: "this template asks the warehouse (" + what + "), and the command works without one",
		Hint:    "run a command that connects, or guard the call with {% if execute %} and a default",
	}
}

// settings are adapter.config: what macros read of it.
func (a adapter) settings() jinja.Value {
	target := a.Project.Target
	return jinja.DictOf(
		"credentials", target.Dict, "project_name", a.Project.Root.Name, "target_name", target.Name,
		"profile_name", target.ProfileName, "threads", target.Threads, "quoting", a.Project.Root.Quoting,
	)
}

// behavior is adapter.behavior: dbt's behaviour flags, all off.
type behavior struct{}

// Attr implements jinja.Attributer.
func (behavior) Attr(string) (jinja.Value, bool) {
	return jinja.DictOf("no_warn", false, "setting", false), true
}

func (a adapter) typeName(*jinja.Call, bind.Args) (jinja.Value, error) { return a.Dialect.Name, nil }

func (a adapter) dispatchMethod(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	name, err := args.Text("macro_name", "")
	if err != nil {
		return nil, err
	}
	namespace, err := args.Text("macro_namespace", "")
	if err != nil {
		return nil, err
	}
	if args.Value("packages") != nil {
		return nil, fmt.Errorf("the packages argument of adapter.dispatch is not supported; pass macro_namespace, and set dispatch: in the project file")
	}
	return a.dispatch(namespace, name)
}

// dispatch is adapter.dispatch: the macro for this warehouse, to be called.
func (c *Context) dispatch(namespace, name string) (jinja.Value, error) {
	if ns, rest, ok := strings.Cut(name, "."); ok {
		return nil, &diag.Diagnostic{
			Code: UnknownMacro, Message: fmt.Sprintf("adapter.dispatch needs the name of a macro, not %q", name),
			Hint: fmt.Sprintf("write adapter.dispatch('%s', '%s')", rest, ns),
		}
	}
	m, tried := c.Library.Dispatch(c.Package.Name, namespace, name)
	if m != nil {
		return callable{c, m}, nil
	}
	return nil, &diag.Diagnostic{
		Code: UnknownMacro, Message: fmt.Sprintf("no macro %q for %s", name, c.Dialect.Name),
		Hint: "looked for " + strings.Join(tried, ", "),
	}
}

func (a adapter) quote(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	q := string(a.Dialect.Quote)
	return q + jinja.Str(args.Value("identifier")) + q, nil
}

// quotes tells whether a part of names is quoted, as the project file says, or else the dialect.
func (c *Context) quotes(part string) bool {
	v, ok := c.Project.Root.Quoting.Get(part)
	if !ok || v == nil {
		return !c.Dialect.Has(dialect.Unquoted)
	}
	return jinja.Truth(v)
}

func (a adapter) quoteAsConfigured(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	key := jinja.Str(args.Value("quote_key"))
	if !slices.Contains(parts[:], key) || !a.quotes(key) {
		return jinja.Str(args.Value("identifier")), nil
	}
	return a.quote(c, args)
}

func (a adapter) quoteSeedColumn(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	name := jinja.Str(args.Value("column"))
	switch v := args.Value("quote_config").(type) {
	case nil:
		if a.Dialect.Has(dialect.Unquoted) {
			return name, nil
		}
	case bool:
		if !v {
			return name, nil
		}
	default:
		return nil, fmt.Errorf("quote_columns must be true or false, not %s", jinja.TypeName(v))
	}
	q := string(a.Dialect.Quote)
	return q + name + q, nil
}
