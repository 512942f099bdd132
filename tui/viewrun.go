package tui

import (
	"fmt"
	"strings"
	"time"
)

// progress is how far a run is, in a line.
func (s State) progress(cells int) line {
	r := s.run
	done, ended := r.count()
	l := line{{strong, " " + r.command}, {plain, " "}}
	bar := min(max(cells/5, 8), 40)
	switch {
	case r.failure != nil:
		return append(l, span{bad, " could not run"})
	case len(r.steps) == 0 && r.over():
		return append(l, span{plain, " " + r.summary})
	case len(r.steps) == 0:
		return append(l, span{accent, " " + spinner(s)}, span{dim, " compiling and looking at the warehouse"})
	}
	full := bar * done / len(r.steps)
	st := accent
	if r.over() {
		st = map[bool]style{true: bad, false: good}[r.failed]
	}
	l = append(l, span{st, " " + strings.Repeat("━", full)}, span{dim, strings.Repeat("─", bar-full)}, span{plain, fmt.Sprintf("  %d/%d", done, len(r.steps))})
	add := func(sign span, n int) {
		if n > 0 {
			l = append(l, span{sign.style, fmt.Sprintf("  %s %d", sign.text, n)})
		}
	}
	add(mark("success"), ended["success"]+ended["pass"])
	add(mark("fail"), ended["fail"]+ended["error"]+ended["partial success"])
	add(mark("warn"), ended["warn"])
	add(mark("skipped"), ended["skipped"]+ended["no-op"]+ended["cancelled"])
	return l.right(s.clock(), cells)
}

// clock is how long a run takes, and how long it will.
func (s State) clock() line {
	r := s.run
	if r.over() {
		return line{{plain, took(r.ended.Sub(r.began)) + " "}}
	}
	l := line{{plain, took(s.now.Sub(r.began)) + " "}}
	if left := r.left(s.now); left >= time.Second {
		l = append(l, span{dim, " about " + took(left) + " left "})
	}
	if r.stopped {
		l = append(line{{warn, "cancelling  "}}, l...)
	}
	return l
}

// The columns beside the names of a run, and the least width that its timeline is drawn in.
const (
	runColumns = 31
	kindColumn = 12 // of them, for the kind: it gives way where there is little room
	narrowRun  = 54
	leastBar   = 12
)

// runRows draws steps of a run: how they are, and when they were.
func (s State) runRows(cells int) func(from, to int) []line {
	r := s.run
	return func(from, to int) []line {
		if r.failure != nil {
			return s.runFailure(cells)
		}
		names := 0
		for _, st := range r.steps {
			names = max(names, width(st.Name))
		}
		taken := runColumns
		if cells < narrowRun {
			taken -= kindColumn
		}
		names = max(min(names, cells-taken, 44), 12)
		bar := cells - names - taken
		out := make([]line, 0, to-from)
		for _, st := range r.steps[from:to] {
			out = append(out, s.stepRow(st, names, bar, cells))
		}
		return out
	}
}

func (s State) stepRow(st *Step, names, bar, cells int) line {
	sign, name := mark(st.Status), plain
	switch st.Status {
	case "running":
		sign = span{accent, spinner(s)}
	case "":
		sign, name = span{dim, "·"}, dim
	case "skipped", "cancelled":
		name = dim
	}
	l := line{{plain, " "}, sign, {name, " " + fit(st.Name, names)}}
	if cells >= narrowRun {
		l = append(l, span{dim, " " + fit(short(st.Kind), kindColumn-1)})
	}
	rows, spent := "", ""
	switch {
	case st.Failing > 0:
		rows = number(int64(st.Failing))
	case st.Rows >= 0 && st.Status == "success":
		rows = number(st.Rows)
	}
	if !st.Began.IsZero() && st.Status != "skipped" && st.Status != "no-op" {
		spent = took(s.spent(st))
	}
	rowStyle := plain
	if st.Failing > 0 {
		rowStyle = bad
	}
	l = append(l, span{rowStyle, fitRight(rows, 8)}, span{dim, fitRight(spent, 7) + " "})
	if bar >= leastBar {
		l = append(l, s.bar(st, bar-1)...)
	}
	return l.cut(cells)
}

// spent is how long a step took, or takes.
func (s State) spent(st *Step) time.Duration {
	if st.Ended.IsZero() {
		return max(s.now.Sub(st.Began), 0)
	}
	return st.Ended.Sub(st.Began)
}

// bar is a step's place on the timeline of its run.
func (s State) bar(st *Step, cells int) line {
	r := s.run
	end := r.ended
	if end.IsZero() {
		end = s.now
	}
	whole := end.Sub(r.began)
	if whole <= 0 || st.Began.IsZero() || st.Status == "skipped" || st.Status == "" {
		return nil
	}
	at := min(max(int(time.Duration(cells)*st.Began.Sub(r.began)/whole), 0), cells-1)
	n := min(max(int(time.Duration(cells)*s.spent(st)/whole), 1), cells-at)
	style := map[string]style{"running": accent, "success": good, "pass": good, "warn": warn}[st.Status]
	if st.Failed() {
		style = bad
	}
	return line{{plain, spaces(at)}, {style, strings.Repeat("▬", n)}}
}

// runFailure is why a run did not begin.
func (s State) runFailure(cells int) []line {
	f := s.run.failure
	out := []line{nil}
	for _, d := range f.Problems {
		for _, l := range excerpt(d, cells-2) {
			out = append(out, append(line{{plain, " "}}, l...))
		}
		out = append(out, nil)
	}
	for _, words := range wrap(f.Text, cells-2) {
		out = append(out, text(bad, " "+words))
	}
	if f.Hint != "" {
		out = append(out, line{{accent, " hint "}, {plain, f.Hint}})
	}
	return out
}

// runPane is what is told of the step under the cursor.
func (s State) runPane(l layout) pane {
	if l.right == 0 {
		return pane{cursor: -1}
	}
	top := []line{s.tabs(runTabs(), s.details.runTab, l.right), nil}
	return pane{lines: append(top, inset(s.runDetails(l.right), s.details.top, l.body-tabHead)...), cursor: -1}
}
