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
	a.marked.Do(a.markOriginals)
	seen := map[lineage.Input]bool{}
	left := []lineage.Input{of}
	for len(left) > 0 {
		c := left[len(left)-1]
		left = left[:len(left)-1]
		if seen[key(c)] {
			continue
		}
		seen[key(c)] = true
		said := a.Said(c).PII
		if personalBy(said) || a.originals[key(c)] && len(said) == 0 {
			return true
		}
		if len(said) == 0 && !a.alone(c) {
			left = append(left, a.madeOf(c)...)
		}
	}
	return false
}

func personalBy(said []Said) bool {
	return slices.ContainsFunc(said, func(s Said) bool { return s.Text != "false" })
}

// markOriginals finds the columns of which another that says that it is personal is a copy, or is computed and of nothing else: who marks
// lower(email) means the address.
func (a *Analysis) markOriginals() {
	a.originals = map[lineage.Input]bool{}
	var left []lineage.Input
	for id, n := range a.nodes {
		for _, c := range n.Node.Columns {
			if in := (lineage.Input{Table: id, Column: c.Name}); personalBy(a.Said(in).PII) {
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
			if !a.originals[key(in)] && len(a.Said(in).PII) == 0 {
				a.originals[key(in)] = true
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
	if found && n.resolved() {
		return out
	}
	return append(out, a.allRead(n)...)
}

// resolved tells whether it is known what the node's columns are made of.
func (n *Node) resolved() bool {
	return len(n.Forms) > 0 && !slices.ContainsFunc(n.Forms, func(f *Form) bool { return f.Query == nil })
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
