package artifact

import (
	"io"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// semanticVersion is the version of the interface whose shape semantic_manifest.json has.
// https://github.com/dbt-labs/dbt-semantic-interfaces
var semanticVersion = []jinja.Value{"major_version", "0", "minor_version", "213", "patch_version", "0"}

// WriteSemantic writes semantic_manifest.json, which is what MetricFlow reads: the semantic models, metrics, saved queries and time
// spines of a project.
func WriteSemantic(w io.Writer, g *compiler.Graph) error {
	e := newEncoder(w)
	list := func(t compiler.Type, of func(*jinja.Dict) *jinja.Dict) *jinja.List {
		out := jinja.NewList()
		for _, n := range g.Order {
			if n.Type == t {
				out.Append(of(g.Describe(n)))
			}
		}
		return out
	}
	e.value(jinja.DictOf(
		"semantic_models", list(compiler.SemanticModel, semanticModel), "metrics", list(compiler.Metric, semanticMetric),
		"project_configuration", jinja.DictOf("time_spine_table_configurations", legacySpines(g), "metadata", nil,
			"dsi_package_version", jinja.DictOf(semanticVersion...), "time_spines", timeSpines(g)),
		"saved_queries", list(compiler.SavedQuery, semanticQuery),
	))
	return e.flush()
}

// taken is a dict of some keys of another, in that order; a key that the other has not is None.
func taken(from *jinja.Dict, keys ...string) *jinja.Dict {
	out := jinja.NewDict()
	for _, key := range keys {
		out.Put(key, at(from, key))
	}
	return out
}

// each maps the dicts of a list; None stays None.
func each(v jinja.Value, of func(*jinja.Dict) *jinja.Dict) jinja.Value {
	l, ok := v.(*jinja.List)
	if !ok {
		return v
	}
	out := jinja.NewList()
	for _, item := range l.Items {
		out.Append(of(item.(*jinja.Dict)))
	}
	return out
}

func ofKeys(keys ...string) func(*jinja.Dict) *jinja.Dict {
	return func(d *jinja.Dict) *jinja.Dict { return taken(d, keys...) }
}

// metaOnly is what the semantic manifest keeps of a config.
func metaOnly(d *jinja.Dict) *jinja.Dict {
	config, _ := at(d, "config").(*jinja.Dict)
	return taken(config, "meta")
}

func semanticModel(d *jinja.Dict) *jinja.Dict {
	out := taken(d, "name", "defaults", "description", "node_relation", "primary_entity", "entities", "measures", "dimensions", "label", "metadata")
	out.Put("entities", each(at(d, "entities"), ofKeys("name", "description", "type", "role", "expr", "metadata", "label", "config")))
	out.Put("measures", each(at(d, "measures"), ofKeys("name", "agg", "description", "create_metric", "expr", "agg_params", "metadata",
		"non_additive_dimension", "agg_time_dimension", "label", "config")))
	out.Put("dimensions", each(at(d, "dimensions"), ofKeys("name", "description", "type", "datatype", "is_partition", "type_params", "expr", "metadata",
		"label", "config")))
	out.Put("config", metaOnly(d))
	return out
}

func semanticMetric(d *jinja.Dict) *jinja.Dict {
	out := taken(d, "name", "description", "type", "datatype", "type_params", "filter", "metadata", "label", "config", "time_granularity")
	params, _ := at(d, "type_params").(*jinja.Dict)
	params = taken(params, "measure", "numerator", "denominator", "expr", "window", "grain_to_date", "metrics", "conversion_type_params",
		"cumulative_type_params", "input_measures", "metric_aggregation_params", "join_to_timespine", "fill_nulls_with", "is_private")
	if c, ok := at(params, "conversion_type_params").(*jinja.Dict); ok {
		params.Put("conversion_type_params", taken(c, "base_measure", "base_metric", "conversion_measure", "conversion_metric", "entity", "calculation",
			"window", "constant_properties"))
	}
	out.Put("type_params", params)
	out.Put("config", metaOnly(d))
	return out
}

func semanticQuery(d *jinja.Dict) *jinja.Dict {
	out := taken(d, "name", "query_params", "description", "metadata", "label", "exports", "tags")
	params, _ := at(d, "query_params").(*jinja.Dict)
	out.Put("query_params", taken(params, "metrics", "group_by", "order_by", "limit", "where"))
	out.Put("exports", each(at(d, "exports"), func(e *jinja.Dict) *jinja.Dict {
		config, _ := at(e, "config").(*jinja.Dict)
		return jinja.DictOf("name", at(e, "name"), "config", taken(config, "export_as", "schema_name", "alias"))
	}))
	return out
}

// timeSpines are the calendars that the project's models are.
func timeSpines(g *compiler.Graph) *jinja.List {
	out := jinja.NewList()
	for _, n := range g.Order {
		if n.Type != compiler.Model || n.Props == nil || n.Props.TimeSpine == nil {
			continue
		}
		d := g.Describe(n)
		spine, ok := at(d, "time_spine").(*jinja.Dict)
		if !ok {
			continue
		}
		name := at(spine, "standard_granularity_column")
		columns, _ := at(d, "columns").(*jinja.Dict)
		column, _ := at(columns, jinja.Str(name)).(*jinja.Dict)
		out.Append(jinja.DictOf("node_relation", g.NodeRelation(n),
			"primary_column", jinja.DictOf("name", name, "time_granularity", at(column, "granularity")),
			"custom_granularities", each(at(spine, "custom_granularities"), ofKeys("name", "column_name"))))
	}
	return out
}

// legacySpines is the calendar of days that is known by its name alone.
func legacySpines(g *compiler.Graph) *jinja.List {
	out := jinja.NewList()
	spine, semantic := (*compiler.Node)(nil), false
	for _, n := range g.Order {
		semantic = semantic || n.Type == compiler.SemanticModel
		if n.Type == compiler.Model && n.Name == compiler.LegacyTimeSpine {
			spine = n
		}
	}
	if !semantic || spine == nil {
		return out
	}
	if d := g.Describe(spine); at(d, "time_spine") == nil {
		out.Append(jinja.DictOf("location", at(d, "relation_name"), "column_name", "date_day", "grain", "day", "metadata", nil))
	}
	return out
}
