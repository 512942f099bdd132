// Package plan decides what a run does: which nodes, in which order, how and why. A plan is data that can be printed before
// anything happens.
package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// Seen is what the runner saw of the warehouse.
type Seen struct {
	Tables *relation.Catalog
	Far    map[string]*relation.Catalog // what there is at other targets of the project, by their names
	Took   map[string]float64           // seconds each node took when it last ran, by ID
}

// Existing is what has the node's name at the target where it lives, nil if nothing has.
func (s Seen) Existing(g *compiler.Graph, n *compiler.Node) *relation.Table {
	return s.At(g, n, n.Relation)
}

// At is what has that name at the target where the node lives, nil if nothing has.
func (s Seen) At(g *compiler.Graph, n *compiler.Node, name relation.Relation) *relation.Table {
	tables := s.Tables
	if at := g.Of(n); at != g {
		tables = s.Far[at.Project.Target.Name]
	}
	return tables.Get(name)
}

// All is what there is at all targets; of relations with the same name, that at the graph's own.
func (s Seen) All() *relation.Catalog {
	for _, far := range s.Far {
		for _, t := range far.All() {
			if s.Tables.Get(t.Relation) == nil {
				s.Tables.Put(t)
			}
		}
	}
	return s.Tables
}

// Options say what a run is for.
type Options struct {
	Selected      []string // IDs of the nodes to run, in any order
	FullRefresh   bool
	StoreFailures bool
	Empty         bool            // no rows are read, and hooks do not run
	EventTime     compiler.Window // what microbatch models build; zero for what is due
	Now           time.Time       // when the run began, as microbatch models see it
	// Continued tells that the relation is what an earlier batch of this run made of it: it is added to, whatever Refresh says.
	Continued bool
	// Abilities are features that the node's database has beyond those of the dialect.
	Abilities dialect.Feature
	// Gated tells that data tests run before others see what is built.
	Gated bool
	// Batch is the batch of a microbatch model that is built, "" for nodes that are built at once.
	Batch string
	// Verdicts say why a node is built, by IDs. A node that is not among them is built because it was selected.
	Verdicts map[string]*change.Verdict
	// Promoted are tables of another environment that take the places of those of nodes, by IDs. Where the warehouse can take back in one transaction what
	// several tables have become all that is built is published together then.
	Promoted map[string]relation.Relation
	// From is the one of a node; the zero Relation if it is built.
	From relation.Relation
	// Previous is the name under which the table that a node replaces is kept, or from which it is restored; the zero Relation keeps none.
	Previous relation.Relation
	// Seed tells the columns of the table of a seed or a copy, which are known only once its rows are looked at. It is asked by Ops alone.
	Seed func(n *compiler.Node) (*materialize.Seed, error)
}

// Step is one node's part of a plan.
type Step struct {
	Node   *compiler.Node
	Action Action
	Reason string   // a clause for people
	After  []string // IDs of steps of this plan that must have succeeded before
	Gate   []string // IDs of the data tests that run in the step's turn, before what it made is published
	Within string   // of a data test: the ID of the step in whose turn it runs; "" if it has one of its own
	// Together tells that what it makes is published together with what other such steps make, in one transaction.
	Together bool
	// Intervals are the batches of a microbatch model that are built, up to Until; none for those that are due as the run has it.
	Intervals interval.Set
	Until     time.Time
	Again     interval.Set      // those of them that count as not loaded from the moment on that they begin to be
	From      relation.Relation // of a Promote: the table that takes the place of the node's
	Weight    float64           // seconds (or a guess) from the start of this step to the end of the run: the longest path goes first
}

// Batched tells whether the step is done in batches, those of a microbatch model.
func (s *Step) Batched(g *compiler.Graph) bool {
	switch s.Action {
	case Build, Add:
		return g.Batched(s.Node)
	}
	return false
}

// Action is what a step does.
type Action string

