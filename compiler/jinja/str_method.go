package jinja

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textFunc is a method of str.
type textFunc func(c *Call, s string) (Value, error)

func strMethod(name string) method {
	f := textMethod(name)
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) {
		s, _ := asString(self)
		if err := c.State.charge(len(s)); err != nil {
			return nil, err
		}
		return f(c, s)
	}
}

func textMethod(name string) textFunc {
	switch name {
	case "upper":
		return simple(name, upper)
	case "lower":
		return simple(name, lower)
	case "casefold":
		return simple(name, casefold)
	case "capitalize":
		return simple(name, capitalize)
	case "title":
		return simple(name, titleCase)
	case "swapcase":
		return simple(name, swapcase)
	case "strip":
		return strip(name, true, true)
	case "lstrip":
		return strip(name, true, false)
	case "rstrip":
		return strip(name, false, true)
	case "split":
		return split(name, false)
	case "rsplit":
		return split(name, true)
	case "splitlines":
		return splitLinesMethod
	case "join":
		return joinMethod
	case "replace":
		return replaceMethod
	case "startswith":
		return affix(name, strings.HasPrefix)
	case "endswith":
		return affix(name, strings.HasSuffix)
	case "removeprefix":
		return remove(name, strings.TrimPrefix)
	case "removesuffix":
		return remove(name, strings.TrimSuffix)
	case "find":
		return find(name, strings.Index, false)
	case "rfind":
		return find(name, strings.LastIndex, false)
	case "index":
		return find(name, strings.Index, true)
	case "rindex":
		return find(name, strings.LastIndex, true)
	case "count":
		return countMethod
	case "partition":
		return partition(name, strings.Index)
	case "rpartition":
		return partition(name, strings.LastIndex)
	case "ljust":
		return pad(name, func(n int) int { return 0 })
	case "rjust":
		return pad(name, func(n int) int { return n })
	case "center":
		return center
	case "zfill":
		return zfill
	case "expandtabs":
		return expandTabs
	case "format":
		return func(c *Call, s string) (Value, error) { return c.State.format(s, c.Args, c.Kwargs) }
	case "format_map":
		return formatMap
	case "encode":
		return encode
	case "translate":
		return translate
	case "maketrans":
		return makeTranslation
	}
	if p := predicate(name); p != nil {
		return func(c *Call, s string) (Value, error) {
			if err := c.nothing("str." + name); err != nil {
				return nil, err
			}
			return p(s), nil
		}
	}
	return nil
}

// nothing complains about any argument.
func (c *Call) nothing(function string) error {
	if c.Kwargs.Len() > 0 {
		return typeErrorf("%s() takes no keyword arguments", function)
	}
	if n := len(c.Args); n > 0 {
		return typeErrorf("%s() takes no arguments (%d given)", function, n)
	}
	return nil
}

// count complains unless there are between low and high positional arguments and no others.
func (c *Call) count(function string, low, high int) error {
	n := len(c.Args)
	switch {
	case c.Kwargs.Len() > 0:
		return typeErrorf("%s() takes no keyword arguments", function)
	case low == high && n != low:
		if low == 1 {
			return typeErrorf("%s() takes exactly one argument (%d given)", function, n)
		}
		return typeErrorf("%s expected %d arguments, got %d", function, low, n)
	case n < low:
		return typeErrorf("%s expected at least %d argument%s, got %d", function, low, plural(low), n)
	case n > high:
		return typeErrorf("%s expected at most %d argument%s, got %d", function, high, plural(high), n)
	}
	return nil
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// text is argument i, which must be a str.
func (c *Call) text(function string, i int) (string, error) {
	if s, ok := asString(c.Args[i]); ok {
		return s, nil
	}
	place := ""
	if len(c.Args) > 1 {
		place = " " + itoa(i+1)
	}
	return "", typeErrorf("%s() argument%s must be str, not %s", function, place, TypeName(c.Args[i]))
}

func simple(name string, f func(string) string) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.nothing("str." + name); err != nil {
			return nil, err
		}
		return f(s), nil
	}
}

func upper(s string) string {
	if ascii(s) {
		return strings.ToUpper(s)
	}
	return strings.ToUpper(strings.ReplaceAll(s, "ß", "SS"))
}

func lower(s string) string { return strings.ToLower(s) }

func casefold(s string) string { return strings.ToLower(strings.ReplaceAll(s, "ß", "ss")) }

