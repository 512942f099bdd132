package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func itoa(i int) string { return strconv.Itoa(i) }

// iterator gives the items of a value one by one.
type iterator interface {
	next(s *State) (v Value, ok bool, err error)
}

type sliceIterator struct {
	items []Value
	at    int
}

func (i *sliceIterator) next(*State) (Value, bool, error) {
	if i.at >= len(i.items) {
		return nil, false, nil
	}
	i.at++
	return i.items[i.at-1], true, nil
}

// listIterator sees what is added to the list while it is walked.
type listIterator struct {
	list *List
	at   int
}

func (i *listIterator) next(*State) (Value, bool, error) {
	if i.at >= len(i.list.Items) {
		return nil, false, nil
	}
	i.at++
	return i.list.Items[i.at-1], true, nil
}

type textIterator struct{ rest string }

func (i *textIterator) next(*State) (Value, bool, error) {
	if i.rest == "" {
		return nil, false, nil
	}
	_, n := utf8.DecodeRuneInString(i.rest)
	c := i.rest[:n]
	i.rest = i.rest[n:]
	return c, true, nil
}

// dictIterator walks a dict that must not change its size meanwhile.
type dictIterator struct {
	dict *Dict
	size int
	at   int
	item func(e *entry) Value
}

func (i *dictIterator) next(*State) (Value, bool, error) {
	if i.dict.Len() != i.size {
		return nil, false, failf("RuntimeError", "dictionary changed size during iteration")
	}
	for i.dict != nil && i.at < len(i.dict.entries) {
		e := &i.dict.entries[i.at]
		i.at++
		if e.live() {
			return i.item(e), true, nil
		}
	}
	return nil, false, nil
}

func entryKey(e *entry) Value   { return e.key }
func entryValue(e *entry) Value { return e.value }
func entryItem(e *entry) Value  { return NewTuple(e.key, e.value) }

// generator is an iterator as a value: what map, select and the like give. It can be walked once.
type generator struct {
	name string // as it prints: its type and, for a generator, its function
	iterator
}

func (g *generator) typeName() string {
	name, _, _ := strings.Cut(g.name, " ")
	return name
}

func (g *generator) print(p *printer, _ int) {
	p.put("<" + g.name + " at " + address + ">")
}

// dictView is what the dict's methods keys, values and items give: it follows the dict.
type dictView struct {
	dict *Dict
	name string // "dict_keys" …
	item func(e *entry) Value
}

func (v *dictView) typeName() string { return v.name }

// Len implements Sized.
func (v *dictView) Len() int { return v.dict.Len() }

// Iterate implements Iterable.
func (v *dictView) Iterate() func(yield func(Value) bool) {
	return func(yield func(Value) bool) {
		v.dict.complete()
		for i := 0; i < len(v.dict.entries); i++ {
			if e := &v.dict.entries[i]; e.live() && !yield(v.item(e)) {
				return
			}
		}
	}
}

// Equal implements Equaler: views of keys are sets.
func (v *dictView) Equal(other Value) bool {
	w, ok := other.(*dictView)
	if !ok || v.name != w.name || v.Len() != w.Len() || v.name == "dict_values" {
		return v == w
	}
	if v.name == "dict_items" {
		return Equal(v.dict, w.dict)
	}
	for k := range v.dict.All() {
		if _, ok := w.dict.Get(k); !ok {
			return false
		}
	}
	return true
}

func (v *dictView) items() []Value {
	items := make([]Value, 0, v.dict.Len())
	for item := range v.Iterate() {
		items = append(items, item)
	}
	return items
}

func (v *dictView) print(p *printer, depth int) { p.items(v.name+"([", v.items(), "])", depth) }

// rangeValue is Python's range.
type rangeValue struct {
	start, stop, step int
	n                 int // items
}

func (r *rangeValue) typeName() string { return "range" }

// Len implements Sized.
func (r *rangeValue) Len() int { return r.n }

func (r *rangeValue) item(i int) Value { return r.start + i*r.step }

func (r *rangeValue) print(p *printer, _ int) {
	p.put("range(" + itoa(r.start) + ", " + itoa(r.stop))
	if r.step != 1 {
		p.put(", " + itoa(r.step))
	}
	p.put(")")
}

// Equal implements Equaler.
func (r *rangeValue) Equal(other Value) bool {
	q, ok := other.(*rangeValue)
	return ok && r.n == q.n && (r.n == 0 || r.start == q.start && (r.n == 1 || r.step == q.step))
}

func (r *rangeValue) has(v Value) bool {
	i, ok := toSmallInt(v)
	if !ok {
		f, isFloat := v.(float64)
		i = int(f)
		if !isFloat || float64(i) != f {
			return false
		}
	}
	return r.n > 0 && (i-r.start)%r.step == 0 && (i-r.start)/r.step >= 0 && (i-r.start)/r.step < r.n
}

type rangeIterator struct {
	r  *rangeValue
	at int
}

func (i *rangeIterator) next(*State) (Value, bool, error) {
	if i.at >= i.r.n {
		return nil, false, nil
	}
	i.at++
	return i.r.item(i.at - 1), true, nil
}

