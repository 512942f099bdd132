package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// details is the pane that tells of one node.
type details struct {
	focused bool
	tab     int
	runTab  int // of the pane beside a run
	top     int
	known   map[string]*Details
	asked   string // the ID of the node that was asked for last
}

// The tabs of a node.
const (
	tabSQL = iota
	tabCompiled
	tabColumns
	tabTests
	tabRuns
	tabPlan
)

func tabNames() []string { return []string{"SQL", "Compiled", "Columns", "Tests", "Runs", "Plan"} }

// describe asks for the details of the node that the cursor is on, if they are not known.
func (s State) describe() (State, []Effect) {
	n := s.current()
	if n == nil || s.place == AtPlan || s.details.asked == n.ID {
		return s, nil
	}
	if s.place == Home {
		s.details.top = 0
	}
	s.details.asked = n.ID
	if s.details.known[n.ID] != nil {
		return s, nil
	}
	return s, []Effect{Describe{n.ID}}
}

// detailsKept is of how many nodes the details are kept: a walk through a large project is not to fill the memory.
const detailsKept = 64

// described takes the details of a node, with its code as it is drawn.
func (s State) described(d *Details) State {
	known := map[string]*Details{}
	if len(s.details.known) < detailsKept {
		maps.Copy(known, s.details.known)
	}
	drawn := *d
	drawn.sqlLines, drawn.compiledLines = code(d.SQL), code(d.Compiled)
	known[d.ID] = &drawn
	s.details.known = known
	return s
}

// tabTo shows a tab.
func (s State) tabTo(tab int) (State, []Effect) {
	s.details.top = 0
	if s.place == AtRun && s.run != nil {
		if tab >= len(runTabs()) {
			return s, nil
		}
		s.details.runTab = tab
		r := *s.run
		r.detail = scroll{}
		s.run = &r
		return s.wantRows()
	}
	s.details.tab = tab
	return s, nil
}

func (s State) tabBy(by int) (State, []Effect) {
	n, at := len(tabNames()), s.details.tab
	if s.place == AtRun {
		n, at = len(runTabs()), s.details.runTab
	}
	return s.tabTo((at + by + n) % n)
}

// detailsBy scrolls the details.
func (s State) detailsBy(by int) State {
	lines := 0
	switch {
	case s.place == AtRun && s.run != nil:
		lines = len(s.runDetails(s.layout().right))
	case s.place == Home:
		lines = len(s.nodeDetails(s.layout().right))
	}
	most := max(lines-(s.layout().body-tabHead), 0)
	s.details.top = min(max(s.details.top+by, 0), most)
	return s
}

// nodeDetails are the lines of the tab that is shown.
func (s State) nodeDetails(cells int) []line {
	n := s.node()
	if n == nil {
		return s.folderDetails()
	}
	d := s.details.known[n.ID]
	if d == nil {
		return []line{text(dim, "…")}
	}
	switch s.details.tab {
	case tabSQL:
		return append(s.facts(n, d, cells), d.sqlLines...)
	case tabCompiled:
		if d.Compiled == "" {
			return []line{text(dim, "It was not compiled yet, or its template asks the warehouse."), nil, hint("m", "rows", "compiles and asks for its rows")}
		}
		return d.compiledLines
	case tabColumns:
		return columnLines(d, cells)
	case tabTests:
		return s.testLines(n, d, cells)
	case tabRuns:
		return s.runLines(d, cells)
	default:
		return s.reasonLines(n, d, cells)
	}
}

// hint tells of a key.
func hint(key, name, does string) line {
	return line{{accent, key}, {plain, " " + name}, {dim, "  " + does}}
}

// folderShown is how many nodes of a folder the details list.
const folderShown = 200

// folderDetails are the lines about a folder.
func (s State) folderDetails() []line {
	r := s.row()
	if r == nil {
		return nil
	}
	out := []line{{{strong, many(r.nodes, "node")}}, nil}
	nodes := s.under(r.folder)
	for i, n := range nodes {
		if i == folderShown {
			return append(out, text(dim, fmt.Sprintf("  … and %s more", number(int64(len(nodes)-i)))))
		}
		sign := span{plain, " "}
		if s.chosen.ids[n.ID] {
			sign = span{accent, "●"}
		}
		out = append(out, line{sign, {plain, " " + n.Name}, {dim, "  " + n.Kind}})
	}
	return out
}

// facts are the description of a node and its configuration, above its code.
func (s State) facts(n *Node, d *Details, cells int) []line {
	var out []line
	for _, words := range wrap(d.Description, cells) {
		out = append(out, text(plain, words))
	}
	var l line
	for _, f := range d.Facts {
		l = append(l, span{dim, f[0] + " "}, span{plain, f[1] + "   "})
	}
	if len(n.Tags) > 0 {
		l = append(l, span{dim, "tags "}, span{plain, strings.Join(n.Tags, " ")})
	}
	if len(l) > 0 {
		out = append(out, l)
	}
	if len(out) > 0 {
		out = append(out, nil)
	}
	return out
}

