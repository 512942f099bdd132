package compiler

import (
	"context"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

// nameNode asks the project's generate_database_name, generate_schema_name and generate_alias_name where a node is stored.
func (g *Graph) nameNode(n *Node) *diag.List {
	problems := &diag.List{}
	// The macros see the node as it is so far, with the names of the target.
	n.Relation = relation.Relation{Database: g.project.Target.Database, Schema: g.project.Target.Schema, Name: n.Name}
	described := g.Describe(n)
	part := func(what string) string {
		text, err := g.generate(n, described, what)
		if err != nil {
			p := problem(err, n.At)
			if p.Hint == "" {
				p.Hint = fmt.Sprintf("the macro generate_%s_name was naming %s %q", what, n.Type, n.Name)
			}
			problems.Add(p)
		}
		return text
	}
	r := relation.Relation{Database: part("database"), Schema: part("schema"), Name: part("alias")}
	if n.Type == Snapshot {
		r.Database = cmpOr(n.Config.String("target_database"), r.Database)
		r.Schema = cmpOr(n.Config.String("target_schema"), r.Schema)
	}
	n.Relation = r
	return problems
}

// generate calls generate_<what>_name(custom, node).
func (g *Graph) generate(n *Node, described *jinja.Dict, what string) (string, error) {
	var custom jinja.Value
	if v, ok := n.Config.Value(what); ok {
		custom = v
	}
	c := g.context(n)
	c.Config = nodeConfig{n}
	v, err := c.CallMacro(context.Background(), "generate_"+what+"_name", []jinja.Value{custom, described}, jinja.NewDict())
	if err != nil {
		return "", err
	}
	if v == nil {
		return "", nil
	}
	return strings.TrimSpace(jinja.Str(v)), nil
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
