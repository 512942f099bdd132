// Package types is what SQL's types mean to each warehouse: how they are spelled, which of them go together, and which type a
// function, an operator, an aggregate or a cast gives. It knows nothing of syntax trees; a binder asks it.
//
// The tables it looks things up in were written by the warehouses themselves where there is one to ask (tests/types does that and
// compares every answer), are part of the program, and are searched where they lie: nothing is read when the program starts.
package types

import (
	"math/big"
	"strings"
)

// Kind is the sort of a type. Kinds that mean the same to several warehouses are one kind, whatever they are called there.
type Kind uint8

// The kinds. Unknown, the zero value, is the type of what cannot be told: it goes with every type, and what comes of it is unknown
// too, so that no error follows from it.
const (
	Unknown Kind = iota
	Null         // of a NULL that nothing has given a type yet
	String       // of a quoted literal that nothing has given a type yet
	Integer      // of a written whole number, in warehouses where its value decides what it goes with

	Boolean
	TinyInt
	SmallInt
	Int
	BigInt
	HugeInt
	UTinyInt
	USmallInt
	UInt
	UBigInt
	UHugeInt
	BigNum // whole numbers of any size
	Real
	Double
	Decimal // precision and scale, if any are given

	Text    // strings of any length where there is another type for those of some length
	Varchar // strings, with a length if one is given
	Char    // strings filled up with blanks
	Blob
	Bit
	VarBit
	UUID
	JSON
	JSONB
	XML
	Variant
	Geometry

	Date
	Time
	TimeTZ
	TimeNS
	Timestamp // without a zone; with a precision, if one is given
	TimestampTZ
	TimestampLTZ
	TimestampS
	TimestampMS
	TimestampNS
	Interval
	IntervalYear // of years and months only, where that is another type
	IntervalDay

	Enum
	List   // elements of one type
	Array  // a list of a length that is part of the type
	Map    // key, value
	Struct // fields, each with or without a name
	Union  // one of several types, each with a name
	Object // fields that are not declared
	Vector // numbers, of a length that is part of the type

	Named  // a type of which nothing but the name is known
	Any    // of a parameter: whatever is given
	Lambda // of a parameter: an expression with variables
)

// Type is the type of a value: small, immutable, to be passed by value. The zero value is Unknown. Whether a value may be null is
// not part of its type.
type Type struct {
	kind        Kind
	sized       bool
	size, scale int32
	more        *details
}

// details is what few types have. It is never changed once it is part of a type.
type details struct {
	name   string   // Named: as the warehouse spells it
	of     []Type   // List, Array: the element; Map: key and value; Struct, Union: the fields'
	names  []string // Struct, Union: the fields' names; Enum: the words
	number *big.Int // Integer: its value
}

// Field is a part of a struct or union. Name is empty in a row whose fields have none.
type Field struct {
	Name string
	Type Type
}

// Of is the type of that kind which needs nothing more to be said: Of(Date).
func Of(k Kind) Type { return Type{kind: k} }

// Sized is the type of that kind with a length, or with a precision for times: Sized(Varchar, 10), Sized(Timestamp, 3).
func Sized(k Kind, size int) Type { return Type{kind: k, sized: true, size: int32(size)} }

// DecimalOf is a decimal with that many digits, scale of them after the point.
func DecimalOf(precision, scale int) Type {
	return Type{kind: Decimal, sized: true, size: int32(precision), scale: int32(scale)}
}

// ListOf is a list of that element.
func ListOf(element Type) Type { return Type{kind: List, more: &details{of: []Type{element}}} }

// ArrayOf is a list of exactly n elements.
func ArrayOf(element Type, n int) Type {
	return Type{kind: Array, sized: true, size: int32(n), more: &details{of: []Type{element}}}
}

// MapOf is a map.
func MapOf(key, value Type) Type { return Type{kind: Map, more: &details{of: []Type{key, value}}} }

// StructOf is a struct, or a row if the fields have no names.
func StructOf(fields ...Field) Type { return Type{kind: Struct, more: fieldDetails(fields)} }

// UnionOf is a union of those members.
func UnionOf(members ...Field) Type { return Type{kind: Union, more: fieldDetails(members)} }

// EnumOf is an enum of those words, in that order.
func EnumOf(words ...string) Type { return Type{kind: Enum, more: &details{names: words}} }

