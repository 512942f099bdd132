package jinja

import (
	"math"
	"math/big"
	"math/bits"
)

func intMethod(name string) method {
	switch name {
	case "bit_length":
		return func(_ *Call, self Value) (Value, error) { return toBig(self).BitLen(), nil }
	case "bit_count":
		return func(_ *Call, self Value) (Value, error) {
			n := 0
			for _, w := range toBig(self).Bits() {
				n += bits.OnesCount(uint(w))
			}
			return n, nil
		}
	case "conjugate":
		return func(_ *Call, self Value) (Value, error) { return normalize(toBig(self)), nil }
	case "as_integer_ratio":
		return func(_ *Call, self Value) (Value, error) { return NewTuple(normalize(toBig(self)), 1), nil }
	}
	return nil
}

func floatMethod(name string) method {
	switch name {
	case "is_integer":
		return func(_ *Call, self Value) (Value, error) {
			f := self.(float64)
			return !math.IsInf(f, 0) && f == math.Trunc(f), nil
		}
	case "as_integer_ratio":
		return func(_ *Call, self Value) (Value, error) {
			r := new(big.Rat).SetFloat64(self.(float64))
			if r == nil {
				return nil, valueErrorf("cannot convert NaN or Infinity to integer ratio")
			}
			return NewTuple(normalize(r.Num()), normalize(r.Denom())), nil
		}
	case "conjugate":
		return func(_ *Call, self Value) (Value, error) { return self, nil }
	}
	return nil
}
