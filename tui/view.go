package tui

import (
	"fmt"
	"slices"
	"strings"
)

// The lines around the body: the head with its rule above it, and the strip and the foot with their rule below.
const (
	headLines = 3
	tabHead   = 2 // of a pane with tabs
)

// The least that is drawn.
const (
	leastW = 40
	leastH = 10
)

// View draws a state in a size: as many lines as that has, each as wide as that is.
func View(s State, size Size) string {
	s.size = size
	var b strings.Builder
	b.Grow(size.W * size.H * 2)
	t := s.options.Theme
	p := t.pen()
	if size.W < leastW || size.H < leastH {
		s.tooSmall(&b, p)
		return strings.TrimSuffix(b.String(), "\n")
	}
	l := s.layout()
	p.paint(&b, s.head(size.W), size.W)
	b.WriteByte('\n')
	p.paint(&b, s.second(size.W), size.W)
	b.WriteByte('\n')
	panes, widths := s.panes(l)
	rule(&b, p, widths, "┬")
	t.beside(&b, l.body, panes, widths)
	rule(&b, p, widths, "┴")
	p.paint(&b, s.strip(size.W), size.W)
	b.WriteByte('\n')
	p.paint(&b, s.foot(size.W), size.W)
	out := b.String()
	if s.over != nil {
		out = s.drawOver(out)
	}
	return out
}

func (s State) tooSmall(b *strings.Builder, p pen) {
	for y := range max(s.size.H, 1) {
		var l line
		if y == 0 {
			l = text(warn, fmt.Sprintf("%d×%d is too small: make it %d×%d", s.size.W, s.size.H, leastW, leastH))
		}
		p.paint(b, l, s.size.W)
		b.WriteByte('\n')
	}
}

// rule is a line across the screen that meets the one between the panes.
func rule(b *strings.Builder, p pen, widths []int, meets string) {
	var parts []string
	for _, w := range widths {
		parts = append(parts, strings.Repeat("─", w))
	}
	p.put(b, dim, strings.Join(parts, meets))
	b.WriteByte('\n')
}

// head is the first line: where one is, and what goes on.
func (s State) head(cells int) line {
	l := line{{title, " mod"}}
	if p := s.project; p != nil {
		l = append(l, span{strong, "  " + p.Name}, span{dim, "  " + p.Target})
		if p.Warehouse != "" && p.Warehouse != p.Target {
			l = append(l, span{dim, " · " + p.Warehouse})
		}
		if p.Environment != "" {
			l = append(l, span{warn, "  " + p.Environment})
		}
	}
	if s.place != Home {
		l = append(l, span{dim, "  ›  "}, span{accent, string(s.place)})
	}
	return l.right(append(s.activity(), span{plain, " "}), cells)
}

// activity is what stands at the right end of the head.
func (s State) activity() line {
	var l line
	if s.options.ReadOnly {
		l = append(l, span{warn, "read-only  "})
	}
	if s.watching {
		l = append(l, span{accent, "watching  "})
	}
	if s.running() && s.place != AtRun {
		done, _ := s.run.count()
		l = append(l, span{accent, fmt.Sprintf("%s %d/%d  ", s.run.command, done, len(s.run.steps))})
	}
	if len(s.waiting) > 0 {
		var what []string
		for w := range s.waiting {
			what = append(what, w)
		}
		slices.Sort(what)
		return append(l, span{accent, spinner(s) + " "}, span{dim, strings.Join(what, ", ")})
	}
	return append(l, s.inventory()...)
}

// inventory is how many nodes of each sort there are.
func (s State) inventory() line {
	if s.project == nil {
		return nil
	}
	var parts []string
	for _, t := range []string{"model", "seed", "source", "snapshot", "test"} {
		if n := s.types[t]; n > 0 {
			parts = append(parts, many(n, t))
		}
	}
	return text(dim, strings.Join(parts, "  "))
}

// spinner turns while something goes on.
func spinner(s State) string {
	frames := []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
	return string(frames[int(s.now.UnixMilli()/100%int64(len(frames))+int64(len(frames)))%len(frames)])
}

// second is the line below the head: the selection, the filter, or how far a run is.
func (s State) second(cells int) line {
	switch {
	case s.over != nil && s.over.kind == selecting:
		l := line{{accent, " select  "}}
		end := s.selectedWords()
		return append(l, s.over.input.line(true, cells-11-end.long())...).right(append(end, span{plain, " "}), cells)
	case s.place == AtRun && s.run != nil:
		return s.progress(cells)
	case s.place == AtPlan:
		return s.planLine()
	case s.place == AtQuery:
		return s.queryLine(cells)
	case s.place == AtCheck && s.check != nil:
		return text(plain, " "+s.check.words())
	case s.lookedAt():
		if t := s.looks[s.place]; t != nil {
			return line{{plain, " " + t.Title}}
		}
		return nil
	case s.list.filtering || s.list.filter.String() != "":
		l := line{{accent, " /"}}
		l = append(l, s.list.filter.line(s.list.filtering, cells-16)...)
		return l.right(text(dim, many(len(s.list.rows), "match")+" "), cells)
	}
	l := line{{dim, " select  "}}
	words := s.chosen.brief
	if words == "" {
		what := "nothing yet: space picks, s writes"
		if s.options.Picker != "" {
			what = "pick what to " + s.options.Picker + ": space picks, s writes, enter goes"
		}
		return append(l, span{dim, what})
	}
	return append(l, span{plain, words}).right(append(s.selectedWords(), span{plain, " "}), cells)
}

