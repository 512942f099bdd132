package seed

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// decimal is digits × 10^exponent, without zeros at either end of digits; zero is "0".
type decimal struct {
	negative bool
	digits   string
	exponent int
	special  string // "NaN" or "Infinity" instead of all that
}

// parseShort reads whole numbers in plain digits, which is what nearly all are.
func parseShort(b []byte) (int64, bool) {
	digits, negative := b, false
	if len(b) > 0 && b[0] == '-' {
		digits, negative = b[1:], true
	}
	if len(digits) == 0 || len(digits) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, true
}

// parsePlain reads numbers in plain digits with a point: how many digits, without zeros at the ends, are before and after it.
func parsePlain(b []byte) (whole, fraction int, ok bool) {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	point := bytes.IndexByte(b, '.')
	if point < 1 || len(b) > 18 {
		return 0, 0, false
	}
	for i, c := range b {
		if (c < '0' || c > '9') && i != point {
			return 0, 0, false
		}
	}
	return len(bytes.TrimLeft(b[:point], "0")), len(bytes.TrimRight(b[point+1:], "0")), true
}

// currencies are the signs that may stand around a number, as agate has them.
const currencies = "؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫"

// parseNumber reads a number as agate does, which drops percent and currency signs and commas: "-$1,234.50", "5%", "1e3".
func parseNumber(b []byte) (decimal, bool) {
	s := strings.Trim(string(b), "%")
	var d decimal
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, d.negative = rest, true
	}
	s = strings.Trim(s, currencies)
	s = strings.TrimSpace(strings.Map(dropSeparators, s))
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.negative = d.negative != (s[0] == '-')
		s = s[1:]
	}
	switch lower := strings.ToLower(s); {
	case lower == "inf" || lower == "infinity":
		d.special = "Infinity"
		return d, true
	case strings.HasPrefix(lower, "nan") && strings.Trim(lower[3:], "0123456789") == "":
		d.special = "NaN"
		return d, true
	}
	return d, d.parse(s)
}

func dropSeparators(r rune) rune {
	if r == ',' || r == '_' {
		return -1
	}
	return r
}

// parse reads digits with a point and an exponent, of which either may be missing.
func (d *decimal) parse(s string) bool {
	mantissa := s
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(s[i+1:])
		if err != nil || n > math.MaxInt32 || n < math.MinInt32 {
			return false
		}
		mantissa, d.exponent = s[:i], n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return false
	}
	d.exponent -= len(fraction)
	d.digits = strings.TrimLeft(digits, "0")
	d.round()
	trimmed := strings.TrimRight(d.digits, "0")
	d.exponent += len(d.digits) - len(trimmed)
	d.digits = trimmed
	if trimmed == "" {
		d.digits, d.exponent = "0", 0
	}
	return true
}

// round keeps 28 digits, half to even, as Python's decimals do.
func (d *decimal) round() {
	const precision = 28
	if len(d.digits) <= precision {
		return
	}
	kept, rest := []byte(d.digits[:precision]), strings.TrimRight(d.digits[precision:], "0")
	d.exponent += len(d.digits) - precision
	if rest > "5" || rest == "5" && kept[precision-1]%2 == 1 {
		i := precision - 1
		for ; i >= 0 && kept[i] == '9'; i-- {
			kept[i] = '0'
		}
		if i < 0 {
			kept = append([]byte{'1'}, kept...)
		} else {
			kept[i]++
		}
	}
	d.digits = string(kept)
}

func (d *decimal) int64() (int64, bool) {
	if d.exponent > 18 {
		return 0, false
	}
	if d.exponent < 0 {
		return 0, true // its type will have a fraction
	}
	n, err := strconv.ParseInt(d.plain(), 10, 64)
	return n, err == nil
}

// plain is the number without exponent.
func (d *decimal) plain() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	switch point := len(d.digits) + d.exponent; {
	case d.special != "":
		return sign + d.special
	case d.exponent >= 0:
		return sign + d.digits + strings.Repeat("0", d.exponent)
	case point <= 0:
		return sign + "0." + strings.Repeat("0", -point) + d.digits
	default:
		return sign + d.digits[:point] + "." + d.digits[point:]
	}
}

func integerValue(b []byte) any {
	if n, ok := parseShort(b); ok {
		return n
	}
	d, ok := parseNumber(b)
	if !ok {
		return string(b)
	}
	if d.special == "" {
		if n, ok := d.int64(); ok {
			return n
		}
	}
	if d.exponent > 400 {
		return string(b) // no type holds it; its zeros need not be written out
	}
	return d.plain()
}

func floatValue(b []byte) any {
	if f, err := strconv.ParseFloat(string(b), 64); err == nil {
		return f
	}
	d, ok := parseNumber(b)
	if !ok {
		return string(b)
	}
	if d.special != "" {
		f, _ := strconv.ParseFloat(d.plain(), 64)
		return f
	}
	f, err := strconv.ParseFloat(d.scientific(), 64)
	if err != nil {
		return string(b) // the warehouse says that it is out of range
	}
	return f
}

func (d *decimal) scientific() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	return sign + d.digits + "e" + strconv.Itoa(d.exponent)
}
