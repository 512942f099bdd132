package compiler

import (
	"fmt"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// addSemanticModel makes a node of an entry of semantic_models, and metrics of the measures that ask for one.
func (b *builder) addSemanticModel(pkg *project.Package, raw *project.Raw) {
	v := raw.Values
	what := jinja.DictOf("model", at(v, "model"), "label", at(v, "label"), "defaults", nil, "primary_entity", at(v, "primary_entity"))
	if d := dictOf(v, "defaults"); d.Len() > 0 {
		what.Put("defaults", fill(jinja.DictOf("agg_time_dimension", nil), d))
	}
	n := b.newSemantic(SemanticModel, pkg, raw, raw.Config, what)
	entities, dimensions, measures := jinja.NewList(), jinja.NewList(), jinja.NewList()
	for _, e := range dictsAt(v, "entities") {
		entities.Append(b.element(n, entityForm(), e))
	}
	for _, e := range dictsAt(v, "dimensions") {
		d := b.element(n, dimensionForm(), e)
		if params := dictOf(e, "type_params"); params.Len() > 0 {
			d.Put("type_params", typeParams(at(params, "time_granularity"), dictOf(params, "validity_params")))
		}
		dimensions.Append(d)
	}
	for _, e := range dictsAt(v, "measures") {
		measures.Append(b.measure(n, e))
	}
	put(what, "entities", entities, "dimensions", dimensions, "measures", measures)
	b.dependOn(n, []string{jinja.Str(at(v, "model"))})
	b.add(n)
	for _, e := range dictsAt(v, "measures") {
		if at(e, "create_metric") == true {
			b.addMeasureMetric(n, e)
		}
	}
}

// addModelSemantics makes a semantic model of a model whose properties say so, and the metrics that stand there.
func (b *builder) addModelSemantics(pkg *project.Package, p *project.Node) {
	raw := &project.Raw{Name: p.Name, At: p.At, File: p.File, Values: jinja.DictOf("description", p.Description)}
	layer := &project.Layer{Values: jinja.NewDict(), Unrendered: jinja.NewDict(), At: map[string]diag.Span{}}
	given := dictOf(p.More, "semantic_model")
	if name := at(given, "name"); name != nil {
		raw.Name = jinja.Str(name)
	}
	if config := dictOf(given, "config"); config.Len() > 0 {
		for _, key := range []string{"enabled", "group"} {
			if v := at(given, key); v != nil {
				put(layer.Values, key, v)
				put(layer.Unrendered, key, v)
			}
		}
		if meta := at(config, "meta"); meta != nil {
			put(layer.Values, "meta", meta)
			put(layer.Unrendered, "meta", meta)
		}
	}
	what := jinja.DictOf("model", "ref('"+p.Name+"')", "label", nil, "defaults", jinja.DictOf("agg_time_dimension", at(p.More, "agg_time_dimension")),
		"primary_entity", at(p.More, "primary_entity"), "measures", jinja.NewList(), "of_model", true)
	n := b.newSemantic(SemanticModel, pkg, raw, layer, what)
	derived := dictOf(p.More, "derived_semantics")
	entities, dimensions := jinja.NewList(), jinja.NewList()
	for _, c := range p.Columns {
		if e := b.columnEntity(n, c); e != nil {
			entities.Append(e)
		}
		if d := b.columnDimension(n, c); d != nil {
			dimensions.Append(d)
		}
	}
	for _, e := range dictsAt(derived, "entities") {
		entities.Append(b.element(n, entityForm(), e))
	}
	for _, e := range dictsAt(derived, "dimensions") {
		d := b.element(n, dimensionForm(), e)
		if grain := at(e, "granularity"); grain != nil {
			d.Put("type_params", typeParams(grain, dictOf(e, "validity_params")))
		}
		dimensions.Append(d)
	}
	put(what, "entities", entities, "dimensions", dimensions)
	n.Refs = []RefCall{{Name: p.Name, At: p.At}}
	b.add(n)
	for _, metric := range p.Metrics {
		b.addMetric(pkg, metric, raw.Name, at(p.More, "agg_time_dimension"))
	}
}

func entityForm() *jinja.Dict {
	return jinja.DictOf("name", nil, "type", nil, "description", nil, "label", nil, "role", nil, "expr", nil, "config", nil)
}

func dimensionForm() *jinja.Dict {
	return jinja.DictOf("name", nil, "type", nil, "description", nil, "label", nil, "is_partition", false, "type_params", nil, "expr", nil,
		"metadata", nil, "config", nil, "datatype", nil)
}

func typeParams(granularity jinja.Value, validity *jinja.Dict) *jinja.Dict {
	d := jinja.DictOf("time_granularity", granularity, "validity_params", nil)
	if validity.Len() > 0 {
		d.Put("validity_params", fill(jinja.DictOf("is_start", false, "is_end", false), validity))
	}
	return d
}

// element is an entity, dimension or measure as it is given, with its description rendered.
func (b *builder) element(n *Node, form, given *jinja.Dict) *jinja.Dict {
	d := fill(form, given)
	d.Put("config", elementConfig(n, dictOf(dictOf(given, "config"), "meta")))
	b.describeElement(n, d)
	if expr := at(d, "expr"); expr != nil {
		d.Put("expr", jinja.Str(expr))
	}
	return d
}

func (b *builder) describeElement(n *Node, d *jinja.Dict) {
	if v := at(d, "description"); v != nil {
		rendered, _ := b.describeText(n.Package, jinja.Str(v), n.At)
		d.Put("description", rendered)
	}
}

func (b *builder) measure(n *Node, given *jinja.Dict) *jinja.Dict {
	d := b.element(n, jinja.DictOf("name", nil, "agg", nil, "description", nil, "label", nil, "create_metric", false, "expr", nil,
		"agg_params", nil, "non_additive_dimension", nil, "agg_time_dimension", nil, "config", nil), given)
	d.Put("create_metric", false) // as in dbt, which has made it by then
	if params := dictOf(given, "agg_params"); params.Len() > 0 {
		d.Put("agg_params", fill(jinja.DictOf("percentile", nil, "use_discrete_percentile", false, "use_approximate_percentile", false), params))
	}
	if dimension := dictOf(given, "non_additive_dimension"); dimension.Len() > 0 {
		d.Put("non_additive_dimension", fill(jinja.DictOf("name", nil, "window_choice", nil, "window_groupings", jinja.NewList()), dimension))
	}
	return d
}

// columnEntity is the entity that a column is; nil if it is none.
func (b *builder) columnEntity(n *Node, c *project.Column) *jinja.Dict {
	d := entityForm()
	switch given := c.Entity.(type) {
	case nil:
		return nil
	case *jinja.Dict:
		fill(d, given)
		orElse(d, "name", c.Name)
		orElse(d, "description", c.Description)
		if at(d, "name") != c.Name {
			d.Put("expr", c.Name)
		}
		meta := c.Meta
		if own, ok := dictOf(given, "config").Get("meta"); ok {
			meta, _ = own.(*jinja.Dict)
		}
		d.Put("config", elementConfig(n, cloned(meta)))
	default:
		put(d, "name", c.Name, "type", given, "description", c.Description, "config", elementConfig(n, c.Meta))
	}
	b.describeElement(n, d)
	return d
}

// columnDimension is the dimension that a column is; nil if it is none.
func (b *builder) columnDimension(n *Node, c *project.Column) *jinja.Dict {
	d := dimensionForm()
	switch given := c.Dimension.(type) {
	case nil:
		return nil
	case *jinja.Dict:
		fill(d, given)
		orElse(d, "name", c.Name)
		orElse(d, "description", c.Description)
		if at(d, "name") != c.Name {
			d.Put("expr", c.Name)
		}
		if c.Granularity != "" {
			d.Put("type_params", typeParams(c.Granularity, dictOf(given, "validity_params")))
		}
		d.Put("config", elementConfig(n, mergeDicts(c.Meta, dictOf(dictOf(given, "config"), "meta"))))
	default:
		put(d, "name", c.Name, "type", given, "description", c.Description, "config", elementConfig(n, c.Meta))
	}
	b.describeElement(n, d)
	return d
}

func orElse(d *jinja.Dict, key string, v jinja.Value) {
	if given := at(d, key); given == nil || given == "" {
		d.Put(key, v)
	}
}

// hasMeasure tells whether a semantic model has a measure of that name.
func (n *Node) hasMeasure(name string) bool {
	for _, m := range dictsAt(n.What, "measures") {
		if jinja.Str(at(m, "name")) == name {
			return true
		}
	}
	return false
}

// checkSemanticModels looks for what cannot be right in a semantic model.
// https://docs.getdbt.com/docs/build/validation
func (b *builder) checkSemanticModels() {
	measures := map[string]*Node{}
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil || n.Type != SemanticModel {
			continue
		}
		b.checkPrimary(n)
		for _, m := range dictsAt(n.What, "measures") {
			name := jinja.Str(at(m, "name"))
			if first := measures[name]; first != nil {
				d := b.problems.Errorf(n.At, InvalidSemantics, "semantic model %q has a measure %q, and so has %q", n.Name, name, first.Name)
				d.Hint = "rename one of them"
				continue
			}
			measures[name] = n
			if at(m, "agg_time_dimension") == nil && at(dictOf(n.What, "defaults"), "agg_time_dimension") == nil {
				b.problems.Errorf(n.At, InvalidSemantics, "measure %q of semantic model %q has no agg_time_dimension", name, n.Name).
					Hint = `add "defaults: {agg_time_dimension: …}" with the name of a time dimension`
			}
		}
		b.checkTimeDimensions(n)
	}
}

