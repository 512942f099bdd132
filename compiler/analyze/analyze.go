// Package analyze knows the columns of a project: those of every node, their types, and what each is made of. It renders the queries of
// a graph as a warehouse would get them, parses them, and has package lineage resolve one after the other, parents first.
package analyze

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// Options are what an analysis needs to know besides the graph.
type Options struct {
	// Catalog is what the warehouse was seen to hold. It tells the columns of sources, and of nodes whose query cannot be read
	// without a warehouse. Nil knows nothing.
	Catalog *relation.Catalog
	// Compiled is the query of a node as it was last rendered with a warehouse, "" if it never was. It stands in for a query whose
	// template asks for rows. Nil knows none.
	Compiled func(*compiler.Node) string
	// Rendered is the query of a node as the caller has just rendered it, "" if it has not. It is taken for all but incremental models, which
	// have two. Places in it are known if the node can be rendered so without a warehouse. Nil knows none.
	Rendered func(*compiler.Node) string
	// Wanted tells of which nodes more is wanted than their columns: data tests and analyses are only looked at if they are. Nil
	// wants none of those.
	Wanted func(*compiler.Node) bool
	// Apart renders queries as no run in particular would ([compiler.Sight]), so that they are the same in each one.
	Apart bool
	// Used, if not nil, is told of the variables that queries ask for. It is called by several goroutines at once.
	Used func(n *compiler.Node, kind, name string, value jinja.Value)
	// Only tells which nodes are looked at at all; those that they read should be among them. Nil looks at every node.
	Only func(*compiler.Node) bool
}

// Analysis is what is known of the columns of a graph's nodes. It is not changed once made, and safe for concurrent use.
type Analysis struct {
	Graph *compiler.Graph
	nodes map[string]*Node
	types *types.System // of the graph's own target
	sides map[*compiler.Graph]*side

	sound      sync.Map // questions of built-in tests in whose query nothing is wrong
	overridden sync.Map // whether the project has macros of its own, by their names

	index    sync.Once
	outgoing map[lineage.Input][]Edge // by the folded column that they come from; made when first needed
	marked   sync.Once
	personal map[lineage.Input]bool // folded columns that may hold personal data; made when first needed
	tested   sync.Once
	tests    map[lineage.Input][]*compiler.Node // by the folded column that they test; made when first needed
}

// side is what the queries at one target are read with.
type side struct {
	graph *compiler.Graph
	types *types.System
	names *names
}

// newSides are the sides of all targets at which nodes of the graph live.
func newSides(g *compiler.Graph) map[*compiler.Graph]*side {
	out := map[*compiler.Graph]*side{g: {g, types.For(g.Dialect), newNames(g)}}
	for _, other := range g.Others() {
		out[other] = &side{other, types.For(other.Dialect), newNames(other)}
	}
	return out
}

// at is the side of the target at which a node lives.
func (a *Analysis) at(n *Node) *side { return a.sides[a.Graph.Of(n.Node)] }

// Node is what is known of a node.
type Node struct {
	*compiler.Node
	Columns []lineage.Column
	// Open says that it may have more columns than those.
	Open bool
	// Rows are the columns that decide which rows there are.
	Rows []lineage.Use
	// Forms are its query, as it was rendered: none for what has none, cannot be rendered without a warehouse, or is a generic test without
	// problems.
	Forms []*Form
	// Failed is why it could not be rendered; nil for everything else.
	Failed error

	resolved bool // it is known what its columns are made of
	place    int  // in the order in which nodes are taken
	done     chan struct{}
}

// Form is one of the ways in which a query is rendered: an incremental model has two.
type Form struct {
	Incremental bool // is_incremental() is true in it
	File        *sql.File
	Query       *lineage.Query // nil if the file is not one query
	origin      func(int) diag.Span
}

