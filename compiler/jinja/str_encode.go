package jinja

import (
	"strings"
	"unicode/utf8"
)

func encode(c *Call, s string) (Value, error) {
	if _, err := c.Bind("encode", 0, "encoding", "errors"); err != nil {
		return nil, err
	}
	return bytesValue(s), nil
}

// bytesValue is Python's bytes, as far as str.encode needs it.
type bytesValue string

func (bytesValue) typeName() string { return "bytes" }

// Len implements Sized.
func (b bytesValue) Len() int { return len(b) }

func (b bytesValue) print(p *printer, _ int) {
	out := p.b
	quote := byte('\'')
	if strings.Contains(string(b), "'") && !strings.Contains(string(b), `"`) {
		quote = '"'
	}
	out = append(out, 'b', quote)
	for i := range len(b) {
		switch c := b[i]; {
		case c == quote || c == '\\':
			out = append(out, '\\', c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c < ' ' || c >= 0x7f:
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	p.b = append(out, quote)
}

func makeTranslation(c *Call, _ string) (Value, error) {
	if err := c.count("maketrans", 1, 3); err != nil {
		return nil, err
	}
	table := NewDict()
	if len(c.Args) == 1 {
		d, ok := c.Args[0].(*Dict)
		if !ok {
			return nil, typeErrorf("if you give only one argument to maketrans it must be a dict")
		}
		for k, v := range d.All() {
			if s, ok := asString(k); ok {
				if utf8.RuneCountInString(s) != 1 {
					return nil, valueErrorf("string keys in translate table must be of length 1")
				}
				r, _ := utf8.DecodeRuneInString(s)
				k = int(r)
			}
			if err := table.Set(k, v); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	var args [3][]rune
	for i := range c.Args {
		s, err := c.text("maketrans", i)
		if err != nil {
			return nil, err
		}
		args[i] = []rune(s)
	}
	if len(args[0]) != len(args[1]) {
		return nil, valueErrorf("the first two maketrans arguments must have equal length")
	}
	for i, r := range args[0] {
		table.set(int(r), int(r), int(args[1][i]))
	}
	for _, r := range args[2] {
		table.set(int(r), int(r), nil)
	}
	return table, nil
}

func translate(c *Call, s string) (Value, error) {
	if err := c.count("str.translate", 1, 1); err != nil {
		return nil, err
	}
	table, ok := c.Args[0].(*Dict)
	if !ok {
		return nil, typeErrorf("'%s' object is not subscriptable", TypeName(c.Args[0]))
	}
	var b strings.Builder
	for _, r := range s {
		v, ok := table.Get(int(r))
		if !ok {
			b.WriteRune(r)
			continue
		}
		if text, ok := asString(v); ok {
			if err := c.State.charge(len(text)); err != nil {
				return nil, err
			}
			b.WriteString(text)
		} else if i, ok := toSmallInt(v); ok && i >= 0 && i <= utf8.MaxRune {
			b.WriteRune(rune(i))
		} else if v != nil {
			return nil, typeErrorf("character mapping must return integer, None or str")
		}
		if b.Len() > c.State.output {
			return nil, c.State.tooLarge()
		}
	}
	return b.String(), nil
}
