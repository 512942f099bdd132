package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// Relation is a relation as templates see it: api.Relation.
type Relation struct {
	relation.Relation
	Kind    relation.Kind
	Dialect *dialect.Dialect
	// Include and Quote are dbt's policies for database, schema and identifier.
	Include, Quote [3]bool
	// Text, if not empty, is written instead of the name: an ephemeral model's CTE, a filtered subquery, an external file.
	Text string

	// catalog is a view of the information schema ("tables"); the relation is then the information schema itself.
	catalog       string
	isInformation bool
}

// NewRelation returns a relation with every part included, and quoted as the dialect does.
func NewRelation(d *dialect.Dialect, r relation.Relation, kind relation.Kind) *Relation {
	return &Relation{Relation: r, Kind: kind, Dialect: d, Include: [3]bool{true, true, true}, Quote: d.Quoting()}
}

// parts are the names of a relation's parts, in order.
var parts = [3]string{"database", "schema", "identifier"}

func (r *Relation) path() [3]string { return [3]string{r.Database, r.Schema, r.Name} }

// String is the name as it is written in SQL.
func (r *Relation) String() string {
	if r.Text != "" {
		return r.Text
	}
	return r.Render()
}

// Render is the name as it is written in SQL, even of a relation that stands for a subquery.
func (r *Relation) Render() string {
	var out []string
	for i, part := range r.path() {
		if part == "" || !r.Include[i] {
			continue
		}
		if r.Quote[i] {
			// As in dbt, quotes inside of a name are the project's business.
			q := string(r.Dialect.Quote)
			part = q + part + q
		}
		out = append(out, part)
	}
	if r.catalog != "" {
		out = append(out, r.catalog)
	}
	return strings.Join(out, ".")
}

// Repr is how a relation is shown inside of a list.
func (r *Relation) Repr() string { return "<" + r.typeName() + " " + r.Render() + ">" }

func (r *Relation) typeName() string {
	if r.isInformation {
		return "InformationSchema"
	}
	return relationTypeName(r.Dialect)
}

func relationTypeName(d *dialect.Dialect) string { return d.Title + "Relation" }

// Truth implements jinja.Truther.
func (r *Relation) Truth() bool { return r != nil }

// HashKey implements jinja.Hasher: relations that are equal are the same key.
func (r *Relation) HashKey() string {
	return fmt.Sprintf("%q %q %v %v %q %q %v", r.path(), r.Kind, r.Include, r.Quote, r.Text, r.catalog, r.isInformation)
}

// Equal implements jinja.Equaler: name, kind and policies are the same.
func (r *Relation) Equal(other jinja.Value) bool {
	o, ok := other.(*Relation)
	return ok && o != nil && r.HashKey() == o.HashKey()
}

// Attr implements jinja.Attributer.
func (r *Relation) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "database":
		return optional(r.Database), true
	case "schema":
		return optional(r.Schema), true
	case "identifier", "name", "table":
		return optional(r.Name), true
	case "type":
		return optional(string(r.Kind)), true
	case "path":
		return record{"Path", r.pathDict()}, true
	case "quote_policy":
		return record{"Policy", policyDict(r.Quote)}, true
	case "include_policy":
		return record{"Policy", policyDict(r.Include)}, true
	case "quote_character":
		return string(r.Dialect.Quote), true
	case "information_schema_view":
		return optional(r.catalog), r.isInformation
	}
	if v, ok := r.is(name); ok {
		return v, true
	}
	for _, group := range []func(string) (jinja.Value, bool){relationKind, r.fact} {
		if v, ok := group(name); ok {
			return v, true
		}
	}
	return r.method(name)
}

func (r *Relation) is(name string) (jinja.Value, bool) {
	switch name {
	case "is_table":
		return r.Kind == relation.BaseTable, true
	case "is_view":
		return r.Kind == relation.View, true
	case "is_cte":
		return r.Kind == relation.CTE, true
	case "is_materialized_view":
		return r.Kind == relation.MaterializedView, true
	case "is_dynamic_table":
		return r.Kind == relation.DynamicTable, r.Dialect.Has(dialect.DynamicTables)
	case "DynamicTable":
		return string(relation.DynamicTable), r.Dialect.Has(dialect.DynamicTables)
	case "is_function":
		return r.Kind == relation.Function, true
	case "is_pointer":
		return r.Kind == "pointer_table", true
	case "can_be_renamed":
		return r.Dialect.Has(dialect.RenameView) && (r.Kind == relation.BaseTable || r.Kind == relation.View), true
	case "can_be_replaced":
		return r.Kind == relation.BaseTable || r.Kind == relation.View, true
	}
	return nil, false
}

