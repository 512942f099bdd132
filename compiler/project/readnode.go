package project

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

var nodeKeys = map[string][]string{
	"models": {"name", "description", "config", "columns", "tests", "data_tests", "versions", "latest_version", "deprecation_date",
		"constraints", "access", "group", "docs", "meta", "contract", "time_spine", "semantic_model", "primary_entity",
		"agg_time_dimension", "metrics", "derived_semantics", "quote_columns", "identifier", "model", "static_analysis_off_reason"},
	"seeds":      {"name", "description", "config", "columns", "tests", "data_tests", "docs", "meta", "group", "access", "contract", "quote_columns", "static_analysis_off_reason"},
	"snapshots":  {"name", "description", "config", "columns", "tests", "data_tests", "docs", "meta", "group", "access", "contract", "quote_columns", "relation", "static_analysis_off_reason"},
	"analyses":   {"name", "description", "config", "columns", "docs", "meta", "group", "access", "contract", "static_analysis_off_reason"},
	"functions":  {"name", "description", "config", "arguments", "returns", "overloads", "data_type", "docs", "meta", "group", "access", "contract", "static_analysis_off_reason"},
	"data_tests": {"name", "description", "config", "docs", "meta", "group", "access", "contract", "static_analysis_off_reason"},
}

// configKeys are configs that are often put beside config: where they do nothing.
var configKeys = []string{"enabled", "materialized", "tags", "schema", "database", "alias", "pre-hook", "post-hook", "pre_hook", "post_hook",
	"persist_docs", "grants", "unique_key", "incremental_strategy", "on_schema_change", "full_refresh", "column_types", "strategy",
	"updated_at", "check_cols", "severity", "store_failures", "where", "limit", "event_time", "begin", "batch_size", "lookback", "cron", "cron_tz",
	"sql_header", "target_schema", "target_database", "delimiter", "partition_by", "cluster_by", "indexes", "freshness"}

// node reads an entry that has a config and columns.
func (r *propertiesReader) node(n, name *node) *Node {
	all := r.renderer.dict(n)
	m := &Node{File: r.file, At: name.at}
	m.Name = r.text(name, valueOf(all, "name", name), "name")
	m.Description = r.field(n, all, "description")
	m.Config = r.layer(n, all, "meta", "docs", "group", "contract", "access")
	m.Columns = r.columns(n.get("columns"), all)
	m.Tests, _ = r.tests(n)
	m.Access, m.Group = configText(m.Config, "access"), configText(m.Config, "group")
	if m.Access != "" && !slices.Contains(accesses, m.Access) {
		r.list.Errorf(m.Config.At["access"], CodeInvalidProperty, "%q is no access: it is private, protected or public", m.Access).Hint = diag.DidYouMean(m.Access, accesses)
	}
	m.DeprecationDate = r.field(n, all, "deprecation_date")
	m.LatestVersion, _ = all.Get("latest_version")
	m.TimeSpine, _ = all.Get("time_spine")
	m.Constraints = r.constraints(n, all)
	if docs, ok := m.Config.Values.Get("docs"); ok {
		m.Docs, _ = docs.(*jinja.Dict)
	}
	if v, ok := all.Get("quote_columns"); ok {
		m.QuoteColumns = jinja.Truth(v)
	}
	if rel := n.get("relation"); !rel.isNull() {
		m.Relation, m.RelationAt = r.field(n, all, "relation"), rel.at
	}
	r.versions(m, n, all)
	if r.key == "models" {
		r.semantics(m, n, all)
	}
	if m.Semantic || r.key == "functions" {
		m.More = all
	}
	r.checkNodeKeys(n)
	return m
}

var accesses = []string{"private", "protected", "public"}

// checkNodeKeys reports unknown keys; for a config it says where it belongs.
func (r *propertiesReader) checkNodeKeys(n *node) {
	known := nodeKeys[r.key]
	for i := 0; i+1 < len(n.items); i += 2 {
		k := n.items[i]
		switch {
		case slices.Contains(known, k.text):
		case slices.Contains(configKeys, k.text):
			_ = r.loose(k, CodeUnknownKey, `"`+k.text+`" is a config and does nothing here`, `put it under "config:"`)
		default:
			r.unknownKey(n, k, "a property of "+singular[r.key], known)
		}
	}
}

func valueOf(d *jinja.Dict, key string, n *node) jinja.Value {
	if v, ok := d.Get(key); ok {
		return v
	}
	return resolveScalar(n)
}

// field is the text of a key of an entry, from the entry's value.
func (r *propertiesReader) field(n *node, all *jinja.Dict, key string) string {
	child := n.get(key)
	if child == nil {
		return ""
	}
	v, _ := all.Get(key)
	return r.text(child, v, key)
}

func configText(l *Layer, key string) string { return textOf(l.Values, key) }

