package jinja

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// The codes of what can be wrong with a template.
const (
	// CodeSyntax is a template that cannot be parsed.
	CodeSyntax diag.Code = "jinja-syntax"
	// CodeUnknownTag is a tag that does not exist, or that templates of SQL have no use for.
	CodeUnknownTag diag.Code = "jinja-unknown-tag"
	// CodeUnknownFilter is a filter or a test that does not exist.
	CodeUnknownFilter diag.Code = "jinja-unknown-filter"
)

// Env adds to the language. The zero value is the language as it is. An Env must not be changed once it is used.
type Env struct {
	Filters map[string]Func // Args[0] is the value that the filter is applied to
	Tests   map[string]Func // Args[0] is the value that is tested; the result counts by its truth
	// Loose is for files of which only the blocks count: a tag that does not exist is passed over outside of blocks, as dbt does
	// with what people write between macros.
	Loose bool
}

// Parse parses a template. Problems are diagnostics at their place; the template is nil if one of them is an error.
func Parse(src *diag.Source) (*Template, *diag.List) { return (&Env{}).Parse(src) }

// ParseExpression parses src as a single expression, without delimiters (`ref('a')`).
func ParseExpression(src *diag.Source) (*Expression, *diag.List) {
	return (&Env{}).ParseExpression(src)
}

// Parse is as the function of that name, with what the Env adds.
func (e *Env) Parse(src *diag.Source) (t *Template, problems *diag.List) {
	p := &parser{src: src, env: e}
	defer p.recover(func(l *diag.List) { t, problems = nil, l })
	p.tokens = lex(src.Text, 0, trimLastNewline(src.Text))
	t = &Template{src: src, fn: p.openFunction(false)}
	t.body = p.body(nil)
	t.blocks = p.blocks
	p.finish()
	return t, &diag.List{}
}

// ParseExpression is as the function of that name, with what the Env adds.
func (e *Env) ParseExpression(src *diag.Source) (x *Expression, problems *diag.List) {
	p := &parser{src: src, env: e}
	defer p.recover(func(l *diag.List) { x, problems = nil, l })
	p.tokens = lexExpression(src.Text)
	x = &Expression{src: src, fn: p.openFunction(false)}
	p.advance()
	x.value = p.tuple(true, false)
	if p.tok.kind != endToken {
		p.failToken("expected token 'end of expression', got " + Repr(p.tok.describe()))
	}
	p.finish()
	return x, &diag.List{}
}

// parser turns tokens into the tree. A problem leaves it as a panic with a *syntaxError, which Parse turns into a diagnostic.
type parser struct {
	src    *diag.Source
	env    *Env
	tokens []token
	next   int // of the token after tok
	tok    token
	last   int // where the token before tok ends

	scope   *scope
	testOf  *forStmt // the loop whose `if` is being parsed
	uses    []use
	blocks  []*Block
	open    []openTag
	ends    [][]string // names of the tags that end the open bodies
	nesting int
	soft    bool // in a branch, where an unknown filter is an error only if it is used
	unknown []unknownName
}

// openTag is a tag that waits for its end.
type openTag struct {
	name       string
	start, end int
}

// unknownName is a filter or test that does not exist.
type unknownName struct {
	at   pos
	what string
	name string
	hint string
	soft bool
}

// maxNesting bounds how deep expressions and blocks are nested, and maxChain how many operators follow each other.
const (
	maxNesting = 200
	maxChain   = 5000
)

func (p *parser) recover(report func(*diag.List)) {
	switch e := recover().(type) {
	case nil:
	case *syntaxError:
		l := &diag.List{}
		code := CodeSyntax
		switch {
		case strings.HasPrefix(e.message, "Encountered unknown tag"), strings.HasSuffix(e.message, unsupportedTag):
			code = CodeUnknownTag
		case strings.HasPrefix(e.message, "No filter named"), strings.HasPrefix(e.message, "No test named"):
			code = CodeUnknownFilter
		}
		d := l.Errorf(diag.Span{Source: p.src, Start: e.start, End: e.end}, code, "%s", lowerFirst(strings.TrimSuffix(e.message, ".")))
		d.Hint, d.Related = e.hint, e.related
		report(l)
	default:
		l := &diag.List{}
		l.Errorf(diag.Span{Source: p.src, Start: p.tok.start, End: p.tok.end}, CodeSyntax, "the template engine failed: %v", e).Hint = faultHint
		report(l)
	}
}

// faultHint goes with what cannot be the template's fault.
const faultHint = "this is a fault of mod, not of the project: please report it"

func lowerFirst(s string) string {
	if s == "" || strings.HasPrefix(s, "Jinja") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// finish resolves names once the whole text is read.
func (p *parser) finish() {
	p.resolve()
	for _, u := range p.unknown {
		if !u.soft {
			panic(&syntaxError{start: u.at.start, end: u.at.end, message: fmt.Sprintf("No %s named %s.", u.what, Repr(u.name)), hint: u.hint})
		}
	}
}

func (p *parser) advance() token {
	t := p.tok
	p.last = t.end
	p.tok = p.tokens[p.next]
	if p.next < len(p.tokens)-1 {
		p.next++
	}
	return t
}

func (p *parser) look() *token { return &p.tokens[p.next] }

// skip goes past the token if it is of that kind.
func (p *parser) skip(k kind) bool {
	if p.tok.kind == k {
		p.advance()
		return true
	}
	return false
}

// skipWord goes past the token if it is that name.
func (p *parser) skipWord(word string) bool {
	if p.tok.is(word) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(k kind) token {
	if p.tok.kind != k {
		p.failExpected(string(k))
	}
	return p.advance()
}

func (p *parser) expectWord(word string) token {
	if !p.tok.is(word) {
		p.failExpected(word)
	}
	return p.advance()
}

func (p *parser) failExpected(what string) {
	if p.tok.kind == endToken {
		p.failEnd("unexpected end of template, expected " + Repr(what) + ".")
	}
	p.failToken("expected token " + Repr(what) + ", got " + Repr(p.tok.describe()))
}

// failEnd reports the end of the template, with the tag that is still open.
func (p *parser) failEnd(message string) {
	e := &syntaxError{start: p.tok.start, end: p.tok.end, message: message}
	if n := len(p.open); n > 0 {
		e.related = append(e.related, p.opened(p.open[n-1]))
	}
	panic(e)
}

func (p *parser) opened(t openTag) diag.Note {
	return diag.Note{Span: diag.Span{Source: p.src, Start: t.start, End: t.end}, Message: t.name + " opens here"}
}

func (p *parser) failToken(message string) { p.failAt(pos{p.tok.start, p.tok.end}, message, "") }

func (p *parser) failAt(at pos, message, hint string) {
	panic(&syntaxError{start: at.start, end: at.end, message: message, hint: hint})
}

// enter counts a level of nesting; the caller leaves by p.nesting--.
func (p *parser) enter() {
	p.nesting++
	if p.nesting > maxNesting {
		p.failToken("the template is nested too deeply")
	}
}

// lexExpression cuts an expression without delimiters into tokens.
func lexExpression(text string) []token {
	l := &lexer{text: text, limit: len(text)}
	for at := l.skipSpace(0); at < l.limit; at = l.skipSpace(at) {
		at = l.token(at)
	}
	return append(l.tokens, token{kind: endToken, start: l.limit, end: l.limit})
}
