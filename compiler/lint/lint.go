// Package lint finds what is wrong with the nodes of a compiled project before a warehouse is asked, and says how bad the project
// wants it to be. A rule is a file of its own and a line in the list of them.
package lint

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Case is what is to be checked.
type Case struct {
	Graph  *compiler.Graph
	Nodes  []*compiler.Node // the ones to check, in any order
	Policy *Policy
	Known  *diag.List // what loading and compiling found: nothing that follows from its errors is said again
}

// Check checks nodes, several at a time. It returns everything that is to be said of the project: what was known and what it
// found, as the policy has it. The only error is the context's.
func Check(ctx context.Context, c Case) (*diag.List, error) {
	found := &diag.List{}
	found.Append(c.Policy.Settle(c.Known, true))
	check := checking{Case: c, broken: brokenFiles(c.Known), whole: map[*diag.Source]bool{}}
	own, err := check.nodes(ctx)
	if err != nil {
		return nil, err
	}
	found.Append(c.Policy.Settle(own, false))
	found.Append(c.Policy.Settle(c.Policy.Comments(check.examined), false))
	return found, nil
}

// checking is a check under way.
type checking struct {
	Case
	broken map[string]bool       // paths of files with errors
	whole  map[*diag.Source]bool // files of nodes that were checked in full
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
	for _, n := range c.Nodes {
		switch n.Type {
		case compiler.Model, compiler.Snapshot, compiler.Test, compiler.Analysis:
			if n.File != nil && !c.broken[n.File.Source.Path] && !n.IsPython() {
				nodes = append(nodes, n)
			}
		}
	}
	found := make([]*diag.List, len(nodes))
	whole := make([]bool, len(nodes))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(nodes)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(nodes) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				found[i], whole[i] = c.node(ctx, nodes[i])
			}
		})
	}
	workers.Wait()
	if err := ctx.Err(); err != nil {
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
func (c *checking) node(ctx context.Context, n *compiler.Node) (found *diag.List, whole bool) {
	found = &diag.List{}
	r, err := c.Graph.Render(ctx, n, compiler.Sight{})
	if err != nil {
		for _, d := range diag.Carried(err) {
			d := placed(d, n)
			if d.Code == macros.NeedsWarehouse { // what it asks is known when it runs
				if n.Type != compiler.Model {
					continue
				}
				d = &diag.Diagnostic{Severity: diag.Info, Code: d.Code, Span: d.Span,
					Message: fmt.Sprintf("model %q asks the warehouse: its code is known, and checked, when it runs", n.Name)}
			}
			found.Add(d)
		}
		return found, false
	}
	s := &subject{graph: c.Graph, node: n, rendered: r, found: found}
	s.read()
	for _, rule := range rules {
		rule(s)
	}
	return found, true
}

// placed is a problem at its place, or else at the node.
func placed(d *diag.Diagnostic, n *compiler.Node) *diag.Diagnostic {
	if !d.Span.IsZero() {
		return d
	}
	at := *d
	at.Span = n.At
	return &at
}