// layer reads config: and, as dbt does, takes the keys of beside into it.
func (r *propertiesReader) layer(n *node, all *jinja.Dict, beside ...string) *Layer {
	l := newLayer()
	r.moved(n, beside...)
	config := r.mappingOr(n.get("config"), "config")
	if config != nil {
		value, _ := all.Get("config")
		values, _ := value.(*jinja.Dict)
		for i := 0; i+1 < len(config.items); i += 2 {
			k, v := config.items[i], config.items[i+1]
			name := configName(k.text)
			rendered, _ := values.Get(resolveScalar(k))
			r.addConfig(&l, name, k.at, v, rendered)
		}
	}
	for _, key := range beside {
		k, v := n.pair(key)
		if k == nil {
			continue
		}
		if at, twice := l.At[key]; twice {
			d := r.list.Errorf(k.at, CodeInvalidProperty, "%q is given here and under config", key)
			d.Hint = "keep the one under config"
			d.Related = []diag.Note{{Span: at, Message: "the other one"}}
			continue
		}
		rendered, _ := all.Get(key)
		r.addConfig(&l, key, k.at, v, rendered)
	}
	return &l
}

func (r *propertiesReader) addConfig(l *Layer, name string, at diag.Span, written *node, rendered jinja.Value) {
	l.At[name] = at
	l.Values.Put(name, rendered)
	if hasTemplates(written) {
		rendered = raw(written, r.list)
	}
	l.Unrendered.Put(name, rendered)
}

// hasTemplates tells whether rendering can have changed a value.
func hasTemplates(n *node) bool {
	if n.kind == scalar {
		return needsRendering(n.text)
	}
	return slices.ContainsFunc(n.items, hasTemplates)
}

func (r *propertiesReader) constraints(n *node, all *jinja.Dict) *jinja.List {
	child := n.get("constraints")
	if child.isNull() {
		return nil
	}
	if child.kind != sequence {
		r.wrongType(child, "constraints", "a list")
		return nil
	}
	for _, item := range child.items {
		if item.kind != mapping || item.get("type").isNull() {
			r.list.Errorf(item.at, CodeInvalidProperty, "a constraint without a type").Hint = `add "type: not_null", unique, primary_key, foreign_key, check or custom`
		}
	}
	v, _ := all.Get("constraints")
	list, _ := v.(*jinja.List)
	return list
}

// columnKeys are the keys of a column: first dbt's own, then those that others look for in the manifest.
var columnKeys = append(slices.Clip(columnFields), "policy_tags", "column_mask", "databricks_tags", "classifiers", "codec", "ttl", "pii", "inherit")

var columnFields = []string{"name", "description", "data_type", "constraints", "tests", "data_tests", "quote", "tags", "meta", "docs", "config",
	"granularity", "dimension", "entity"}

// columns reads a list of columns; all is the value of the mapping they stand in.
func (r *propertiesReader) columns(n *node, all *jinja.Dict) []*Column {
	items := r.itemsOf(n, "columns")
	if len(items) == 0 {
		return nil
	}
	list, _ := all.Get("columns")
	values, ok := list.(*jinja.List)
	if !ok {
		return nil
	}
	out := make([]*Column, 0, len(items))
	for i, item := range items {
		if item.kind == mapping && (item.get("include") != nil || item.get("exclude") != nil) && item.get("name") == nil {
			continue // of a version, which reads it itself
		}
		if c := r.column(item, values.Items[i]); c != nil {
			out = append(out, c)
		}
	}
	return out
}

func (r *propertiesReader) column(n *node, value jinja.Value) *Column {
	all, ok := value.(*jinja.Dict)
	if !ok {
		r.list.Errorf(n.at, CodeInvalidProperty, "a column must be a mapping, not %s", describe(n)).Hint = `write "- name: ` + n.text + `"`
		return nil
	}
	name := n.get("name")
	if name.isNull() {
		r.list.Errorf(n.at, CodeInvalidProperty, "a column without a name").Hint = `add "name:"`
		return nil
	}
	c := &Column{At: name.at}
	c.Name = r.field(n, all, "name")
	c.Description = r.field(n, all, "description")
	c.DataType = r.field(n, all, "data_type")
	c.Granularity = r.field(n, all, "granularity")
	c.Dimension, _ = all.Get("dimension")
	c.Entity, _ = all.Get("entity")
	c.Config = r.dictField(n, all, "config")
	c.Meta = r.dictField(n, all, "meta")
	if meta, ok := c.Config.Get("meta"); ok {
		c.Meta, _ = updateDict(c.Meta, meta).(*jinja.Dict)
	}
	c.Tags = r.tags(n, all)
	c.Constraints = r.constraints(n, all)
	c.Quote = r.boolField(n, all, "quote")
	c.Inherit = r.boolField(n, all, "inherit")
	c.PII, _ = all.Get("pii")
	for k, v := range all.All() {
		if name := jinja.Str(k); !slices.Contains(columnFields, name) {
			if c.Extra == nil {
				c.Extra = jinja.NewDict()
			}
			c.Extra.Put(name, v)
		}
	}
	c.Tests, _ = r.tests(n)
	r.columnSemantics(n)
	r.moved(n, "meta", "tags")
	r.checkKeys(n, "a property of a column", columnKeys, nil)
	return c
}

