package jinja

import (
	"context"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"
)

func background() context.Context { return context.Background() }

func containsText(text, part string) bool { return strings.Contains(text, part) }

// method is a method of one of the engine's types.
type method func(c *Call, self Value) (Value, error)

// boundMethod is a method taken from its object without calling it.
type boundMethod struct {
	object Value
	name   string
	method method
}

func (m *boundMethod) typeName() string { return "builtin_function_or_method" }

func (m *boundMethod) print(p *printer, _ int) {
	p.put("<built-in method " + m.name + " of " + TypeName(m.object) + " object at " + address + ">")
}

// builtinFunc is a function of the engine.
type builtinFunc struct {
	name string
	fn   nativeFunc
}

func (builtinFunc) typeName() string { return "function" }

func (f builtinFunc) print(p *printer, _ int) { p.put("<function " + f.name + " at " + address + ">") }

// address stands where Python prints the address of an object.
const address = "0x7f0000000000"

// builtinMethod is the method of that name, or nil.
func builtinMethod(v Value, name string) method {
	switch v := v.(type) {
	case string, marked:
		return strMethod(name)
	case Markup:
		return markupMethod(name)
	case *List:
		return listMethod(name)
	case *Dict:
		return dictMethod(name)
	case *Tuple:
		return tupleMethod(name)
	case *Set:
		return setMethod(name)
	case int, bool, *big.Int:
		return intMethod(name)
	case float64:
		return floatMethod(name)
	case *dictView:
		return viewMethod(v, name)
	case *cycler:
		return cyclerMethod(name)
	case *rangeValue:
		return rangeMethod(name)
	}
	return nil
}

// attribute is v.name: the attribute, else the item of that key, else undefined.
func (s *State) attribute(v Value, name string) (Value, error) {
	r, ok, err := s.ownAttribute(v, name)
	if ok || err != nil {
		return r, err
	}
	switch x := v.(type) {
	case *Undefined:
		if s.opts.Lenient && s.opts.Missed != nil && len(s.stack) == 0 {
			return x, nil // nopkg.f() is a call of what nobody defines, too
		}
		if s.opts.Lenient {
			return x.part(), nil
		}
		return nil, undefinedError(x)
	case *Dict:
		if r, ok := x.GetString(name); ok {
			return r, nil
		}
	case Indexer:
		if r, ok, err := x.Index(name); ok || err != nil {
			return r, err
		}
	}
	return missing(v, name), nil
}

// ownAttribute is what Python's getattr finds.
func (s *State) ownAttribute(v Value, name string) (Value, bool, error) {
	if m := builtinMethod(v, name); m != nil {
		return &boundMethod{v, name, m}, true, nil
	}
	switch v := v.(type) {
	case *loopContext:
		return v.attribute(s, name)
	case *namespace:
		r, ok := v.attrs.GetString(name)
		return r, ok, nil
	case *Macro:
		return v.attribute(name)
	case *cycler:
		if name == "current" {
			return v.items[v.at], true, nil
		}
	case *Tuple:
		if i := slices.Index(v.fields, name); i >= 0 {
			return v.Items[i], true, nil
		}
	case builtinFunc:
		if v.name == "dict" && name == "fromkeys" {
			return builtinFunc{"fromkeys", dictFromKeys}, true, nil
		}
	case Attributer:
		r, ok := v.Attr(name)
		return r, ok, nil
	}
	switch name {
	case "real", "numerator":
		if i := toBig(v); i != nil {
			return normalize(i), true, nil
		}
	case "imag":
		if i := toBig(v); i != nil {
			return 0, true, nil
		}
	case "denominator":
		if i := toBig(v); i != nil {
			return 1, true, nil
		}
	}
	return nil, false, nil
}

// missing is the undefined value for an attribute or item that v does not have.
func missing(v, key Value) *Undefined {
	if name, ok := asString(key); ok {
		return &Undefined{Name: name, Hint: Repr(objectName(v)) + " has no attribute " + Repr(name)}
	}
	return &Undefined{Name: Repr(key), Hint: objectName(v) + " has no element " + Repr(key)}
}

// item is v[key]: the item, else the attribute of that name, else undefined.
func (s *State) item(v, key Value) (Value, error) {
	r, ok, err := s.ownItem(v, key)
	if ok || err != nil {
		return r, err
	}
	if name, ok := asString(key); ok {
		if r, ok, err := s.ownAttribute(v, name); ok || err != nil {
			return r, err
		}
	}
	return missing(v, key), nil
}

// ownItem is what Python's v[key] finds.
func (s *State) ownItem(v, key Value) (Value, bool, error) {
	switch x := v.(type) {
	case *List:
		r, ok := itemAt(x.Items, key)
		return r, ok, nil
	case *Tuple:
		r, ok := itemAt(x.Items, key)
		return r, ok, nil
	case *Dict:
		r, ok := x.Get(key)
		return r, ok, nil
	case *rangeValue:
		if i, ok := place(x.n, key); ok {
			return x.item(i), true, nil
		}
	case *Undefined:
		if s.opts.Lenient {
			return x.part(), true, nil
		}
		return nil, false, undefinedError(x)
	case Indexer:
		return x.Index(key)
	case string, Markup:
		if i, ok := toSmallInt(key); ok {
			text, _ := asString(v)
			if c, ok := charAt(text, i); ok {
				_, markup := v.(Markup)
				return retext(c, markup), true, s.charge(len(text))
			}
		}
	}
	return nil, false, nil
}

func itemAt(items []Value, key Value) (Value, bool) {
	if i, ok := place(len(items), key); ok {
		return items[i], true
	}
	return nil, false
}

