package macros

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

func (r *Relation) method(name string) (jinja.Value, bool) {
	switch name {
	case "quoted":
		return bind.Func(name, "identifier", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			q := string(r.Dialect.Quote)
			return q + jinja.Str(a.Value("identifier")) + q, nil
		}), true
	case "render":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return r.Render(), nil }), true
	case "include":
		return bind.Func(name, "database? schema? identifier?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			out := *r
			out.Include = policy(a, r.Include)
			return &out, nil
		}), true
	case "quote":
		return bind.Func(name, "database? schema? identifier?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			out := *r
			out.Quote = policy(a, r.Quote)
			return &out, nil
		}), true
	case "without_identifier":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return r.schemaOnly(), nil }), true
	case "information_schema", "information_schema_only":
		return bind.Func(name, "view_name?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			view, _ := a.Value("view_name").(string)
			return r.information(view), nil
		}), true
	case "replace_path":
		return bind.Func(name, "database? schema? identifier?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			out := *r
			return &out, out.setPath(a.Value, a.Given)
		}), true
	case "incorporate", "replace":
		return bind.Func(name, "**changes", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			out := *r
			return &out, out.change(a.Extra)
		}), true
	}
	return r.lookup(name)
}

// lookup are the methods by which a relation can be read like a dict.
func (r *Relation) lookup(name string) (jinja.Value, bool) {
	switch name {
	case "get":
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("key", "")
			if key == "metadata" {
				return jinja.DictOf("type", r.typeName()), err
			}
			if v, ok := r.Attr(key); ok {
				return v, err
			}
			return a.Value("default"), err
		}), true
	case "to_dict":
		return bind.Func(name, "**options", func(*jinja.Call, bind.Args) (jinja.Value, error) { return r.Dict(), nil }), true
	case "matches":
		return bind.Func(name, "database? schema? identifier?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			for i, part := range parts {
				if want := a.Value(part); want != nil && !strings.EqualFold(jinja.Str(want), r.path()[i]) {
					return false, nil
				}
			}
			return true, nil
		}), true
	case "add_ephemeral_prefix":
		return ephemeralPrefix(), true
	case "relation_max_name_length":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return r.Dialect.MaxName, nil }), r.Dialect.MaxName > 0
	}
	return nil, false
}

func policy(a bind.Args, old [3]bool) [3]bool {
	for i, part := range parts {
		old[i] = a.Bool(part, old[i])
	}
	return old
}

// setPath replaces the parts of the name that are given; None takes a part away. What has another name is another relation: a
// text that stood for the old one is dropped.
func (r *Relation) setPath(value func(string) jinja.Value, given func(string) bool) error {
	r.Text = ""
	for i, target := range []*string{&r.Database, &r.Schema, &r.Name} {
		if !given(parts[i]) {
			continue
		}
		switch v := value(parts[i]).(type) {
		case nil:
			*target = ""
		case string:
			*target = v
		default:
			return fmt.Errorf("got an invalid path %s: %s", parts[i], jinja.Repr(v))
		}
	}
	return nil
}

// change takes dbt's incorporate(path=…, type=…, quote_policy=…, include_policy=…).
func (r *Relation) change(changes *jinja.Dict) error {
	for k, v := range changes.All() {
		switch k {
		case "path":
			d, ok := dictOf(v)
			if !ok {
				return fmt.Errorf("path must be a dict, not %s", jinja.TypeName(v))
			}
			get := func(name string) jinja.Value { v, _ := d.Get(name); return v }
			given := func(name string) bool { _, ok := d.Get(name); return ok }
			if err := r.setPath(get, given); err != nil {
				return err
			}
		case "type":
			kind, err := kindOf(v)
			if err != nil {
				return err
			}
			r.Kind = kind
		case "quote_policy":
			mergePolicy(&r.Quote, v)
		case "include_policy":
			mergePolicy(&r.Include, v)
		}
	}
	return nil
}

