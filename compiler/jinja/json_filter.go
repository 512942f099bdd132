package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// filterToJSON is Python's json.dumps with sorted keys, made safe for HTML.
func filterToJSON(c *Call) (Value, error) {
	a, err := c.Bind("do_tojson", 1, "value", "indent")
	if err != nil {
		return nil, err
	}
	o := JSON{SortKeys: true, state: c.State}
	if indent := a.Value(1); indent != nil {
		if text, ok := asString(indent); ok {
			o.Indent = &text
		} else {
			n, err := toInt(indent)
			if err != nil {
				return nil, err
			}
			text, err := c.State.repeatText(" ", max(n, 0))
			if err != nil {
				return nil, err
			}
			o.Indent = &text
		}
	}
	text, err := o.Dump(a.Value(0))
	if err != nil {
		return nil, err
	}
	text = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(text)
	return Markup(text), c.State.charge(len(text))
}

// JSON prints values as Python's json.dumps does. The zero value is its default.
type JSON struct {
	SortKeys bool
	Indent   *string                 // nil for a single line
	Default  func(Value) (any, bool) // for a value that has no JSON: what to print instead

	state *State // whose limits hold
}

// Dump is v as JSON text; a value that has no JSON is a TypeError.
func (o JSON) Dump(v Value) (string, error) {
	b, err := o.Append(nil, v)
	return string(b), err
}

// Append is Dump that appends to b.
func (o JSON) Append(b []byte, v Value) ([]byte, error) {
	switch v := v.(type) { // for which no limit holds
	case nil:
		return append(b, "null"...), nil
	case string:
		return AppendJSONText(b, v), nil
	case *Dict:
		if v.Len() == 0 {
			return append(b, "{}"...), nil
		}
	case *List:
		if len(v.Items) == 0 {
			return append(b, "[]"...), nil
		}
	}
	if o.state == nil {
		o.state = newState(background(), nil, Options{})
	}
	return o.append(b, v, 0)
}

func (o JSON) append(b []byte, v Value, depth int) ([]byte, error) {
	if depth > reprDepth {
		return nil, valueErrorf("Circular reference detected")
	}
	if err := o.state.step(); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case *big.Int:
		return v.Append(b, 10), nil
	case float64:
		return appendJSONFloat(b, v), nil
	case *List:
		return o.appendArray(b, v.Items, depth)
	case *Tuple:
		return o.appendArray(b, v.Items, depth)
	case *Dict:
		return o.appendObject(b, v, depth)
	}
	if s, ok := asString(v); ok {
		return AppendJSONText(b, s), nil
	}
	if m, ok := v.(Mapping); ok {
		return o.appendObject(b, m.Dict(), depth)
	}
	if o.Default != nil {
		if w, ok := o.Default(v); ok {
			return o.append(b, w, depth+1)
		}
	}
	return nil, typeErrorf("Object of type %s is not JSON serializable", TypeName(v))
}

func appendJSONFloat(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	return appendFloat(b, f)
}

func (o JSON) newline(b []byte, depth int) []byte {
	if o.Indent == nil {
		return b
	}
	b = append(b, '\n')
	for range depth {
		b = append(b, *o.Indent...)
	}
	return b
}

// between separates items.
func (o JSON) between() string {
	if o.Indent == nil {
		return ", "
	}
	return ","
}

func (o JSON) appendArray(b []byte, items []Value, depth int) ([]byte, error) {
	if len(items) == 0 {
		return append(b, "[]"...), nil
	}
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, o.between()...)
		}
		var err error
		if b, err = o.append(o.newline(b, depth+1), item, depth+1); err != nil {
			return nil, err
		}
	}
	return append(o.newline(b, depth), ']'), nil
}

func (o JSON) appendObject(b []byte, d *Dict, depth int) ([]byte, error) {
	if d.Len() == 0 {
		return append(b, "{}"...), nil
	}
	if o.SortKeys {
		return o.appendSorted(b, d, depth)
	}
	b = append(b, '{')
	var err error
	first := true
	for k, v := range d.All() {
		if b, err = o.appendMember(b, k, v, first, depth); err != nil {
			return nil, err
		}
		first = false
	}
	return append(o.newline(b, depth), '}'), nil
}

func (o JSON) appendSorted(b []byte, d *Dict, depth int) ([]byte, error) {
	keys := d.Keys()
	sorted := append([]Value(nil), keys...)
	if err := sortValues(o.state, keys, sorted, false); err != nil {
		return nil, err
	}
	b = append(b, '{')
	var err error
	for i, k := range sorted {
		v, _ := d.Get(k)
		if b, err = o.appendMember(b, k, v, i == 0, depth); err != nil {
			return nil, err
		}
	}
	return append(o.newline(b, depth), '}'), nil
}

func (o JSON) appendMember(b []byte, k, v Value, first bool, depth int) ([]byte, error) {
	if !first {
		b = append(b, o.between()...)
	}
	b = o.newline(b, depth+1)
	name, err := jsonKey(k)
	if err != nil {
		return nil, err
	}
	return o.append(append(AppendJSONText(b, name), ": "...), v, depth+1)
}

func jsonKey(k Value) (string, error) {
	switch k := k.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(k), nil
	case float64:
		return string(appendJSONFloat(nil, k)), nil
	case int, *big.Int:
		return Str(k), nil
	}
	if s, ok := asString(k); ok {
		return s, nil
	}
	return "", typeErrorf("keys must be str, int, float, bool or None, not %s", TypeName(k))
}

// AppendJSONText appends a text as JSON. It escapes all that is not ASCII, as json.dumps does.
func AppendJSONText(b []byte, s string) []byte {
	b = append(b, '"')
	plain := plainJSON(s)
	b, s = append(b, s[:plain]...), s[plain:]
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		b = appendJSONRune(b, r)
		plain = size + plainJSON(s[size:])
		b, s = append(b, s[size:plain]...), s[plain:]
	}
	return append(b, '"')
}

// plainJSON is how many bytes at the start of s are written as they are.
func plainJSON(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > 0x7f || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

func appendJSONRune(b []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(b, '\\', byte(r))
	case r == '\n':
		return append(b, `\n`...)
	case r == '\r':
		return append(b, `\r`...)
	case r == '\t':
		return append(b, `\t`...)
	case r == '\b':
		return append(b, `\b`...)
	case r == '\f':
		return append(b, `\f`...)
	case r < 0x10000:
		return append(append(b, `\u`...), hexDigits(r, 4)...)
	}
	r -= 0x10000
	b = append(append(b, `\u`...), hexDigits(0xd800+r>>10, 4)...)
	return append(append(b, `\u`...), hexDigits(0xdc00+r&0x3ff, 4)...)
}
