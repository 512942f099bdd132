package lint

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// buildable tells why there would be no way to build a model, the first time or when it is there.
func buildable(s *subject) {
	n := s.node
	if n.Type != compiler.Model || s.graph.Library.Materialization(n.Config.Materialized()) != nil {
		return
	}
	kinds := []*relation.Catalog{nil}
	if n.Config.Materialized() == "incremental" {
		kinds = append(kinds, relation.NewCatalog(&relation.Table{Relation: n.Relation, Kind: relation.BaseTable}))
	}
	for _, there := range kinds {
		if _, err := plan.Ops(s.graph, n, s.rendered, there, plan.Options{}); err != nil {
			for _, d := range diag.Carried(err) {
				s.found.Add(placed(d, n))
			}
			return
		}
	}
}
