package jinja

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// unsupportedTag ends the message about tags of Jinja2 that need other templates.
const unsupportedTag = "is not supported in SQL templates"

// foreignTags are the tags of Jinja2 that need other templates, or HTML.
var foreignTags = []string{"include", "import", "from", "extends", "block", "autoescape", "trans"}

// tagNames are the tags that a body can hold, for hints.
var tagNames = []string{
	"if", "for", "set", "macro", "call", "filter", "with", "do", "print", "break", "continue", "raw", "test", "data_test",
	"materialization", "snapshot", "docs", "elif", "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter", "endwith",
	"endtest", "enddata_test", "endmaterialization", "endsnapshot", "enddocs",
}

// body parses up to one of the tags named by ends, or to the end of the template where ends is nil. The current token is then
// that tag's name.
func (p *parser) body(ends []string) []stmt {
	if ends != nil {
		p.ends = append(p.ends, ends)
		defer func() { p.ends = p.ends[:len(p.ends)-1] }()
	} else {
		p.advance()
	}
	var body []stmt
	for {
		switch t := p.tok; t.kind {
		case dataToken:
			body = append(body, &textStmt{pos{t.start, t.end}, t.text})
			p.advance()
		case printBegin:
			p.advance()
			value := p.tuple(true, false)
			p.expect(printEnd)
			body = append(body, &printStmt{value.at(), value})
		case tagBegin:
			p.advance()
			if p.tok.kind == nameToken && slices.Contains(ends, p.tok.text) {
				return body
			}
			body = p.statement(t, body)
			p.expect(tagEnd)
		default:
			if ends != nil {
				p.failUnclosed(ends)
			}
			return body
		}
	}
}

// block parses a body after its opening tag. The closing tag's name is consumed, its end is not.
func (p *parser) block(ends ...string) []stmt {
	p.skip(":")
	if n := len(p.open); n > 0 {
		p.open[n-1].end = p.tok.end
	}
	p.expect(tagEnd)
	p.enter()
	body := p.body(ends)
	p.nesting--
	if len(ends) == 1 {
		p.advance()
	}
	return body
}

func (p *parser) failUnclosed(ends []string) {
	e := &syntaxError{start: p.tok.start, end: p.tok.end, message: "Unexpected end of template. " + p.looking(ends)}
	p.explainOpen(e, ends)
	panic(e)
}

func (p *parser) looking(ends []string) string {
	var names []string
	for _, e := range ends {
		names = append(names, Repr(e))
	}
	message := "Jinja was looking for the following tags: " + strings.Join(names, " or ") + "."
	if n := len(p.open); n > 0 {
		message += " The innermost block that needs to be closed is " + Repr(p.open[n-1].name) + "."
	}
	return message
}

// explainOpen says which tag is missing, and where what it would close opens.
func (p *parser) explainOpen(e *syntaxError, ends []string) {
	if len(ends) > 0 {
		i := max(slices.IndexFunc(ends, func(s string) bool { return strings.HasPrefix(s, "end") }), 0)
		e.hint = "did you forget {% " + ends[i] + " %}?"
	}
	if n := len(p.open); n > 0 {
		e.related = append(e.related, p.opened(p.open[n-1]))
	}
}

func (p *parser) failUnknownTag(t token) {
	e := &syntaxError{start: t.start, end: t.end, message: "Encountered unknown tag " + Repr(t.text) + "."}
	var ends []string
	if n := len(p.ends); n > 0 {
		ends = p.ends[n-1]
		if slices.ContainsFunc(p.ends, func(e []string) bool { return slices.Contains(e, t.text) }) {
			e.message += " You probably made a nesting mistake. Jinja is expecting this tag, but currently" +
				strings.Replace(strings.TrimPrefix(p.looking(ends), "Jinja was"), "looking for the following tags: ", "looking for ", 1)
		} else {
			e.message += " " + p.looking(ends)
		}
		p.explainOpen(e, ends)
	}
	switch known := slices.Contains(tagNames, t.text); {
	case known && ends == nil:
		e.hint = "nothing is open here that {% " + t.text + " %} could belong to"
	case known:
	default:
		e.hint = cmp.Or(diag.DidYouMean(t.text, slices.Concat(ends, tagNames)), e.hint)
	}
	panic(e)
}

