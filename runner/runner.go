// Package runner has the effects: it looks at the warehouse, carries out a plan, reports what happens and remembers it.
package runner

import (
	"context"
	"errors"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// Runner runs plans on the warehouse of a graph's target, and on those of the other targets at which nodes of it live. Its fields are not
// changed during a run.
type Runner struct {
	Graph     *compiler.Graph
	Warehouse adapters.Warehouse
	Far       map[string]adapters.Warehouse // of the other targets, by their names
	Beside    []*compiler.Graph             // of the targets in Far that are looked at besides those at which nodes live
	Threads   int                           // steps at the same time; less than 1 means 1
	FailFast  bool
	WarnFails bool        // a data test that warns has failed
	MostFound int         // how many rows to keep of what a data test found because of which something is taken back; 0 for none
	Report    func(Event) // called by one goroutine at a time; nil drops
	Options   plan.Options

	Python    string                   // the program that runs Python models; "" means python3
	TargetDir string                   // where compiled code and statements are written; "" writes none
	Redact    func(text string) string // hides secrets in what is written there; nil hides nothing. It is safe for concurrent use
	Timeout   time.Duration            // of each statement; 0 means none
	State     state.Store              // what is remembered between runs; nil remembers nothing
	Book      *Book                    // where it is noted what is built; nil notes nothing
	Shelf     *Shelf                   // where the book is kept; nil for the runner's own warehouse
	Deferral  Deferral                 // where nodes are read that are not built here
	Cancels   *Cancels                 // cancels single nodes; nil where nobody can

	// Resume are the batches of microbatch models, by ID, as an earlier run left them: those that failed are built, no others.
	Resume map[string]Batches
	// Clock tells what time is noted; nil is the clock of the machine.
	Clock func() time.Time

	known map[*compiler.Graph]*known                 // of each target that was looked at; nil before that
	wait  func(context.Context, time.Duration) error // between tries; nil waits
}

// Close closes the warehouses.
func (r *Runner) Close() error {
	err := r.Warehouse.Close()
	for _, w := range r.Far {
		err = errors.Join(err, w.Close())
	}
	if r.Shelf != nil {
		err = errors.Join(err, r.Shelf.Warehouse.Close())
	}
	return err
}

// Observe looks at the warehouses: one read of the state, and for each one inspection of the schemas that the nodes are in.
func (r *Runner) Observe(ctx context.Context, nodes []*compiler.Node) (plan.Seen, error) {
	known, err := r.observeAll(ctx, nodes)
	if err != nil {
		return plan.Seen{}, err
	}
	r.known = known
	return r.seen(), nil
}

// remembered is the state of earlier runs; a state that cannot be read is reported and does without.
func (r *Runner) remembered() state.State {
	if r.State == nil {
		return state.State{}
	}
	s, err := r.State.Load()
	if err != nil {
		r.tell(Logged{Text: err.Error(), Level: "warn", At: time.Now()})
	}
	return s
}

func (r *Runner) tell(e Event) {
	if r.Report != nil {
		r.Report(e)
	}
}

// schemasOf are the schemas that nodes are stored in, each once, in their order.
func schemasOf(nodes []*compiler.Node) []relation.Relation {
	var out []relation.Relation
	seen := map[relation.Relation]bool{}
	for _, n := range nodes {
		if schema := schemaOf(n.Relation); schema.Schema != "" && !seen[folded(schema)] {
			seen[folded(schema)] = true
			out = append(out, schema)
		}
	}
	return out
}

// placed are nodes at other places, as far as it matters where they are.
func placed(nodes []*compiler.Node, at func(*compiler.Node) relation.Relation) []*compiler.Node {
	out := make([]*compiler.Node, len(nodes))
	for i, n := range nodes {
		out[i] = &compiler.Node{Relation: at(n)}
	}
	return out
}
