package compiler

import (
	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Original is what a pointer stands for.
type Original struct {
	Name   string // as it is written in SQL
	Cloned bool   // the pointer is a table, which the warehouse clones from it, and no view
}

// Pointers is a graph of what `mod clone` builds where nodes of this one do: views that show what stands elsewhere, or tables that are cloned from
// it. of gives the original of a node; nodes without one are left out. No pointer depends on another.
func (g *Graph) Pointers(of func(id string) (Original, bool)) *Graph {
	out := *g
	out.Nodes, out.Order, out.DAG = map[string]*Node{}, nil, &dag.Graph[string]{}
	for _, n := range g.Order {
		original, ok := of(n.ID)
		if !ok {
			continue
		}
		p := pointer(n, original)
		out.Nodes[p.ID] = p
		out.Order = append(out.Order, p)
		out.DAG.Add(p.ID)
	}
	return &out
}

// pointer is a view or a table in the place of a node: with its grants, descriptions and hooks.
func pointer(n *Node, of Original) *Node {
	p, sql, made := *n, "select * from "+of.Name, "view"
	if of.Cloned {
		made = "table"
	}
	p.Type, p.Raw, p.Introspective = Model, sql, false
	p.DependsOn, p.Refs, p.Sources = nil, nil, nil
	p.Config = &Config{Values: n.Config.Values.Clone(), Unrendered: n.Config.Unrendered}
	p.Config.Values.Put("materialized", made)
	p.Config.Values.Put("contract", jinja.DictOf("enforced", false))
	p.template, _ = jinja.Parse(diag.NewSource(generatedSource.Path, "{% raw %}"+sql+"{% endraw %}"))
	return &p
}
