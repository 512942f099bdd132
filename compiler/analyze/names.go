package analyze

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
)

// names finds nodes by the names that they have in rendered queries.
type names struct {
	relations map[relation.Relation]string   // IDs by folded names: the first of those that share one
	shared    map[relation.Relation][]string // all of those, where a source is declared of what the project makes, say
	ctes      map[string]string              // IDs of ephemeral models by the names of their CTEs
	target    relation.Relation              // what a name is completed with
}

func newNames(g *compiler.Graph) *names {
	out := &names{
		relations: make(map[relation.Relation]string, len(g.Nodes)), ctes: map[string]string{},
		target: folded(relation.Relation{Database: g.Project.Target.Database, Schema: g.Project.Target.Schema}),
	}
	for _, n := range g.Order {
		for _, c := range g.Copies(n) {
			if g.Of(c) == g {
				out.relations[folded(c.Relation)] = c.Copied.ID
			}
		}
		if !columned(n) || g.Of(n) != g {
			continue
		}
		if n.Ephemeral() {
			out.ctes[strings.ToLower(n.CTEName())] = n.ID
			continue
		}
		r := folded(n.Relation)
		if at := g.Location(n); at != "" {
			r = relation.Relation{Name: strings.ToLower(strings.Trim(at, "'"))}
		}
		first, taken := out.relations[r]
		if !taken {
			out.relations[r] = n.ID
			continue
		}
		if out.shared == nil {
			out.shared = map[relation.Relation][]string{}
		}
		if out.shared[r] == nil {
			out.shared[r] = []string{first}
		}
		out.shared[r] = append(out.shared[r], n.ID)
	}
	return out
}

// NodeNamed is the ID of the node that a name in the query of a node means, "" if it is none of the project's.
func (a *Analysis) NodeNamed(reader *compiler.Node, name []sql.Ident) string {
	return a.sides[a.Graph.Of(reader)].names.find(name, reader.DependsOn)
}

// find returns the ID of the node that a name in a query means, "" if it is none of the project's. Of several it is the one that the query's node says
// that it reads.
func (n *names) find(name []sql.Ident, reads []string) string {
	parts := make([]string, len(name))
	for i, p := range name {
		parts[i] = strings.ToLower(p.Name)
	}
	r := n.target
	switch len(parts) {
	case 1:
		if id, ok := n.relations[relation.Relation{Name: parts[0]}]; ok { // a file
			return id
		}
		r.Name = parts[0]
	case 2:
		r.Schema, r.Name = parts[0], parts[1]
	case 3:
		r = relation.Relation{Database: parts[0], Schema: parts[1], Name: parts[2]}
	default:
		return ""
	}
	for _, id := range n.shared[r] {
		if slices.Contains(reads, id) {
			return id
		}
	}
	return n.relations[r]
}

// inlined returns the ID of the ephemeral model that a CTE holds, "" for other CTEs.
func (n *names) inlined(name sql.Ident) string { return n.ctes[strings.ToLower(name.Name)] }

func folded(r relation.Relation) relation.Relation {
	return relation.Relation{Database: strings.ToLower(r.Database), Schema: strings.ToLower(r.Schema), Name: strings.ToLower(r.Name)}
}
