package sql

import (
	"math"
	"unicode"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
)

// maxText is the longest text that is read: offsets are 32 bits wide, and no query of a person's is near it.
const maxText = min(64<<20, math.MaxInt32)

// lexer cuts a text into tokens. The last token is always eof.
type lexer struct {
	text     string
	pos      int
	grammar  *grammar
	tokens   []token
	comments []Comment
	problems []Problem
}

// lex cuts the text.
func lex(text string, g *grammar) *lexer {
	l := &lexer{text: text, grammar: g, tokens: make([]token, 0, len(text)/5+8)}
	if len(text) > maxText {
		l.problems = append(l.problems, Problem{Span{0, 1}, TooComplex, "the text is too long to be read", ""})
		l.text = ""
	}
	for l.next() {
	}
	end := int32(len(l.text))
	l.tokens = append(l.tokens, token{start: end, end: end})
	return l
}

// problem notes what is wrong with the text from start to where the lexer is.
func (l *lexer) problem(start int, code diag.Code, message, hint string) {
	l.problems = append(l.problems, Problem{Span{int32(start), int32(l.pos)}, code, message, hint})
}

// char is the byte at pos+n, 0 past the end.
func (l *lexer) char(n int) byte {
	if l.pos+n < len(l.text) {
		return l.text[l.pos+n]
	}
	return 0
}

// emit adds the token from start to where the lexer is.
func (l *lexer) emit(start int, k kind) {
	l.tokens = append(l.tokens, token{start: int32(start), end: int32(l.pos), kind: k})
}

// next reads white space, a comment or a token; it tells whether there is more.
func (l *lexer) next() bool {
	for l.pos < len(l.text) && classes[l.text[l.pos]]&space != 0 {
		l.pos++
	}
	if l.pos >= len(l.text) {
		return false
	}
	start := l.pos
	c := l.text[start]
	switch class := classes[c]; {
	case class&letter != 0:
		l.wordOrPrefix(start)
	case class&digit != 0, c == '.' && classes[l.char(1)]&digit != 0:
		l.number(start)
	case c == '\'':
		l.str(start, l.grammar.has(dialect.BackslashEscapes))
	case c == '"':
		l.quoted(start, '"')
	case c == '-' && l.char(1) == '-', c == '/' && l.char(1) == '/' && l.grammar.has(dialect.SlashComments):
		l.lineComment(start)
	case c == '/' && l.char(1) == '*':
		l.blockComment(start)
	case c >= utf8.RuneSelf:
		l.unicode(start)
	default:
		l.symbol(start, c)
	}
	return true
}

// lineComment reads a comment up to the end of the line.
func (l *lexer) lineComment(start int) {
	for l.pos < len(l.text) && l.text[l.pos] != '\n' && l.text[l.pos] != '\r' {
		l.pos++
	}
	l.comments = append(l.comments, Comment{Span{int32(start), int32(l.pos)}})
}

// blockComment reads /* … */, which may nest.
func (l *lexer) blockComment(start int) {
	depth, nest := 0, l.grammar.has(dialect.NestedComments)
	for l.pos < len(l.text) {
		switch {
		case l.text[l.pos] == '/' && l.char(1) == '*' && (depth == 0 || nest):
			depth++
			l.pos += 2
		case l.text[l.pos] == '*' && l.char(1) == '/':
			depth--
			l.pos += 2
		default:
			l.pos++
		}
		if depth == 0 {
			break
		}
	}
	if depth > 0 {
		l.problem(start, UnterminatedText, "the comment is never closed", `close it with "*/"`)
	}
	l.comments = append(l.comments, Comment{Span{int32(start), int32(l.pos)}})
}

// unicode reads what begins with a character outside of ASCII: white space or a name.
func (l *lexer) unicode(start int) {
	r, size := utf8.DecodeRuneInString(l.text[start:])
	if unicode.IsSpace(r) || r == '\ufeff' || unicode.Is(unicode.Cf, r) {
		l.pos += size
		return
	}
	l.word(start)
}

