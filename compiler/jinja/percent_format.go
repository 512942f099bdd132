package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// conversion is one directive of printf-style formatting: %(key)-5.2f.
type conversion struct {
	key              string
	hasKey           bool
	left, plus, zero bool
	space, alternate bool
	width, precision int // precision is -1 without one
	verb             byte
}

// percentFormat is Python's format % value.
// https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting
func (s *State) percentFormat(format, value Value) (Value, error) {
	text, _ := asString(format)
	p := &percentFormatter{state: s, rest: text, size: len(text), value: value}
	if t, ok := value.(*Tuple); ok {
		p.args, p.tuple = t.Items, true
	} else {
		p.args = []Value{value}
	}
	if _, ok := format.(Markup); ok {
		p.markup = true
	}
	out, err := p.run()
	if err != nil {
		return nil, err
	}
	if p.markup {
		return Markup(out), nil
	}
	return out, nil
}

type percentFormatter struct {
	state  *State
	rest   string // what is not formatted yet
	size   int    // of the whole format
	value  Value
	args   []Value
	used   int
	keyed  bool
	tuple  bool
	markup bool
	out    []byte
}

func (p *percentFormatter) run() (string, error) {
	for {
		i := strings.IndexByte(p.rest, '%')
		if i < 0 {
			p.out = append(p.out, p.rest...)
			break
		}
		p.out = append(p.out, p.rest[:i]...)
		p.rest = p.rest[i+1:]
		if err := p.directive(); err != nil {
			return "", err
		}
		if len(p.out) > p.state.output {
			return "", p.state.tooLarge()
		}
	}
	if p.used < len(p.args) && !p.keyed {
		if p.tuple || !subscriptable(p.value) {
			return "", typeErrorf("not all arguments converted during string formatting")
		}
	}
	return string(p.out), p.state.charge(len(p.out))
}

// subscriptable are the values that need not be used by a format, since they might be meant for its keys.
func subscriptable(v Value) bool {
	switch v.(type) {
	case *Dict, *List, *rangeValue, *Undefined, Indexer:
		return true
	}
	return false
}

func (p *percentFormatter) arg() (Value, error) {
	if p.keyed {
		return nil, typeErrorf("not enough arguments for format string")
	}
	if p.used >= len(p.args) {
		return nil, typeErrorf("not enough arguments for format string")
	}
	p.used++
	return p.args[p.used-1], nil
}

func (p *percentFormatter) directive() error {
	c := conversion{precision: -1}
	if strings.HasPrefix(p.rest, "(") {
		if err := p.key(&c); err != nil {
			return err
		}
	}
	p.flags(&c)
	width, err := p.number()
	if err != nil {
		return err
	}
	if c.width = width; width < 0 {
		c.left, c.width = true, -width
	}
	if strings.HasPrefix(p.rest, ".") {
		p.rest = p.rest[1:]
		if c.precision, err = p.number(); err != nil {
			return err
		}
		c.precision = max(c.precision, 0)
	}
	p.rest = strings.TrimLeft(p.rest, "hlL")
	if p.rest == "" {
		return valueErrorf("incomplete format")
	}
	c.verb = p.rest[0]
	if c.verb == '%' {
		p.rest = p.rest[1:]
		p.out = append(p.out, '%')
		return nil
	}
	var v Value
	if c.hasKey {
		d, err := p.state.mapping(p.value)
		if err != nil {
			return typeErrorf("format requires a mapping")
		}
		var ok bool
		if v, ok = d.GetString(c.key); !ok {
			return failf("KeyError", "%s", Repr(c.key))
		}
		p.keyed = true
	} else if v, err = p.arg(); err != nil {
		return err
	}
	p.rest = p.rest[1:]
	return p.convert(&c, v)
}

func (p *percentFormatter) key(c *conversion) error {
	depth := 0
	for i := range len(p.rest) {
		switch p.rest[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				c.key, c.hasKey = p.rest[1:i], true
				p.rest = p.rest[i+1:]
				return nil
			}
		}
	}
	return valueErrorf("incomplete format key")
}

