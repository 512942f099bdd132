package runner

import "github.com/modsql/mod/compiler/jinja"

// record is what dbt gives templates as an object, not as a dict: its fields are attributes, and to_dict() makes a dict of them.
type record struct{ fields *jinja.Dict }

// Attr implements jinja.Attributer.
func (r record) Attr(name string) (jinja.Value, bool) {
	if v, ok := r.fields.GetString(name); ok {
		return v, true
	}
	if name == "to_dict" {
		return jinja.Func{Name: name, Fn: func(*jinja.Call) (jinja.Value, error) { return r.fields.Clone(), nil }}, true
	}
	return nil, false
}

// Index implements jinja.Indexer.
func (r record) Index(key jinja.Value) (jinja.Value, bool, error) {
	v, ok := r.fields.Get(key)
	return v, ok, nil
}

// String is how a record is shown.
func (r record) String() string { return jinja.Str(r.fields) }
