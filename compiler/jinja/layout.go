package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// layout is a format specification: [[fill]align][sign][z][#][0][width][grouping][.precision][type].
type layout struct {
	fill      string
	align     byte // 0 if not given
	sign      byte
	alternate bool
	grouping  byte
	width     int
	precision int // -1 without one
	verb      byte
}

func parseLayout(spec string) (layout, error) {
	l := layout{fill: " ", sign: '-', precision: -1}
	_, n := utf8.DecodeRuneInString(spec)
	if len(spec) > n && strings.IndexByte("<>=^", spec[n]) >= 0 {
		l.fill, l.align, spec = spec[:n], spec[n], spec[n+1:]
	} else if spec != "" && strings.IndexByte("<>=^", spec[0]) >= 0 {
		l.align, spec = spec[0], spec[1:]
	}
	if spec != "" && strings.IndexByte("+- ", spec[0]) >= 0 {
		l.sign, spec = spec[0], spec[1:]
	}
	spec = strings.TrimPrefix(spec, "z")
	if strings.HasPrefix(spec, "#") {
		l.alternate, spec = true, spec[1:]
	}
	if strings.HasPrefix(spec, "0") {
		if l.align == 0 {
			l.fill, l.align = "0", '='
		} else if l.fill == " " {
			l.fill = "0"
		}
		spec = spec[1:]
	}
	var err error
	if l.width, spec, err = leadingNumber(spec); err != nil {
		return l, err
	}
	if spec != "" && (spec[0] == ',' || spec[0] == '_') {
		l.grouping, spec = spec[0], spec[1:]
		if spec != "" && (spec[0] == ',' || spec[0] == '_') {
			return l, valueErrorf("Cannot specify both ',' and '_'.")
		}
	}
	if strings.HasPrefix(spec, ".") {
		if len(spec) == 1 || !isDigit(spec[1]) {
			return l, valueErrorf("Format specifier missing precision")
		}
		if l.precision, spec, err = leadingNumber(spec[1:]); err != nil {
			return l, err
		}
	}
	switch len(spec) {
	case 0:
	case 1:
		l.verb = spec[0]
	default:
		return l, valueErrorf("Invalid format specifier")
	}
	return l, nil
}

func leadingNumber(s string) (int, string, error) {
	n := 0
	for s != "" && isDigit(s[0]) {
		if n = n*10 + int(s[0]-'0'); n > math.MaxInt32 {
			return 0, "", valueErrorf("Too many decimal digits in format string")
		}
		s = s[1:]
	}
	return n, s, nil
}

// formatValue is Python's format(v, spec).
func (s *State) formatValue(v Value, spec string) (string, error) {
	if f, ok := v.(Formatter); ok {
		return f.Format(spec)
	}
	if spec == "" {
		return s.str(v)
	}
	l, err := parseLayout(spec)
	if err != nil {
		return "", err
	}
	if err := s.charge(l.width); err != nil {
		return "", err
	}
	if err := s.charge(l.precision); err != nil {
		return "", err
	}
	switch x := v.(type) {
	case string:
		return l.text(x)
	case Markup:
		return l.text(string(x))
	case marked:
		return l.text(x.text)
	case float64:
		return l.float(x)
	case bool:
		return l.integer(toBig(v))
	case int, *big.Int:
		return l.integer(toBig(v))
	}
	if f, ok := v.(Floater); ok {
		return l.float(f.Float())
	}
	return "", typeErrorf("unsupported format string passed to %s.__format__", TypeName(v))
}

func (l *layout) unknown(kind string) error {
	return valueErrorf("Unknown format code '%c' for object of type '%s'", l.verb, kind)
}

func (l *layout) text(s string) (string, error) {
	switch {
	case l.verb != 0 && l.verb != 's':
		return "", l.unknown("str")
	case l.align == '=' && l.fill == "0":
		l.align = '<'
	case l.align == '=':
		return "", valueErrorf("'=' alignment not allowed in string format specifier")
	case l.sign != '-':
		return "", valueErrorf("Sign not allowed in string format specifier")
	}
	if l.precision >= 0 {
		s = sliceText(s, [3]*int{nil, &l.precision, nil})
	}
	return l.pad("", s, '<'), nil
}

