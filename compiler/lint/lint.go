// Package lint finds what is wrong with the nodes of a compiled project before a warehouse is asked, and says how bad the project
// wants it to be. A rule is a file of its own and a line in the list of them.
package lint

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// Case is what is to be checked.
type Case struct {
	Graph  *compiler.Graph
	Nodes  []*compiler.Node // the ones to check, in any order
	Policy *Policy
	Known  *diag.List // what loading and compiling found: nothing that follows from its errors is said again
	// Analyze finds out about the columns of the graph, and of those of its tests and analyses that are wanted.
	Analyze func(ctx context.Context, wanted func(*compiler.Node) bool) (*analyze.Analysis, error)
	Found   *diag.List // what others found wrong with the nodes: the policy settles it, and comments may allow it; nil for nothing
	Engine  Engine     // what judges SQL as the warehouse does; nil if there is nothing like that
}

// Check checks nodes, several at a time. It returns everything that is to be said of the project: what was known and what it
// found, as the policy has it. The error is the context's.
func Check(ctx context.Context, c Case) (*diag.List, error) {
	check := checking{Case: c, broken: brokenFiles(c.Known), whole: map[*diag.Source]bool{}}
	check.made = sync.OnceValue(func() map[string]bool { return madeFunctions(c.Graph) })
	check.bare = slices.ContainsFunc(c.Known.Sorted(), func(d *diag.Diagnostic) bool { return d.Code == project.CodeMissingPackage })
	found := &diag.List{}
	found.Append(c.Policy.Settle(c.Known, true))
	own, err := check.nodes(ctx)
	if err != nil {
		return nil, err
	}
	found.Append(c.Policy.Settle(own, false))
	others := &diag.List{}
	if c.Found != nil {
		others = c.Policy.Settle(c.Found, false)
	}
	found.Append(c.Policy.Settle(c.Policy.Comments(check.examined), false))
	out := once(found)
	out.Append(others)
	return out, nil
}

// once is a list with one problem of each code at each place: the worst.
func once(found *diag.List) *diag.List {
	type key struct {
		at   diag.Span
		code diag.Code
	}
	out, seen := &diag.List{}, map[key]diag.Severity{}
	for _, d := range found.Sorted() {
		k := key{d.Span, d.Code}
		if told, ok := seen[k]; ok && !d.Span.IsZero() && told < d.Severity {
			continue
		}
		seen[k] = d.Severity
		out.Add(d)
	}
	return out
}

// checking is a check under way.
type checking struct {
	Case
	broken map[string]bool       // paths of files with errors
	whole  map[*diag.Source]bool // files of nodes that were checked in full
	bare   bool                  // packages are missing
	keys   map[string][]key      // that the project declares
	binds  bool                  // the engine knows the relations that queries read
	made   func() map[string]bool
	// unknown are the nodes that queries read and the engine does not know, by ID.
	unknown map[string]bool
}

func brokenFiles(known *diag.List) map[string]bool {
	out := map[string]bool{}
	for _, d := range known.Sorted() {
		if d.Severity == diag.Error && !d.Span.IsZero() {
			out[d.Span.Source.Path] = true
		}
	}
	return out
}

// examined tells whether all that a check can find in a file has been found.
func (c *checking) examined(f *project.File) bool {
	if f.Ending() == ".yml" || f.Ending() == ".yaml" {
		return len(c.Nodes) == len(c.Graph.Order) && !c.broken[f.Source.Path]
	}
	return c.whole[f.Source]
}

// nodes checks the nodes that have code.
func (c *checking) nodes(ctx context.Context) (*diag.List, error) {
	var nodes []*compiler.Node
	wanted := map[*compiler.Node]bool{}
	for _, n := range c.Nodes {
		switch n.Type {
		case compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.Analysis, compiler.Sync:
			if n.File != nil && !c.broken[n.File.Source.Path] && !n.IsPython() {
				nodes = append(nodes, n)
				wanted[n] = true
			}
		}
	}
	known, err := c.Analyze(ctx, func(n *compiler.Node) bool { return wanted[n] })
	if err != nil {
		return nil, err
	}
	if err := c.ready(ctx, known, nodes); err != nil {
		return nil, err
	}
	c.keys = declaredKeys(c.Graph)
	found := make([]*diag.List, len(nodes))
	whole := make([]bool, len(nodes))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(nodes)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(nodes) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				found[i], whole[i] = c.node(ctx, known, nodes[i])
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	all := &diag.List{}
	for i, n := range nodes {
		all.Append(found[i])
		if whole[i] && n.Type != compiler.Test {
			c.whole[n.File.Source] = true
		}
	}
	return all, nil
}

// node checks one node: what is wrong in it, and whether it could be looked at in full.
func (c *checking) node(ctx context.Context, known *analyze.Analysis, n *compiler.Node) (found *diag.List, whole bool) {
	node := known.Node(n.ID)
	if node == nil {
		return nil, false
	}
	s := &subject{Node: node, graph: c.Graph, known: known, found: &diag.List{}, bare: c.bare, keysOf: c.keys, made: c.made}
	c.judge(ctx, s)
	for _, rule := range rules {
		rule(s)
	}
	return s.found, node.Failed == nil && len(node.Forms) > 0
}
