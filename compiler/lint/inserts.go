package lint

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/types"
)

// inserts compares what an incremental model gives when its table is there with the table that it was made by: what is added must go into
// its columns.
func inserts(s *subject) {
	if s.Type != compiler.Model || !s.own() || len(s.Forms) < 2 || !s.readable() {
		return
	}
	first, later := s.Forms[0].Query, s.Forms[1]
	if first.Open || later.Query.Open {
		return
	}
	for _, c := range first.Columns {
		c.Type = s.stored(c)
		have := columnNamed(later.Query.Columns, c.Name)
		switch {
		case have == nil && s.keepsColumns():
			_ = s.warn(diag.Error, MissingColumn, fmt.Sprintf("the rows that model %q adds have no column %q, which its table has", s.Name, c.Name),
				"give it in both forms of the query, or set on_schema_change")
		case have != nil && !s.known.Stores(have.Type, c.Type):
			_ = s.add(later, diag.Error, lineage.TypeMismatch, have.At,
				fmt.Sprintf("%s is added to column %q of %q, which is %s", s.known.Spelled(have.Type), c.Name, s.Name, s.known.Spelled(c.Type)),
				"cast it, so that both forms of the query give one type")
		}
	}
}

// stored is the type of a column in the model's table: the one of its contract, or else of the query that made the table.
func (s *subject) stored(c lineage.Column) types.Type {
	if s.enforced() {
		for _, d := range s.Node.Node.Columns {
			if t := s.known.Parse(d.DataType); strings.EqualFold(d.Name, c.Name) && !t.IsUnknown() {
				return t
			}
		}
	}
	return c.Type
}

// keepsColumns tells that the model's table keeps the columns that it has.
func (s *subject) keepsColumns() bool {
	switch s.Config.String("on_schema_change") {
	case "", "ignore":
		return true
	}
	return false
}

// columnNamed is the column of that name, compared without letter case; nil if there is none.
func columnNamed(list []lineage.Column, name string) *lineage.Column {
	return (&analyze.Node{Columns: list}).Column(name)
}