// Of analyses a graph. What cannot be known is open: nothing follows from it, and there is no error. It ends early, with
// what it has, when ctx does.
func Of(ctx context.Context, g *compiler.Graph, o Options) *Analysis {
	a := &Analysis{Graph: g, nodes: make(map[string]*Node, len(g.Nodes)), sides: newSides(g), types: types.For(g.Dialect)}
	var order []*Node
	for _, n := range g.Order {
		if o.Only != nil && !o.Only(n) {
			continue
		}
		if !columned(n) && (o.Wanted == nil || !o.Wanted(n)) {
			continue
		}
		node := &Node{Node: n, place: len(order), done: make(chan struct{})}
		a.nodes[n.ID] = node
		order = append(order, node)
	}
	next := make(chan *Node)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(order)) {
		wait.Go(func() {
			for n := range next {
				a.node(ctx, n, o)
				close(n.done)
			}
		})
	}
	for _, n := range order { // each after what it reads: whoever waits for a node waits for one that was taken before
		next <- n
	}
	close(next)
	wait.Wait()
	return a
}

// Columned is what is known of columns alone: without the data tests and analyses that were wanted besides, and without the forms of
// queries, which take more room than all the rest. Tests are not suggested from it.
func (a *Analysis) Columned() *Analysis {
	out := &Analysis{Graph: a.Graph, nodes: make(map[string]*Node, len(a.nodes)), sides: a.sides, types: a.types}
	for id, n := range a.nodes {
		if columned(n.Node) {
			lean := *n
			lean.Forms = nil
			out.nodes[id] = &lean
		}
	}
	return out
}

// columned tells whether a node has columns that others can read.
func columned(n *compiler.Node) bool {
	switch n.Type {
	case compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Source, compiler.Sync:
		return true
	}
	return false
}

// Node returns what is known of a node, or nil.
func (a *Analysis) Node(id string) *Node { return a.nodes[id] }

// Column returns the column of that name, compared as the warehouse compares names that are not quoted, or nil.
func (n *Node) Column(name string) *lineage.Column {
	for i := range n.Columns {
		if strings.EqualFold(n.Columns[i].Name, name) {
			return &n.Columns[i]
		}
	}
	return nil
}

// Table is a node's relation, with the columns and the types that the queries of the graph's own target find in it. It is false if they are not known to
// the last, or if there is no relation.
func (a *Analysis) Table(n *Node) (relation.Table, bool) {
	if n == nil || n.Open || n.Node.Ephemeral() {
		return relation.Table{}, false
	}
	t := relation.Table{Relation: n.Relation, Columns: make([]relation.Column, len(n.Columns))}
	for i, c := range a.ColumnsAt(n, a.Graph) {
		t.Columns[i] = relation.Column{Name: c.Name, Type: a.Spelled(c.Type)}
		if t.Columns[i].Type == "" {
			return t, false
		}
	}
	return t, len(t.Columns) > 0
}

// node finds out about one node.
func (a *Analysis) node(ctx context.Context, n *Node, o Options) {
	if ctx.Err() != nil {
		n.Open = true
		return
	}
	switch {
	case n.Type == compiler.Seed:
		a.seed(n, o)
	case n.Type == compiler.Source || n.IsPython() || n.Blank():
		a.declared(n, o)
	case generic(n):
		a.test(ctx, n, o)
	default:
		a.query(ctx, n, o)
	}
}

// declared takes the columns of the catalog, or else those that are declared, which may not be all.
func (a *Analysis) declared(n *Node, o Options) {
	if t := o.Catalog.Get(n.Relation); t != nil && len(t.Columns) > 0 {
		for _, c := range t.Columns {
			n.Columns = append(n.Columns, lineage.Column{Name: c.Name, Type: a.at(n).types.Parse(c.Type)})
		}
		return
	}
	n.Open = true
	for _, c := range n.Node.Columns {
		n.Columns = append(n.Columns, lineage.Column{Name: a.at(n).stored(c), Type: a.at(n).types.Parse(c.DataType)})
	}
}

// stored is a declared column's name as the warehouse stores it.
func (s *side) stored(c *compiler.Column) string {
	if c.Quote != nil && *c.Quote {
		return c.Name
	}
	return s.graph.Dialect.Stored(c.Name)
}

// seed takes the columns of the file.
func (a *Analysis) seed(n *Node, o Options) {
	f, err := a.Graph.Of(n.Node).ReadSeed(n.Node)
	if err != nil {
		n.Failed = err
		a.declared(n, o)
		return
	}
	for _, c := range f.Target(n.Relation).Columns {
		n.Columns = append(n.Columns, lineage.Column{Name: c.Name, Type: a.at(n).types.Parse(c.Type)})
	}
}
