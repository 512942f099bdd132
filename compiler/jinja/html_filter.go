package jinja

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

func filterURLEncode(c *Call) (Value, error) {
	if err := c.onlyValue("do_urlencode"); err != nil {
		return nil, err
	}
	v := c.Args[0]
	if isString(v) || !iterable(v) {
		return quoteURL(Str(v), false), nil
	}
	var pairs []Value
	if d, err := c.State.mapping(v); err == nil {
		pairs = d.items()
	} else if pairs, err = c.State.items(v); err != nil {
		return nil, err
	}
	parts := make([]string, len(pairs))
	for i, pair := range pairs {
		kv, err := c.State.items(pair)
		if err != nil {
			return nil, typeErrorf("cannot unpack non-iterable %s object", TypeName(pair))
		}
		if len(kv) != 2 {
			return nil, valueErrorf("not enough values to unpack (expected 2, got %d)", len(kv))
		}
		parts[i] = quoteURL(Str(kv[0]), true) + "=" + quoteURL(Str(kv[1]), true)
	}
	text := strings.Join(parts, "&")
	return text, c.State.charge(len(text))
}

func quoteURL(s string, query bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || strings.IndexByte("_.-~", c) >= 0 || c == '/' && !query:
			b.WriteByte(c)
		case c == ' ' && query:
			b.WriteByte('+')
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

var (
	httpURL = regexp.MustCompile(`(?i)^((https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})|([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)|` +
		`(https?://)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\])))(:[\d]{1,5})?([/?#]\S*)?$`)
	emailAddress = regexp.MustCompile(`^\S+@\w[\w.-]*\.\w+$`)
	urlHead      = regexp.MustCompile(`^([(<]|&lt;)+`)
	urlTail      = regexp.MustCompile(`([)>.,\n]|&gt;)+$`)
	urlScheme    = regexp.MustCompile(`^([\w.+-]{2,}:(/){0,2})$`)
)

// linker makes links of the addresses in a text.
type linker struct {
	limit   int // characters of an address that are shown; negative for all
	attrs   string
	schemes []string
}

func filterURLize(c *Call) (Value, error) {
	a, err := c.Bind("do_urlize", 1, "value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes")
	if err != nil {
		return nil, err
	}
	l := linker{limit: -1}
	if a.Value(1) != nil {
		if l.limit, err = toInt(a.Value(1)); err != nil {
			return nil, err
		}
	}
	rel := []string{"noopener"}
	if a.Value(4) != nil {
		rel = append(rel, strings.Fields(Str(a.Value(4)))...)
	}
	if Truth(a.Value(2)) {
		rel = append(rel, "nofollow")
	}
	slices.Sort(rel)
	l.attrs = ` rel="` + escapeHTML(strings.Join(slices.Compact(rel), " ")) + `"`
	if target := a.Value(3); target != nil {
		l.attrs += ` target="` + string(escapeValue(target)) + `"`
	}
	if a.Value(5) != nil {
		items, err := c.State.items(a.Value(5))
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if !urlScheme.MatchString(Str(item)) {
				return nil, failf("FilterArgumentError", "%s is not a valid URI scheme prefix.", Repr(item))
			}
			l.schemes = append(l.schemes, Str(item))
		}
	}
	text := l.links(string(escapeValue(a.Value(0))))
	return text, c.State.charge(len(text))
}

func (l *linker) links(text string) string {
	var b strings.Builder
	for text != "" {
		n := strings.IndexFunc(text, isSpace)
		if n < 0 {
			n = len(text)
		}
		b.WriteString(l.word(text[:n]))
		text = text[n:]
		rest := strings.TrimLeftFunc(text, isSpace)
		b.WriteString(text[:len(text)-len(rest)])
		text = rest
	}
	return b.String()
}

func (l *linker) word(word string) string {
	head := urlHead.FindString(word)
	middle := word[len(head):]
	tail := urlTail.FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		open := strings.Count(middle, pair[0])
		if open <= strings.Count(middle, pair[1]) {
			continue
		}
		for range min(open, strings.Count(tail, pair[1])) {
			end := strings.Index(tail, pair[1]) + len(pair[1])
			middle, tail = middle+tail[:end], tail[end:]
		}
	}
	return head + l.link(middle) + tail
}

func (l *linker) link(s string) string {
	shown := s
	if l.limit >= 0 && utf8.RuneCountInString(s) > l.limit {
		shown = sliceText(s, [3]*int{nil, &l.limit, nil}) + "..."
	}
	switch {
	case httpURL.MatchString(s):
		href := s
		if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
			href = "https://" + s
		}
		return `<a href="` + href + `"` + l.attrs + `>` + shown + `</a>`
	case strings.HasPrefix(s, "mailto:") && emailAddress.MatchString(s[7:]):
		return `<a href="` + s + `">` + s[7:] + `</a>`
	case strings.Contains(s, "@") && !strings.HasPrefix(s, "www.") && !strings.HasPrefix(s, "@") && !strings.Contains(s, ":") && emailAddress.MatchString(s):
		return `<a href="mailto:` + s + `">` + s + `</a>`
	}
	for _, scheme := range l.schemes {
		if s != scheme && strings.HasPrefix(s, scheme) {
			return `<a href="` + s + `"` + l.attrs + `>` + s + `</a>`
		}
	}
	return s
}
