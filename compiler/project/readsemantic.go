package project

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// The words of the semantic layer.
// https://docs.getdbt.com/docs/build/semantic-models
var (
	metricTypes   = []string{"simple", "ratio", "cumulative", "derived", "conversion"}
	aggregations  = []string{"sum", "min", "max", "count_distinct", "sum_boolean", "average", "percentile", "median", "count"}
	granularities = []string{"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}
	entityTypes   = []string{"foreign", "natural", "primary", "unique"}
	calculations  = []string{"conversions", "conversion_rate"}
	periods       = []string{"first", "last", "average"}
)

var (
	isAggregation = among("an aggregation", aggregations...)
	isDimension   = among("a type of dimension", "categorical", "time")
	isEntity      = among("a type of entity", entityTypes...)
	isGrain       = among("a granularity", granularities...)
)

// isWindow is for a length of time, as in "7 days".
func isWindow(r *propertiesReader, n *node, key string) {
	if n.kind != scalar {
		r.wrongType(n, key, `a count and a granularity, as in "7 days"`)
		return
	}
	count, unit, ok := strings.Cut(n.text, " ")
	if !ok || count == "" || strings.Trim(count, "0123456789") != "" || unit == "" || strings.Contains(unit, " ") {
		r.list.Errorf(n.at, CodeInvalidProperty, "%q is no window of time", n.text).Hint = `write a count and a granularity, as in "7 days"`
	}
}

var validityShape = &shape{"validity_params", []field{{name: "is_start", rule: isTruth}, {name: "is_end", rule: isTruth}}}

var entityShape = &shape{"an entity", []field{
	{name: "name", rule: isText, required: true}, {name: "type", rule: isEntity, required: true}, {name: "description", rule: isText},
	{name: "label", rule: isText}, {name: "role", rule: isText}, {name: "expr", rule: isText}, {name: "config", rule: isDict},
}}

var dimensionShape = &shape{"a dimension", []field{
	{name: "name", rule: isText, required: true}, {name: "type", rule: isDimension, required: true}, {name: "description", rule: isText},
	{name: "label", rule: isText}, {name: "is_partition", rule: isTruth}, {name: "expr", rule: isText}, {name: "config", rule: isDict},
	{name: "type_params", rule: object(&shape{"type_params", []field{
		{name: "time_granularity", rule: isGrain, required: true}, {name: "validity_params", rule: object(validityShape)},
	}})},
}}

var measureShape = &shape{"a measure", []field{
	{name: "name", rule: isText, required: true}, {name: "agg", rule: isAggregation, required: true}, {name: "description", rule: isText},
	{name: "label", rule: isText}, {name: "expr", rule: isText}, {name: "agg_time_dimension", rule: isText}, {name: "create_metric", rule: isTruth},
	{name: "config", rule: isDict},
	{name: "agg_params", rule: object(&shape{"agg_params", []field{
		{name: "percentile", rule: isNumber}, {name: "use_discrete_percentile", rule: isTruth}, {name: "use_approximate_percentile", rule: isTruth},
	}})},
	{name: "non_additive_dimension", rule: object(&shape{"a non-additive dimension", []field{
		{name: "name", rule: isText, required: true}, {name: "window_choice", rule: isAggregation, required: true}, {name: "window_groupings", rule: eachOf(isText)},
	}})},
}}

var semanticModelShape = &shape{"a semantic model", []field{
	{name: "name", rule: isText}, {name: "model", rule: isText}, {name: "description", rule: isText}, {name: "label", rule: isText},
	{name: "config", rule: isDict}, {name: "primary_entity", rule: isText},
	{name: "defaults", rule: object(&shape{"defaults", []field{{name: "agg_time_dimension", rule: isText}}})},
	{name: "entities", rule: eachOf(object(entityShape))}, {name: "measures", rule: eachOf(object(measureShape))},
	{name: "dimensions", rule: eachOf(object(dimensionShape))},
}}

var inputMetricShape = &shape{"an input metric", []field{
	{name: "name", rule: isText, required: true}, {name: "filter", rule: isTexts}, {name: "alias", rule: isText}, {name: "offset_window", rule: isWindow},
	{name: "offset_to_grain", rule: isText},
}}

var inputMeasureShape = &shape{"a measure of a metric", []field{
	{name: "name", rule: isText, required: true}, {name: "filter", rule: isTexts}, {name: "alias", rule: isText}, {name: "join_to_timespine", rule: isTruth},
	{name: "fill_nulls_with", rule: isNumber},
}}

var constantShape = &shape{"a constant property", []field{
	{name: "base_property", rule: isText, required: true}, {name: "conversion_property", rule: isText, required: true},
}}

var typeParamsShape = &shape{"type_params", []field{
	{name: "measure", rule: nameOr(inputMeasureShape)}, {name: "numerator", rule: nameOr(inputMetricShape)},
	{name: "denominator", rule: nameOr(inputMetricShape)}, {name: "expr", rule: isText}, {name: "window", rule: isWindow},
	{name: "grain_to_date", rule: isText}, {name: "metrics", rule: eachOf(nameOr(inputMetricShape))},
	{name: "conversion_type_params", rule: object(&shape{"conversion_type_params", []field{
		{name: "base_measure", rule: nameOr(inputMeasureShape), required: true}, {name: "conversion_measure", rule: nameOr(inputMeasureShape), required: true},
		{name: "entity", rule: isText, required: true}, {name: "calculation", rule: among("a calculation", calculations...)},
		{name: "window", rule: isWindow}, {name: "constant_properties", rule: eachOf(object(constantShape))},
	}})},
	{name: "cumulative_type_params", rule: object(&shape{"cumulative_type_params", []field{
		{name: "window", rule: isWindow}, {name: "grain_to_date", rule: isText}, {name: "period_agg", rule: among("a period_agg", periods...)},
	}})},
}}

// nestedMetricShape is a metric whose parameters stand under type_params.
var nestedMetricShape = &shape{"a metric", []field{
	{name: "name", rule: isText}, {name: "label", rule: isText, required: true}, {name: "description", rule: isText},
	{name: "type", rule: among("a type of metric", metricTypes...), required: true}, {name: "type_params", rule: object(typeParamsShape), required: true},
	{name: "filter", rule: isTexts}, {name: "time_granularity", rule: isText}, {name: "config", rule: isDict}, {name: "meta", rule: isDict},
	{name: "tags", rule: isTexts},
}}

// flatMetricShape is a metric whose parameters stand beside its name, as those of a model do.
var flatMetricShape = &shape{"a metric", []field{
	{name: "name", rule: isText}, {name: "label", rule: isText}, {name: "description", rule: isText},
	{name: "type", rule: among("a type of metric", metricTypes...)}, {name: "filter", rule: isTexts}, {name: "time_granularity", rule: isText},
	{name: "config", rule: isDict}, {name: "hidden", rule: isTruth}, {name: "agg", rule: isAggregation}, {name: "percentile", rule: isNumber},
	{name: "percentile_type", rule: among("a percentile_type", "discrete", "continuous")}, {name: "join_to_timespine", rule: isTruth},
	{name: "fill_nulls_with", rule: isNumber}, {name: "expr", rule: isText}, {name: "agg_time_dimension", rule: isText},
	{name: "non_additive_dimension", rule: object(&shape{"a non-additive dimension", []field{
		{name: "name", rule: isText, required: true}, {name: "window_agg", rule: isAggregation, required: true}, {name: "group_by", rule: eachOf(isText)},
	}})},
	{name: "window", rule: isWindow}, {name: "grain_to_date", rule: isText}, {name: "period_agg", rule: among("a period_agg", periods...)},
	{name: "input_metric", rule: nameOr(inputMetricShape)}, {name: "numerator", rule: nameOr(inputMetricShape)},
	{name: "denominator", rule: nameOr(inputMetricShape)}, {name: "input_metrics", rule: eachOf(nameOr(inputMetricShape))},
	{name: "entity", rule: isText}, {name: "calculation", rule: among("a calculation", calculations...)},
	{name: "base_metric", rule: nameOr(inputMetricShape)}, {name: "conversion_metric", rule: nameOr(inputMetricShape)},
	{name: "constant_properties", rule: eachOf(object(constantShape))},
}}

var savedQueryShape = &shape{"a saved query", []field{
	{name: "name", rule: isText}, {name: "description", rule: isText}, {name: "label", rule: isText}, {name: "config", rule: isDict},
	{name: "tags", rule: isTexts},
	{name: "query_params", rule: object(&shape{"query_params", []field{
		{name: "metrics", rule: eachOf(isText)}, {name: "group_by", rule: eachOf(isText)}, {name: "where", rule: isTexts},
		{name: "order_by", rule: eachOf(isText)}, {name: "limit", rule: isNumber},
	}})},
	{name: "exports", rule: eachOf(object(&shape{"an export", []field{
		{name: "name", rule: isText, required: true},
		{name: "config", rule: object(&shape{"the config of an export", []field{
			{name: "export_as", rule: among("a kind of export", "table", "view", "cache")}, {name: "schema", rule: isText}, {name: "schema_name", rule: isText},
			{name: "alias", rule: isText}, {name: "database", rule: isText},
		}})},
	}}))},
}}

// semantic checks an entry of metrics, semantic_models or saved_queries.
func (r *propertiesReader) semantic(key string, n *node) {
	switch key {
	case "metrics":
		r.metric(n)
	case "semantic_models":
		semanticModelShape.check(r, n)
	case "saved_queries":
		savedQueryShape.check(r, n)
	}
}

// metric checks a metric: one without type_params has its parameters beside its name.
func (r *propertiesReader) metric(n *node) {
	if name := n.get("name"); name.kind == scalar && !validMetricName(name.text) {
		r.list.Errorf(name.at, CodeInvalidProperty, "%q is no name of a metric", name.text).Hint = "it begins with a letter, has letters, digits and underscores, and is not longer than 250"
	}
	if !n.get("type_params").isNull() {
		nestedMetricShape.check(r, n)
		return
	}
	flatMetricShape.check(r, n)
	if kind := n.get("type"); (kind.isNull() || kind.text == "simple") && n.get("agg").isNull() {
		r.list.Errorf(startOf(n), CodeInvalidProperty, "a simple metric without agg").Hint = `add "agg: sum" or another aggregation`
	}
}

func validMetricName(name string) bool {
	if name == "" || len(name) > 250 || !(name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z') {
		return false
	}
	return strings.IndexFunc(name, func(c rune) bool {
		return c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
	}) < 0
}

// semantics reads what makes a semantic model of a model, and the metrics that stand in it.
func (r *propertiesReader) semantics(m *Node, n *node, all *jinja.Dict) {
	m.Semantic = n.get("semantic_model").onOrMapping()
	m.SemanticAt = place(n.get("semantic_model"), m.At)
	if given := n.get("semantic_model"); !given.isNull() && given.kind == mapping {
		(&shape{"semantic_model", []field{
			{name: "name", rule: isText}, {name: "enabled", rule: isTruth}, {name: "group", rule: isText}, {name: "config", rule: isDict},
		}}).check(r, given)
	}
	if derived := n.get("derived_semantics"); !derived.isNull() {
		r.derived(derived)
	}
	list, _ := all.Get("metrics")
	values, _ := list.(*jinja.List)
	for i, item := range r.itemsOf(n.get("metrics"), "metrics") {
		if item.kind != mapping || item.get("name").isNull() {
			r.list.Errorf(item.at, CodeInvalidProperty, "a metric without a name").Hint = `begin it with "- name:"`
			continue
		}
		if values == nil {
			break
		}
		value, _ := values.Items[i].(*jinja.Dict)
		metric := &Raw{File: r.file, At: item.get("name").at, Values: value, Name: jinja.Str(resolveScalar(item.get("name"))), yaml: item}
		metric.Config = r.layer(item, value)
		r.metric(item)
		m.Metrics = append(m.Metrics, metric)
	}
}

// derived checks the dimensions and entities of a model that no column stands for.
func (r *propertiesReader) derived(n *node) {
	(&shape{"derived_semantics", []field{
		{name: "entities", rule: eachOf(object(&shape{"a derived entity", []field{
			{name: "name", rule: isText, required: true}, {name: "type", rule: isEntity, required: true}, {name: "expr", rule: isText, required: true},
			{name: "description", rule: isText}, {name: "label", rule: isText}, {name: "config", rule: isDict},
		}}))},
		{name: "dimensions", rule: eachOf(object(&shape{"a derived dimension", []field{
			{name: "name", rule: isText, required: true}, {name: "type", rule: isDimension, required: true}, {name: "expr", rule: isText, required: true},
			{name: "description", rule: isText}, {name: "label", rule: isText}, {name: "is_partition", rule: isTruth}, {name: "config", rule: isDict},
			{name: "granularity", rule: isGrain}, {name: "validity_params", rule: object(validityShape)},
		}}))},
	}}).check(r, n)
}

// columnSemantics checks the dimension and the entity that a column is.
func (r *propertiesReader) columnSemantics(n *node) {
	dimension, entity := n.get("dimension"), n.get("entity")
	kind := dimension
	if !dimension.isNull() && dimension.kind == mapping {
		(&shape{"a dimension", []field{
			{name: "type", rule: isDimension, required: true}, {name: "name", rule: isText}, {name: "description", rule: isText}, {name: "label", rule: isText},
			{name: "is_partition", rule: isTruth}, {name: "config", rule: isDict}, {name: "validity_params", rule: object(validityShape)},
		}}).check(r, dimension)
		kind = dimension.get("type")
	} else if !dimension.isNull() {
		isDimension(r, dimension, "dimension")
	}
	if !kind.isNull() && kind.text == "time" && n.get("granularity").isNull() {
		r.list.Errorf(kind.at, CodeInvalidProperty, "column %q is a time dimension without a granularity", n.get("name").text).Hint = `add "granularity: day" to the column`
	}
	if !entity.isNull() && entity.kind == mapping {
		(&shape{"an entity", []field{
			{name: "type", rule: isEntity, required: true}, {name: "name", rule: isText}, {name: "description", rule: isText}, {name: "label", rule: isText},
			{name: "config", rule: isDict},
		}}).check(r, entity)
	} else if !entity.isNull() {
		isEntity(r, entity, "entity")
	}
}

// onOrMapping tells whether a switch is on: true, or a mapping.
func (n *node) onOrMapping() bool {
	return !n.isNull() && (n.kind == mapping || resolveScalar(n) == true)
}

func place(n *node, otherwise diag.Span) diag.Span {
	if n == nil {
		return otherwise
	}
	return n.at
}

// Place is where a value of the entry stands, by the keys that lead to it, the last of which may be a text in a list: the entry's name if
// there is no such value.
func (e *Raw) Place(path ...string) diag.Span {
	n := e.yaml
	for _, key := range path {
		n = n.within(key)
	}
	return place(n, e.At)
}

// within is a mapping's value, or the item of a list, or the text alone, that is called key; nil if there is none.
func (n *node) within(key string) *node {
	switch {
	case n == nil:
		return nil
	case n.kind == scalar && n.text == key:
		return n
	case n.kind == sequence:
		if i := slices.IndexFunc(n.items, func(item *node) bool { return item.kind == scalar && item.text == key }); i >= 0 {
			return n.items[i]
		}
		return nil
	default:
		return n.get(key)
	}
}
