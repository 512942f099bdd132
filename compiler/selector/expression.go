package selector

import (
	"maps"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

// set is a set of node IDs.
type set map[string]bool

// expression is a parsed selection: everything, a criterion, or a group of expressions.
type expression interface {
	// eval returns the nodes the expression picks, and the tests it could pick if more of their parents were picked elsewhere
	// in the selection.
	eval(e *evaluation) (direct, indirect set)
}

// evaluation is one evaluation of a selection.
type evaluation struct {
	graph    *compiler.Graph
	file     *File
	earlier  Earlier
	columns  Columns
	problems *diag.List
	within   []string // the named selectors being evaluated, outermost first
}

// everything picks all nodes.
type everything struct{}

func (everything) eval(e *evaluation) (direct, indirect set) {
	direct = make(set, len(e.graph.Nodes))
	for id := range e.graph.Nodes {
		direct[id] = true
	}
	return direct, set{}
}

// depth is how far a criterion reaches from what it picks; anyDepth is without end.
type depth int

const anyDepth depth = -1

// criterion is one "+tag:nightly" of a selection.
type criterion struct {
	at     diag.Span // all of it
	method *method
	args   []string // "meta", "owner" of config.meta.owner
	value  string
	with   neighbours

	indirect Indirect
}

// neighbours are the graph operators of a criterion.
type neighbours struct {
	parents, children depth // 0: none
	childrensParents  bool
}

func (c *criterion) eval(e *evaluation) (direct, indirect set) {
	if c.method.name == selectorMethod {
		return e.reach(e.file.matching(c, e), c.with), set{}
	}
	picked := e.picked(c)
	if c.indirect == Empty {
		return picked, set{}
	}
	return e.tests(picked, c.indirect)
}

// picked are the nodes that meet the criterion, and the neighbours it adds.
func (e *evaluation) picked(c *criterion) set {
	if c.method.columns {
		return e.following(c)
	}
	return e.reach(e.matching(c), c.with)
}

// matching are the nodes that meet the criterion.
func (e *evaluation) matching(c *criterion) set {
	if c.method.past != nil {
		return e.compared(c)
	}
	picked := set{}
	for id, n := range e.graph.Nodes {
		if c.method.match(c, n) {
			picked[id] = true
		}
	}
	return picked
}

// reach adds the neighbours to the picked nodes.
func (e *evaluation) reach(picked set, with neighbours) set {
	all := maps.Clone(picked)
	add := func(ids []string) {
		for _, id := range ids {
			all[id] = true
		}
	}
	for id := range picked {
		if with.parents != 0 {
			add(e.graph.DAG.Ancestors(id, int(with.parents)))
		}
		if with.children != 0 || with.childrensParents {
			reach := with.children
			if with.childrensParents {
				reach = anyDepth
			}
			add(e.graph.DAG.Descendants(id, int(reach)))
		}
	}
	if with.childrensParents {
		for id := range maps.Clone(all) {
			add(e.graph.DAG.Ancestors(id, int(anyDepth)))
		}
	}
	return all
}

// tests adds the tests of the picked nodes that come with them; indirect are those that might still come.
func (e *evaluation) tests(picked set, mode Indirect) (direct, indirect set) {
	direct, indirect = maps.Clone(picked), set{}
	var built set
	if mode == Buildable {
		built = e.upstream(picked)
		for id, n := range e.graph.Nodes {
			if n.Type == compiler.Source {
				built[id] = true
			}
		}
	}
	for id := range picked {
		for _, child := range e.graph.DAG.Children(id) {
			n := e.graph.Nodes[child]
			if n == nil || n.Type != compiler.Test && n.Type != compiler.UnitTest {
				continue
			}
			switch {
			case mode == Eager || mode == "" || covers(picked, n.DependsOn) || built != nil && covers(built, n.DependsOn):
				direct[child] = true
			default:
				indirect[child] = true
			}
		}
	}
	for id := range direct {
		delete(indirect, id)
	}
	return direct, indirect
}

// upstream are the picked nodes and all that they depend on.
func (e *evaluation) upstream(picked set) set {
	return e.reach(picked, neighbours{parents: anyDepth})
}

func covers(s set, ids []string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return !s[id] })
}

// operator joins the parts of a group.
type operator int

const (
	union operator = iota
	intersection
	difference // the first part without the others
)

// group is several expressions joined to one.
type group struct {
	op       operator
	parts    []expression
	indirect Indirect
	// expected is where the group was written, if it is a mistake worth a warning that it picks nothing.
	expected diag.Span
}

func (g *group) eval(e *evaluation) (direct, indirect set) {
	var directs, reachable []set
	for _, part := range g.parts {
		d, i := part.eval(e)
		directs = append(directs, d)
		all := maps.Clone(d)
		maps.Copy(all, i)
		reachable = append(reachable, all)
	}
	direct, indirect = g.op.join(directs), g.op.join(reachable)
	g.complete(e, direct, indirect)
	if !g.expected.IsZero() && len(direct) == 0 && !e.problems.HasErrors() {
		g.warn(e)
	}
	return direct, indirect
}

// complete adds the tests that no part could add alone, because their parents are in different parts.
func (g *group) complete(e *evaluation, direct, indirect set) {
	var enough set
	switch g.indirect {
	case Cautious:
		enough = maps.Clone(direct)
	case Buildable:
		enough = e.upstream(direct)
	default:
		return
	}
	for id := range indirect {
		if n := e.graph.Nodes[id]; n != nil && n.Type == compiler.Test && covers(enough, n.DependsOn) {
			direct[id] = true
		}
	}
}

// join joins sets; the result is a new set.
func (o operator) join(sets []set) set {
	if len(sets) == 0 {
		return set{}
	}
	out := maps.Clone(sets[0])
	for _, s := range sets[1:] {
		switch o {
		case union:
			maps.Copy(out, s)
		case intersection:
			maps.DeleteFunc(out, func(id string, _ bool) bool { return !s[id] })
		case difference:
			maps.DeleteFunc(out, func(id string, _ bool) bool { return s[id] })
		}
	}
	return out
}
