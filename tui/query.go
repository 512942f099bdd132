package tui

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// query is the pane that asks the warehouse.
type query struct {
	scroll
	input   input
	writing bool
	node    string // the ID of the node whose rows are shown; "" for a query
	test    bool   // it is a test: its rows are those that it found
	limit   int
	seq     int // of the question
	asking  bool
	table   *Table
	failure *Failed
	column  int // the first that is shown
}

// The bounds of how many rows are asked for.
const (
	fewRows  = 10
	someRows = 100
	mostRows = 10_000
)

// openQuery goes to the query pane, to write one.
func (s State) openQuery() State {
	if s.query.limit == 0 {
		s.query.limit = someRows
	}
	if s.place == Home && s.query.input.String() == "" {
		if n := s.node(); n != nil && n.Type != "test" {
			s.query.input = inputOf("select * from {{ ref('" + n.Name + "') }}")
			if parts := strings.Split(n.Name, "."); n.Type == "source" && len(parts) == 2 {
				s.query.input = inputOf("select * from {{ source('" + parts[0] + "', '" + parts[1] + "') }}")
			}
		}
	}
	s.query.writing = true
	return s.to(AtQuery)
}

// showRows shows the rows of the node that the place is about.
func (s State) showRows() (State, []Effect) {
	n := s.current()
	if n == nil {
		return s.complain("there are no rows of that"), nil
	}
	limit := s.query.limit
	if limit == 0 {
		limit = someRows
	}
	if t := s.table(); s.place == AtRun && t != nil {
		s.query = query{node: n.ID, test: true, limit: limit, seq: s.query.seq, input: s.query.input, table: t}
		return s.to(AtQuery), nil
	}
	s.query = query{node: n.ID, test: n.Type == "test", limit: limit, seq: s.query.seq, input: s.query.input}
	return s.to(AtQuery).askQuery()
}

// askQuery asks for the rows of what the pane is about.
func (s State) askQuery() (State, []Effect) {
	s.query.seq++
	s.query.asking, s.query.table, s.query.failure, s.query.scroll, s.query.column = true, nil, nil, scroll{}, 0
	if s.query.node != "" {
		return s.wait("rows"), []Effect{Query{Seq: s.query.seq, ID: s.query.node, Limit: s.query.limit}}
	}
	return s.wait("rows"), []Effect{Query{Seq: s.query.seq, SQL: s.query.input.String(), Limit: s.query.limit}}
}

// limited asks for more rows, or for fewer.
func (s State) limited(by float64) (State, []Effect) {
	s.query.limit = int(min(max(float64(s.query.limit)*by, fewRows), mostRows))
	if s.query.node == "" && s.query.input.String() == "" {
		return s, nil
	}
	return s.askQuery()
}

// queryKey is what a key does while the query is written.
func (s State) queryKey(k string) (State, []Effect) {
	if k == "enter" {
		if strings.TrimSpace(s.query.input.String()) == "" {
			return s.complain("there is no query to send"), nil
		}
		s.query.writing, s.query.node = false, ""
		return s.askQuery()
	}
	next, ok := s.query.input.key(k)
	switch k {
	case "alt+enter", "ctrl+j": // a line of its own
		next, ok = s.query.input.insert([]rune{'\n'}), true
	case "up":
		next, ok = s.query.input.toRow(-1)
	case "down":
		next, ok = s.query.input.toRow(1)
	}
	if ok {
		s.query.input = next
	}
	return s, nil
}

// queried takes rows: for the query pane, or for the run that shows what a test found.
func (s State) queried(m Queried) State {
	if m.Seq == s.query.seq && s.query.asking {
		s.query.asking, s.query.table, s.query.failure = false, m.Table, m.Failure
		return s.done("rows")
	}
	if s.run == nil {
		return s
	}
	for id, asked := range s.run.tables {
		if asked.Seq != m.Seq {
			continue
		}
		r := *s.run
		r.tables = map[string]*Queried{}
		for other, t := range s.run.tables {
			r.tables[other] = t
		}
		r.tables[id] = &m
		s.run = &r
	}
	return s
}

// lookedAt tells whether the place is one of those that show a table of what is known.
func (s State) lookedAt() bool {
	switch s.place {
	case AtStatus, AtFreshness, AtSyncs, AtStates, Environments:
		return true
	}
	return false
}

// look goes to a view, which is asked for anew.
func (s State) look(p Place) (State, []Effect) {
	s.query.column = 0
	return s.to(p).wait(string(p)), []Effect{Look{p}}
}

// refresh asks again for what the place shows.
func (s State) refresh() (State, []Effect) {
	switch {
	case s.place == AtQuery && (s.query.node != "" || s.query.input.String() != ""):
		return s.askQuery()
	case s.place == AtPlan && s.plan != nil && s.plan.promotes != "":
		return s.planPromotion(s.plan.promotes)
	case s.place == AtPlan:
		return s.makePlan()
	case s.lookedAt():
		return s.look(s.place)
	}
	return s.wait("the project"), []Effect{Load{}}
}

// across scrolls a table by columns.
func (s State) across(by int) State {
	if t := s.table(); t != nil {
		s.query.column = clamp(s.query.column, by, len(t.Columns))
	}
	return s
}

// table is the table that the place shows; nil for none.
func (s State) table() *Table {
	switch {
	case s.place == AtQuery:
		return s.query.table
	case s.lookedAt():
		return s.looks[s.place]
	case s.place == AtRun && s.run != nil && (s.details.runTab == runRows || s.details.runTab == runResult):
		if st := s.run.step(); st != nil {
			return s.rowsOf(st)
		}
	}
	return nil
}

