package seed

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/dialect"
)

// reader splits a CSV file into fields by the rules of Python's csv module: a quote has a meaning only where a field begins and
// where a quoted field ends, a doubled one inside stands for one, and what follows a closing quote is part of the field.
type reader struct {
	in     *bufio.Reader
	comma  []byte
	copied bool // the warehouse reads the file itself: blank lines are no rows, line ends inside quotes are kept
	line   int  // that is read next, from 1
	text   []byte
	ends   []int // of the fields in text
	begins []place
	column int // of the next byte, from 0
}

// place is where a field begins: the line from 1, the byte in it from 0.
type place struct{ line, column int }

func newReader(in io.Reader, o Options) *reader {
	r := &reader{in: bufio.NewReaderSize(in, 1<<16), comma: []byte(o.Delimiter), line: 1}
	r.copied = o.Dialect.Has(dialect.CopiesSeeds)
	if start, err := r.in.Peek(len(bom)); err == nil && bytes.Equal(start, bom) {
		_, _ = r.in.Discard(len(bom))
		r.column = len(bom)
	}
	return r
}

// field is the text of field i of the last row, valid until the next one is read.
func (r *reader) field(i int) []byte {
	start := 0
	if i > 0 {
		start = r.ends[i-1]
	}
	return r.text[start:r.ends[i]]
}

// row reads a row and tells how many fields it has, which are no more than most if that is not negative. After the last row
// the error is io.EOF.
func (r *reader) row(most int) (int, error) {
	for {
		n, err := r.split()
		if err != nil {
			return 0, err
		}
		if n == 0 && r.copied && most > 1 {
			continue
		}
		if most >= 0 && n > most {
			extra := r.begins[most]
			return 0, &Error{
				Line: extra.line, Column: extra.column + 1,
				Message: fmt.Sprintf("the row has %d values, but the header has %d columns", n, most),
				Hint:    "quote values that contain the delimiter",
			}
		}
		return n, r.valid(n)
	}
}

// The states of a field.
type state int

const (
	begin  state = iota // before its first character
	plain               // inside, not quoted
	quoted              // inside quotes
	closed              // after a quote that may close it or be the first of two
)

func (r *reader) split() (int, error) {
	r.text, r.ends, r.begins = r.text[:0], r.ends[:0], r.begins[:0]
	if r.splitPlain() {
		return len(r.ends), nil
	}
	at, opened, some := begin, place{}, false
	for {
		c, err := r.in.ReadByte()
		if err == io.EOF {
			if !some {
				return 0, io.EOF
			}
			if at == quoted {
				return 0, &Error{Line: opened.line, Column: opened.column + 1, Message: "a quote is not closed", Hint: "double a quote that is part of a value"}
			}
			r.end(at)
			return len(r.ends), nil
		}
		if err != nil {
			return 0, err
		}
		if at == begin && len(r.begins) == len(r.ends) {
			r.begins = append(r.begins, place{r.line, r.column})
		}
		r.column++
		some = true
		switch {
		case c == '"' && at == begin:
			at, opened = quoted, place{r.line, r.column - 1}
		case c == '"' && at == quoted:
			at = closed
		case c == '"' && at == closed:
			r.text = append(r.text, c)
			at = quoted
		case c == '\n' || c == '\r':
			crlf := c == '\r' && r.skip('\n')
			r.line, r.column = r.line+1, 0
			if at != quoted {
				r.end(at)
				return len(r.ends), nil
			}
			if crlf && r.copied {
				r.text = append(r.text, '\r')
			}
			r.text = append(r.text, '\n')
		case at == quoted:
			r.text = append(r.text, c)
		case c == r.comma[0] && r.skipRest():
			r.ends = append(r.ends, len(r.text))
			at = begin
		default:
			r.text = append(r.text, c)
			at = plain
		}
	}
}

// splitPlain reads the next row if it is a whole line of the buffer without quotes, as most are: a search for the delimiter is
// several times as fast as a look at every byte.
func (r *reader) splitPlain() bool {
	if len(r.comma) != 1 || r.column != 0 {
		return false
	}
	buffer, _ := r.in.Peek(r.in.Buffered())
	end := bytes.IndexByte(buffer, '\n')
	if end < 0 {
		return false
	}
	line := bytes.TrimSuffix(buffer[:end], []byte{'\r'})
	if bytes.IndexByte(line, '"') >= 0 || bytes.IndexByte(line, '\r') >= 0 {
		return false
	}
	for column := 0; len(line) > 0 || column > 0; {
		r.begins = append(r.begins, place{r.line, column})
		length := bytes.IndexByte(line[column:], r.comma[0])
		last := length < 0
		if last {
			length = len(line) - column
		}
		r.text = append(r.text, line[column:column+length]...)
		r.ends = append(r.ends, len(r.text))
		if last {
			break
		}
		column += length + 1
	}
	_, _ = r.in.Discard(end + 1)
	r.line++
	return true
}

// end ends the row. A line without anything is a row without fields.
func (r *reader) end(at state) {
	if at == begin && len(r.ends) == 0 {
		return
	}
	if len(r.begins) == len(r.ends) {
		r.begins = append(r.begins, place{r.line, r.column})
	}
	r.ends = append(r.ends, len(r.text))
}

func (r *reader) skip(c byte) bool {
	next, err := r.in.Peek(1)
	if err != nil || next[0] != c {
		return false
	}
	_, _ = r.in.Discard(1)
	return true
}

// skipRest skips what a delimiter has beyond its first byte, if that follows.
func (r *reader) skipRest() bool {
	if len(r.comma) == 1 {
		return true
	}
	next, err := r.in.Peek(len(r.comma) - 1)
	if err != nil || !bytes.Equal(next, r.comma[1:]) {
		return false
	}
	_, _ = r.in.Discard(len(next))
	r.column += len(next)
	return true
}

func (r *reader) valid(n int) error {
	if utf8.Valid(r.text) {
		return nil
	}
	for i := range n {
		if !utf8.Valid(r.field(i)) {
			return &Error{Line: r.begins[i].line, Column: r.begins[i].column + 1, Message: "the text is not UTF-8", Hint: "save the file as UTF-8"}
		}
	}
	return nil
}
