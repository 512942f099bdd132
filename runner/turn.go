package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/seed"
)

// turn is one try at one step.
type turn struct {
	*wire
	graph    *compiler.Graph
	step     *plan.Step
	sight    compiler.Sight
	options  plan.Options
	python   string // the program that runs Python models; "" for the usual one
	rendered *compiler.Rendered
	result   *Result
	asked    *macros.Result                                 // what an Ask brought that ends the node
	main     string                                         // the statement whose stats are the node's; "" if there is none, or if it was not one statement
	seed     *seed.File                                     // of a seed; nil until it is read
	script   *pythonRun                                     // of a Python model; nil before it is executed
	gate     *gate                                          // the data tests that hold it back; nil for none
	hold     func(context.Context, *materialize.Gate) error // runs them
	postpone func(on relation.Table, ops []materialize.Op)  // keeps what is left to do until all that is published together is built
	kept     *kept                                          // failing rows that it stores; nil for others
	book     *Book                                          // where its result is going to be noted; nil for nowhere
	unsettle func(context.Context) error                    // notes that what is kept of the build before is about to be another table
	origin   *origin                                        // of a copy: where its rows come from; nil for others
}

// compile renders the node's code.
func (t *turn) compile(ctx context.Context) error {
	t.result.Compiling = time.Now()
	sight := t.sight
	sight.Warehouse, sight.Anew = t.wire, t.anew()
	if !sight.Anew {
		sight.Existing = t.view.get(t.step.Node.Relation)
	}
	rendered, err := t.graph.Render(ctx, t.step.Node, sight)
	if err != nil {
		return err
	}
	t.rendered = rendered
	t.result.Compiled, t.result.CTEs, t.result.Macros = rendered.SQL, rendered.CTEs, rendered.Macros
	return nil
}

// anew tells whether the node is rebuilt because of a verdict on it, of which the run's flags.FULL_REFRESH says nothing.
func (t *turn) anew() bool {
	return t.options.Verdicts[t.step.Node.ID] != nil && !t.options.FullRefresh && !t.options.Continued && plan.FullRefresh(t.step.Node, t.options)
}

// statements are what target/run keeps of the turn: the main statement, as in dbt, or all of them where there is none.
func (t *turn) statements() []string {
	if t.main != "" {
		return []string{t.main}
	}
	return t.sent
}

// execute does what the plan says of the node.
func (t *turn) execute(ctx context.Context) error {
	t.result.Executing = time.Now()
	switch {
	case t.step.Action == plan.None:
		return nil
	case t.step.Action == plan.Amend, t.step.Action == plan.Promote, t.step.Action == plan.Restore:
		return t.materialize(ctx)
	}
	if t.step.Node.IsPython() {
		return t.executePython(ctx, t.python)
	}
	if t.isCustom() {
		return t.custom(ctx, t.graph.Library.Materialization(t.step.Node.Config.Materialized()))
	}
	return t.materialize(ctx)
}

// isCustom tells whether the node's materialization is written in templates.
func (t *turn) isCustom() bool {
	return t.graph.Library.Materialization(t.step.Node.Config.Materialized()) != nil
}

// materialize does what the node's materialization makes of its query.
func (t *turn) materialize(ctx context.Context) error {
	options := t.options
	options.Seed, options.From, options.Previous = t.readSeed, t.step.From, t.keepAt()
	options.Abilities = t.known.abilities[strings.ToLower(t.step.Node.Relation.Database)]
	if t.origin != nil {
		options.Seed = func(*compiler.Node) (*materialize.Seed, error) { return t.origin.table(ctx, t.graph.Dialect) }
	}
	ops, err := plan.Ops(t.graph, t.step.Node, t.rendered, t.view.base, options)
	if err != nil {
		return err
	}
	return t.carryOut(ctx, ops)
}

