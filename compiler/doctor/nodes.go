package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// nodes renders every node that has code, and asks how the models would be built.
func (e *examination) nodes(ctx context.Context) error {
	broken := map[*diag.Source]bool{} // what is wrong in those files is told, and rendering them would say it again
	for _, d := range e.found.Sorted() {
		if d.Severity == diag.Error {
			broken[d.Span.Source] = true
		}
	}
	for _, n := range e.Graph.Order {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("examine %s: %w", n.Name, err)
		}
		switch n.Type {
		case compiler.Model, compiler.Snapshot, compiler.Test:
		default:
			continue
		}
		if broken[n.File.Source] {
			continue
		}
		for _, d := range problem(n, e.node(ctx, n)) {
			e.found.Add(d)
		}
	}
	return nil
}

// node tells why a node would fail, as far as that can be known without a warehouse.
func (e *examination) node(ctx context.Context, n *compiler.Node) error {
	if n.IsPython() {
		return unsupported(e.Graph.Runnable(n))
	}
	r, err := e.Graph.Render(ctx, n, compiler.Sight{})
	if err != nil || n.Type != compiler.Model || e.Graph.Library.Materialization(n.Config.Materialized()) != nil {
		return err
	}
	if err := e.plan(n, r, nil); err != nil {
		return err
	}
	if n.Config.Materialized() == "incremental" {
		there := relation.NewCatalog(&relation.Table{Relation: n.Relation, Kind: relation.BaseTable})
		if err := e.plan(n, r, there); err != nil {
			e.found.Warnf(n.At, Unsupported, "from its second run on %s %q fails: %v", n.Type, n.Name, err)
		}
	}
	return nil
}

// plan tells why there is no way to build a node, given what exists.
func (e *examination) plan(n *compiler.Node, r *compiler.Rendered, there *relation.Catalog) error {
	_, err := plan.Ops(e.Graph, n, r, there, plan.Options{})
	var d *diag.Diagnostic
	if errors.As(err, &d) && d.Code == compiler.InvalidConfig && d.Hint == "" { // with a hint it is a slip of the pen
		return unsupported(err)
	}
	return err
}

// unsupported is a problem as one of what mod does not do.
func unsupported(err error) error {
	var d *diag.Diagnostic
	if !errors.As(err, &d) {
		return err
	}
	told := *d
	told.Code = Unsupported
	return &told
}
