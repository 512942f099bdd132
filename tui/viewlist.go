package tui

import (
	"fmt"
	"slices"
	"strings"
)

// opening is what is shown before there is a project.
func (s State) opening() []line {
	if s.failure == nil {
		return []line{nil, {{accent, "  " + spinner(s)}, {dim, " reading the project"}}}
	}
	out := []line{nil}
	for _, d := range s.failure.Problems {
		for _, l := range excerpt(d, s.size.W-4) {
			out = append(out, append(line{{plain, "  "}}, l...))
		}
		out = append(out, nil)
	}
	if len(s.failure.Problems) == 0 {
		out = append(out, text(bad, "  "+s.failure.Text))
		if s.failure.Hint != "" {
			out = append(out, line{{accent, "  hint "}, {plain, s.failure.Hint}})
		}
	}
	return append(out, append(line{{plain, "  "}}, hint("ctrl+r", "refresh", "reads it again")...))
}

// listRows draws rows of the list.
func (s State) listRows(cells int) func(from, to int) []line {
	return func(from, to int) []line {
		if len(s.list.rows) == 0 {
			return []line{nil, text(dim, "   nothing of that name")}
		}
		out := make([]line, 0, to-from)
		for _, r := range s.list.rows[from:to] {
			if r.folder != "" {
				out = append(out, s.folderRow(r, cells))
			} else {
				out = append(out, s.nodeRow(r, cells))
			}
		}
		return out
	}
}

func (s State) folderRow(r row, cells int) line {
	sign := "▾ "
	if s.list.folded[r.folder] {
		sign = "▸ "
	}
	name := r.folder[strings.LastIndexByte(r.folder, '/')+1:]
	l := line{{plain, "  " + strings.Repeat("  ", r.depth)}, {dim, sign}, {strong, name}}
	return l.right(text(dim, number(int64(r.nodes))+"    "), cells)
}

func (s State) nodeRow(r row, cells int) line {
	n := r.node
	picked := span{plain, "   "}
	if s.chosen.ids[n.ID] {
		picked = span{accent, " ● "}
	}
	l := line{picked, {plain, strings.Repeat("  ", r.depth)}}
	l = append(l, marked(n.Name, s.list.filter.String())...)
	last := mark(s.last[n.ID].Status)
	room := cells - l.long() - 3 // the name goes first: the kind has what is left
	kind := ""
	if room >= leastKind+2 {
		kind = "  " + cut(short(n.Kind), room-2)
	}
	return l.right(line{{dim, kind}, {plain, " "}, last, {plain, " "}}, cells)
}

// leastKind is how much of a kind says something.
const leastKind = 3

// short is a kind that fits beside a name.
func short(kind string) string {
	if kind == "materialized view" {
		return "mat. view"
	}
	return kind
}

// marked is a name in which the letters that a filter found stand out.
func marked(name, filter string) line {
	lower := strings.ToLower(name)
	if filter == "" || len(lower) != len(name) {
		return text(plain, name)
	}
	found := hits(lower, strings.ToLower(filter))
	var l line
	for i, r := range name {
		st := plain
		if slices.Contains(found, i) {
			st = title
		}
		l = append(l, span{st, string(r)})
	}
	return l
}

// detailsPane is what is told of the node under the cursor.
func (s State) detailsPane(l layout) pane {
	if l.right == 0 {
		return pane{cursor: -1}
	}
	lines := s.nodeDetails(l.right - 2)
	var top []line
	if n := s.node(); n != nil {
		top = []line{s.tabs(tabNames(), s.details.tab, l.right), nil}
	} else if r := s.row(); r != nil {
		top = []line{{{title, " " + r.folder}}, nil}
	}
	return pane{lines: append(top, inset(lines, s.details.top, l.body-len(top))...), cursor: -1}
}

// strip shows where in the graph a node stands: what it reads, and what reads it.
func (s State) strip(cells int) line {
	n := s.current()
	if n == nil {
		return nil
	}
	reads := n.Reads
	if n.test() && n.Tests != "" {
		reads = []string{n.Tests}
	}
	room := max((cells-width(n.Name)-12)/2, 8)
	l := line{{plain, " "}}
	if up := s.named(reads, room); up != "" {
		l = append(l, span{dim, up}, span{accent, "  ▸  "})
	}
	l = append(l, span{strong, n.Name})
	if down := s.named(s.readers[n.ID], room); down != "" {
		l = append(l, span{accent, "  ▸  "}, span{dim, down})
	}
	where := n.Path
	if l.long()+width(where)+3 > cells {
		return l
	}
	return l.right(text(dim, where+" "), cells)
}

// named are the names of nodes, as many as there is room for.
func (s State) named(ids []string, cells int) string {
	var out string
	for i, id := range ids {
		name := id[strings.LastIndexByte(id, '.')+1:]
		if n := s.nodes[id]; n != nil {
			name = n.Name
		}
		next := name
		if i > 0 {
			next = out + " · " + name
		}
		if rest := fmt.Sprintf(" +%d", len(ids)-i); i > 0 && width(next)+width(rest) > cells {
			return out + rest
		}
		out = next
	}
	return cut(out, cells)
}
