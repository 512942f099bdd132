package compiler

import (
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Config is a node's merged config. It is not changed after Compile.
type Config struct {
	Values     *jinja.Dict // rendered; hyphens in dbt's keys are underscores (pre_hook); never nil
	Unrendered *jinja.Dict // as written; nil if nothing was

	common bool // lists and dicts in Values may be those of other nodes too: a template is given copies
}

// given is a value as a template may have it.
func (c *Config) given(v jinja.Value) jinja.Value {
	if c.common {
		return jinja.Deep(v)
	}
	return v
}

// keep notes a config as it is written.
func (c *Config) keep(name string, v jinja.Value) {
	if c.Unrendered == nil {
		c.Unrendered = jinja.NewDict()
	}
	c.Unrendered.Put(name, v)
}

// Value returns a config as templates see it; ok is false if it is not set, or None.
func (c *Config) Value(name string) (v jinja.Value, ok bool) {
	v, ok = c.Values.GetString(configKey(name))
	return c.given(v), ok && v != nil
}

// Get returns a value as plain Go: nil, bool, int, float64, string, []any or map[string]any. It implements materialize.Config.
func (c *Config) Get(name string) any {
	v, _ := c.Value(name)
	return plain(v)
}

// String returns a config as text, "" if it is not set.
func (c *Config) String(name string) string {
	v, ok := c.Value(name)
	if !ok {
		return ""
	}
	return jinja.Str(v)
}

// Bool returns a config as a truth value, fallback if it is not set. The words of YAML ("true", "no" …) count, since configs
// written in templates may be text.
func (c *Config) Bool(name string, fallback bool) bool {
	v, ok := c.Value(name)
	if !ok {
		return fallback
	}
	if s, isText := v.(string); isText {
		switch strings.ToLower(strings.TrimSpace(s)) {
		case "true", "yes", "on", "t", "y", "1":
			return true
		case "false", "no", "off", "f", "n", "0", "":
			return false
		}
	}
	return jinja.Truth(v)
}

// Materialized is the node's materialization.
func (c *Config) Materialized() string { return c.String("materialized") }

// Strings returns a config that is a list of text, or one text; nil if it is not set.
func (c *Config) Strings(name string) []string {
	v, _ := c.Values.GetString(configKey(name))
	return jinja.Strs(v)
}

func configKey(name string) string { return strings.ReplaceAll(name, "-", "_") }

// plain turns a template value into plain Go.
func plain(v jinja.Value) any {
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		return v
	case *jinja.List:
		return plainItems(v.Items)
	case *jinja.Tuple:
		return plainItems(v.Items)
	case *jinja.Dict:
		out := map[string]any{}
		for k, item := range v.All() {
			out[jinja.Str(k)] = plain(item)
		}
		return out
	default:
		return jinja.Str(v)
	}
}

func plainItems(items []jinja.Value) any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = plain(item)
	}
	return out
}

// defaults are the configs a node has before anybody says anything, in the order in which dbt writes them.
func defaults(t Type) *jinja.Dict {
	d := jinja.DictOf("enabled", true, "alias", nil, "schema", nil, "database", nil, "tags", jinja.NewList(), "meta", jinja.NewDict(), "group", nil,
		"static_analysis", nil)
	switch t {
	case Test:
		d.Put("schema", "dbt_test__audit")
		d.Put("materialized", "test")
		d.Put("severity", "ERROR")
		d.Put("store_failures", nil)
		d.Put("store_failures_as", nil)
		d.Put("sql_header", nil)
		d.Put("where", nil)
		d.Put("limit", nil)
		d.Put("fail_calc", "count(*)")
		d.Put("warn_if", "!= 0")
		d.Put("error_if", "!= 0")
		return d
	case Source:
		return jinja.DictOf("enabled", true, "event_time", nil, "freshness", fullFreshness(jinja.NewDict()), "loaded_at_field", nil, "loaded_at_query", nil,
			"meta", jinja.NewDict(), "tags", jinja.NewList(), "static_analysis", nil)
	case UnitTest:
		return jinja.DictOf("tags", jinja.NewList(), "meta", jinja.NewDict(), "enabled", true, "static_analysis", nil)
	case Exposure, Sync:
		return jinja.DictOf("enabled", true, "tags", jinja.NewList(), "meta", jinja.NewDict())
	case Metric, SemanticModel:
		return jinja.DictOf("enabled", true, "group", nil, "meta", jinja.NewDict())
	case SavedQuery:
		return jinja.DictOf("enabled", true, "group", nil, "meta", jinja.NewDict(), "export_as", nil, "schema", nil,
			"cache", jinja.DictOf("enabled", false))
	}
	d.Put("materialized", map[Type]string{Seed: "seed", Snapshot: "snapshot", Function: "function"}[t])
	if m, _ := d.Get("materialized"); m == "" {
		d.Put("materialized", "view")
	}
	for _, pair := range []struct {
		key   string
		value jinja.Value
	}{
		{"incremental_strategy", nil}, {"batch_size", nil}, {"lookback", 1}, {"begin", nil},
		{"persist_docs", jinja.NewDict()}, {"post_hook", jinja.NewList()}, {"pre_hook", jinja.NewList()},
		{"quoting", jinja.NewDict()}, {"column_types", jinja.NewDict()}, {"full_refresh", nil}, {"unique_key", nil},
		{"on_schema_change", "ignore"}, {"on_configuration_change", "apply"}, {"grants", jinja.NewDict()},
		{"packages", jinja.NewList()}, {"docs", jinja.DictOf("show", true, "node_color", nil)},
		{"contract", jinja.DictOf("enforced", false, "alias_types", true)}, {"event_time", nil}, {"concurrent_batches", nil},
	} {
		d.Put(pair.key, pair.value)
	}
	switch t {
	case Seed:
		d.Put("delimiter", ",")
		d.Put("quote_columns", nil)
	case Snapshot:
		for _, key := range []string{"strategy", "target_schema", "target_database", "updated_at", "check_cols"} {
			d.Put(key, nil)
		}
		d.Put("snapshot_meta_column_names", noMetaColumns())
		d.Put("dbt_valid_to_current", nil)
	case Function:
		for _, pair := range []struct {
			key   string
			value jinja.Value
		}{{"type", "scalar"}, {"volatility", nil}, {"runtime_version", nil}, {"entry_point", nil}} {
			d.Put(pair.key, pair.value)
		}
		for _, each := range dialect.All() {
			if each.Functions != nil {
				of := jinja.NewDict()
				for _, key := range slices.Sorted(maps.Keys(each.Functions)) {
					of.Put(key, each.Functions[key])
				}
				d.Put(each.Name, of)
			}
		}
	case Model:
		d.Put("access", "protected")
		d.Put("freshness", nil)
		d.Put("on_error", nil)
		d.Put("latest_version_pointer", jinja.DictOf("enabled", nil, "alias", nil))
	}
	return d
}

