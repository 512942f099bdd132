package lint

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// key is columns of which a relation has no two rows with the same values, in lower case.
type key []string

// within tells whether all of its columns are among those.
func (k key) within(columns map[string]bool) bool {
	for _, c := range k {
		if !columns[c] {
			return false
		}
	}
	return true
}

func (k key) String() string { return strings.Join(k, ", ") }

// declaredKeys are the keys that a project declares, by the ID of the node: by tests (unique, and dbt_utils's
// unique_combination_of_columns), by constraints, and by the unique_key of incremental models.
func declaredKeys(g *compiler.Graph) map[string][]key {
	out := map[string][]key{}
	add := func(id string, columns ...string) {
		if len(columns) > 0 {
			for i, c := range columns {
				columns[i] = strings.ToLower(c)
			}
			out[id] = append(out[id], columns)
		}
	}
	for _, n := range g.Order {
		switch {
		case n.Test != nil && n.Test.Attached != "" && n.Config.String("where") == "":
			add(n.Test.Attached, testedKey(n)...)
		case n.Type == compiler.Model:
			if n.Config.Materialized() == "incremental" {
				add(n.ID, plainColumns(n.Config.Strings("unique_key"))...)
			}
			for _, k := range constrainedKeys(n) {
				add(n.ID, k...)
			}
		}
	}
	return out
}

// testedKey are the columns that a test says are unique together; none for other tests.
func testedKey(n *compiler.Node) []string {
	switch n.Test.Name {
	case "unique":
		name, _ := n.Test.Kwargs.GetString("column_name")
		if name != nil {
			return plainColumns([]string{jinja.Str(name)})
		}
		return plainColumns([]string{n.Test.Column})
	case "unique_combination_of_columns":
		list, _ := n.Test.Kwargs.GetString("combination_of_columns")
		return plainColumns(texts(list))
	}
	return nil
}

// constrainedKeys are the keys of a model's constraints.
func constrainedKeys(n *compiler.Node) [][]string {
	var out [][]string
	if n.Props != nil && n.Props.Constraints != nil {
		for _, c := range n.Props.Constraints.Items {
			if d, ok := c.(*jinja.Dict); ok && keeps(d) {
				columns, _ := d.GetString("columns")
				out = append(out, plainColumns(texts(columns)))
			}
		}
	}
	for _, c := range n.Columns {
		if c.Constraints == nil {
			continue
		}
		for _, v := range c.Constraints.Items {
			if d, ok := v.(*jinja.Dict); ok && keeps(d) {
				out = append(out, []string{c.Name})
			}
		}
	}
	return out
}

// keeps tells whether a constraint makes rows differ.
func keeps(constraint *jinja.Dict) bool {
	kind, _ := constraint.GetString("type")
	name := ""
	if kind != nil {
		name = strings.ToLower(jinja.Str(kind))
	}
	return name == "unique" || name == "primary_key"
}

// plainColumns is the list, if all of it are names of columns; otherwise nil.
func plainColumns(list []string) []string {
	for _, c := range list {
		if !column.MatchString(c) {
			return nil
		}
	}
	return list
}

func texts(v jinja.Value) []string {
	list, _ := v.(*jinja.List)
	if list == nil {
		return nil
	}
	var out []string
	for _, item := range list.Items {
		out = append(out, jinja.Str(item))
	}
	return out
}
