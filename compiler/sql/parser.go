package sql

import (
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
)

// The limits of what is read. They bound time and memory for any text, and the depth of any tree.
const (
	maxDepth    = 2000    // of expressions, queries and joins in each other
	freeChain   = 100     // operators in a row that count for nothing
	maxChain    = 200_000 // operators in longer rows: each makes the tree deeper by one
	maxProblems = 50      // of one text
)

// Parse reads a text. It always returns a file: what it could not read is in its Problems, and Opaque in the tree.
func Parse(text string, d *dialect.Dialect) *File {
	g := grammarOf(d)
	l := lex(text, g)
	p := &parser{text: l.text, grammar: g, tokens: l.tokens, problems: l.problems}
	p.tok = p.tokens[0]
	file := &File{Text: text, Dialect: d, Comments: l.comments}
	for p.tok.kind != eof {
		if p.accept(semicolon) {
			continue
		}
		file.Statements = append(file.Statements, p.statementOrOpaque())
	}
	file.Problems = p.problems
	return file
}

// parser reads tokens. After a failure it is stuck: the current token is eof, until someone on the way up recovers.
type parser struct {
	text    string
	grammar *grammar
	tokens  []token
	pos     int   // of the current token
	tok     token // the current token
	end     int32 // where the last token that was taken ends

	failed     bool
	failedAt   int  // the index of the token that was not expected
	fatal      bool // the rest of the statement cannot be read
	recoveries int
	problems   []Problem

	depth    int  // of the recursion
	chain    int  // operators in long rows so far
	inLambda bool // an arrow makes a lambda here

	top *Query // the last SELECT TOP n

	columns  slab[Column]
	literals slab[Literal]
	binaries slab[Binary]
	calls    slab[Call]
	casts    slab[Cast]
	exprs    stack[Expr]
	idents   stack[Ident]
	items    stack[SelectItem]
	orders   stack[OrderItem]
	whens    stack[When]
	tables   stack[Table]
}

// next takes the current token.
func (p *parser) next() token {
	t := p.tok
	if t.kind != eof {
		p.end = t.end
		p.pos++
		p.tok = p.tokens[p.pos]
	}
	return t
}

// peek is the token n after the current one.
func (p *parser) peek(n int) token {
	if p.failed || p.pos+n >= len(p.tokens) {
		return token{}
	}
	return p.tokens[p.pos+n]
}

// accept takes the current token if it is of that kind.
func (p *parser) accept(k kind) bool {
	if p.tok.kind != k || k == eof {
		return false
	}
	p.next()
	return true
}

// at tells whether the current token is that keyword.
func (p *parser) at(k keyword) bool { return p.tok.keyword == k && p.tok.kind == word }

// keyword takes the current token if it is that keyword.
func (p *parser) keyword(k keyword) bool {
	if !p.at(k) {
		return false
	}
	p.next()
	return true
}

// keywords takes the next tokens if they are those keywords.
func (p *parser) keywords(ks ...keyword) bool {
	for i, k := range ks {
		if p.peek(i).keyword != k {
			return false
		}
	}
	for range ks {
		p.next()
	}
	return true
}

// ahead tells whether the token n after the current one is that keyword.
func (p *parser) ahead(n int, k keyword) bool { return p.peek(n).keyword == k }

// expect takes the current token, which must be of that kind.
func (p *parser) expect(k kind, what string) bool {
	if p.accept(k) {
		return true
	}
	p.unexpected(what)
	return false
}

// expectKeyword takes the current token, which must be that keyword.
func (p *parser) expectKeyword(k keyword) bool {
	if p.keyword(k) {
		return true
	}
	p.unexpected(strings.ToUpper(keywords[k]))
	return false
}

// slice is the text of a token.
func (p *parser) slice(t token) string { return p.text[t.start:t.end] }

// adjacent tells whether nothing stands between the last token that was taken and the current one.
func (p *parser) adjacent() bool { return p.tok.start == p.end && p.tok.kind != eof }

// span is from a start to the end of the last token that was taken; it is empty, and stands there, if none was taken since the start.
func (p *parser) span(start int32) Span { return Span{min(start, p.end), p.end} }

// unexpected fails because something else was expected here.
func (p *parser) unexpected(what string) {
	if p.failed {
		return
	}
	t := p.tokens[p.pos]
	found := "the end of the text"
	if t.kind != eof {
		found = quote(p.slice(t))
	}
	p.fail(UnreadableSQL, "expected "+what+", found "+found, "")
}

// fail notes a problem at the current token and leaves the parser stuck there.
func (p *parser) fail(code diag.Code, message, hint string) {
	if p.failed {
		return
	}
	t := p.tokens[p.pos]
	at := Span{t.start, t.end}
	if t.kind == eof && p.pos > 0 {
		last := p.tokens[p.pos-1]
		at = Span{last.start, last.end}
	}
	p.problem(at, code, message, hint)
	p.failed, p.failedAt, p.fatal = true, p.pos, p.fatal || code == TooComplex
	p.tok = token{start: t.start, end: t.start}
}

// problem notes a problem that does not stop the parser.
func (p *parser) problem(at Span, code diag.Code, message, hint string) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, Problem{at, code, message, hint})
	}
}

// quote is a piece of the text for a message.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return `"` + s + `"`
}

// enter goes one level deeper; it fails where the text is nested too deeply. Each enter needs a leave.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxDepth {
		p.fail(TooComplex, "the query is nested too deeply to be read", "")
	}
}

func (p *parser) leave() { p.depth-- }

// link counts the n-th operator in a row.
func (p *parser) link(n int) {
	if n < freeChain {
		return
	}
	p.chain++
	if p.chain > maxChain {
		p.fail(TooComplex, "the query has too many operators in a row to be read", "")
	}
}
