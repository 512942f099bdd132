package sql

import "github.com/modsql/mod/compiler/dialect"

// kind is the kind of a token.
type kind uint8

// The kinds of tokens.
const (
	eof      kind = iota
	word          // a name without quotes, or a keyword
	quoted        // a quoted name
	str           // a string, with its prefix if it has one
	number        // a number
	param         // ?, $1, $name
	atName        // @name, with what follows it without a space: a stage
	lparen        // (
	rparen        // )
	lbracket      // [
	rbracket      // ]
	lbrace        // {
	rbrace        // }
	comma         // ,
	dot           // .
	colon         // :
	semicolon
	typecast // ::
	assign   // :=
	arrow    // =>
	eq       // = or ==
	ne       // <> or !=
	lt       // <
	le       // <=
	gt       // >
	ge       // >=
	plus     // +
	minus    // -
	star     // *
	slash    // /
	percent  // %
	caret    // ^
	concat   // ||
	thin     // ->
	longThin // ->>
	op       // any other operator
	bad      // a character that begins nothing
)

// token is a word of the text.
type token struct {
	start, end int32
	kind       kind
	keyword    keyword // of a word, if it is one
}

// Token is a word of a text, as [Tokens] gives it.
type Token struct {
	Span
	Kind TokenKind
}

// TokenKind sorts tokens for those who show SQL.
type TokenKind uint8

// The kinds of tokens.
const (
	NameToken    TokenKind = iota // also keywords that are not reserved
	KeywordToken                  // a reserved word
	QuotedToken                   // a quoted name
	StringToken
	NumberToken
	ParamToken
	SymbolToken // operators and punctuation
	CommentToken
)

// Tokens are the words and the comments of the text, in its order. Whatever the text is, the tokens do not overlap, and what is between
// them is white space.
func Tokens(text string, d *dialect.Dialect) []Token {
	l := lex(text, grammarOf(d))
	out := make([]Token, 0, len(l.tokens)+len(l.comments))
	next := 0
	for _, t := range l.tokens {
		for next < len(l.comments) && (t.kind == eof || l.comments[next].Start < t.start) {
			out = append(out, Token{l.comments[next].Span, CommentToken})
			next++
		}
		if t.kind != eof {
			out = append(out, Token{Span{t.start, t.end}, l.grammar.sort(t)})
		}
	}
	return out
}

// sort is the kind of the token for those outside.
func (g *grammar) sort(t token) TokenKind {
	switch t.kind {
	case word:
		if g.is(t.keyword, reserved|operator) {
			return KeywordToken
		}
		return NameToken
	case quoted:
		return QuotedToken
	case str:
		return StringToken
	case number:
		return NumberToken
	case param, atName:
		return ParamToken
	default:
		return SymbolToken
	}
}
