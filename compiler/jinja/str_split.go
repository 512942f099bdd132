package jinja

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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
