package compiler

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// nameNode asks the project's generate_database_name, generate_schema_name and generate_alias_name where a node is stored.
func (g *Graph) nameNode(n *Node) *diag.List {
	problems := &diag.List{}
	// The macros see the node as it is so far, with the names of the target.
	n.Relation = relation.Relation{Database: g.project.Target.Database, Schema: g.project.Target.Schema, Name: n.Name}
	described := sync.OnceValue(func() *jinja.Dict { return g.describedLate(n) })
	part := func(what string) string {
		text, err := g.nameOnce(n, described, what)
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
	n.Home, n.Relation = r, r
	if g.project.Environment != nil && n.parts() {
		n.Relation = g.In(g.project.Environment, r)
	}
	return problems
}

// In is where an environment has what is at that relation in the target's own.
func (g *Graph) In(e *project.Environment, home relation.Relation) relation.Relation {
	home.Schema = e.Schema(home.Schema, g.Dialect.MaxName)
	return home
}

// parts tells whether an environment has a relation of its own of the node. The history that is in a snapshot cannot be made again, and the file of an external model
// is the same one in all environments.
func (n *Node) parts() bool {
	return n.Type != Snapshot && n.Config.Materialized() != "external"
}

// Shared tells whether the node is never built in an environment: all read the one relation that there is of it.
func (n *Node) Shared() bool { return n.Stored() && !n.parts() }

// describedLate is a node as a template sees it. Few macros that name nodes ask for more than the name.
func (g *Graph) describedLate(n *Node) *jinja.Dict {
	known := jinja.DictOf("name", n.Name, "version", n.Version, "resource_type", string(n.Type))
	return jinja.LateDict(known, func() *jinja.Dict { return g.Describe(n) })
}

// nameOnce is generate for what the pack's own macros answer with, to the same question, for every node: a database or a schema, of
// which they know nothing but the custom name and the target, and for an alias that nobody chose the node's own name.
func (g *Graph) nameOnce(n *Node, described func() *jinja.Dict, what string) (string, error) {
	custom, _ := n.Config.Value(what)
	text, isText := custom.(string)
	alias := what == "alias"
	if custom != nil && !isText || alias && (custom != nil || n.Version != nil) {
		name, _, err := g.generate(n, described, what, custom)
		return name, err
	}
	asked := naming{n.Package, what, text, isText}
	if name, known := g.given[asked]; known {
		if alias {
			return strings.TrimSpace(n.Name), nil
		}
		return name, nil
	}
	name, own, err := g.generate(n, described, what, custom)
	if err == nil && !own && (!alias || name == strings.TrimSpace(n.Name)) {
		g.given[asked] = name
	}
	return name, err
}

// naming is a question to a generate_*_name macro.
type naming struct {
	pkg      *project.Package
	what     string
	custom   string
	isCustom bool
}

// generate calls generate_<what>_name(custom, node). own tells whether a macro of the project or of a package took part in the answer.
func (g *Graph) generate(n *Node, described func() *jinja.Dict, what string, custom jinja.Value) (name string, own bool, err error) {
	c := g.context(n)
	c.Called = func(m *macros.Macro) { own = own || !m.Builtin() }
	c.Config = nodeConfig{n}
	v, err := c.CallMacro(context.Background(), "generate_"+what+"_name", []jinja.Value{custom, described()}, jinja.NewDict())
	if err != nil || v == nil {
		return "", own, err
	}
	return strings.TrimSpace(jinja.Str(v)), own, nil
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
