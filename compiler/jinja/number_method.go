package jinja

import (
	"math"
	"math/big"
	"math/bits"
)

func intMethod(name string) method {
	f := func() func(i *big.Int) Value {
		switch name {
		case "bit_length":
			return func(i *big.Int) Value { return i.BitLen() }
		case "bit_count":
			return func(i *big.Int) Value {
				n := 0
				for _, w := range i.Bits() {
					n += bits.OnesCount(uint(w))
				}
				return n
			}
		case "conjugate":
			return normalize
		case "as_integer_ratio":
			return func(i *big.Int) Value { return NewTuple(normalize(i), 1) }
		}
		return nil
	}()
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) {
		return f(toBig(self)), c.nothing("int." + name)
	}
}

func floatMethod(name string) method {
	f := func() func(f float64) (Value, error) {
		switch name {
		case "is_integer":
			return func(f float64) (Value, error) { return !math.IsInf(f, 0) && f == math.Trunc(f), nil }
		case "as_integer_ratio":
			return floatRatio
		case "conjugate":
			return func(f float64) (Value, error) { return f, nil }
		}
		return nil
	}()
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) {
		if err := c.nothing("float." + name); err != nil {
			return nil, err
		}
		return f(self.(float64))
	}
}

func floatRatio(f float64) (Value, error) {
	switch {
	case math.IsNaN(f):
		return nil, valueErrorf("cannot convert NaN to integer ratio")
	case math.IsInf(f, 0):
		return nil, failf("OverflowError", "cannot convert Infinity to integer ratio")
	}
	r := new(big.Rat).SetFloat64(f)
	return NewTuple(normalize(r.Num()), normalize(r.Denom())), nil
}
