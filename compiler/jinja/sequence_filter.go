package jinja

import (
	"slices"
	"strconv"
	"strings"
)

// sequenceFilter are the filters over the items of their value.
func sequenceFilter(name string) nativeFunc {
	switch name {
	case "batch":
		return filterBatch
	case "count", "length":
		return filterLength
	case "dictsort":
		return filterDictSort
	case "first":
		return filterFirst
	case "groupby":
		return filterGroupBy
	case "items":
		return filterItems
	case "join":
		return filterJoin
	case "last":
		return filterLast
	case "list":
		return filterList
	case "map":
		return filterMap
	case "max":
		return extreme("max", func(c int) bool { return c > 0 && c != 2 })
	case "min":
		return extreme("min", func(c int) bool { return c < 0 })
	case "random":
		return randomItem
	case "select":
		return choose(name, true, false)
	case "reject":
		return choose(name, false, false)
	case "selectattr":
		return choose(name, true, true)
	case "rejectattr":
		return choose(name, false, true)
	case "reverse":
		return filterReverse
	case "slice":
		return filterSlice
	case "sort":
		return filterSort
	case "sum":
		return filterSum
	case "unique":
		return filterUnique
	}
	return nil
}

func filterLength(c *Call) (Value, error) {
	if len(c.Args) != 1 || c.Kwargs.Len() > 0 {
		return nil, typeErrorf("len() takes exactly one argument (%d given)", len(c.Args)+c.Kwargs.Len())
	}
	if l, ok := c.Args[0].(*loopContext); ok {
		n, err := l.size(c.State)
		return n, err
	}
	n, ok := sizeOf(c.Args[0])
	if !ok {
		return nil, noLength(c.Args[0])
	}
	return n, c.State.charge(n)
}

func filterList(c *Call) (Value, error) {
	if err := c.onlyValue("do_list"); err != nil {
		return nil, err
	}
	l, err := c.State.list(c.Args[0])
	if err != nil {
		return nil, err
	}
	return l, nil
}

func filterFirst(c *Call) (Value, error) {
	if err := c.onlyValue("do_first"); err != nil {
		return nil, err
	}
	it, err := c.State.iterate(c.Args[0])
	if err != nil {
		return nil, err
	}
	v, ok, err := it.next(c.State)
	if err != nil || ok {
		return v, err
	}
	return &Undefined{Name: "first", Hint: "No first item, sequence was empty."}, nil
}

// reversible is the items of a value that reversed() takes.
func (s *State) reversible(v Value) ([]Value, error) {
	switch v.(type) {
	case *Set, *Undefined, *generator, iterator:
		if _, ok := v.(*Undefined); ok {
			return nil, nil
		}
		return nil, typeErrorf("'%s' object is not reversible", TypeName(v))
	}
	if !iterable(v) {
		return nil, typeErrorf("'%s' object is not reversible", TypeName(v))
	}
	return s.items(v)
}

func filterLast(c *Call) (Value, error) {
	if err := c.onlyValue("do_last"); err != nil {
		return nil, err
	}
	items, err := c.State.reversible(c.Args[0])
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return &Undefined{Name: "last", Hint: "No last item, sequence was empty."}, nil
	}
	_, markup := c.Args[0].(Markup)
	if last, ok := items[len(items)-1].(string); ok && markup {
		return Markup(last), nil
	}
	return items[len(items)-1], nil
}

