package compiler

import "github.com/modsql/mod/compiler/jinja"

// form is where the members of a description go, key by key: a dict for templates, JSON for the manifest.
type form interface {
	value(key string, v jinja.Value)
	text(key, s string)
	textOrNone(key, s string) // None for ""
	texts(key string, list []string)
	// copied is a dict of the node's own; an empty one for nil.
	copied(key string, d *jinja.Dict)
	dict(key string, members func(form))
	dicts(key string, n int, members func(i int, into form))
}

// dictForm writes into a dict, which shares no dict with the node.
type dictForm struct{ d *jinja.Dict }

func (f dictForm) value(key string, v jinja.Value)  { f.d.Put(key, v) }
func (f dictForm) text(key, s string)               { f.d.Put(key, s) }
func (f dictForm) textOrNone(key, s string)         { f.d.Put(key, text(s)) }
func (f dictForm) texts(key string, list []string)  { f.d.Put(key, textList(list)) }
func (f dictForm) copied(key string, d *jinja.Dict) { f.d.Put(key, cloned(d)) }

func (f dictForm) dict(key string, members func(form)) {
	d := jinja.NewDict()
	members(dictForm{d})
	f.d.Put(key, d)
}

func (f dictForm) dicts(key string, n int, members func(i int, into form)) {
	list := jinja.NewList()
	for i := range n {
		d := jinja.NewDict()
		members(i, dictForm{d})
		list.Append(d)
	}
	f.d.Put(key, list)
}

// jsonForm writes JSON. A key must not come twice in one dict.
type jsonForm struct {
	json  jinja.JSON
	out   []byte
	inner bool // something was written since the last open
	err   error
}

func (f *jsonForm) open(bracket byte)  { f.out, f.inner = append(f.out, bracket), false }
func (f *jsonForm) close(bracket byte) { f.out, f.inner = append(f.out, bracket), true }

// next begins another member of a list or a dict.
func (f *jsonForm) next() {
	if f.inner {
		f.out = append(f.out, ", "...)
	}
	f.inner = true
}

func (f *jsonForm) key(k string) {
	f.next()
	f.out = append(jinja.AppendJSONText(f.out, k), ": "...)
}

func (f *jsonForm) value(key string, v jinja.Value) {
	f.key(key)
	if f.err == nil {
		f.out, f.err = f.json.Append(f.out, v)
	}
}

func (f *jsonForm) text(key, s string) {
	f.key(key)
	f.out = jinja.AppendJSONText(f.out, s)
}

func (f *jsonForm) textOrNone(key, s string) {
	if s == "" {
		f.value(key, nil)
		return
	}
	f.text(key, s)
}

func (f *jsonForm) texts(key string, list []string) {
	f.key(key)
	f.open('[')
	for _, s := range list {
		f.next()
		f.out = jinja.AppendJSONText(f.out, s)
	}
	f.close(']')
}

func (f *jsonForm) copied(key string, d *jinja.Dict) {
	f.key(key)
	if f.err == nil {
		f.out, f.err = f.json.Append(f.out, d)
	}
}

func (f *jsonForm) dict(key string, members func(form)) {
	f.key(key)
	f.open('{')
	members(f)
	f.close('}')
}

func (f *jsonForm) dicts(key string, n int, members func(i int, into form)) {
	f.key(key)
	f.open('[')
	for i := range n {
		f.next()
		f.open('{')
		members(i, f)
		f.close('}')
	}
	f.close(']')
}
