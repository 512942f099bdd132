package compiler

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// The codes of the problems of the semantic layer.
const (
	// UnknownMetric is a metric that somebody names and that no properties file defines.
	UnknownMetric diag.Code = "unknown-metric"
	// UnknownMeasure is a measure that no semantic model has.
	UnknownMeasure diag.Code = "unknown-measure"
	// NoTimeSpine is a semantic model in a project without a calendar of days.
	NoTimeSpine diag.Code = "no-time-spine"
	// InvalidSemantics is a metric, semantic model or saved query that does not fit together.
	InvalidSemantics diag.Code = "invalid-semantics"
)

// addSemantics makes nodes of semantic models, metrics and saved queries.
func (b *builder) addSemantics() {
	for _, pkg := range b.project.Packages {
		for _, p := range pkg.Props.Models {
			if p.Semantic {
				b.addModelSemantics(pkg, p)
			}
		}
		for _, raw := range pkg.Props.Metrics {
			b.addMetric(pkg, raw, "", nil)
		}
		for _, raw := range pkg.Props.SemanticModels {
			b.addSemanticModel(pkg, raw)
		}
		for _, raw := range pkg.Props.SavedQueries {
			b.addSavedQuery(pkg, raw)
		}
	}
}

// newSemantic is a node of the semantic layer, with its config and description settled. what is what its description tells of it alone.
func (b *builder) newSemantic(t Type, pkg *project.Package, raw *project.Raw, layer *project.Layer, what *jinja.Dict) *Node {
	n := &Node{
		ID: string(t) + "." + pkg.Name + "." + raw.Name, Type: t, Name: raw.Name, Package: pkg, File: raw.File, At: raw.At, Raws: raw, Path: raw.File.Rel,
		FQN: append(append([]string{pkg.Name}, raw.File.Folders()...), raw.Name), What: what,
	}
	n.Config = b.mergeConfig(t, pkg, n.FQN, []*project.Layer{layer}, nil)
	n.Enabled = n.Config.Bool("enabled", true)
	n.Meta = n.Config.Meta()
	if v := at(raw.Values, "description"); v != nil {
		n.Description, n.DocBlocks = b.describeText(pkg, jinja.Str(v), raw.At)
	}
	return n
}

// describeSemantic is a node of the semantic layer in the shape of the manifest.
func (g *Graph) describeSemantic(n *Node) *jinja.Dict {
	created := float64(g.options.Invocation.Started) / 1e9
	d := jinja.DictOf("name", n.Name, "resource_type", string(n.Type), "package_name", n.Package.Name, "path", n.Path,
		"original_file_path", n.originalPath(), "unique_id", n.ID, "fqn", textList(n.FQN))
	what := func(keys ...string) {
		for _, key := range keys {
			d.Put(key, at(n.What, key))
		}
	}
	depends := jinja.DictOf("macros", jinja.NewList(), "nodes", textList(n.DependsOn))
	config, group := n.Config.Values.Clone(), n.configValue("group")
	config.Put("meta", cloned(n.Meta))
	switch n.Type {
	case Metric:
		d.Put("description", n.Description)
		what("label", "type", "type_params", "filter")
		put(d, "metadata", nil, "time_granularity", at(n.What, "time_granularity"), "config", config, "unrendered_config", cloned(n.unrendered()),
			"sources", jinja.NewList(), "depends_on", depends, "refs", jinja.NewList(), "metrics", jinja.NewList(), "created_at", created,
			"group", group, "meta", at(n.What, "meta"), "tags", textList(n.Tags))
	case SemanticModel:
		what("model")
		put(d, "node_relation", g.nodeRelation(n), "description", text(n.Description))
		if _, given := n.Raws.Values.Get("description"); given || at(n.What, "of_model") == true {
			d.Put("description", n.Description)
		}
		what("label", "defaults", "entities", "measures", "dimensions")
		put(d, "metadata", nil, "depends_on", depends, "refs", refList(n.Refs), "created_at", created, "config", config,
			"unrendered_config", cloned(n.unrendered()), "primary_entity", at(n.What, "primary_entity"), "group", group)
	default:
		what("query_params", "exports")
		put(d, "description", text(n.Description))
		what("label")
		put(d, "metadata", nil, "config", config, "unrendered_config", cloned(n.unrendered()), "group", group, "depends_on", depends,
			"created_at", created, "refs", jinja.NewList(), "tags", textList(n.Tags))
	}
	return d
}

// put puts keys and values, by turns.
func put(d *jinja.Dict, pairs ...jinja.Value) {
	for k, v := range jinja.DictOf(pairs...).All() {
		d.Put(jinja.Str(k), v)
	}
}

