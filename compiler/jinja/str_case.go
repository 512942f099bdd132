package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