// boolField is the value of a key that must be true or false, nil if it is not there.
func (r *propertiesReader) boolField(n *node, all *jinja.Dict, key string) *bool {
	given := n.get(key)
	if given.isNull() {
		return nil
	}
	v, _ := all.Get(key)
	b, ok := v.(bool)
	if !ok {
		r.wrongType(given, key, "true or false")
		return nil
	}
	return &b
}

// dictField is the value of a key that must be a mapping, nil if it is not there.
func (r *propertiesReader) dictField(n *node, all *jinja.Dict, key string) *jinja.Dict {
	if r.mappingOr(n.get(key), key) != nil {
		v, _ := all.Get(key)
		if d, ok := v.(*jinja.Dict); ok {
			return d
		}
	}
	return nil
}

// tags are those beside config and those in it.
func (r *propertiesReader) tags(n *node, all *jinja.Dict) []string {
	var out []string
	if child := n.get("tags"); child != nil {
		v, _ := all.Get("tags")
		out = r.texts(child, v, "tags")
	}
	config := n.get("config")
	if child := config.get("tags"); child != nil {
		v, _ := all.Get("config")
		if d, ok := v.(*jinja.Dict); ok {
			tags, _ := d.Get("tags")
			out = append(out, r.texts(child, tags, "tags")...)
		}
	}
	return out
}

var versionKeys = []string{"v", "defined_in", "description", "access", "config", "constraints", "docs", "columns", "tests", "data_tests",
	"deprecation_date", "meta"}

func (r *propertiesReader) versions(m *Node, n *node, all *jinja.Dict) {
	items := r.itemsOf(n.get("versions"), "versions")
	if len(items) == 0 {
		return
	}
	list, _ := all.Get("versions")
	values, _ := list.(*jinja.List)
	seen := map[string]diag.Span{}
	for i, item := range items {
		value, ok := values.Items[i].(*jinja.Dict)
		v := item.get("v")
		if !ok || v.isNull() {
			r.list.Errorf(item.at, CodeInvalidProperty, `a version without "v"`).Hint = `write "- v: 1"`
			continue
		}
		version := r.oneVersion(item, value)
		id := jinja.Str(version.V)
		if first, twice := seen[id]; twice {
			d := r.list.Errorf(v.at, CodeInvalidProperty, "the version %s is given twice", id)
			d.Related = []diag.Note{{Span: first, Message: "the first one"}}
		}
		seen[id] = v.at
		m.Versions = append(m.Versions, version)
	}
	if latest := n.get("latest_version"); !latest.isNull() && len(m.Versions) > 0 {
		if !slices.ContainsFunc(m.Versions, func(v *Version) bool { return jinja.Equal(v.V, m.LatestVersion) }) {
			r.list.Errorf(latest.at, CodeInvalidProperty, "there is no version %s of %q", jinja.Str(m.LatestVersion), m.Name)
		}
	}
}

// oneVersion reads an entry of versions that has a "v".
func (r *propertiesReader) oneVersion(n *node, all *jinja.Dict) *Version {
	v := &Version{At: n.get("v").at, Include: "all"}
	v.V, _ = all.Get("v")
	v.DefinedIn = r.field(n, all, "defined_in")
	v.Description = r.field(n, all, "description")
	v.DeprecationDate = r.field(n, all, "deprecation_date")
	v.Config = r.layer(n, all, "docs", "meta")
	if v.Access = r.field(n, all, "access"); v.Access == "" {
		v.Access = configText(v.Config, "access")
	}
	v.Constraints = r.constraints(n, all)
	v.Columns = r.columns(n.get("columns"), all)
	r.includes(v, n.get("columns"))
	v.Tests, v.HasTests = r.tests(n)
	r.checkKeys(n, "a property of a version", versionKeys, nil)
	return v
}

// includes reads the entry among a version's columns that says which of the model's columns it has.
func (r *propertiesReader) includes(v *Version, columns *node) {
	if columns == nil || columns.kind != sequence {
		return
	}
	var first *node
	for _, item := range columns.items {
		include, exclude := item.get("include"), item.get("exclude")
		if include == nil && exclude == nil {
			continue
		}
		if first != nil {
			r.list.Errorf(item.at, CodeInvalidProperty, "a second include among the columns of a version").Hint = "keep one"
			continue
		}
		first = item
		if !include.isNull() {
			v.Include = raw(include, r.list)
			if v.Include == "*" {
				v.Include = "all"
			}
		}
		if !exclude.isNull() {
			v.Exclude = r.texts(exclude, raw(exclude, r.list), "exclude")
		}
	}
}