func capitalize(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return titleRune(s[:n]) + strings.ToLower(s[n:])
}

func titleRune(s string) string {
	if s == "ß" {
		return "Ss"
	}
	return strings.ToTitle(s)
}

// cased tells whether a character has a case.
func cased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r)
}

func titleCase(s string) string {
	var b strings.Builder
	inWord := false
	for _, r := range s {
		switch {
		case !cased(r):
			b.WriteRune(r)
		case inWord:
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteString(titleRune(string(r)))
		}
		inWord = cased(r)
	}
	return b.String()
}

func swapcase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

func strip(name string, left, right bool) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.count(name, 0, 1); err != nil {
			return nil, err
		}
		in := isSpace
		if len(c.Args) > 0 && c.Args[0] != nil {
			set, ok := asString(c.Args[0])
			if !ok {
				return nil, typeErrorf("%s arg must be None or str", name)
			}
			in = func(r rune) bool { return strings.ContainsRune(set, r) }
		}
		if left {
			s = strings.TrimLeftFunc(s, in)
		}
		if right {
			s = strings.TrimRightFunc(s, in)
		}
		return s, nil
	}
}

func split(name string, fromRight bool) textFunc {
	return func(c *Call, s string) (Value, error) {
		a, err := c.Bind(name, 0, "sep", "maxsplit")
		if err != nil {
			return nil, err
		}
		most, err := toInt(a.Or(1, -1))
		if err != nil {
			return nil, err
		}
		if a.Value(0) == nil {
			return texts(splitSpace(s, most, fromRight)), nil
		}
		sep, ok := asString(a.Value(0))
		if !ok {
			return nil, typeErrorf("must be str or None, not %s", TypeName(a.Value(0)))
		}
		if sep == "" {
			return nil, valueErrorf("empty separator")
		}
		return texts(splitText(s, sep, most, fromRight)), nil
	}
}

func texts(parts []string) *List {
	l := &List{Items: make([]Value, len(parts))}
	for i, p := range parts {
		l.Items[i] = p
	}
	return l
}

