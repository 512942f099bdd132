package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
)

// gate runs the data tests that a sync waits for. held tells which of them failed; err is a failure of the world.
func (v *Visit) gate(ctx context.Context, n *compiler.Node) (held, err error) {
	if len(n.Sync.Tests) == 0 {
		return nil, nil
	}
	of := v.runner
	r := &Runner{
		Graph: of.Graph, Warehouse: of.Warehouse, Far: of.Far, Threads: of.Threads, Timeout: of.Timeout, Deferral: of.Deferral, WarnFails: of.WarnFails,
		Options: of.Options,
	}
	r.Report = func(e Event) {
		if s, ok := e.(Statement); ok {
			of.tell(s)
		}
	}
	var tests []*compiler.Node
	for _, id := range n.Sync.Tests {
		tests = append(tests, of.Graph.Nodes[id])
	}
	r.Options.Selected = n.Sync.Tests
	seen, err := r.Observe(ctx, tests)
	if err != nil {
		return nil, err
	}
	p, err := plan.New(of.Graph, seen, r.Options)
	if err != nil {
		return nil, err
	}
	results, err := r.Run(ctx, p)
	if err != nil || results.Interrupted {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	return failedGate(results), nil
}

// failedGate tells which tests failed.
func failedGate(results *Results) error {
	var failed []string
	for _, result := range results.All {
		if result.Status == Fail || result.Status == Error {
			failed = append(failed, result.Node.Name)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	return fmt.Errorf("nothing is sent while tests of its rows fail: %s", strings.Join(failed, ", "))
}