// NamedOf is a type of which nothing but the name is known, spelled as the warehouse spells it.
func NamedOf(name string) Type { return Type{kind: Named, more: &details{name: name}} }

func integerOf(value *big.Int) Type { return Type{kind: Integer, more: &details{number: value}} }

func fieldDetails(fields []Field) *details {
	d := &details{of: make([]Type, len(fields)), names: make([]string, len(fields))}
	for i, f := range fields {
		d.of[i], d.names[i] = f.Type, f.Name
	}
	return d
}

// Kind is the sort of type it is.
func (t Type) Kind() Kind { return t.kind }

// IsUnknown tells that nothing is known of the type.
func (t Type) IsUnknown() bool { return t.kind == Unknown }

// Size is the length of strings, bits, arrays and vectors, or the precision of decimals and times; ok tells whether there is one.
func (t Type) Size() (size int, ok bool) { return int(t.size), t.sized }

// Scale is how many digits of a decimal stand after the point.
func (t Type) Scale() int { return int(t.scale) }

// Element is the type of a list's or an array's elements; Unknown for other types.
func (t Type) Element() Type {
	if t.kind == List || t.kind == Array || t.kind == Vector {
		return t.part(0)
	}
	return Type{}
}

// Key and Value are those of a map; Unknown for other types.
func (t Type) Key() Type {
	if t.kind != Map {
		return Type{}
	}
	return t.part(0)
}

// Value is described at Key.
func (t Type) Value() Type {
	if t.kind != Map {
		return Type{}
	}
	return t.part(1)
}

func (t Type) part(i int) Type {
	if t.more == nil || i >= len(t.more.of) {
		return Type{}
	}
	return t.more.of[i]
}

// Fields are those of a struct or the members of a union, in order.
func (t Type) Fields() []Field {
	if t.more == nil || t.kind != Struct && t.kind != Union {
		return nil
	}
	fields := make([]Field, len(t.more.of))
	for i := range fields {
		fields[i] = Field{t.more.names[i], t.more.of[i]}
	}
	return fields
}

// Field is the field or member of that name, compared without letter case, as structs do it.
func (t Type) Field(name string) (Type, bool) {
	for _, f := range t.Fields() {
		if strings.EqualFold(f.Name, name) {
			return f.Type, true
		}
	}
	return Type{}, false
}

// Words are those of an enum. The slice must not be changed.
func (t Type) Words() []string {
	if t.kind != Enum || t.more == nil {
		return nil
	}
	return t.more.names
}

// Name is the name of a type of which nothing else is known; "" for other types.
func (t Type) Name() string {
	if t.more == nil {
		return ""
	}
	return t.more.name
}

// unnamed tells whether a struct's fields have no names.
func (t Type) unnamed() bool {
	return t.more != nil && len(t.more.names) > 0 && t.more.names[0] == ""
}

// Equal tells whether both are the same type to the last digit. Literals are equal if their values are.
func (t Type) Equal(u Type) bool {
	if t.kind != u.kind || t.sized != u.sized || t.size != u.size || t.scale != u.scale {
		return false
	}
	a, b := t.more, u.more
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	return a.equal(b)
}

func (d *details) equal(e *details) bool {
	if d.name != e.name || len(d.of) != len(e.of) || len(d.names) != len(e.names) || (d.number == nil) != (e.number == nil) {
		return false
	}
	for i := range d.of {
		if !d.of[i].Equal(e.of[i]) {
			return false
		}
	}
	for i := range d.names {
		if d.names[i] != e.names[i] {
			return false
		}
	}
	return d.number == nil || d.number.Cmp(e.number) == 0
}

// replace puts what f makes of it in place of each innermost type.
func (t Type) replace(f func(Type) Type) Type {
	if t.more == nil || len(t.more.of) == 0 {
		return f(t)
	}
	d := *t.more
	d.of = make([]Type, len(t.more.of))
	for i, u := range t.more.of {
		d.of[i] = u.replace(f)
	}
	t.more = &d
	return t
}

func (k Kind) in(kinds ...Kind) bool {
	for _, x := range kinds {
		if k == x {
			return true
		}
	}
	return false
}

// whole tells whether values of that kind are whole numbers.
func (k Kind) whole() bool { return k >= TinyInt && k <= UHugeInt || k == Integer }

// number tells whether values of that kind are numbers.
func (k Kind) number() bool { return k >= TinyInt && k <= Decimal || k == Integer }
