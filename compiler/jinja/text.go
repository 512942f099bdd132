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

// Str is Python's str(v): what {{ v }} prints. None prints as "None".
func Str(v Value) string {
	if s, ok := asString(v); ok {
		return s
	}
	return string(appendStr(nil, v))
}

// Repr is Python's repr(v).
func Repr(v Value) string { return string(appendRepr(nil, v, 0)) }

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

func appendStr(b []byte, v Value) []byte {
	switch v := v.(type) {
	case string:
		return append(b, v...)
	case Markup:
		return append(b, v...)
	case *Undefined:
		return b
	case fmt.Stringer:
		if _, ok := v.(*big.Int); !ok {
			return append(b, v.String()...)
		}
	}
	return appendRepr(b, v, 0)
}

// reprDepth is how deep nested containers are printed before "..." stands for the rest.
const reprDepth = 200

func appendRepr(b []byte, v Value, depth int) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "None"...)
	case bool:
		if v {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case *big.Int:
		return v.Append(b, 10)
	case float64:
		return appendFloat(b, v)
	case string:
		return appendQuoted(b, v)
	case Markup:
		b = append(b, "Markup("...)
		return append(appendQuoted(b, string(v)), ')')
	case *Undefined:
		return append(b, "Undefined"...)
	case *List:
		return appendItems(b, "[", v.Items, "]", depth)
	case *Tuple:
		if len(v.Items) == 1 {
			return appendItems(b, "(", v.Items, ",)", depth)
		}
		return appendItems(b, "(", v.Items, ")", depth)
	case *Set:
		if v.Len() == 0 {
			return append(b, "set()"...)
		}
		return appendItems(b, "{", v.Items(), "}", depth)
	case *Dict:
		return appendDict(b, v, depth)
	case *Macro:
		return append(append(append(b, "<Macro "...), Repr(v.Name)...), '>')
	case Func:
		return append(append(append(b, "<function "...), v.Name...), '>')
	case Reprer:
		return append(b, v.Repr()...)
	case fmt.Stringer:
		return append(b, v.String()...)
	case interface{ appendRepr([]byte, int) []byte }:
		return v.appendRepr(b, depth)
	}
	return append(append(append(b, '<'), TypeName(v)...), " object>"...)
}

func appendItems(b []byte, open string, items []Value, shut string, depth int) []byte {
	b = append(b, open...)
	if depth >= reprDepth && len(items) > 0 {
		b = append(b, "..."...)
	} else {
		for i, item := range items {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendRepr(b, item, depth+1)
		}
	}
	return append(b, shut...)
}

func appendDict(b []byte, d *Dict, depth int) []byte {
	b = append(b, '{')
	if depth >= reprDepth && d.Len() > 0 {
		return append(b, "...}"...)
	}
	first := true
	for k, v := range d.All() {
		if !first {
			b = append(b, ", "...)
		}
		first = false
		b = appendRepr(b, k, depth+1)
		b = append(b, ": "...)
		b = appendRepr(b, v, depth+1)
	}
	return append(b, '}')
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
	case interface{ TypeName() string }:
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