// The actions.
const (
	Build   Action = "build"   // make the relation anew
	Add     Action = "add"     // bring an incremental relation or a snapshot up to date
	Load    Action = "load"    // load a seed
	Copy    Action = "copy"    // bring what lives at another target
	Check   Action = "check"   // run a data test
	Unit    Action = "unit"    // run a unit test
	None    Action = "none"    // nothing is stored: an ephemeral model
	Restore Action = "restore" // put the table that is kept of the build before in the place of the node's
	Promote Action = "promote" // put the table that another environment has in the place of the node's
	Amend   Action = "amend"   // set what is kept beside the rows: rights, stored descriptions
	Note    Action = "note"    // nothing is done, and the results say so: an exposure, a saved query
)

// Plan is the steps of a run, each after all that it depends on.
type Plan struct{ Steps []*Step }

// Nodes are the nodes of the steps, in their order.
func (p *Plan) Nodes() []*compiler.Node {
	out := make([]*compiler.Node, len(p.Steps))
	for i, s := range p.Steps {
		out[i] = s.Node
	}
	return out
}

// New makes the plan for the selected nodes. An ID that is not in the graph is an error.
func New(g *compiler.Graph, s Seen, o Options) (*Plan, error) {
	selected := map[string]bool{}
	for _, id := range o.Selected {
		if g.Nodes[id] == nil {
			return nil, fmt.Errorf("plan: %s is not in the graph", id)
		}
		selected[id] = true
	}
	p := &Plan{}
	for _, n := range g.Order {
		if selected[n.ID] {
			p.Steps = append(p.Steps, newStep(n, s.Existing(g, n), o))
		}
	}
	p.connect(g, selected)
	p.addCopies(g)
	if err := p.sort(); err != nil {
		return nil, err
	}
	if err := p.joinUp(g, o); err != nil {
		return nil, err
	}
	p.weigh(s.Took)
	return p, nil
}

func newStep(n *compiler.Node, existing *relation.Table, o Options) *Step {
	step := &Step{Node: n, Action: Build}
	switch {
	case n.Type == compiler.Test:
		step.Action, step.Reason = Check, "a data test"
	case n.Type == compiler.UnitTest:
		step.Action, step.Reason = Unit, "a unit test"
	case n.Type == compiler.SavedQuery:
		step.Action, step.Reason = Note, "a saved query: others ask it of what is built"
	case n.Type == compiler.Exposure:
		step.Action, step.Reason = Note, "an exposure: others make it of what it reads"
	case n.Type == compiler.Function:
		step.Reason = "a function: it is created or replaced"
	case n.Type == compiler.Seed:
		step.Action, step.Reason = Load, "a seed"
	case n.Blank():
		step.Action, step.Reason = None, "its file is empty"
	case n.Ephemeral():
		step.Action, step.Reason = None, "ephemeral: it becomes part of the queries that read it"
	case existing == nil:
		step.Reason = "it does not exist yet"
	case n.Type == compiler.Snapshot:
		step.Action, step.Reason = Add, "changes are added to its history"
	case n.Config.Materialized() != "incremental":
		step.Reason = fmt.Sprintf("the %s is replaced", existing.Kind)
	case FullRefresh(n, o):
		step.Reason = "a full refresh"
	case existing.Kind != relation.BaseTable:
		step.Reason = fmt.Sprintf("the %s of that name becomes a table", existing.Kind)
	default:
		step.Action, step.Reason = Add, "new rows are added"
	}
	if v := o.Verdicts[n.ID]; v != nil {
		step.Intervals, step.Until, step.Again = v.Intervals, v.Until, v.Again
		if len(v.Reasons) > 0 {
			step.Reason = v.Reasons[0].Text
		}
	}
	if o.amends(n) {
		step.Action = Amend
	}
	if o.restores(n) {
		step.Action = Restore
	}
	if from, ok := o.Promoted[n.ID]; ok {
		step.Action, step.From = Promote, from
	}
	return step
}

// sort puts each step after those it waits for: a test may hold back what stood before it in the graph's order.
func (p *Plan) sort() error {
	var waits dag.Graph[string]
	byID := map[string]*Step{}
	for _, s := range p.Steps {
		waits.Add(s.Node.ID)
		byID[s.Node.ID] = s
		for _, parent := range s.After {
			waits.Connect(parent, s.Node.ID)
		}
	}
	order, cycle := waits.Sort()
	if cycle != nil {
		return fmt.Errorf("plan: these wait for one another: %s", strings.Join(cycle, " -> "))
	}
	for i, id := range order {
		p.Steps[i] = byID[id]
	}
	return nil
}

