package jinja

// Dict is Python's dict: ordered by insertion, mutable, shared by reference. Keys must be hashable in Python's sense.
type Dict struct{}

// NewDict returns an empty dict.
func NewDict() *Dict { return &Dict{} }

// DictOf returns a dict of alternating string keys and values: DictOf("a", 1, "b", 2).
func DictOf(pairs ...Value) *Dict { return &Dict{} }

// Get returns the value of a key.
func (d *Dict) Get(key Value) (Value, bool) { return nil, false }

// Set sets the value of a key. An unhashable key is an error.
func (d *Dict) Set(key, value Value) error { return nil }

// Put sets the value of a string key, which cannot fail.
func (d *Dict) Put(key string, value Value) {}

// Delete removes a key.
func (d *Dict) Delete(key Value) {}

// Len is the number of keys; 0 for nil.
func (d *Dict) Len() int { return 0 }

// Keys are the keys in order; the slice is the caller's.
func (d *Dict) Keys() []Value { return nil }

// All walks keys and values in order. d may be nil.
func (d *Dict) All() func(yield func(k, v Value) bool) { return func(func(k, v Value) bool) {} }

// Clone is a shallow copy.
func (d *Dict) Clone() *Dict { return d }

// Set is Python's set, in insertion order.
type Set struct{}

// NewSet returns a set of those items; an unhashable one is an error.
func NewSet(items ...Value) (*Set, error) { return &Set{}, nil }

// Items are the set's members in order.
func (s *Set) Items() []Value { return nil }

// Str is Python's str(v): what {{ v }} prints. None prints as "None".
func Str(v Value) string { return "" }

// Repr is Python's repr(v).
func Repr(v Value) string { return "" }

// Truth is Python's bool(v).
func Truth(v Value) bool { return false }

// Equal is Python's a == b.
func Equal(a, b Value) bool { return false }

// TypeName is Python's name of v's type: "str", "int", "NoneType" ….
func TypeName(v Value) string { return "" }
