package macros

import (
	"context"
	"sync"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

// Graph is `graph` as templates see it: one dict for a whole invocation. Packages keep in it what they learn on the way
// (`graph.setdefault('cache', {})`), and what one node's templates put into it those of the next find there, as in dbt.
//
// Nodes are rendered side by side, and values of templates are not safe for that. So a rendering that has named `graph` has it to
// itself until it ends or waits for the warehouse; one that never names it waits for nobody. It is safe for concurrent use.
type Graph struct {
	turn sync.Mutex
	all  func() *jinja.Dict
}

// NewGraph returns a graph that is described once, when it is first named.
func NewGraph(describe func() *jinja.Dict) *Graph { return &Graph{all: sync.OnceValue(describe)} }

// hold is whether a context has the graph to itself, and how many renderings with it are in progress, one in the other.
type hold struct {
	held  bool
	depth int
}

// Begin implements jinja.Scope.
func (c *Context) Begin() { c.hold.depth++ }

// End implements jinja.Scope: with the outermost rendering the graph is free for others.
func (c *Context) End() {
	c.hold.depth--
	if c.hold.depth == 0 && c.hold.held {
		c.hold.held = false
		c.Graph.turn.Unlock()
	}
}

// graph is the dict, from now on this rendering's alone. Who asks for it outside of a rendering looks at his own peril.
func (c *Context) graph() jinja.Value {
	if c.Graph == nil {
		return nil
	}
	if c.hold.depth > 0 && !c.hold.held {
		c.Graph.turn.Lock()
		c.hold.held = true
	}
	return c.Graph.all()
}

// patient is a warehouse whose answers take long: meanwhile others may have the graph.
type patient struct {
	Warehouse
	context *Context
}

// Connect gives the context its warehouse; nil stands for none.
func (c *Context) Connect(w Warehouse) {
	c.Warehouse = w
	if w != nil {
		c.Warehouse = patient{w, c}
	}
}

// wait gives the graph to others until the function that it returns is called.
func (p patient) wait() (resume func()) {
	if !p.context.hold.held {
		return func() {}
	}
	turn := &p.context.Graph.turn
	turn.Unlock()
	return turn.Lock
}

// Run implements Warehouse.
func (p patient) Run(ctx context.Context, sql string, fetch bool) (Response, *Result, error) {
	defer p.wait()()
	return p.Warehouse.Run(ctx, sql, fetch)
}

// Relation implements Warehouse.
func (p patient) Relation(ctx context.Context, r relation.Relation) (*relation.Table, error) {
	defer p.wait()()
	return p.Warehouse.Relation(ctx, r)
}

// Relations implements Warehouse.
func (p patient) Relations(ctx context.Context, database, schema string) ([]*relation.Table, error) {
	defer p.wait()()
	return p.Warehouse.Relations(ctx, database, schema)
}

// Columns implements Warehouse.
func (p patient) Columns(ctx context.Context, r relation.Relation) ([]relation.Column, error) {
	defer p.wait()()
	return p.Warehouse.Columns(ctx, r)
}

// Begin implements Warehouse.
func (p patient) Begin(ctx context.Context) error {
	defer p.wait()()
	return p.Warehouse.Begin(ctx)
}

// Commit implements Warehouse.
func (p patient) Commit(ctx context.Context) error {
	defer p.wait()()
	return p.Warehouse.Commit(ctx)
}
