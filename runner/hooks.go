package runner

import (
	"context"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/plan"
)

// Hook is the action of the steps that stand for hooks of on-run-start and on-run-end in events and results. They are in no plan.
const Hook plan.Action = "hook"

// hooksOf are the hooks of that occasion, in the order in which they run.
func (x *run) hooksOf(occasion string) []*compiler.RunHook {
	var out []*compiler.RunHook
	for _, h := range x.Graph.Hooks {
		if h.Occasion == occasion {
			out = append(out, h)
		}
	}
	return out
}

// startHooks runs the hooks of on-run-start and tells whether the run is to go on.
func (x *run) startHooks(ctx context.Context) bool {
	if x.hooks(ctx, x.hooksOf(compiler.OnRunStart), nil) {
		return true
	}
	v, ok := x.Graph.Project.Root.Flags.GetString("skip_nodes_if_on_run_start_fails")
	return ok && !jinja.Truth(v)
}

// endHooks runs the hooks of on-run-end, which see what the run did.
func (x *run) endHooks(ctx context.Context) {
	hooks := x.hooksOf(compiler.OnRunEnd)
	if len(hooks) == 0 {
		return
	}
	x.hooks(ctx, hooks, x.outcome())
}

// hooks runs hooks in order, up to the first that fails: the others are skipped.
func (x *run) hooks(ctx context.Context, hooks []*compiler.RunHook, extra map[string]jinja.Value) (ok bool) {
	ok = true
	for i, h := range hooks {
		step := &plan.Step{Node: h.Node, Action: Hook, Reason: h.Title()}
		r := &Result{Node: h.Node, Step: step, Rows: -1, Started: time.Now()}
		failures := 0
		if ok && ctx.Err() == nil {
			x.report(StepStarted{Step: step, Number: i + 1, Total: len(hooks), At: r.Started})
			x.runHook(ctx, h, r, extra)
			ok = r.Status == Success
			if !ok {
				failures = 1
			}
		} else {
			r.Status, r.Message, r.Finished, failures, ok = Skipped, h.Title()+" skipped", r.Started, 1, false
		}
		r.Failures = &failures
		x.results.All = append(x.results.All, r)
		x.report(StepFinished{Result: r, Number: i + 1, Total: len(hooks)})
	}
	return ok
}

func (x *run) runHook(ctx context.Context, h *compiler.RunHook, r *Result, extra map[string]jinja.Value) {
	rendered, err := x.tryHook(ctx, h, r, extra)
	r.Finished = time.Now()
	if err == nil {
		r.Status, r.Message = Success, h.Title()+" passed"
		return
	}
	r.failed(rendered, err)
	if ctx.Err() != nil {
		cancelledResult(ctx, r, err)
	}
	r.Message = h.Title() + " failed, error:\n " + r.Message
}

func (x *run) tryHook(ctx context.Context, h *compiler.RunHook, r *Result, extra map[string]jinja.Value) (*compiler.Rendered, error) {
	r.Compiling = time.Now()
	w, err := x.wire(ctx, nil, x.home(), x.workers[0], "master")
	if err != nil {
		return nil, err
	}
	w.node = h.Node
	rendered, err := x.Graph.Operation(ctx, h.Package, h.Text, compiler.Sight{Warehouse: w, Deferred: x.deferred(x.Graph, w.view.get)}, extra)
	if err != nil {
		w.rollback(ctx)
		x.results.Invalid = true
		return nil, err
	}
	r.Compiled = rendered.SQL
	if r.CompiledPath, err = x.writeCompiled(h.Node, h.CompiledPath(), rendered.SQL); err != nil {
		return nil, err
	}
	r.Executing = time.Now()
	if strings.TrimSpace(rendered.SQL) != "" {
		w.known.foreign.Store(true)
		_, err = w.exec(ctx, rendered.SQL)
	}
	if err == nil {
		err = w.commit(ctx)
	}
	if err != nil {
		w.rollback(ctx)
	}
	return rendered, err
}

// outcome is what hooks of on-run-end see of the run, besides what all templates see.
func (x *run) outcome() map[string]jinja.Value {
	results, schemas, pairs := jinja.NewList(), jinja.NewList(), jinja.NewList()
	seen, seenPair := map[string]bool{}, map[[2]string]bool{}
	for _, r := range x.results.All {
		if r.Step.Action == Hook && r.Status == Success {
			continue
		}
		results.Append(&outcome{result: r, graph: x.Graph})
		schema, pair := r.Node.Relation.Schema, [2]string{r.Node.Relation.Database, r.Node.Relation.Schema}
		if !r.Node.Stored() || r.Status == Error || r.Status == Fail || r.Status == Skipped {
			continue
		}
		if !seen[schema] {
			seen[schema] = true
			schemas.Append(schema)
		}
		if !seenPair[pair] {
			seenPair[pair] = true
			pairs.Append(jinja.NewTuple(pair[0], pair[1]))
		}
	}
	return map[string]jinja.Value{"results": results, "schemas": schemas, "database_schemas": pairs}
}

// outcome is a result as templates see it.
type outcome struct {
	result *Result
	graph  *compiler.Graph
}

// Attr implements jinja.Attributer.
func (o *outcome) Attr(name string) (jinja.Value, bool) {
	if name == "node" {
		return record{o.graph.Describe(o.result.Node)}, true
	}
	if name == "timing" {
		return timings(o.result), true
	}
	if name == "to_dict" {
		return jinja.Func{Name: "to_dict", Fn: func(*jinja.Call) (jinja.Value, error) {
			d := o.dict()
			d.Put("node", o.graph.Describe(o.result.Node))
			return d, nil
		}}, true
	}
	return o.dict().GetString(name)
}

// dict are the fields that cost nothing.
func (o *outcome) dict() *jinja.Dict {
	r := o.result
	var failures, message jinja.Value
	if r.Failures != nil {
		failures = *r.Failures
	}
	if r.Message != "" {
		message = r.Message
	}
	return jinja.DictOf(
		"status", string(r.Status), "timing", timingDicts(r), "thread_id", threadName(r), "execution_time", r.Finished.Sub(r.Started).Seconds(),
		"adapter_response", r.response().Dict(), "message", message, "failures", failures, "unique_id", r.Node.ID,
	)
}

// timings are the phases of a result as objects, whose times are datetimes without a zone, as in dbt.
func timings(r *Result) *jinja.List {
	out := jinja.NewList()
	for _, t := range r.timing() {
		out.Append(phaseObject{t})
	}
	return out
}

// phaseObject is a phase as templates see it.
type phaseObject struct{ phase }

// Attr implements jinja.Attributer.
func (p phaseObject) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "name":
		return p.name, true
	case "started_at":
		return macros.Wall(p.from), true
	case "completed_at":
		return macros.Wall(p.to), true
	case "to_dict":
		return jinja.Func{Name: name, Fn: func(*jinja.Call) (jinja.Value, error) { return p.dict(), nil }}, true
	}
	return nil, false
}

// timingDicts are the phases of a result, with times as texts: what to_dict() gives.
func timingDicts(r *Result) *jinja.List {
	out := jinja.NewList()
	for _, t := range r.timing() {
		out.Append(t.dict())
	}
	return out
}
