package jinja

// Value is a value of the template language. It is one of
//
//	nil (None), bool, int (never another Go integer type), *big.Int (an int that does not fit), float64, string,
//	*List, *Tuple, *Dict, *Set, *Undefined, *Macro, Func
//
// the engine's own [Markup], ranges, iterators, bound methods and the like (which a host need not know: it can use [Items], [Str],
// [Truth] and so on with any Value),
//
// or a host value: any Go type that implements some of [Attributer], [Indexer], [Callable], [Iterable], [Sized], [Truther],
// [Equaler] and [fmt.Stringer] (its str()); [Reprer] gives its repr() where that differs. host.go has what else it can do.
type Value = any

// List is Python's list: mutable, shared by reference.
type List struct{ Items []Value }

// NewList returns a list of those items.
func NewList(items ...Value) *List { return &List{Items: items} }

// Tuple is Python's tuple. Items must not be changed.
type Tuple struct {
	Items []Value

	fields []string // names of the items, as of a namedtuple
}

// NewTuple returns a tuple of those items.
func NewTuple(items ...Value) *Tuple { return &Tuple{Items: items} }

// Append adds items at the end.
func (l *List) Append(items ...Value) { l.Items = append(l.Items, items...) }

// Markup is text that is safe to put into HTML: what the filters safe, escape and tojson give. It is a str to everything else;
// a host function gets it as a string.
type Markup string

// Undefined is what a name that means nothing evaluates to. It prints as nothing, is false and empty; any other use is an
// error that tells Name.
type Undefined struct {
	Name string // as written: "x", or "a.b" for a missing attribute
	Hint string // what the error message says instead of "'x' is undefined"; may be empty
	// Missing tells that Name is of something that nobody defines, such as a misspelt macro, not of a part of a known value.
	Missing bool
}

// part is what lenient rendering takes a part of u for: it may be called, since what u is may be known only when the template runs.
func (u *Undefined) part() *Undefined { return &Undefined{Name: u.Name, Hint: u.Hint} }

// Func is a Go function as a value. Name is what error messages call it.
type Func struct {
	Name string
	Fn   func(c *Call) (Value, error)
}

// Call implements Callable.
func (f Func) Call(c *Call) (Value, error) { return f.Fn(c) }