// nodeRelation is where the rows of a semantic model are; None while that is not known.
func (g *Graph) nodeRelation(n *Node) jinja.Value {
	if len(n.DependsOn) == 0 || g.Nodes[n.DependsOn[0]] == nil {
		return nil
	}
	return g.NodeRelation(g.Nodes[n.DependsOn[0]])
}

// NodeRelation is where a node is stored, in the words of the semantic layer.
func (g *Graph) NodeRelation(of *Node) *jinja.Dict {
	return jinja.DictOf("alias", of.alias(), "schema_name", of.Relation.Schema, "database", text(of.Relation.Database), "relation_name", g.relationName(of))
}

// refList is refs as the manifest lists them.
func refList(refs []RefCall) *jinja.List {
	out := jinja.NewList()
	for _, r := range refs {
		out.Append(jinja.DictOf("name", r.Name, "package", text(r.Package), "version", r.Version))
	}
	return out
}

// filterOf is a filter as the manifest writes it: a text, or a list of texts that all hold.
func filterOf(v jinja.Value) jinja.Value {
	if v == nil {
		return nil
	}
	filters := jinja.NewList()
	for _, sql := range jinja.Strs(v) {
		filters.Append(jinja.DictOf("where_sql_template", sql))
	}
	return jinja.DictOf("where_filters", filters)
}

// windowOf is a length of time such as "7 days": a count and a granularity.
func windowOf(v jinja.Value) jinja.Value {
	if v == nil {
		return nil
	}
	count, unit, _ := strings.Cut(strings.ToLower(jinja.Str(v)), " ")
	n := 0
	for _, c := range count {
		if c < '0' || c > '9' {
			return nil // reported when it was read
		}
		n = n*10 + int(c-'0')
	}
	if singular := strings.TrimSuffix(unit, "s"); standardGranularities[singular] {
		unit = singular
	}
	return jinja.DictOf("count", n, "granularity", unit)
}

var standardGranularities = map[string]bool{
	"nanosecond": true, "microsecond": true, "millisecond": true, "second": true, "minute": true, "hour": true, "day": true, "week": true,
	"month": true, "quarter": true, "year": true,
}

// elementConfig is the config of a part of a semantic model: its own meta over that of the model.
func elementConfig(of *Node, own *jinja.Dict) *jinja.Dict {
	return jinja.DictOf("meta", mergeDicts(of.Config.Meta(), own))
}

// findMetric resolves the name of a metric as a node of package from sees it.
func (n *names) findMetric(from *project.Package, call RefCall) (*Node, *diag.Diagnostic) {
	if found := visible(n.metrics[call.Name], n.project.Root, from, call.Package); len(found) > 0 {
		return found[0], nil
	}
	d := &diag.Diagnostic{Code: UnknownMetric, Span: call.At, Message: fmt.Sprintf("no metric is called %q", call.Name)}
	for _, off := range n.off {
		if off.Type == Metric && off.Name == call.Name {
			d.Message = fmt.Sprintf("metric %q is disabled", call.Name)
			d.Related = []diag.Note{{Span: off.At, Message: "it is defined here"}}
			return nil, d
		}
	}
	var known []string
	for name := range n.metrics {
		known = append(known, name)
	}
	d.Hint = diag.DidYouMean(call.Name, sorted(known))
	return nil, d
}

// checkTimeSpine asks for a calendar of days, or of something finer, where there are semantic models.
func (b *builder) checkTimeSpine() {
	var first *Node
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil {
			continue
		}
		if n.Type == SemanticModel && first == nil {
			first = n
		}
		if n.Type == Model && (n.Name == LegacyTimeSpine || fineEnough(n)) {
			return
		}
	}
	if first == nil {
		return
	}
	b.problems.Errorf(first.At, NoTimeSpine, "there is a semantic model and no time spine with a granularity of a day or less").
		Hint = `give a model of days "time_spine: {standard_granularity_column: date_day}", and that column "granularity: day"`
}

// LegacyTimeSpine is the name of a model that is a time spine without properties that say so.
const LegacyTimeSpine = "metricflow_time_spine"

// fineEnough tells whether a model is a time spine of days or less.
func fineEnough(n *Node) bool {
	spine, ok := timeSpine(n).(*jinja.Dict)
	if !ok {
		return false
	}
	for _, c := range n.Columns {
		if c.Name == jinja.Str(at(spine, "standard_granularity_column")) {
			switch c.Granularity {
			case "nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day":
				return true
			}
		}
	}
	return false
}
