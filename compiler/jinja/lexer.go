package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/diag"
)

// kind is the kind of a token. Those of operators are the operators themselves.
type kind string

const (
	endToken    kind = "end of template"
	dataToken   kind = "template data / text"
	printBegin  kind = "begin of print statement"
	printEnd    kind = "end of print statement"
	tagBegin    kind = "begin of statement block"
	tagEnd      kind = "end of statement block"
	nameToken   kind = "name"
	stringToken kind = "string"
	intToken    kind = "integer"
	floatToken  kind = "float"
)

type token struct {
	kind       kind
	text       string // of a name; the value of a string; the text of data
	value      Value  // of a literal
	start, end int
}

// is tells whether the token is that name.
func (t token) is(word string) bool { return t.kind == nameToken && t.text == word }

// describe names the token in messages, as Jinja2 does.
func (t token) describe() string {
	switch t.kind {
	case nameToken:
		return t.text
	default:
		return string(t.kind)
	}
}

// syntaxError is where and why a template cannot be parsed; it leaves the lexer and the parser as a panic.
type syntaxError struct {
	start, end int
	message    string
	hint       string
	related    []diag.Note
}

// lexer cuts a template into tokens. Line endings and whitespace control are resolved here.
type lexer struct {
	text   string
	limit  int // end of the text that counts: without the last line ending
	tokens []token
	open   []byte // brackets that wait to be closed, in a tag
	places []int  // where they are
}

// lex cuts text[start:end] into tokens.
func lex(text string, start, end int) []token {
	l := &lexer{text: text[:end], limit: end, tokens: make([]token, 0, 16+(end-start)/32)}
	l.root(start)
	l.tokens = append(l.tokens, token{kind: endToken, start: l.limit, end: l.limit})
	return l.tokens
}

// trimLastNewline is the length of text without one line ending at its end.
func trimLastNewline(text string) int {
	n := len(text)
	switch {
	case strings.HasSuffix(text, "\r\n"):
		return n - 2
	case strings.HasSuffix(text, "\n"), strings.HasSuffix(text, "\r"):
		return n - 1
	}
	return n
}

func (l *lexer) fail(start, end int, message, hint string) {
	panic(&syntaxError{start: start, end: max(end, start), message: message, hint: hint})
}

// root lexes text with tags in it.
func (l *lexer) root(at int) {
	for at < l.limit {
		i := strings.IndexByte(l.text[at:l.limit], '{')
		for i >= 0 && (at+i+1 >= l.limit || !strings.ContainsRune("{%#", rune(l.text[at+i+1]))) {
			next := strings.IndexByte(l.text[at+i+1:l.limit], '{')
			if next < 0 {
				i = -1
				break
			}
			i += 1 + next
		}
		if i < 0 {
			l.data(at, l.limit)
			return
		}
		at = l.tag(at, at+i)
	}
}

// tag lexes the tag, print statement or comment that starts at open, after the text from at on, and returns where it ends.
func (l *lexer) tag(at, open int) int {
	body, sign := open+2, byte(0)
	if body < l.limit && (l.text[body] == '-' || l.text[body] == '+') {
		sign = l.text[body]
		body++
	}
	end := open
	if sign == '-' {
		end = at + len(strings.TrimRightFunc(l.text[at:open], isSpace))
	}
	l.data(at, end)
	switch l.text[open+1] {
	case '#':
		return l.comment(open, body)
	case '{':
		l.tokens = append(l.tokens, token{kind: printBegin, start: open, end: body})
		return l.inside(body, open, "}}", printEnd)
	}
	if _, after, ok := l.bareTag(open, "raw"); ok {
		return l.verbatim(open, after, "raw")
	}
	l.tokens = append(l.tokens, token{kind: tagBegin, start: open, end: body})
	first := len(l.tokens)
	after := l.inside(body, open, "%}", tagEnd)
	if first < len(l.tokens) && l.tokens[first].is("docs") {
		return l.verbatim(open, after, "docs")
	}
	return after
}

// data emits text, with its line endings made into \n.
func (l *lexer) data(start, end int) {
	for start < end {
		i := strings.IndexByte(l.text[start:end], '\r')
		if i < 0 {
			l.tokens = append(l.tokens, token{kind: dataToken, text: l.text[start:end], start: start, end: end})
			return
		}
		if i > 0 {
			l.tokens = append(l.tokens, token{kind: dataToken, text: l.text[start : start+i], start: start, end: start + i})
		}
		start += i
		next := start + 1
		if next < end && l.text[next] == '\n' {
			next++
		}
		l.tokens = append(l.tokens, token{kind: dataToken, text: "\n", start: start, end: next})
		start = next
	}
}

