package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

// Answer is what a query gave.
type Answer struct {
	Columns []string
	Rows    [][]any
}

// Finding is something that a check found, or that it cannot be run.
type Finding struct {
	*diag.Diagnostic
	Check *Check
	Node  *compiler.Node // what it is about; nil where the check names no node
}

// Findings are what is wrong by the rows that a check gave. A row names what it is about in column node, by the ID or the name, and perhaps column_name, and says what is
// wrong in column message. A row without a message is told as it is.
func (c *Check) Findings(g *compiler.Graph, a Answer) (found []Finding) {
	for _, row := range a.Rows {
		value := func(column string) string {
			i := slices.IndexFunc(a.Columns, func(name string) bool { return strings.EqualFold(name, column) })
			if i < 0 || row[i] == nil {
				return ""
			}
			return fmt.Sprint(row[i])
		}
		message := value("message")
		if message == "" {
			message = asTold(a.Columns, row)
		}
		n := nodeOf(g, value("node"))
		d := &diag.Diagnostic{Severity: c.Severity, Code: FailedCheck, Span: c.place(n, value("column_name")), Message: c.Name + ": " + message, Hint: c.Hint}
		found = append(found, Finding{d, c, n})
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Span.String(), b.Span.String()), strings.Compare(a.Message, b.Message))
	})
	return found
}

// asTold is a row as it is.
func asTold(columns []string, row []any) string {
	var parts []string
	for i, name := range columns {
		if row[i] != nil {
			parts = append(parts, fmt.Sprintf("%s %v", name, row[i]))
		}
	}
	return strings.Join(parts, ", ")
}

// place is where a check says that something is wrong: a column of a node, a node, or else the check itself.
func (c *Check) place(n *compiler.Node, column string) diag.Span {
	if n == nil || n.At.IsZero() {
		return diag.Span{Source: c.Source}
	}
	for _, col := range n.Columns {
		if strings.EqualFold(col.Name, column) && !col.At.IsZero() {
			return col.At
		}
	}
	return n.At
}

// nodeOf is the node with that ID, or that label if only one has it; else nil.
func nodeOf(g *compiler.Graph, name string) (found *compiler.Node) {
	if n := g.Nodes[name]; n != nil || name == "" {
		return n
	}
	for _, n := range g.Order {
		if n.Label() == name {
			if found != nil {
				return nil
			}
			found = n
		}
	}
	return found
}

// Refused is that the query cannot be run; offset is where in the check's file, -1 if that is not known.
func (c *Check) Refused(message, hint string, offset int) Finding {
	at := diag.Span{Source: c.Source}
	if offset >= 0 && offset <= len(c.Source.Text) {
		at.Start, at.End = offset, offset
	}
	return Finding{&diag.Diagnostic{Severity: diag.Error, Code: BadCheck, Span: at, Message: "check " + c.Name + " cannot be run: " + message, Hint: hint}, c, nil}
}