// checkPrimary asks for one primary entity where there are dimensions, which are told apart by it.
func (b *builder) checkPrimary(n *Node) {
	primaries := 0
	for _, e := range dictsAt(n.What, "entities") {
		if at(e, "type") == "primary" {
			primaries++
		}
	}
	named := at(n.What, "primary_entity") != nil
	switch {
	case primaries > 1:
		b.problems.Errorf(n.At, InvalidSemantics, "semantic model %q has %d primary entities", n.Name, primaries).Hint = "keep one"
	case primaries == 1 && named:
		b.problems.Errorf(n.At, InvalidSemantics, "semantic model %q has a primary entity and a primary_entity", n.Name).Hint = "keep one of the two"
	case primaries == 0 && !named && len(dictsAt(n.What, "dimensions")) > 0:
		b.problems.Errorf(n.At, InvalidSemantics, "semantic model %q has dimensions and no primary entity", n.Name).
			Hint = `give an entity "type: primary", or name one with "primary_entity:"`
	}
}

// checkTimeDimensions asks that what is named as a time dimension is one.
func (b *builder) checkTimeDimensions(n *Node) {
	times := map[string]bool{}
	var names []string
	for _, d := range dictsAt(n.What, "dimensions") {
		if at(d, "type") == "time" {
			name := jinja.Str(at(d, "name"))
			times[name] = true
			names = append(names, name)
		}
	}
	check := func(v jinja.Value, of string) {
		if v == nil || times[jinja.Str(v)] {
			return
		}
		d := b.problems.Errorf(n.At, InvalidSemantics, "semantic model %q has no time dimension %q, which %s", n.Name, jinja.Str(v), of)
		d.Hint = diag.DidYouMean(jinja.Str(v), names)
	}
	check(at(dictOf(n.What, "defaults"), "agg_time_dimension"), "is its agg_time_dimension")
	for _, m := range dictsAt(n.What, "measures") {
		check(at(m, "agg_time_dimension"), fmt.Sprintf("is that of measure %q", jinja.Str(at(m, "name"))))
	}
}