// relationKind resolves api.Relation.Table and its like.
func relationKind(name string) (jinja.Value, bool) {
	switch name {
	case "Table":
		return string(relation.BaseTable), true
	case "View":
		return string(relation.View), true
	case "CTE":
		return string(relation.CTE), true
	case "External":
		return string(relation.External), true
	case "MaterializedView":
		return string(relation.MaterializedView), true
	case "Function":
		return string(relation.Function), true
	case "PointerTable":
		return "pointer_table", true
	}
	return nil, false
}

// Index implements jinja.Indexer: a relation can be read like a dict of its attributes.
func (r *Relation) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, ok := key.(string)
	if !ok {
		return nil, false, nil
	}
	v, ok := r.Attr(name)
	return v, ok, nil
}

func (r *Relation) schemaOnly() *Relation {
	out := *r
	out.Name, out.Include[2], out.Text = "", false, ""
	return &out
}

func (r *Relation) information(view string) *Relation {
	out := *r
	out.Schema, out.Name, out.Kind, out.Text = "", "INFORMATION_SCHEMA", relation.View, ""
	out.Include = [3]bool{r.Database != "", false, true}
	out.Quote[2] = false
	out.catalog, out.isInformation = view, true
	return &out
}

// Dict implements jinja.Mapping.
func (r *Relation) Dict() *jinja.Dict {
	d := jinja.DictOf("path", r.pathDict())
	d.Put("type", optional(string(r.Kind)))
	d.Put("quote_character", string(r.Dialect.Quote))
	d.Put("include_policy", policyDict(r.Include))
	d.Put("quote_policy", policyDict(r.Quote))
	for _, name := range relationFacts {
		v, _ := r.fact(name)
		d.Put(name, v)
	}
	return d
}

// relationFacts are further fields of dbt's relations. Those that mod keeps elsewhere are empty here.
var relationFacts = []string{
	"dbt_created", "limit", "event_time_filter", "require_alias", "catalog", "renameable_relations", "replaceable_relations", "external",
}

func (r *Relation) fact(name string) (jinja.Value, bool) {
	switch name {
	case "dbt_created", "require_alias":
		return false, true
	case "renameable_relations", "replaceable_relations":
		return jinja.NewTuple(), true
	case "limit", "event_time_filter", "catalog":
		return nil, true
	case "external":
		return optional(r.Text), true
	}
	return nil, false
}

func (r *Relation) pathDict() *jinja.Dict {
	d := jinja.NewDict()
	for i, part := range r.path() {
		d.Put(parts[i], optional(part))
	}
	return d
}

// record is a dict that is shown like an object of Python: a relation's path and policies.
type record struct {
	class string
	*jinja.Dict
}

// Attr implements jinja.Attributer.
func (r record) Attr(name string) (jinja.Value, bool) {
	if name == "get" {
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			if v, ok := r.Get(a.Value("key")); ok {
				return v, nil
			}
			return a.Value("default"), nil
		}), true
	}
	return r.Get(name)
}

// Index implements jinja.Indexer.
func (r record) Index(key jinja.Value) (jinja.Value, bool, error) {
	v, ok := r.Get(key)
	return v, ok, nil
}

// Equal implements jinja.Equaler.
func (r record) Equal(other jinja.Value) bool {
	o, ok := other.(record)
	return ok && o.class == r.class && jinja.Equal(o.Dict, r.Dict)
}

// String is how the object is shown.
func (r record) String() string {
	var fields []string
	for k, v := range r.All() {
		fields = append(fields, jinja.Str(k)+"="+jinja.Repr(v))
	}
	return r.class + "(" + strings.Join(fields, ", ") + ")"
}

func policyDict(policy [3]bool) *jinja.Dict {
	return jinja.DictOf(parts[0], policy[0], parts[1], policy[1], parts[2], policy[2])
}
