package python

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/diag"
)

// kind is the kind of a token.
type kind int

const (
	end kind = iota
	name
	number
	text
	mark // an operator or a bracket
)

// token is a piece of a program; white space and comments are none.
type token struct {
	kind       kind
	start, end int
	text       string
	format     bool    // of a text: an f-string, which is no literal
	inside     []token // of an f-string: what stands in its braces
}

func (t token) is(s string) bool {
	return t.kind == mark && t.text == s || t.kind == name && t.text == s
}

// scanner reads the tokens of a part of a source. It does not check the program: Python does that.
type scanner struct {
	src      *diag.Source
	problems *diag.List
	at, end  int
}

func (s *scanner) tokens() []token {
	var out []token
	for {
		s.skip()
		if s.at >= s.end {
			return out
		}
		out = append(out, s.next())
	}
}

func (s *scanner) rest() string { return s.src.Text[s.at:s.end] }

// skip goes past white space, comments and joined lines.
func (s *scanner) skip() {
	for s.at < s.end {
		switch c := s.src.Text[s.at]; {
		case c == '#':
			line := strings.IndexByte(s.rest(), '\n')
			if line < 0 {
				line = s.end - s.at
			}
			s.at += line
		case c == '\\', c <= ' ':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) next() token {
	start := s.at
	t := token{kind: mark, start: start}
	word := wordIn(s.rest())
	switch c := s.src.Text[start]; {
	case isQuote(s.rest()[len(word):]) && isPrefix(word):
		s.at += len(word)
		return s.quoted(start, strings.ToLower(word))
	case c >= '0' && c <= '9' || c == '.' && s.at+1 < s.end && isDigit(s.src.Text[s.at+1]):
		t.kind = number
		s.at += numberIn(s.rest())
	case word != "":
		t.kind = name
		s.at += len(word)
	default:
		s.at += markIn(s.rest())
	}
	t.end = s.at
	t.text = s.src.Text[start:s.at]
	return t
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isQuote(s string) bool { return s != "" && (s[0] == '\'' || s[0] == '"') }

// isPrefix tells whether a word may stand before a quote: "rb", "F" and so on.
func isPrefix(word string) bool {
	return len(word) <= 2 && strings.Trim(strings.ToLower(word), "rbuft") == ""
}

func wordIn(s string) string {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return s[:i]
		}
	}
	return s
}

// numberIn is the length of the number at the start of s.
func numberIn(s string) int {
	i := 0
	for i < len(s) {
		signed := (s[i] == '+' || s[i] == '-') && i > 0 && s[i-1]|0x20 == 'e' && !strings.HasPrefix(strings.ToLower(s), "0x")
		if !signed && s[i] != '.' && s[i] != '_' && !isDigit(s[i]) && (s[i]|0x20 < 'a' || s[i]|0x20 > 'z') {
			break
		}
		i++
	}
	return i
}

// markIn is the length of the operator at the start of s. Only those matter that could be taken for an equals sign.
func markIn(s string) int {
	if len(s) > 1 && s[1] == '=' && strings.IndexByte("=!<>:+-*/%&|^@", s[0]) >= 0 {
		return 2
	}
	if strings.HasPrefix(s, "**") {
		return 2
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// quoted reads a text whose prefix has been read.
func (s *scanner) quoted(start int, prefix string) token {
	t := token{kind: text, start: start, format: strings.ContainsAny(prefix, "ft")}
	quote := s.rest()[:1]
	if strings.HasPrefix(s.rest(), quote+quote+quote) {
		quote += quote + quote
	}
	s.at += len(quote)
	inside := s.at
	for s.at < s.end && !strings.HasPrefix(s.rest(), quote) {
		switch c := s.src.Text[s.at]; {
		case c == '\\':
			s.at = min(s.at+2, s.end)
		case c == '\n' && len(quote) == 1:
			return s.unclosed(t, inside)
		case t.format && c == '{' && strings.HasPrefix(s.rest(), "{{"):
			s.at += 2
		case t.format && c == '{':
			t.inside = append(t.inside, s.braces()...)
		default:
			s.at++
		}
	}
	if s.at >= s.end {
		return s.unclosed(t, inside)
	}
	t.text = s.src.Text[inside:s.at]
	if !strings.Contains(prefix, "r") {
		t.text = unescaped(t.text)
	}
	s.at += len(quote)
	t.end = s.at
	return t
}

func (s *scanner) unclosed(t token, inside int) token {
	s.problems.Errorf(diag.Span{Source: s.src, Start: t.start, End: inside}, Invalid, "this text is not closed").Hint = "close it with the same quote"
	t.text, t.end = s.src.Text[inside:s.at], s.at
	return t
}

// braces reads the expression in the braces of an f-string.
func (s *scanner) braces() []token {
	s.at++
	var out []token
	for depth := 1; ; {
		s.skip()
		if s.at >= s.end {
			return out
		}
		t := s.next()
		switch {
		case t.is("{"):
			depth++
		case t.is("}"):
			if depth--; depth == 0 {
				return out
			}
		}
		out = append(out, t)
	}
}
