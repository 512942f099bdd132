// Package diag holds the problems of a user's project: each has a place in a file the user wrote, a stable code, a message and,
// where there is one, a hint that says what to do.
//
// A function that can find more than one problem takes or returns a [List] beside its result; a nil *List is a valid empty one
// to read from. Failures of the world (a server that does not answer) are plain errors, never diagnostics.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Source is a text file of the project. It is immutable after creation and safe for concurrent use.
type Source struct {
	Path string // slash-separated, relative to the project root
	Text string

	once  sync.Once
	lines []int // byte offset of the start of each line
}

// NewSource returns the source of that path and text.
func NewSource(path, text string) *Source { return &Source{Path: path, Text: text} }

// Position is a place for people: both numbers count from 1, and Column counts characters, not bytes.
type Position struct{ Line, Column int }

// Position converts a byte offset; offsets outside the text are clamped to it.
func (s *Source) Position(offset int) Position {
	starts := s.starts()
	offset = min(max(offset, 0), len(s.Text))
	line, found := slices.BinarySearch(starts, offset)
	if !found {
		line--
	}
	return Position{Line: line + 1, Column: utf8.RuneCountInString(s.Text[starts[line]:offset]) + 1}
}

// Offset is the inverse of Position for a line and a byte column (both from 1), clamped to the text.
func (s *Source) Offset(line, byteColumn int) int {
	starts := s.starts()
	if line < 1 {
		return 0
	}
	if line > len(starts) {
		return len(s.Text)
	}
	return min(starts[line-1]+max(byteColumn-1, 0), len(s.Text))
}

// Line returns the text of line n (from 1) without its line ending, or "" if there is no such line.
func (s *Source) Line(n int) string {
	starts := s.starts()
	if n < 1 || n > len(starts) {
		return ""
	}
	end := len(s.Text)
	if n < len(starts) {
		end = starts[n] - 1
	}
	return strings.TrimSuffix(s.Text[starts[n-1]:end], "\r")
}

func (s *Source) starts() []int {
	s.once.Do(func() {
		s.lines = []int{0}
		for i := 0; i < len(s.Text); i++ {
			if s.Text[i] == '\n' {
				s.lines = append(s.lines, i+1)
			}
		}
	})
	return s.lines
}

// Span is the half-open range of bytes [Start, End) of a source. The zero Span means that there is no place.
type Span struct {
	Source     *Source
	Start, End int
}

// IsZero tells whether the span names no place.
func (s Span) IsZero() bool { return s.Source == nil }

// Through is the span from the start of s to the end of last; s alone if last does not end after it in the same source.
func (s Span) Through(last Span) Span {
	if last.Source == s.Source && last.End > s.Start {
		s.End = last.End
	}
	return s
}

// Text is the text the span covers, "" for the zero Span.
func (s Span) Text() string {
	if s.Source == nil {
		return ""
	}
	start := min(max(s.Start, 0), len(s.Source.Text))
	return s.Source.Text[start:min(max(s.End, start), len(s.Source.Text))]
}

// Position is where the span starts.
func (s Span) Position() Position {
	if s.Source == nil {
		return Position{}
	}
	return s.Source.Position(s.Start)
}

// String is "path:line:column", or the path alone for an empty file, or "" for the zero Span.
func (s Span) String() string {
	if s.Source == nil {
		return ""
	}
	if s.Source.Text == "" {
		return s.Source.Path
	}
	p := s.Position()
	return fmt.Sprintf("%s:%d:%d", s.Source.Path, p.Line, p.Column)
}

// Severity is how bad a problem is. The zero value is Error.
type Severity int

// The severities, worst first. Off is that of a problem which nobody wants to hear of: it stands in settings, never in a
// diagnostic.
const (
	Error Severity = iota
	Warning
	Info
	Off
)

// String is the word printed for the severity.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Off:
		return "off"
	default:
		return "info"
	}
}

