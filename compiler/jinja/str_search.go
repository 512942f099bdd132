package jinja

import (
	"strings"
	"unicode/utf8"
)

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
