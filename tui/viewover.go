package tui

import (
	"fmt"
	"slices"
	"strings"
)

// drawOver draws what lies over the place on a screen that is drawn.
func (s State) drawOver(screen string) string {
	if s.over.kind == selecting {
		return screen
	}
	box, w := s.box()
	lines := strings.Split(screen, "\n")
	top := min(max((len(lines)-len(box))/3, 1), max(len(lines)-len(box), 0))
	left := max((s.size.W-w)/2, 0)
	for i, l := range box {
		if top+i < len(lines) {
			lines[top+i] = overlay(lines[top+i], l, left, w)
		}
	}
	return strings.Join(lines, "\n")
}

// box is what lies over the place, with its frame, and how wide it is.
func (s State) box() (drawn []string, w int) {
	o := s.over
	w = 76
	for _, l := range o.body {
		w = max(w, min(l.long()+4, 120))
	}
	w = min(w, s.size.W-2)
	var rows []line
	cursor := -1
	if o.kind == asking {
		rows = slices.Clone(o.body[min(o.top, len(o.body)):min(o.top+s.overHeight(), len(o.body))])
		if rest := len(o.body) - o.top - s.overHeight(); rest > 0 {
			rows[len(rows)-1] = text(dim, fmt.Sprintf("… and %d more lines: j", rest+1))
		}
		rows = append(rows, nil, s.answers(""))
	} else {
		rows, cursor = s.menu()
	}
	t := s.options.Theme
	p := t.pen()
	frame := func(left, right string, words line) {
		var b strings.Builder
		rest := w - 3 - words.long()
		p.put(&b, dim, left+"─")
		p.paint(&b, words, words.long())
		p.put(&b, dim, strings.Repeat("─", max(rest, 0))+right)
		drawn = append(drawn, b.String())
	}
	frame("╭", "╮", line{{title, " " + o.title + " "}})
	for i, l := range rows {
		var b strings.Builder
		p.put(&b, dim, "│")
		pen := p
		if i == cursor {
			pen = p.over(t, true)
		}
		pen.paint(&b, append(line{{plain, " "}}, l.cut(w-4)...), w-2)
		p.put(&b, dim, "│")
		drawn = append(drawn, b.String())
	}
	frame("╰", "╯", nil)
	return drawn, w
}

// answers are the keys that answer a question.
func (s State) answers(lead string) line {
	if s.over.yes == nil {
		return keys(lead, "esc", "close")
	}
	return keys(lead, "enter", "yes", "esc", "no")
}

// menu are the commands that can be carried out, below the line that filters them.
func (s State) menu() (rows []line, cursor int) {
	o := s.over
	sign := "/"
	if o.kind == commanding {
		sign = ":"
	}
	rows = []line{append(line{{accent, sign + " "}}, o.input.line(true, 60)...), nil}
	if len(o.shown) == 0 {
		return append(rows, text(dim, "nothing of that name")), -1
	}
	from, to := o.visible(len(o.shown), s.overHeight())
	for _, c := range o.shown[from:to] {
		key := c.keys[0]
		if key == " " {
			key = "space"
		}
		st := plain
		if c.writes && s.options.ReadOnly {
			st = dim
		}
		rows = append(rows, line{{accent, fitRight(key, 8) + "  "}, {st, fit(c.name, 18)}, {dim, "  " + c.help}})
	}
	return rows, o.cursor - from + 2
}

// overFoot tells of the keys of what lies over the place.
func (s State) overFoot() line {
	switch s.over.kind {
	case asking:
		return s.answers(" ")
	case selecting:
		return keys(" ", "enter", "take it", "esc", "as it was", "ctrl+u", "clear")
	default:
		return keys(" ", "enter", "do it", "esc", "close", "↑↓", "move")
	}
}