// wordOrPrefix reads a name, or a string or a quoted name with a letter before it.
func (l *lexer) wordOrPrefix(start int) {
	switch l.text[start] {
	case 'e', 'E':
		if l.char(1) == '\'' {
			l.pos++
			l.str(start, true)
			return
		}
	case 'b', 'B', 'x', 'X', 'n', 'N':
		if l.char(1) == '\'' {
			l.pos++
			l.str(start, false)
			return
		}
	case 'u', 'U':
		if l.char(1) == '&' && (l.char(2) == '\'' || l.char(2) == '"') {
			l.pos += 2
			if l.text[l.pos] == '"' {
				l.quoted(start, '"')
			} else {
				l.str(start, false)
			}
			return
		}
	}
	l.word(start)
}

// word reads a name without quotes.
func (l *lexer) word(start int) {
	hash := uint32(0)
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		if classes[c]&(letter|digit|dollar) == 0 && c < utf8.RuneSelf {
			break
		}
		if c >= utf8.RuneSelf {
			if r, _ := utf8.DecodeRuneInString(l.text[l.pos:]); unicode.IsSpace(r) {
				break
			}
		}
		hash = step(hash, c)
		l.pos++
	}
	l.tokens = append(l.tokens, token{int32(start), int32(l.pos), word, findKeyword(l.text[start:l.pos], hash)})
}

// number reads 1, 1_000, 1.5, .5, 1e10, 0x1F, 0b1, 0o7.
func (l *lexer) number(start int) {
	if l.text[start] == '0' {
		switch l.char(1) {
		case 'x', 'X', 'b', 'B', 'o', 'O':
			if classes[l.char(2)]&(digit|letter) != 0 {
				l.pos += 2
				for l.pos < len(l.text) && classes[l.text[l.pos]]&(digit|letter) != 0 {
					l.pos++
				}
				l.emit(start, number)
				return
			}
		}
	}
	l.digits()
	if l.char(0) == '.' && l.char(1) != '.' {
		l.pos++
		l.digits()
	}
	if c := l.char(0); c == 'e' || c == 'E' {
		n := 1
		if s := l.char(1); s == '+' || s == '-' {
			n = 2
		}
		if classes[l.char(n)]&digit != 0 {
			l.pos += n
			l.digits()
		}
	}
	l.emit(start, number)
}

func (l *lexer) digits() {
	for l.pos < len(l.text) && (classes[l.text[l.pos]]&digit != 0 || l.text[l.pos] == '_' && classes[l.char(1)]&digit != 0) {
		l.pos++
	}
}

// str reads a string from its quote on.
func (l *lexer) str(start int, escapes bool) {
	l.pos++
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '\\' && escapes:
			l.pos += 2
		case c == '\'' && l.char(1) == '\'':
			l.pos += 2
		case c == '\'':
			l.pos++
			l.emit(start, str)
			return
		default:
			l.pos++
		}
	}
	l.pos = len(l.text)
	l.unterminated(start, "the string is never closed")
	l.emit(start, str)
}

// quoted reads a quoted name from its quote on.
func (l *lexer) quoted(start int, quote byte) {
	l.pos++
	for l.pos < len(l.text) {
		if l.text[l.pos] == quote {
			l.pos++
			if l.char(0) != quote {
				l.emit(start, quoted)
				return
			}
		}
		l.pos++
	}
	l.pos = len(l.text)
	l.unterminated(start, "the quoted name is never closed")
	l.emit(start, quoted)
}

// unterminated notes a string or a name without an end. The problem stands at its beginning, not over the rest of the text.
func (l *lexer) unterminated(start int, message string) {
	l.problems = append(l.problems, Problem{Span{int32(start), int32(start + 1)}, UnterminatedText, message, "close it, or double a quote that is inside it"})
}
