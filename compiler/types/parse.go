package types

import (
	"strconv"
	"strings"
)

// maxDepth bounds how deep types nest, so that hostile text cannot exhaust the stack.
const maxDepth = 64

// spelling reads a warehouse's types. Everything but the names is the same in all of them, so that also a neighbour's form is
// understood.
type spelling struct {
	// simple gives the type of a name in lower case ("character varying", "int4") with the numbers that stood behind it.
	simple func(name string, sizes []int) (Type, bool)
	// exact gives the type of a name in quotes or with a schema; nil if that is the same.
	exact func(name string) (Type, bool)
	// named makes a type of a name that is none of the warehouse's, as it was written.
	named func(name string) Type
}

// reader reads one type.
type reader struct {
	spelling
	text  string
	at    int
	depth int
}

// read reads a type that is the whole text; it is Unknown if that is not so.
func (s spelling) read(text string) Type {
	r := &reader{spelling: s, text: text}
	t, ok := r.readType()
	if r.space(); !ok || r.at < len(r.text) {
		return Type{}
	}
	return t
}

func (r *reader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// next skips blanks and the character c, if it comes next.
func (r *reader) next(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

// word reads a name: plain, quoted or with dots.
func (r *reader) word() (name string, quoted, ok bool) {
	r.space()
	start := r.at
	if start >= len(r.text) {
		return "", false, false
	}
	if q := r.text[start]; q == '"' || q == '`' {
		return r.quoted(q)
	}
	for r.at < len(r.text) && wordByte(r.text[r.at]) {
		r.at++
	}
	return r.text[start:r.at], false, r.at > start
}

func (r *reader) quoted(q byte) (string, bool, bool) {
	var b strings.Builder
	for i := r.at + 1; i < len(r.text); i++ {
		switch {
		case r.text[i] != q:
			b.WriteByte(r.text[i])
		case i+1 < len(r.text) && r.text[i+1] == q:
			b.WriteByte(q)
			i++
		default:
			r.at = i + 1
			return b.String(), true, true
		}
	}
	return "", false, false
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// continues tells whether a type's name may go on with that word.
func continues(word string) bool {
	switch strings.ToLower(word) {
	case "precision", "varying", "with", "without", "local", "time", "zone", "to", "year", "month", "day", "hour", "minute", "second", "character":
		return true
	}
	return false
}

// name reads all words of a type's name. A quoted word, or one with a schema, is a name of its own.
func (r *reader) name() (name string, special, ok bool) {
	name, special, ok = r.word()
	for ok && r.at < len(r.text) && r.text[r.at] == '.' {
		r.at++
		var part string
		part, _, ok = r.word()
		name, special = name+"."+part, true
	}
	if !special {
		name += r.more()
	}
	return name, special, ok
}

// more reads the words by which a name may go on, each with a blank before it.
func (r *reader) more() string {
	words := ""
	for {
		at := r.at
		word, quoted, ok := r.word()
		if !ok || quoted || !continues(word) {
			r.at = at
			return words
		}
		words += " " + word
	}
}

func (r *reader) readType() (Type, bool) {
	if r.depth++; r.depth > maxDepth {
		return Type{}, false
	}
	defer func() { r.depth-- }()
	name, special, ok := r.name()
	if !ok {
		return Type{}, false
	}
	t, ok := r.base(name, special)
	if !ok {
		return Type{}, false
	}
	return r.suffixes(t)
}

func (r *reader) base(name string, special bool) (Type, bool) {
	lower := strings.ToLower(name)
	if special {
		return r.special(name), true
	}
	if r.next('(') {
		switch lower {
		case "struct", "row", "object":
			return r.fields(Struct)
		case "union":
			return r.fields(Union)
		case "enum":
			return r.enum()
		case "map":
			return r.mapOf()
		case "array", "list":
			element, ok := r.readType()
			r.notNull()
			return ListOf(element), ok && r.next(')')
		case "vector":
			return r.vector()
		}
		return r.withSizes(name)
	}
	if t, ok := r.simple(lower, nil); ok {
		return t, true
	}
	return r.named(name), true
}

// special is the type of a name in quotes or with a schema.
func (r *reader) special(name string) Type {
	find := r.exact
	if find == nil {
		find = func(name string) (Type, bool) { return r.simple(strings.ToLower(name), nil) }
	}
	if t, ok := find(name); ok {
		return t
	}
	return r.named(name)
}

// withSizes reads the numbers in parentheses, and the words that may follow them: timestamp(3) with time zone.
func (r *reader) withSizes(name string) (Type, bool) {
	var sizes []int
	for {
		minus := r.next('-')
		word, _, ok := r.word()
		n, err := strconv.Atoi(word)
		if !ok || err != nil {
			return r.unread(name)
		}
		if minus {
			n = -n
		}
		sizes = append(sizes, n)
		if r.next(')') {
			break
		}
		if !r.next(',') {
			return Type{}, false
		}
	}
	name += r.more()
	if t, ok := r.simple(strings.ToLower(name), sizes); ok {
		return t, true
	}
	return r.named(name), true
}

// unread is a named type whose parentheses hold something that is not read here: geometry(Point, 4326).
func (r *reader) unread(name string) (Type, bool) {
	for open := 1; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '(':
			open++
		case ')':
			open--
		}
		if open == 0 {
			r.at++
			if t, ok := r.simple(strings.ToLower(name), nil); ok {
				return t, true
			}
			return r.named(name), true
		}
	}
	return Type{}, false
}

// fields reads "a INTEGER, b VARCHAR)", or types alone.
func (r *reader) fields(kind Kind) (Type, bool) {
	d := &details{}
	for !r.next(')') {
		if len(d.of) > 0 && !r.next(',') {
			return Type{}, false
		}
		name, t, ok := r.field()
		if !ok {
			return Type{}, false
		}
		d.names, d.of = append(d.names, name), append(d.of, t)
	}
	return Type{kind: kind, more: d}, true
}

func (r *reader) field() (string, Type, bool) {
	start := r.at
	name, _, ok := r.word()
	if !ok {
		return "", Type{}, false
	}
	r.space()
	if r.at < len(r.text) && (wordByte(r.text[r.at]) || r.text[r.at] == '"') {
		at := r.at
		if word, quoted, _ := r.word(); quoted || !continues(word) || r.isType(word) {
			r.at = at
			t, ok := r.readType()
			r.notNull()
			return name, t, ok
		}
	}
	r.at = start
	t, ok := r.readType()
	r.notNull()
	return "", t, ok
}

// isType tells whether a word by which a name may go on is a type too: "time" in (a time).
func (r *reader) isType(word string) bool {
	_, ok := r.simple(strings.ToLower(word), nil)
	return ok
}

// notNull skips the words by which some warehouses say that a part is never null.
func (r *reader) notNull() {
	at := r.at
	if word, _, _ := r.word(); strings.EqualFold(word, "not") {
		if word, _, _ = r.word(); strings.EqualFold(word, "null") {
			return
		}
	}
	r.at = at
}

func (r *reader) enum() (Type, bool) {
	var words []string
	for {
		r.space()
		if r.at >= len(r.text) || r.text[r.at] != '\'' {
			return Type{}, false
		}
		word, _, ok := r.quoted('\'')
		if !ok {
			return Type{}, false
		}
		words = append(words, word)
		if r.next(')') {
			return EnumOf(words...), true
		}
		if !r.next(',') {
			return Type{}, false
		}
	}
}

func (r *reader) mapOf() (Type, bool) {
	key, ok := r.readType()
	if !ok || !r.next(',') {
		return Type{}, false
	}
	value, ok := r.readType()
	r.notNull()
	return MapOf(key, value), ok && r.next(')')
}

func (r *reader) vector() (Type, bool) {
	element, ok := r.readType()
	if !ok || !r.next(',') {
		return Type{}, false
	}
	word, _, _ := r.word()
	n, err := strconv.Atoi(word)
	return Type{kind: Vector, sized: true, size: int32(n), more: &details{of: []Type{element}}}, err == nil && r.next(')')
}

// suffixes reads [] and [3] and ARRAY.
func (r *reader) suffixes(t Type) (Type, bool) {
	for depth := 0; depth < maxDepth; depth++ {
		if r.next('[') {
			word, _, ok := r.word()
			if !r.next(']') {
				return Type{}, false
			}
			switch n, err := strconv.Atoi(word); {
			case ok && err == nil:
				t = ArrayOf(t, n)
			case ok: // any number of them
				t = Type{kind: Array, more: &details{of: []Type{t}}}
			default:
				t = ListOf(t)
			}
			continue
		}
		at := r.at
		if word, quoted, _ := r.word(); !quoted && strings.EqualFold(word, "array") {
			r.space()
			if r.at >= len(r.text) || r.text[r.at] != '[' {
				t = ListOf(t)
			}
			continue
		}
		r.at = at
		return t, true
	}
	return Type{}, false
}
