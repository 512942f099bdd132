package artifact

import (
	"maps"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// deferredKeys are what templates see of a node that is read elsewhere, as in dbt.
var deferredKeys = []string{"database", "schema", "alias", "relation_name", "resource_type", "name", "description", "compiled_code", "meta", "tags", "config"}

// Deferred is the entry as templates see it under defer_relation of the node that it stands for. The dict is the caller's.
func (e *Entry) Deferred() *jinja.Dict {
	d, values := jinja.NewDict(), e.Values()
	for _, key := range deferredKeys {
		d.Put(key, decoded(values[key]))
	}
	if e.Type == compiler.Seed {
		d.Put("compiled_code", nil)
	}
	return d
}

// decoded is a decoded value of JSON as templates see it. A number without a fraction is an int.
func decoded(v any) jinja.Value {
	switch v := v.(type) {
	case map[string]any:
		d := jinja.NewDict()
		for _, k := range slices.Sorted(maps.Keys(v)) {
			d.Put(k, decoded(v[k]))
		}
		return d
	case []any:
		l := jinja.NewList()
		for _, item := range v {
			l.Append(decoded(item))
		}
		return l
	case float64:
		if v == float64(int(v)) {
			return int(v)
		}
	}
	return v
}
