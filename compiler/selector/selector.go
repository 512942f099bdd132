// Package selector reads dbt's selection language (https://docs.getdbt.com/reference/node-selection/syntax) and picks the nodes of
// a graph that it asks for.
//
// A selection is parsed to an expression over sets of nodes. Each criterion picks nodes by a method (name, tag, path …) and may
// add their ancestors and descendants; criteria are joined by union (a space), intersection (a comma) and --exclude. Tests of the
// picked nodes are then added as [Indirect] says.
package selector

import (
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

// The codes of the problems of a selection.
const (
	// InvalidSelector is a selection that cannot be read: an unknown method, a value the method does not have.
	InvalidSelector diag.Code = "invalid-selector"
	// UnknownSelector is a --selector that selectors.yml does not define.
	UnknownSelector diag.Code = "unknown-selector"
	// NothingSelected is a criterion that no enabled node meets.
	NothingSelected diag.Code = "nothing-selected"
	// NoState is a method that asks about an earlier state of the project where none is given, or none that can be read.
	NoState diag.Code = "no-state"
)

// Indirect says which tests come with the nodes they test. The zero value is Eager.
type Indirect string

// The modes of indirect selection.
const (
	Eager     Indirect = "eager"     // all tests of a selected node
	Cautious  Indirect = "cautious"  // tests whose every parent is selected
	Buildable Indirect = "buildable" // tests whose every parent is selected or upstream of what is
	Empty     Indirect = "empty"     // no tests
)

// indirectModes are all of them.
var indirectModes = []string{string(Eager), string(Cautious), string(Buildable), string(Empty)}

// Request is what the flags of a command ask for. The zero value asks for every node.
type Request struct {
	Select, Exclude []string // each may hold several criteria, separated by spaces
	Selector        string   // a name in File; hides Select and Exclude
	Indirect        Indirect
	File            *File   // the project's selectors.yml; nil without one
	Earlier         Earlier // what went before; nil if nobody knows
	Columns         Columns // where columns lead; nil if nobody knows

	Types, ExcludeTypes []compiler.Type // what is left of the selection; nil Types keep all
}

// Select returns the nodes asked for, each after all that it depends on. Criteria that pick nothing are warnings.
func Select(g *compiler.Graph, r Request) ([]*compiler.Node, *diag.List) {
	l := &diag.List{}
	x := r.expression(l)
	if l.HasErrors() {
		return nil, l
	}
	if _, all := x.(everything); all {
		return pick(g.Order, func(n *compiler.Node) bool { return r.Keeps(n.Type) }), l
	}
	direct, _ := x.eval(&evaluation{graph: g, file: r.File, earlier: r.Earlier, columns: r.Columns, problems: l})
	if l.HasErrors() {
		return nil, l
	}
	return pick(g.Order, func(n *compiler.Node) bool { return direct[n.ID] && r.Keeps(n.Type) }), l
}

func pick(from []*compiler.Node, match func(*compiler.Node) bool) []*compiler.Node {
	var nodes []*compiler.Node
	for _, n := range from {
		if match(n) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// Keeps tells whether nodes of a type are kept.
func (r Request) Keeps(t compiler.Type) bool {
	return (r.Types == nil || slices.Contains(r.Types, t)) && !slices.Contains(r.ExcludeTypes, t)
}

// expression is what the request asks for before its types are looked at.
func (r Request) expression(l *diag.List) expression {
	if r.Indirect != "" && !slices.Contains(indirectModes, string(r.Indirect)) {
		text := string(r.Indirect)
		at := diag.Span{Source: diag.NewSource("--indirect-selection", text), End: len(text)}
		l.Errorf(at, InvalidSelector, "there is no indirect selection %q", text).Hint = "use eager, cautious, buildable or empty"
	}
	if r.Selector != "" {
		return r.File.named(r.Selector, l)
	}
	if r.Select == nil && r.Exclude == nil {
		if x := r.File.fallback(l); x != nil {
			return x
		}
	}
	var included expression = everything{}
	if r.Select != nil {
		included = parse("--select", r.Select, r.Indirect, l)
	}
	if r.Exclude == nil {
		return included
	}
	return &group{op: difference, parts: []expression{included, parse("--exclude", r.Exclude, r.Indirect, l)}}
}
