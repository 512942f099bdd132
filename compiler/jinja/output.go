package jinja

import (
	"sort"

	"github.com/modsql/mod/compiler/diag"
)

// Output is the result of rendering a template.
type Output struct {
	Text string

	src  *diag.Source
	runs []run
}

// run is a stretch of output from one place: its text is either copied from there (size 0), or made by the size bytes there.
type run struct{ out, src, size int }

// Origin maps a byte offset in o.Text to the place in a template that produced it. Text that a macro wrote maps to the
// call of the outermost macro in the rendered template. Offsets outside of the text are clamped to it; the origin of a text that is
// empty is the start of the template.
func (o *Output) Origin(offset int) diag.Span {
	if o.src == nil {
		return diag.Span{}
	}
	if len(o.runs) == 0 {
		return diag.Span{Source: o.src}
	}
	offset = min(max(offset, 0), max(len(o.Text)-1, 0))
	i := max(sort.Search(len(o.runs), func(i int) bool { return o.runs[i].out > offset })-1, 0)
	r := o.runs[i]
	if r.size > 0 {
		return diag.Span{Source: o.src, Start: r.src, End: r.src + r.size}
	}
	at := r.src + offset - r.out
	end := at + 1
	if end < len(o.src.Text) && offset < len(o.Text) && o.Text[offset] == '\n' && o.src.Text[at:end+1] == "\r\n" {
		end++ // one character was made of both
	}
	return diag.Span{Source: o.src, Start: at, End: end}
}

// buffer collects output; only that of a whole template tracks where it comes from.
type buffer struct {
	text  []byte
	src   *diag.Source
	track bool
	sink  *sink
	runs  []run
}

func (b *buffer) finish() *Output { return &Output{Text: string(b.text), src: b.src, runs: b.runs} }

// copied notes that what follows is copied from at on.
func (b *buffer) copied(at int) {
	if n := len(b.runs); n > 0 {
		if r := b.runs[n-1]; r.size == 0 && r.src-r.out == at-len(b.text) {
			return
		}
	}
	b.note(run{out: len(b.text), src: at})
}

// made notes that what was written from offset on is the doing of the node at p.
func (b *buffer) made(offset int, p pos) {
	if len(b.text) > offset {
		b.note(run{out: offset, src: p.start, size: max(p.end-p.start, 1)})
	}
}

func (b *buffer) note(r run) { b.runs = append(b.runs, r) }

// capture runs body with its output going elsewhere, and returns that output.
func (f *frame) capture(body []stmt) (string, signal, error) {
	s := f.state
	old := f.out
	f.out = s.buffer()
	sig, err := execBody(f, body)
	text := ""
	if err == nil {
		text = f.out.take()
	}
	s.release(f.out)
	f.out = old
	return text, sig, err
}

// take is the text of the buffer, whose space can then be used again.
func (b *buffer) take() string {
	return string(b.text)
}

func (s *State) buffer() *buffer {
	if n := len(s.spare); n > 0 {
		b := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return b
	}
	return &buffer{}
}

// release keeps a buffer for the next use, unless it is large.
func (s *State) release(b *buffer) {
	if cap(b.text) <= 64<<10 {
		b.text = b.text[:0]
		s.spare = append(s.spare, b)
	}
}

// write adds text to the output.
func (f *frame) write(text string) error {
	f.out.text = append(f.out.text, text...)
	if len(f.out.text) > f.state.output {
		return f.state.tooLarge()
	}
	return nil
}
