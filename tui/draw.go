package tui

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Size is that of a terminal, in cells.
type Size struct{ W, H int }

// span is a piece of text in one style.
type span struct {
	style style
	text  string
}

// line is a line of text in pieces, as it is before anybody knows how wide the pane is.
type line []span

func text(s style, words string) line { return line{{s, words}} }

// clean is text without what would move the cursor or change colours.
func clean(words string) string {
	if strings.IndexFunc(words, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar }) < 0 {
		return words
	}
	var b strings.Builder
	for _, r := range ansi.Strip(words) {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case r == '\n' || r == '\r':
			b.WriteByte(' ')
		case unicode.IsControl(r):
			b.WriteRune('·')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// width is how many cells a text takes.
func width(words string) int {
	for i := range len(words) {
		if words[i] >= 0x80 {
			return ansi.StringWidth(words)
		}
	}
	return len(words)
}

// cut is the text in at most so many cells; what was longer ends with an ellipsis.
func cut(words string, cells int) string {
	words = clean(words)
	switch {
	case cells <= 0:
		return ""
	case width(words) <= cells:
		return words
	default:
		return ansi.Truncate(words, cells, "…")
	}
}

// fit is the text in exactly so many cells.
func fit(words string, cells int) string {
	words = cut(words, cells)
	return words + spaces(cells-width(words))
}

// fitRight is fit for what stands to the right.
func fitRight(words string, cells int) string {
	words = cut(words, cells)
	return spaces(cells-width(words)) + words
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// long is how many cells a line takes.
func (l line) long() int {
	sum := 0
	for _, s := range l {
		sum += width(clean(s.text))
	}
	return sum
}

// right puts a line and what stands at the right end of it into so many cells. The left gives way.
func (l line) right(end line, cells int) line {
	room := cells - end.long()
	if room < 0 {
		return l
	}
	out := l.cut(room)
	out = append(out, span{plain, spaces(room - out.long())})
	return append(out, end...)
}

// cut is the line in at most so many cells.
func (l line) cut(cells int) line {
	var out line
	for _, s := range l {
		if cells <= 0 {
			break
		}
		words := cut(s.text, cells)
		cells -= width(words)
		out = append(out, span{s.style, words})
	}
	return out
}

// skip is the line without its first cells.
func (l line) skip(cells int) line {
	if cells <= 0 {
		return l
	}
	var out line
	for _, s := range l {
		words := clean(s.text)
		w := width(words)
		if w <= cells {
			cells -= w
			continue
		}
		if cells > 0 {
			words, cells = ansi.TruncateLeft(words, cells, ""), 0
		}
		out = append(out, span{s.style, words})
	}
	return out
}

// paint writes the line in exactly so many cells.
func (p pen) paint(b *strings.Builder, l line, cells int) {
	for _, s := range l {
		words := cut(s.text, cells)
		cells -= width(words)
		p.put(b, s.style, words)
	}
	if cells > 0 {
		p.put(b, plain, spaces(cells))
	}
}

// pane is a part of the screen: lines, and which of them the cursor is on.
type pane struct {
	lines   []line
	cursor  int // -1 for none
	focused bool
}

// beside draws panes side by side, with a rule between them, in so many lines.
func (t Theme) beside(b *strings.Builder, height int, panes []pane, widths []int) {
	p := t.pen()
	for y := range height {
		for i, pn := range panes {
			if i > 0 {
				p.put(b, dim, "│")
			}
			pen, l := p, line(nil)
			if y < len(pn.lines) {
				l = pn.lines[y]
			}
			if y == pn.cursor {
				pen = p.over(t, pn.focused)
			}
			pen.paint(b, l, widths[i])
		}
		b.WriteByte('\n')
	}
}

// scroll is a place in something longer than its pane.
type scroll struct{ cursor, top int }

// to moves the cursor to a place among n, of which height can be seen.
func (s scroll) to(cursor, n, height int) scroll {
	s.cursor = min(max(cursor, 0), max(n-1, 0))
	height = max(height, 1)
	switch {
	case s.cursor < s.top:
		s.top = s.cursor
	case s.cursor >= s.top+height:
		s.top = s.cursor - height + 1
	}
	s.top = min(max(s.top, 0), max(n-height, 0))
	return s
}

// visible are the bounds of what can be seen.
func (s scroll) visible(n, height int) (from, to int) {
	from = min(max(s.top, 0), max(n-height, 0))
	return from, min(from+max(height, 0), n)
}

// overlay puts a drawn piece of so many cells over a drawn line.
func overlay(under, over string, left, cells int) string {
	before, after := ansi.Truncate(under, left, ""), ansi.TruncateLeft(under, left+cells, "")
	rest := ansi.StringWidth(under) - left - cells
	// A wide character that is cut in two is left out: what remains of it is a space.
	return before + reset + spaces(left-ansi.StringWidth(before)) + over + spaces(rest-ansi.StringWidth(after)) + after
}