// pad fills up to the width; prefix is the sign, which = puts before the fill.
func (l *layout) pad(prefix, s string, align byte) string {
	if l.align != 0 {
		align = l.align
	}
	n := max(l.width-utf8.RuneCountInString(prefix)-utf8.RuneCountInString(s), 0)
	left, right := 0, 0
	switch align {
	case '<':
		right = n
	case '^':
		left = n / 2
		right = n - left
	case '=':
		return prefix + strings.Repeat(l.fill, n) + s
	default:
		left = n
	}
	return strings.Repeat(l.fill, left) + prefix + s + strings.Repeat(l.fill, right)
}

func (l *layout) integer(i *big.Int) (string, error) {
	base, prefix := 10, ""
	switch l.verb {
	case 0, 'd', 'n':
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	case 'c':
		if !i.IsInt64() || i.Int64() < 0 || i.Int64() > utf8.MaxRune {
			return "", failf("OverflowError", "%%c arg not in range(0x110000)")
		}
		l.verb = 0
		return l.text(string(rune(i.Int64())))
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		f, err := realNumber(normalize(i))
		if err != nil {
			return "", err
		}
		return l.float(f)
	default:
		return "", l.unknown("int")
	}
	if l.precision >= 0 {
		return "", valueErrorf("Precision not allowed in integer format specifier")
	}
	digits := new(big.Int).Abs(i).Text(base)
	if l.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !l.alternate {
		prefix = ""
	}
	sign := l.signOf(i.Sign() < 0) + prefix
	size := 3
	if base != 10 {
		size = 4
	}
	return l.pad(sign, l.group(digits, "", size, len(sign)), '>'), nil
}

func (l *layout) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case l.sign == '-':
		return ""
	}
	return string(l.sign)
}

// group puts separators into the digits before rest; zeros that fill up the width are digits too.
func (l *layout) group(digits, rest string, size, signs int) string {
	if l.grouping == 0 {
		return digits + rest
	}
	if l.align == '=' && l.fill == "0" {
		for {
			n := len(digits)
			if n+(n-1)/size+len(rest)+signs >= l.width {
				break
			}
			digits = "0" + digits
		}
	}
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%size == 0 {
			b.WriteByte(l.grouping)
		}
		b.WriteByte(digits[i])
	}
	return b.String() + rest
}

func (l *layout) float(f float64) (string, error) {
	verb, precision, suffix := l.verb, l.precision, ""
	if precision < 0 {
		precision = 6
	}
	sign := l.signOf(math.Signbit(f) && !math.IsNaN(f))
	f = math.Abs(f)
	var s string
	switch verb {
	case 0:
		s = l.plainFloat(f)
	case 'n':
		s = formatFloat(f, 'g', precision, l.alternate)
	case '%':
		s, suffix = formatFloat(f*100, 'f', precision, l.alternate), "%"
	case 'e', 'E', 'f', 'F', 'g', 'G':
		s = formatFloat(f, verb, precision, l.alternate)
	default:
		return "", l.unknown("float")
	}
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	if end > 0 {
		s = l.group(s[:end], s[end:]+suffix, 3, len(sign))
	} else {
		s += suffix
	}
	return l.pad(sign, s, '>'), nil
}

// plainFloat is a float without a type: like g, but with a digit after the point.
func (l *layout) plainFloat(f float64) string {
	if l.precision < 0 {
		return string(appendFloat(nil, f))
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return formatFloat(f, 'g', 0, false)
	}
	p := max(l.precision, 1)
	e := strconv.FormatFloat(f, 'e', p-1, 64)
	_, exp, _ := strings.Cut(e, "e")
	if x, _ := strconv.Atoi(exp); f != 0 && x >= -4 && x == p-1 {
		mantissa, _, _ := strings.Cut(e, "e")
		return trimZeros(mantissa) + "e" + exp
	}
	s := formatGeneral(f, p, l.alternate)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
