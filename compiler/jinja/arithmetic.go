package jinja

import (
	"math"
	"math/big"
	"math/bits"
)

// maxBits bounds the size of an int: a number of that size takes 128 KiB.
const maxBits = 1 << 20

func normalize(i *big.Int) Value {
	if i.IsInt64() {
		return int(i.Int64())
	}
	return i
}

// binary is a op b for the arithmetic operators.
func (s *State) binary(op string, a, b Value) (Value, error) {
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok {
			if v, ok := smallArithmetic(op, x, y); ok {
				return v, nil
			}
		}
	}
	if u, ok := a.(*Undefined); ok {
		return nil, undefinedError(u)
	}
	if isString(a) && op == "%" {
		return s.percentFormat(a, b)
	}
	if u, ok := b.(*Undefined); ok {
		return nil, undefinedError(u)
	}
	if v, ok, err := operate(op, a, b); ok || err != nil {
		return v, err
	}
	if v, ok, err := s.numeric(op, a, b); ok || err != nil {
		return v, err
	}
	if v, ok, err := s.sequenceOp(op, a, b); ok || err != nil {
		return v, err
	}
	return nil, operandError(op, a, b)
}

func operandError(op string, a, b Value) error {
	if isString(a) && op == "+" {
		return typeErrorf(`can only concatenate str (not "%s") to str`, TypeName(b))
	}
	if _, ok := a.(*List); ok && op == "+" {
		return typeErrorf(`can only concatenate list (not "%s") to list`, TypeName(b))
	}
	if _, ok := a.(*Tuple); ok && op == "+" {
		return typeErrorf(`can only concatenate tuple (not "%s") to tuple`, TypeName(b))
	}
	if op == "*" && (isSequence(a) || isSequence(b)) {
		other := b
		if !isSequence(a) {
			other = a
		}
		return typeErrorf("can't multiply sequence by non-int of type '%s'", TypeName(other))
	}
	if op == "**" {
		op = "** or pow()"
	}
	return typeErrorf("unsupported operand type(s) for %s: '%s' and '%s'", op, TypeName(a), TypeName(b))
}

func isSequence(v Value) bool {
	switch v.(type) {
	case string, Markup, *List, *Tuple:
		return true
	}
	return false
}

func operate(op string, a, b Value) (Value, bool, error) {
	if x, ok := a.(Operand); ok {
		if v, ok, err := x.Operate(op, b, false); ok || err != nil {
			return v, ok, err
		}
	}
	if y, ok := b.(Operand); ok {
		return y.Operate(op, a, true)
	}
	return nil, false, nil
}

// smallArithmetic covers the common case; ok is false on overflow, division by zero and for the operators that need more.
func smallArithmetic(op string, x, y int) (Value, bool) {
	switch op {
	case "+":
		if z := x + y; (z > x) == (y > 0) {
			return z, true
		}
	case "-":
		if z := x - y; (z < x) == (y > 0) {
			return z, true
		}
	case "*":
		if x > -1<<31 && x < 1<<31 && y > -1<<31 && y < 1<<31 {
			return x * y, true
		}
	case "//":
		if y > 0 || y < -1 {
			q := x / y
			if x%y != 0 && (x < 0) != (y < 0) {
				q--
			}
			return q, true
		}
	case "%":
		if y > 0 || y < -1 {
			r := x % y
			if r != 0 && (r < 0) != (y < 0) {
				r += y
			}
			return r, true
		}
	}
	return nil, false
}

// numeric is arithmetic on any two numbers; ok is false if one is none.
func (s *State) numeric(op string, a, b Value) (Value, bool, error) {
	x, y := toBig(a), toBig(b)
	if x != nil && y != nil {
		v, err := s.bigArithmetic(op, x, y)
		return v, true, err
	}
	f, fok := toFloat(a)
	g, gok := toFloat(b)
	if !fok || !gok {
		return nil, false, nil
	}
	if math.IsInf(f, 0) && x != nil || math.IsInf(g, 0) && y != nil {
		return nil, true, failf("OverflowError", "int too large to convert to float")
	}
	v, err := floatArithmetic(op, f, g)
	return v, true, err
}

// toFloat is the value of any number; an int beyond the range of floats gives an infinity.
func toFloat(v Value) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f, true
	}
	return 0, false
}

func (s *State) bigArithmetic(op string, x, y *big.Int) (Value, error) {
	z := new(big.Int)
	switch op {
	case "+":
		return normalize(z.Add(x, y)), nil
	case "-":
		return normalize(z.Sub(x, y)), nil
	case "*":
		if x.BitLen()+y.BitLen() > maxBits {
			return nil, failf("OverflowError", "int too large")
		}
		if err := s.charge((x.BitLen() + y.BitLen()) / 8); err != nil {
			return nil, err
		}
		return normalize(z.Mul(x, y)), nil
	case "**":
		return s.power(x, y)
	}
	if y.Sign() == 0 {
		switch op {
		case "/":
			return nil, failf("ZeroDivisionError", "division by zero")
		case "%":
			return nil, failf("ZeroDivisionError", "integer modulo by zero")
		default:
			return nil, failf("ZeroDivisionError", "integer division or modulo by zero")
		}
	}
	if op == "/" {
		if x.Sign() == 0 && y.Sign() < 0 {
			return math.Copysign(0, -1), nil
		}
		f, _ := new(big.Rat).SetFrac(x, y).Float64()
		if math.IsInf(f, 0) {
			return nil, failf("OverflowError", "integer division result too large for a float")
		}
		return f, nil
	}
	q, r := z.QuoRem(x, y, new(big.Int))
	if r.Sign() != 0 && r.Sign() != y.Sign() {
		q.Sub(q, big.NewInt(1))
		r.Add(r, y)
	}
	if op == "//" {
		return normalize(q), nil
	}
	return normalize(r), nil
}

