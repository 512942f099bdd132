package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
)

// columnsNamed are the columns that a word names: one as orders.amount, or all of a model.
func (s *session) columnsNamed(known *analyze.Analysis, what string) ([]lineage.Input, error) {
	if n := s.nodeNamed(known, what); n != nil {
		var out []lineage.Input
		for _, c := range n.Columns {
			out = append(out, lineage.Input{Table: n.ID, Column: c.Name})
		}
		if len(out) == 0 {
			return nil, s.unreadable(n)
		}
		return out, nil
	}
	of, name := cutColumn(what)
	n := s.nodeNamed(known, of)
	if n == nil {
		return nil, usagef(s.nearest(known, what), "there is no model, seed, snapshot or source %q", of)
	}
	c := n.Column(name)
	switch {
	case c != nil:
		return []lineage.Input{{Table: n.ID, Column: c.Name}}, nil
	case n.Failed != nil && len(n.Columns) == 0:
		return nil, s.unreadable(n)
	case n.Open:
		return []lineage.Input{{Table: n.ID, Column: name}}, nil
	}
	hint := s.nearest(known, what)
	if hint == "" {
		hint = "it has " + join(namesOf(n), "and")
	}
	return nil, usagef(hint, "%s has no column %q", n.Node.Label(), name)
}

// cutColumn cuts orders.amount into the name of a node and that of its column; a word without a dot is the name of a node.
func cutColumn(what string) (of, name string) {
	dot := strings.LastIndexByte(what, '.')
	if dot < 0 {
		return what, ""
	}
	return what[:dot], what[dot+1:]
}

// unreadable tells why nothing is known of a node's columns.
func (s *session) unreadable(n *analyze.Node) error {
	hint := `"mod docs generate" asks the warehouse which columns it has`
	if n.Failed != nil {
		hint = n.Failed.Error() + "\n" + hint
	}
	return usagef(hint, "the columns of %s are not known", n.Node.Label())
}

func (s *session) nodeNamed(known *analyze.Analysis, name string) *analyze.Node {
	for _, n := range s.graph.Order {
		if node := known.Node(n.ID); node != nil && (n.Label() == name || n.ID == name || searchName(n) == name) {
			return node
		}
	}
	return nil
}

func (s *session) nodeNames(known *analyze.Analysis) []string {
	var out []string
	for _, n := range s.graph.Order {
		if known.Node(n.ID) != nil {
			out = append(out, n.Label())
		}
	}
	return out
}

func namesOf(n *analyze.Node) []string {
	var out []string
	for _, c := range n.Columns {
		out = append(out, c.Name)
	}
	return out
}

// nearest is a hint of what a misspelt orders.amount may mean, of which the model, the column or both may be misspelt; "" if nothing is
// near.
func (s *session) nearest(known *analyze.Analysis, what string) string {
	of, name := cutColumn(what)
	n := s.nodeNamed(known, of)
	if n == nil {
		of = diag.Suggest(of, s.nodeNames(known))
		n = s.nodeNamed(known, of)
	}
	if n == nil {
		return ""
	}
	var meant []string
	for _, c := range nearColumns(n, name) {
		meant = append(meant, fmt.Sprintf("%q", of+"."+c))
	}
	switch {
	case len(meant) > 0:
		return "did you mean " + join(meant, "or") + "?"
	case of != what && !strings.HasPrefix(what, of+"."):
		return fmt.Sprintf("did you mean %q?", of)
	}
	return ""
}

// nearColumns are the columns that a name may mean: the nearest, or else, if they are few, those of whose words one is near.
func nearColumns(n *analyze.Node, name string) []string {
	if c := n.Column(name); c != nil {
		return []string{c.Name}
	}
	names := namesOf(n)
	if near := diag.Suggest(name, names); near != "" {
		return []string{near}
	}
	var words []string
	for _, c := range names {
		words = append(words, strings.Split(c, "_")...)
	}
	word := diag.Suggest(name, words)
	if slices.Contains(words, name) {
		word = name
	}
	const few = 8
	out := slices.DeleteFunc(names, func(c string) bool { return word == "" || !slices.Contains(strings.Split(c, "_"), word) })
	if len(out) > few {
		return nil
	}
	return out
}
