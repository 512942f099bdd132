package compiler

import "github.com/modsql/mod/compiler/jinja"

// Config is a node's merged config. It is not changed after Compile.
type Config struct {
	Values     *jinja.Dict // rendered, in dbt's spelling of the keys; never nil
	Unrendered *jinja.Dict // as written; never nil
}

// Get returns a value as plain Go: nil, bool, int, float64, string, []any or map[string]any. It implements materialize.Config.
func (c *Config) Get(name string) any { panic("not built yet") }

// String returns a config as text, "" if it is not set.
func (c *Config) String(name string) string { panic("not built yet") }

// Bool returns a config as a truth value, fallback if it is not set.
func (c *Config) Bool(name string, fallback bool) bool { panic("not built yet") }

// Materialized is the node's materialization.
func (c *Config) Materialized() string { return c.String("materialized") }
