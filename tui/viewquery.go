package tui

import (
	"fmt"
	"strings"
)

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