// carryOut runs ops in order, those of the phase Inside in one transaction.
func (t *turn) carryOut(ctx context.Context, ops []materialize.Op) error {
	if !t.graph.Dialect.Has(dialect.TransactionalDDL) { // what is done is done before there is anything to commit
		if err := t.wire.fence.held(ctx); err != nil {
			return err
		}
	}
	for len(ops) > 0 {
		op := ops[0]
		if op.Phase != materialize.Inside {
			if err := t.commit(ctx); err != nil {
				return err
			}
		} else if op.Phase == materialize.Inside && t.needsTransaction(ops) {
			t.session.begin()
		}
		more, err := t.do(ctx, op)
		if err == nil && op.Gate != nil && t.step.Together && op.Gate.On.Relation != t.step.Node.Relation {
			t.postpone(op.Gate.On, ops)
			return t.commit(ctx)
		}
		if err != nil && (op.Phase != materialize.After || op.SQL != "" || ctx.Err() != nil) {
			return err
		}
		if err != nil {
			t.report(Logged{Node: t.step.Node, Text: err.Error(), Level: "warn", At: time.Now()})
		}
		ops = append(more, ops[1:]...)
	}
	return t.commit(ctx)
}

// needsTransaction tells whether the first of ops must be in a transaction. One that only reads, before anything was changed,
// need not, and a single statement is one by itself.
func (t *turn) needsTransaction(ops []materialize.Op) bool {
	if !t.graph.Dialect.Has(dialect.TransactionalDDL) {
		return false
	}
	first := ops[0]
	if first.Look != nil || first.Ask != nil && first.Ask.Then != nil {
		return false
	}
	return !first.Single || len(ops) > 1 && ops[1].Phase == materialize.Inside
}

// do runs one op and returns the ops that take its place.
func (t *turn) do(ctx context.Context, op materialize.Op) ([]materialize.Op, error) {
	var (
		stats adapters.Stats
		err   error
	)
	if err := t.runScript(ctx, op); err != nil {
		return nil, err
	}
	switch {
	case op.Look != nil:
		return t.look(ctx, op.Look)
	case op.Ask != nil:
		return t.ask(ctx, op.Ask)
	case op.Gate != nil:
		return nil, t.pass(ctx, op.Gate)
	case op.Keep:
		return nil, t.unsettle(ctx)
	case op.Load != nil:
		stats, err = t.load(ctx, op.Load)
	case op.Call != nil && op.Call.Overload > 0:
		return nil, t.overload(ctx, op.Call)
	case op.Call != nil:
		stats, err = t.call(ctx, op.Call, op.Main)
	default:
		stats, err = t.hook(ctx, op.SQL)
	}
	if err != nil {
		return nil, err
	}
	t.changed(op.Does...)
	if op.Main {
		t.result.setStats(t.loaded(stats))
	}
	return nil, nil
}

// pass goes on if the tests of what was made have passed. What no transaction takes back is undone otherwise.
func (t *turn) pass(ctx context.Context, g *materialize.Gate) error {
	if t.hold == nil {
		return nil
	}
	err := t.hold(ctx, g)
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	for _, op := range g.Undo {
		if _, failed := t.do(ctx, op); failed != nil {
			t.report(Logged{Node: t.step.Node, Text: failed.Error(), Level: "warn", At: time.Now()})
		}
	}
	return err
}

// hook renders a hook and runs what it says, if it says anything.
func (t *turn) hook(ctx context.Context, template string) (adapters.Stats, error) {
	sql, err := t.rendered.Hook(ctx, template)
	if err != nil || sql == "" {
		return adapters.Done(), err
	}
	t.known.foreign.Store(true)
	return t.exec(ctx, sql)
}

// call runs the statement that a macro spells. If nobody asks what it did it may go with the next one.
func (t *turn) call(ctx context.Context, c *materialize.Call, asked bool) (adapters.Stats, error) {
	sql, err := t.rendered.Context.Spell(ctx, c.Macro, c.Args...)
	if err != nil {
		return adapters.Stats{}, err
	}
	if strings.TrimSpace(sql) == "" {
		return adapters.Done(), nil
	}
	if !asked {
		return adapters.Stats{}, t.putOff(ctx, sql)
	}
	t.main = sql
	return t.exec(ctx, sql)
}

