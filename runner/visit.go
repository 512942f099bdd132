package runner

import (
	"context"
	"errors"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Visit is a session with the warehouse outside of a run: for commands that render templates, look at rows or call a macro. It is
// used by one goroutine at a time.
type Visit struct {
	runner  *Runner
	wire    *wire
	session *session
}

// Visit opens a session that knows the schemas of those nodes. The caller closes it.
func (r *Runner) Visit(ctx context.Context, nodes []*compiler.Node) (*Visit, error) {
	if _, err := r.Observe(ctx, nodes); err != nil {
		return nil, err
	}
	root := r.Graph.Project.Root
	blank, err := r.Graph.Operation(ctx, root, project.Text{At: diag.Span{Source: root.Source}}, compiler.Sight{}, nil)
	if err != nil {
		return nil, err
	}
	comment, err := comments{graph: r.Graph, version: blank.Context.Invocation.Version}.of(ctx, nil, "master")
	if err != nil {
		return nil, err
	}
	s := &session{warehouse: r.Warehouse}
	w := &wire{
		session: s, known: r.known, view: view{base: r.known.catalog}, comment: comment, limit: r.Timeout,
		report: r.tell, dialect: r.Graph.Dialect,
	}
	return &Visit{runner: r, wire: w, session: s}, nil
}

// Close takes back a transaction that is open, and ends the session.
func (v *Visit) Close() error { return v.session.close() }

// Render renders a node's code as a run would now.
func (v *Visit) Render(ctx context.Context, n *compiler.Node) (*compiler.Rendered, error) {
	v.wire.node = n
	sight := compiler.Sight{Warehouse: v.wire, Existing: v.wire.view.get(n.Relation), Deferred: v.runner.Deferred}
	return v.runner.Graph.Render(ctx, n, sight)
}

// Show runs a node's query and hands its rows to use; a limit below 0 is none. A refusal of the warehouse is a
// *[diag.Diagnostic] at its place in the user's file, if that can be told.
func (v *Visit) Show(ctx context.Context, n *compiler.Node, limit int, use func(*adapters.Rows) error) error {
	rendered, err := v.Render(ctx, n)
	if err != nil {
		return err
	}
	sql := rendered.SQL
	if limit >= 0 {
		if sql, err = rendered.Context.Spell(ctx, "get_limit_sql", rendered.SQL, limit); err != nil {
			return err
		}
	}
	conn, err := v.session.started(ctx)
	if err != nil {
		return err
	}
	text, shift := v.wire.comment.around(sql)
	rows, err := conn.Query(ctx, text)
	if err != nil {
		err = &fault{sql: sql, shift: shift, err: v.session.noted(err)}
		if d := problemOf(n, rendered, err); d != nil {
			return d
		}
		return err
	}
	return errors.Join(use(rows), rows.Close())
}

// Call renders a call of a macro with the template engine's arguments, and commits what it did.
func (v *Visit) Call(ctx context.Context, pkg *project.Package, call project.Text, names map[string]jinja.Value) error {
	_, err := v.runner.Graph.Operation(ctx, pkg, call, compiler.Sight{Warehouse: v.wire, Deferred: v.runner.Deferred}, names)
	if err != nil {
		v.wire.rollback(ctx)
		return err
	}
	return v.wire.commit(ctx)
}
