package compiler

import (
	"fmt"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// addMetric makes a node of a metric; model is the semantic model that it stands in, "" for one of its own, and time that model's
// time dimension.
func (b *builder) addMetric(pkg *project.Package, raw *project.Raw, model string, time jinja.Value) {
	v := raw.Values
	what := jinja.DictOf("label", raw.Name, "type", "simple", "filter", filterOf(at(v, "filter")), "time_granularity", at(v, "time_granularity"))
	for _, key := range []string{"label", "type"} {
		if given := at(v, key); given != nil {
			what.Put(key, given)
		}
	}
	n := b.newSemantic(Metric, pkg, raw, raw.Config, what)
	if params, ok := at(v, "type_params").(*jinja.Dict); ok {
		what.Put("type_params", nestedParams(jinja.Str(at(what, "type")), params))
		meta := n.Config.Meta()
		if meta.Len() == 0 {
			meta = dictOf(v, "meta")
		}
		what.Put("meta", cloned(meta))
		n.Tags = textsAt(v, "tags")
	} else {
		if at(v, "agg") != nil && model == "" {
			b.problems.Errorf(raw.Place("agg"), InvalidSemantics, "metric %q aggregates and stands in no semantic model", raw.Name).
				Hint = "move it under metrics: of a model that is a semantic model"
			return
		}
		if at(what, "type") != "simple" {
			model, time = "", nil
		}
		what.Put("type_params", flatParams(v, jinja.Str(at(what, "type")), model, time))
		what.Put("meta", jinja.NewDict())
	}
	b.add(n)
}

// addMeasureMetric makes the metric that a measure with create_metric asks for.
func (b *builder) addMeasureMetric(of *Node, measure *jinja.Dict) {
	name := jinja.Str(at(measure, "name"))
	values := jinja.DictOf("name", name, "label", name, "type", "simple", "description", "Metric created from measure "+name,
		"type_params", jinja.DictOf("measure", name, "expr", name))
	for key, into := range map[string]*jinja.Dict{"label": values, "description": values, "expr": dictOf(values, "type_params")} {
		if v := at(measure, key); v != nil {
			into.Put(key, v)
		}
	}
	meta := mergeDicts(of.Config.Meta(), dictOf(dictOf(measure, "config"), "meta"))
	config := jinja.DictOf("enabled", of.Enabled, "meta", meta)
	layer := &project.Layer{Values: config, Unrendered: jinja.DictOf("enabled", of.Enabled, "meta", meta), At: map[string]diag.Span{}}
	b.addMetric(of.Package, &project.Raw{Name: name, At: of.At, File: of.File, Values: values, Config: layer}, "", nil)
}

// paramsForm is what a metric's parameters may be, in the order in which dbt writes them.
func paramsForm() *jinja.Dict {
	return jinja.DictOf("measure", nil, "input_measures", jinja.NewList(), "numerator", nil, "denominator", nil, "expr", nil, "window", nil,
		"grain_to_date", nil, "metrics", jinja.NewList(), "conversion_type_params", nil, "cumulative_type_params", nil,
		"metric_aggregation_params", nil, "fill_nulls_with", nil, "join_to_timespine", false, "is_private", nil)
}

// nestedParams are the parameters of a metric that has type_params.
func nestedParams(kind string, v *jinja.Dict) *jinja.Dict {
	d := paramsForm()
	put(d, "measure", inputMeasure(at(v, "measure")), "numerator", inputMetric(at(v, "numerator")), "denominator", inputMetric(at(v, "denominator")),
		"expr", textOrNone(at(v, "expr")), "window", windowOf(at(v, "window")), "grain_to_date", at(v, "grain_to_date"), "metrics", inputMetrics(at(v, "metrics")))
	if c := dictOf(v, "conversion_type_params"); c.Len() > 0 {
		d.Put("conversion_type_params", conversion(c, inputMeasure(at(c, "base_measure")), inputMeasure(at(c, "conversion_measure")), nil, nil))
	}
	if kind == "cumulative" {
		c := dictOf(v, "cumulative_type_params")
		window, grain := windowOf(at(c, "window")), at(c, "grain_to_date")
		if window == nil { // the older place
			window = windowOf(at(v, "window"))
		}
		if grain == nil {
			grain = at(v, "grain_to_date")
		}
		d.Put("cumulative_type_params", cumulative(c, window, grain, nil))
	}
	return d
}

// flatParams are the parameters of a metric that stand beside its name.
func flatParams(v *jinja.Dict, kind, model string, time jinja.Value) *jinja.Dict {
	d := paramsForm()
	put(d, "numerator", inputMetric(at(v, "numerator")), "denominator", inputMetric(at(v, "denominator")), "expr", textOrNone(at(v, "expr")),
		"metrics", inputMetrics(at(v, "input_metrics")), "join_to_timespine", at(v, "join_to_timespine") == true, "is_private", at(v, "hidden") == true)
	switch kind {
	case "conversion":
		d.Put("conversion_type_params", conversion(v, nil, nil, inputMetric(at(v, "base_metric")), inputMetric(at(v, "conversion_metric"))))
	case "cumulative":
		d.Put("cumulative_type_params", cumulative(v, windowOf(at(v, "window")), at(v, "grain_to_date"), inputMetric(at(v, "input_metric"))))
	}
	if agg := at(v, "agg"); agg != nil && model != "" {
		own := at(v, "agg_time_dimension")
		if own == nil {
			own = time
		}
		var additive jinja.Value
		if a := dictOf(v, "non_additive_dimension"); a.Len() > 0 {
			groupings := at(a, "group_by")
			if groupings == nil {
				groupings = jinja.NewList()
			}
			additive = jinja.DictOf("name", at(a, "name"), "window_choice", at(a, "window_agg"), "window_groupings", groupings)
		}
		d.Put("metric_aggregation_params", jinja.DictOf("semantic_model", model, "agg", agg, "agg_params", jinja.DictOf(
			"percentile", at(v, "percentile"), "use_discrete_percentile", at(v, "percentile_type") == "discrete",
			"use_approximate_percentile", at(v, "percentile_type") == "continuous",
		), "agg_time_dimension", own, "non_additive_dimension", additive))
	}
	return d
}

func conversion(v *jinja.Dict, baseMeasure, measure, baseMetric, metric jinja.Value) *jinja.Dict {
	var constants jinja.Value
	if list := dictsAt(v, "constant_properties"); len(list) > 0 {
		out := jinja.NewList()
		for _, c := range list {
			out.Append(fill(jinja.DictOf("base_property", nil, "conversion_property", nil), c))
		}
		constants = out
	}
	calculation := at(v, "calculation")
	if calculation == nil {
		calculation = "conversion_rate"
	}
	return jinja.DictOf("entity", at(v, "entity"), "base_measure", baseMeasure, "conversion_measure", measure, "base_metric", baseMetric,
		"conversion_metric", metric, "calculation", calculation, "window", windowOf(at(v, "window")), "constant_properties", constants)
}

func cumulative(v *jinja.Dict, window, grain, metric jinja.Value) *jinja.Dict {
	d := jinja.DictOf("window", window, "grain_to_date", grain, "period_agg", "first", "metric", metric)
	if period := at(v, "period_agg"); period != nil {
		d.Put("period_agg", period)
	}
	return d
}

// inputMeasure is a measure as a metric names it: by its name, or by a mapping with more.
func inputMeasure(v jinja.Value) jinja.Value {
	form := jinja.DictOf("name", nil, "filter", nil, "alias", nil, "join_to_timespine", false, "fill_nulls_with", nil)
	return input(form, v)
}

func inputMetric(v jinja.Value) jinja.Value {
	form := jinja.DictOf("name", nil, "filter", nil, "alias", nil, "offset_window", nil, "offset_to_grain", nil)
	d, _ := input(form, v).(*jinja.Dict)
	if d == nil {
		return nil
	}
	d.Put("offset_window", windowOf(at(d, "offset_window")))
	return d
}

func input(form *jinja.Dict, v jinja.Value) jinja.Value {
	switch v := v.(type) {
	case nil:
		return nil
	case *jinja.Dict:
		fill(form, v)
		form.Put("filter", filterOf(at(v, "filter")))
	default:
		form.Put("name", jinja.Str(v))
	}
	return form
}

func inputMetrics(v jinja.Value) *jinja.List {
	out := jinja.NewList()
	if list, ok := v.(*jinja.List); ok {
		for _, item := range list.Items {
			out.Append(inputMetric(item))
		}
	}
	return out
}

func textOrNone(v jinja.Value) jinja.Value {
	if v == nil {
		return nil
	}
	return jinja.Str(v)
}

// resolveMetrics finds the measures and metrics that metrics are made of.
func (b *builder) resolveMetrics() {
	r := metricResolver{builder: b, state: map[*Node]int{}}
	for _, id := range b.ids {
		if n := b.Nodes[id]; n != nil && n.Type == Metric {
			r.resolve(n)
		}
	}
}

// metricResolver resolves each metric once, after those that it is made of.
type metricResolver struct {
	*builder
	state map[*Node]int // 1: under way, 2: done
}

func (r *metricResolver) resolve(n *Node) {
	if r.state[n] != 0 {
		return // a cycle is told when the graph is sorted
	}
	r.state[n] = 1
	defer func() { r.state[n] = 2 }()
	params := dictOf(n.What, "type_params")
	c, cumulative := dictOf(params, "conversion_type_params"), dictOf(params, "cumulative_type_params")
	switch jinja.Str(at(n.What, "type")) {
	case "simple":
		if measure := at(params, "measure"); measure != nil {
			r.measures(n, params, measure)
		} else if model := at(dictOf(params, "metric_aggregation_params"), "semantic_model"); model != nil {
			r.semanticModel(n, jinja.Str(model))
		} else {
			r.incomplete(n, "a measure", "type_params", "measure")
		}
	case "cumulative":
		if measure := at(params, "measure"); measure != nil {
			r.measures(n, params, measure)
		} else if metric := at(cumulative, "metric"); metric != nil {
			r.inputs(n, params, false, metric)
		} else {
			r.incomplete(n, "a measure or an input_metric", "type_params")
		}
	case "conversion":
		switch {
		case at(c, "base_measure") != nil && at(c, "conversion_measure") != nil:
			r.measures(n, params, at(c, "base_measure"), at(c, "conversion_measure"))
		case at(c, "base_metric") != nil && at(c, "conversion_metric") != nil && at(c, "entity") != nil:
			r.inputs(n, params, false, at(c, "base_metric"), at(c, "conversion_metric"))
		default:
			r.incomplete(n, "what is converted, into what, and of which entity", "type_params")
		}
	case "ratio":
		if at(params, "numerator") == nil || at(params, "denominator") == nil {
			r.incomplete(n, "a numerator and a denominator", "type_params")
			return
		}
		r.inputs(n, params, true, at(params, "numerator"), at(params, "denominator"))
	case "derived":
		metrics, _ := at(params, "metrics").(*jinja.List)
		if metrics == nil || len(metrics.Items) == 0 {
			r.incomplete(n, "the metrics that it is made of", "type_params")
			return
		}
		r.inputs(n, params, true, metrics.Items...)
	}
}

func (r *metricResolver) incomplete(n *Node, what string, path ...string) {
	r.problems.Errorf(n.Raws.Place(path...), InvalidSemantics, "%s metric %q needs %s", jinja.Str(at(n.What, "type")), n.Name, what)
}

// measures makes a metric depend on the semantic models that have its measures.
func (r *metricResolver) measures(n *Node, params *jinja.Dict, measures ...jinja.Value) {
	for _, m := range measures {
		addInput(params, m)
		name := jinja.Str(at(m.(*jinja.Dict), "name"))
		owner := r.measureOwner(n, name)
		if owner == nil {
			d := r.problems.Errorf(n.Raws.Place("type_params", "measure"), UnknownMeasure, "no semantic model has a measure %q, which metric %q is made of", name, n.Name)
			d.Hint = diag.DidYouMean(name, r.measureNames())
			continue
		}
		r.connect(owner, n)
	}
}

func (r *metricResolver) measureOwner(n *Node, name string) *Node {
	var owners []*Node
	for _, id := range r.ids {
		if m := r.Nodes[id]; m != nil && m.Type == SemanticModel && m.hasMeasure(name) {
			owners = append(owners, m)
		}
	}
	if found := visible(owners, r.project.Root, n.Package, ""); len(found) > 0 {
		return found[0]
	}
	return nil
}

func (r *metricResolver) measureNames() []string {
	var out []string
	for _, n := range r.Nodes {
		if n.Type == SemanticModel {
			for _, m := range dictsAt(n.What, "measures") {
				out = append(out, jinja.Str(at(m, "name")))
			}
		}
	}
	return sorted(out)
}

func (r *metricResolver) semanticModel(n *Node, name string) {
	if model := r.Nodes[fmt.Sprintf("%s.%s.%s", SemanticModel, n.Package.Name, name)]; model != nil {
		r.connect(model, n)
	}
}

// inputs makes a metric depend on others; with measures it is made of their measures, too.
func (r *metricResolver) inputs(n *Node, params *jinja.Dict, measures bool, metrics ...jinja.Value) {
	for _, m := range metrics {
		name := jinja.Str(at(m.(*jinja.Dict), "name"))
		target, problem := r.findMetric(n.Package, RefCall{Name: name, At: n.Raws.Place("type_params")})
		if problem != nil {
			problem.Message += fmt.Sprintf(", which metric %q is made of", n.Name)
			r.problems.Add(problem)
			continue
		}
		r.resolve(target)
		if measures {
			inherited, _ := at(dictOf(target.What, "type_params"), "input_measures").(*jinja.List)
			for _, measure := range inherited.Items {
				addInput(params, measure)
			}
		}
		r.connect(target, n)
	}
}

// addInput adds a measure to those that a metric is made of, unless it is there.
func addInput(params *jinja.Dict, measure jinja.Value) {
	list := at(params, "input_measures").(*jinja.List)
	for _, known := range list.Items {
		if jinja.Equal(known, measure) {
			return
		}
	}
	list.Append(measure)
}