// selectedWords is how much the selection is, or what is wrong with it.
func (s State) selectedWords() line {
	if s.chosen.problem != "" {
		return text(bad, "  "+s.chosen.problem)
	}
	if s.chosen.brief == "" {
		return nil
	}
	return text(accent, "  "+s.chosen.counted)
}

// panes are the parts of the body.
func (s State) panes(l layout) (panes []pane, widths []int) {
	whole := func(lines []line, cursor int) ([]pane, []int) {
		return []pane{{lines: lines, cursor: cursor, focused: true}}, []int{s.size.W}
	}
	switch {
	case s.project == nil:
		return whole(s.opening(), -1)
	case s.place == AtRun && s.run != nil:
		return s.split(l, s.runRows(l.left), s.run.scroll, len(s.run.steps), s.runPane(l))
	case s.place == AtPlan:
		return s.planPanes(l)
	case s.place == AtCheck && s.check != nil:
		lines, at := s.check.lines(s.size.W - 2)
		return whole(window(lines, at, l.body), -1)
	case s.place == AtQuery:
		return whole(s.queryLines(l.body))
	case s.lookedAt():
		if t := s.looks[s.place]; t != nil {
			return whole(s.tableLines(t, s.looking, l.body))
		}
		return whole([]line{nil, text(dim, "  asking …")}, -1)
	case s.place == AtCheck:
		return whole([]line{nil, text(dim, "  checking …")}, -1)
	}
	return s.split(l, s.listRows(l.left), s.list.scroll, len(s.list.rows), s.detailsPane(l))
}

// window are the lines around one.
func window(lines []line, at, height int) []line {
	from := min(max(at-1, 0), max(len(lines)-height, 0))
	out := make([]line, 0, height)
	for _, l := range lines[from:min(from+height, len(lines))] {
		out = append(out, append(line{{plain, " "}}, l...))
	}
	return out
}

// split is a list beside what is told of the line that the cursor is on.
func (s State) split(l layout, rows func(from, to int) []line, sc scroll, n int, right pane) ([]pane, []int) {
	from, to := sc.visible(n, l.body)
	left := pane{cursor: sc.cursor - from, focused: !s.details.focused}
	if n == 0 {
		left.cursor = -1
	}
	switch {
	case l.right == 0:
		left.lines = rows(from, to)
		return []pane{left}, []int{l.left}
	case l.left == 0:
		return []pane{right}, []int{l.right}
	}
	left.lines = rows(from, to)
	return []pane{left, right}, []int{l.left, l.right}
}

// tabs is the line of tabs. The one that is shown stands out.
func (s State) tabs(names []string, at, cells int) line {
	var l line
	for i, name := range names {
		st := dim
		if i == at {
			st = title
			if !s.details.focused {
				st = strong
			}
		}
		gap := "  "
		if i == 0 || cells < 60 {
			gap = " "
		}
		l = append(l, span{plain, gap}, span{st, name})
	}
	return l
}

// inset are the lines from one on, with some room at the left.
func inset(lines []line, top, height int) []line {
	top = min(top, max(len(lines)-height, 0))
	var out []line
	for _, l := range lines[top:min(top+max(height, 0), len(lines))] {
		out = append(out, append(line{{plain, " "}}, l...))
	}
	return out
}

// foot is the last line: a word to the user, or the keys that matter most here.
func (s State) foot(cells int) line {
	if s.note != "" {
		st := accent
		if s.bad {
			st = bad
		}
		return line{{st, " " + s.note}}
	}
	if s.over != nil {
		return s.overFoot()
	}
	if s.list.filtering && s.place == Home {
		return keys(" ", "enter", "done", "esc", "clear", "↑↓", "move", "?", "help")
	}
	if s.place == AtQuery && s.query.writing {
		return keys(" ", "enter", "ask", "alt+enter", "new line", "esc", "leave", "ctrl+u", "clear")
	}
	var l line
	for _, c := range s.commands() {
		begins := s.running() && slices.Contains([]string{"plan", "build", "run"}, c.name)
		if !c.hint || !c.counts(s) || c.writes && s.options.ReadOnly || begins {
			continue
		}
		l = append(l, span{accent, " " + c.keys[0]}, span{dim, " " + c.name + " "})
	}
	if s.place != Home || s.details.focused {
		l = append(line{{accent, " esc"}, {dim, " back "}}, l...)
	}
	return l.cut(cells)
}

// keys are keys with what they do.
func keys(lead string, pairs ...string) line {
	l := line{{plain, lead}}
	for i := 0; i+1 < len(pairs); i += 2 {
		l = append(l, span{accent, pairs[i]}, span{dim, " " + pairs[i+1] + "  "})
	}
	return l
}
