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
	index     *index // nil without a project
}

// row is a line of the list: a folder, or a node.
type row struct {
	folder string // its path; "" for a node
	node   *Node
	depth  int
	nodes  int // how many are in the folder
}

// arrange makes the rows anew and keeps the cursor on what it was on.
func (s State) arrange() State {
	var on row
	if r := s.row(); r != nil {
		on = *r
	}
	if s.project != nil {
		s.list.index = s.project.index(s.list.tests)
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

// index is the nodes that have rows, in the orders in which lists show them.
type index struct {
	named  []*Node             // by name
	lower  []string            // their names, in lower case
	within map[string][]*Node  // a folder, by name
	below  map[string][]string // a folder, those in it
	counts map[string]int      // of the nodes in a folder and below it
}

func indexOf(nodes []*Node, tests bool) *index {
	x := &index{within: map[string][]*Node{}, below: map[string][]string{}, counts: map[string]int{}}
	for _, n := range nodes {
		if tests || !n.test() {
			x.named = append(x.named, n)
		}
	}
	slices.SortFunc(x.named, func(a, b *Node) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	x.lower = make([]string, 0, len(x.named))
	for _, n := range x.named {
		x.lower = append(x.lower, strings.ToLower(n.Name))
		x.add(n)
	}
	for _, folders := range x.below {
		slices.Sort(folders)
	}
	return x
}

// add puts a node into its folder.
func (x *index) add(n *Node) {
	dir := n.dir()
	x.within[dir] = append(x.within[dir], n)
	for ; dir != "."; dir = path.Dir(dir) {
		if x.counts[dir]++; x.counts[dir] == 1 {
			x.below[path.Dir(dir)] = append(x.below[path.Dir(dir)], dir)
		}
		if dir == "/" {
			return
		}
	}
}

// found are the rows of the nodes that a filter finds, the best first.
func (s State) found(pattern string) []row {
	type scored struct{ at, score int }
	x := s.list.index
	var all []scored
	for i, name := range x.lower {
		if score, ok := match(name, pattern); ok {
			all = append(all, scored{i, score})
		}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at)) })
	out := make([]row, len(all))
	for i, f := range all {
		out[i] = row{node: x.named[f.at]}
	}
	return out
}

func (s State) flatRows() []row {
	out := make([]row, len(s.list.index.named))
	for i, n := range s.list.index.named {
		out[i].node = n
	}
	return out
}

// tree is the rows by folder: folders first, each with what is in it unless it is folded.
func (s State) tree() []row {
	x := s.list.index
	out := make([]row, 0, len(x.named)+len(x.counts))
	var add func(dir string, depth int)
	add = func(dir string, depth int) {
		for _, sub := range x.below[dir] {
			out = append(out, row{folder: sub, depth: depth, nodes: x.counts[sub]})
			if !s.list.folded[sub] {
				add(sub, depth+1)
			}
		}
		for _, n := range x.within[dir] {
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

// under are the nodes in a folder and in those in it, whether or not it is folded.
func (s State) under(folder string) []*Node {
	x := s.list.index
	var out []*Node
	for _, below := range x.below[folder] {
		out = append(out, s.under(below)...)
	}
	return append(out, x.within[folder]...)
}
