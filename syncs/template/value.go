package template

import (
	"errors"
	"maps"
	"slices"
)

// Value is a structure of texts, lists and mappings with names in it. It is safe for concurrent use.
type Value struct {
	constant any
	text     *Text
	list     []*Value
	mapping  map[string]*Value
}

// ParseValue reads a structure: what a project spells in YAML, or what JSON decodes to. The error holds every mistake in it.
func ParseValue(v any) (*Value, error) {
	switch v := v.(type) {
	case string:
		t, err := ParseText(v)
		return &Value{text: t}, err
	case []any:
		out := &Value{list: []*Value{}}
		var errs []error
		for _, item := range v {
			value, err := ParseValue(item)
			out.list, errs = append(out.list, value), append(errs, err)
		}
		return out, errors.Join(errs...)
	case map[string]any:
		out := &Value{mapping: map[string]*Value{}}
		var errs []error
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := ParseValue(v[key])
			out.mapping[key], errs = value, append(errs, err)
		}
		return out, errors.Join(errs...)
	default:
		return &Value{constant: v}, nil
	}
}

// Fill is the structure with its values. The error is that of [JSON].
func (v *Value) Fill(s Scope) (any, error) {
	switch {
	case v.text != nil:
		if p, ok := v.text.alone(); ok {
			return s.value(p)
		}
		return v.text.Expand(s, nil)
	case v.list != nil:
		return v.fillList(s)
	case v.mapping != nil:
		return v.fillMapping(s)
	default:
		return v.constant, nil
	}
}

func (v *Value) fillList(s Scope) (any, error) {
	out := make([]any, len(v.list))
	for i, item := range v.list {
		var err error
		if out[i], err = item.Fill(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v *Value) fillMapping(s Scope) (any, error) {
	out := make(map[string]any, len(v.mapping))
	for key, item := range v.mapping {
		var err error
		if out[key], err = item.Fill(s); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Names are the names in the structure.
func (v *Value) Names() []string {
	if v.text != nil {
		return v.text.Names()
	}
	var out []string
	for _, item := range v.list {
		out = append(out, item.Names()...)
	}
	for _, key := range slices.Sorted(maps.Keys(v.mapping)) {
		out = append(out, v.mapping[key].Names()...)
	}
	return out
}
