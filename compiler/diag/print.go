package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Style says how diagnostics are printed. The zero Style is plain text of any width, all of it.
type Style struct {
	Color bool // ANSI colours
	Width int  // columns of the terminal: excerpts are cut to it; 0 means no limit
	Max   int  // the number of diagnostics to print, the rest being counted in a last line; 0 means all
}

// tabWidth is the distance between tab stops in excerpts.
const tabWidth = 4

// Grouped writes a number as messages have it, with commas between thousands: -1,234,567.
func Grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Print writes diagnostics for people, in the order given: place, severity, message and code, then the line with a caret under the
// span, the hint, and the related places. The error is the writer's.
func Print(w io.Writer, diagnostics []*Diagnostic, s Style) error {
	p := printer{Style: s}
	shown := diagnostics
	if s.Max > 0 && len(shown) > s.Max {
		shown = shown[:s.Max]
	}
	last := 0
	for i, d := range shown {
		start := p.lines
		var text strings.Builder
		p.diagnostic(&text, d)
		if i > 0 && (last > 1 || p.lines-start > 1) {
			p.WriteString("\n")
		}
		last = p.lines - start
		p.WriteString(text.String())
	}
	if more := len(diagnostics) - len(shown); more > 0 {
		fmt.Fprintf(&p, "\n… and %d more\n", more)
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// printer gathers what is printed; lines counts the lines of diagnostics so far.
type printer struct {
	Style
	strings.Builder
	lines int
}

func (p *printer) line(b *strings.Builder, text string) {
	b.WriteString(strings.TrimRight(text, " ") + "\n")
	p.lines++
}

func (p *printer) diagnostic(b *strings.Builder, d *Diagnostic) {
	// A warehouse may need several lines to say what is wrong: those after the first stand below, as what they are.
	first, rest, _ := strings.Cut(strings.TrimSpace(d.Message), "\n")
	head := p.paint(severityColor(d.Severity), d.Severity.String()+":") + " " + p.paint(bold, first)
	if at := d.Span.String(); at != "" {
		head = p.paint(bold, at+":") + " " + head
	}
	if d.Code != "" {
		head += " " + p.paint(faint, "["+string(d.Code)+"]")
	}
	p.line(b, head)
	for line := range strings.Lines(rest) {
		if line = strings.TrimRight(line, "\r\n"); line != "" {
			p.line(b, "  "+line)
		}
	}
	p.excerpt(b, d.Span, "", severityColor(d.Severity))
	if d.Hint != "" {
		for i, line := range strings.Split(d.Hint, "\n") {
			if i == 0 {
				line = p.paint(cyan, "hint:") + " " + line
			} else {
				line = "      " + line
			}
			p.line(b, "  "+line)
		}
	}
	for _, n := range d.Related {
		text := p.paint(cyan, "note:") + " " + n.Message
		if at := n.Span.String(); at != "" {
			text = at + ": " + text
		}
		p.line(b, "  "+text)
		p.excerpt(b, n.Span, "  ", cyan)
	}
}

// excerpt writes the line the span starts on and a run of carets below what the span covers of it.
func (p *printer) excerpt(b *strings.Builder, at Span, indent, color string) {
	if at.IsZero() || at.Source.Text == "" {
		return
	}
	number := at.Position().Line
	line := at.Source.Line(number)
	start := min(max(at.Start, 0)-at.Source.starts()[number-1], len(line))
	end := min(max(at.End-at.Source.starts()[number-1], start), len(line))
	before := cells(line[:start], 0)
	under := cells(line[start:end], columns(before))
	after := cells(line[end:], columns(before)+columns(under))
	if strings.TrimSpace(line) == "" && start == end {
		return
	}
	gutter := fmt.Sprintf("%5d | ", number)
	before, under, after = p.fit(len(indent)+len(gutter), before, under, after)
	p.line(b, indent+p.paint(faint, gutter)+string(before)+string(under)+string(after))
	p.line(b, indent+p.paint(faint, "      | ")+strings.Repeat(" ", columns(before))+
		p.paint(color, strings.Repeat("^", max(columns(under), 1))))
}

// fit cuts an excerpt to the terminal: first what follows the span, then what precedes it.
func (p *printer) fit(used int, before, under, after []rune) (_, _, _ []rune) {
	room := p.Width - used
	if p.Width <= 0 || room < 20 || columns(before)+columns(under)+columns(after) <= room {
		return before, under, after
	}
	if columns(under) > room/2 {
		under, after = append(head(under, room/2-1), '…'), nil
	}
	if limit := room - columns(under) - min(columns(after), room/4); columns(before) > limit {
		before = append([]rune{'…'}, tail(before, limit-1)...)
	}
	if limit := room - columns(before) - columns(under); columns(after) > limit {
		after = append(head(after, limit-1), '…')
	}
	return before, under, after
}

func head(text []rune, limit int) []rune {
	used := 0
	for i, r := range text {
		if used += runeWidth(r); used > limit {
			return append([]rune(nil), text[:i]...)
		}
	}
	return text
}

func tail(text []rune, limit int) []rune {
	used := 0
	for i := len(text) - 1; i >= 0; i-- {
		if used += runeWidth(text[i]); used > limit {
			return text[i+1:]
		}
	}
	return text
}

// cells is text as a terminal shows it from that column on: tabs become spaces, control characters a visible mark.
func cells(text string, column int) []rune {
	var out []rune
	for _, r := range text {
		switch {
		case r == '\t':
			n := tabWidth - column%tabWidth
			out = append(out, []rune(strings.Repeat(" ", n))...)
			column += n
			continue
		case unicode.IsControl(r):
			r = '·'
		}
		out = append(out, r)
		column += runeWidth(r)
	}
	return out
}

func columns(text []rune) int {
	n := 0
	for _, r := range text {
		n += runeWidth(r)
	}
	return n
}

// runeWidth is the number of terminal columns of a character: https://www.unicode.org/reports/tr11/.
func runeWidth(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// The ANSI colours of a printed diagnostic.
const (
	bold   = "1"
	faint  = "2"
	cyan   = "36"
	red    = "1;31"
	yellow = "1;33"
)

func severityColor(s Severity) string {
	switch s {
	case Error:
		return red
	case Warning:
		return yellow
	default:
		return cyan
	}
}

func (p *printer) paint(color, text string) string {
	if !p.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// place is a span in JSON; all of it is left out of a note for the zero Span.
type place struct {
	Path      string `json:"path,omitempty"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
}

func (s Span) place() place {
	if s.Source == nil {
		return place{}
	}
	start, end := s.Source.Position(s.Start), s.Source.Position(max(s.End, s.Start))
	return place{s.Source.Path, start.Line, start.Column, end.Line, end.Column}
}

// MarshalJSON is the diagnostic as one object: code, severity, path, line, column, end_line, end_column, message, hint and
// related. The places of the end, and related, are left out where there are none. Lines and columns count from 1, columns in
// characters; the end is the place after the last character.
func (d *Diagnostic) MarshalJSON() ([]byte, error) {
	type related struct {
		place
		Message string `json:"message"`
	}
	var notes []related
	for _, n := range d.Related {
		notes = append(notes, related{n.Span.place(), n.Message})
	}
	at := d.Span.place()
	return json.Marshal(struct {
		Code      Code      `json:"code"`
		Severity  string    `json:"severity"`
		Path      string    `json:"path"`
		Line      int       `json:"line"`
		Column    int       `json:"column"`
		EndLine   int       `json:"end_line,omitempty"`
		EndColumn int       `json:"end_column,omitempty"`
		Message   string    `json:"message"`
		Hint      string    `json:"hint"`
		Related   []related `json:"related,omitempty"`
	}{d.Code, d.Severity.String(), at.Path, at.Line, at.Column, at.EndLine, at.EndColumn, d.Message, d.Hint, notes})
}
