package project

import (
	"github.com/modsql/mod/compiler/jinja"
)

var sourceKeys = []string{"name", "description", "database", "schema", "catalog", "project", "dataset", "dbname", "loader", "loaded_at_field",
	"loaded_at_query", "freshness", "quoting", "meta", "tags", "config", "tables", "overrides"}

var tableKeys = []string{"name", "identifier", "description", "loader", "loaded_at_field", "loaded_at_query", "freshness", "quoting", "meta",
	"tags", "config", "columns", "tests", "data_tests", "external", "docs", "data_type", "constraints", "quote_columns"}

func (r *propertiesReader) source(n, name *node) *Source {
	all := r.renderer.dict(n)
	s := &Source{File: r.file, At: name.at}
	s.Name = r.field(n, all, "name")
	s.Description = r.field(n, all, "description")
	s.Loader = r.field(n, all, "loader")
	s.Overrides = r.field(n, all, "overrides")
	s.Database, s.UnrenderedDatabase = r.either(n, all, "database", "project", "dbname", "catalog")
	s.Schema, s.UnrenderedSchema = r.either(n, all, "schema", "dataset")
	s.Config = r.layer(n, all)
	s.Quoting = r.dictField(n, all, "quoting")
	s.Meta, s.Tags = r.meta(n, all, s.Config), r.tags(n, all)
	s.Freshness, s.HasFreshness = r.freshness(n, all, s.Config)
	s.LoadedAtField, s.LoadedAtQuery, _ = r.loadedAt(n, all, s.Config)
	list, _ := all.Get("tables")
	values, _ := list.(*jinja.List)
	for i, item := range r.itemsOf(n.get("tables"), "tables") {
		if t := r.table(item, values.Items[i]); t != nil {
			s.Tables = append(s.Tables, t)
		}
	}
	r.moved(n, "meta", "tags", "freshness")
	if s.Overrides != "" {
		r.old(n.get("overrides"), "a source that overrides another", "disable the other one, and define it here")
	}
	r.checkKeys(n, "a property of a source", sourceKeys, nil)
	return s
}

func (r *propertiesReader) table(n *node, value jinja.Value) *SourceTable {
	all, ok := value.(*jinja.Dict)
	if !ok {
		r.list.Errorf(n.at, CodeInvalidProperty, "a table must be a mapping, not %s", describe(n)).Hint = `write "- name: ` + n.text + `"`
		return nil
	}
	name := n.get("name")
	if name.isNull() {
		r.list.Errorf(n.at, CodeInvalidProperty, "a table without a name").Hint = `add "name:"`
		return nil
	}
	t := &SourceTable{At: name.at}
	t.Name = r.field(n, all, "name")
	t.Identifier = r.field(n, all, "identifier")
	t.Description = r.field(n, all, "description")
	t.Loader = r.field(n, all, "loader")
	t.Config = r.layer(n, all)
	t.Quoting = r.dictField(n, all, "quoting")
	t.External, _ = all.Get("external")
	t.Meta, t.Tags = r.meta(n, all, t.Config), r.tags(n, all)
	t.Freshness, t.HasFreshness = r.freshness(n, all, t.Config)
	t.LoadedAtField, t.LoadedAtQuery, t.HasLoadedAt = r.loadedAt(n, all, t.Config)
	r.moved(n, "meta", "tags", "freshness")
	t.Columns = r.columns(n.get("columns"), all)
	t.Tests, _ = r.tests(n)
	if v, ok := all.Get("quote_columns"); ok {
		t.QuoteColumns = jinja.Truth(v)
	}
	r.checkKeys(n, "a property of a source's table", tableKeys, nil)
	return t
}

// either is the text of the first of the keys that is given, rendered and as written.
func (r *propertiesReader) either(n *node, all *jinja.Dict, keys ...string) (rendered, written string) {
	for _, key := range keys {
		if child := n.get(key); !child.isNull() {
			return r.field(n, all, key), child.text
		}
	}
	return "", ""
}

// meta is the meta beside config under the one in it.
func (r *propertiesReader) meta(n *node, all *jinja.Dict, config *Layer) *jinja.Dict {
	meta := r.dictField(n, all, "meta")
	over, ok := config.Values.Get("meta")
	if !ok {
		return meta
	}
	if merged, ok := updateDict(meta, over).(*jinja.Dict); ok {
		return merged
	}
	return meta
}

