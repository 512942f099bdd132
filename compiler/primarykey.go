package compiler

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// primaryKey are the columns that tell the rows of a model apart, as far as its constraints and tests say so: a primary key, else the columns that are tested to be
// unique and not null, else those that are tested to be unique, by tests that run or else by disabled ones. This is dbt's rule.
func (g *Graph) primaryKey(n *Node) []string {
	if key := declaredKey(n); key != nil {
		return key
	}
	enabled, disabled, notNull := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range g.testsOf(n) {
		into := disabled
		if t.Enabled {
			into = enabled
		}
		for _, column := range testedColumns(t) {
			switch t.Test.Name {
			case "unique", "unique_combination_of_columns":
				into[column] = true
			case "not_null":
				notNull[column] = true
			}
		}
	}
	both := map[string]bool{}
	for column := range notNull {
		if enabled[column] || disabled[column] {
			both[column] = true
		}
	}
	for _, columns := range []map[string]bool{both, enabled, disabled} {
		if len(columns) > 0 {
			var out []string
			for column := range columns {
				out = append(out, column)
			}
			return sorted(out)
		}
	}
	return nil
}

// declaredKey is the primary key that constraints name, nil if none does.
func declaredKey(n *Node) []string {
	if n.Props != nil && n.Props.Constraints != nil {
		for _, c := range n.Props.Constraints.Items {
			if d, ok := c.(*jinja.Dict); ok && isPrimary(d) {
				return textsAt(d, "columns")
			}
		}
	}
	for _, c := range n.Columns {
		if c.Constraints != nil && slices.ContainsFunc(c.Constraints.Items, func(v jinja.Value) bool {
			d, ok := v.(*jinja.Dict)
			return ok && isPrimary(d)
		}) {
			return []string{c.Name}
		}
	}
	return nil
}

func isPrimary(constraint *jinja.Dict) bool {
	return jinja.Str(at(constraint, "type")) == "primary_key"
}

// testsOf are the generic tests of a node, disabled ones too.
func (g *Graph) testsOf(n *Node) []*Node {
	var out []*Node
	for _, id := range g.DAG.Children(n.ID) {
		if t := g.Nodes[id]; t != nil && t.Test != nil && t.Test.Attached == n.ID {
			out = append(out, t)
		}
	}
	return append(out, g.testsOff[n.ID]...)
}

// testedColumns are the columns that a test names in its arguments.
func testedColumns(t *Node) []string {
	if name, ok := at(t.Test.Kwargs, "column_name").(string); ok {
		return []string{name}
	}
	list, ok := at(t.Test.Kwargs, "combination_of_columns").(*jinja.List)
	if !ok {
		return nil
	}
	var out []string
	for _, item := range list.Items {
		if name, ok := item.(string); ok {
			out = append(out, name)
		}
	}
	return out
}

// RowKey are columns that tell the rows of a node apart: its unique_key, a primary key, a column that is tested to be unique, rather one that is tested to be
// not null as well, or a combination of columns that is. It is nil if nobody says so.
func (g *Graph) RowKey(n *Node) []string {
	if n.Config != nil {
		if key := n.Config.Strings("unique_key"); len(key) > 0 {
			return key
		}
	}
	if key := declaredKey(n); key != nil {
		return key
	}
	notNull := map[string]bool{}
	var unique, combined []string
	for _, t := range g.testsOf(n) {
		columns := testedColumns(t)
		switch {
		case !t.Enabled || len(columns) == 0:
		case t.Test.Name == "not_null":
			notNull[columns[0]] = true
		case t.Test.Name == "unique":
			unique = append(unique, columns[0])
		case t.Test.Name == "unique_combination_of_columns" && combined == nil:
			combined = columns
		}
	}
	slices.SortStableFunc(unique, func(a, b string) int {
		rank := func(c string) int { return map[bool]int{false: 1}[notNull[c]] }
		return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
	})
	if len(unique) > 0 {
		return unique[:1]
	}
	return combined
}
