package compiler

import (
	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Pointers is a graph of views that stand where nodes of this one do and show what stands elsewhere: what `mod clone` builds
// where the warehouse cannot copy tables. of gives the name of a node's original as it is written in SQL; nodes without one are
// left out. No pointer depends on another.
func (g *Graph) Pointers(of func(id string) (name string, ok bool)) *Graph {
	out := *g
	out.Nodes, out.Order, out.DAG = map[string]*Node{}, nil, &dag.Graph[string]{}
	for _, n := range g.Order {
		name, ok := of(n.ID)
		if !ok {
			continue
		}
		p := pointer(n, "select * from "+name)
		out.Nodes[p.ID] = p
		out.Order = append(out.Order, p)
		out.DAG.Add(p.ID)
	}
	return &out
}

// pointer is a view of that query in the place of a node: with its grants, descriptions and hooks.
func pointer(n *Node, sql string) *Node {
	p := *n
	p.Type, p.Raw, p.Introspective = Model, sql, false
	p.DependsOn, p.Refs, p.Sources = nil, nil, nil
	p.Config = &Config{Values: n.Config.Values.Clone(), Unrendered: n.Config.Unrendered}
	p.Config.Values.Put("materialized", "view")
	p.Config.Values.Put("contract", jinja.DictOf("enforced", false))
	p.template, _ = jinja.Parse(diag.NewSource(generatedSource.Path, "{% raw %}"+sql+"{% endraw %}"))
	return &p
}