// statement parses a tag and adds what it makes to body.
func (p *parser) statement(begin token, body []stmt) []stmt {
	t := p.tok
	if t.kind != nameToken {
		p.failToken("tag name expected")
	}
	parse := statementParser(t.text)
	switch {
	case t.text == "print":
		return p.parsePrint(body)
	case parse != nil:
	case p.env.Loose && len(p.open) == 0 && !slices.Contains(tagNames, t.text):
		p.passOver()
		return body
	case slices.Contains(foreignTags, t.text):
		p.failAt(pos{t.start, t.end}, "{% "+t.text+" %} "+unsupportedTag, "call a macro instead")
	default:
		p.failUnknownTag(t)
	}
	p.open = append(p.open, openTag{t.text, begin.start, t.end})
	s := parse(p, begin)
	p.open = p.open[:len(p.open)-1]
	return append(body, s)
}

// passOver leaves out what is left of a tag.
func (p *parser) passOver() {
	for p.tok.kind != tagEnd && p.tok.kind != endToken {
		p.advance()
	}
}

func statementParser(tag string) func(*parser, token) stmt {
	switch tag {
	case "if":
		return (*parser).parseIf
	case "for":
		return (*parser).parseFor
	case "set":
		return (*parser).parseSet
	case "with":
		return (*parser).parseWith
	case "macro", "test", "data_test":
		return (*parser).parseMacro
	case "call":
		return (*parser).parseCall
	case "filter":
		return (*parser).parseFilterBlock
	case "do":
		return (*parser).parseDo
	case "break", "continue":
		return (*parser).parseJump
	case "materialization":
		return (*parser).parseMaterialization
	case "snapshot":
		return (*parser).parseSnapshot
	case "docs":
		return (*parser).parseDocs
	}
	return nil
}

// from is the place from begin to the token before the current one.
func (p *parser) from(begin int) pos { return pos{begin, max(begin, p.last)} }

// whole is the place from begin to the end of the current tag.
func (p *parser) whole(begin token) pos { return pos{begin.start, p.tok.end} }

func (p *parser) parsePrint(body []stmt) []stmt {
	p.advance()
	for n := 0; p.tok.kind != tagEnd; n++ {
		if n > 0 {
			p.expect(",")
		}
		value := p.expression()
		body = append(body, &printStmt{value.at(), value})
	}
	return body
}

func (p *parser) parseIf(begin token) stmt {
	s := &ifStmt{}
	soft := p.soft
	p.soft = true
	for {
		p.advance()
		s.tests = append(s.tests, p.tuple(false, false))
		s.bodies = append(s.bodies, p.block("elif", "else", "endif"))
		if p.tok.is("elif") {
			continue
		}
		if p.advance().is("else") {
			s.bodies = append(s.bodies, p.block("endif"))
		}
		break
	}
	p.soft = soft
	s.pos = p.whole(begin)
	return s
}

// hard parses in a scope of its own, where an unknown filter is an error.
func (p *parser) hard(parse func()) slotRange {
	soft := p.soft
	p.soft = false
	lo := p.openScope()
	parse()
	p.soft = soft
	return p.closeScope(lo)
}

func (p *parser) parseFor(begin token) stmt {
	s := &forStmt{}
	p.advance()
	outer := p.scope
	s.slots = p.hard(func() {
		p.scope.loop = s
		s.loopSlot = p.scope.declare("loop", true)
		s.target = p.target(true, false)
		p.expectWord("in")
		inner := p.scope
		p.scope = outer
		s.iter = p.tuple(false, false)
		p.scope = inner
		if p.skipWord("if") {
			outer := p.testOf
			p.testOf = s
			s.test = p.expression()
			p.testOf = outer
		}
		s.recursive = p.skipWord("recursive")
		s.body = p.block("endfor", "else")
	})
	if p.advance().is("else") {
		s.elseSlots = p.hard(func() { s.otherwise = p.block("endfor") })
	}
	s.pos = p.whole(begin)
	return s
}

