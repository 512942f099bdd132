package project

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// RedactingJSON writes JSON, or lines of it, to w with redact applied to its strings: to what they say, however that is escaped, so that what is
// written is JSON whatever a secret looks like. Numbers, true, false and null stay, and so do keys that are words of a format (lower case, digits, _): a
// password that is one of them tells nothing there. The caller closes it, which leaves w open; it is used by one goroutine at a time.
type RedactingJSON struct {
	w      io.Writer
	redact func(string) string

	out     bytes.Buffer
	literal []byte // a string that is not over, or is over and may be a key
	inside  bool   // the string is not over
	escaped bool   // a backslash was the last byte
}

// NewRedactingJSON makes one.
func NewRedactingJSON(w io.Writer, redact func(string) string) *RedactingJSON {
	return &RedactingJSON{w: w, redact: redact}
}

// RedactJSON is the text with redact applied to its strings, as [RedactingJSON] does it.
func RedactJSON(text []byte, redact func(string) string) []byte {
	r := &RedactingJSON{redact: redact}
	r.take(text)
	r.settle(false)
	return r.out.Bytes()
}

// Write implements io.Writer.
func (r *RedactingJSON) Write(p []byte) (int, error) {
	r.take(p)
	_, err := r.w.Write(r.out.Bytes())
	r.out.Reset()
	return len(p), err
}

// Close writes what was kept back.
func (r *RedactingJSON) Close() error {
	r.settle(false)
	_, err := r.w.Write(r.out.Bytes())
	r.out.Reset()
	return err
}

func (r *RedactingJSON) take(p []byte) {
	for len(p) > 0 {
		if r.inside {
			p = p[r.inString(p):]
			continue
		}
		at := bytes.IndexByte(p, '"')
		between := p
		if at >= 0 {
			between = p[:at]
		}
		if rest := bytes.TrimLeft(between, " \t\r\n"); len(rest) > 0 || at >= 0 {
			r.settle(len(rest) > 0 && rest[0] == ':')
		} else if r.literal != nil { // blanks between a key and its colon
			r.literal = append(r.literal, between...)
			return
		}
		r.out.Write(between)
		if at < 0 {
			return
		}
		r.literal, r.inside, p = append(r.literal, '"'), true, p[at+1:]
	}
}

// inString takes the bytes of a string up to its end, or all of them, and returns how many those are.
func (r *RedactingJSON) inString(p []byte) int {
	for i, c := range p {
		switch {
		case r.escaped:
			r.escaped = false
		case c == '\\':
			r.escaped = true
		case c == '"':
			r.inside = false
			r.literal = append(r.literal, p[:i+1]...)
			return i + 1
		}
	}
	r.literal = append(r.literal, p...)
	return len(p)
}

// settle writes the string that was kept back.
func (r *RedactingJSON) settle(isKey bool) {
	if r.literal == nil {
		return
	}
	text := bytes.TrimRight(r.literal, " \t\r\n")
	if isKey && word(text) {
		r.out.Write(r.literal)
	} else {
		r.out.Write(redactLiteral(text, r.redact))
		r.out.Write(r.literal[len(text):])
	}
	r.literal, r.inside, r.escaped = nil, false, false
}

func word(literal []byte) bool {
	return len(bytes.Trim(literal, `"abcdefghijklmnopqrstuvwxyz0123456789_`)) == 0
}

// redactLiteral redacts a string of JSON. It is spelled anew, as it was, only if that changes it.
func redactLiteral(literal []byte, redact func(string) string) []byte {
	if len(literal) < 2 || literal[len(literal)-1] != '"' { // the text ends in it
		return []byte(redact(string(literal)))
	}
	said := string(literal[1 : len(literal)-1])
	if bytes.IndexByte(literal, '\\') >= 0 && json.Unmarshal(literal, &said) != nil {
		return []byte(redact(string(literal)))
	}
	told := redact(said)
	if told == said {
		return literal
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(bytes.Contains(literal, []byte(`\u003`)) || bytes.Contains(literal, []byte(`\u0026`)))
	if encoder.Encode(told) != nil {
		return []byte(`"***"`)
	}
	text := strings.TrimSuffix(out.String(), "\n")
	if isASCII(string(literal)) {
		text = inASCII(text)
	}
	return []byte(text)
}