func splitText(s, sep string, most int, fromRight bool) []string {
	switch {
	case most < 0:
		return strings.Split(s, sep)
	case !fromRight:
		return strings.SplitN(s, sep, most+1)
	}
	var parts []string
	for ; most > 0; most-- {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		parts = append(parts, s[i+len(sep):])
		s = s[:i]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return parts
}

func splitSpace(s string, most int, fromRight bool) []string {
	if most < 0 {
		return strings.FieldsFunc(s, isSpace)
	}
	var parts []string
	if fromRight {
		s = strings.TrimRightFunc(s, isSpace)
		for ; most > 0 && s != ""; most-- {
			i := strings.LastIndexFunc(s, isSpace)
			if i < 0 {
				break
			}
			_, n := utf8.DecodeRuneInString(s[i:])
			parts = append(parts, s[i+n:])
			s = strings.TrimRightFunc(s[:i], isSpace)
		}
		if s != "" {
			parts = append(parts, s)
		}
		slices.Reverse(parts)
		return parts
	}
	s = strings.TrimLeftFunc(s, isSpace)
	for ; most > 0 && s != ""; most-- {
		i := strings.IndexFunc(s, isSpace)
		if i < 0 {
			break
		}
		parts = append(parts, s[:i])
		s = strings.TrimLeftFunc(s[i:], isSpace)
	}
	if s != "" {
		parts = append(parts, s)
	}
	return parts
}

func splitLinesMethod(c *Call, s string) (Value, error) {
	a, err := c.Bind("splitlines", 0, "keepends")
	if err != nil {
		return nil, err
	}
	if _, err := toInt(a.Or(0, false)); err != nil {
		return nil, err
	}
	return texts(splitLines(s, Truth(a.Value(0)))), nil
}

// splitLines splits at every line boundary that Python knows.
func splitLines(s string, keep bool) []string {
	var lines []string
	for start := 0; start < len(s); {
		i := strings.IndexFunc(s[start:], lineEnd)
		if i < 0 {
			return append(lines, s[start:])
		}
		i += start
		_, n := utf8.DecodeRuneInString(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			n = 2
		}
		end := i
		if keep {
			end = i + n
		}
		lines = append(lines, s[start:end])
		start = i + n
	}
	return lines
}

func lineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

func joinMethod(c *Call, sep string) (Value, error) {
	if err := c.count("str.join", 1, 1); err != nil {
		return nil, err
	}
	if !iterable(c.Args[0]) {
		return nil, typeErrorf("can only join an iterable")
	}
	items, err := c.State.items(c.Args[0])
	if err != nil {
		return nil, err
	}
	parts := make([]string, len(items))
	size := 0
	for i, item := range items {
		s, ok := asString(item)
		if !ok {
			return nil, typeErrorf("sequence item %d: expected str instance, %s found", i, TypeName(item))
		}
		parts[i] = s
		size += len(s) + len(sep)
	}
	if err := c.State.charge(size); err != nil {
		return nil, err
	}
	return strings.Join(parts, sep), nil
}

func replaceMethod(c *Call, s string) (Value, error) {
	if err := c.count("replace", 2, 3); err != nil {
		return nil, err
	}
	old, err := c.text("replace", 0)
	if err != nil {
		return nil, err
	}
	with, err := c.text("replace", 1)
	if err != nil {
		return nil, err
	}
	most := -1
	if len(c.Args) > 2 {
		if most, err = toInt(c.Args[2]); err != nil {
			return nil, err
		}
	}
	return c.State.replace(s, old, with, most)
}

// replace is str.replace, which counts its result before making it.
func (s *State) replace(text, old, with string, most int) (string, error) {
	n := strings.Count(text, old)
	if most >= 0 {
		n = min(n, most)
	}
	if err := s.charge(len(text) + n*max(len(with)-len(old), 0)); err != nil {
		return "", err
	}
	return strings.Replace(text, old, with, most), nil
}

// window resolves the start and end that find, count and the like take: the text between, and where it begins, in characters.
func (c *Call) window(s string, first int) (part string, offset int, ok bool, err error) {
	if len(c.Args) <= first {
		return s, 0, true, nil
	}
	var bounds [3]*int
	length := utf8.RuneCountInString(s)
	for i := first; i < len(c.Args) && i < first+2; i++ {
		if c.Args[i] == nil {
			continue
		}
		n, err := toIndex(c.Args[i])
		if err != nil {
			return "", 0, false, err
		}
		bounds[i-first] = &n
	}
	if bounds[0] != nil && *bounds[0] > length {
		return "", 0, false, nil
	}
	start, _, n := sliceBounds(length, bounds)
	if bounds[1] != nil && (*bounds[1] < start && *bounds[1] >= 0 || *bounds[1] < 0 && *bounds[1]+length < start) {
		return "", 0, false, nil
	}
	stop := start + n
	return sliceText(s, [3]*int{&start, &stop, nil}), start, true, nil
}

func affix(name string, has func(s, affix string) bool) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.count(name, 1, 3); err != nil {
			return nil, err
		}
		s, _, ok, err := c.window(s, 1)
		if err != nil {
			return nil, err
		}
		options := []Value{c.Args[0]}
		if t, isTuple := c.Args[0].(*Tuple); isTuple {
			options = t.Items
		} else if !isString(c.Args[0]) {
			return nil, typeErrorf("%s first arg must be str or a tuple of str, not %s", name, TypeName(c.Args[0]))
		}
		for _, o := range options {
			a, isText := asString(o)
			if !isText {
				return nil, typeErrorf("tuple for %s must only contain str, not %s", name, TypeName(o))
			}
			if ok && has(s, a) {
				return true, nil
			}
		}
		return false, nil
	}
}

func remove(name string, trim func(s, affix string) string) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.count("str."+name, 1, 1); err != nil {
			return nil, err
		}
		a, err := c.text(name, 0)
		return trim(s, a), err
	}
}

func find(name string, index func(s, part string) int, must bool) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.count(name, 1, 3); err != nil {
			return nil, err
		}
		part, ok := asString(c.Args[0])
		if !ok {
			return nil, typeErrorf("must be str, not %s", TypeName(c.Args[0]))
		}
		s, offset, ok, err := c.window(s, 1)
		if err != nil {
			return nil, err
		}
		i := -1
		if ok {
			i = index(s, part)
		}
		if i < 0 {
			if must {
				return nil, valueErrorf("substring not found")
			}
			return -1, nil
		}
		return offset + utf8.RuneCountInString(s[:i]), nil
	}
}

