package jinja

import (
	"hash/maphash"
	"math"
	"math/big"
	"math/bits"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Dict is Python's dict: ordered by insertion, mutable, shared by reference. Keys must be hashable in Python's sense: two keys
// are the same if they are equal, so 1, 1.0 and True are one key. A nil *Dict is an empty one to read from.
type Dict struct {
	entries []entry
	slots   []uint32 // a hash table of places in entries, each plus one; nil while the dict is small
	dead    int      // entries that were deleted
	shared  bool     // entries and slots are another dict's too: they are copied before they are changed
	late    func() *Dict
}

// entry is a key and its value. Two entries have the same key if their keys' identities are equal.
type entry struct{ key, value Value }

// deleted is the key of an entry that was deleted.
type deleted struct{}

func (e *entry) live() bool {
	_, gone := e.key.(deleted)
	return !gone
}

// id is the identity of a key that is known to have one.
func (e *entry) id() any {
	id, _ := identity(e.key)
	return id
}

// text is the key as text, whose identity is the text itself.
func (e *entry) text() (string, bool) {
	switch k := e.key.(type) {
	case string:
		return k, true
	case Markup:
		return string(k), true
	}
	return "", false
}

// smallDict is the size up to which a scan beats a table.
const smallDict = 10

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{} }

// newDictFor returns an empty dict with room for n keys.
func newDictFor(n int) *Dict { return &Dict{entries: make([]entry, 0, n)} }

// LateDict returns a dict that begins as known and is replaced by the whole that make returns when more is asked of it than the value of
// a key that is known. The whole has the known keys too, with the same values.
func LateDict(known *Dict, make func() *Dict) *Dict {
	known.late = make
	return known
}

// complete makes the whole of a dict that is late. Everything but looking up a key that is there begins with it.
func (d *Dict) complete() {
	if d != nil && d.late != nil {
		make := d.late
		d.late = nil
		*d = *make().Clone()
	}
}

// Freeze completes a dict whose copies are to share its entries until one of them, or the dict itself, is changed. It returns d, which may be
// copied and read by several goroutines from then on.
func (d *Dict) Freeze() *Dict {
	d.complete()
	d.shared = true
	return d
}

// own makes a dict ready to be changed: it is whole, and its entries are no other's.
func (d *Dict) own() {
	d.complete()
	if d.shared {
		d.entries, d.slots, d.shared = slices.Clone(d.entries), slices.Clone(d.slots), false
	}
}

// DictOf returns a dict of alternating string keys and values: DictOf("a", 1, "b", 2). Anything but a string in a key's place,
// and a key without a value, is left out.
func DictOf(pairs ...Value) *Dict {
	d := newDictFor(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if _, ok := pairs[i].(string); ok {
			d.set(pairs[i], pairs[i], pairs[i+1])
		}
	}
	return d
}

