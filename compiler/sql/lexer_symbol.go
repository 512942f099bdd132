package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// singles are the tokens of one character.
var singles = [128]kind{
	'(': lparen, ')': rparen, '[': lbracket, ']': rbracket, '{': lbrace, '}': rbrace, ',': comma, '.': dot, ';': semicolon,
}

// symbol reads punctuation, a placeholder or an operator.
func (l *lexer) symbol(start int, c byte) {
	if k := singles[c]; k != eof {
		l.pos++
		l.emit(start, k)
		return
	}
	switch {
	case c == ':':
		l.colon(start)
	case c == '$':
		l.dollar(start)
	case c == '?' && l.grammar.has(dialect.QuestionParams):
		l.pos++
		l.digits()
		l.emit(start, param)
	case c == '#' && l.grammar.has(dialect.HashColumns) && classes[l.char(1)]&digit != 0:
		l.pos++
		l.digits()
		l.emit(start, param)
	case c == '@' && l.grammar.has(dialect.Stages):
		l.stage(start)
	case classes[c]&operatorChar != 0:
		l.operator(start)
	default:
		l.pos++
		l.emit(start, bad)
	}
}

// colon reads ":", "::" or ":=".
func (l *lexer) colon(start int) {
	l.pos++
	switch l.char(0) {
	case ':':
		l.pos++
		l.emit(start, typecast)
	case '=':
		l.pos++
		l.emit(start, assign)
	default:
		l.emit(start, colon)
	}
}

// dollar reads $1, $name, or a string $$…$$ or $tag$…$tag$.
func (l *lexer) dollar(start int) {
	l.pos++
	for classes[l.char(0)]&(letter|digit) != 0 || l.char(0) >= 0x80 {
		l.pos++
	}
	if l.char(0) != '$' || l.pos > start+1 && classes[l.text[start+1]]&digit != 0 {
		if l.pos == start+1 {
			l.emit(start, bad)
			return
		}
		l.emit(start, param)
		return
	}
	l.pos++
	tag := l.text[start:l.pos]
	end := strings.Index(l.text[l.pos:], tag)
	if end < 0 {
		l.pos = len(l.text)
		l.unterminated(start, "the string is never closed")
	} else {
		l.pos += end + len(tag)
	}
	l.emit(start, str)
}

// stage reads @name/path.
func (l *lexer) stage(start int) {
	l.pos++
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		switch {
		case classes[c]&(letter|digit|dollar) != 0, c >= 0x80, c == '.', c == '/', c == '~', c == '%', c == '-', c == '=', c == ':', c == '*':
			l.pos++
		case c == '"':
			end := strings.IndexByte(l.text[l.pos+1:], '"')
			if end < 0 {
				l.emit(start, atName)
				return
			}
			l.pos += end + 2
		default:
			l.stageEnds(start)
			return
		}
	}
	l.stageEnds(start)
}

// stageEnds makes a token of what was read of a stage: without a name it is none.
func (l *lexer) stageEnds(start int) {
	if l.pos == start+1 {
		l.emit(start, bad)
		return
	}
	l.emit(start, atName)
}

// operators are the operators that the parser knows by kind.
func operatorKind(text string) kind {
	switch text {
	case "=", "==":
		return eq
	case "<>", "!=":
		return ne
	case "<":
		return lt
	case "<=":
		return le
	case ">":
		return gt
	case ">=":
		return ge
	case "+":
		return plus
	case "-":
		return minus
	case "*":
		return star
	case "/":
		return slash
	case "%":
		return percent
	case "^":
		return caret
	case "||":
		return concat
	case "->":
		return thin
	case "->>":
		return longThin
	case "=>":
		return arrow
	default:
		return op
	}
}

// operator reads the longest operator.
func (l *lexer) operator(start int) {
	run := l.pos
	for run < len(l.text) && classes[l.text[run]]&operatorChar != 0 {
		if next := run + 1; next < len(l.text) && run > start {
			two := l.text[run : run+2]
			if two == "--" || two == "/*" || two == "//" && l.grammar.has(dialect.SlashComments) {
				break
			}
		}
		if l.text[run] == '?' && l.grammar.has(dialect.QuestionParams) ||
			l.text[run] == '#' && l.grammar.has(dialect.HashColumns) && run+1 < len(l.text) && classes[l.text[run+1]]&digit != 0 {
			break
		}
		run++
	}
	text := l.text[start:run]
	if l.grammar.has(dialect.UserOperators) {
		text = trimSign(text)
	} else {
		text = longestOperator(text)
	}
	l.pos = start + len(text)
	l.emit(start, operatorKind(text))
}

// trimSign takes the signs off the end of an operator: in "a*-1" they belong to the number. Operators that hold one of the characters
// below keep them, https://www.postgresql.org/docs/current/sql-createoperator.html.
func trimSign(text string) string {
	for len(text) > 1 && (text[len(text)-1] == '+' || text[len(text)-1] == '-') && !strings.ContainsAny(text[:len(text)-1], "~!@#%^&|`?") {
		text = text[:len(text)-1]
	}
	return text
}

// longestOperator is the longest operator at the beginning of a run, in dialects that have but these.
func longestOperator(text string) string {
	for _, known := range [...]string{"->>", "<=>", "||/", "->", "=>", "<>", "!=", "<=", ">=", "==", "||", "//", "<<", ">>", "&&", "**", "!~"} {
		if strings.HasPrefix(text, known) {
			return known
		}
	}
	return text[:1]
}