func countMethod(c *Call, s string) (Value, error) {
	if err := c.count("count", 1, 3); err != nil {
		return nil, err
	}
	part, ok := asString(c.Args[0])
	if !ok {
		return nil, typeErrorf("must be str, not %s", TypeName(c.Args[0]))
	}
	s, _, ok, err := c.window(s, 1)
	if err != nil || !ok {
		return 0, err
	}
	return strings.Count(s, part), nil
}

func partition(name string, index func(s, sep string) int) textFunc {
	return func(c *Call, s string) (Value, error) {
		if err := c.count("str."+name, 1, 1); err != nil {
			return nil, err
		}
		sep, ok := asString(c.Args[0])
		if !ok {
			return nil, typeErrorf("must be str, not %s", TypeName(c.Args[0]))
		}
		if sep == "" {
			return nil, valueErrorf("empty separator")
		}
		switch i := index(s, sep); {
		case i >= 0:
			return NewTuple(s[:i], sep, s[i+len(sep):]), nil
		case name == "rpartition":
			return NewTuple("", "", s), nil
		}
		return NewTuple(s, "", ""), nil
	}
}

// padding reads a width and a fill character, and returns how many are missing.
func (c *Call) padding(name, s string) (int, string, error) {
	if err := c.count(name, 1, 2); err != nil {
		return 0, "", err
	}
	width, err := toInt(c.Args[0])
	if err != nil {
		return 0, "", err
	}
	fill := " "
	if len(c.Args) > 1 {
		var ok bool
		if fill, ok = asString(c.Args[1]); !ok {
			return 0, "", typeErrorf("The fill character must be a unicode character, not %s", TypeName(c.Args[1]))
		}
		if utf8.RuneCountInString(fill) != 1 {
			return 0, "", typeErrorf("The fill character must be exactly one character long")
		}
	}
	return max(width-utf8.RuneCountInString(s), 0), fill, nil
}

func pad(name string, left func(n int) int) textFunc {
	return func(c *Call, s string) (Value, error) {
		n, fill, err := c.padding(name, s)
		if err != nil {
			return nil, err
		}
		return c.State.padded(s, fill, left(n), n-left(n))
	}
}

func (s *State) padded(text, fill string, left, right int) (Value, error) {
	before, err := s.repeatText(fill, left)
	if err != nil {
		return nil, err
	}
	after, err := s.repeatText(fill, right)
	if err != nil {
		return nil, err
	}
	return before + text + after, nil
}

func center(c *Call, s string) (Value, error) {
	n, fill, err := c.padding("center", s)
	if err != nil {
		return nil, err
	}
	width, _ := toInt(c.Args[0])
	left := n/2 + n&width&1
	return c.State.padded(s, fill, left, n-left)
}

func zfill(c *Call, s string) (Value, error) {
	if err := c.count("str.zfill", 1, 1); err != nil {
		return nil, err
	}
	n, _, err := c.padding("zfill", s)
	if err != nil {
		return nil, err
	}
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	zeros, err := c.State.repeatText("0", n)
	return sign + zeros + s, err
}

func expandTabs(c *Call, s string) (Value, error) {
	a, err := c.Bind("expandtabs", 0, "tabsize")
	if err != nil {
		return nil, err
	}
	size, err := toInt(a.Or(0, 8))
	if err != nil {
		return nil, err
	}
	if size > 0 {
		if err := c.State.charge(len(s) + strings.Count(s, "\t")*min(size, c.State.output)); err != nil {
			return nil, err
		}
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		switch {
		case r == '\t':
			if size > 0 {
				n := size - column%size
				b.WriteString(strings.Repeat(" ", n))
				column += n
			}
			continue
		case r == '\n' || r == '\r':
			column = -1
		}
		b.WriteRune(r)
		column++
	}
	return b.String(), nil
}

func predicate(name string) func(string) bool {
	every := func(f func(r rune) bool) func(string) bool {
		return func(s string) bool { return s != "" && strings.IndexFunc(s, func(r rune) bool { return !f(r) }) < 0 }
	}
	switch name {
	case "isalpha":
		return every(unicode.IsLetter)
	case "isalnum":
		return every(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	case "isdigit":
		return every(func(r rune) bool {
			return unicode.IsDigit(r) || strings.ContainsRune("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", r)
		})
	case "isdecimal":
		return every(unicode.IsDigit)
	case "isnumeric":
		return every(unicode.IsNumber)
	case "isspace":
		return every(isSpace)
	case "isascii":
		return ascii
	case "isprintable":
		return func(s string) bool { return s == "" || every(printable)(s) }
	case "isidentifier":
		return identifier
	case "isupper":
		return isUpper
	case "islower":
		return isLower
	case "istitle":
		return isTitle
	}
	return nil
}

func identifier(s string) bool {
	for i, r := range s {
		if !wordRune(r) || i == 0 && r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) {
			return false
		}
	}
	return s != ""
}

