package jinja

import (
	"strconv"
	"strings"
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
