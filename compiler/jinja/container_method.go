package jinja

import "slices"

func listMethod(name string) method {
	f := func() func(c *Call, l *List) (Value, error) {
		switch name {
		case "append":
			return listAppend
		case "extend":
			return listExtend
		case "insert":
			return listInsert
		case "pop":
			return listPop
		case "remove":
			return listRemove
		case "index":
			return func(c *Call, l *List) (Value, error) { return indexIn(c, l.Items, "list") }
		case "count":
			return func(c *Call, l *List) (Value, error) { return countIn(c, l.Items, "list") }
		case "reverse":
			return listReverse
		case "sort":
			return listSort
		case "copy":
			return listCopy
		case "clear":
			return listClear
		}
		return nil
	}()
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) { return f(c, self.(*List)) }
}

func listAppend(c *Call, l *List) (Value, error) {
	if err := c.count("list.append", 1, 1); err != nil {
		return nil, err
	}
	l.Items = append(l.Items, c.Args[0])
	return nil, nil
}

func listExtend(c *Call, l *List) (Value, error) {
	if err := c.count("list.extend", 1, 1); err != nil {
		return nil, err
	}
	items, err := c.State.items(c.Args[0])
	if err != nil {
		return nil, err
	}
	if err := c.State.chargeItems(len(items)); err != nil {
		return nil, err
	}
	l.Items = append(l.Items, items...)
	return nil, nil
}

func listInsert(c *Call, l *List) (Value, error) {
	if err := c.count("insert", 2, 2); err != nil {
		return nil, err
	}
	i, err := toInt(c.Args[0])
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += len(l.Items)
	}
	if err := c.State.chargeItems(len(l.Items)); err != nil {
		return nil, err
	}
	l.Items = slices.Insert(l.Items, min(max(i, 0), len(l.Items)), c.Args[1])
	return nil, nil
}

func listPop(c *Call, l *List) (Value, error) {
	if err := c.count("pop", 0, 1); err != nil {
		return nil, err
	}
	if len(l.Items) == 0 {
		return nil, failf("IndexError", "pop from empty list")
	}
	i := len(l.Items) - 1
	if len(c.Args) > 0 {
		var err error
		if i, err = toInt(c.Args[0]); err != nil {
			return nil, err
		}
		if i < 0 {
			i += len(l.Items)
		}
	}
	if i < 0 || i >= len(l.Items) {
		return nil, failf("IndexError", "pop index out of range")
	}
	v := l.Items[i]
	if i == len(l.Items)-1 {
		l.Items[i] = nil
		l.Items = l.Items[:i]
		return v, nil
	}
	l.Items = slices.Delete(l.Items, i, i+1)
	return v, c.State.chargeItems(len(l.Items))
}

func listRemove(c *Call, l *List) (Value, error) {
	if err := c.count("list.remove", 1, 1); err != nil {
		return nil, err
	}
	i, err := c.State.position(l.Items, c.Args[0])
	if err != nil {
		return nil, err
	}
	if i < 0 {
		return nil, valueErrorf("list.remove(x): x not in list")
	}
	l.Items = slices.Delete(l.Items, i, i+1)
	return nil, nil
}

func listReverse(c *Call, l *List) (Value, error) {
	if err := c.nothing("list.reverse"); err != nil {
		return nil, err
	}
	slices.Reverse(l.Items)
	return nil, c.State.chargeItems(len(l.Items))
}

func listSort(c *Call, l *List) (Value, error) {
	if len(c.Args) > 0 {
		return nil, typeErrorf("sort() takes no positional arguments")
	}
	a, err := c.Bind("sort", 0, "key", "reverse")
	if err != nil {
		return nil, err
	}
	keys := l.Items
	if a.Value(0) != nil {
		keys = make([]Value, len(l.Items))
		for i, v := range l.Items {
			if keys[i], err = c.State.Call(a.Value(0), []Value{v}, nil); err != nil {
				return nil, err
			}
		}
	}
	if err := c.State.chargeSort(len(keys)); err != nil {
		return nil, err
	}
	sorted := slices.Clone(l.Items)
	if err := sortValues(c.State, slices.Clone(keys), sorted, Truth(a.Value(1))); err != nil {
		return nil, err
	}
	l.Items = sorted
	return nil, nil
}

func listCopy(c *Call, l *List) (Value, error) {
	if err := c.nothing("list.copy"); err != nil {
		return nil, err
	}
	return &List{Items: slices.Clone(l.Items)}, c.State.chargeItems(len(l.Items))
}

func listClear(c *Call, l *List) (Value, error) {
	if err := c.nothing("list.clear"); err != nil {
		return nil, err
	}
	l.Items = nil
	return nil, nil
}

func indexIn(c *Call, items []Value, kind string) (Value, error) {
	if err := c.count("index", 1, 3); err != nil {
		return nil, err
	}
	var bounds [3]*int
	for i := 1; i < len(c.Args); i++ {
		n, err := toInt(c.Args[i])
		if err != nil {
			return nil, err
		}
		bounds[i-1] = &n
	}
	start, _, n := sliceBounds(len(items), bounds)
	i, err := c.State.position(items[start:start+n], c.Args[0])
	if err != nil {
		return nil, err
	}
	if i >= 0 {
		return start + i, nil
	}
	if kind == "tuple" {
		return nil, valueErrorf("tuple.index(x): x not in tuple")
	}
	return nil, valueErrorf("%s is not in list", Repr(c.Args[0]))
}

