package jinja

import (
	"strings"
	"unicode/utf8"
)

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