func filterReverse(c *Call) (Value, error) {
	if err := c.onlyValue("do_reverse"); err != nil {
		return nil, err
	}
	if s, ok := asString(c.Args[0]); ok {
		step := -1
		_, markup := c.Args[0].(Markup)
		return retext(sliceText(s, [3]*int{nil, nil, &step}), markup), c.State.charge(len(s))
	}
	items, err := c.State.reversible(c.Args[0])
	if err != nil {
		items, err = c.State.items(c.Args[0])
		if err != nil {
			return nil, failf("FilterArgumentError", "argument must be iterable")
		}
		items = slices.Clone(items)
		slices.Reverse(items)
		return &List{Items: items}, nil
	}
	items = slices.Clone(items)
	slices.Reverse(items)
	if _, ok := c.Args[0].(*List); ok {
		return &generator{"list_reverseiterator object", &sliceIterator{items: items}}, c.State.chargeItems(len(items))
	}
	return &generator{"reversed object", &sliceIterator{items: items}}, c.State.chargeItems(len(items))
}

func filterItems(c *Call) (Value, error) {
	if err := c.onlyValue("do_items"); err != nil {
		return nil, err
	}
	if _, ok := c.Args[0].(*Undefined); ok {
		return &generator{"generator object do_items", &sliceIterator{}}, nil
	}
	d, err := c.State.mapping(c.Args[0])
	if err != nil {
		return &generator{"generator object do_items", &brokenIterator{typeErrorf("Can only get item pairs from a mapping.")}}, nil
	}
	return &generator{"generator object do_items", &dictIterator{dict: d, size: d.Len(), item: entryItem}}, nil
}

// brokenIterator fails when it is walked.
type brokenIterator struct{ err error }

func (i *brokenIterator) next(*State) (Value, bool, error) { return nil, false, i.err }

// path is an attribute's path: names and numbers, as in "a.0.b".
type path []Value

func parsePath(v Value) path {
	if v == nil {
		return nil
	}
	text, ok := asString(v)
	if !ok {
		return path{v}
	}
	var p path
	for _, part := range strings.Split(text, ".") {
		if n, err := strconv.Atoi(part); err == nil && isDigit(part[0]) {
			p = append(p, n)
			continue
		}
		p = append(p, part)
	}
	return p
}

// of is the value at the path in v; what is undefined on the way becomes otherwise, unless that is nil.
func (p path) of(s *State, v, otherwise Value) (Value, error) {
	for _, part := range p {
		var err error
		if v, err = s.item(v, part); err != nil {
			return nil, err
		}
		if _, ok := v.(*Undefined); ok && otherwise != nil {
			v = otherwise
		}
	}
	return v, nil
}

func filterJoin(c *Call) (Value, error) {
	a, err := c.Bind("do_join", 1, "value", "d", "attribute")
	if err != nil {
		return nil, err
	}
	it, err := c.State.iterate(a.Value(0))
	if err != nil {
		return nil, err
	}
	sep, err := c.State.str(a.Or(1, ""))
	if err != nil {
		return nil, err
	}
	p := parsePath(a.Value(2))
	var b []byte
	for n := 0; ; n++ {
		v, ok, err := it.next(c.State)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if v, err = p.of(c.State, v, nil); err != nil {
			return nil, err
		}
		if n > 0 {
			b = append(b, sep...)
		}
		if b, err = c.State.appendStr(b, v); err != nil {
			return nil, err
		}
		if err := c.State.step(); err != nil {
			return nil, err
		}
		if len(b) > c.State.output {
			return nil, c.State.tooLarge()
		}
	}
	return string(b), c.State.charge(len(b))
}

func filterSum(c *Call) (Value, error) {
	a, err := c.Bind("do_sum", 1, "iterable", "attribute", "start")
	if err != nil {
		return nil, err
	}
	items, err := c.State.items(a.Value(0))
	if err != nil {
		return nil, err
	}
	p, total := parsePath(a.Value(1)), a.Or(2, 0)
	if isString(total) {
		return nil, typeErrorf("sum() can't sum strings [use ''.join(seq) instead]")
	}
	for _, v := range items {
		if v, err = p.of(c.State, v, nil); err != nil {
			return nil, err
		}
		if total, err = c.State.binary("+", total, v); err != nil {
			return nil, err
		}
		if err := c.State.step(); err != nil {
			return nil, err
		}
	}
	return total, nil
}
