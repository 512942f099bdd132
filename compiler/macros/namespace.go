package macros

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// callable is a macro as a template sees it.
type callable struct {
	context *Context
	macro   *Macro
}

// Call implements jinja.Callable.
func (m callable) Call(call *jinja.Call) (jinja.Value, error) {
	if m.context.Called != nil {
		m.context.Called(m.macro)
	}
	if m.context.Direct != nil && len(call.State.Macros()) == 0 {
		m.context.Direct(m.macro)
	}
	return m.macro.Block.Macro.Call(call)
}

// Attr implements jinja.Attributer.
func (m callable) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "name":
		return m.macro.Name, true
	case "arguments":
		return texts(m.parameters()), true
	}
	return nil, false
}

func (m callable) parameters() []string {
	var out []string
	for _, p := range m.macro.Block.Macro.Params {
		out = append(out, p.Name)
	}
	return out
}

// String is how a macro that is printed instead of called looks.
func (m callable) String() string { return "<macro " + m.macro.Package + "." + m.macro.Name + ">" }

// namespace is the macros of a package: dbt_utils in dbt_utils.star().
type namespace struct {
	context *Context
	name    string
	macros  index
}

// Attr implements jinja.Attributer.
func (n namespace) Attr(name string) (jinja.Value, bool) {
	if m := n.macros[name]; m != nil {
		return callable{n.context, m}, true
	}
	switch name {
	case "get":
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("key", "")
			if m := n.macros[key]; m != nil {
				return callable{n.context, m}, err
			}
			return a.Value("default"), err
		}), true
	case "keys":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return texts(n.names()), nil }), true
	}
	return n.unknown(name), true
}

// unknown is what a name that the package does not have evaluates to.
func (n namespace) unknown(name string) *jinja.Undefined {
	hint := "package '" + n.name + "' has no macro '" + name + "'"
	if s := diag.DidYouMean(name, n.names()); s != "" {
		hint += ", " + s
	}
	return &jinja.Undefined{Name: n.name + "." + name, Hint: hint, Missing: true}
}

// Index implements jinja.Indexer.
func (n namespace) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	if m := n.macros[name]; m != nil {
		return callable{n.context, m}, true, nil
	}
	return n.unknown(name), true, nil
}

// Iterate implements jinja.Iterable: the names.
func (n namespace) Iterate() iter.Seq[jinja.Value] { return each(n.names()) }

// String is how a namespace is shown.
func (n namespace) String() string { return "<package " + n.name + ">" }

func (n namespace) names() []string { return slices.Sorted(maps.Keys(n.macros)) }

func each(names []string) iter.Seq[jinja.Value] {
	return func(yield func(jinja.Value) bool) {
		for _, name := range names {
			if !yield(name) {
				return
			}
		}
	}
}

// names is the object `context`: every name of the template, as a dict.
type names struct{ context *Context }

// Attr implements jinja.Attributer.
func (n names) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "get":
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("key", "")
			if v, ok := n.context.Lookup(key); ok {
				return v, err
			}
			return a.Value("default"), err
		}), true
	case "keys":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return texts(n.all()), nil }), true
	case "update":
		return bind.Func(name, "other? **names", n.update), true
	case "setdefault":
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("key", "")
			if v, ok := n.context.Lookup(key); ok || err != nil {
				return v, err
			}
			n.set(key, a.Value("default"))
			return a.Value("default"), nil
		}), true
	}
	return n.context.Lookup(name)
}

// update sets names for all that is rendered with this context from now on: packages keep there what they share between macros.
func (n names) update(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	given := a.Extra
	if a.Given("other") {
		d, ok := a.Value("other").(*jinja.Dict)
		if !ok {
			return nil, fmt.Errorf("context.update() takes a dict, not %s", jinja.TypeName(a.Value("other")))
		}
		given = d.Clone()
		for k, v := range a.Extra.All() {
			given.Put(jinja.Str(k), v)
		}
	}
	for k, v := range given.All() {
		n.set(jinja.Str(k), v)
	}
	return nil, nil
}

func (n names) set(name string, v jinja.Value) {
	if n.context.Extra == nil {
		n.context.Extra = map[string]jinja.Value{}
	}
	n.context.Extra[name] = v
}

// Index implements jinja.Indexer.
func (n names) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := n.context.Lookup(name)
	return v, ok, nil
}

// Iterate implements jinja.Iterable: the names.
func (n names) Iterate() iter.Seq[jinja.Value] { return each(n.all()) }

func (n names) all() []string {
	out := slices.Concat(builtinNames, slices.Collect(maps.Keys(n.context.Extra)))
	if l := n.context.Library; l != nil {
		out = slices.Concat(out, l.Names(n.context.Package.Name), slices.Collect(maps.Keys(l.packages)), []string{PackPackage})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// builtins is the object `builtins`: the names as they are without the project's macros, so that a macro `ref` can call the
// ref that it hides.
type builtins struct{ context *Context }

// Attr implements jinja.Attributer.
func (b builtins) Attr(name string) (jinja.Value, bool) {
	if name == "get" {
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("key", "")
			if v, ok := b.context.builtin(key); ok {
				return v, err
			}
			return a.Value("default"), err
		}), true
	}
	return b.context.builtin(name)
}

// Index implements jinja.Indexer.
func (b builtins) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := b.context.builtin(name)
	return v, ok, nil
}

// Iterate implements jinja.Iterable: the names.
func (b builtins) Iterate() iter.Seq[jinja.Value] { return each(builtinNames) }

// flags is the object `flags`.
type flags struct{ run *Invocation }

// Attr implements jinja.Attributer.
func (f flags) Attr(name string) (jinja.Value, bool) {
	f.run.hear("flags." + name)
	v, ok := f.run.Flags[name]
	return v, ok
}

// Index implements jinja.Indexer.
func (f flags) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := f.Attr(name)
	return v, ok, nil
}
