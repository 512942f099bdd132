package jinja

import (
	"github.com/modsql/mod/compiler/diag"
)

func (p *parser) parseMacro(begin token) stmt {
	tag := p.advance()
	name := p.expect(nameToken)
	return p.macro(begin, tag.text, name, "end"+tag.text, func(def *macroDef) { p.signature(def) }, nil)
}

// macro parses the rest of a definition: its head by that function, and its body. A test is no name that can be called.
func (p *parser) macro(begin token, tag string, name token, end string, head func(*macroDef), args *Dict) stmt {
	s := &macroStmt{slot: -1}
	if tag == "macro" {
		s.slot = p.assignable(name, false).slot
	}
	top := len(p.open) == 1
	def := &macroDef{name: name.text, src: p.src}
	soft := p.soft
	p.soft = false
	def.fn = p.openFunction(true)
	head(def)
	headEnd := p.tok.end
	def.body = p.block(end)
	p.scope = p.scope.outer
	p.soft = soft
	def.pos, s.pos = p.whole(begin), p.whole(begin)
	s.def = def
	def.public = &Macro{Name: def.name, Params: def.publicParams(), Span: def.span(p.src), def: def}
	if top {
		if tag == "data_test" {
			tag = "test"
		}
		p.blocks = append(p.blocks, &Block{
			Kind: tag, Name: name.text, Macro: def.public, Args: args,
			Span: def.span(p.src), Head: diag.Span{Source: p.src, Start: begin.start, End: headEnd},
		})
	}
	return s
}

func (d *macroDef) publicParams() []Param {
	params := make([]Param, len(d.params))
	for i, q := range d.params {
		params[i] = Param{Name: q.name, HasDefault: q.value != nil}
		if q.value != nil {
			params[i].Default = q.value.at().span(d.src).Text()
		}
	}
	return params
}

// signature parses the parameters of a macro or call block.
func (p *parser) signature(def *macroDef) {
	p.expect("(")
	for p.tok.kind != ")" {
		if len(def.params) > 0 {
			p.expect(",")
			if p.tok.kind == ")" {
				break
			}
		}
		t := p.expect(nameToken)
		param := paramDef{name: t.text, slot: p.assignable(t, true).slot}
		if p.skip(":") {
			p.typeName()
		}
		if p.skip("=") {
			param.value = p.expression()
		} else if n := len(def.params); n > 0 && def.params[n-1].value != nil {
			p.failAt(pos{t.start, t.end}, "non-default argument follows default argument", "")
		}
		def.params = append(def.params, param)
	}
	p.expect(")")
}

// typeName goes past a parameter's type, as in dict[str, int].
func (p *parser) typeName() {
	p.expect(nameToken)
	if !p.skip("[") {
		return
	}
	p.enter()
	for n := 0; p.tok.kind != "]"; n++ {
		if n > 0 {
			p.expect(",")
		}
		p.typeName()
	}
	p.nesting--
	p.expect("]")
}

func (p *parser) parseCall(begin token) stmt {
	p.advance()
	def := &macroDef{name: "caller", caller: true, src: p.src}
	outer := p.scope
	def.fn = p.openFunction(true)
	inner := p.scope
	if p.tok.kind == "(" {
		p.signature(def)
	}
	p.scope = outer
	start := p.tok
	call, ok := p.expression().(*callExpr)
	if !ok {
		p.failAt(pos{start.start, p.from(start.start).end}, "expected call", "write a call after {% call %}, as in {% call statement('main') %}")
	}
	p.scope = inner
	soft := p.soft
	p.soft = false
	def.body = p.block("endcall")
	p.soft = soft
	p.scope = outer
	def.pos = p.whole(begin)
	def.public = &Macro{Name: def.name, Params: def.publicParams(), Span: def.span(p.src), def: def}
	return &callBlock{p.whole(begin), call, def}
}

// parseMaterialization parses a materialization: a macro whose head names adapters and languages instead of parameters.
func (p *parser) parseMaterialization(begin token) stmt {
	p.advance()
	name := p.expect(nameToken)
	args := NewDict()
	head := func(def *macroDef) {
		languages := expr(&listExpr{pos{name.start, name.end}, []expr{&constExpr{pos{name.start, name.end}, "sql"}}})
		literal := func(key string) expr {
			x := p.expression()
			v, ok := literalValue(x)
			if !ok {
				p.failAt(x.at(), "expected a literal", "")
			}
			args.Put(key, v)
			return x
		}
		for p.skip(",") {
			key := p.expect(nameToken)
			switch key.text {
			case "default":
				args.Put("default", true)
				if p.skip("=") {
					literal("default")
				}
			case "adapter":
				p.expect("=")
				literal("adapter")
			case "supported_languages":
				p.expect("=")
				languages = literal("supported_languages")
			default:
				p.failAt(pos{key.start, key.end}, "materialization "+Repr(name.text)+" has no setting "+Repr(key.text),
					"write default, adapter='…' or supported_languages=[…]")
			}
		}
		if _, ok := args.GetString("supported_languages"); !ok {
			args.Put("supported_languages", NewList("sql"))
		}
		def.params = []paramDef{{
			name: "supported_languages", slot: p.scope.declare("supported_languages", true), value: languages,
		}}
	}
	return p.macro(begin, "materialization", name, "endmaterialization", head, args)
}

func (p *parser) parseSnapshot(begin token) stmt {
	p.advance()
	name := p.expect(nameToken)
	top := len(p.open) == 1
	scope, blocks := p.scope, p.blocks
	p.scope, p.blocks = nil, nil
	body := &Template{src: p.src, fn: p.openFunction(false)}
	headEnd := p.tok.end
	body.body = p.block("endsnapshot")
	body.blocks = p.blocks
	p.scope, p.blocks = scope, blocks
	at := p.whole(begin)
	if top {
		p.blocks = append(p.blocks, &Block{
			Kind: "snapshot", Name: name.text, Body: body,
			Span: at.span(p.src), Head: diag.Span{Source: p.src, Start: begin.start, End: headEnd},
		})
	}
	return &blockStmt{pos: at, body: body}
}

func (p *parser) parseDocs(begin token) stmt {
	p.advance()
	name := p.expect(nameToken)
	headEnd := p.tok.end
	var text string
	for _, s := range p.block("enddocs") {
		if t, ok := s.(*textStmt); ok {
			text += t.text
		}
	}
	at := p.whole(begin)
	if len(p.open) == 1 {
		p.blocks = append(p.blocks, &Block{
			Kind: "docs", Name: name.text, Text: text,
			Span: at.span(p.src), Head: diag.Span{Source: p.src, Start: begin.start, End: headEnd},
		})
	}
	return &blockStmt{pos: at}
}
