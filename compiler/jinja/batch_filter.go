package jinja

import (
	"slices"
)

func filterBatch(c *Call) (Value, error) {
	a, err := c.Bind("do_batch", 2, "value", "linecount", "fill_with")
	if err != nil {
		return nil, err
	}
	return &generator{"generator object do_batch", &lazily{make: func(s *State) ([]Value, error) { return s.batches(a.Value(0), a.Value(1), a.Value(2)) }}}, nil
}

// batches are the items in lists of n; the last one is filled up.
func (s *State) batches(v, size, fill Value) ([]Value, error) {
	items, err := s.items(v)
	if err != nil {
		return nil, err
	}
	n, isNumber := toFloat(size)
	var batches []Value
	tmp := &List{}
	for _, v := range items {
		if isNumber && float64(len(tmp.Items)) == n {
			batches = append(batches, tmp)
			tmp = &List{}
		}
		tmp.Append(v)
	}
	if len(tmp.Items) == 0 {
		return batches, nil
	}
	if fill != nil {
		n, err := toInt(size)
		if err != nil {
			return nil, err
		}
		if err := s.chargeItems(max(n-len(tmp.Items), 0)); err != nil {
			return nil, err
		}
		for len(tmp.Items) < n {
			tmp.Append(fill)
		}
	}
	return append(batches, tmp), s.chargeItems(len(items))
}

func filterSlice(c *Call) (Value, error) {
	a, err := c.Bind("do_slice", 2, "value", "slices", "fill_with")
	if err != nil {
		return nil, err
	}
	return &generator{"generator object sync_do_slice", &lazily{make: func(s *State) ([]Value, error) { return s.columns(a.Value(0), a.Value(1), a.Value(2)) }}}, nil
}

// columns are the items in count lists, the first ones longer by one; fill evens them out.
func (s *State) columns(v, count, fill Value) ([]Value, error) {
	items, err := s.items(v)
	if err != nil {
		return nil, err
	}
	n, err := toInt(count)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, failf("ZeroDivisionError", "integer division or modulo by zero")
	}
	if err := s.chargeItems(max(n, len(items))); err != nil {
		return nil, err
	}
	var columns []Value
	each, extra, offset := len(items)/max(n, 1), len(items)%max(n, 1), 0
	for i := range n {
		start := offset + i*each
		if i < extra {
			offset++
		}
		column := &List{Items: slices.Clone(items[start : offset+(i+1)*each])}
		if fill != nil && i >= extra {
			column.Append(fill)
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// lazily is an iterator whose items are made when the first one is asked for: what is wrong with them shows only then.
type lazily struct {
	make  func(s *State) ([]Value, error)
	items *sliceIterator
}

func (l *lazily) next(s *State) (Value, bool, error) {
	if l.items == nil {
		l.items = &sliceIterator{}
		items, err := l.make(s)
		if err != nil {
			return nil, false, err
		}
		l.items.items = items
	}
	return l.items.next(s)
}
