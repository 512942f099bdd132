// Package runner has the effects: it looks at the warehouse, carries out a plan, reports what happens and remembers it.
package runner

import (
	"context"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
)

// Runner runs plans on one warehouse. Its fields are not changed during a run.
type Runner struct {
	Graph     *compiler.Graph
	Warehouse adapters.Warehouse
	Threads   int
	FailFast  bool
	Report    func(Event) // called by one goroutine at a time; nil drops
	Options   plan.Options
}

// Observe looks at the warehouse: one read of the state, one inspection of the schemas that the nodes are in.
func (r *Runner) Observe(ctx context.Context, nodes []*compiler.Node) (plan.Seen, error) {
	panic("not built yet")
}

// Run carries out a plan. The results are complete even if the error is not nil; the error is a failure of the world that no
// single node is to blame for, or ctx's cause.
func (r *Runner) Run(ctx context.Context, p *plan.Plan) (*Results, error) { panic("not built yet") }