func (l *lexer) comment(open, body int) int {
	i := strings.Index(l.text[body:l.limit], "#}")
	if i < 0 {
		l.fail(open, body, "Missing end of comment tag", "close the comment with #}")
	}
	after := body + i + 2
	if i > 0 && l.text[body+i-1] == '-' {
		after = l.skipSpace(after)
	}
	return after
}

// bareTag matches a tag of one word at open, and returns where its sign of whitespace control is and where it ends.
func (l *lexer) bareTag(open int, word string) (sign byte, after int, ok bool) {
	i := open + 2
	if i < l.limit && (l.text[i] == '-' || l.text[i] == '+') {
		sign = l.text[i]
		i++
	}
	i = l.skipSpace(i)
	if !strings.HasPrefix(l.text[i:l.limit], word) {
		return 0, 0, false
	}
	i = l.skipSpace(i + len(word))
	switch rest := l.text[i:l.limit]; {
	case strings.HasPrefix(rest, "-%}"):
		return sign, l.skipSpace(i + 3), true
	case strings.HasPrefix(rest, "+%}") && word != "raw":
		return sign, i + 3, true
	case strings.HasPrefix(rest, "%}"):
		return sign, i + 2, true
	}
	return 0, 0, false
}

// verbatim emits everything up to the tag that ends the block as data, and for docs that tag too.
func (l *lexer) verbatim(open, at int, word string) int {
	for i := at; ; i += 2 {
		next := strings.Index(l.text[i:l.limit], "{%")
		if next < 0 {
			if word == "raw" {
				l.fail(open, at, "Missing end of raw directive", "did you forget {% endraw %}?")
			}
			l.fail(open, at, "Unexpected end of template. Jinja was looking for the following tags: 'enddocs'.", "did you forget {% enddocs %}?")
		}
		i += next
		sign, after, ok := l.bareTag(i, "end"+word)
		if !ok {
			continue
		}
		end := i
		if sign == '-' {
			end = at + len(strings.TrimRightFunc(l.text[at:i], isSpace))
		}
		l.data(at, end)
		if word != "raw" {
			l.tokens = append(l.tokens, token{kind: tagBegin, start: i, end: i + 2},
				token{kind: nameToken, text: "end" + word, start: i + 2, end: after - 2}, token{kind: tagEnd, start: after - 2, end: after})
		}
		return after
	}
}

func (l *lexer) skipSpace(i int) int {
	for i < l.limit {
		r, n := utf8.DecodeRuneInString(l.text[i:l.limit])
		if !isSpace(r) {
			break
		}
		i += n
	}
	return i
}

// isSpace is Python's str.isspace of one character.
func isSpace(r rune) bool {
	if r < utf8.RuneSelf {
		return r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f
	}
	return r == 0x85 || r == 0xa0 || unicode.Is(unicode.Z, r) && r != 0x200b
}

// inside lexes the tokens of a tag up to its closing delimiter, and returns where that ends.
func (l *lexer) inside(at, open int, closing string, end kind) int {
	l.open, l.places = l.open[:0], l.places[:0]
	for {
		at = l.skipSpace(at)
		if at >= l.limit {
			return l.limit
		}
		if len(l.open) == 0 {
			rest := l.text[at:l.limit]
			switch {
			case strings.HasPrefix(rest, closing):
				l.tokens = append(l.tokens, token{kind: end, start: at, end: at + 2})
				return at + 2
			case rest[0] == '-' && strings.HasPrefix(rest[1:], closing):
				l.tokens = append(l.tokens, token{kind: end, start: at, end: at + 3})
				return l.skipSpace(at + 3)
			case end == tagEnd && rest[0] == '+' && strings.HasPrefix(rest[1:], closing):
				l.tokens = append(l.tokens, token{kind: end, start: at, end: at + 3})
				return at + 3
			}
		}
		at = l.token(at)
	}
}

func (l *lexer) token(at int) int {
	c := l.text[at]
	switch {
	case c >= '0' && c <= '9':
		return l.number(at)
	case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf:
		return l.name(at)
	case c == '"' || c == '\'':
		return l.string(at)
	}
	return l.operator(at)
}

func wordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r)
}