// iterable tells whether a value can be walked.
func iterable(v Value) bool {
	switch v.(type) {
	case string, Markup, marked, *List, *Tuple, *Dict, *Set, *dictView, *rangeValue, *Undefined, iterator, Iterable, Mapping:
		return true
	}
	return false
}

// iterate is Python's iter(v).
func (s *State) iterate(v Value) (iterator, error) {
	switch v := v.(type) {
	case *List:
		return &listIterator{list: v}, nil
	case *Tuple:
		return &sliceIterator{items: v.Items}, nil
	case *Dict:
		return &dictIterator{dict: v, size: v.Len(), item: entryKey}, nil
	case *dictView:
		return &dictIterator{dict: v.dict, size: v.Len(), item: v.item}, nil
	case *Set:
		return &dictIterator{dict: &v.members, size: v.Len(), item: entryKey}, nil
	case *rangeValue:
		return &rangeIterator{r: v}, nil
	case *Undefined:
		return &sliceIterator{}, nil
	case iterator:
		return v, nil
	case Iterable:
		var items []Value
		for item := range v.Iterate() {
			if err := s.step(); err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		return &sliceIterator{items: items}, nil
	case Mapping:
		return &dictIterator{dict: v.Dict(), size: v.Dict().Len(), item: entryKey}, nil
	}
	if text, ok := asString(v); ok {
		return &textIterator{rest: text}, nil
	}
	return nil, typeErrorf("'%s' object is not iterable", TypeName(v))
}

// items is Python's list(v); the slice may be v's own and must not be changed.
func (s *State) items(v Value) ([]Value, error) {
	switch v := v.(type) {
	case *List:
		return v.Items, nil
	case *Tuple:
		return v.Items, nil
	}
	if n, ok := sizeOf(v); ok {
		if err := s.chargeItems(n); err != nil {
			return nil, err
		}
	}
	it, err := s.iterate(v)
	if err != nil {
		return nil, err
	}
	return s.drain(it)
}

// list is a new list of v's items.
func (s *State) list(v Value) (*List, error) {
	items, err := s.items(v)
	if err != nil {
		return nil, err
	}
	switch v.(type) {
	case *List, *Tuple:
		if err := s.chargeItems(len(items)); err != nil {
			return nil, err
		}
		items = append([]Value(nil), items...)
	}
	return &List{Items: items}, nil
}

func (s *State) drain(it iterator) ([]Value, error) {
	var items []Value
	for {
		v, ok, err := it.next(s)
		if err != nil || !ok {
			return items, err
		}
		if err := s.step(); err != nil {
			return nil, err
		}
		items = append(items, v)
	}
}

// Items are the items of any value that a template could loop over, or an error that says that it could not. The slice is the
// caller's. Characters are the items of a str, keys those of a dict.
func Items(v Value) ([]Value, error) {
	s := newState(background(), nil, Options{})
	l, err := s.list(v)
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// sizeOf is Python's len(v); ok is false where v has no length.
func sizeOf(v Value) (n int, ok bool) {
	switch v := v.(type) {
	case *List:
		return len(v.Items), true
	case *Tuple:
		return len(v.Items), true
	case *Undefined:
		return 0, true
	case *loopContext:
		return 0, false
	case Sized:
		return v.Len(), true
	case Mapping:
		return v.Dict().Len(), true
	}
	if text, ok := asString(v); ok {
		return utf8.RuneCountInString(text), true
	}
	return 0, false
}

// contains is Python's v in container.
func (s *State) contains(container, v Value) (bool, error) {
	switch c := container.(type) {
	case *Dict:
		return c.has(v)
	case *Set:
		return c.members.has(v)
	case *rangeValue:
		return c.has(v), nil
	case *dictView:
		if c.name == "dict_keys" {
			return c.dict.has(v)
		}
	case Container:
		return c.Contains(v)
	case Mapping:
		return c.Dict().has(v)
	}
	if text, ok := asString(container); ok {
		part, ok := asString(v)
		if !ok {
			return false, typeErrorf("'in <string>' requires string as left operand, not %s", TypeName(v))
		}
		return containsText(text, part), s.charge(len(text))
	}
	if !iterable(container) {
		if x, ok := container.(Indexer); ok {
			_, found, err := x.Index(v)
			return found, err
		}
		return false, typeErrorf("argument of type '%s' is not iterable", TypeName(container))
	}
	it, err := s.iterate(container)
	if err != nil {
		return false, err
	}
	for {
		item, ok, err := it.next(s)
		if err != nil || !ok {
			return false, err
		}
		if same, err := s.equal(item, v); err != nil || same {
			return same, err
		}
		if err := s.step(); err != nil {
			return false, err
		}
	}
}

func (d *Dict) has(key Value) (bool, error) {
	id, err := identity(key)
	return err == nil && d.find(id) >= 0, err
}

// mapping is v as a dict: v itself, or a new one of a host value's items.
func (s *State) mapping(v Value) (*Dict, error) {
	switch v := v.(type) {
	case *Dict:
		return v, nil
	case Mapping:
		return v.Dict(), nil
	}
	return nil, typeErrorf("'%s' object is not a mapping", TypeName(v))
}
