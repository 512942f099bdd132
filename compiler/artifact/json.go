// Package artifact reads and writes the files by which other tools know a project and its runs, in the shapes dbt gives them:
// manifest.json version 12, run_results.json version 6.
package artifact

import (
	"bufio"
	"io"

	"github.com/modsql/mod/compiler/jinja"
)

// encoder writes one large JSON object member by member. The first error ends all writing and is returned by flush.
type encoder struct {
	w     *bufio.Writer
	first []bool // for each open object: nothing is in it yet
	json  jinja.JSON
	text  []byte // room for a value
	err   error
}

func newEncoder(w io.Writer) *encoder {
	return &encoder{w: bufio.NewWriterSize(w, 1<<16), json: jinja.JSON{Default: asText}}
}

func (e *encoder) flush() error {
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// object writes an object whose members body writes, each by key and then value or object.
func (e *encoder) object(body func()) {
	e.write("{")
	e.first = append(e.first, true)
	body()
	e.first = e.first[:len(e.first)-1]
	e.write("}")
}

func (e *encoder) key(k string) {
	last := len(e.first) - 1
	if !e.first[last] {
		e.write(", ")
	}
	e.first[last] = false
	e.value(k)
	e.write(": ")
}

// value writes a template value as Python's json.dumps does. What JSON has no form for is written as its text, what is undefined
// as null.
func (e *encoder) value(v jinja.Value) {
	e.appended(func(b []byte) ([]byte, error) { return e.json.Append(b, v) })
}

// dicts writes a list of what describe makes of each item, one after the other: all of them together may be large.
func dicts[T any](e *encoder, items []T, describe func(*T) *jinja.Dict) {
	e.write("[")
	for i := range items {
		if i > 0 {
			e.write(", ")
		}
		e.value(describe(&items[i]))
	}
	e.write("]")
}

// appended writes what add appends.
func (e *encoder) appended(add func([]byte) ([]byte, error)) {
	if e.err != nil {
		return
	}
	if e.text, e.err = add(e.text[:0]); e.err == nil {
		_, e.err = e.w.Write(e.text)
	}
}

func asText(v jinja.Value) (any, bool) {
	if _, ok := v.(*jinja.Undefined); ok {
		return nil, true
	}
	if t, ok := v.(interface{ ISOFormat() string }); ok { // a datetime
		return t.ISOFormat(), true
	}
	return jinja.Str(v), true
}

func (e *encoder) write(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}