func (l *lexer) name(at int) int {
	i := at
	for i < l.limit {
		c := l.text[i]
		if c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(l.text[i:l.limit])
		if !wordRune(r) {
			if i == at {
				l.fail(at, at+n, "unexpected char "+Repr(string(r))+" at "+strconv.Itoa(at), "")
			}
			break
		}
		i += n
	}
	if r, _ := utf8.DecodeRuneInString(l.text[at:i]); r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) {
		l.fail(at, i, "Invalid character in identifier", "")
	}
	l.tokens = append(l.tokens, token{kind: nameToken, text: l.text[at:i], start: at, end: i})
	return i
}

// digits skips digits with single underscores between them.
func (l *lexer) digits(i int, ok func(c byte) bool) int {
	for i < l.limit && (ok(l.text[i]) || l.text[i] == '_' && i+1 < l.limit && ok(l.text[i+1])) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) number(at int) int {
	if end := l.float(at); end > at {
		f, _ := strconv.ParseFloat(strings.ReplaceAll(l.text[at:end], "_", ""), 64)
		l.tokens = append(l.tokens, token{kind: floatToken, value: f, start: at, end: end})
		return end
	}
	end, base := l.integer(at)
	digits := strings.ReplaceAll(l.text[at:end], "_", "")
	if base != 10 {
		digits = digits[2:]
	}
	if len(digits) > maxDigits {
		l.fail(at, end, "Exceeds the limit (4300 digits) for integer string conversion", "")
	}
	i, _ := new(big.Int).SetString(digits, base)
	l.tokens = append(l.tokens, token{kind: intToken, value: normalize(i), start: at, end: end})
	return end
}

// maxDigits is Python's limit for conversions between int and decimal text.
const maxDigits = 4300

// float is the end of the float at at; at itself if there is none.
func (l *lexer) float(at int) int {
	if at > 0 && l.text[at-1] == '.' {
		return at
	}
	i := l.digits(at, isDigit)
	end := at
	if i+1 < l.limit && l.text[i] == '.' && isDigit(l.text[i+1]) {
		i = l.digits(i+1, isDigit)
		end = i
	}
	if i < l.limit && (l.text[i] == 'e' || l.text[i] == 'E') {
		j := i + 1
		if j < l.limit && (l.text[j] == '+' || l.text[j] == '-') {
			j++
		}
		if j < l.limit && isDigit(l.text[j]) {
			end = l.digits(j, isDigit)
		}
	}
	return end
}

func (l *lexer) integer(at int) (end, base int) {
	if l.text[at] == '0' && at+1 < l.limit {
		base, ok := 0, isDigit
		switch l.text[at+1] {
		case 'x', 'X':
			base, ok = 16, func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
		case 'o', 'O':
			base, ok = 8, func(c byte) bool { return c >= '0' && c <= '7' }
		case 'b', 'B':
			base, ok = 2, func(c byte) bool { return c == '0' || c == '1' }
		}
		if base != 0 {
			if end := l.digits(at+2, ok); end > at+2 {
				return end, base
			}
			return at + 1, 10
		}
		return l.digits(at+1, func(c byte) bool { return c == '0' }), 10
	}
	return l.digits(at, isDigit), 10
}

func (l *lexer) operator(at int) int {
	n := 1
	if at+1 < l.limit {
		switch l.text[at : at+2] {
		case "//", "**", "==", "!=", ">=", "<=":
			n = 2
		}
	}
	op := l.text[at : at+n]
	if n == 1 && !strings.Contains("+-/*%~[](){}><=.:|,;", op) {
		l.fail(at, at+n, "unexpected char "+Repr(op)+" at "+strconv.Itoa(at), "")
	}
	switch op {
	case "(":
		l.open, l.places = append(l.open, ')'), append(l.places, at)
	case "[":
		l.open, l.places = append(l.open, ']'), append(l.places, at)
	case "{":
		l.open, l.places = append(l.open, '}'), append(l.places, at)
	case ")", "]", "}":
		l.shut(op, at)
	}
	l.tokens = append(l.tokens, token{kind: kind(op), start: at, end: at + n})
	return at + n
}

func (l *lexer) shut(op string, at int) {
	n := len(l.open) - 1
	if n < 0 {
		l.fail(at, at+1, "unexpected '"+op+"'", "")
	}
	if want := string(l.open[n]); want != op {
		l.fail(at, at+1, "unexpected '"+op+"', expected '"+want+"'", "close the "+quoted(l.text[l.places[n]:l.places[n]+1])+" first")
	}
	l.open, l.places = l.open[:n], l.places[:n]
}

func quoted(s string) string { return `"` + s + `"` }
