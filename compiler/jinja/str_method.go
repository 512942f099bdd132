package jinja

import (
	"strings"
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