// columnLines are the columns, with what they are made of.
func columnLines(d *Details, cells int) []line {
	if len(d.Columns) == 0 {
		return []line{text(dim, "No column of it is known.")}
	}
	names, types := 0, 0
	for _, c := range d.Columns {
		names, types = max(names, width(c.Name)), max(types, width(c.Type))
	}
	names, types = min(names, cells/2), min(types, 18)
	var out []line
	for _, c := range d.Columns {
		l := line{{plain, fit(c.Name, names)}, {dim, "  " + fit(c.Type, types)}}
		if len(c.Tests) > 0 {
			l = append(l, span{good, "  " + strings.Join(c.Tests, " ")})
		}
		out = append(out, l)
		for _, words := range wrap(c.Description, cells-4) {
			out = append(out, text(dim, "    "+words))
		}
		if len(c.From) > 0 {
			out = append(out, line{{accent, "  ◂ "}, {dim, strings.Join(c.From, ", ")}})
		}
		if len(c.To) > 0 {
			out = append(out, line{{accent, "  ▸ "}, {dim, strings.Join(c.To, ", ")}})
		}
	}
	return out
}

// testLines are the tests of a node, and how they ended.
func (s State) testLines(n *Node, d *Details, cells int) []line {
	tests := s.tests[n.ID]
	if len(tests) == 0 {
		return []line{text(dim, "It has no test.")}
	}
	columns := map[string]string{}
	for _, t := range d.Tests {
		columns[t.ID] = t.Column
	}
	tests = slices.Clone(tests)
	slices.SortStableFunc(tests, func(a, b *Node) int { return strings.Compare(columns[a.ID], columns[b.ID]) })
	room := 0
	for _, c := range columns {
		room = max(room, width(c))
	}
	room = min(room, cells/3)
	var out []line
	for _, t := range tests {
		l := line{mark(s.last[t.ID].Status), {accent, " " + fit(columns[t.ID], room)}, {plain, "  " + t.Name}}
		out = append(out, l.right(text(dim, ago(s.last[t.ID].At, s.now)), cells))
	}
	return out
}

// runLines are the last runs of a node.
func (s State) runLines(d *Details, cells int) []line {
	if len(d.Runs) == 0 {
		return []line{text(dim, "It never ran, as far as target/runs tells.")}
	}
	most := d.Runs[0].Took
	for _, r := range d.Runs {
		most = max(most, r.Took)
	}
	var out []line
	for _, r := range d.Runs {
		bar := 0
		if most > 0 {
			bar = int(12 * r.Took / most)
		}
		rows := ""
		if r.Rows >= 0 {
			rows = number(r.Rows)
		}
		l := line{
			mark(r.Status), {plain, " " + fit(r.Command, 6)}, {dim, "  " + r.At.UTC().Format("2006-01-02 15:04")}, {plain, fitRight(took(r.Took), 8) + "  "},
			{accent, fit(strings.Repeat("▪", max(bar, 1)), 12)}, {plain, "  " + fitRight(rows, 9)}, {dim, "  " + r.Message},
		}
		out = append(out, l.cut(cells))
	}
	return out
}

// reasonLines are what a plan would do with the node.
func (s State) reasonLines(n *Node, d *Details, cells int) []line {
	if s.plan != nil && s.plan.plan != nil {
		for i := range s.plan.plan.Steps {
			if st := &s.plan.plan.Steps[i]; st.ID == n.ID {
				return st.lines(cells)
			}
		}
		return []line{text(plain, "The last plan leaves it alone: it is as it was built, or was not selected."), nil, hint("p", "plan", "asks again")}
	}
	var out []line
	for _, words := range d.Reason {
		out = append(out, text(plain, words))
	}
	if len(out) == 0 {
		out = []line{text(dim, "There is no plan yet."), nil, hint("p", "plan", "compares it with what was built")}
	}
	return out
}

// code is the lines of a text in SQL.
func code(sql string) []line {
	var out []line
	state := outside
	for _, words := range strings.Split(strings.TrimRight(strings.ReplaceAll(sql, "\r\n", "\n"), "\n"), "\n") {
		var l line
		l, state = highlight(words, state)
		out = append(out, l)
	}
	width := len(fmt.Sprint(len(out)))
	for i, l := range out {
		out[i] = append(line{{dim, fmt.Sprintf("%*d  ", width, i+1)}}, l...)
	}
	return out
}

// wrap breaks a text into lines of at most so many cells.
func wrap(words string, cells int) []string {
	var out []string
	var l string
	for _, w := range strings.Fields(words) {
		switch {
		case l == "":
			l = w
		case width(l)+1+width(w) <= cells:
			l += " " + w
		default:
			out = append(out, l)
			l = w
		}
	}
	if l != "" {
		out = append(out, l)
	}
	return out
}
