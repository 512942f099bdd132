package runner

import (
	"context"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// sharing knows which data tests of a run one statement can answer.
type sharing struct {
	tests  map[string]check.Test // by ID
	groups map[string][]string   // for each test that shares: the IDs of its group
}

// spelledByUs are the macros that decide what a built-in test asks; a project that has one of its own gets a statement for each.
var spelledByUs = []string{"get_test_sql", "get_limit_subquery_sql", "get_limit_sql", "get_where_subquery", "ref", "source", "statement"}

// share puts the data tests of a plan into groups.
func (x *run) share() sharing {
	s := sharing{tests: map[string]check.Test{}, groups: map[string][]string{}}
	if x.Options.Empty || x.Graph.Library.Materialization("test") != nil {
		return s
	}
	for _, macro := range spelledByUs {
		if x.Graph.Library.Overrides(macro) {
			return s
		}
	}
	var all []check.Test
	for _, step := range x.plan.Steps {
		if step.Action == plan.Check {
			t := x.asCheck(step)
			all = append(all, t)
			s.tests[t.ID] = t
		}
	}
	for _, g := range check.Share(all) {
		if !g.Shared() {
			continue
		}
		var ids []string
		for _, t := range g.Tests {
			ids = append(ids, t.ID)
		}
		for _, id := range ids {
			s.groups[id] = ids
		}
	}
	return s
}

// asCheck is a data test as far as it matters for sharing.
func (x *run) asCheck(step *plan.Step) check.Test {
	n := step.Node
	t := check.Test{
		ID: n.ID, Where: n.Config.String("where"), Limit: n.Config.Get("limit"), FailCalc: n.Config.String("fail_calc"),
		Stored: x.stores(step), Rule: ruleOf(n), Args: map[string]any{},
	}
	on, ok := x.tested(n)
	if !ok || isTemplate(t.Where) || n.Test.Namespace != "" || check.Named(n.Test.Name) == nil || x.Graph.Library.Overrides("test_"+n.Test.Name) || n.Config.Get("sql_header") != nil {
		return t
	}
	for k, v := range n.Test.Kwargs.All() {
		name := jinja.Str(k)
		switch value, literal := literalOf(v); {
		case name == "model":
		case !literal:
			return t
		case name == "column_name":
			t.Column, _ = value.(string)
		default:
			t.Args[name] = value
		}
	}
	t.Name, t.On = n.Test.Name, on
	return t
}

// tested is the relation that a generic test reads; ok is false if it reads no relation, or we cannot tell which.
func (x *run) tested(n *compiler.Node) (on relation.Table, ok bool) {
	if n.Test == nil || n.Test.Name == "" {
		return relation.Table{}, false
	}
	m := x.Graph.Nodes[n.Test.Attached]
	if m == nil || x.at(n) != x.home() || m.Type != compiler.Source && !m.Stored() || x.Graph.Location(m) != "" {
		return relation.Table{}, false
	}
	if deferred := x.deferred(x.Graph, x.home().known.catalog.Get); deferred != nil {
		if r, ok := deferred(m.ID); ok {
			return relation.Table{Relation: r}, true
		}
	}
	return relation.Table{Relation: m.Relation}, true
}

// literalOf is a test's argument as a macro's argument; false if it is a template or something that only templates know.
func literalOf(v jinja.Value) (any, bool) {
	switch v := v.(type) {
	case nil, bool, int, float64:
		return v, true
	case string:
		return v, !isTemplate(v)
	case *jinja.List:
		out := make([]any, len(v.Items))
		for i, item := range v.Items {
			value, ok := literalOf(item)
			if !ok {
				return nil, false
			}
			out[i] = value
		}
		return out, true
	default:
		return nil, false
	}
}

func isTemplate(s string) bool {
	return strings.Contains(s, "{{") || strings.Contains(s, "{%") || strings.Contains(s, "{#")
}

// gather adds to a step the steps that can be answered with it now.
func (x *run) gather(step *plan.Step) []*plan.Step {
	steps := []*plan.Step{step}
	for _, id := range x.sharing.groups[step.Node.ID] {
		if other, ok := x.schedule.take(id); ok {
			steps = append(steps, other)
		}
	}
	return steps
}

// workShared answers several data tests with one statement. Where that fails each test gets its own, so that it has its own error.
// in is nil for tests of what is published.
func (x *run) workShared(ctx context.Context, steps []*plan.Step, w *worker, in *inside) []*Result {
	var (
		results []*Result
		turns   []*turn
		group   check.Group
	)
	shared, release := x.Cancels.during(ctx, idsOf(steps)...)
	defer release()
	for _, step := range steps {
		r := &Result{Node: step.Node, Step: step, Rows: -1, Thread: w.number, Started: time.Now(), scope: scope{inside: in}}
		t, err := x.compileStep(shared, step, w, r)
		if err != nil {
			results = append(results, x.persist(ctx, step, w, scope{inside: in}))
			continue
		}
		turns = append(turns, t)
		group.Tests = append(group.Tests, in.check(x.sharing.tests[step.Node.ID]))
	}
	counts, stats, err := askShared(shared, group, turns)
	for i, t := range turns {
		if err != nil {
			results = append(results, x.persist(ctx, t.step, w, scope{inside: in}))
			continue
		}
		t.result.setStats(stats)
		t.result.judge(counts[i], x.WarnFails)
		if err := x.writeOwn(shared, t); err != nil {
			t.result.failed(t.rendered, err)
		}
		t.result.Finished = time.Now()
		results = append(results, t.result)
	}
	return results
}

// writeOwn writes the statement that a data test has for itself: whoever looks for why it failed wants that one, not the one of many tests.
func (x *run) writeOwn(ctx context.Context, t *turn) error {
	ops, err := plan.Ops(t.graph, t.step.Node, t.rendered, t.view.base, t.options)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if op.Ask == nil {
			continue
		}
		sql, err := t.rendered.Context.Spell(ctx, op.Ask.Call.Macro, op.Ask.Call.Args...)
		if err != nil {
			return err
		}
		return x.writeRun(t.result, []string{sql})
	}
	return nil
}

// askShared runs the statement of a group of tests. What it did is told as each test's own statement would: one row.
func askShared(ctx context.Context, g check.Group, turns []*turn) ([]check.Count, adapters.Stats, error) {
	none := adapters.Done()
	if len(turns) == 0 {
		return nil, none, nil
	}
	for _, t := range turns {
		t.result.Executing = time.Now()
	}
	first := turns[0]
	sql, err := first.rendered.Context.Spell(ctx, check.SharedMacro, g.Args()...)
	if err != nil {
		return nil, none, err
	}
	rows, stats, err := first.query(ctx, sql)
	for _, t := range turns {
		t.sent = first.sent
	}
	if err != nil {
		return nil, none, err
	}
	if stats.Rows >= 0 {
		stats.Message, stats.Rows = stats.Code+" 1", 1
	}
	counts, err := g.Counts(rows.Rows)
	return counts, stats, err
}
