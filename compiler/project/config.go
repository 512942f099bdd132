package project

import (
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Layer is one place's worth of configs: keys in dbt's spelling without "+" ("pre-hook" as "pre_hook").
type Layer struct {
	Values     *jinja.Dict // rendered; never nil
	Unrendered *jinja.Dict // as written; never nil
	At         map[string]diag.Span
}

// Tree is the configs of one resource type in a project file: layers by folder.
type Tree struct {
	Layer    Layer
	Children map[string]*Tree
	At       map[string]diag.Span // of each child's key
}

// Layers are the layers that apply to a node with that fully qualified name (package, folders, name), outermost first.
// Layers without configs are left out. t may be nil.
func (t *Tree) Layers(fqn []string) []*Layer {
	if t == nil {
		return nil
	}
	var out []*Layer
	if t.Layer.Values.Len() > 0 {
		out = append(out, &t.Layer)
	}
	for _, name := range fqn {
		if t = t.Children[name]; t == nil {
			break
		}
		if t.Layer.Values.Len() > 0 {
			out = append(out, &t.Layer)
		}
	}
	return out
}

// How a config of one layer goes with the one below it; what is not listed replaces it.
type mergeRule uint8

const (
	replaced mergeRule = iota
	appended
	updated
	extended // a dict of lists: a key with "+" adds to its list
)

var mergeRules = map[string]mergeRule{
	"tags": appended, "pre_hook": appended, "post_hook": appended, "packages": appended,
	"meta": updated, "docs": updated, "quoting": updated, "column_types": updated, "contract": updated, "diagnostics": updated,
	"latest_version_pointer": updated, "snapshot_meta_column_names": updated,
	"grants": extended,
}

// Merge puts a layer's values over those in config by dbt's rules: tags, hooks and packages are appended, meta, docs, quoting,
// column_types and contract merged, grants merged or appended (a key with "+"), anything else replaced. The layer is not
// changed, nor are lists and dicts that config shares with earlier layers.
// The rules: https://docs.getdbt.com/reference/define-configs.
func Merge(config *jinja.Dict, layer *jinja.Dict) {
	for k, v := range layer.All() {
		name, ok := k.(string)
		if !ok {
			_ = config.Set(k, v)
			continue
		}
		name = configName(name)
		old, _ := config.Get(name)
		switch mergeRules[name] {
		case appended:
			config.Put(name, jinja.NewList(append(listed(old), listed(v)...)...))
		case updated:
			config.Put(name, updateDict(old, v))
		case extended:
			config.Put(name, extendDict(old, v))
		default:
			config.Put(name, v)
		}
	}
}

// configName is a config's key in one spelling: without "+", and hooks with an underscore.
func configName(key string) string {
	key = strings.TrimSpace(strings.TrimPrefix(key, "+"))
	switch key {
	case "pre-hook":
		return "pre_hook"
	case "post-hook":
		return "post_hook"
	}
	return key
}

// listed is v as a fresh slice: a list's or tuple's items, nothing for None, itself otherwise.
func listed(v jinja.Value) []jinja.Value {
	switch v := v.(type) {
	case nil:
		return nil
	case *jinja.List:
		return append([]jinja.Value(nil), v.Items...)
	case *jinja.Tuple:
		return append([]jinja.Value(nil), v.Items...)
	}
	return []jinja.Value{v}
}

func updateDict(old, v jinja.Value) jinja.Value {
	over, ok := v.(*jinja.Dict)
	base, isDict := old.(*jinja.Dict)
	if !ok || !isDict {
		return v
	}
	merged := base.Clone()
	for k, v := range over.All() {
		_ = merged.Set(k, v)
	}
	return merged
}

func extendDict(old, v jinja.Value) jinja.Value {
	over, ok := v.(*jinja.Dict)
	if !ok {
		return v
	}
	merged := jinja.NewDict()
	if base, ok := old.(*jinja.Dict); ok {
		for k, v := range base.All() {
			_ = merged.Set(k, jinja.NewList(listed(v)...))
		}
	}
	for k, v := range over.All() {
		items := listed(v)
		if name, ok := k.(string); ok && strings.HasPrefix(name, "+") {
			k = strings.TrimLeft(name, "+")
			before, _ := merged.Get(k)
			items = append(listed(before), items...)
		}
		_ = merged.Set(k, jinja.NewList(items...))
	}
	return merged
}

// Hooks reads the value of pre_hook or post_hook: text, a dict with sql and transaction, or a list of them; at is their place.
// As in dbt, text that is a JSON object is such a dict.
func Hooks(v jinja.Value, at diag.Span) []Text {
	var out []Text
	for _, item := range listed(v) {
		switch item := item.(type) {
		case *jinja.Dict:
			out = append(out, hookOf(item, at))
		case string:
			if d, ok := hookJSON(item); ok {
				out = append(out, hookOf(d, at))
			} else {
				out = append(out, Text{Text: item, At: at, Transaction: true})
			}
		default:
			out = append(out, Text{Text: jinja.Str(item), At: at, Transaction: true})
		}
	}
	return out
}

func hookOf(d *jinja.Dict, at diag.Span) Text {
	t := Text{At: at, Transaction: true}
	if sql, ok := d.Get("sql"); ok && sql != nil {
		t.Text = jinja.Str(sql)
	}
	if tx, ok := d.Get("transaction"); ok {
		t.Transaction = jinja.Truth(tx)
	}
	return t
}

// hookJSON reads a hook such as {"sql": "vacuum", "transaction": false}, which after_commit() and its like write.
func hookJSON(text string) (*jinja.Dict, bool) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, false
	}
	v, err := fromJSON(text)
	if err != nil {
		return nil, false
	}
	d, ok := v.(*jinja.Dict)
	return d, ok
}