func isUpper(s string) bool {
	found := false
	for _, r := range s {
		if unicode.IsLower(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || unicode.IsUpper(r)
	}
	return found
}

func isLower(s string) bool {
	found := false
	for _, r := range s {
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return false
		}
		found = found || unicode.IsLower(r)
	}
	return found
}

func isTitle(s string) bool {
	found, inWord := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if inWord {
				return false
			}
			found, inWord = true, true
		case unicode.IsLower(r):
			if !inWord {
				return false
			}
			found = true
		default:
			inWord = false
		}
	}
	return found
}

func encode(c *Call, s string) (Value, error) {
	if _, err := c.Bind("encode", 0, "encoding", "errors"); err != nil {
		return nil, err
	}
	return bytesValue(s), nil
}

// bytesValue is Python's bytes, as far as str.encode needs it.
type bytesValue string

func (bytesValue) typeName() string { return "bytes" }

// Len implements Sized.
func (b bytesValue) Len() int { return len(b) }

func (b bytesValue) print(p *printer, _ int) {
	out := p.b
	quote := byte('\'')
	if strings.Contains(string(b), "'") && !strings.Contains(string(b), `"`) {
		quote = '"'
	}
	out = append(out, 'b', quote)
	for i := range len(b) {
		switch c := b[i]; {
		case c == quote || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < ' ' || c >= 0x7f:
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	p.b = append(out, quote)
}

func makeTranslation(c *Call, _ string) (Value, error) {
	if err := c.count("maketrans", 1, 3); err != nil {
		return nil, err
	}
	table := NewDict()
	if len(c.Args) == 1 {
		d, ok := c.Args[0].(*Dict)
		if !ok {
			return nil, typeErrorf("if you give only one argument to maketrans it must be a dict")
		}
		for k, v := range d.All() {
			if s, ok := asString(k); ok {
				if utf8.RuneCountInString(s) != 1 {
					return nil, valueErrorf("string keys in translate table must be of length 1")
				}
				r, _ := utf8.DecodeRuneInString(s)
				k = int(r)
			}
			if err := table.Set(k, v); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	var args [3][]rune
	for i := range c.Args {
		s, err := c.text("maketrans", i)
		if err != nil {
			return nil, err
		}
		args[i] = []rune(s)
	}
	if len(args[0]) != len(args[1]) {
		return nil, valueErrorf("the first two maketrans arguments must have equal length")
	}
	for i, r := range args[0] {
		table.set(int(r), int(r), int(args[1][i]))
	}
	for _, r := range args[2] {
		table.set(int(r), int(r), nil)
	}
	return table, nil
}

func translate(c *Call, s string) (Value, error) {
	if err := c.count("str.translate", 1, 1); err != nil {
		return nil, err
	}
	table, ok := c.Args[0].(*Dict)
	if !ok {
		return nil, typeErrorf("'%s' object is not subscriptable", TypeName(c.Args[0]))
	}
	var b strings.Builder
	for _, r := range s {
		v, ok := table.Get(int(r))
		if !ok {
			b.WriteRune(r)
			continue
		}
		if text, ok := asString(v); ok {
			if err := c.State.charge(len(text)); err != nil {
				return nil, err
			}
			b.WriteString(text)
		} else if i, ok := toSmallInt(v); ok && i >= 0 && i <= utf8.MaxRune {
			b.WriteRune(rune(i))
		} else if v != nil {
			return nil, typeErrorf("character mapping must return integer, None or str")
		}
		if b.Len() > c.State.output {
			return nil, c.State.tooLarge()
		}
	}
	return b.String(), nil
}

func formatMap(c *Call, s string) (Value, error) {
	if err := c.count("str.format_map", 1, 1); err != nil {
		return nil, err
	}
	d, err := c.State.mapping(c.Args[0])
	if err != nil {
		return nil, err
	}
	return c.State.format(s, nil, d)
}