func kindOf(v jinja.Value) (relation.Kind, error) {
	switch v := v.(type) {
	case nil, *jinja.Undefined:
		return relation.Unknown, nil
	case string:
		return relation.Kind(v), nil
	default:
		return relation.Unknown, fmt.Errorf("type must be a str, not %s", jinja.TypeName(v))
	}
}

// dictOf is a dict, or that of a record.
func dictOf(v jinja.Value) (*jinja.Dict, bool) {
	if r, ok := v.(record); ok {
		return r.Dict, true
	}
	d, ok := v.(*jinja.Dict)
	return d, ok
}

func mergePolicy(into *[3]bool, v jinja.Value) {
	d, ok := dictOf(v)
	if !ok {
		return
	}
	for i, part := range parts {
		if v, ok := d.Get(part); ok && v != nil {
			into[i] = jinja.Truth(v)
		}
	}
}

// optional is a string as a value, None if it is empty.
func optional(s string) jinja.Value {
	if s == "" {
		return nil
	}
	return s
}

func ephemeralPrefix() jinja.Func {
	return bind.Func("add_ephemeral_prefix", "name", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		name, err := a.Text("name", "")
		return "__dbt__cte__" + name, err
	})
}

// relationType is api.Relation: the class.
type relationType struct{ context *Context }

// Attr implements jinja.Attributer.
func (t relationType) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "create":
		return bind.Func(name, "database? schema? identifier? type? **more", t.create), true
	case "create_from":
		return bind.Func(name, "quoting relation_config **more", t.createFrom), true
	case "add_ephemeral_prefix":
		return ephemeralPrefix(), true
	case "get_default_quote_policy":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return policyDict(t.context.Dialect.Quoting()), nil }), true
	case "get_default_include_policy":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return policyDict([3]bool{true, true, true}), nil }), true
	case "__name__":
		return relationTypeName(t.context.Dialect), true
	case "scd_args":
		return bind.Func(name, "primary_key updated_at", scdArgs), true
	}
	return relationKind(name)
}

func (t relationType) create(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	r := NewRelation(t.context.Dialect, relation.Relation{}, relation.Unknown)
	mergePolicy(&r.Quote, t.context.Project.Root.Quoting)
	if err := r.setPath(a.Value, a.Given); err != nil {
		return nil, err
	}
	kind, err := kindOf(a.Value("type"))
	if err != nil {
		return nil, err
	}
	r.Kind = kind
	return r, r.change(a.Extra)
}

// createFrom makes the relation of a node: an object with database, schema and identifier or alias, such as a result's.
func (t relationType) createFrom(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	r := NewRelation(t.context.Dialect, relation.Relation{}, relation.Unknown)
	mergePolicy(&r.Quote, t.context.Project.Root.Quoting)
	node := a.Value("relation_config")
	path := jinja.NewDict()
	for _, part := range parts {
		v, ok := fieldOf(node, part)
		if !ok && part == "identifier" {
			v, ok = fieldOf(node, "alias")
		}
		if !ok {
			return nil, fmt.Errorf("create_from() needs a node, and %s has no %s", jinja.TypeName(node), part)
		}
		path.Put(part, v)
	}
	if quoting, ok := fieldOf(node, "quoting"); ok {
		mergePolicy(&r.Quote, quoting)
	}
	return r, errors.Join(r.change(jinja.DictOf("path", path)), r.change(a.Extra))
}

// fieldOf is what a dict or an object has of that name.
func fieldOf(v jinja.Value, name string) (jinja.Value, bool) {
	if d, ok := dictOf(v); ok {
		return d.GetString(name)
	}
	if o, ok := v.(jinja.Attributer); ok {
		return o.Attr(name)
	}
	return nil, false
}

func scdArgs(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	out := jinja.NewList()
	if l, ok := a.Value("primary_key").(*jinja.List); ok {
		out.Items = append(out.Items, l.Items...)
	} else {
		out.Items = append(out.Items, a.Value("primary_key"))
	}
	out.Items = append(out.Items, a.Value("updated_at"))
	return out, nil
}