// Get returns the value of a key.
func (d *Dict) Get(key Value) (Value, bool) {
	if s, ok := key.(string); ok {
		return d.GetString(s)
	}
	id, err := identity(key)
	if err != nil {
		return nil, false
	}
	if i := d.find(id); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

// GetString returns the value of a string key.
func (d *Dict) GetString(key string) (Value, bool) {
	if i := d.findText(key); i >= 0 {
		return d.entries[i].value, true
	}
	return nil, false
}

// Set sets the value of a key. An unhashable key is an error.
func (d *Dict) Set(key, value Value) error {
	id, err := identity(key)
	if err != nil {
		return err
	}
	d.set(id, key, value)
	return nil
}

// Put sets the value of a string key, which cannot fail.
func (d *Dict) Put(key string, value Value) {
	d.own()
	if i := d.findText(key); i >= 0 {
		d.entries[i].value = value
		return
	}
	d.append(key, value)
}

func (d *Dict) set(id any, key, value Value) {
	d.own()
	if i := d.find(id); i >= 0 {
		d.entries[i].value = value
		return
	}
	d.append(key, value)
}

// append adds a key that is not there.
func (d *Dict) append(key, value Value) {
	d.entries = append(d.entries, entry{key: key, value: value})
	switch n := len(d.entries); {
	case d.slots == nil && n <= smallDict:
	case 3*n > 2*len(d.slots):
		d.reindex()
	default:
		d.place(n - 1)
	}
}

func (d *Dict) find(id any) int {
	if s, ok := id.(string); ok {
		return d.findText(s)
	}
	if d == nil {
		return -1
	}
	d.complete()
	if d.slots == nil {
		for i := range d.entries {
			if e := &d.entries[i]; e.live() && e.id() == id {
				return i
			}
		}
		return -1
	}
	for at := d.slot(id); d.slots[at] != 0; at = d.next(at) {
		if e := &d.entries[d.slots[at]-1]; e.live() && e.id() == id {
			return int(d.slots[at] - 1)
		}
	}
	return -1
}

// findText is find for a string key.
func (d *Dict) findText(key string) int {
	if d == nil {
		return -1
	}
	i := d.lookUp(key)
	if i < 0 && d.late != nil {
		d.complete()
		i = d.lookUp(key)
	}
	return i
}

func (d *Dict) lookUp(key string) int {
	if d.slots == nil {
		for i := range d.entries {
			if s, ok := d.entries[i].text(); ok && s == key {
				return i
			}
		}
		return -1
	}
	for at := d.textSlot(key); d.slots[at] != 0; at = d.next(at) {
		if s, ok := d.entries[d.slots[at]-1].text(); ok && s == key {
			return int(d.slots[at] - 1)
		}
	}
	return -1
}

// hashes is the seed of the tables of all dicts. The order of a dict does not depend on it.
var hashes = maphash.MakeSeed()

// slot is where the search for an identity begins.
func (d *Dict) slot(id any) int {
	if s, ok := id.(string); ok {
		return d.textSlot(s)
	}
	return int(maphash.Comparable(hashes, id)) & (len(d.slots) - 1)
}

func (d *Dict) textSlot(s string) int { return int(maphash.String(hashes, s)) & (len(d.slots) - 1) }

// next is the slot after one that another key has.
func (d *Dict) next(slot int) int { return (slot + 1) & (len(d.slots) - 1) }

// place puts entry i into the table.
func (d *Dict) place(i int) {
	e := &d.entries[i]
	var at int
	if s, ok := e.text(); ok {
		at = d.textSlot(s)
	} else {
		at = d.slot(e.id())
	}
	for d.slots[at] != 0 {
		at = d.next(at)
	}
	d.slots[at] = uint32(i + 1)
}

// reindex makes a table with room for half as many keys again.
func (d *Dict) reindex() {
	d.slots = make([]uint32, 1<<bits.Len(uint(2*len(d.entries))))
	for i := range d.entries {
		if d.entries[i].live() {
			d.place(i)
		}
	}
}

// Delete removes a key; a key that is not there is no error.
func (d *Dict) Delete(key Value) {
	d.complete()
	if id, err := identity(key); err == nil {
		d.remove(d.find(id))
	}
}

// remove deletes the entry at place i, where that is not negative. The place stays, so that a loop over the dict keeps its own.
func (d *Dict) remove(i int) {
	if i < 0 {
		return
	}
	d.own()
	d.entries[i] = entry{key: deleted{}}
	if d.dead++; d.dead > smallDict && d.dead > len(d.entries)/2 {
		d.entries = slices.DeleteFunc(d.entries, func(e entry) bool { return !e.live() })
		d.dead = 0
		if d.slots != nil {
			d.reindex()
		}
	}
}

func (d *Dict) clear() { *d = Dict{} }

// Len is the number of keys; 0 for nil.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	d.complete()
	return len(d.entries) - d.dead
}

// Keys are the keys in order; the slice is the caller's.
func (d *Dict) Keys() []Value {
	keys := make([]Value, 0, d.Len())
	for k := range d.All() {
		keys = append(keys, k)
	}
	return keys
}

func (d *Dict) items() []Value {
	items := make([]Value, 0, d.Len())
	for k, v := range d.All() {
		items = append(items, NewTuple(k, v))
	}
	return items
}

// All walks keys and values in order. d may be nil, and may be changed while it is walked.
func (d *Dict) All() func(yield func(k, v Value) bool) {
	return func(yield func(k, v Value) bool) {
		if d == nil {
			return
		}
		d.complete()
		for i := 0; i < len(d.entries); i++ {
			if e := d.entries[i]; e.live() && !yield(e.key, e.value) {
				return
			}
		}
	}
}

// Clone is a shallow copy.
func (d *Dict) Clone() *Dict {
	c := &Dict{}
	if d == nil {
		return c
	}
	d.complete()
	if d.dead == 0 {
		c.entries, c.slots, c.shared = d.entries, d.slots, true
		if !d.shared {
			c.own()
		}
		return c
	}
	c.entries = make([]entry, 0, d.Len())
	for _, e := range d.entries {
		if e.live() {
			c.entries = append(c.entries, e)
		}
	}
	if len(c.entries) > smallDict {
		c.reindex()
	}
	return c
}

