package lint

import (
	"fmt"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// buildable tells why there would be no way to build a model: the first time, or when it is there.
func buildable(s *subject) {
	if s.Type != compiler.Model || s.graph.Library.Materialization(s.Config.Materialized()) != nil {
		return
	}
	for _, f := range s.Forms {
		var there *relation.Catalog
		if f.Incremental {
			there = relation.NewCatalog(&relation.Table{Relation: s.Relation, Kind: relation.BaseTable})
		}
		if _, err := plan.Ops(s.graph, s.Node.Node, &compiler.Rendered{Code: compiler.Code{SQL: f.File.Text}}, there, plan.Options{}); err != nil {
			s.unbuildable(f, err)
			return
		}
	}
}

// unbuildable tells why a form of a model cannot be built. One whose first form can be is built once, and not again.
func (s *subject) unbuildable(f *analyze.Form, err error) {
	told := diag.Carried(err)
	for _, d := range told {
		s.found.Add(placed(d, s.Node.Node))
	}
	switch {
	case len(told) > 0:
	case f.Incremental:
		_ = s.warn(diag.Warning, compiler.InvalidConfig, fmt.Sprintf("model %q can be built once, and not again: %v", s.Name, err), "")
	default:
		_ = s.warn(diag.Error, compiler.InvalidConfig, fmt.Sprintf("model %q cannot be built: %v", s.Name, err), "")
	}
}