func (p *percentFormatter) flags(c *conversion) {
	for ; p.rest != ""; p.rest = p.rest[1:] {
		switch p.rest[0] {
		case '-':
			c.left = true
		case '+':
			c.plus = true
		case ' ':
			c.space = true
		case '#':
			c.alternate = true
		case '0':
			c.zero = true
		default:
			return
		}
	}
}

// number reads a width or precision: digits, or * for an argument.
func (p *percentFormatter) number() (int, error) {
	if strings.HasPrefix(p.rest, "*") {
		p.rest = p.rest[1:]
		v, err := p.arg()
		if err != nil {
			return 0, err
		}
		n, ok := toSmallInt(v)
		if !ok {
			return 0, typeErrorf("* wants int")
		}
		return n, p.widthLimit(n)
	}
	n := 0
	for p.rest != "" && isDigit(p.rest[0]) {
		if n = n*10 + int(p.rest[0]-'0'); n > math.MaxInt32 {
			return 0, valueErrorf("width too big")
		}
		p.rest = p.rest[1:]
	}
	return n, p.widthLimit(n)
}

func (p *percentFormatter) widthLimit(n int) error {
	if n < 0 {
		n = -n
	}
	return p.state.charge(n)
}

func (p *percentFormatter) convert(c *conversion, v Value) error {
	switch c.verb {
	case 's', 'r', 'a':
		return p.text(c, v)
	case 'c':
		return p.char(c, v)
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return p.integer(c, v)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		f, err := realNumber(v)
		if err != nil {
			return err
		}
		precision := c.precision
		if precision < 0 {
			precision = 6
		}
		if err := p.widthLimit(precision); err != nil {
			return err
		}
		body := formatFloat(math.Abs(f), c.verb, precision, c.alternate)
		p.padNumber(c, math.Signbit(f) && !math.IsNaN(f), "", body, !math.IsInf(f, 0) && !math.IsNaN(f))
		return nil
	}
	r, _ := utf8.DecodeRuneInString(string(c.verb) + p.rest)
	return valueErrorf("unsupported format character '%c' (0x%x) at index %d", r, r, p.index())
}

// index is where the current directive's verb stands, in bytes.
func (p *percentFormatter) index() int { return p.size - len(p.rest) - 1 }

func (p *percentFormatter) text(c *conversion, v Value) error {
	var text string
	switch {
	case c.verb == 'a':
		text = asciiRepr(v)
	case c.verb == 'r':
		text = Repr(v)
	case p.markup:
		text = string(escapeValue(v))
	default:
		var err error
		if text, err = p.state.str(v); err != nil {
			return err
		}
	}
	if err := p.state.charge(len(text)); err != nil {
		return err
	}
	if c.precision >= 0 {
		text = sliceText(text, [3]*int{nil, &c.precision, nil})
	}
	p.pad(c, text)
	return nil
}

func (p *percentFormatter) pad(c *conversion, text string) {
	fill := strings.Repeat(" ", max(c.width-utf8.RuneCountInString(text), 0))
	if c.left {
		p.out = append(append(p.out, text...), fill...)
	} else {
		p.out = append(append(p.out, fill...), text...)
	}
}

func (p *percentFormatter) char(c *conversion, v Value) error {
	if s, ok := asString(v); ok && utf8.RuneCountInString(s) == 1 {
		p.pad(c, s)
		return nil
	}
	i, ok := toSmallInt(v)
	if !ok {
		return typeErrorf("%%c requires int or char")
	}
	if i < 0 || i > utf8.MaxRune {
		return failf("OverflowError", "%%c arg not in range(0x110000)")
	}
	p.pad(c, string(rune(i)))
	return nil
}

