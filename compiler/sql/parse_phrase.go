package sql

import "github.com/modsql/mod/compiler/dialect"

// phrase is a run of keywords among the arguments of a call, and what follows it.
type phrase struct {
	words   []keyword
	follows follows
}

// follows says what stands after a phrase.
type follows uint8

const (
	nothing follows = iota
	value           // an expression
	operand         // an expression that binds more than comparisons
	typeName
	aliasOrType // a name, in XMLFOREST, or a type
)

// phrases are what may follow an argument without a comma, longer ones first where one begins another.
var phrases = []phrase{
	{[]keyword{kwFrom}, value},
	{[]keyword{kwFor}, value},
	{[]keyword{kwPlacing}, value},
	{[]keyword{kwIn}, value},
	{[]keyword{kwSimilar}, operand},
	{[]keyword{kwEscape}, operand},
	{[]keyword{kwUsing}, value},
	{[]keyword{kwValue}, value},
	{[]keyword{kwAs}, aliasOrType},
	{[]keyword{kwTo}, value},
	{[]keyword{kwNull, kwOn, kwNull}, nothing},
	{[]keyword{kwAbsent, kwOn, kwNull}, nothing},
	{[]keyword{kwNull, kwOn, kwEmpty}, nothing},
	{[]keyword{kwNull, kwOn, kwError}, nothing},
	{[]keyword{kwError, kwOn, kwEmpty}, nothing},
	{[]keyword{kwError, kwOn, kwError}, nothing},
	{[]keyword{kwTrue, kwOn, kwError}, nothing},
	{[]keyword{kwFalse, kwOn, kwError}, nothing},
	{[]keyword{kwUnknown, kwOn, kwError}, nothing},
	{[]keyword{kwEmpty, kwArray, kwOn, kwEmpty}, nothing},
	{[]keyword{kwEmpty, kwArray, kwOn, kwError}, nothing},
	{[]keyword{kwEmpty, kwObject, kwOn, kwEmpty}, nothing},
	{[]keyword{kwEmpty, kwObject, kwOn, kwError}, nothing},
	{[]keyword{kwEmpty, kwOn, kwEmpty}, nothing},
	{[]keyword{kwEmpty, kwOn, kwError}, nothing},
	{[]keyword{kwDefault}, value},
	{[]keyword{kwOn, kwEmpty}, nothing},
	{[]keyword{kwOn, kwError}, nothing},
	{[]keyword{kwOn, kwOverflow, kwError}, nothing},
	{[]keyword{kwOn, kwOverflow, kwTruncate, kwWith, kwCount}, nothing},
	{[]keyword{kwOn, kwOverflow, kwTruncate, kwWithout, kwCount}, nothing},
	{[]keyword{kwOn, kwOverflow, kwTruncate}, value},
	{[]keyword{kwWith, kwCount}, nothing},
	{[]keyword{kwWithout, kwCount}, nothing},
	{[]keyword{kwReturning}, typeName},
	{[]keyword{kwFormat, kwJSON, kwEncoding}, value},
	{[]keyword{kwFormat, kwJSON}, nothing},
	{[]keyword{kwEncoding}, value},
	{[]keyword{kwPassing, kwBy, kwRef}, value},
	{[]keyword{kwPassing, kwBy, kwValue}, value},
	{[]keyword{kwPassing}, value},
	{[]keyword{kwBy, kwRef}, nothing},
	{[]keyword{kwBy, kwValue}, nothing},
	{[]keyword{kwWithout, kwArray, kwWrapper}, nothing},
	{[]keyword{kwWithout, kwWrapper}, nothing},
	{[]keyword{kwWith, kwConditional, kwArray, kwWrapper}, nothing},
	{[]keyword{kwWith, kwUnconditional, kwArray, kwWrapper}, nothing},
	{[]keyword{kwWith, kwConditional, kwWrapper}, nothing},
	{[]keyword{kwWith, kwUnconditional, kwWrapper}, nothing},
	{[]keyword{kwWith, kwArray, kwWrapper}, nothing},
	{[]keyword{kwWith, kwWrapper}, nothing},
	{[]keyword{kwKeep, kwQuotes, kwOn, kwScalar, kwString}, nothing},
	{[]keyword{kwOmit, kwQuotes, kwOn, kwScalar, kwString}, nothing},
	{[]keyword{kwKeep, kwQuotes}, nothing},
	{[]keyword{kwOmit, kwQuotes}, nothing},
	{[]keyword{kwWith, kwUnique, kwKeys}, nothing},
	{[]keyword{kwWithout, kwUnique, kwKeys}, nothing},
	{[]keyword{kwWith, kwUnique}, nothing},
	{[]keyword{kwWithout, kwUnique}, nothing},
	{[]keyword{kwPreserve, kwWhitespace}, nothing},
	{[]keyword{kwStrip, kwWhitespace}, nothing},
	{[]keyword{kwNo, kwIndent}, nothing},
	{[]keyword{kwMetrics}, value}, // of SEMANTIC_VIEW
	{[]keyword{kwDimensions}, value},
	{[]keyword{kwFacts}, value},
	{[]keyword{kwWhere}, value},
	{[]keyword{kwIndent}, nothing},
}

