package lint

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
)

// names tells what does not fit together in a query: tables, columns, functions and types. Of a query that could not be read in full
// nothing is told, since it may follow from that.
func names(s *subject) {
	for _, f := range s.Forms {
		if f.Query == nil || len(f.File.Problems) > 0 {
			continue
		}
		for i, p := range f.Query.Problems {
			if slices.ContainsFunc(f.Query.Problems[:i], func(o lineage.Problem) bool { return o.At == p.At && o.Code == p.Code }) {
				continue // another way to say the same
			}
			d := s.add(f, diag.Error, p.Code, p.At, p.Message, p.Hint)
			if d == nil {
				continue
			}
			for _, n := range p.Related {
				if at := f.At(n.At); !at.IsZero() {
					d.Related = append(d.Related, diag.Note{Span: at, Message: n.Message})
				}
			}
		}
	}
}