// amends tells whether only what is kept beside a node's rows is set.
func (o Options) amends(n *compiler.Node) bool {
	v := o.Verdicts[n.ID]
	return v != nil && v.State == change.Amended
}

// restores tells whether a node gets the table back that it had before.
func (o Options) restores(n *compiler.Node) bool {
	v := o.Verdicts[n.ID]
	return v != nil && v.State == change.Replaced
}

// FullRefresh tells whether a node is rebuilt whatever exists: its own config goes before the option, and before what a verdict says. The
// history of a snapshot is never given up for a verdict.
func FullRefresh(n *compiler.Node, o Options) bool {
	rebuild := false
	if v := o.Verdicts[n.ID]; v != nil && n.Type != compiler.Snapshot {
		rebuild = v.Rebuild()
	}
	return n.Config.Bool("full_refresh", o.FullRefresh || rebuild)
}

// Ops are the ops of a node, given its rendered code and what exists now.
func Ops(g *compiler.Graph, n *compiler.Node, r *compiler.Rendered, c *relation.Catalog, o Options) ([]materialize.Op, error) {
	name := n.Config.Materialized()
	if n.Type == compiler.UnitTest {
		name = "unit"
	}
	kind := materialize.Named(name)
	if kind == nil && !o.amends(n) && !o.restores(n) {
		return nil, unknownMaterialization(n, name)
	}
	if n.Type == compiler.Model && r.Blank() {
		return nil, &diag.Diagnostic{Code: compiler.EmptyModel, Span: n.At,
			Message: fmt.Sprintf("model %q has no query, only comments", n.Name), Hint: "write a select, or disable the model"}
	}
	request := materialize.Request{
		Target:   relation.Table{Relation: n.Relation, Kind: target(name)},
		Existing: c.Get(n.Relation), Find: c.Get,
		Overrides: g.Library.Overrides,
		SQL:       r.SQL, Full: FullRefresh(n, o) && !o.Continued, Config: n.Config, Dialect: g.Dialect,
		Pre: hooks(r.Pre), Post: hooks(r.Post),
		RelationDocs: n.Config.Persists("relation") && n.Description != "", ColumnDocs: n.Config.Persists("columns") && len(n.Columns) > 0,
		Unsafe: o.Empty, Store: o.StoreFailures, Gated: o.Gated, Batch: o.Batch, Abilities: o.Abilities, Previous: o.Previous,
	}
	if o.restores(n) {
		return materialize.Restore(request)
	}
	if o.amends(n) {
		return materialize.Amend(request), nil
	}
	if n.Type == compiler.UnitTest {
		rows, sql := n.Expectation()
		request.Expected = &materialize.Expected{Rows: rows, SQL: sql}
	}
	if n.Type == compiler.Function {
		request.Target.Kind, request.Existing, request.Language, request.Overloads = relation.Function, nil, n.Language(), len(n.Overloads())
	}
	if (o.From != relation.Relation{}) {
		request.From, request.SQL = o.From, "select * from "+g.Dialect.Relation(o.From)
		return materialize.Promote(request)
	}
	if n.Type == compiler.Seed || n.Type == compiler.Copy {
		seed, err := o.Seed(n)
		if err != nil {
			return nil, err
		}
		request.Seed = seed
	}
	return kind.Ops(request)
}

func unknownMaterialization(n *compiler.Node, name string) error {
	var names []string
	for _, k := range materialize.Kinds() {
		names = append(names, k.Name)
	}
	return &diag.Diagnostic{Code: compiler.InvalidConfig, Span: n.At,
		Message: fmt.Sprintf("there is no materialization %q", name), Hint: diag.DidYouMean(name, names)}
}

// target is the kind of relation that a materialization makes.
func target(materialization string) relation.Kind {
	switch materialization {
	case "view", "external":
		return relation.View
	case "materialized_view":
		return relation.MaterializedView
	default:
		return relation.BaseTable
	}
}

func hooks(in []compiler.Hook) []materialize.Hook {
	var out []materialize.Hook
	for _, h := range in {
		out = append(out, materialize.Hook{SQL: h.SQL, Transaction: h.Transaction})
	}
	return out
}
