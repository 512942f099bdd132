package sql_test

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// names is what is compared with an engine's tree: the tables that are read or written, sorted, and the output columns. A column whose
// name an engine would have to make up is "?".
type names struct {
	Tables  []string
	Columns []string
}

// namesIn are the names in a statement.
func namesIn(s sql.Statement, d *dialect.Dialect) names {
	var n names
	sql.Walk(s, func(node sql.Node) bool {
		if t, ok := node.(*sql.TableName); ok {
			n.Tables = append(n.Tables, join(t.Name, d))
		}
		return true
	})
	slices.Sort(n.Tables)
	switch s := s.(type) {
	case *sql.Query:
		n.Columns = columnsOf(s.Body, d)
	case *sql.Insert:
		n.Columns = items(s.Returning, d)
	case *sql.Update:
		n.Columns = items(s.Returning, d)
	case *sql.Delete:
		n.Columns = items(s.Returning, d)
	case *sql.Merge:
		n.Columns = items(s.Returning, d)
	}
	return n
}

func join(parts []sql.Ident, d *dialect.Dialect) string {
	var out []string
	for _, p := range parts {
		out = append(out, p.Folded(d))
	}
	return strings.Join(out, ".")
}

// columnsOf are the output columns of a query: those of the first SELECT in it.
func columnsOf(b sql.Body, d *dialect.Dialect) []string {
	switch b := b.(type) {
	case *sql.Query:
		return columnsOf(b.Body, d)
	case *sql.SetOp:
		return columnsOf(b.Left, d)
	case *sql.Select:
		return items(b.Items, d)
	}
	return nil
}

func items(list []sql.SelectItem, d *dialect.Dialect) []string {
	var out []string
	for _, i := range list {
		out = append(out, item(i, d))
	}
	return out
}

func item(i sql.SelectItem, d *dialect.Dialect) string {
	if i.Alias.Given() {
		return i.Alias.Folded(d)
	}
	switch x := i.X.(type) {
	case *sql.Column:
		return x.Parts[len(x.Parts)-1].Folded(d)
	case *sql.Star:
		if x.Of == nil && (x.Mods == nil || x.Mods.Like == nil) {
			return "*"
		}
	case *sql.Call:
		if x.Bare && d.Grammar.Syntax&dialect.FromFirst != 0 { // there, current_user is a column until proved otherwise
			return x.Name[0].Folded(d)
		}
	}
	return "?"
}
