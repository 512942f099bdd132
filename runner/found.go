package runner

import (
	"context"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
)

// Found are rows that a data test found: the first of them.
type Found struct {
	Columns []relation.Column
	Rows    [][]any
}

// find reads the first rows that tests found in what a node has made, before that is taken back. That they are not to be had is no matter: how the tests
// ended is told in any case.
func (x *run) find(ctx context.Context, t *turn, g *gate) {
	for _, r := range g.results {
		if x.MostFound == 0 || r.Failures == nil || *r.Failures == 0 || r.Node.Type != compiler.Test {
			continue
		}
		sight := t.sight
		sight.Warehouse, sight.Aside = t.wire, x.asides.of
		rendered, err := t.graph.Render(ctx, r.Node, sight)
		if err != nil {
			return
		}
		sql, err := rendered.Context.Spell(ctx, "get_show_sql", rendered.SQL, nil, x.MostFound)
		if err != nil {
			return
		}
		rows, _, err := t.query(ctx, sql)
		if err != nil {
			return // the transaction may be over
		}
		r.Found = &Found{rows.Columns, rows.Rows}
	}
}