// place is where the item of that key is in a sequence of n items; negative keys count from the end.
func place(n int, key Value) (int, bool) {
	i, ok := toSmallInt(key)
	if i < 0 {
		i += n
	}
	return i, ok && i >= 0 && i < n
}

// charAt is the i-th character, from the end if i is negative.
func charAt(text string, i int) (string, bool) {
	if i < 0 {
		i += utf8.RuneCountInString(text)
	}
	if i < 0 {
		return "", false
	}
	for text != "" {
		_, n := utf8.DecodeRuneInString(text)
		if i == 0 {
			return text[:n], true
		}
		text = text[n:]
		i--
	}
	return "", false
}

// bounds are the three values of the slice; nil where they are left out or None.
func (e *sliceExpr) bounds(f *frame) (bounds [3]*int, err error) {
	for i, x := range []expr{e.start, e.stop, e.step} {
		if x == nil {
			continue
		}
		v, err := x.eval(f)
		if err != nil {
			return bounds, err
		}
		if v == nil {
			continue
		}
		n, err := toIndex(v)
		if err != nil {
			return bounds, err
		}
		bounds[i] = &n
	}
	if bounds[2] != nil && *bounds[2] == 0 {
		return bounds, valueErrorf("slice step cannot be zero")
	}
	return bounds, nil
}

// slice is v[start:stop:step].
func (e *sliceExpr) slice(f *frame, v Value) (Value, error) {
	bounds, err := e.bounds(f)
	if err != nil {
		return nil, err
	}
	s := f.state
	switch x := v.(type) {
	case *List:
		items := sliceItems(x.Items, bounds)
		return &List{Items: items}, s.chargeItems(len(items))
	case *Tuple:
		items := sliceItems(x.Items, bounds)
		return &Tuple{Items: items}, s.chargeItems(len(items))
	case *rangeValue:
		start, step, n := sliceBounds(x.n, bounds)
		first, by := x.start+start*x.step, x.step*step
		stop := x.start + sliceStop(x.n, bounds)*x.step
		return &rangeValue{first, stop, by, n}, nil
	case *Undefined:
		if s.opts.Lenient {
			return x.part(), nil
		}
		return nil, undefinedError(x)
	case Markup:
		return Markup(sliceText(string(x), bounds)), s.charge(len(x))
	case Slicer:
		start, step, n := sliceBounds(x.Len(), bounds)
		return x.Slice(start, step, n)
	}
	if text, ok := asString(v); ok {
		return sliceText(text, bounds), s.charge(len(text))
	}
	if _, ok := v.(*Dict); ok {
		return nil, typeErrorf("unhashable type: 'slice'")
	}
	return nil, typeErrorf("'%s' object is not subscriptable", TypeName(v))
}

// sliceStop is where Python's slice of a sequence of that length stops.
func sliceStop(length int, bounds [3]*int) int {
	backwards := bounds[2] != nil && *bounds[2] < 0
	switch {
	case bounds[1] == nil && backwards:
		return -1
	case bounds[1] == nil:
		return length
	}
	stop := *bounds[1]
	if stop < 0 {
		stop += length
	}
	if backwards {
		return min(max(stop, -1), length-1)
	}
	return min(max(stop, 0), length)
}

// sliceBounds resolves Python's slice for a sequence of that length: the first index, the step and the number of items.
func sliceBounds(length int, bounds [3]*int) (start, step, n int) {
	step = 1
	if bounds[2] != nil {
		step = min(max(*bounds[2], -length-1), length+1)
		if step == 0 {
			step = 1
		}
	}
	low, high := 0, length
	if step < 0 {
		low, high = -1, length-1
	}
	clamp := func(b *int, otherwise int) int {
		if b == nil {
			return otherwise
		}
		i := *b
		if i < 0 {
			i = max(i+length, low)
		}
		return min(max(i, low), high)
	}
	var stop int
	if step > 0 {
		start, stop = clamp(bounds[0], low), clamp(bounds[1], high)
		n = (stop - start + step - 1) / step
	} else {
		start, stop = clamp(bounds[0], high), clamp(bounds[1], low)
		n = (start - stop - step - 1) / -step
	}
	return start, step, max(n, 0)
}

func sliceItems(items []Value, bounds [3]*int) []Value {
	start, step, n := sliceBounds(len(items), bounds)
	out := make([]Value, n)
	for i := range out {
		out[i] = items[start+i*step]
	}
	return out
}

func sliceText(text string, bounds [3]*int) string {
	if ascii(text) {
		start, step, n := sliceBounds(len(text), bounds)
		if step == 1 {
			return text[start : start+n]
		}
		out := make([]byte, n)
		for i := range out {
			out[i] = text[start+i*step]
		}
		return string(out)
	}
	runes := []rune(text)
	start, step, n := sliceBounds(len(runes), bounds)
	out := make([]rune, n)
	for i := range out {
		out[i] = runes[start+i*step]
	}
	return string(out)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// attribute are the attributes that Jinja2 gives macros.
func (m *Macro) attribute(name string) (Value, bool, error) {
	switch name {
	case "name":
		return m.Name, true, nil
	case "arguments":
		t := &Tuple{}
		for _, p := range m.Params {
			t.Items = append(t.Items, p.Name)
		}
		return t, true, nil
	case "caller":
		return m.def != nil && m.def.fn.caller >= 0, true, nil
	case "catch_kwargs":
		return m.def != nil && m.def.fn.kwargs >= 0, true, nil
	case "catch_varargs":
		return m.def != nil && m.def.fn.varargs >= 0, true, nil
	}
	return nil, false, nil
}
