package compiler

import (
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// addSavedQuery makes a node of an entry of saved_queries.
func (b *builder) addSavedQuery(pkg *project.Package, raw *project.Raw) {
	v := raw.Values
	params := fill(jinja.DictOf("metrics", jinja.NewList(), "group_by", jinja.NewList(), "where", nil, "order_by", jinja.NewList(), "limit", nil),
		dictOf(v, "query_params"))
	params.Put("where", filterOf(at(params, "where")))
	what := jinja.DictOf("query_params", params, "label", at(v, "label"))
	n := b.newSemantic(SavedQuery, pkg, raw, raw.Config, what)
	n.Tags = unique(sorted(append(textsAt(v, "tags"), n.Config.Strings("tags")...)))
	exports := jinja.NewList()
	for _, e := range dictsAt(v, "exports") {
		exports.Append(b.export(n, e))
	}
	what.Put("exports", exports)
	for _, name := range jinja.Strs(at(params, "metrics")) {
		n.Metrics = append(n.Metrics, RefCall{Name: name, At: raw.Place("query_params", "metrics")})
	}
	b.add(n)
}

// export is where an export of a saved query is to be stored: what its own config says, the query's, or the target's.
func (b *builder) export(n *Node, given *jinja.Dict) *jinja.Dict {
	name, own := at(given, "name"), dictOf(given, "config")
	config := jinja.DictOf("export_as", n.configValue("export_as"), "schema_name", nil, "alias", name, "database", text(b.project.Target.Database))
	fill(config, own)
	for _, schema := range []jinja.Value{at(own, "schema"), n.configValue("schema"), b.project.Target.Schema} {
		if at(config, "schema_name") == nil {
			config.Put("schema_name", schema)
		}
	}
	return jinja.DictOf("name", name, "config", config, "unrendered_config", own.Clone())
}
