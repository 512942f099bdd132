package agate

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// Decimal is an exact decimal number, as Python's: digits × 10^exponent. 1.50 is not written as 1.5.
type Decimal struct {
	digits   *big.Int
	exponent int
}

const (
	// precision is the number of digits to which Python rounds results.
	precision = 28
	// farthest bounds exponents, so that adding two numbers cannot take unbounded memory.
	farthest = 10_000
)

var errSize = errors.New("the number is too large or too small")

// ParseDecimal reads a number in plain or scientific notation; ok is false if it is none.
func ParseDecimal(text string) (d *Decimal, ok bool) {
	mantissa, power, scientific := strings.Cut(strings.ToLower(text), "e")
	exponent := 0
	if scientific {
		n, err := strconv.Atoi(power)
		if err != nil || abs(n) > farthest {
			return nil, false
		}
		exponent = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		return nil, false
	}
	return &Decimal{digits, exponent - len(fraction)}, true
}

// String is Python's str(d): plain notation, or scientific for exponents far from 0.
func (d *Decimal) String() string {
	text := new(big.Int).Abs(d.digits).String()
	sign := ""
	if d.digits.Sign() < 0 {
		sign = "-"
	}
	adjusted := d.exponent + len(text) - 1
	if d.exponent <= 0 && adjusted >= -6 {
		return sign + plain(text, -d.exponent)
	}
	if len(text) > 1 {
		text = text[:1] + "." + text[1:]
	}
	return sign + text + "E" + signed(adjusted)
}

func plain(digits string, places int) string {
	if places == 0 {
		return digits
	}
	if missing := places + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	at := len(digits) - places
	return digits[:at] + "." + digits[at:]
}

func signed(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return "+" + strconv.Itoa(n)
}

// Repr is how a number is shown in a list.
func (d *Decimal) Repr() string { return "Decimal('" + d.String() + "')" }

// Truth implements jinja.Truther.
func (d *Decimal) Truth() bool { return d.digits.Sign() != 0 }

// Float is the nearest binary fraction.
func (d *Decimal) Float() float64 {
	f, err := strconv.ParseFloat(d.digits.String()+"e"+strconv.Itoa(d.exponent), 64)
	if err != nil {
		return math.Inf(d.digits.Sign())
	}
	return f
}

// Round implements jinja.Rounder: that many decimal places, halves to the even neighbour.
func (d *Decimal) Round(places int) (jinja.Value, error) {
	if abs(places) > farthest {
		return nil, errSize
	}
	if drop := -d.exponent - places; drop > 0 {
		return &Decimal{roundQuo(d.digits, power10(drop)), -places}, nil
	}
	x, _, e := align(d, &Decimal{new(big.Int), -places})
	return &Decimal{x, e}, nil
}

// Int is the number without its fraction.
func (d *Decimal) Int() *big.Int {
	r := d.rat()
	return new(big.Int).Quo(r.Num(), r.Denom())
}

func (d *Decimal) rat() *big.Rat {
	r := new(big.Rat).SetInt(d.digits)
	scale := new(big.Rat).SetInt(power10(abs(d.exponent)))
	if d.exponent < 0 {
		return r.Quo(r, scale)
	}
	return r.Mul(r, scale)
}

func abs(n int) int { return max(n, -n) }

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// HashKey implements jinja.Hasher: equal numbers are the same key.
func (d *Decimal) HashKey() string { return "decimal " + d.rat().RatString() }

// Equal implements jinja.Equaler.
func (d *Decimal) Equal(other jinja.Value) bool {
	c, ok := d.Compare(other)
	return ok && c == 0
}

// Compare implements jinja.Ordered.
func (d *Decimal) Compare(other jinja.Value) (int, bool) {
	if f, ok := other.(float64); ok {
		r := new(big.Rat).SetFloat64(f)
		if r == nil {
			return 0, false
		}
		return d.rat().Cmp(r), true
	}
	o, ok := decimalOf(other)
	if !ok {
		return 0, false
	}
	return d.rat().Cmp(o.rat()), true
}

// decimalOf is an exact number as a Decimal; ok is false for other values.
func decimalOf(v jinja.Value) (*Decimal, bool) {
	switch v := v.(type) {
	case *Decimal:
		return v, true
	case int:
		return &Decimal{big.NewInt(int64(v)), 0}, true
	case bool:
		if v {
			return &Decimal{big.NewInt(1), 0}, true
		}
		return &Decimal{new(big.Int), 0}, true
	case *big.Int:
		return &Decimal{v, 0}, true
	}
	return nil, false
}

