package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// string lexes a string literal with Python's escapes.
func (l *lexer) string(at int) int {
	quote := l.text[at]
	i := at + 1
	plain := true
	for ; i < l.limit && l.text[i] != quote; i++ {
		switch l.text[i] {
		case '\\':
			plain = false
			i++
		case '\r':
			plain = false
		}
	}
	if i >= l.limit {
		l.fail(at, at+1, "unexpected char "+Repr(string(quote))+" at "+strconv.Itoa(at), "close the string with "+string(quote))
	}
	text := l.text[at+1 : i]
	if !plain {
		text = l.unescape(text, at, i+1)
	}
	l.tokens = append(l.tokens, token{kind: stringToken, text: text, value: text, start: at, end: i + 1})
	return i + 1
}

func (l *lexer) unescape(s string, start, end int) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case '\n':
		case 'a', 'b', 'f', 'n', 'r', 't', 'v':
			b = append(b, "\a\b\f\n\r\t\v"[strings.IndexByte("abfnrtv", c)])
		case '\\', '\'', '"':
			b = append(b, c)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			j := i + 1
			for j < len(s) && j < i+3 && s[j] >= '0' && s[j] <= '7' {
				j++
			}
			n, _ := strconv.ParseUint(s[i:j], 8, 32)
			b = utf8.AppendRune(b, rune(n))
			i = j - 1
		case 'x', 'u', 'U':
			size := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			if i+1+size > len(s) {
				l.fail(start, end, "truncated \\"+string(c)+strings.Repeat("X", size)+" escape", "")
			}
			n, err := strconv.ParseUint(s[i+1:i+1+size], 16, 32)
			if err != nil {
				l.fail(start, end, "truncated \\"+string(c)+strings.Repeat("X", size)+" escape", "")
			}
			if n > utf8.MaxRune {
				l.fail(start, end, "illegal Unicode character", "")
			}
			b = utf8.AppendRune(b, rune(n))
			i += size
		case 'N':
			l.fail(start, end, `escapes by name are not supported`, `write the character itself, or its number as \uXXXX`)
		default:
			b = append(b, '\\', c)
		}
	}
	return string(b)
}
