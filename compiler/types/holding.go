package types

import "slices"

// holders are, kind by kind, the kinds that can hold its values too, the nearest first.
var holders = map[Kind][]Kind{
	TinyInt: {SmallInt, Int, BigInt, Decimal}, SmallInt: {Int, BigInt, Decimal}, Int: {BigInt, Decimal}, BigInt: {Decimal},
	UTinyInt: {SmallInt, Int, BigInt, Decimal}, USmallInt: {Int, BigInt, Decimal}, UInt: {BigInt, Decimal},
	UBigInt: {HugeInt, Decimal}, HugeInt: {Decimal}, UHugeInt: {Decimal}, BigNum: {Decimal}, Real: {Double},
	VarBit: {Bit}, Bit: {VarBit}, JSON: {JSONB}, JSONB: {JSON}, Variant: {JSON},
	Object: {JSON}, Union: {JSON}, Struct: {JSON}, Map: {JSON}, List: {JSON}, Array: {JSON},
	TimeNS: {Time}, TimestampS: {Timestamp}, TimestampMS: {Timestamp}, TimestampNS: {Timestamp}, TimestampLTZ: {TimestampTZ}, TimestampTZ: {TimestampLTZ},
}

// Holding is the type of this warehouse that holds the values of a type of another: the same if there is one, else a wider one, and text for
// what has no like here. What has parts is held as JSON, if tables can have that. What is unknown stays so.
func (s *System) Holding(t Type) Type {
	if t.IsUnknown() {
		return t
	}
	for _, candidate := range candidates(t) {
		if s.has(candidate) {
			return candidate
		}
	}
	return s.strings()
}

// candidates are the types that can hold the values of a type, the best first.
func candidates(t Type) (out []Type) {
	size, sized := t.Size()
	switch t.Kind() {
	case List, Array, Map, Struct, Union, Object, Variant, Varchar, Text, Char, Enum, Named:
		// As JSON, or text of any length: how long a value is differs between warehouses, and a name means nothing to another.
	case Decimal:
		switch {
		case !sized:
			out = append(out, Of(Decimal), DecimalOf(mostDigits, exactDigits))
		case size > mostDigits:
			out = append(out, Of(Decimal))
		default:
			out = append(out, t)
		}
	case Time, Timestamp, TimestampTZ:
		if !sized {
			size = 6 // microseconds, where a type without a precision may have less
		}
		out = append(out, Sized(t.Kind(), min(size, 6)), Of(t.Kind()))
	default:
		out = append(out, t)
	}
	for _, k := range holders[t.Kind()] {
		out = append(out, widest(k))
	}
	return out
}

// The digits of a decimal where it has a fixed size, and those after the point of a number of which no more is known than that it is exact.
const (
	mostDigits  = 38
	exactDigits = 10
)

// has tells whether the warehouse has the type: it reads it as it spells it, and tables can have columns of it.
func (s *System) has(t Type) bool {
	if d, ok := s.engine.(*documented); ok && slices.Contains(d.unstored, t.Kind()) {
		return false
	}
	text := s.print(t)
	return text != "" && s.parse(text).Equal(t)
}

// widest is the type of that kind that holds the most.
func widest(k Kind) Type {
	if k == Decimal {
		return DecimalOf(mostDigits, 0)
	}
	return Of(k)
}

// strings is the type of strings of any length.
func (s *System) strings() Type {
	if s.has(Of(Text)) {
		return Of(Text)
	}
	return Of(Varchar)
}