// Operate implements jinja.Operand. With a float the result is a float, where Python refuses.
func (d *Decimal) Operate(op string, other jinja.Value, swapped bool) (jinja.Value, bool, error) {
	if f, ok := other.(float64); ok {
		return operateFloat(op, d.Float(), f, swapped)
	}
	o, ok := decimalOf(other)
	if !ok {
		return nil, false, nil
	}
	a, b := d, o
	if swapped {
		a, b = o, d
	}
	switch op {
	case "+":
		x, y, e := align(a, b)
		return (&Decimal{new(big.Int).Add(x, y), e}).rounded(), true, nil
	case "-":
		x, y, e := align(a, b)
		return (&Decimal{new(big.Int).Sub(x, y), e}).rounded(), true, nil
	case "*":
		product := (&Decimal{new(big.Int).Mul(a.digits, b.digits), a.exponent + b.exponent}).rounded()
		if abs(product.exponent) > farthest {
			return nil, false, errSize
		}
		return product, true, nil
	case "**":
		return power(a, b)
	}
	if b.digits.Sign() == 0 {
		return nil, false, errDivision
	}
	switch op {
	case "/":
		quotient := divide(a, b)
		if abs(quotient.exponent) > farthest {
			return nil, false, errSize
		}
		return quotient, true, nil
	case "//":
		x, y, _ := align(a, b)
		return &Decimal{new(big.Int).Quo(x, y), 0}, true, nil
	case "%":
		x, y, e := align(a, b)
		return &Decimal{new(big.Int).Rem(x, y), e}, true, nil
	}
	return nil, false, nil
}

func operateFloat(op string, x, y float64, swapped bool) (jinja.Value, bool, error) {
	if swapped {
		x, y = y, x
	}
	switch op {
	case "+":
		return x + y, true, nil
	case "-":
		return x - y, true, nil
	case "*":
		return x * y, true, nil
	case "**":
		return math.Pow(x, y), true, nil
	}
	if y == 0 {
		return nil, false, errDivision
	}
	switch op {
	case "/":
		return x / y, true, nil
	case "//":
		return math.Floor(x / y), true, nil
	}
	return nil, false, nil
}

// align gives the digits of both for the same exponent.
func align(a, b *Decimal) (x, y *big.Int, exponent int) {
	exponent = min(a.exponent, b.exponent)
	x = new(big.Int).Mul(a.digits, power10(a.exponent-exponent))
	y = new(big.Int).Mul(b.digits, power10(b.exponent-exponent))
	return x, y, exponent
}

// rounded is the number with at most precision digits, half to even.
func (d *Decimal) rounded() *Decimal {
	extra := len(new(big.Int).Abs(d.digits).String()) - precision
	if extra <= 0 {
		return d
	}
	return &Decimal{roundQuo(d.digits, power10(extra)), d.exponent + extra}
}

// roundQuo is a/b to the nearest whole number, half to even; b is positive.
func roundQuo(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	switch c := new(big.Int).Abs(new(big.Int).Lsh(r, 1)).Cmp(b); {
	case c > 0, c == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(int64(a.Sign())))
	}
	return q
}

// divide is a/b: exact if that takes few digits, with as few places as it needs, else with precision digits.
func divide(a, b *Decimal) *Decimal {
	shift := precision + len(b.digits.String()) - len(a.digits.String()) + 1
	shift = max(shift, 0)
	num := new(big.Int).Mul(a.digits, power10(shift))
	den := b.digits
	if den.Sign() < 0 {
		num, den = num.Neg(num), new(big.Int).Neg(den)
	}
	q, r := new(big.Int).QuoRem(num, den, new(big.Int))
	exponent := a.exponent - b.exponent - shift
	if r.Sign() != 0 {
		return (&Decimal{roundQuo(num, den), exponent}).rounded()
	}
	ideal := a.exponent - b.exponent
	ten, rest := big.NewInt(10), new(big.Int)
	for exponent < ideal {
		next, m := new(big.Int).QuoRem(q, ten, rest)
		if m.Sign() != 0 {
			break
		}
		q, exponent = next, exponent+1
	}
	return (&Decimal{q, exponent}).rounded()
}

func power(a, b *Decimal) (jinja.Value, bool, error) {
	n := b.Int()
	if b.rat().IsInt() && n.Sign() >= 0 && n.IsInt64() && n.Int64() <= 1000 {
		k := int(n.Int64())
		if abs(a.exponent)*k > farthest {
			return nil, false, errSize
		}
		return (&Decimal{new(big.Int).Exp(a.digits, big.NewInt(int64(k)), nil), a.exponent * k}).rounded(), true, nil
	}
	return math.Pow(a.Float(), b.Float()), true, nil
}
