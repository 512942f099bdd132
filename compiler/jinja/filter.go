package jinja

import (
	"html"
	"math/rand/v2"
	"strings"
	"unicode/utf8"
)

func unescapeHTML(s string) string { return html.UnescapeString(s) }

// filterNames are all filters, for hints.
func filterNames() []string {
	return strings.Fields(`abs as_bool as_native as_number as_text attr batch capitalize center count d default dictsort e escape
		filesizeformat first float forceescape format groupby indent int is_list items join last length list lower map max min pprint random
		reject rejectattr replace reverse round safe select selectattr slice sort string striptags sum title tojson trim truncate unique
		upper urlencode urlize wordcount wordwrap xmlattr`)
}

// builtinFilter is the filter of that name, or nil. The value is Args[0] of its call.
func builtinFilter(name string) nativeFunc {
	if f := textFilter(name); f != nil {
		return f
	}
	if f := sequenceFilter(name); f != nil {
		return f
	}
	switch name {
	case "abs":
		return filterAbs
	case "as_bool", "as_native", "as_number", "as_text":
		return marker(name[3:])
	case "attr":
		return filterAttr
	case "default", "d":
		return filterDefault
	case "filesizeformat":
		return filterFileSize
	case "float":
		return filterFloat
	case "int":
		return filterInt
	case "is_list":
		return func(c *Call) (Value, error) { _, ok := c.Args[0].(*List); return ok, nil }
	case "pprint":
		return filterPprint
	case "round":
		return filterRound
	case "tojson":
		return filterToJSON
	case "xmlattr":
		return filterXMLAttr
	}
	return nil
}

// textFilter are the filters that make text of their value.
func textFilter(name string) nativeFunc {
	switch name {
	case "capitalize":
		return onText(name, capitalize)
	case "lower":
		return onText(name, lower)
	case "title":
		return htmlFilter("do_title", func(s string, _ bool) Value { return filterTitle(s) })
	case "upper":
		return onText(name, upper)
	case "center":
		return filterCenter
	case "escape", "e":
		return htmlFilter("escape", func(s string, markup bool) Value {
			if markup {
				return Markup(s)
			}
			return Markup(escapeHTML(s))
		})
	case "forceescape":
		return htmlFilter("do_forceescape", func(s string, _ bool) Value { return Markup(escapeHTML(s)) })
	case "format":
		return filterFormat
	case "indent":
		return filterIndent
	case "replace":
		return filterReplace
	case "safe":
		return htmlFilter("do_mark_safe", func(s string, _ bool) Value { return Markup(s) })
	case "string":
		return filterString
	case "striptags":
		return htmlFilter("do_striptags", func(s string, _ bool) Value { return stripTags(s) })
	case "trim":
		return filterTrim
	case "truncate":
		return filterTruncate
	case "urlencode":
		return filterURLEncode
	case "urlize":
		return filterURLize
	case "wordcount":
		return filterWordCount
	case "wordwrap":
		return filterWordWrap
	}
	return nil
}

// onlyValue complains about any argument besides the value.
func (c *Call) onlyValue(function string) error {
	_, err := c.Bind(function, 1, "value")
	return err
}

// softText is the value as text, and whether that is markup.
func (c *Call) softText(v Value) (text string, markup bool, err error) {
	if text, err = c.State.str(v); err == nil {
		err = c.State.charge(len(text))
	}
	_, markup = v.(Markup)
	return text, markup, err
}

// retext is text of the same kind as the value it was made of.
func retext(s string, markup bool) Value {
	if markup {
		return Markup(s)
	}
	return s
}

func htmlFilter(name string, f func(s string, markup bool) Value) nativeFunc {
	return func(c *Call) (Value, error) {
		if err := c.onlyValue(name); err != nil {
			return nil, err
		}
		s, markup, err := c.softText(c.Args[0])
		if err != nil {
			return nil, err
		}
		return f(s, markup), nil
	}
}

func onText(name string, f func(string) string) nativeFunc {
	return func(c *Call) (Value, error) {
		if err := c.onlyValue("do_" + name); err != nil {
			return nil, err
		}
		s, markup, err := c.softText(c.Args[0])
		if err != nil {
			return nil, err
		}
		return retext(f(s), markup), nil
	}
}

