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

// chargeSort counts a sort of n items.
func (s *State) chargeSort(n int) error {
	s.steps -= n
	return s.chargeItems(n)
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

// mapped applies a function to each item as it is asked for.
type mapped struct {
	source iterator
	apply  func(v Value) (Value, bool, error) // false leaves the item out
}

func (m *mapped) next(s *State) (Value, bool, error) {
	for {
		v, ok, err := m.source.next(s)
		if err != nil || !ok {
			return nil, false, err
		}
		if err := s.step(); err != nil {
			return nil, false, err
		}
		r, keep, err := m.apply(v)
		if err != nil || keep {
			return r, keep, err
		}
	}
}

func filterMap(c *Call) (Value, error) {
	if !Truth(c.Args[0]) {
		// Jinja2 takes None and whatever else is false for an empty sequence here.
		return &generator{"generator object sync_do_map", &sliceIterator{}}, nil
	}
	apply, err := mapFunc(c)
	if err != nil {
		// Jinja2's map is a generator: what is wrong shows when it is walked.
		return &generator{"generator object sync_do_map", &brokenIterator{err}}, nil
	}
	it, err := c.State.iterate(c.Args[0])
	if err != nil {
		it = &brokenIterator{err}
	}
	return &generator{"generator object sync_do_map", &mapped{it, func(v Value) (Value, bool, error) {
		r, err := apply(v)
		return r, true, err
	}}}, nil
}

func mapFunc(c *Call) (func(Value) (Value, error), error) {
	if len(c.Args) > 1 {
		name := Str(c.Args[1])
		f := builtinFilter(name)
		if f == nil {
			return nil, failf("TemplateRuntimeError", "No filter named %s.", Repr(name))
		}
		return func(v Value) (Value, error) { return f(c.with(v, c.Args[2:])) }, nil
	}
	attr, ok := c.Kwargs.GetString("attribute")
	if !ok {
		return nil, failf("FilterArgumentError", "map requires a filter argument")
	}
	var otherwise Value
	for k, v := range c.Kwargs.All() {
		switch k {
		case "attribute":
		case "default":
			otherwise = v
		default:
			return nil, failf("FilterArgumentError", "Unexpected keyword argument %s", Repr(k))
		}
	}
	p := parsePath(attr)
	return func(v Value) (Value, error) { return p.of(c.State, v, otherwise) }, nil
}

// with is a call with the same keyword arguments for one item.
func (c *Call) with(v Value, rest []Value) *Call {
	args := make([]Value, 0, len(rest)+1)
	return &Call{State: c.State, Args: append(append(args, v), rest...), Kwargs: c.Kwargs, Span: c.Span}
}

// choose is select, reject, selectattr or rejectattr.
func choose(name string, keep, byAttr bool) nativeFunc {
	return func(c *Call) (Value, error) {
		if !Truth(c.Args[0]) {
			return &generator{"generator object select_or_reject", &sliceIterator{}}, nil
		}
		pass, err := chooseFunc(c, byAttr)
		if err != nil {
			return &generator{"generator object select_or_reject", &brokenIterator{err}}, nil
		}
		it, err := c.State.iterate(c.Args[0])
		if err != nil {
			it = &brokenIterator{err}
		}
		return &generator{"generator object select_or_reject", &mapped{it, func(v Value) (Value, bool, error) {
			ok, err := pass(v)
			return v, err == nil && ok == keep, err
		}}}, nil
	}
}

func chooseFunc(c *Call, byAttr bool) (func(Value) (bool, error), error) {
	rest := c.Args[1:]
	var p path
	if byAttr {
		if len(rest) == 0 {
			return nil, failf("FilterArgumentError", "Missing parameter for attribute name")
		}
		p, rest = parsePath(rest[0]), rest[1:]
	}
	if len(rest) == 0 {
		return func(v Value) (bool, error) {
			v, err := p.of(c.State, v, nil)
			return Truth(v), err
		}, nil
	}
	name := Str(rest[0])
	test := builtinTest(name)
	if test == nil {
		return nil, failf("TemplateRuntimeError", "No test named %s.", Repr(name))
	}
	return func(v Value) (bool, error) {
		v, err := p.of(c.State, v, nil)
		if err != nil {
			return false, err
		}
		r, err := test(c.with(v, rest[1:]))
		return Truth(r), err
	}, nil
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
