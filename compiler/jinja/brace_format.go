package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// format is Python's str.format. https://docs.python.org/3/library/string.html#format-string-syntax
func (s *State) format(text string, args []Value, kwargs *Dict) (Value, error) {
	b := &braceFormatter{state: s, args: args, kwargs: kwargs}
	out, err := b.run(text, 2)
	if err != nil {
		return nil, err
	}
	return out, s.charge(len(out))
}

type braceFormatter struct {
	state  *State
	args   []Value
	kwargs *Dict
	next   int // number of the next field without a name; -1 once fields are numbered by hand
	markup bool
}

// run formats text; depth is how deep fields may still be nested.
func (b *braceFormatter) run(text string, depth int) (string, error) {
	var out strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "{}")
		if i < 0 {
			out.WriteString(text)
			break
		}
		out.WriteString(text[:i])
		if i+1 < len(text) && text[i+1] == text[i] {
			out.WriteByte(text[i])
			text = text[i+2:]
			continue
		}
		if text[i] == '}' {
			return "", valueErrorf("Single '}' encountered in format string")
		}
		end, err := fieldEnd(text, i+1)
		if err != nil {
			return "", err
		}
		field, err := b.field(text[i+1:end], depth)
		if err != nil {
			return "", err
		}
		out.WriteString(field)
		if out.Len() > b.state.output {
			return "", b.state.tooLarge()
		}
		text = text[end+1:]
	}
	return out.String(), nil
}

// fieldEnd is where the field that starts at i ends: its closing brace.
func fieldEnd(text string, i int) (int, error) {
	if i >= len(text) {
		return 0, valueErrorf("Single '{' encountered in format string")
	}
	depth := 1
	for ; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i, nil
			}
		case '[':
			if end := strings.IndexByte(text[i:], ']'); end > 0 && depth == 1 {
				i += end
			}
		}
	}
	return 0, valueErrorf("expected '}' before end of string")
}

func (b *braceFormatter) field(text string, depth int) (string, error) {
	if depth == 0 {
		return "", valueErrorf("Max string recursion exceeded")
	}
	name, spec, convert := splitField(text)
	v, err := b.value(name)
	if err != nil {
		return "", err
	}
	switch convert {
	case "":
	case "s":
		v = Str(v)
	case "r":
		v = Repr(v)
	case "a":
		v = asciiRepr(v)
	default:
		return "", valueErrorf("Unknown conversion specifier %s", convert)
	}
	if strings.ContainsAny(spec, "{}") {
		if spec, err = b.run(spec, depth-1); err != nil {
			return "", err
		}
	}
	if b.markup {
		if _, ok := v.(Markup); ok && spec == "" {
			return Str(v), nil
		}
		out, err := b.state.formatValue(v, spec)
		return escapeHTML(out), err
	}
	return b.state.formatValue(v, spec)
}

// splitField cuts a field into its name, format and conversion.
func splitField(text string) (name, spec, convert string) {
	end := len(text)
	for i := 0; i < len(text); i++ {
		if text[i] == '[' {
			if n := strings.IndexByte(text[i:], ']'); n > 0 {
				i += n
			}
			continue
		}
		if text[i] == ':' || text[i] == '!' {
			end = i
			break
		}
	}
	name, rest := text[:end], text[end:]
	if strings.HasPrefix(rest, "!") {
		convert, spec, _ = strings.Cut(rest[1:], ":")
		return name, spec, convert
	}
	return name, strings.TrimPrefix(rest, ":"), ""
}

// value resolves a field's name: 0.attr[key].
func (b *braceFormatter) value(name string) (Value, error) {
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	v, err := b.first(name[:end])
	for rest := name[end:]; err == nil && rest != ""; {
		if rest[0] == '.' {
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			attr := rest[1 : end+1]
			if attr == "" {
				return nil, valueErrorf("Empty attribute in format string")
			}
			v, err = b.attr(v, attr)
			rest = rest[end+1:]
			continue
		}
		end := strings.IndexByte(rest, ']')
		if rest[0] != '[' || end < 0 {
			return nil, valueErrorf("Only '.' or '[' may follow ']' in format field specifier")
		}
		v, err = b.index(v, rest[1:end])
		rest = rest[end+1:]
	}
	return v, err
}

func (b *braceFormatter) first(name string) (Value, error) {
	if name == "" {
		if b.next < 0 {
			return nil, valueErrorf("cannot switch from manual field specification to automatic field numbering")
		}
		b.next++
		return b.positional(b.next - 1)
	}
	if n, err := strconv.Atoi(name); err == nil && isDigit(name[0]) {
		if b.next > 0 {
			return nil, valueErrorf("cannot switch from automatic field numbering to manual field specification")
		}
		b.next = -1
		return b.positional(n)
	}
	if v, ok := b.kwargs.GetString(name); ok {
		return v, nil
	}
	return nil, failf("KeyError", "%s", Repr(name))
}

func (b *braceFormatter) positional(i int) (Value, error) {
	if i >= len(b.args) {
		return nil, failf("IndexError", "Replacement index %d out of range for positional args tuple", i)
	}
	return b.args[i], nil
}

func (b *braceFormatter) attr(v Value, name string) (Value, error) {
	r, ok, err := b.state.ownAttribute(v, name)
	if err == nil && !ok {
		if u, isUndefined := v.(*Undefined); isUndefined {
			return nil, undefinedError(u)
		}
		return nil, failf("AttributeError", "'%s' object has no attribute %s", TypeName(v), Repr(name))
	}
	return r, err
}

func (b *braceFormatter) index(v Value, key string) (Value, error) {
	if key == "" {
		return nil, valueErrorf("Empty attribute in format string")
	}
	k := Value(key)
	if n, err := strconv.Atoi(key); err == nil && isDigit(key[0]) {
		k = n
	}
	switch x := v.(type) {
	case *Dict:
		if r, ok := x.Get(k); ok {
			return r, nil
		}
		return nil, failf("KeyError", "%s", Repr(k))
	case *List, *Tuple, string, Markup:
		if _, ok := k.(int); !ok {
			return nil, typeErrorf("%s indices must be integers or slices, not str", TypeName(v))
		}
	}
	r, err := b.state.item(v, k)
	if _, ok := r.(*Undefined); ok && err == nil {
		return nil, failf("IndexError", "%s index out of range", TypeName(v))
	}
	return r, err
}

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

// Formatter is a host value with format specifications of its own, as dates have.
type Formatter interface {
	Format(spec string) (string, error)
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