func (s *State) power(x, y *big.Int) (Value, error) {
	if y.Sign() < 0 {
		if x.Sign() == 0 {
			return nil, failf("ZeroDivisionError", "0.0 cannot be raised to a negative power")
		}
		f, _ := toFloat(x)
		g, _ := toFloat(y)
		return floatArithmetic("**", f, g)
	}
	if x.BitLen() > 1 {
		hi, n := bits.Mul64(uint64(x.BitLen()), y.Uint64())
		if !y.IsInt64() || hi != 0 || n > maxBits {
			return nil, failf("OverflowError", "int too large")
		}
		if err := s.charge(int(n)); err != nil {
			return nil, err
		}
		return normalize(new(big.Int).Exp(x, y, nil)), nil
	}
	switch {
	case y.Sign() == 0:
		return 1, nil
	case x.Sign() < 0 && y.Bit(0) == 0:
		return 1, nil
	}
	return normalize(x), nil
}

func floatArithmetic(op string, f, g float64) (Value, error) {
	switch op {
	case "+":
		return f + g, nil
	case "-":
		return f - g, nil
	case "*":
		return f * g, nil
	case "**":
		return floatPower(f, g)
	}
	if g == 0 {
		switch op {
		case "/":
			return nil, failf("ZeroDivisionError", "float division by zero")
		case "//":
			return nil, failf("ZeroDivisionError", "float floor division by zero")
		default:
			return nil, failf("ZeroDivisionError", "float modulo")
		}
	}
	if op == "/" {
		return f / g, nil
	}
	r := math.Mod(f, g)
	if r != 0 && (r < 0) != (g < 0) {
		r += g
	}
	if op == "%" {
		if r == 0 {
			return math.Copysign(0, g), nil
		}
		return r, nil
	}
	return math.Round((f - r) / g), nil
}

func floatPower(f, g float64) (Value, error) {
	if f == 0 && g < 0 {
		return nil, failf("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	}
	if f < 0 && g != math.Trunc(g) {
		return nil, valueErrorf("complex numbers are not supported")
	}
	p := math.Pow(f, g)
	if math.IsInf(p, 0) && !math.IsInf(f, 0) && !math.IsInf(g, 0) {
		return nil, failf("OverflowError", "(34, 'Numerical result out of range')")
	}
	return p, nil
}

// sequenceOp is + and * on strings, lists and tuples, and the set operators.
func (s *State) sequenceOp(op string, a, b Value) (Value, bool, error) {
	switch op {
	case "+":
		return s.concatenate(a, b)
	case "*":
		if n, ok := toRepeat(b); ok && isSequence(a) {
			v, err := s.repeat(a, n)
			return v, true, err
		}
		if n, ok := toRepeat(a); ok && isSequence(b) {
			v, err := s.repeat(b, n)
			return v, true, err
		}
	case "-":
		x, xok := a.(*Set)
		y, yok := b.(*Set)
		if xok && yok {
			return difference(x, y), true, nil
		}
	}
	return nil, false, nil
}

func (s *State) concatenate(a, b Value) (Value, bool, error) {
	switch x := a.(type) {
	case string:
		switch y := b.(type) {
		case string:
			v, err := s.join2(x, y)
			return v, true, err
		case Markup:
			v, err := s.join2(escapeHTML(x), string(y))
			return Markup(v), true, err
		}
	case Markup:
		if isString(b) {
			v, err := s.join2(string(x), string(escapeValue(b)))
			return Markup(v), true, err
		}
	case *List:
		if y, ok := b.(*List); ok {
			items, err := s.joinItems(x.Items, y.Items)
			return &List{Items: items}, true, err
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			items, err := s.joinItems(x.Items, y.Items)
			return &Tuple{Items: items}, true, err
		}
	}
	return nil, false, nil
}

func (s *State) join2(a, b string) (string, error) {
	if err := s.charge(len(a) + len(b)); err != nil {
		return "", err
	}
	return a + b, nil
}

func (s *State) joinItems(a, b []Value) ([]Value, error) {
	if err := s.chargeItems(len(a) + len(b)); err != nil {
		return nil, err
	}
	items := make([]Value, 0, len(a)+len(b))
	return append(append(items, a...), b...), nil
}

func toRepeat(v Value) (int, bool) {
	if i := toBig(v); i != nil {
		switch {
		case i.Sign() < 0:
			return 0, true
		case !i.IsInt64():
			return math.MaxInt, true
		}
		return int(i.Int64()), true
	}
	return 0, false
}

func (s *State) repeat(v Value, n int) (Value, error) {
	switch v := v.(type) {
	case string:
		text, err := s.repeatText(v, n)
		return text, err
	case Markup:
		text, err := s.repeatText(string(v), n)
		return Markup(text), err
	case *List:
		items, err := s.repeatItems(v.Items, n)
		return &List{Items: items}, err
	case *Tuple:
		items, err := s.repeatItems(v.Items, n)
		return &Tuple{Items: items}, err
	}
	return nil, typeErrorf("can't multiply '%s'", TypeName(v))
}