func (p *percentFormatter) integer(c *conversion, v Value) error {
	i := toBig(v)
	if f, ok := v.(float64); ok && (c.verb == 'd' || c.verb == 'i' || c.verb == 'u') {
		var err error
		if i, err = truncate(f); err != nil {
			return err
		}
	}
	if x, ok := v.(Inter); ok && c.verb != 'o' && c.verb != 'x' && c.verb != 'X' {
		i = x.Int()
	}
	if i == nil {
		if c.verb == 'd' || c.verb == 'i' || c.verb == 'u' {
			return typeErrorf("%%%c format: a real number is required, not %s", c.verb, TypeName(v))
		}
		return typeErrorf("%%%c format: an integer is required, not %s", c.verb, TypeName(v))
	}
	base, prefix := 10, ""
	switch c.verb {
	case 'o':
		base, prefix = 8, "0o"
	case 'x':
		base, prefix = 16, "0x"
	case 'X':
		base, prefix = 16, "0X"
	}
	if !c.alternate {
		prefix = ""
	}
	digits := new(big.Int).Abs(i).Text(base)
	if c.verb == 'X' {
		digits = strings.ToUpper(digits)
	}
	if n := c.precision - len(digits); n > 0 {
		if err := p.widthLimit(n); err != nil {
			return err
		}
		digits = strings.Repeat("0", n) + digits
	}
	p.padNumber(c, i.Sign() < 0, prefix, digits, true)
	return nil
}

func (p *percentFormatter) padNumber(c *conversion, negative bool, prefix, digits string, finite bool) {
	sign := ""
	switch {
	case negative:
		sign = "-"
	case c.plus:
		sign = "+"
	case c.space:
		sign = " "
	}
	if c.zero && !c.left && finite {
		digits = strings.Repeat("0", max(c.width-len(sign)-len(prefix)-len(digits), 0)) + digits
	}
	p.pad(c, sign+prefix+digits)
}

// realNumber is a number for formatting as a float.
func realNumber(v Value) (float64, error) {
	if f, ok := toFloat(v); ok {
		if _, isFloat := v.(float64); !isFloat && math.IsInf(f, 0) {
			return 0, failf("OverflowError", "int too large to convert to float")
		}
		return f, nil
	}
	if x, ok := v.(Floater); ok {
		return x.Float(), nil
	}
	return 0, typeErrorf("must be real number, not %s", TypeName(v))
}

func truncate(f float64) (*big.Int, error) {
	switch {
	case math.IsNaN(f):
		return nil, valueErrorf("cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		return nil, failf("OverflowError", "cannot convert float infinity to integer")
	}
	i, _ := big.NewFloat(f).Int(nil)
	return i, nil
}

// formatFloat prints a float that is not negative in the way of that verb.
func formatFloat(f float64, verb byte, precision int, alternate bool) string {
	upperCase := verb == 'E' || verb == 'F' || verb == 'G'
	var s string
	switch {
	case math.IsInf(f, 0):
		s = "inf"
	case math.IsNaN(f):
		s = "nan"
	case verb == 'g' || verb == 'G':
		s = formatGeneral(f, max(precision, 1), alternate)
	case verb == 'e' || verb == 'E':
		s = strconv.FormatFloat(f, 'e', precision, 64)
		if alternate && precision == 0 {
			s = strings.Replace(s, "e", ".e", 1)
		}
	default:
		s = strconv.FormatFloat(f, 'f', precision, 64)
		if alternate && precision == 0 {
			s += "."
		}
	}
	if upperCase {
		return strings.ToUpper(s)
	}
	return s
}

// formatGeneral is C's %g.
func formatGeneral(f float64, precision int, alternate bool) string {
	s := strconv.FormatFloat(f, 'e', precision-1, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	x, _ := strconv.Atoi(exp)
	if x < -4 || x >= precision {
		if !alternate {
			mantissa = trimZeros(mantissa)
		}
		return mantissa + "e" + exp
	}
	s = strconv.FormatFloat(f, 'f', precision-1-x, 64)
	if alternate {
		if !strings.Contains(s, ".") {
			s += "."
		}
		return s
	}
	return trimZeros(s)
}

func trimZeros(s string) string {
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// asciiRepr is Python's ascii(v).
func asciiRepr(v Value) string {
	var b strings.Builder
	for _, r := range Repr(v) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r < 0x100:
			b.WriteString(`\x` + strconv.FormatInt(int64(r), 16))
		case r < 0x10000:
			b.WriteString(`\u` + hexDigits(r, 4))
		default:
			b.WriteString(`\U` + hexDigits(r, 8))
		}
	}
	return b.String()
}

func hexDigits(r rune, n int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", max(n-len(s), 0)) + s
}
