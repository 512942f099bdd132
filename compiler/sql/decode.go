package sql

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/dialect"
)

// unquote is the name in a quoted token.
func (p *parser) unquote(t token) string {
	text := p.slice(t)
	unicodeEscapes := text[0] != '"'
	if unicodeEscapes { // U&"…"
		text = text[2:]
	}
	name := strings.TrimSuffix(text[1:], `"`)
	if len(text) > 1 && strings.HasSuffix(text, `"`) && strings.Contains(name, `"`) {
		name = strings.ReplaceAll(name, `""`, `"`)
	}
	if unicodeEscapes {
		name = decodeUnicode(name, '\\')
	}
	return name
}

// prefixed takes the letters before a string off, and the quotes.
func inner(text string) (prefix byte, body string) {
	if text[0] == '$' {
		tag := text[:strings.IndexByte(text[1:], '$')+2]
		return '$', strings.TrimSuffix(text[len(tag):], tag)
	}
	if text[0] != '\'' {
		prefix = lower(text[0])
		text = text[strings.IndexByte(text, '\''):]
	}
	if len(text) > 1 {
		return prefix, strings.TrimSuffix(text[1:], "'")
	}
	return prefix, ""
}

// decode is the value of a string token.
func (p *parser) decode(t token) string {
	prefix, body := inner(p.slice(t))
	switch prefix {
	case '$':
		return body
	case 'e':
		return decodeEscapes(body)
	case 0:
		if p.grammar.has(dialect.BackslashEscapes) {
			return decodeEscapes(body)
		}
	}
	if strings.Contains(body, "''") {
		body = strings.ReplaceAll(body, "''", "'")
	}
	return body
}

// decodeEscapes replaces backslash sequences and doubled quotes.
func decodeEscapes(s string) string {
	if !strings.ContainsAny(s, `\'`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\'':
			i++ // the second of two
			b.WriteByte('\'')
		case c != '\\' || i+1 == len(s):
			b.WriteByte(c)
		default:
			i++
			i += decodeEscape(&b, s[i:]) - 1
		}
	}
	return b.String()
}

// decodeEscape writes what the sequence after a backslash stands for, and returns its length.
func decodeEscape(b *strings.Builder, s string) int {
	simple := map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', 'v': '\v'}
	c := s[0]
	if r, ok := simple[c]; ok {
		b.WriteByte(r)
		return 1
	}
	digits, base := 0, 16
	from := 1
	switch {
	case c == 'x':
		digits = 2
	case c == 'u':
		digits = 4
	case c == 'U':
		digits = 8
	case '0' <= c && c <= '7':
		digits, base, from = 3, 8, 0
	default:
		_, size := utf8.DecodeRuneInString(s)
		b.WriteString(s[:size])
		return size
	}
	n := from
	for n < len(s) && n-from < digits {
		if _, err := strconv.ParseUint(s[n:n+1], base, 8); err != nil {
			break
		}
		n++
	}
	value, err := strconv.ParseUint(s[from:n], base, 32)
	if err != nil {
		b.WriteByte(c)
		return 1
	}
	if digits <= 3 && value < 256 {
		b.WriteByte(byte(value))
	} else {
		b.WriteRune(rune(value))
	}
	return n
}

// decodeUnicode replaces \0061 and \+000061.
func decodeUnicode(s string, escape byte) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != escape {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == escape {
			b.WriteByte(escape)
			i++
			continue
		}
		from, n := i+1, 4
		if from < len(s) && s[from] == '+' {
			from, n = from+1, 6
		}
		if from+n > len(s) {
			b.WriteByte(s[i])
			continue
		}
		value, err := strconv.ParseUint(s[from:from+n], 16, 32)
		if err != nil {
			b.WriteByte(s[i])
			continue
		}
		b.WriteRune(rune(value))
		i = from + n - 1
	}
	return b.String()
}
