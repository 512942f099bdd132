package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// A project may have more than one warehouse: the config `target` of a folder or a node names the target at which it lives. Each target
// has a graph of the whole project, compiled as if everything lived there; a node is rendered in the graph of its own target. What it
// reads of another target is copied first, to where the node's own graph expects it, so that no template need know.

// far is what a graph knows of the other targets of its project. Nil if there are none.
type far struct {
	graphs map[string]*Graph  // by the ID of a node that lives at another target: the graph of that target
	copies map[string][]*Node // by the ID of the node that reads them
}

// Elsewhere are the names of the targets at which nodes of the graph are to live, but for its own, in alphabetical order, each with the
// first node that names it.
func (g *Graph) Elsewhere() (names []string, first map[string]*Node) {
	first = map[string]*Node{}
	for _, n := range g.Order {
		if name := g.targetOf(n); name != "" && first[name] == nil {
			first[name] = n
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, first
}

// targetOf is the name of the target at which a node lives, "" for the graph's own: a test lives where what it tests does, and a sync
// where its model does. An ephemeral model is part of what reads it, wherever that lives.
func (g *Graph) targetOf(n *Node) string {
	if n.Ephemeral() {
		return ""
	}
	name := ""
	if n.Config != nil {
		name = n.Config.String("target")
	}
	switch {
	case name != "":
	case n.Test != nil && n.Test.tested != nil:
		return g.targetOf(n.Test.tested)
	case n.Unit != nil && g.Nodes[n.Unit.Tested] != nil:
		return g.targetOf(g.Nodes[n.Unit.Tested])
	case n.Test != nil || n.Sync != nil:
		return g.targetOfAll(n.DependsOn)
	}
	if name == g.Project.Target.Name {
		return ""
	}
	return name
}

// targetOfAll is the target at which all of some nodes live; "" if there is none.
func (g *Graph) targetOfAll(ids []string) string {
	name := ""
	for i, id := range ids {
		n := g.Nodes[id]
		if n == nil {
			return ""
		}
		at := g.targetOf(n)
		if at == "" || i > 0 && at != name {
			return ""
		}
		name = at
	}
	return name
}

// UnknownTarget is the problem of a node that is to live at a target which the project does not have.
func (g *Graph) UnknownTarget(n *Node, name string) *diag.Diagnostic {
	known := append(slices.Clone(g.Project.Target.Beside), g.Project.Target.Name)
	slices.Sort(known)
	return &diag.Diagnostic{
		Code: project.CodeUnknownTarget, Span: n.At,
		Message: fmt.Sprintf("there is no target %q, at which %s %q is to live", name, n.Type, n.Name),
		Hint:    cmp.Or(diag.DidYouMean(name, known), "the targets are "+strings.Join(known, ", ")),
	}
}

// Join gives the graph the graphs of the other targets, by the names of [Graph.Elsewhere]: what lives at one of them is from now on the node
// of its graph, and what is read across them has its copies. It is called once, before anything is rendered.
func (g *Graph) Join(others map[string]*Graph) *diag.List {
	problems := &diag.List{}
	g.far = &far{graphs: map[string]*Graph{}, copies: map[string][]*Node{}}
	here := map[string]*Node{} // what lives elsewhere, as the graph itself sees it: where its copy would be
	for i, n := range g.Order {
		name := g.targetOf(n)
		if name == "" {
			continue
		}
		other := others[name]
		if other == nil || other.Nodes[n.ID] == nil {
			problems.Errorf(n.At, project.CodeUnknownTarget, "%s %q is no part of the project as target %q sees it", n.Type, n.Name, name).
				Hint = "it is disabled there: look for target.name in its configs"
			continue
		}
		g.far.graphs[n.ID], here[n.ID] = other, n
		g.Nodes[n.ID], g.Order[i] = other.Nodes[n.ID], other.Nodes[n.ID]
	}
	if problems.HasErrors() {
		return problems // copies of nodes that are not everywhere would be copies of nothing
	}
	made := map[string]*Node{}
	for _, n := range g.Order {
		g.copyFor(n, n, here, made, problems)
	}
	return problems
}

// Of is the graph of the target at which a node lives: it renders the node.
func (g *Graph) Of(n *Node) *Graph {
	if g.far == nil {
		return g
	}
	return cmp.Or(g.far.graphs[n.ID], g)
}

// Copies are the copies that a node reads of what lives at other targets, each of which is one node, whoever reads it.
func (g *Graph) Copies(n *Node) []*Node {
	if g.far == nil {
		return nil
	}
	return g.far.copies[n.ID]
}

// Others are the graphs of the other targets at which nodes live, by the names of the targets.
func (g *Graph) Others() map[string]*Graph {
	out := map[string]*Graph{}
	if g.far != nil {
		for _, other := range g.far.graphs {
			out[other.Project.Target.Name] = other
		}
	}
	return out
}

// copyFor plans the copies for a node: of what via, which is the node or an ephemeral model in its query, depends on.
func (g *Graph) copyFor(n, via *Node, here, made map[string]*Node, problems *diag.List) {
	if !n.readsRows() {
		return
	}
	at := g.Of(n)
	for _, id := range via.DependsOn {
		parent := g.Nodes[id]
		switch {
		case parent == nil:
		case parent.Ephemeral():
			g.copyFor(n, parent, here, made, problems)
		case g.Of(parent) == at || parent.Type == Source && parent.Config.String("target") == "":
		case parent.Type == Function:
			problems.Errorf(n.At, FarFunction, "%s %q calls the function %q, which lives at target %q", n.Type, n.Name, parent.Name, g.Of(parent).Project.Target.Name).
				Hint = "a function cannot be copied: let both live at one target"
		case parent.Stored() || parent.Type == Source:
			if c := g.copied(parent, at, here, made); !slices.Contains(g.far.copies[n.ID], c) {
				g.far.copies[n.ID] = append(g.far.copies[n.ID], c)
			}
		}
	}
}

// readsRows tells whether a node has a query of its own, which the warehouse runs.
func (n *Node) readsRows() bool {
	switch n.Type {
	case Model, Snapshot, Analysis:
		return !n.Ephemeral()
	case Test, UnitTest, Sync:
		return true
	}
	return false
}

// copied is the copy of a node at another target, where the graph of that target takes the node to be.
func (g *Graph) copied(n *Node, at *Graph, here, made map[string]*Node) *Node {
	target := at.Project.Target
	id := strings.Join([]string{string(Copy), n.Package.Name, n.Name, target.Name}, ".")
	if made[id] != nil {
		return made[id]
	}
	local := at.Nodes[n.ID]
	if at == g {
		local = here[n.ID]
	}
	local.Relation.Database = target.Database // a database that only the other warehouse has is none to copy into
	values := defaults(Seed)
	values.Put("materialized", "copy")
	c := &Node{
		ID: id, Type: Copy, Name: n.Name, Package: n.Package, FQN: []string{n.Package.Name, n.Name, target.Name}, File: n.File, At: n.At,
		Relation: local.Relation, Config: &Config{Values: values, Unrendered: jinja.NewDict()}, Meta: jinja.NewDict(),
		DependsOn: []string{n.ID}, Copied: n, Enabled: true,
	}
	made[id], g.far.graphs[id] = c, at
	return c
}
