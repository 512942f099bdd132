package agate

import (
	"iter"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Sequence is an immutable sequence whose items may have keys: a row, the columns of a table, the rows of a table. Unlike a dict it
// is walked by value.
type Sequence struct {
	kind   string // "Row", "Column", "MappedSequence"
	values []jinja.Value
	keys   []jinja.Value // nil if there are none
}

// Len implements jinja.Sized.
func (s *Sequence) Len() int { return len(s.values) }

// Iterate implements jinja.Iterable: the values.
func (s *Sequence) Iterate() iter.Seq[jinja.Value] { return slices.Values(s.values) }

// Contains implements jinja.Container: whether a value is among the values.
func (s *Sequence) Contains(v jinja.Value) (bool, error) {
	return slices.ContainsFunc(s.values, func(w jinja.Value) bool { return jinja.Equal(v, w) }), nil
}

// Index implements jinja.Indexer: a value by number, from the end if that is negative, or by key.
func (s *Sequence) Index(key jinja.Value) (jinja.Value, bool, error) {
	if n, ok := key.(int); ok {
		if n < 0 {
			n += len(s.values)
		}
		if n < 0 || n >= len(s.values) {
			return nil, false, nil
		}
		return s.values[n], true, nil
	}
	v, ok := s.get(key)
	return v, ok, nil
}

// get is the value of a key; the last one if several have it, as in the dict that agate makes of it.
func (s *Sequence) get(key jinja.Value) (jinja.Value, bool) {
	for i, k := range slices.Backward(s.keys) {
		if jinja.Equal(k, key) {
			return s.values[i], true
		}
	}
	return nil, false
}

// Slice implements jinja.Slicer.
func (s *Sequence) Slice(start, step, n int) (jinja.Value, error) {
	out := make([]jinja.Value, n)
	for i := range out {
		out[i] = s.values[start+i*step]
	}
	return jinja.NewTuple(out...), nil
}

// Equal implements jinja.Equaler: another sequence of the same values.
func (s *Sequence) Equal(other jinja.Value) bool {
	items, err := jinja.Items(other)
	if _, text := other.(string); err != nil || text {
		return false
	}
	return slices.EqualFunc(s.values, items, jinja.Equal)
}

// Dict implements jinja.Mapping.
func (s *Sequence) Dict() *jinja.Dict {
	d := jinja.NewDict()
	for i, k := range s.keys {
		_ = d.Set(k, s.values[i])
	}
	return d
}

// String is a sample of the values, as agate shows it.
func (s *Sequence) String() string {
	var shown []string
	for _, v := range s.values[:min(5, len(s.values))] {
		shown = append(shown, jinja.Repr(v))
	}
	if len(s.values) > 5 {
		shown = append(shown, "...")
	}
	return "<agate." + s.kind + ": (" + strings.Join(shown, ", ") + ")>"
}

// Attr implements jinja.Attributer.
func (s *Sequence) Attr(name string) (jinja.Value, bool) {
	simple := map[string]func() jinja.Value{
		"values": func() jinja.Value { return jinja.NewTuple(s.values...) },
		"keys": func() jinja.Value {
			if s.keys == nil {
				return nil
			}
			return jinja.NewTuple(s.keys...)
		},
		"items": func() jinja.Value { return jinja.NewTuple(s.pairs()...) },
		"dict":  func() jinja.Value { return s.Dict() },
	}
	if f := simple[name]; f != nil {
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return f(), nil }), true
	}
	switch name {
	case "get":
		return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			if v, ok := s.get(a.Value("key")); ok {
				return v, nil
			}
			return a.Value("default"), nil
		}), true
	case "count":
		return bind.Func(name, "value", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			n := 0
			for _, v := range s.values {
				if jinja.Equal(v, a.Value("value")) {
					n++
				}
			}
			return n, nil
		}), true
	case "index":
		return bind.Func(name, "value", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			n := slices.IndexFunc(s.values, func(v jinja.Value) bool { return jinja.Equal(v, a.Value("value")) })
			if n < 0 {
				return nil, errNotThere
			}
			return n, nil
		}), true
	}
	return nil, false
}

func (s *Sequence) pairs() []jinja.Value {
	var out []jinja.Value
	for i, k := range s.keys {
		out = append(out, jinja.NewTuple(k, s.values[i]))
	}
	return out
}

// Column is a column of a table: its values, and what is known of it.
type Column struct {
	Sequence
	name   string
	number int
	typ    Type
}

// Attr implements jinja.Attributer.
func (c *Column) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "name":
		return c.name, true
	case "index":
		return c.number, true
	case "data_type":
		return typeObject{c.typ}, true
	}
	lists := map[string]func() jinja.Value{
		"values_distinct":             func() jinja.Value { return jinja.NewTuple(distinct(c.values)...) },
		"values_without_nulls":        func() jinja.Value { return jinja.NewTuple(withoutNulls(c.values)...) },
		"values_sorted":               func() jinja.Value { return jinja.NewList(sorted(c.values)...) },
		"values_without_nulls_sorted": func() jinja.Value { return jinja.NewList(sorted(withoutNulls(c.values))...) },
	}
	if f := lists[name]; f != nil {
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return f(), nil }), true
	}
	return c.Sequence.Attr(name)
}

func distinct(in []jinja.Value) []jinja.Value {
	d := jinja.NewDict()
	for _, v := range in {
		_ = d.Set(v, nil)
	}
	return d.Keys()
}

func withoutNulls(in []jinja.Value) []jinja.Value {
	return slices.DeleteFunc(slices.Clone(in), func(v jinja.Value) bool { return v == nil })
}