// freshness is the freshness beside config under the one in it; given as null, it says that there is none.
func (r *propertiesReader) freshness(n *node, all *jinja.Dict, config *Layer) (v jinja.Value, has bool) {
	if child := n.get("freshness"); child != nil {
		has = true
		if r.mappingOr(child, "freshness") != nil {
			v, _ = all.Get("freshness")
		}
	}
	over, ok := config.Values.Get("freshness")
	if !ok {
		return v, has
	}
	if over == nil {
		return nil, true
	}
	return updateDict(v, over), true
}

// loadedAt is loaded_at_field and loaded_at_query, beside config or in it.
func (r *propertiesReader) loadedAt(n *node, all *jinja.Dict, config *Layer) (field, query string, given bool) {
	if child := n.get("loaded_at_field"); child != nil {
		given = true
		if field = r.field(n, all, "loaded_at_field"); field == "" && !child.isNull() {
			r.list.Errorf(child.at, CodeInvalidProperty, "loaded_at_field is empty").Hint = "name a column, or remove it"
		}
	}
	query = r.field(n, all, "loaded_at_query")
	if field == "" {
		field = configText(config, "loaded_at_field")
		given = given || field != ""
	}
	if query == "" {
		query = configText(config, "loaded_at_query")
	}
	if field != "" && query != "" {
		at := n.get("name").at
		if q := n.get("loaded_at_query"); q != nil {
			at = q.at
		}
		r.list.Errorf(at, CodeInvalidProperty, "both loaded_at_field and loaded_at_query are given").Hint = "keep one of the two"
	}
	return field, query, given
}

var macroKeys = []string{"name", "description", "arguments", "docs", "meta", "config"}

func (r *propertiesReader) macro(n, name *node) *Macro {
	all := r.renderer.dict(n)
	m := &Macro{File: r.file, At: name.at}
	m.Name = r.field(n, all, "name")
	m.Description = r.field(n, all, "description")
	m.Config = r.layer(n, all, "docs", "meta")
	list, _ := all.Get("arguments")
	values, _ := list.(*jinja.List)
	for i, item := range r.itemsOf(n.get("arguments"), "arguments") {
		value, ok := values.Items[i].(*jinja.Dict)
		if !ok || item.get("name").isNull() {
			r.list.Errorf(item.at, CodeInvalidProperty, "an argument without a name").Hint = `write "- name:"`
			continue
		}
		m.Arguments = append(m.Arguments, MacroArgument{Name: r.field(item, value, "name"), Type: r.field(item, value, "type"),
			Description: r.field(item, value, "description")})
	}
	r.checkKeys(n, "a property of a macro", macroKeys, nil)
	return m
}

// rawKeys are the keys of entries that are not taken apart, and those of them that must be given.
var rawKeys = map[string]struct{ required, known []string }{
	"exposures": {[]string{"type", "owner"}, []string{"name", "description", "type", "owner", "label", "maturity", "meta", "tags", "url", "depends_on", "config"}},
	"groups":    {[]string{"owner"}, []string{"name", "owner", "description", "config"}},
	"unit_tests": {[]string{"model", "given", "expect"}, []string{"name", "model", "given", "expect", "description", "overrides", "config", "versions",
		"static_analysis_off_reason"}},
	"metrics":         {nil, nil},
	"semantic_models": {[]string{"model"}, nil},
	"saved_queries":   {[]string{"query_params"}, nil},
	"syncs": {[]string{"destination", "key", "map"}, []string{"name", "description", "model", "query", "key", "destination", "object", "mode", "map", "where",
		"on_delete", "schedule", "limits", "owner", "tests", "alerts", "pii", "tags", "meta", "config"}},
}

func (r *propertiesReader) rawEntry(n, name *node) *Raw {
	all := r.renderer.dict(n)
	e := &Raw{File: r.file, At: name.at, Values: all, yaml: n}
	e.Name = r.field(n, all, "name")
	e.Config = r.layer(n, all)
	rules := rawKeys[r.key]
	for _, key := range rules.required {
		if n.get(key).isNull() {
			r.list.Errorf(name.at, CodeInvalidProperty, "%s %q has no %s", noun(r.key), e.Name, key).Hint = `add "` + key + `:"`
		}
	}
	if rules.known != nil {
		r.checkKeys(n, "a property of "+singular[r.key], rules.known, nil)
	}
	r.semantic(r.key, n)
	if owner := n.get("owner"); !owner.isNull() && r.key != "syncs" {
		if r.mappingOr(owner, "owner") != nil && owner.get("name").isNull() && owner.get("email").isNull() {
			r.list.Errorf(owner.at, CodeInvalidProperty, "an owner needs a name or an email")
		}
	}
	return e
}