// copy puts on the clipboard what is shown: rows as CSV, code, a problem, or the name under the cursor.
func (s State) copy() (State, []Effect) {
	if t := s.table(); t != nil {
		if t.long() > clipboard {
			return s.complain(tooLong(t.long())), nil
		}
		return s.tell("copied " + many(len(t.Rows), "row") + " as CSV"), []Effect{Copy{t.csv()}}
	}
	if s.place == AtRun && s.run != nil {
		if st := s.run.step(); st != nil && s.details.runTab == runCompiled {
			return s.tell("copied the SQL of " + st.Name), []Effect{Copy{st.Compiled}}
		}
	}
	n := s.current()
	if n == nil {
		return s.complain("there is nothing to copy"), nil
	}
	d := s.details.known[n.ID]
	if s.place != Home || !s.details.focused || d == nil {
		return s.tell("copied " + n.Name), []Effect{Copy{n.Name}}
	}
	switch s.details.tab {
	case tabSQL:
		return s.tell("copied the SQL of " + n.Name), []Effect{Copy{d.SQL}}
	case tabCompiled:
		return s.tell("copied the compiled SQL of " + n.Name), []Effect{Copy{d.Compiled}}
	case tabColumns:
		var names []string
		for _, c := range d.Columns {
			names = append(names, c.Name)
		}
		return s.tell("copied " + many(len(names), "column")), []Effect{Copy{strings.Join(names, ", ")}}
	}
	return s.tell("copied " + n.Name), []Effect{Copy{n.Name}}
}

func (s State) copyMarkdown() (State, []Effect) {
	t := s.table()
	if t == nil {
		return s.complain("there are no rows to copy"), nil
	}
	if t.long() > clipboard {
		return s.complain(tooLong(t.long())), nil
	}
	return s.tell("copied " + many(len(t.Rows), "row") + " as Markdown"), []Effect{Copy{t.markdown()}}
}

// clipboard is how many bytes a terminal takes onto its clipboard: xterm stops at a megabyte, others sooner.
const clipboard = 100_000

func tooLong(bytes int) string {
	return fmt.Sprintf("that is too much for a clipboard: %d kB", bytes/1000)
}

// long is about how many bytes the rows are.
func (t *Table) long() int {
	sum := 0
	for _, r := range t.Rows {
		for _, cell := range r {
			sum += len(cell) + 1
		}
	}
	return sum
}

// csv is the table as RFC 4180 has it: https://www.rfc-editor.org/rfc/rfc4180.
func (t *Table) csv() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(t.Columns) // a builder takes everything
	_ = w.WriteAll(t.Rows)
	return b.String()
}

func (t *Table) markdown() string {
	var b strings.Builder
	escape := strings.NewReplacer("|", "\\|", "\n", " ")
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + escape.Replace(c) + " ")
		}
		b.WriteString("|\n")
	}
	row(t.Columns)
	for i := range t.Columns {
		if i < len(t.Right) && t.Right[i] {
			b.WriteString("| ---: ")
		} else {
			b.WriteString("| --- ")
		}
	}
	b.WriteString("|\n")
	for _, r := range t.Rows {
		row(r)
	}
	return b.String()
}

// tableHead is how many lines of a table are not rows.
const tableHead = 2

// lines draw a table: its head, and the rows that there is room for.
func (t *Table) lines(sc scroll, column, cells, height int) []line {
	if len(t.Columns) == 0 {
		return []line{text(dim, t.Note)}
	}
	from, to := sc.visible(len(t.Rows), height-tableHead)
	column = min(column, len(t.Columns)-1)
	widths := t.widths(from, to, column, cells)
	t.spread(widths, column, cells)
	var head line
	for i := column; i < len(t.Columns); i++ {
		head = append(head, span{title, " " + t.cell(t.Columns[i], i, widths[i]) + " "})
	}
	out := []line{head, text(dim, strings.Repeat("─", cells))}
	for _, r := range t.Rows[from:to] {
		var l line
		for i := column; i < len(r) && i < len(widths); i++ {
			st := plain
			if r[i] == "null" {
				st = dim
			}
			l = append(l, span{st, " " + t.cell(r[i], i, widths[i]) + " "})
		}
		out = append(out, l)
	}
	return out
}

// widths are those of the columns from one on, by the rows that are seen.
func (t *Table) widths(from, to, column, cells int) []int {
	widths := make([]int, len(t.Columns))
	for i := column; i < len(t.Columns); i++ {
		widths[i] = width(clean(t.Columns[i]))
		for _, r := range t.Rows[from:to] {
			if i < len(r) {
				widths[i] = max(widths[i], width(clean(r[i])))
			}
		}
		widths[i] = min(widths[i], max(min(40, cells-2), 1))
	}
	return widths
}

// goesOn tells whether the table has columns to the right of those that there is room for.
func (s State) goesOn() bool {
	t, sc := s.table(), s.looking
	if t == nil || s.query.column >= len(t.Columns)-1 {
		return false
	}
	if s.place == AtQuery {
		sc = s.query.scroll
	}
	from, to := sc.visible(len(t.Rows), s.layout().body-tableHead)
	used := 0
	for i, w := range t.widths(from, to, s.query.column, s.size.W) {
		if i >= s.query.column {
			used += w + 2
		}
	}
	return used > s.size.W
}

// spread lets the last column have what is left.
func (t *Table) spread(widths []int, column, cells int) {
	used := 0
	for i := column; i < len(widths)-1; i++ {
		used += widths[i] + 2
	}
	last := len(widths) - 1
	if room := cells - used - 2; room > widths[last] && !(last < len(t.Right) && t.Right[last]) {
		widths[last] = room
	}
}

func (t *Table) cell(words string, i, cells int) string {
	if i < len(t.Right) && t.Right[i] {
		return fitRight(words, cells)
	}
	return fit(words, cells)
}