// filterTitle capitalizes the parts between spaces, hyphens and opening brackets.
func filterTitle(s string) string {
	var b strings.Builder
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return isSpace(r) || strings.ContainsRune("-({[<", r) })
		switch {
		case end < 0:
			end = len(s)
		case end == 0:
			_, end = utf8.DecodeRuneInString(s)
			b.WriteString(s[:end])
			s = s[end:]
			continue
		}
		_, n := utf8.DecodeRuneInString(s)
		b.WriteString(upper(s[:n]) + lower(s[n:end]))
		s = s[end:]
	}
	return b.String()
}

func filterCenter(c *Call) (Value, error) {
	a, err := c.Bind("do_center", 1, "value", "width")
	if err != nil {
		return nil, err
	}
	s, markup, err := c.softText(a.Value(0))
	if err != nil {
		return nil, err
	}
	c = &Call{State: c.State, Args: []Value{a.Or(1, 80)}}
	v, err := center(c, s)
	if err != nil {
		return nil, err
	}
	return retext(v.(string), markup), nil
}

func filterFormat(c *Call) (Value, error) {
	if len(c.Args) > 1 && c.Kwargs.Len() > 0 {
		return nil, failf("FilterArgumentError", "can't handle positional and keyword arguments at the same time")
	}
	v := c.Args[0]
	if !isString(v) {
		text, err := c.State.str(v)
		if err != nil {
			return nil, err
		}
		v = text
	}
	if c.Kwargs.Len() > 0 {
		return c.State.percentFormat(v, c.Kwargs)
	}
	return c.State.percentFormat(v, &Tuple{Items: c.Args[1:]})
}

func filterIndent(c *Call) (Value, error) {
	a, err := c.Bind("do_indent", 1, "s", "width", "first", "blank")
	if err != nil {
		return nil, err
	}
	s, ok := asString(a.Value(0))
	if !ok {
		if u, isUndefined := a.Value(0).(*Undefined); isUndefined {
			return nil, undefinedError(u)
		}
		return nil, typeErrorf("unsupported operand type(s) for +=: '%s' and 'str'", TypeName(a.Value(0)))
	}
	width := a.Or(1, 4)
	indention, isText := asString(width)
	if !isText {
		n, err := toInt(width)
		if err != nil {
			return nil, err
		}
		if indention, err = c.State.repeatText(" ", max(n, 0)); err != nil {
			return nil, err
		}
	}
	lines := splitLines(s+"\n", false)
	if err := c.State.charge(len(s) + len(lines)*len(indention)); err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		if i == 0 && Truth(a.Value(2)) || i > 0 && (line != "" || Truth(a.Value(3))) {
			b.WriteString(indention)
		}
		b.WriteString(line)
	}
	_, markup := a.Value(0).(Markup)
	return retext(b.String(), markup), nil
}

func filterReplace(c *Call) (Value, error) {
	a, err := c.Bind("do_replace", 3, "s", "old", "new", "count")
	if err != nil {
		return nil, err
	}
	most := -1
	if a.Value(3) != nil {
		if most, err = toInt(a.Value(3)); err != nil {
			return nil, err
		}
	}
	var texts [3]string
	for i := range texts {
		if texts[i], err = c.State.str(a.Value(i)); err != nil {
			return nil, err
		}
	}
	return c.State.replace(texts[0], texts[1], texts[2], most)
}

func filterString(c *Call) (Value, error) {
	if err := c.onlyValue("soft_str"); err != nil {
		return nil, err
	}
	if isString(c.Args[0]) {
		return c.Args[0], nil
	}
	text, _, err := c.softText(c.Args[0])
	if err != nil {
		return nil, err
	}
	return text, nil
}

func filterTrim(c *Call) (Value, error) {
	a, err := c.Bind("do_trim", 1, "value", "chars")
	if err != nil {
		return nil, err
	}
	s, markup, err := c.softText(a.Value(0))
	if err != nil {
		return nil, err
	}
	v, err := strip("strip", true, true)(&Call{State: c.State, Args: []Value{a.Value(1)}}, s)
	if err != nil {
		return nil, err
	}
	return retext(v.(string), markup), nil
}

