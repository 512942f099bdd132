package jinja

import "strings"

func escapeHTML(s string) string {
	if !strings.ContainsAny(s, `&<>'"`) {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;").Replace(s)
}

// escapeValue is v as text that is safe in HTML.
func escapeValue(v Value) Markup {
	if m, ok := v.(Markup); ok {
		return m
	}
	return Markup(escapeHTML(Str(v)))
}

// markupMethod is the method of str whose arguments are made safe, and whose result is.
func markupMethod(name string) method {
	switch name {
	case "striptags":
		return func(_ *Call, self Value) (Value, error) { return stripTags(string(self.(Markup))), nil }
	case "unescape":
		return func(_ *Call, self Value) (Value, error) { return unescapeHTML(string(self.(Markup))), nil }
	case "format":
		return markupFormat
	case "join":
		return markupJoin
	}
	f := textMethod(name)
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) {
		switch name {
		case "replace", "ljust", "rjust", "center":
			if len(c.Args) > 1 {
				c.Args[1] = escapeValue(c.Args[1]) // the new text, or the fill
			}
		}
		v, err := f(c, string(self.(Markup)))
		return asMarkup(v), err
	}
}

func asMarkup(v Value) Value {
	switch v := v.(type) {
	case string:
		return Markup(v)
	case *List:
		for i, item := range v.Items {
			v.Items[i] = asMarkup(item)
		}
	case *Tuple:
		for i, item := range v.Items {
			v.Items[i] = asMarkup(item)
		}
	}
	return v
}

func markupFormat(c *Call, self Value) (Value, error) {
	b := &braceFormatter{state: c.State, args: c.Args, kwargs: c.Kwargs, markup: true}
	s, err := b.run(string(self.(Markup)), 2)
	return Markup(s), err
}

func markupJoin(c *Call, self Value) (Value, error) {
	if err := c.count("join", 1, 1); err != nil {
		return nil, err
	}
	items, err := c.State.items(c.Args[0])
	if err != nil {
		return nil, err
	}
	parts := &List{}
	for _, item := range items {
		parts.Append(string(escapeValue(item)))
	}
	c.Args[0] = parts
	v, err := joinMethod(c, string(self.(Markup)))
	return asMarkup(v), err
}

// stripTags removes tags and comments, and puts single spaces for whitespace.
func stripTags(s string) string {
	s = removeBetween(removeBetween(s, "<!--", "-->"), "<", ">")
	return unescapeHTML(strings.Join(strings.FieldsFunc(s, isSpace), " "))
}

// removeBetween removes everything from each open to the next shut.
func removeBetween(s, open, shut string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, open)
		if i < 0 {
			break
		}
		end := strings.Index(s[i:], shut)
		if end < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+end+len(shut):]
	}
	return b.String() + s
}
