package runner

import (
	"context"
	"errors"
	"iter"
	"regexp"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// Visit is a session with the warehouse outside of a run: for commands that render templates, look at rows or call a macro. It is
// used by one goroutine at a time.
type Visit struct {
	// KnownOnly tells templates of the relations that are there, and refuses every other question of theirs.
	KnownOnly bool

	runner  *Runner
	graph   *compiler.Graph
	wire    *wire
	session *session
	far     map[*compiler.Graph]*Visit // the sessions with other targets; of the session with the runner's own
}

// Visit opens a session that knows the schemas of those nodes, and one with each of the other targets at which they live. The caller closes it.
func (r *Runner) Visit(ctx context.Context, nodes []*compiler.Node) (*Visit, error) {
	if _, err := r.Observe(ctx, nodes); err != nil {
		return nil, err
	}
	return r.visit(ctx)
}

// visit opens sessions that know what was observed.
func (r *Runner) visit(ctx context.Context) (*Visit, error) {
	all := map[*compiler.Graph]*Visit{}
	for g := range r.known {
		v, err := r.visitAt(ctx, g)
		if err != nil {
			return nil, err
		}
		all[g] = v
	}
	v := all[r.Graph]
	v.far = all
	return v, nil
}

// visitAt opens a session with one target.
func (r *Runner) visitAt(ctx context.Context, g *compiler.Graph) (*Visit, error) {
	all, err := newComments(ctx, g)
	if err != nil {
		return nil, err
	}
	comment, err := all.of(ctx, nil, "master")
	if err != nil {
		return nil, err
	}
	s, known := &session{warehouse: r.warehouseOf(g)}, r.known[g]
	w := &wire{
		session: s, known: known, view: view{base: known.catalog}, comment: comment, limit: r.Timeout,
		report: r.tell, dialect: g.Dialect, place: g.Place,
	}
	return &Visit{runner: r, graph: g, wire: w, session: s}, nil
}

// at is the session with the target at which a node lives.
func (v *Visit) at(n *compiler.Node) *Visit {
	if far := v.far[v.graph.Of(n)]; far != nil && far != v {
		far.KnownOnly = v.KnownOnly
		return far
	}
	return v
}

// reportTo makes the sessions tell what happens to somebody else than the runner's Report.
func (v *Visit) reportTo(tell func(Event)) {
	v.wire.report = tell
	for _, far := range v.far {
		far.wire.report = tell
	}
}

// Close takes back what transactions are open, and ends the sessions.
func (v *Visit) Close() error {
	err := v.session.close()
	for _, far := range v.far {
		if far != v {
			err = errors.Join(err, far.session.close())
		}
	}
	return err
}

// Render renders a node's code as a run would now.
func (v *Visit) Render(ctx context.Context, n *compiler.Node) (*compiler.Rendered, error) {
	v = v.at(n)
	v.wire.node = n
	sight := compiler.Sight{Warehouse: v.wire, Existing: v.wire.view.get(n.Relation), Deferred: v.runner.deferred(v.graph, v.wire.view.get)}
	if v.KnownOnly {
		sight.Warehouse = unasked{v.wire}
	}
	return v.graph.Render(ctx, n, sight)
}

// unasked is a warehouse whose relations are known, and that answers nothing else.
type unasked struct{ macros.Warehouse }

// Run implements macros.Warehouse.
func (unasked) Run(context.Context, string, bool) (macros.Response, *macros.Result, error) {
	return macros.Response{}, nil, refusedQuestion("a statement")
}

// Columns implements macros.Warehouse.
func (unasked) Columns(_ context.Context, r relation.Relation) ([]relation.Column, error) {
	return nil, refusedQuestion("the columns of " + r.String())
}

func refusedQuestion(what string) error {
	return &diag.Diagnostic{
		Code: macros.NeedsWarehouse, Message: "this template asks the warehouse (" + what + "), which --no-introspect forbids",
		Hint: "leave --no-introspect out, or guard the question with {% if flags.INTROSPECT %}",
	}
}

// Show runs a node's query and hands its rows to use; a limit below 0 is none. A refusal of the warehouse is a
// *[diag.Diagnostic] at its place in the user's file, if that can be told.
func (v *Visit) Show(ctx context.Context, n *compiler.Node, limit int, use func(*adapters.Rows) error) error {
	v = v.at(n)
	rendered, err := v.Render(ctx, n)
	if err != nil {
		return err
	}
	sql := strings.TrimRight(rendered.SQL, "; \t\r\n")
	header := n.Config.Get("sql_header")
	var most any
	if limit >= 0 && !limited.MatchString(sql) {
		most = limit
	}
	if header != nil || most != nil {
		if sql, err = rendered.Context.Spell(ctx, "get_show_sql", sql, header, most); err != nil {
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
	if limit >= 0 {
		rows.All = first(limit, rows.All)
	}
	return errors.Join(use(rows), rows.Close())
}

// limited finds the limit that a query ends with: it cannot have another.
var limited = regexp.MustCompile(`(?i)\blimit\s+\d+(\s+offset\s+\d+)?$`)

// first is the first rows of all.
func first(limit int, all iter.Seq2[[]any, error]) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		n := 0
		for row, err := range all {
			if err == nil && n == limit {
				return
			}
			n++
			if !yield(row, err) {
				return
			}
		}
	}
}

// Call renders a call of a macro with the template engine's arguments, and commits what it did. What it gets wrong, or the warehouse
// refuses, is a *[diag.Diagnostic] at the place of the call, with the way to the statement.
func (v *Visit) Call(ctx context.Context, pkg *project.Package, call project.Text, names map[string]jinja.Value) error {
	_, err := v.runner.Graph.Operation(ctx, pkg, call, compiler.Sight{Warehouse: v.wire, Deferred: v.runner.deferred(v.runner.Graph, v.wire.view.get)}, names)
	if err == nil {
		return v.wire.commit(ctx)
	}
	v.wire.rollback(ctx)
	if kind := adapters.KindOf(err); kind == adapters.Failed || kind == adapters.Transient {
		if d := problemOf(&compiler.Node{At: call.At}, nil, err); d != nil {
			return d
		}
	}
	return err
}
