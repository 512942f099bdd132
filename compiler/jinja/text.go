package jinja

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Strs is a value that may be one text or a list of them; nil for None.
func Strs(v Value) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case *List:
		out := make([]string, len(v.Items))
		for i, item := range v.Items {
			out[i] = Str(item)
		}
		return out
	case *Tuple:
		return Strs(NewList(v.Items...))
	default:
		return []string{Str(v)}
	}
}

// Str is Python's str(v): what {{ v }} prints. None prints as "None".
func Str(v Value) string {
	if s, ok := asString(v); ok {
		return s
	}
	p := printer{max: defaultOutput}
	p.str(v)
	return string(p.b)
}

// Repr is Python's repr(v).
func Repr(v Value) string {
	p := printer{max: defaultOutput}
	p.repr(v, 0)
	return string(p.b)
}

// asString is the text of a str.
func asString(v Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Markup:
		return string(v), true
	case marked:
		return v.text, true
	}
	return "", false
}

func isString(v Value) bool {
	_, ok := asString(v)
	return ok
}

// printer prints values up to a size: a list that holds another one twice, and so on, would print without an end.
type printer struct {
	b   []byte
	max int // bytes
}

func (p *printer) full() bool { return len(p.b) > p.max }

func (p *printer) put(s string) { p.b = append(p.b, s...) }

func (p *printer) str(v Value) {
	switch v := v.(type) {
	case string:
		p.put(v)
	case Markup:
		p.put(string(v))
	case *Undefined:
	case *big.Int:
		p.repr(v, 0)
	case fmt.Stringer:
		p.put(v.String())
	default:
		p.repr(v, 0)
	}
}

// reprDepth is how deep nested containers are printed before "..." stands for the rest.
const reprDepth = 200

func (p *printer) repr(v Value, depth int) {
	switch v := v.(type) {
	case nil:
		p.put("None")
	case bool:
		if v {
			p.put("True")
		} else {
			p.put("False")
		}
	case int:
		p.b = strconv.AppendInt(p.b, int64(v), 10)
	case *big.Int:
		p.b = v.Append(p.b, 10)
	case float64:
		p.b = appendFloat(p.b, v)
	case string:
		p.b = appendQuoted(p.b, v)
	case Markup:
		p.put("Markup(")
		p.b = append(appendQuoted(p.b, string(v)), ')')
	case *Undefined:
		p.put("Undefined")
	case *List:
		p.items("[", v.Items, "]", depth)
	case *Tuple:
		if len(v.Items) == 1 {
			p.items("(", v.Items, ",)", depth)
		} else {
			p.items("(", v.Items, ")", depth)
		}
	case *Set:
		if v.Len() == 0 {
			p.put("set()")
		} else {
			p.items("{", v.Items(), "}", depth)
		}
	case *Dict:
		p.dict(v, depth)
	case *Macro:
		if v.def != nil && v.def.caller {
			p.put("<Macro anonymous>")
		} else {
			p.put("<Macro " + Repr(v.Name) + ">")
		}
	case Func:
		p.put("<function " + v.Name + ">")
	case Reprer:
		p.put(v.Repr())
	case fmt.Stringer:
		p.put(v.String())
	case interface{ print(p *printer, depth int) }:
		v.print(p, depth)
	default:
		p.put("<" + TypeName(v) + " object>")
	}
}

func (p *printer) items(open string, items []Value, shut string, depth int) {
	p.put(open)
	if depth >= reprDepth && len(items) > 0 {
		p.put("...")
	} else {
		for i, item := range items {
			if p.full() {
				return
			}
			if i > 0 {
				p.put(", ")
			}
			p.repr(item, depth+1)
		}
	}
	p.put(shut)
}

func (p *printer) dict(d *Dict, depth int) {
	p.put("{")
	if depth >= reprDepth && d.Len() > 0 {
		p.put("...}")
		return
	}
	first := true
	for k, v := range d.All() {
		if p.full() {
			return
		}
		if !first {
			p.put(", ")
		}
		first = false
		p.repr(k, depth+1)
		p.put(": ")
		p.repr(v, depth+1)
	}
	p.put("}")
}

// repr is Repr, as an error where the text is too large.
func (s *State) repr(v Value) (string, error) {
	p := printer{max: min(s.output, max(s.steps, 0)*bytesPerStep)}
	p.repr(v, 0)
	if p.full() {
		return "", s.tooLarge()
	}
	return string(p.b), nil
}

// str is Str, as an error where the text is too large or Python refuses to print the number.
func (s *State) str(v Value) (string, error) {
	if text, ok := asString(v); ok {
		return text, nil
	}
	b, err := s.appendStr(nil, v)
	return string(b), err
}

// appendStr adds the str of a value to a text.
func (s *State) appendStr(b []byte, v Value) ([]byte, error) {
	switch v := v.(type) {
	case string:
		return append(b, v...), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case *Undefined:
		return b, nil
	case *big.Int:
		if v.BitLen() > maxDigits*10/3 && len(v.Text(10)) > maxDigits+1 {
			return nil, valueErrorf("Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", maxDigits)
		}
	}
	p := printer{b: b, max: len(b) + min(s.output, max(s.steps, 0)*bytesPerStep)}
	p.str(v)
	if p.full() {
		return nil, s.tooLarge()
	}
	return p.b, nil
}

// appendFloat prints as Python's repr(float) does: the shortest digits that read back, with an exponent from 1e16 on and below 1e-4.
func appendFloat(b []byte, f float64) []byte {
	switch {
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	case math.IsNaN(f):
		return append(b, "nan"...)
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	}
	n := len(b)
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if !strings.Contains(string(b[n:]), ".") {
		b = append(b, ".0"...)
	}
	return b
}

func appendQuoted(b []byte, s string) []byte {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b = append(b, quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == rune(quote) || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == utf8.RuneError && n == 1:
			b = fmt.Appendf(b, `\x%02x`, s[i])
		case r < ' ' || r >= 0x7f && r < 0x100 && !printable(r):
			b = fmt.Appendf(b, `\x%02x`, r)
		case !printable(r) && r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		case !printable(r):
			b = fmt.Appendf(b, `\U%08x`, r)
		default:
			b = append(b, s[i:i+n]...)
		}
		i += n
	}
	return append(b, quote)
}

// printable is Python's str.isprintable of one character.
func printable(r rune) bool {
	return r == ' ' || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

// TypeName is Python's name of v's type: "str", "int", "NoneType" ….
func TypeName(v Value) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case Markup:
		return "Markup"
	case *List:
		return "list"
	case *Tuple:
		return "tuple"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case *Undefined:
		return "Undefined"
	case *Macro:
		return "Macro"
	case Func:
		return "function"
	case Typed:
		return v.TypeName()
	case interface{ typeName() string }:
		return v.typeName()
	}
	name := fmt.Sprintf("%T", v)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// objectName is how Jinja2 names the type of an object in messages about what it lacks.
func objectName(v Value) string {
	switch v.(type) {
	case nil:
		return "None"
	case *Undefined:
		return "Undefined"
	}
	return TypeName(v) + " object"
}