// SeverityNamed is the severity of that name; "warn" is another one for Warning.
func SeverityNamed(name string) (s Severity, ok bool) {
	for _, s := range []Severity{Error, Warning, Info, Off} {
		if name == s.String() || s == Warning && name == "warn" {
			return s, true
		}
	}
	return Error, false
}

// Code names a kind of problem. It is stable, documented in docs/reference/diagnostics and can be silenced.
type Code string

// Note is another place that explains a diagnostic.
type Note struct {
	Span    Span
	Message string
}

// Diagnostic is one problem. It implements error, so that it can travel as the cause of one.
type Diagnostic struct {
	Severity Severity
	Code     Code
	Span     Span
	Message  string // one clause, lower case, no full stop
	Hint     string // what to do; may be empty
	Related  []Note // other places that explain it, in the order to read them
	Fix      []Edit // what mends it, all in the file of Span; none unless there is one right answer
}

// Error is the message with its place, on one line.
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if at := d.Span.String(); at != "" {
		b.WriteString(at + ": ")
	}
	fmt.Fprintf(&b, "%s: %s", d.Severity, d.Message)
	if d.Code != "" {
		fmt.Fprintf(&b, " [%s]", d.Code)
	}
	return b.String()
}

// List collects diagnostics. The zero value is empty and ready; it is not safe for concurrent use: files that are read in
// parallel each have their own, joined afterwards with Append.
type List struct{ items []*Diagnostic }

// Add appends d and returns it, so that a hint can be set.
func (l *List) Add(d *Diagnostic) *Diagnostic {
	l.items = append(l.items, d)
	return d
}

// Errorf adds an error at that place.
func (l *List) Errorf(at Span, code Code, format string, args ...any) *Diagnostic {
	return l.Add(&Diagnostic{Severity: Error, Code: code, Span: at, Message: fmt.Sprintf(format, args...)})
}

// Warnf adds a warning at that place.
func (l *List) Warnf(at Span, code Code, format string, args ...any) *Diagnostic {
	return l.Add(&Diagnostic{Severity: Warning, Code: code, Span: at, Message: fmt.Sprintf(format, args...)})
}

// Append adds all of other's diagnostics; other may be nil.
func (l *List) Append(other *List) {
	if other != nil {
		l.items = append(l.items, other.items...)
	}
}

// Len is the number of diagnostics.
func (l *List) Len() int {
	if l == nil {
		return 0
	}
	return len(l.items)
}

// HasErrors tells whether one of them is an Error.
func (l *List) HasErrors() bool {
	return l != nil && slices.ContainsFunc(l.items, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns the diagnostics by path, place, severity, code and message: the same order whatever order they were found in.
func (l *List) Sorted() []*Diagnostic {
	if l == nil {
		return nil
	}
	out := slices.Clone(l.items)
	slices.SortStableFunc(out, func(a, b *Diagnostic) int {
		return cmp.Or(
			cmp.Compare(path(a.Span), path(b.Span)),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(out, func(a, b *Diagnostic) bool {
		return a.Severity == b.Severity && a.Code == b.Code && a.Span == b.Span && a.Message == b.Message
	})
}

// Err is nil unless the list holds an Error; its value is then an [*Errors] with all of the list.
func (l *List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return &Errors{List: l}
}

func path(s Span) string {
	if s.Source == nil {
		return ""
	}
	return s.Source.Path
}

// Errors is a list of diagnostics travelling as an error.
type Errors struct{ List *List }

// Error is the one-line form of every Error in the list.
func (e *Errors) Error() string {
	var lines []string
	for _, d := range e.List.Sorted() {
		if d.Severity == Error {
			lines = append(lines, d.Error())
		}
	}
	return strings.Join(lines, "\n")
}

// Carried are the diagnostics that an error is made of; none if it is a failure of the world.
func Carried(err error) []*Diagnostic {
	var one *Diagnostic
	var many *Errors
	switch {
	case errors.As(err, &many):
		return many.List.Sorted()
	case errors.As(err, &one):
		return []*Diagnostic{one}
	default:
		return nil
	}
}