// look finds out columns and goes on with them.
func (t *turn) look(ctx context.Context, l *materialize.Look) ([]materialize.Op, error) {
	var columns [][]relation.Column
	for _, r := range l.At {
		found, err := t.Columns(ctx, r)
		if err != nil {
			return nil, err
		}
		columns = append(columns, found)
	}
	if l.Query != "" {
		found, err := t.describe(ctx, l.Query)
		if err != nil {
			return nil, err
		}
		columns = append(columns, found)
	}
	return l.Then(columns)
}

// ask runs a query and goes on with its rows, or keeps them as the node's result.
func (t *turn) ask(ctx context.Context, a *materialize.Ask) ([]materialize.Op, error) {
	sql, err := t.rendered.Context.Spell(ctx, a.Call.Macro, a.Call.Args...)
	if err != nil {
		return nil, err
	}
	if a.Then == nil {
		t.main = sql
	}
	result, stats, err := t.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	if a.Then == nil {
		t.asked = result
		t.result.setStats(stats)
		return nil, nil
	}
	rows := materialize.Rows{Values: result.Rows}
	for _, c := range result.Columns {
		rows.Names = append(rows.Names, c.Name)
	}
	return a.Then(rows)
}

// custom runs a materialization of the project itself. What it does up to its first commit is one transaction, but for the hooks that
// are to be outside of it; what it leaves open is committed.
func (t *turn) custom(ctx context.Context, m *macros.Macro) error {
	n := t.step.Node
	if languages := m.Languages(); !slices.Contains(languages, n.Language()) {
		return &diag.Diagnostic{Code: compiler.InvalidConfig, Span: n.At, Hint: "write it in one of them, or materialize it in another way",
			Message: fmt.Sprintf("materialization %q only takes models in %s, and %q is in %s", m.Name, strings.Join(languages, ", "), n.Name, n.Language())}
	}
	t.known.foreign.Store(true)
	names := t.rendered.Context.Extra
	names["pre_hooks"], names["post_hooks"] = hookDicts(t.rendered.Pre), hookDicts(t.rendered.Post)
	t.together, t.apart = true, map[string]bool{}
	for _, h := range slices.Concat(t.rendered.Pre, t.rendered.Post) {
		if !h.Transaction {
			t.apart[strings.TrimSpace(h.SQL)] = true
		}
	}
	returned, err := t.rendered.Context.CallMacro(ctx, m.Package+"."+m.Name, nil, nil)
	if err != nil {
		return err
	}
	for _, r := range builtRelations(returned) {
		t.Created(r)
	}
	t.asked = t.rendered.Context.StoredRows("main")
	t.result.setStats(t.mainStats())
	return t.commit(ctx)
}

// hookDicts are hooks as a materialization's templates see them.
func hookDicts(hooks []compiler.Hook) *jinja.List {
	out := jinja.NewList()
	for i, h := range hooks {
		out.Append(jinja.DictOf("sql", h.SQL, "transaction", h.Transaction, "index", i))
	}
	return out
}

// mainStats is what the materialization's statement "main" did.
func (t *turn) mainStats() adapters.Stats {
	if r, ok := t.rendered.Context.Stored("main"); ok {
		return adapters.Stats{Message: r.Message, Code: r.Code, Rows: r.Rows}
	}
	return adapters.Done()
}

// builtRelations reads what a materialization returns: {'relations': [...]}.
func builtRelations(v jinja.Value) []relation.Table {
	d, ok := v.(*jinja.Dict)
	if !ok {
		return nil
	}
	v, _ = d.GetString("relations")
	list, ok := v.(*jinja.List)
	if !ok {
		return nil
	}
	var out []relation.Table
	for _, item := range list.Items {
		if r, ok := item.(*macros.Relation); ok {
			out = append(out, relation.Table{Relation: r.Relation, Kind: r.Kind})
		}
	}
	return out
}
