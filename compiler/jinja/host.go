package jinja

import (
	"iter"
	"math/big"
)

// Attributer is a host value with attributes: x.name. ok is false where there is no such attribute; the template then sees an
// undefined value that remembers the name.
type Attributer interface {
	Attr(name string) (v Value, ok bool)
}

// Indexer is a host value with subscripts: x[key].
type Indexer interface {
	Index(key Value) (v Value, ok bool, err error)
}

// Callable is a value that can be called.
type Callable interface {
	Call(c *Call) (Value, error)
}

// Iterable is a host value that a for loop can walk.
type Iterable interface{ Iterate() iter.Seq[Value] }

// Sized is a host value with a length.
type Sized interface{ Len() int }

// Truther is a host value that can be false; others are true (or, if Sized, false when empty).
type Truther interface{ Truth() bool }

// Equaler is a host value with an equality of its own; others are equal to themselves only.
type Equaler interface{ Equal(other Value) bool }

// Typed is a host value that Python's type errors call by that name; others are called by the name of their Go type.
type Typed interface{ TypeName() string }

// Reprer is a host value whose repr() differs from its str().
type Reprer interface{ Repr() string }

// Operand is a host value with arithmetic of its own. op is "+", "-", "*", "/", "//", "%" or "**"; swapped tells that the host
// value is on the right. ok is false where the operation is not defined.
type Operand interface {
	Operate(op string, other Value, swapped bool) (v Value, ok bool, err error)
}

// Slicer is a host value that can be sliced: n items from start on, each step after the one before.
type Slicer interface {
	Sized
	Slice(start, step, n int) (Value, error)
}

// Ordered is a host value with an order of its own. ok is false where the two cannot be compared.
type Ordered interface {
	Compare(other Value) (c int, ok bool)
}

// Hasher is a host value that can be a key of a dict although it is more than its address: values with the same key are the
// same key.
type Hasher interface{ HashKey() string }

// Container is a host value that tells by itself what is in it.
type Container interface {
	Contains(v Value) (bool, error)
}

// Mapping is a host value that is a dict to Python: loops, in, |items, |dictsort, |tojson, ** and `is mapping` use its dict, which
// must not be changed.
type Mapping interface{ Dict() *Dict }

// Formatter is a host value with format specifications of its own, as dates have.
type Formatter interface {
	Format(spec string) (string, error)
}

// Rounder is a host value that round() rounds.
type Rounder interface {
	Round(digits int) (Value, error)
}

// Floater is a host value that float() converts: a number.
type Floater interface{ Float() float64 }

// Inter is a host value that int() converts.
type Inter interface{ Int() *big.Int }
