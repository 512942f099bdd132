package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// parseInt is Python's int(text, base).
func parseInt(text string, base int) (Value, bool) {
	s := strings.TrimFunc(text, isSpace)
	negative := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative, s = s[0] == '-', s[1:]
	}
	if len(s) > 2 && s[0] == '0' {
		prefix := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]]
		if prefix != 0 && (base == prefix || base == 0) {
			base, s = prefix, strings.TrimPrefix(s[2:], "_")
		}
	}
	if base == 0 {
		base = 10
	}
	if s == "" || s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") || s[0] == '-' || s[0] == '+' || len(s) > maxDigits {
		return nil, false
	}
	i, ok := new(big.Int).SetString(asciiDigits(strings.ReplaceAll(s, "_", "")), base)
	if !ok {
		return nil, false
	}
	if negative {
		i.Neg(i)
	}
	return normalize(i), true
}

// parseFloat is Python's float(text).
func parseFloat(text string) (float64, bool) {
	s := strings.ToLower(asciiDigits(strings.TrimFunc(text, isSpace)))
	switch strings.TrimLeft(s, "+-") {
	case "inf", "infinity", "nan":
		if len(s)-len(strings.TrimLeft(s, "+-")) > 1 {
			return 0, false
		}
		if strings.HasSuffix(s, "nan") {
			return math.NaN(), true
		}
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil
	}
	if s == "" || strings.ContainsAny(s, "xpin") || s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return 0, false
	}
	for i := range len(s) {
		if s[i] == '_' && (!isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// asciiDigits puts plain digits for those of other scripts.
func asciiDigits(s string) string {
	if ascii(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range []rune{'\u0660', '\u06f0', '\u0966', '\uff10'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
}

func filterInt(c *Call) (Value, error) {
	a, err := c.Bind("do_int", 1, "value", "default", "base")
	if err != nil {
		return nil, err
	}
	base, err := toInt(a.Or(2, 10))
	if err != nil {
		return nil, err
	}
	if base != 0 && (base < 2 || base > 36) {
		return a.Or(1, 0), nil
	}
	v := a.Value(0)
	if u, ok := v.(*Undefined); ok {
		return nil, undefinedError(u)
	}
	if s, ok := asString(v); ok {
		if i, ok := parseInt(s, base); ok {
			return i, nil
		}
		f, ok := parseFloat(s)
		if !ok || math.IsInf(f, 0) || math.IsNaN(f) {
			return a.Or(1, 0), nil
		}
		v = f
	}
	if i := toBig(v); i != nil {
		return normalize(i), nil
	}
	if x, ok := v.(Inter); ok {
		return normalize(x.Int()), nil
	}
	f, err := realNumber(v)
	if err != nil {
		return a.Or(1, 0), nil
	}
	i, err := truncate(f)
	if err != nil {
		if math.IsInf(f, 0) {
			return nil, err
		}
		return a.Or(1, 0), nil
	}
	return normalize(i), nil
}

func filterFloat(c *Call) (Value, error) {
	a, err := c.Bind("do_float", 1, "value", "default")
	if err != nil {
		return nil, err
	}
	v := a.Value(0)
	if u, ok := v.(*Undefined); ok {
		return nil, undefinedError(u)
	}
	if s, ok := asString(v); ok {
		if f, ok := parseFloat(s); ok {
			return f, nil
		}
		return a.Or(1, 0.0), nil
	}
	f, err := realNumber(v)
	if f, ok := err.(*failure); ok && f.kind == "OverflowError" {
		return nil, err
	}
	if err != nil {
		return a.Or(1, 0.0), nil
	}
	return f, nil
}

func filterRound(c *Call) (Value, error) {
	a, err := c.Bind("do_round", 1, "value", "precision", "method")
	if err != nil {
		return nil, err
	}
	v := a.Value(0)
	how, _ := asString(a.Or(2, "common"))
	switch how {
	case "common", "ceil", "floor":
	default:
		return nil, failf("FilterArgumentError", "method must be common, ceil or floor")
	}
	n, err := toInt(a.Or(1, 0))
	if err != nil {
		return nil, err
	}
	if how == "common" {
		return round(v, n)
	}
	f, err := realNumber(v)
	if err != nil {
		return nil, typeErrorf("can't multiply sequence by non-int of type '%s'", TypeName(v))
	}
	scale := math.Pow(10, float64(n))
	r := math.Floor(f * scale)
	if how == "ceil" {
		r = math.Ceil(f * scale)
	}
	i, err := truncate(r)
	if err != nil {
		return nil, err
	}
	r, _ = toFloat(i)
	return r / scale, nil
}

// round is Python's round(v, n): halves go to the even neighbour.
func round(v Value, n int) (Value, error) {
	if r, ok := v.(Rounder); ok {
		return r.Round(n)
	}
	if f, ok := v.(float64); ok {
		return roundFloat(f, n), nil
	}
	i := toBig(v)
	if i == nil {
		if u, ok := v.(*Undefined); ok {
			return nil, typeErrorf("type Undefined doesn't define __round__ method: %s", u.message())
		}
		return nil, typeErrorf("type %s doesn't define __round__ method", TypeName(v))
	}
	if n >= 0 {
		return normalize(i), nil
	}
	if -n > 2*maxDigits {
		return 0, nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil)
	q, r := new(big.Int).DivMod(i, unit, new(big.Int))
	if c := new(big.Int).Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return normalize(q.Mul(q, unit)), nil
}

func roundFloat(f float64, n int) float64 {
	if math.IsInf(f, 0) || math.IsNaN(f) || n > 323 {
		return f
	}
	if n < -308 {
		return math.Copysign(0, f)
	}
	if n >= 0 {
		// The decimal text is rounded exactly, halves of the binary value to even.
		r, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', n, 64), 64)
		return r
	}
	unit := math.Pow(10, float64(-n))
	return math.RoundToEven(f/unit) * unit
}

func filterFileSize(c *Call) (Value, error) {
	a, err := c.Bind("do_filesizeformat", 1, "value", "binary")
	if err != nil {
		return nil, err
	}
	var size float64
	if s, ok := asString(a.Value(0)); ok {
		if size, ok = parseFloat(s); !ok {
			return nil, valueErrorf("could not convert string to float: %s", Repr(s))
		}
	} else if size, err = realNumber(a.Value(0)); err != nil {
		if u, ok := a.Value(0).(*Undefined); ok {
			return nil, undefinedError(u)
		}
		return nil, typeErrorf("float() argument must be a string or a real number, not '%s'", TypeName(a.Value(0)))
	}
	base, suffix := 1000.0, "B"
	prefixes := strings.Fields("k M G T P E Z Y")
	if Truth(a.Value(1)) {
		base, suffix = 1024, "iB"
		prefixes[0] = "K"
	}
	switch {
	case size == 1:
		return "1 Byte", nil
	case size < base:
		i, err := truncate(size)
		if err != nil {
			return nil, err
		}
		return i.String() + " Bytes", nil
	}
	unit := base
	for i, p := range prefixes {
		unit *= base
		if size < unit || i == len(prefixes)-1 {
			return formatFloat(base*size/unit, 'f', 1, false) + " " + p + suffix, nil
		}
	}
	return nil, nil
}
