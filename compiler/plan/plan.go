// Package plan decides what a run does: which nodes, in which order, how and why. A plan is data that can be printed before
// anything happens.
package plan

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// Seen is what the runner saw of the warehouse.
type Seen struct {
	Tables *relation.Catalog
	Took   map[string]float64 // seconds each node took when it last ran, by ID
}

// Options say what a run is for.
type Options struct {
	Selected      []string // IDs of the nodes to run, in any order
	FullRefresh   bool
	StoreFailures bool
}

// Step is one node's part of a plan.
type Step struct {
	Node   *compiler.Node
	Action Action
	Reason string   // a clause for people
	After  []string // IDs of steps of this plan that must have succeeded before
	Weight float64  // seconds (or a guess) from the start of this step to the end of the run: the longest path goes first
}

// Action is what a step does.
type Action string

// The actions.
const (
	Build Action = "build" // make the relation anew
	Add   Action = "add"   // bring an incremental relation up to date
	Load  Action = "load"  // load a seed
	Check Action = "check" // run a data test
	None  Action = "none"  // nothing is stored: an ephemeral model
)

// Plan is the steps of a run, each after all that it depends on.
type Plan struct{ Steps []*Step }

// New makes the plan for the selected nodes.
func New(g *compiler.Graph, s Seen, o Options) (*Plan, error) { panic("not built yet") }

// Ops are the ops of a node, given its rendered code and what exists now.
func Ops(g *compiler.Graph, n *compiler.Node, r *compiler.Rendered, c *relation.Catalog, o Options) ([]materialize.Op, error) {
	panic("not built yet")
}
