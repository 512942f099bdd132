package tui

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// list is the list of nodes: by folder, or flat and filtered.
type list struct {
	scroll
	filter    input
	filtering bool // keys go to the filter
	flat      bool
	tests     bool // tests have rows of their own
	folded    map[string]bool
	rows      []row
}

// row is a line of the list: a folder, or a node.
type row struct {
	folder string // its path; "" for a node
	node   *Node
	depth  int
	nodes  int   // how many are in the folder
	hits   []int // the bytes of the name that the filter found
}

// arrange makes the rows anew and keeps the cursor on what it was on.
func (s State) arrange() State {
	var on row
	if r := s.row(); r != nil {
		on = *r
	}
	switch {
	case s.project == nil:
		s.list.rows = nil
	case s.list.filter.String() != "":
		s.list.rows = s.found(strings.ToLower(s.list.filter.String()))
	case s.list.flat:
		s.list.rows = s.flatRows()
	default:
		s.list.rows = s.tree()
	}
	at := slices.IndexFunc(s.list.rows, func(r row) bool {
		return r.node == nil && on.folder != "" && r.folder == on.folder || same(r.node, on.node)
	})
	if at < 0 {
		at = s.list.cursor
	}
	return s.listTo(at)
}

func same(a, b *Node) bool { return a != nil && b != nil && a.ID == b.ID }

// listed are the nodes that have rows.
func (s State) listed() []*Node {
	out := make([]*Node, 0, len(s.project.Nodes))
	for _, n := range s.project.Nodes {
		if s.list.tests || !n.test() {
			out = append(out, n)
		}
	}
	return out
}

// found are the rows of the nodes that a filter finds, the best first.
func (s State) found(pattern string) []row {
	type scored struct {
		row
		score int
	}
	var all []scored
	for _, n := range s.listed() {
		if score, hits, ok := match(strings.ToLower(n.Name), pattern); ok {
			all = append(all, scored{row{node: n, hits: hits}, score})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.node.Name, b.node.Name))
	})
	out := make([]row, len(all))
	for i, f := range all {
		out[i] = f.row
	}
	return out
}

func (s State) flatRows() []row {
	var out []row
	for _, n := range s.listed() {
		out = append(out, row{node: n})
	}
	slices.SortFunc(out, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.node.Name, b.node.Name), cmp.Compare(a.node.ID, b.node.ID))
	})
	return out
}

// tree is the rows by folder: folders first, each with what is in it unless it is folded.
func (s State) tree() []row {
	nodes := map[string][]*Node{}
	counts := map[string]int{}
	folders := map[string][]string{} // of a folder, those in it
	known := map[string]bool{}
	for _, n := range s.listed() {
		dir := n.dir()
		nodes[dir] = append(nodes[dir], n)
		for ; dir != "" && dir != "."; dir = path.Dir(dir) {
			counts[dir]++
			if !known[dir] {
				known[dir] = true
				folders[path.Dir(dir)] = append(folders[path.Dir(dir)], dir)
			}
		}
	}
	var out []row
	var add func(dir string, depth int)
	add = func(dir string, depth int) {
		slices.Sort(folders[dir])
		for _, sub := range folders[dir] {
			out = append(out, row{folder: sub, depth: depth, nodes: counts[sub]})
			if !s.list.folded[sub] {
				add(sub, depth+1)
			}
		}
		slices.SortFunc(nodes[dir], func(a, b *Node) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
		for _, n := range nodes[dir] {
			out = append(out, row{node: n, depth: depth})
		}
	}
	add(".", 0)
	return out
}

// dir is the folder that a node stands in; what a package brings is in one of its own.
func (n *Node) dir() string {
	if n.Path == "" {
		return "."
	}
	return path.Dir(n.Path)
}

// row is the row that the cursor is on; nil without any.
func (s State) row() *row {
	if s.list.cursor < 0 || s.list.cursor >= len(s.list.rows) {
		return nil
	}
	return &s.list.rows[s.list.cursor]
}

// node is the node that the cursor is on; nil on a folder.
func (s State) node() *Node {
	if r := s.row(); r != nil {
		return r.node
	}
	return nil
}

// listTo moves the cursor of the list.
func (s State) listTo(at int) State {
	s.list.scroll = s.list.to(at, len(s.list.rows), s.layout().body)
	return s
}

// fold folds or unfolds a folder.
func (s State) fold(folder string, folded bool) State {
	next := map[string]bool{}
	for f, is := range s.list.folded {
		next[f] = is
	}
	next[folder] = folded
	s.list.folded = next
	return s.arrange()
}

// under are the nodes in a folder, whether or not it is folded.
func (s State) under(folder string) []*Node {
	var out []*Node
	for _, n := range s.listed() {
		if n.dir() == folder || strings.HasPrefix(n.dir(), folder+"/") {
			out = append(out, n)
		}
	}
	return out
}
