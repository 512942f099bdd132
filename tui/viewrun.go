package tui

import (
	"fmt"
	"slices"
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

// runDetails are the lines of the tab that is shown.
func (s State) runDetails(right int) []line {
	r, cells := s.run, right-2
	st := r.step()
	if r.failure != nil {
		return s.logLines("")
	}
	if st == nil {
		if r.over() {
			return []line{text(plain, r.summary)}
		}
		return s.logLines("")
	}
	switch s.details.runTab {
	case runCompiled:
		if st.Compiled == "" {
			return []line{text(dim, "It has no compiled SQL, or not yet.")}
		}
		return code(st.Compiled)
	case runRows:
		return s.foundRows(st, cells)
	case runLog:
		return s.logLines(st.ID)
	case runUpstream:
		return s.upstream(st)
	default:
		return s.result(st, cells)
	}
}

// result is how a step ended: what is wrong at its place, and the rows that a test found.
func (s State) result(st *Step, cells int) []line {
	out := []line{s.resultHead(st)}
	switch {
	case st.Status == "skipped":
		if n := s.nodes[st.Because]; n != nil {
			out = append(out, nil, line{{plain, "because "}, {strong, n.Name}, {plain, s.run.fate(n.ID)}})
		}
		return out
	case st.Because != "":
		if n := s.nodes[st.Because]; n != nil {
			out = append(out, nil, line{{plain, "built, but not published, because "}, {strong, n.Name}, {plain, " failed"}})
		}
	case st.Problem != nil:
		out = append(out, nil)
		out = append(out, excerpt(st.Problem, cells)...)
	case st.Message != "" && st.Status != "running":
		for _, words := range strings.Split(st.Message, "\n") {
			out = append(out, text(dim, words))
		}
	}
	if st.Type == "test" && st.Failed() {
		out = append(out, nil)
		out = append(out, s.foundRows(st, cells)...)
	}
	if st.Failed() && !s.options.ReadOnly {
		path, _ := s.file()
		out = append(out, nil, hint("e", "edit", "opens "+path))
		if s.run.over() {
			out = append(out, hint("R", "rerun", "runs again what failed, was skipped or was changed"))
		}
	}
	if n := s.nodes[st.ID]; !st.Failed() && n != nil && s.run.over() && s.run.summary != "" {
		out = append(out, nil, text(dim, "the run: "+s.run.summary))
	}
	return out
}

// fate is what became of a step because of which another is skipped.
func (r *run) fate(id string) string {
	if i, ok := r.at[id]; ok && r.steps[i].Status == "cancelled" {
		return " was cancelled"
	}
	return " failed"
}

func (s State) resultHead(st *Step) line {
	sign := mark(st.Status)
	status := st.Status
	switch status {
	case "":
		sign, status = span{dim, "·"}, "waits"
	case "running":
		sign = span{accent, spinner(s)}
	}
	l := line{sign, {strong, " " + st.Name}, {dim, "  " + st.Kind}, {sign.style, "  " + status}}
	if !st.Began.IsZero() && st.Status != "skipped" {
		l = append(l, span{dim, "  " + took(s.spent(st))})
	}
	if st.Status == "success" && st.Rows >= 0 {
		l = append(l, span{dim, "  " + many(int(st.Rows), "row")})
	}
	return l
}

// foundRows are the rows that a test found.
func (s State) foundRows(st *Step, cells int) []line {
	t := s.rowsOf(st)
	switch asked := s.run.tables[st.ID]; {
	case st.Type != "test":
		return []line{hint("m", "rows", "shows the first rows of it")}
	case !st.Failed():
		return []line{text(dim, "It found none.")}
	case t == nil && asked != nil && asked.Failure != nil:
		return []line{text(bad, asked.Failure.Brief())}
	case t == nil && s.run.over():
		return []line{{{accent, spinner(s)}, {dim, " asking for the rows"}}}
	case t == nil:
		return []line{text(dim, "Its rows are asked for when the run has ended.")}
	}
	out := []line{{{title, many(max(len(t.Rows), st.Failing), "failing row")}}, nil}
	out = append(out, t.lines(scroll{}, s.query.column, cells, len(t.Rows)+tableHead)...)
	if t.More {
		out = append(out, text(dim, " …"))
	}
	return append(out, nil, hint("m", "rows", "shows them in the whole width"))
}

// rowsOf are the rows that a test found, as they are known; nil if they are not.
func (s State) rowsOf(st *Step) *Table {
	if st.Found != nil {
		return st.Found
	}
	if asked := s.run.tables[st.ID]; asked != nil {
		return asked.Table
	}
	return nil
}

// logLines are what was said of a node, or of none.
func (s State) logLines(id string) []line {
	var out []line
	for _, m := range s.run.log {
		if m.ID != id && id != "" {
			continue
		}
		for _, words := range strings.Split(strings.TrimRight(m.Text, "\n"), "\n") {
			st := plain
			if strings.HasPrefix(words, "-- ") {
				st = dim
			}
			out = append(out, text(st, words))
		}
	}
	if len(out) == 0 {
		return []line{text(dim, "Nothing was said of it.")}
	}
	return out
}

// upstream is what a step waits for, and how that ended: what it reads, and what that reads.
func (s State) upstream(st *Step) []line {
	var out []line
	seen := map[string]bool{}
	var add func(id string, depth int)
	add = func(id string, depth int) {
		n := s.nodes[id]
		if n == nil || seen[id] || depth > 4 {
			return
		}
		seen[id] = true
		sign, word := span{dim, " "}, "not in this run"
		if i, ok := s.run.at[id]; ok {
			up := s.run.steps[i]
			sign, word = mark(up.Status), up.Status
		}
		l := line{{plain, strings.Repeat("  ", depth)}, sign, {plain, " " + n.Name}, {dim, "  " + n.Kind + "  " + word}}
		if old, ok := s.run.codes[id]; ok && old != n.Code {
			l = append(l, span{warn, "  changed since"})
		}
		out = append(out, l)
		for _, up := range n.Reads {
			add(up, depth+1)
		}
	}
	n := s.nodes[st.ID]
	if n == nil {
		return []line{text(dim, "It is not in the project any more.")}
	}
	for _, id := range n.Reads {
		add(id, 0)
	}
	if len(out) == 0 {
		return []line{text(dim, "It reads nothing.")}
	}
	return out
}

// planLine is a plan in a line.
func (s State) planLine() line {
	if s.plan == nil || s.plan.plan == nil {
		return line{{accent, " " + spinner(s)}, {dim, " comparing the project with what was built"}}
	}
	if s.plan.promotes != "" {
		return line{{strong, " promote " + s.plan.promotes + " to " + s.project.Target + "  "}, {plain, s.plan.plan.Summary}}
	}
	return line{{strong, " plan  "}, {plain, s.plan.plan.Summary}}
}

// planPanes are a plan beside the reasons of the step under the cursor.
func (s State) planPanes(l layout) ([]pane, []int) {
	if s.plan == nil || s.plan.plan == nil {
		return []pane{{cursor: -1}}, []int{s.size.W}
	}
	if len(s.plan.plan.Steps) == 0 {
		return []pane{{lines: []line{nil, {{good, "  ✓ "}, {plain, s.plan.plan.Summary}}}, cursor: -1}}, []int{s.size.W}
	}
	right := pane{cursor: -1}
	if st := s.plan.step(); st != nil && l.right > 0 {
		right.lines = inset(append([]line{nil}, st.lines(l.right-2)...), s.details.top, l.body)
	}
	return s.split(l, func(from, to int) []line { return s.plan.rows(l.left)[from:to] }, s.plan.scroll, len(s.plan.plan.Steps), right)
}

// words are how many problems there are.
func (c *checkView) words() string {
	if len(c.problems) == 0 {
		return "check: nothing is wrong"
	}
	errors := 0
	for _, d := range c.problems {
		if d.Severity == 0 {
			errors++
		}
	}
	return fmt.Sprintf("check: %s, %s", many(errors, "error"), many(len(c.problems)-errors, "warning"))
}

// queryLine is the query that is written or was asked.
func (s State) queryLine(cells int) line {
	q := s.query
	if q.writing && q.input.rows() > 1 {
		return line{{accent, " › "}, {dim, many(q.input.rows(), "line")}}
	}
	if q.writing {
		return append(line{{accent, " › "}}, q.input.line(true, cells-4)...)
	}
	l := line{{accent, " › "}}
	if n := s.nodes[q.node]; n != nil {
		l = append(l, span{strong, n.Name})
	} else {
		h, _ := highlight(oneLine(q.input.String()), outside)
		l = append(l, h...)
	}
	var end line
	if q.table != nil {
		end = text(dim, "  "+many(len(q.table.Rows), "row"))
		if q.table.More {
			end = text(dim, fmt.Sprintf("  the first %s", many(len(q.table.Rows), "row")))
		}
	}
	return l.right(append(end, span{dim, fmt.Sprintf("  limit %d ", q.limit)}), cells)
}

// oneLine is a query in a line: its code without line comments, which would take the rest with them.
func oneLine(sql string) string {
	var parts []string
	for _, l := range strings.Split(sql, "\n") {
		l = strings.TrimSpace(l)
		if l != "" && !strings.HasPrefix(l, "--") {
			parts = append(parts, l)
		}
	}
	return strings.Join(parts, " ")
}

// queryLines are the rows, or why there are none.
func (s State) queryLines(height int) ([]line, int) {
	q := s.query
	switch {
	case q.writing && q.input.rows() > 1:
		return inset(append([]line{nil}, q.input.lines(s.size.W-3, height-1)...), 0, height), -1
	case q.table != nil:
		return s.tableLines(q.table, q.scroll, height)
	case q.failure != nil:
		var out []line
		for _, d := range q.failure.Problems {
			out = append(out, excerpt(d, s.size.W-2)...)
		}
		if len(out) == 0 {
			for _, words := range wrap(q.failure.Text, s.size.W-2) {
				out = append(out, text(bad, words))
			}
		}
		return inset(append([]line{nil}, out...), 0, height), -1
	case q.asking:
		return []line{nil, {{accent, "  " + spinner(s)}, {dim, " asking"}}}, -1
	}
	return []line{nil, text(dim, "  Any query, with ref() and source() as in a model. Nothing is stored.")}, -1
}

// tableLines is a table in the whole body, with the line that the cursor is on.
func (s State) tableLines(t *Table, sc scroll, height int) ([]line, int) {
	if len(t.Rows) == 0 {
		note := t.Note
		if note == "" {
			note = "There are no rows."
		}
		return append(t.lines(sc, s.query.column, s.size.W, height)[:min(len(t.Columns), 1)*tableHead], nil, text(dim, " "+note)), -1
	}
	from, _ := sc.visible(len(t.Rows), height-tableHead)
	return t.lines(sc, s.query.column, s.size.W, height), sc.cursor - from + tableHead
}

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
