// Package artifact reads and writes the files by which other tools know a project and its runs, in the shapes dbt gives them:
// manifest.json version 12 and run_results.json version 6.
package artifact

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
)

// encoder writes JSON as Python's json.dumps spells it: a space behind commas and colons, and ASCII only. The first error of the
// writer ends all writing and is returned by flush.
type encoder struct {
	w     *bufio.Writer
	first []bool // for each open object: nothing is in it yet
}

func newEncoder(w io.Writer) *encoder { return &encoder{w: bufio.NewWriterSize(w, 1<<16)} }

func (e *encoder) flush() error { return e.w.Flush() }

// object writes an object whose members body writes, each by key and then value or object.
func (e *encoder) object(body func()) {
	e.w.WriteByte('{')
	e.first = append(e.first, true)
	body()
	e.first = e.first[:len(e.first)-1]
	e.w.WriteByte('}')
}

func (e *encoder) key(k string) {
	last := len(e.first) - 1
	if !e.first[last] {
		e.w.WriteString(", ")
	}
	e.first[last] = false
	e.text(k)
	e.w.WriteString(": ")
}

// value writes a template value. Host values are written as their text.
func (e *encoder) value(v jinja.Value) {
	switch v := v.(type) {
	case nil, *jinja.Undefined:
		e.w.WriteString("null")
	case bool:
		e.w.WriteString(strconv.FormatBool(v))
	case int:
		e.w.WriteString(strconv.Itoa(v))
	case *big.Int:
		e.w.WriteString(v.String())
	case float64:
		e.float(v)
	case string:
		e.text(v)
	case *jinja.List:
		e.list(v.Items)
	case *jinja.Tuple:
		e.list(v.Items)
	case *jinja.Set:
		e.list(v.Items())
	case *jinja.Dict:
		e.object(func() {
			for k, item := range v.All() {
				e.key(jinja.Str(k))
				e.value(item)
			}
		})
	default:
		e.text(jinja.Str(v))
	}
}

func (e *encoder) list(items []jinja.Value) {
	e.w.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			e.w.WriteString(", ")
		}
		e.value(item)
	}
	e.w.WriteByte(']')
}

// float writes what JSON has no number for as null, since most readers refuse Python's NaN.
func (e *encoder) float(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		e.w.WriteString("null")
		return
	}
	e.w.WriteString(jinja.Repr(f))
}

func (e *encoder) text(s string) {
	e.w.WriteByte('"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		e.w.WriteString(s[start:i])
		r, size := utf8.DecodeRuneInString(s[i:])
		e.escape(r)
		i += size
		start = i
	}
	e.w.WriteString(s[start:])
	e.w.WriteByte('"')
}

func (e *encoder) escape(r rune) {
	switch r {
	case '"', '\\':
		e.w.WriteByte('\\')
		e.w.WriteByte(byte(r))
	case '\n':
		e.w.WriteString(`\n`)
	case '\r':
		e.w.WriteString(`\r`)
	case '\t':
		e.w.WriteString(`\t`)
	case '\b':
		e.w.WriteString(`\b`)
	case '\f':
		e.w.WriteString(`\f`)
	default:
		if r > 0xffff {
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(e.w, `\u%04x\u%04x`, high, low)
			return
		}
		fmt.Fprintf(e.w, `\u%04x`, r)
	}
}