// Deep is a copy in which the lists and dicts are copies too.
func (d *Dict) Deep() *Dict {
	c := d.Clone()
	c.own()
	for i := range c.entries {
		c.entries[i].value = Deep(c.entries[i].value)
	}
	return c
}

// Deep is a copy of a list or a dict in which the lists and dicts are copies too; every other value is itself.
func Deep(v Value) Value {
	switch v := v.(type) {
	case *Dict:
		return v.Deep()
	case *List:
		items := slices.Clone(v.Items)
		for i := range items {
			items[i] = Deep(items[i])
		}
		return NewList(items...)
	}
	return v
}

// update sets all keys of other.
func (d *Dict) update(other *Dict) {
	if other == nil || other == d {
		return
	}
	other.complete()
	for _, e := range other.entries {
		if e.live() {
			d.set(e.id(), e.key, e.value)
		}
	}
}

// Set is Python's set, in insertion order.
type Set struct{ members Dict }

// NewSet returns a set of those items; an unhashable one is an error.
func NewSet(items ...Value) (*Set, error) {
	s := &Set{}
	for _, v := range items {
		if err := s.Add(v); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Add adds an item; an unhashable one is an error.
func (s *Set) Add(item Value) error {
	id, err := identity(item)
	if err != nil {
		return err
	}
	if s.members.find(id) < 0 {
		s.members.set(id, item, nil)
	}
	return nil
}

// Has tells whether item is a member.
func (s *Set) Has(item Value) bool {
	_, ok := s.members.Get(item)
	return ok
}

// Items are the set's members in order; the slice is the caller's.
func (s *Set) Items() []Value { return s.members.Keys() }

// Len is the number of members.
func (s *Set) Len() int { return s.members.Len() }

// Clone is a copy.
func (s *Set) Clone() *Set { return &Set{members: *s.members.Clone()} }

type (
	noneID      struct{}
	undefinedID struct{}
	bigID       string
	tupleID     string
	hostID      string
	funcID      struct {
		name string
		code uintptr
	}
)

// identity is a comparable Go value that is equal for equal keys.
func identity(v Value) (any, error) {
	switch v := v.(type) {
	case nil:
		return noneID{}, nil
	case string, int:
		return v, nil
	case Markup:
		return string(v), nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<62 {
			return int(v), nil
		}
		return v, nil
	case *big.Int:
		return bigID(v.String()), nil
	case *Undefined:
		return undefinedID{}, nil
	case *Tuple:
		return tupleIdentity(v)
	case Func:
		return funcID{v.Name, reflect.ValueOf(v.Fn).Pointer()}, nil
	case *List, *Dict, *Set:
		return nil, typeErrorf("unhashable type: '%s'", TypeName(v))
	case Hasher:
		return hostID(v.HashKey()), nil
	}
	if r := reflect.ValueOf(v); !r.Comparable() {
		return nil, typeErrorf("unhashable type: '%s'", TypeName(v))
	}
	return v, nil
}

// maxIdentity bounds the identity of a tuple: one that holds the same tuple twice, and so on, would have an endless one.
const maxIdentity = 1 << 20

func tupleIdentity(t *Tuple) (any, error) {
	var b strings.Builder
	for _, item := range t.Items {
		id, err := identity(item)
		if err != nil {
			return nil, err
		}
		var part string
		switch id := id.(type) {
		case string:
			part = "s" + id
		case int:
			part = "i" + strconv.Itoa(id)
		case float64:
			part = "f" + strconv.FormatFloat(id, 'g', -1, 64)
		case tupleID:
			part = "t" + string(id)
		case bigID:
			part = "b" + string(id)
		case hostID:
			part = "h" + string(id)
		case noneID:
			part = "n"
		case undefinedID:
			part = "u"
		case funcID:
			part = "c" + id.name + strconv.FormatUint(uint64(id.code), 16)
		default:
			part = "p" + reflect.TypeOf(id).String() + pointerText(id)
		}
		if b.Len()+len(part) > maxIdentity {
			return nil, valueErrorf("a tuple is too large to be a key")
		}
		b.WriteString(strconv.Itoa(len(part)))
		b.WriteByte(':')
		b.WriteString(part)
	}
	return tupleID(b.String()), nil
}

// pointerText distinguishes host values inside of a tuple; those that are not pointers fall together by their text.
func pointerText(v any) string {
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer {
		return strconv.FormatUint(uint64(r.Pointer()), 16)
	}
	return Str(v)
}
