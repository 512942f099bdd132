package tui

import "strings"

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
	for _, m := range s.run.log.of(id) {
		for _, words := range strings.Split(strings.TrimRight(m.Text, "\n"), "\n") {
			st := plain
			if strings.HasPrefix(words, "-- ") {
				st = dim
			}
			out = append(out, text(st, words))
		}
	}
	switch {
	case len(out) == 0 && s.run.log.lost:
		return []line{text(dim, "What was said of it is not kept any more: target/run_results.json has its code.")}
	case len(out) == 0:
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
		if s.run.changed(n) {
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
