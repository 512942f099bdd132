package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

// countedAtOnce is how many ranges are counted by one query.
const countedAtOnce = 64

// countInputs counts, before the first batch of a model is loaded, how many rows of what they read lie in each of its batches. Rows that come between that and
// their batch are told as late although they are not: never the other way around.
func (x *run) countInputs(ctx context.Context, t *turn, p *part) error {
	n := t.step.Node
	if x.clerk == nil || x.Book.Partial || !p.first || !n.CountsLateRows() {
		return nil
	}
	c, err := newCounter(ctx, t.graph, t.wire)
	if err != nil {
		return err
	}
	for _, other := range p.all {
		other.inputs = nil
	}
	for _, in := range t.graph.Timed(n, t.sight) {
		if t.graph.Batched(in.Node) {
			continue // which of its times are newer is known
		}
		if err := c.countParts(ctx, in, p.all, x.until(t.step)); err != nil {
			reason, _, _ := strings.Cut(err.Error(), "\n")
			x.report(Logged{Node: n, Text: fmt.Sprintf("rows of %s that come late will not be told: %s", in.Label(), reason), Level: "warn", At: time.Now()})
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
	}
	return nil
}

// counter counts rows by times on a session.
type counter struct {
	*wire
	graph *compiler.Graph
	spell func(ctx context.Context, macro string, args ...any) (string, error)
}

func newCounter(ctx context.Context, g *compiler.Graph, w *wire) (*counter, error) {
	blank, err := g.Operation(ctx, g.Project.Root, nothing(g), compiler.Sight{}, nil)
	if err != nil {
		return nil, err
	}
	return &counter{w, g, blank.Context.Spell}, nil
}

// countParts gives batches what they are loaded from, up to that time.
func (c *counter) countParts(ctx context.Context, in compiler.Timed, parts []*part, until time.Time) error {
	for some := range slices.Chunk(parts, countedAtOnce) {
		ranges := make([]interval.Range, len(some))
		for i, p := range some {
			ranges[i] = interval.Range{From: p.Start, To: p.End}
			if until.Before(p.End) && until.After(p.Start) {
				ranges[i].To = until
			}
		}
		rows, err := c.count(ctx, in, ranges)
		if err != nil {
			return err
		}
		for i, p := range some {
			p.inputs = append(p.inputs, state.Input{Node: in.ID, Range: ranges[i], Rows: rows[i]})
		}
	}
	return nil
}

// count counts the rows in ranges, which are in order.
func (c *counter) count(ctx context.Context, in compiler.Timed, ranges []interval.Range) ([]int64, error) {
	sql, err := c.spell(ctx, "late_count", in.Relation, in.Column, c.graph.Times(ranges))
	if err != nil {
		return nil, err
	}
	result, _, err := c.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	if len(result.Rows) != 1 || len(result.Rows[0]) != len(ranges) {
		return nil, fmt.Errorf("count rows of %s: the answer is no row of %d numbers", in.Relation, len(ranges))
	}
	out := make([]int64, len(ranges))
	for i, v := range result.Rows[0] {
		n, ok := v.(int64)
		if !ok {
			return nil, fmt.Errorf("count rows of %s: %v is no number of rows", in.Relation, v)
		}
		out[i] = n
	}
	return out, nil
}

// mostInputs is how many pieces of a range that was loaded at once are kept: the newest ones as batches, of older ones several together.
const mostInputs = 128

// thinned joins older pieces of each node, two by two, if there are too many. They are in the order of their times.
func thinned(list []state.Input) []state.Input {
	if len(list) <= mostInputs {
		return list
	}
	var out []state.Input
	for i := 0; i < len(list); i++ {
		older := i < len(list)-mostInputs/2 && i+1 < len(list)-mostInputs/2
		if older && list[i].To.Equal(list[i+1].From) {
			both := list[i]
			both.To, both.Rows = list[i+1].To, both.Rows+list[i+1].Rows
			out = append(out, both)
			i++
			continue
		}
		out = append(out, list[i])
	}
	return out
}

// followed are the pieces of two ranges that follow one another.
func followed(a, b []state.Input) []state.Input {
	var out []state.Input
	for _, id := range inputNodes(a, b) {
		var of []state.Input
		for _, in := range slices.Concat(a, b) {
			if in.Node == id {
				of = append(of, in)
			}
		}
		out = append(out, thinned(of)...)
	}
	return out
}

// inputNodes are the IDs that pieces are of, each once.
func inputNodes(lists ...[]state.Input) []string {
	var out []string
	for _, in := range slices.Concat(lists...) {
		if !slices.Contains(out, in.Node) {
			out = append(out, in.Node)
		}
	}
	return out
}

// Late counts the rows that came into what microbatch models read after their times were loaded, where no run will look back at them: before the newest batch
// and as many as the model looks back at. Of what cannot be counted it is said why. The book was read before.
func (r *Runner) Late(ctx context.Context, now time.Time) (late []change.Late, err error) {
	var jobs []change.Late
	for _, n := range r.Graph.Order {
		if r.Graph.Batched(n) && r.Graph.Of(n) == r.Graph {
			jobs = append(jobs, r.lateOf(n, now)...)
		}
	}
	failed := make([]error, len(jobs))
	err = r.onVisits(ctx, len(jobs), func(v *Visit, i int) {
		if jobs[i].Why == "" {
			failed[i] = v.late(ctx, &jobs[i])
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range jobs {
		if failed[i] != nil {
			reason, _, _ := strings.Cut(failed[i].Error(), "\n")
			jobs[i].Why = "they cannot be counted: " + reason
		}
	}
	return jobs, nil
}

// lateOf is what is to be counted for a model.
func (r *Runner) lateOf(n *compiler.Node, now time.Time) []change.Late {
	key := r.Book.key(n)
	loaded := r.Book.Known.Claims[key].Loaded()
	if len(loaded) == 0 {
		return nil
	}
	end := now
	if to := loaded.Bounds().To; to.Before(end) {
		end = to
	}
	before := n.BatchSize().Move(end, -n.Lookback())
	next, err := interval.Plan(interval.Request{
		Begin: n.Begin(), End: n.Due(now), Size: n.BatchSize(), Loaded: loaded, Lookback: max(n.Lookback(), 0), Partial: n.PartialBatches(),
	})
	if err != nil {
		next = nil // it begins later than now
	}
	var out []change.Late
	for _, id := range n.DependsOn {
		parent := r.Graph.Nodes[id]
		if parent == nil || parent == n || r.Graph.Batched(parent) {
			continue
		}
		l := change.Late{Node: n, Of: parent, Before: before}
		for _, in := range r.Book.Known.Inputs[key] {
			if in.Node == id && !in.To.After(before) && len(next.Intersect(interval.Of(in.Range))) == 0 {
				l.Pieces = append(l.Pieces, change.Piece{Range: in.Range, Rows: in.Rows})
			}
		}
		slices.SortFunc(l.Pieces, func(a, b change.Piece) int { return a.From.Compare(b.From) })
		switch {
		case parent.Config == nil || parent.Config.String("event_time") == "":
			l.Why = "it has no event_time"
		case !n.CountsLateRows():
			l.Why = "late_rows: false"
		case len(l.Pieces) == 0:
			l.Why = "nothing that a run will not look back at was counted when it was loaded"
		}
		out = append(out, l)
	}
	return out
}

// late counts the rows of what a model reads.
func (v *Visit) late(ctx context.Context, l *change.Late) error {
	v = v.at(l.Node)
	v.wire.node = l.Node
	sight := compiler.Sight{Warehouse: v.wire, Existing: v.wire.view.get(l.Relation), Deferred: v.runner.deferred(v.graph, v.wire.view.get)}
	timed := v.graph.Timed(l.Node, sight)
	i := slices.IndexFunc(timed, func(t compiler.Timed) bool { return t.ID == l.Of.ID })
	if i < 0 {
		return fmt.Errorf("%s is no relation", l.Of.Label())
	}
	c, err := newCounter(ctx, v.graph, v.wire)
	if err != nil {
		return err
	}
	return l.Count(countedAtOnce, func(ranges []interval.Range) ([]int64, error) { return c.count(ctx, timed[i], ranges) })
}
