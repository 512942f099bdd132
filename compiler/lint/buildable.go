package lint

import (
	"github.com/modsql/mod/compiler"
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
		if _, err := plan.Ops(s.graph, s.Node.Node, &compiler.Rendered{SQL: f.File.Text}, there, plan.Options{}); err != nil {
			for _, d := range diag.Carried(err) {
				s.found.Add(placed(d, s.Node.Node))
			}
			return
		}
	}
}
