package lint

import (
	"fmt"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

const (
	// UnusedCTE is a CTE that nothing reads.
	UnusedCTE diag.Code = "unused-cte"
	// UnusedColumn is a column of a CTE that nothing outside of the CTE reads.
	UnusedColumn diag.Code = "unused-column"
)

// unused tells of CTEs and their columns that nothing reads, in any form of the query.
func unused(s *subject) {
	if !s.own() || len(s.Forms) == 0 || !s.readable() {
		return
	}
	f := s.Forms[0]
	for _, c := range f.Query.CTEs {
		if !s.everywhere(c.Name.Name, func(o lineage.CTE) bool { return o.Reads == 0 }) {
			s.unusedColumns(f, c)
			continue
		}
		if !s.wrote(f, c.Name.Span) {
			continue
		}
		d := s.add(f, diag.Warning, UnusedCTE, c.Name.Span, fmt.Sprintf("nothing reads the CTE %q", c.Name.Name), "take it out")
		if d != nil {
			d.Fix = s.without(f, c.Name)
		}
	}
}

// readable tells whether all forms were read and resolved in full.
func (s *subject) readable() bool {
	for _, f := range s.Forms {
		if f.Query == nil || len(f.File.Problems)+len(f.Query.Problems) > 0 {
			return false
		}
	}
	return true
}

// everywhere tells whether something holds of the CTE of that name in each form that has it.
func (s *subject) everywhere(name string, holds func(lineage.CTE) bool) bool {
	for _, f := range s.Forms {
		for _, c := range f.Query.CTEs {
			if c.Name.Name == name && !holds(c) {
				return false
			}
		}
	}
	return true
}

// unusedColumns tells of the columns of a CTE that it names one by one; those that a star brings in cost nothing to write.
func (s *subject) unusedColumns(f *analyze.Form, c lineage.CTE) {
	if c.Open {
		return
	}
	var written *writtenCTE // looked for when the first column is unused: most are not
	for _, column := range c.Columns {
		if column.Used || column.At.IsZero() || !s.wrote(f, column.At) || strings.Contains(f.File.Slice(column.At), "*") {
			continue
		}
		unread := func(o lineage.CTE) bool {
			for _, x := range o.Columns {
				if x.Name == column.Name && x.Used {
					return false
				}
			}
			return true
		}
		if !s.everywhere(c.Name.Name, unread) {
			continue
		}
		if written == nil {
			written = findCTE(f.File.Query(), c.Name)
		}
		if !written.plain() {
			return
		}
		d := s.add(f, diag.Info, UnusedColumn, column.At, fmt.Sprintf("nothing reads the column %q of the CTE %q", column.Name, c.Name.Name), "take it out")
		if d != nil {
			d.Fix = s.withoutColumn(f, written, column.At)
		}
	}
}

// writtenCTE is a CTE as the query says it.
type writtenCTE struct {
	cte  *sql.CTE    // nil if it was not found
	body *sql.Select // that it consists of; nil if it is something else
	// ordered says that the rows of the SELECT are sorted.
	ordered bool
	// whole tells whether the query may use a row of the CTE as a value.
	whole func() bool
}

// findCTE finds the CTE that is named at that place, wherever in the query it stands.
func findCTE(q *sql.Query, name sql.Ident) *writtenCTE {
	out := &writtenCTE{whole: sync.OnceValue(func() bool { return wholeRow(q, name) })}
	sql.Walk(q, func(n sql.Node) bool {
		if cte, ok := n.(*sql.CTE); ok && cte.Name.Span == name.Span {
			out.cte = cte
			if body, ok := cte.Query.(*sql.Query); ok {
				out.body, _ = body.Body.(*sql.Select)
				out.ordered = len(body.OrderBy) > 0
			}
		}
		return out.cte == nil
	})
	return out
}

// plain tells whether a CTE is a SELECT in which a column has no other meaning than its values: none is distinct, none is grouped by
// its place.
func (w *writtenCTE) plain() bool {
	return w.body != nil && w.body.Distinct == nil && w.body.GroupBy == nil && len(w.cte.Columns) == 0
}
