package compiler

import (
	"errors"
	"fmt"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
)

// context is the ground of every context of a node: the project, the library, and the node itself.
func (g *Graph) context(n *Node) *macros.Context {
	return &macros.Context{
		Library: g.Library, Project: g.Project, Package: n.Package, Dialect: g.Dialect, Invocation: g.options.Invocation,
		Model: func() *jinja.Dict { return g.describeOwn(n) },
		Graph: g.seen,
		Extra: map[string]jinja.Value{},
	}
}

// nodeConfig is the config object of a template that is rendered for good.
type nodeConfig struct{ node *Node }

// Call implements jinja.Callable: config(…) has been heard while parsing and leaves nothing.
func (nodeConfig) Call(*jinja.Call) (jinja.Value, error) { return "", nil }

// Attr implements jinja.Attributer.
func (o nodeConfig) Attr(name string) (jinja.Value, bool) {
	config := o.node.Config
	switch name {
	case "get":
		return jinja.Func{Name: "config.get", Fn: func(c *jinja.Call) (jinja.Value, error) { return config.ask(c, false) }}, true
	case "require":
		return jinja.Func{Name: "config.require", Fn: func(c *jinja.Call) (jinja.Value, error) { return config.ask(c, true) }}, true
	case "meta_get":
		return jinja.Func{Name: "config.meta_get", Fn: func(c *jinja.Call) (jinja.Value, error) { return askIn(config.Meta(), c, false) }}, true
	case "meta_require":
		return jinja.Func{Name: "config.meta_require", Fn: func(c *jinja.Call) (jinja.Value, error) { return askIn(config.Meta(), c, true) }}, true
	case "set":
		return jinja.Func{Name: "config.set", Fn: func(*jinja.Call) (jinja.Value, error) { return "", nil }}, true
	case "persist_relation_docs":
		return jinja.Func{Name: "config.persist_relation_docs", Fn: func(*jinja.Call) (jinja.Value, error) { return config.Persists("relation"), nil }}, true
	case "persist_column_docs":
		return jinja.Func{Name: "config.persist_column_docs", Fn: func(*jinja.Call) (jinja.Value, error) { return config.Persists("columns"), nil }}, true
	case "model":
		return nil, false
	default:
		return nil, false
	}
}

// Meta is the meta config; never nil.
func (c *Config) Meta() *jinja.Dict {
	meta := dictOf(c.Values, "meta")
	if c.common {
		return meta.Deep()
	}
	return meta
}

// Persists tells whether persist_docs asks for descriptions of that sort to be stored.
func (c *Config) Persists(what string) bool {
	v, _ := dictOf(c.Values, "persist_docs").Get(what)
	return v != nil && jinja.Truth(v)
}

// ask answers config.get and config.require. A key that is no config but stands in meta is found there, as dbt 1.x does.
func (c *Config) ask(call *jinja.Call, required bool) (jinja.Value, error) {
	name, fallback, err := askedFor(call)
	if err != nil {
		return nil, err
	}
	if columns := c.snapshotColumns(); columns != nil && name == "snapshot_table_column_names" {
		return columns, nil
	}
	if v, ok := c.Values.Get(configKey(name)); ok {
		if v == nil && !required {
			return fallback, nil
		}
		return c.given(v), nil
	}
	if v, ok := c.Meta().Get(name); ok {
		return v, nil
	}
	if required {
		return nil, missingConfig(name)
	}
	return fallback, nil
}

func askIn(meta *jinja.Dict, call *jinja.Call, required bool) (jinja.Value, error) {
	name, fallback, err := askedFor(call)
	if err != nil {
		return nil, err
	}
	if v, ok := meta.Get(name); ok {
		return v, nil
	}
	if required {
		return nil, missingConfig(name)
	}
	return fallback, nil
}

func askedFor(call *jinja.Call) (name string, fallback jinja.Value, err error) {
	if len(call.Args) > 0 {
		name = jinja.Str(call.Args[0])
	} else if v, ok := call.Kwargs.Get("name"); ok {
		name = jinja.Str(v)
	} else {
		return "", nil, errors.New("config.get() needs the name of a config")
	}
	if len(call.Args) > 1 {
		fallback = call.Args[1]
	} else if v, ok := call.Kwargs.Get("default"); ok {
		fallback = v
	}
	return name, fallback, nil
}

func missingConfig(name string) error {
	return fmt.Errorf("the config %q is required and not set", name)
}
