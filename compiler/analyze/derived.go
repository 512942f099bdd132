package analyze

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/lineage"
)

// MayBePersonal tells whether values of a column may be personal data: it says so itself, or a column does that its values are made of,
// through any number of nodes and whatever was computed on the way: the greatest of all addresses is an address. So does a column of which one that
// says so is a copy, or which is all that it is computed from. A column that says that it holds none (`pii: false`), or that inherits nothing (`inherit: false`),
// ends the search.
//
// What a column is made of may not be known, of a Python model's for instance. It counts as made of all that its node reads.
func (a *Analysis) MayBePersonal(of lineage.Input) bool {
	a.marked.Do(a.markPersonal)
	return a.holdsPersonal(of)
}

// holdsPersonal asks what was marked. A column that is not known, and so was not marked, is made of known ones.
func (a *Analysis) holdsPersonal(of lineage.Input) bool {
	return a.personal[key(of)] || !a.ends(of) && slices.ContainsFunc(a.madeOf(of), func(in lineage.Input) bool {
		return a.personal[key(in)] || !a.has(in) && a.holdsPersonal(in)
	})
}

// has tells whether a column is one that its node is known to have.
func (a *Analysis) has(c lineage.Input) bool {
	n := a.nodes[c.Table]
	return n == nil || n.Column(c.Column) != nil || a.properties(c) != nil
}

// ends tells whether a column has nothing of those that it is made of, because it says so.
func (a *Analysis) ends(c lineage.Input) bool { return len(a.Said(c).PII) > 0 || a.alone(c) }

// markPersonal marks the columns that may hold personal data: each node's after those of the nodes that it reads, and all again as long as it
// finds more, because a model can read itself, and others by name, without a ref.
func (a *Analysis) markPersonal() {
	a.personal = map[lineage.Input]bool{}
	a.markOriginals()
	if len(a.personal) == 0 {
		return
	}
	for found := true; found; {
		found = false
		for _, n := range a.Graph.Order {
			if node := a.nodes[n.ID]; node != nil && a.markColumns(node) {
				found = true
			}
		}
	}
}

// markColumns marks columns of a node, and tells whether there was one.
func (a *Analysis) markColumns(n *Node) (found bool) {
	mark := func(name string) {
		c := lineage.Input{Table: n.ID, Column: name}
		if !a.personal[key(c)] && a.holdsPersonal(c) {
			a.personal[key(c)], found = true, true
		}
	}
	for i := range n.Columns {
		mark(n.Columns[i].Name)
	}
	for _, c := range n.Node.Columns {
		mark(c.Name)
	}
	return found
}

func personalBy(said []Said) bool {
	return slices.ContainsFunc(said, func(s Said) bool { return s.Text != "false" })
}

// markOriginals marks the columns that say that they are personal, and those of which one is a copy, or is computed and of nothing else: who
// marks lower(email) means the address.
func (a *Analysis) markOriginals() {
	var left []lineage.Input
	for id, n := range a.nodes {
		for _, c := range n.Node.Columns {
			if in := (lineage.Input{Table: id, Column: c.Name}); personalBy(a.Said(in).PII) {
				a.personal[key(in)] = true
				left = append(left, in)
			}
		}
	}
	for len(left) > 0 {
		derived, from := a.origins(left[len(left)-1])
		left = left[:len(left)-1]
		if len(derived) == 1 {
			from = derived
		}
		for _, in := range from {
			if !a.personal[key(in)] && len(a.Said(in).PII) == 0 {
				a.personal[key(in)] = true
				left = append(left, in)
			}
		}
	}
}

// madeOf are the columns that a column's values are made of.
func (a *Analysis) madeOf(of lineage.Input) []lineage.Input {
	n := a.nodes[of.Table]
	if n == nil || n.Node.Type == compiler.Source || n.Node.Type == compiler.Seed {
		return nil
	}
	var out []lineage.Input
	found := false
	for i := range n.Columns {
		if !strings.EqualFold(n.Columns[i].Name, of.Column) {
			continue
		}
		found = true
		for _, u := range n.Columns[i].Uses {
			if u.Kind.Derives() {
				out = append(out, u.Input)
			}
		}
	}
	if found && n.resolved {
		return out
	}
	return append(out, a.allRead(n)...)
}

// allRead are all columns that a node may read: those that the nodes have, and those of which something is said.
func (a *Analysis) allRead(n *Node) []lineage.Input {
	var out []lineage.Input
	for _, id := range n.DependsOn {
		parent := a.nodes[id]
		if parent == nil {
			continue
		}
		for _, c := range parent.Columns {
			out = append(out, lineage.Input{Table: id, Column: c.Name})
		}
		for _, c := range parent.Node.Columns {
			out = append(out, lineage.Input{Table: id, Column: c.Name})
		}
	}
	return out
}
