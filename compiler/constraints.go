package compiler

import (
	"strings"

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
		out.Append(fullConstraint(item))
	}
	return out
}

// fullConstraint is a constraint with every key that dbt writes; those of a model, which may name columns, have one more.
func fullConstraint(item jinja.Value) jinja.Value {
	d, ok := item.(*jinja.Dict)
	if !ok {
		return item
	}
	out := jinja.DictOf("type", nil, "name", nil, "expression", nil, "warn_unenforced", true, "warn_unsupported", true, "to", nil, "to_columns", jinja.NewList())
	for k, v := range d.All() {
		out.Put(jinja.Str(k), v)
	}
	return out
}

// contractChecksum is the checksum of what an enforced contract promises: names, types and constraints of the columns, and for
// relations that keep them the constraints of the model. It is dbt's, which hashes how Python shows its objects.
func contractChecksum(n *Node, columns *jinja.Dict, constraints *jinja.List) string {
	var b strings.Builder
	for _, name := range sortedKeys(columns) {
		column := dictOf(columns, name)
		b.WriteString("|" + name + jinja.Str(at(column, "data_type")))
		b.WriteString(showConstraints("ColumnLevelConstraint", at(column, "constraints")))
	}
	if m := n.Config.Materialized(); m == "table" || m == "incremental" {
		b.WriteString(m + showConstraints("ModelLevelConstraint", constraints))
	}
	return checksum(b.String())
}

// showConstraints is a list of constraints as Python shows it.
func showConstraints(class string, list jinja.Value) string {
	constraints, _ := list.(*jinja.List)
	if constraints == nil {
		return "[]"
	}
	keys := []string{"name", "expression", "warn_unenforced", "warn_unsupported", "to", "to_columns"}
	if class == "ModelLevelConstraint" {
		keys = append(keys, "columns")
	}
	var all []string
	for _, item := range constraints.Items {
		d, ok := item.(*jinja.Dict)
		if !ok {
			continue
		}
		kind := jinja.Str(at(d, "type"))
		fields := []string{"type=<ConstraintType." + kind + ": " + jinja.Repr(kind) + ">"}
		for _, key := range keys {
			fields = append(fields, key+"="+jinja.Repr(at(d, key)))
		}
		all = append(all, class+"("+strings.Join(fields, ", ")+")")
	}
	return "[" + strings.Join(all, ", ") + "]"
}
