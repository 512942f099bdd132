package selector

import (
	"path"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/compiler/jinja"
)

// Definitions are the entries of the file by name, in the form in which dbt's manifest keeps them: as written, but for texts of the
// command line's grammar, which are taken apart into method and value. The dict is the caller's.
// https://docs.getdbt.com/reference/node-selection/yaml-selectors
func (f *File) Definitions() *jinja.Dict {
	out := jinja.NewDict()
	if f == nil {
		return out
	}
	for _, e := range f.entries {
		d := jinja.NewDict()
		for i := 0; i+1 < len(e.yaml.Content); i += 2 {
			key, v := e.yaml.Content[i].Value, value(e.yaml.Content[i+1])
			if key == "definition" {
				v = normal(v)
			}
			d.Put(key, v)
		}
		out.Put(e.name, d)
	}
	return out
}

// value is a YAML node as a value.
func value(n *yaml.Node) jinja.Value {
	switch n.Kind {
	case yaml.AliasNode:
		return value(n.Alias)
	case yaml.SequenceNode:
		list := jinja.NewList()
		for _, item := range n.Content {
			list.Append(value(item))
		}
		return list
	case yaml.MappingNode:
		d := jinja.NewDict()
		for i := 0; i+1 < len(n.Content); i += 2 {
			d.Put(n.Content[i].Value, value(n.Content[i+1]))
		}
		return d
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return n.Value
	}
	switch v := v.(type) {
	case nil, bool, int, float64, string:
		return v
	}
	return n.Value // a date
}

// normal is a definition with its texts taken apart. A mapping of several keys stays as it is.
func normal(v jinja.Value) jinja.Value {
	switch v := v.(type) {
	case string:
		return spec(v)
	case *jinja.Dict:
		for _, op := range []string{"union", "intersection"} {
			if list, ok := v.GetString(op); ok {
				return jinja.DictOf(op, normalItems(list))
			}
		}
		if v.Len() != 1 {
			return v
		}
		key := jinja.Str(v.Keys()[0])
		inner, _ := v.GetString(key)
		if key == "exclude" {
			return jinja.DictOf(key, normalItems(inner))
		}
		return jinja.DictOf("method", key, "value", normalItems(inner))
	}
	return v
}

// normalItems normalises the items of a list, and nothing else.
func normalItems(v jinja.Value) jinja.Value {
	list, ok := v.(*jinja.List)
	if !ok {
		return v
	}
	out := jinja.NewList()
	for _, item := range list.Items {
		out.Append(normal(item))
	}
	return out
}

// specParts are the at sign, the plus before, its depth, the method, the value, the plus behind and its depth.
var specParts = regexp.MustCompile(`(?s)^(@?)((\d*)\+)?(?:([\w.]+):)?(.*?)(\+(\d*))?$`)

// spec takes a text of the command line's grammar apart.
func spec(text string) *jinja.Dict {
	m := specParts.FindStringSubmatch(text)
	d := jinja.NewDict()
	put := func(key string, given bool, v jinja.Value) {
		if given {
			d.Put(key, v)
		}
	}
	put("childrens_parents", m[1] != "", true)
	put("parents", m[2] != "", true)
	put("parents_depth", m[3] != "", m[3])
	method := m[4]
	if method == "" {
		method = methodOf(m[5])
	}
	put("method", true, method)
	put("value", m[5] != "", m[5])
	put("children", m[6] != "", true)
	put("children_depth", m[7] != "", m[7])
	return d
}

// methodOf is the method of a value that names none.
func methodOf(value string) string {
	switch ending := strings.ToLower(path.Ext(value)); {
	case strings.Contains(value, "/"):
		return "path"
	case ending == ".sql" || ending == ".py" || ending == ".csv":
		return "file"
	}
	return "fqn"
}