// allDefaults are the defaults of every type.
func allDefaults() map[Type]*jinja.Dict {
	out := map[Type]*jinja.Dict{}
	for _, t := range []Type{Model, Seed, Snapshot, Test, Analysis, Operation, Source, Exposure, UnitTest, Function, Metric, SemanticModel, SavedQuery, Sync} {
		out[t] = defaults(t).Freeze()
	}
	return out
}

// section is the block of a project file that configures nodes of a type.
func section(t Type) string {
	switch t {
	case Seed:
		return "seeds"
	case Snapshot:
		return "snapshots"
	case Source:
		return "sources"
	case Test:
		return "data_tests"
	case UnitTest:
		return "unit_tests"
	case Exposure:
		return "exposures"
	case Sync:
		return "syncs"
	case Function:
		return "functions"
	case Metric:
		return "metrics"
	case SemanticModel:
		return "semantic_models"
	case SavedQuery:
		return "saved_queries"
	default:
		return "models"
	}
}

// mergeConfig is a node's config: defaults, its package's project file, its properties, its own config() calls, and over
// all of that the root project's file, if the node is from another package.
// The order is dbt's: https://docs.getdbt.com/reference/define-configs.
func (g *Graph) mergeConfig(t Type, pkg *project.Package, fqn []string, properties []*project.Layer, calls *project.Layer) *Config {
	c := &Config{common: t == Test} // of which a project has more than of all others
	if c.common {
		c.Values = g.defaults[t].Clone()
	} else {
		c.Values = g.defaults[t].Deep()
	}
	c.applyProject(t, pkg, fqn)
	c.apply(properties...)
	c.applyCalls(calls)
	if !pkg.IsRoot {
		c.applyProject(t, g.project.Root, fqn)
	}
	return c
}

// applyProject applies what a package's project file says. As in dbt, what is kept as written of a function is what the file says of
// models, and of semantic models and saved queries nothing.
func (c *Config) applyProject(t Type, pkg *project.Package, fqn []string) {
	layers := pkg.Configs[section(t)].Layers(fqn)
	switch t {
	case Function:
		c.applyValues(layers)
		c.applyUnrendered(pkg.Configs[section(Model)].Layers(fqn))
	case SemanticModel, SavedQuery:
		c.applyValues(layers)
	default:
		c.apply(layers...)
	}
}

func (c *Config) apply(layers ...*project.Layer) {
	c.applyValues(layers)
	c.applyUnrendered(layers)
}

func (c *Config) applyValues(layers []*project.Layer) {
	for _, l := range layers {
		if l != nil {
			project.Merge(c.Values, l.Values)
		}
	}
}

func (c *Config) applyUnrendered(layers []*project.Layer) {
	for _, l := range layers {
		if l == nil {
			continue
		}
		for k, v := range l.Unrendered.All() {
			name := jinja.Str(k)
			if name == "pre_hook" || name == "post_hook" { // which files spell with a hyphen
				name = strings.ReplaceAll(name, "_", "-")
			}
			c.keep(name, v)
		}
	}
}

// applyCalls applies a template's own config() calls.
func (c *Config) applyCalls(calls *project.Layer) {
	if calls == nil {
		return
	}
	project.Merge(c.Values, calls.Values)
	for k, v := range calls.Unrendered.All() {
		c.keep(jinja.Str(k), v)
	}
}