func filterTruncate(c *Call) (Value, error) {
	a, err := c.Bind("do_truncate", 1, "s", "length", "killwords", "end", "leeway")
	if err != nil {
		return nil, err
	}
	length, err := toInt(a.Or(1, 255))
	if err != nil {
		return nil, err
	}
	end := Str(a.Or(3, "..."))
	leeway := 5
	if a.Value(4) != nil {
		if leeway, err = toInt(a.Value(4)); err != nil {
			return nil, err
		}
	}
	n := utf8.RuneCountInString(end)
	if length < n {
		return nil, failf("AssertionError", "expected length >= %d, got %d", n, length)
	}
	if leeway < 0 {
		return nil, failf("AssertionError", "expected leeway >= 0, got %d", leeway)
	}
	size, ok := sizeOf(a.Value(0))
	if !ok {
		return nil, noLength(a.Value(0))
	}
	if size <= length+leeway {
		return a.Value(0), nil
	}
	s, ok := asString(a.Value(0))
	if !ok {
		return nil, typeErrorf("unsupported operand type(s) for +: '%s' and 'str'", TypeName(a.Value(0)))
	}
	keep := length - n
	cut := sliceText(s, [3]*int{nil, &keep, nil})
	if !Truth(a.Value(2)) {
		if i := strings.LastIndexByte(cut, ' '); i >= 0 {
			cut = cut[:i]
		}
	}
	return cut + end, nil
}

func noLength(v Value) error {
	return typeErrorf("object of type '%s' has no len()", TypeName(v))
}

func filterWordCount(c *Call) (Value, error) {
	if err := c.onlyValue("do_wordcount"); err != nil {
		return nil, err
	}
	s, _, err := c.softText(c.Args[0])
	return len(strings.FieldsFunc(s, func(r rune) bool { return !wordRune(r) })), err
}

func filterAbs(c *Call) (Value, error) {
	if err := c.onlyValue("abs"); err != nil {
		return nil, err
	}
	v := c.Args[0]
	if u, ok := v.(*Undefined); ok {
		return nil, undefinedError(u)
	}
	if o, ok := v.(Operand); ok {
		if less, err := c.State.order(v, 0, "<"); err == nil && less < 0 {
			r, _, err := o.Operate("-", 0, true)
			return r, err
		}
		return v, nil
	}
	if f, ok := v.(float64); ok {
		if f < 0 {
			f = -f
		}
		return f, nil
	}
	i := toBig(v)
	if i == nil {
		return nil, typeErrorf("bad operand type for abs(): '%s'", TypeName(v))
	}
	if i.Sign() < 0 {
		return sign("-", v)
	}
	return normalize(i), nil
}

func filterAttr(c *Call) (Value, error) {
	a, err := c.Bind("do_attr", 2, "obj", "name")
	if err != nil {
		return nil, err
	}
	name, ok := asString(a.Value(1))
	if !ok {
		return nil, typeErrorf("attribute name must be string, not '%s'", TypeName(a.Value(1)))
	}
	v, ok, err := c.State.ownAttribute(a.Value(0), name)
	if err != nil || ok {
		return v, err
	}
	if u, ok := a.Value(0).(*Undefined); ok {
		return nil, undefinedError(u)
	}
	return missing(a.Value(0), name), nil
}

func filterDefault(c *Call) (Value, error) {
	a, err := c.Bind("do_default", 1, "value", "default_value", "boolean")
	if err != nil {
		return nil, err
	}
	v := a.Value(0)
	if _, ok := v.(*Undefined); ok || Truth(a.Value(2)) && !Truth(v) {
		return a.Or(1, ""), nil
	}
	return v, nil
}

func filterXMLAttr(c *Call) (Value, error) {
	a, err := c.Bind("do_xmlattr", 1, "d", "autospace")
	if err != nil {
		return nil, err
	}
	d, err := c.State.mapping(a.Value(0))
	if err != nil {
		return nil, failf("AttributeError", "'%s' object has no attribute 'items'", TypeName(a.Value(0)))
	}
	var b strings.Builder
	for k, v := range d.All() {
		if _, ok := v.(*Undefined); ok || v == nil {
			continue
		}
		key, ok := asString(k)
		if !ok {
			return nil, typeErrorf("expected string or bytes-like object, got '%s'", TypeName(k))
		}
		if strings.ContainsAny(key, " \t\n\r\f\v/>=") {
			return nil, valueErrorf("Invalid character in attribute name: %s", Repr(key))
		}
		if b.Len() > 0 || Truth(a.Or(1, true)) {
			b.WriteByte(' ')
		}
		b.WriteString(string(escapeValue(k)) + `="` + string(escapeValue(v)) + `"`)
	}
	return b.String(), c.State.charge(b.Len())
}

// randomItem picks an item by chance; a rendering that uses it cannot be repeated.
func randomItem(c *Call) (Value, error) {
	if err := c.onlyValue("do_random"); err != nil {
		return nil, err
	}
	items, err := c.State.items(c.Args[0])
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return &Undefined{Name: "random", Hint: "No random item, sequence was empty."}, nil
	}
	return items[rand.IntN(len(items))], nil
}