// position is the place of the first item that equals v; -1 if none does.
func (s *State) position(items []Value, v Value) (int, error) {
	for i, item := range items {
		if err := s.step(); err != nil {
			return 0, err
		}
		if same, err := s.equal(item, v); err != nil || same {
			return i, err
		}
	}
	return -1, nil
}

func countIn(c *Call, items []Value, kind string) (Value, error) {
	if err := c.count(kind+".count", 1, 1); err != nil {
		return nil, err
	}
	n := 0
	for _, v := range items {
		same, err := c.State.equal(v, c.Args[0])
		if err != nil {
			return nil, err
		}
		if same {
			n++
		}
	}
	return n, c.State.chargeItems(len(items))
}

func tupleMethod(name string) method {
	switch name {
	case "index":
		return func(c *Call, self Value) (Value, error) { return indexIn(c, self.(*Tuple).Items, "tuple") }
	case "count":
		return func(c *Call, self Value) (Value, error) { return countIn(c, self.(*Tuple).Items, "tuple") }
	}
	return nil
}

func rangeMethod(name string) method {
	switch name {
	case "index", "count":
		return func(c *Call, self Value) (Value, error) {
			items, err := c.State.items(self)
			if err != nil {
				return nil, err
			}
			if name == "index" {
				return indexIn(c, items, "range")
			}
			return countIn(c, items, "range")
		}
	}
	return nil
}

func dictMethod(name string) method {
	f := func() func(c *Call, d *Dict) (Value, error) {
		switch name {
		case "get":
			return dictGet
		case "items":
			return view("dict_items", entryItem)
		case "keys":
			return view("dict_keys", entryKey)
		case "values":
			return view("dict_values", entryValue)
		case "update":
			return dictUpdate
		case "pop":
			return dictPop
		case "popitem":
			return dictPopItem
		case "setdefault":
			return dictSetDefault
		case "copy":
			return dictCopy
		case "clear":
			return dictClear
		case "fromkeys":
			return func(c *Call, _ *Dict) (Value, error) { return dictFromKeys(c) }
		}
		return nil
	}()
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) { return f(c, self.(*Dict)) }
}

func view(name string, item func(*entry) Value) func(c *Call, d *Dict) (Value, error) {
	return func(c *Call, d *Dict) (Value, error) {
		if err := c.nothing("dict." + name[5:]); err != nil {
			return nil, err
		}
		return &dictView{d, name, item}, nil
	}
}

func dictGet(c *Call, d *Dict) (Value, error) {
	if err := c.count("get", 1, 2); err != nil {
		return nil, err
	}
	id, err := identity(c.Args[0])
	if err != nil {
		return nil, err
	}
	if i := d.find(id); i >= 0 {
		return d.entries[i].value, nil
	}
	if len(c.Args) > 1 {
		return c.Args[1], nil
	}
	return nil, nil
}

func dictUpdate(c *Call, d *Dict) (Value, error) {
	if len(c.Args) > 1 {
		return nil, typeErrorf("update expected at most 1 argument, got %d", len(c.Args))
	}
	return nil, d.fill(c)
}

func dictPop(c *Call, d *Dict) (Value, error) {
	if err := c.count("pop", 1, 2); err != nil {
		return nil, err
	}
	id, err := identity(c.Args[0])
	if err != nil {
		return nil, err
	}
	d.complete()
	if i := d.find(id); i >= 0 {
		v := d.entries[i].value
		d.remove(i)
		return v, nil
	}
	if len(c.Args) > 1 {
		return c.Args[1], nil
	}
	return nil, failf("KeyError", "%s", Repr(c.Args[0]))
}

func dictPopItem(c *Call, d *Dict) (Value, error) {
	if err := c.nothing("dict.popitem"); err != nil {
		return nil, err
	}
	d.complete()
	for i := len(d.entries) - 1; i >= 0; i-- {
		if e := d.entries[i]; e.live() {
			d.remove(i)
			return NewTuple(e.key, e.value), nil
		}
	}
	return nil, failf("KeyError", "'popitem(): dictionary is empty'")
}

func dictSetDefault(c *Call, d *Dict) (Value, error) {
	if err := c.count("setdefault", 1, 2); err != nil {
		return nil, err
	}
	id, err := identity(c.Args[0])
	if err != nil {
		return nil, err
	}
	if i := d.find(id); i >= 0 {
		return d.entries[i].value, nil
	}
	var v Value
	if len(c.Args) > 1 {
		v = c.Args[1]
	}
	d.set(id, c.Args[0], v)
	return v, nil
}

func dictCopy(c *Call, d *Dict) (Value, error) {
	if err := c.nothing("dict.copy"); err != nil {
		return nil, err
	}
	return d.Clone(), c.State.chargeItems(d.Len())
}

func dictClear(c *Call, d *Dict) (Value, error) {
	if err := c.nothing("dict.clear"); err != nil {
		return nil, err
	}
	d.clear()
	return nil, nil
}

// viewMethod are the set operations of a view of keys.
func viewMethod(v *dictView, name string) method {
	if name != "isdisjoint" || v.name == "dict_values" {
		return nil
	}
	return func(c *Call, self Value) (Value, error) {
		s, err := NewSet(self.(*dictView).items()...)
		if err != nil {
			return nil, err
		}
		return setMethod(name)(c, s)
	}
}
