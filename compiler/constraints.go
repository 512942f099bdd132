package compiler

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// hearConstraints collects what a model's foreign keys refer to: a table must exist before another can point at it.
func (b *builder) hearConstraints(d *draft) {
	n := d.Node
	if n.Type != Model {
		return
	}
	for _, list := range n.constraintLists() {
		for _, item := range list.Items {
			to := foreignKey(item)
			if to == "" {
				continue
			}
			refs, sources := len(n.Refs), len(n.Sources)
			t, problems := jinja.Parse(diag.NewSource(generatedSource.Path, "{{ "+to+" }}"))
			if t != nil && !problems.HasErrors() {
				_, _ = t.Render(context.Background(), b.parseContext(d), jinja.Options{})
			}
			for i := refs; i < len(n.Refs); i++ {
				n.Refs[i].At = n.At
			}
			for i := sources; i < len(n.Sources); i++ {
				n.Sources[i].At = n.At
			}
			if len(n.Refs) == refs && len(n.Sources) == sources {
				b.problems.Errorf(n.At, InvalidConfig, "the foreign key of %s %q refers to %q, which is neither a ref nor a source", n.Type, n.Name, to).Hint =
					"write to: ref('model'), or the name of the table in expression"
			}
		}
	}
}

// constraintLists are the constraints of a model and of its columns, as written.
func (n *Node) constraintLists() []*jinja.List {
	var out []*jinja.List
	if n.Props != nil && n.Props.Constraints != nil {
		out = append(out, n.Props.Constraints)
	}
	for _, c := range n.Columns {
		if c.Constraints != nil {
			out = append(out, c.Constraints)
		}
	}
	return out
}

// foreignKey is what a constraint refers to, as written; "" if it is no foreign key, or one that says it in an expression.
func foreignKey(constraint jinja.Value) string {
	d, ok := constraint.(*jinja.Dict)
	if !ok {
		return ""
	}
	kind, _ := d.GetString("type")
	to, _ := d.GetString("to")
	if kind != "foreign_key" || to == nil {
		return ""
	}
	return jinja.Str(to)
}

// describeConstraints are constraints with the names of the tables that their foreign keys refer to. While the project is parsed
// nothing has a name yet, and they stay as written.
func (g *Graph) describeConstraints(n *Node, written *jinja.List) *jinja.List {
	if written == nil {
		return jinja.NewList()
	}
	out := jinja.NewList()
	for _, item := range written.Items {
		if to := foreignKey(item); to != "" && len(n.DependsOn) > 0 {
			t, _ := jinja.Parse(diag.NewSource(generatedSource.Path, "{{ "+to+" }}"))
			if name, err := t.Render(context.Background(), g.renderContext(n, Sight{}), jinja.Options{}); err == nil {
				d := item.(*jinja.Dict).Clone()
				d.Put("to", name.Text)
				item = d
			}
		}
		out.Append(item)
	}
	return out
}