func (p *parser) parseSet(begin token) stmt {
	p.advance()
	to := p.target(false, true)
	if p.skip("=") {
		value := p.tuple(true, false)
		return &setStmt{p.from(begin.start), to, value}
	}
	s := &setBlock{target: to}
	if p.tok.kind == "|" {
		s.filter = p.filters(nil)
	}
	s.slots = p.hard(func() { s.body = p.block("endset") })
	s.pos = p.whole(begin)
	return s
}

func (p *parser) parseWith(begin token) stmt {
	s := &withStmt{}
	p.advance()
	outer := p.scope
	s.slots = p.hard(func() {
		for p.tok.kind != tagEnd {
			if len(s.targets) > 0 {
				p.expect(",")
			}
			s.targets = append(s.targets, p.target(true, false))
			p.expect("=")
			inner := p.scope
			p.scope = outer
			s.values = append(s.values, p.expression())
			p.scope = inner
		}
		s.body = p.block("endwith")
	})
	s.pos = p.whole(begin)
	return s
}

func (p *parser) parseFilterBlock(begin token) stmt {
	p.advance()
	s := &filterBlock{filter: p.filters(nil)}
	s.slots = p.hard(func() { s.body = p.block("endfilter") })
	s.pos = p.whole(begin)
	return s
}

func (p *parser) parseDo(begin token) stmt {
	p.advance()
	value := p.tuple(true, false)
	return &doStmt{value.at(), value}
}

func (p *parser) parseJump(begin token) stmt {
	t := p.advance()
	inLoop := false
	for s := p.scope; s != nil && s.fn == p.scope.fn; s = s.outer {
		inLoop = inLoop || s.loop != nil
	}
	if !inLoop {
		p.failAt(pos{t.start, t.end}, fmt.Sprintf("'%s' outside of a loop", t.text), "")
	}
	j := &jumpStmt{pos{t.start, t.end}, breakLoop}
	if t.text == "continue" {
		j.signal = continueLoop
	}
	return j
}

// target parses what is assigned to. sure tells that the assignment happens whenever the scope is entered.
func (p *parser) target(sure, fields bool) target {
	start := p.tok.start
	var items []target
	for tuple := false; ; {
		if len(items) > 0 {
			p.expect(",")
		}
		if p.tok.kind == tagEnd || p.tok.kind == ")" {
			break
		}
		items = append(items, p.targetItem(sure, fields))
		if p.tok.kind != "," {
			if !tuple {
				return items[0]
			}
			break
		}
		tuple = true
	}
	if len(items) == 0 {
		p.failToken("Expected an expression, got " + Repr(p.tok.describe()))
	}
	return &tupleTarget{p.from(start), items}
}

func (p *parser) targetItem(sure, fields bool) target {
	t := p.tok
	switch {
	case t.kind == "(":
		p.enter()
		p.advance()
		inner := p.target(sure, fields)
		p.expect(")")
		p.nesting--
		return inner
	case t.kind != nameToken:
		if t.kind == stringToken || t.kind == intToken || t.kind == floatToken {
			p.failToken("can't assign to 'const'")
		}
		p.failToken("unexpected " + Repr(t.describe()))
	}
	p.advance()
	if fields && p.tok.kind == "." {
		p.advance()
		attr := p.expect(nameToken)
		object := p.name(t)
		return &fieldTarget{pos{t.start, attr.end}, object, attr.text}
	}
	return p.assignable(t, sure)
}

func (p *parser) assignable(t token, sure bool) *nameTarget {
	switch t.text {
	case "true", "false", "none", "True", "False", "None":
		p.failAt(pos{t.start, t.end}, "can't assign to 'const'", "")
	case "loop":
		if p.scope.loop != nil {
			p.failAt(pos{t.start, t.end}, "Can't assign to special loop variable in for-loop target", "")
		}
	}
	return &nameTarget{pos{t.start, t.end}, p.scope.declare(t.text, sure)}
}
