package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
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
	if o.state == nil {
		o.state = newState(background(), nil, Options{})
	}
	b, err := o.append(nil, v, 0)
	return string(b), err
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
		return appendJSONString(b, s), nil
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
	keys := d.Keys()
	if o.SortKeys {
		sorted := append([]Value(nil), keys...)
		if err := sortValues(o.state, keys, sorted, false); err != nil {
			return nil, err
		}
		keys = sorted
	}
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, o.between()...)
		}
		b = o.newline(b, depth+1)
		name, err := jsonKey(k)
		if err != nil {
			return nil, err
		}
		b = append(appendJSONString(b, name), ": "...)
		v, _ := d.Get(k)
		if b, err = o.append(b, v, depth+1); err != nil {
			return nil, err
		}
	}
	return append(o.newline(b, depth), '}'), nil
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

// appendJSONString escapes all that is not ASCII, as json.dumps does.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r < ' ' || r >= 0x7f && r < 0x10000 && r != 0x7f:
			b = append(append(b, `\u`...), hexDigits(r, 4)...)
		case r >= 0x10000:
			r -= 0x10000
			b = append(append(b, `\u`...), hexDigits(0xd800+r>>10, 4)...)
			b = append(append(b, `\u`...), hexDigits(0xdc00+r&0x3ff, 4)...)
		default:
			b = append(b, s[i])
		}
	}
	return append(b, '"')
}
