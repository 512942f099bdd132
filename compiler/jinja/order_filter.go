package jinja

import (
	"strings"
)

// chargeSort counts a sort of n items.
func (s *State) chargeSort(n int) error {
	s.steps -= n
	return s.chargeItems(n)
}

// ignoreCase is a str in lower case, and any other value as it is.
func ignoreCase(v Value) Value {
	if s, ok := asString(v); ok {
		return lower(s)
	}
	return v
}

// sortKey is what the filters that compare items compare.
func (s *State) sortKey(p path, v, otherwise Value, caseSensitive bool) (Value, error) {
	v, err := p.of(s, v, otherwise)
	if err != nil || caseSensitive {
		return v, err
	}
	return ignoreCase(v), nil
}

func extreme(name string, better func(c int) bool) nativeFunc {
	return func(c *Call) (Value, error) {
		a, err := c.Bind("do_"+name, 1, "value", "case_sensitive", "attribute")
		if err != nil {
			return nil, err
		}
		items, err := c.State.items(a.Value(0))
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return &Undefined{Name: name, Hint: "No aggregated item, sequence was empty."}, nil
		}
		p := parsePath(a.Value(2))
		op := map[string]string{"max": ">", "min": "<"}[name]
		var best, bestKey Value
		for i, v := range items {
			key, err := c.State.sortKey(p, v, nil, Truth(a.Value(1)))
			if err != nil {
				return nil, err
			}
			if i > 0 {
				r, err := c.State.order(key, bestKey, op)
				if err != nil {
					return nil, err
				}
				if !better(r) {
					continue
				}
			}
			best, bestKey = v, key
		}
		return best, c.State.chargeItems(len(items))
	}
}

func filterSort(c *Call) (Value, error) {
	a, err := c.Bind("do_sort", 1, "value", "reverse", "case_sensitive", "attribute")
	if err != nil {
		return nil, err
	}
	if _, err := toInt(a.Or(1, false)); err != nil {
		return nil, err
	}
	l, err := c.State.list(a.Value(0))
	if err != nil {
		return nil, err
	}
	paths := []path{nil}
	if text, ok := asString(a.Value(3)); ok {
		paths = nil
		for _, part := range strings.Split(text, ",") {
			paths = append(paths, parsePath(part))
		}
	} else if a.Value(3) != nil {
		paths = []path{parsePath(a.Value(3))}
	}
	keys := make([]Value, len(l.Items))
	for i, v := range l.Items {
		key := &Tuple{Items: make([]Value, len(paths))}
		for j, p := range paths {
			if key.Items[j], err = c.State.sortKey(p, v, nil, Truth(a.Value(2))); err != nil {
				return nil, err
			}
		}
		keys[i] = key
	}
	if err := c.State.chargeSort(len(keys)); err != nil {
		return nil, err
	}
	return l, sortValues(c.State, keys, l.Items, Truth(a.Value(1)))
}

func filterDictSort(c *Call) (Value, error) {
	a, err := c.Bind("do_dictsort", 1, "value", "case_sensitive", "by", "reverse")
	if err != nil {
		return nil, err
	}
	at := 0
	switch by := a.Or(2, "key"); by {
	case "key":
	case "value":
		at = 1
	default:
		return nil, failf("FilterArgumentError", `You can only sort by either "key" or "value"`)
	}
	if u, ok := a.Value(0).(*Undefined); ok {
		return nil, undefinedError(u)
	}
	d, err := c.State.mapping(a.Value(0))
	if err != nil {
		return nil, failf("AttributeError", "'%s' object has no attribute 'items'", TypeName(a.Value(0)))
	}
	items := d.items()
	keys := make([]Value, len(items))
	for i, item := range items {
		keys[i] = item.(*Tuple).Items[at]
		if !Truth(a.Value(1)) {
			keys[i] = ignoreCase(keys[i])
		}
	}
	if err := c.State.chargeSort(len(keys)); err != nil {
		return nil, err
	}
	return &List{Items: items}, sortValues(c.State, keys, items, Truth(a.Value(3)))
}

func filterGroupBy(c *Call) (Value, error) {
	a, err := c.Bind("do_groupby", 2, "value", "attribute", "default", "case_sensitive")
	if err != nil {
		return nil, err
	}
	l, err := c.State.list(a.Value(0))
	if err != nil {
		return nil, err
	}
	p := parsePath(a.Value(1))
	keys := make([]Value, len(l.Items))
	for i, v := range l.Items {
		if keys[i], err = c.State.sortKey(p, v, a.Value(2), Truth(a.Value(3))); err != nil {
			return nil, err
		}
	}
	if err := c.State.chargeSort(len(keys)); err != nil {
		return nil, err
	}
	pairs := make([]Value, len(keys))
	for i := range keys {
		pairs[i] = NewTuple(keys[i], l.Items[i])
	}
	if err := sortValues(c.State, keys, pairs, false); err != nil {
		return nil, err
	}
	groups := &List{}
	var last *List
	var lastKey Value
	for _, pair := range pairs {
		key, v := pair.(*Tuple).Items[0], pair.(*Tuple).Items[1]
		same := last != nil
		if same {
			if same, err = c.State.equal(key, lastKey); err != nil {
				return nil, err
			}
		}
		if !same {
			shown, err := p.of(c.State, v, a.Value(2))
			if err != nil {
				return nil, err
			}
			last, lastKey = &List{}, key
			groups.Append(&Tuple{Items: []Value{shown, last}, fields: []string{"grouper", "list"}})
		}
		last.Append(v)
	}
	return groups, nil
}

func filterUnique(c *Call) (Value, error) {
	a, err := c.Bind("do_unique", 1, "value", "case_sensitive", "attribute")
	if err != nil {
		return nil, err
	}
	it, err := c.State.iterate(a.Value(0))
	if err != nil {
		it = &brokenIterator{err}
	}
	p, seen := parsePath(a.Value(2)), NewDict()
	return &generator{"generator object sync_do_unique", &mapped{it, func(v Value) (Value, bool, error) {
		key, err := c.State.sortKey(p, v, nil, Truth(a.Value(1)))
		if err != nil {
			return nil, false, err
		}
		id, err := identity(key)
		if err != nil || seen.find(id) >= 0 {
			return nil, false, err
		}
		seen.set(id, key, nil)
		return v, true, nil
	}}}, nil
}
