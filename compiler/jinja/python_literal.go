package jinja

import "strings"

// parseLiteral is Python's ast.literal_eval: the value of a text that is a literal.
func parseLiteral(text string) (v Value, ok bool) {
	defer func() {
		switch recover().(type) {
		case nil:
		case *syntaxError:
			v, ok = nil, false
		default:
			v, ok = nil, false
		}
	}()
	text = strings.TrimLeft(text, " \t")
	tokens := lexExpression(text)
	p := &literalParser{tokens: tokens}
	v = p.tuple(endToken)
	return v, p.tokens[p.at].kind == endToken
}

type literalParser struct {
	tokens []token
	at     int
	depth  int
}

func (p *literalParser) peek() *token { return &p.tokens[p.at] }

func (p *literalParser) next() *token {
	t := &p.tokens[p.at]
	if p.at < len(p.tokens)-1 {
		p.at++
	}
	return t
}

func (p *literalParser) fail() { panic(&syntaxError{}) }

// tuple parses values up to end; a comma makes them a tuple.
func (p *literalParser) tuple(end kind) Value {
	var items []Value
	comma := false
	for p.peek().kind != end {
		if len(items) > 0 {
			if p.next().kind != "," {
				p.fail()
			}
			comma = true
			if p.peek().kind == end {
				break
			}
		}
		items = append(items, p.value())
	}
	if len(items) == 1 && !comma {
		return items[0]
	}
	if len(items) == 0 && end == endToken {
		p.fail()
	}
	return &Tuple{Items: items}
}

func (p *literalParser) value() Value {
	if p.depth++; p.depth > maxNesting {
		p.fail()
	}
	defer func() { p.depth-- }()
	t := p.next()
	switch t.kind {
	case intToken, floatToken:
		return t.value
	case stringToken:
		s := t.text
		for p.peek().kind == stringToken {
			s += p.next().text
		}
		return s
	case "-", "+":
		if k := p.peek().kind; k != intToken && k != floatToken && k != "-" && k != "+" {
			p.fail()
		}
		v, err := sign(string(t.kind), p.value())
		if err != nil {
			p.fail()
		}
		return v
	case "(":
		v := p.tuple(")")
		p.next()
		return v
	case "[":
		l := &List{}
		p.items("]", func() { l.Append(p.value()) })
		return l
	case "{":
		return p.braces()
	case nameToken:
		switch t.text {
		case "True":
			return true
		case "False":
			return false
		case "None":
			return nil
		}
	}
	p.fail()
	return nil
}

// items parses what stands between commas up to end.
func (p *literalParser) items(end kind, item func()) {
	for first := true; p.peek().kind != end; first = false {
		if !first {
			if p.next().kind != "," {
				p.fail()
			}
			if p.peek().kind == end {
				break
			}
		}
		item()
	}
	p.next()
}

// braces parses a dict or a set.
func (p *literalParser) braces() Value {
	d, s := NewDict(), &Set{}
	p.items("}", func() {
		k := p.value()
		if p.peek().kind != ":" {
			if d.Len() > 0 || s.Add(k) != nil {
				p.fail()
			}
			return
		}
		p.next()
		if s.Len() > 0 || d.Set(k, p.value()) != nil {
			p.fail()
		}
	})
	if s.Len() > 0 {
		return s
	}
	return d
}