// leading are the phrases that may stand before an argument.
var leading = []phrase{
	{[]keyword{kwBoth}, value},
	{[]keyword{kwLeading}, value},
	{[]keyword{kwTrailing}, value},
	{[]keyword{kwFrom}, value},
	{[]keyword{kwName}, value},
	{[]keyword{kwDocument}, value},
	{[]keyword{kwContent}, value},
	{[]keyword{kwVersion, kwNo, kwValue}, nothing},
	{[]keyword{kwVersion}, value},
	{[]keyword{kwStandalone, kwNo, kwValue}, nothing},
	{[]keyword{kwStandalone, kwYes}, nothing},
	{[]keyword{kwStandalone, kwNo}, nothing},
	{[]keyword{kwKey}, value},
	{[]keyword{kwDefault}, value},
	{[]keyword{kwNull, kwOn, kwNull}, nothing},
	{[]keyword{kwAbsent, kwOn, kwNull}, nothing},
	{[]keyword{kwReturning}, typeName},
}

// colonPhrase is the colon of JSON_OBJECT('a': 1).
var colonPhrase = phrase{nil, value}

// phrase finds the phrase that the current token begins after an argument, or nil.
func (p *parser) phrase() *phrase {
	if p.tok.kind == colon && !p.grammar.has(dialect.ColonPaths) {
		return &colonPhrase
	}
	return p.find(phrases)
}

// leadingPhrase finds the phrase that the current token begins before an argument, or nil.
func (p *parser) leadingPhrase() *phrase {
	f := p.find(leading)
	if f == nil || f.follows == nothing || len(f.words) > 1 {
		return f
	}
	switch next := p.peek(1); next.kind { // "name" and its like may be columns
	case word:
		if p.wordEndsName(next.keyword) {
			return nil
		}
		return f
	case str, number, quoted, lparen:
		if p.tok.keyword == kwKey && next.kind == lparen {
			return nil
		}
		return f
	case dot, rparen, comma:
		return nil
	}
	if p.grammar.is(p.tok.keyword, reserved) {
		return f
	}
	return nil
}

// wordEndsName tells whether a word after a name shows that the name is a column: an operator, or a clause.
func (p *parser) wordEndsName(k keyword) bool {
	switch k {
	case kwFrom:
		return !p.grammar.is(p.tok.keyword, reserved) && p.tok.keyword != kwBoth && p.tok.keyword != kwLeading && p.tok.keyword != kwTrailing
	case kwAnd, kwOr, kwIs, kwIn, kwLike, kwIlike, kwBetween, kwOrder, kwAs, kwNot, kwValue, kwFor:
		return true
	}
	return false
}

func (p *parser) find(among []phrase) *phrase {
	if p.tok.kind != word || p.tok.keyword == notKeyword {
		return nil
	}
next:
	for i := range among {
		f := &among[i]
		for n, k := range f.words {
			if p.peek(n).keyword != k {
				continue next
			}
		}
		return f
	}
	return nil
}

// take takes those keywords, and gives them with spaces between.
func (p *parser) take(words []keyword) string {
	out := keywords[words[0]]
	for _, k := range words[1:] {
		out += " " + keywords[k]
	}
	for range words {
		p.next()
	}
	return out
}

// keywordArg reads a phrase and what follows it.
func (p *parser) keywordArg(f *phrase, comma bool) Expr {
	start := p.tok.start
	out := &KeywordArg{Word: ":", Comma: comma}
	if f.words == nil {
		p.next()
	} else {
		out.Word = p.take(f.words)
	}
	switch f.follows {
	case value:
		if !p.at(kwFrom) { // trim(both from x)
			out.X = p.expr()
		}
	case operand:
		out.X = p.operators(byIn + 1)
	case typeName, aliasOrType:
		out.Type = p.typ()
	}
	out.Span = p.span(start)
	return out
}
