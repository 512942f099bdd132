package runner

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/relation"
)

// ProfileOptions say how relations are profiled.
type ProfileOptions struct {
	Rows       int64  // of a larger relation about so many rows are read; 0 reads all of each
	Invocation string // its ID
	// Personal tells which columns hold personal data: nothing but how many values there are is asked of them. nil says it of all.
	Personal func(n *compiler.Node, column string) bool
	// Veiled tells of which nodes the warehouse's words are not told if something fails, since it may quote personal data: of those that have
	// some, or whose query reads some. nil says it of all.
	Veiled func(n *compiler.Node) bool
}

// Profiled is what became of the profile of a node.
type Profiled struct {
	Node    *compiler.Node
	Profile *artifact.RelationProfile // nil if nothing was found out
	Err     error                     // why it is not there, or not all of it
}

// Profile finds out what the relations of nodes hold, several at a time, and changes nothing. Nodes whose relations are not there are left
// out; the others come in their order. A relation that cannot be read does not stop the others. The error is a failure to connect, or
// ctx's cause.
func (r *Runner) Profile(ctx context.Context, nodes []*compiler.Node, o ProfileOptions) ([]Profiled, error) {
	seen, err := r.Observe(ctx, nodes)
	if err != nil {
		return nil, err
	}
	if o.Personal == nil {
		o.Personal = func(*compiler.Node, string) bool { return true }
	}
	var out []Profiled
	for _, n := range nodes {
		if t := seen.Existing(r.Graph, n); t != nil && t.Kind != relation.Function && len(t.Columns) > 0 {
			out = append(out, Profiled{Node: n})
		}
	}
	err = r.onVisits(ctx, len(out), func(v *Visit, i int) {
		out[i].Profile, out[i].Err = v.profile(ctx, out[i].Node, seen.Existing(r.Graph, out[i].Node), o)
	})
	return out, err
}

// onVisits does so many jobs, several at a time, each worker with a session of its own. The error is ctx's cause, if it ended.
func (r *Runner) onVisits(ctx context.Context, jobs int, do func(v *Visit, i int)) error {
	var (
		telling sync.Mutex
		workers sync.WaitGroup
		visits  []*Visit
		next    = make(chan int)
	)
	for range min(max(r.Threads, 1), jobs) {
		v, err := r.visit(ctx)
		if err != nil {
			return err // nobody has connected
		}
		v.reportTo(func(e Event) {
			telling.Lock()
			defer telling.Unlock()
			r.tell(e)
		})
		visits = append(visits, v)
	}
	for _, v := range visits {
		workers.Go(func() {
			for i := range next {
				do(v, i)
			}
		})
	}
	for i := 0; i < jobs && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, v := range visits {
		_ = v.Close() // nothing was changed
	}
	return context.Cause(ctx)
}

// profile finds out what one relation holds. What was found out before it failed is returned with the failure.
func (v *Visit) profile(ctx context.Context, n *compiler.Node, t *relation.Table, o ProfileOptions) (*artifact.RelationProfile, error) {
	v = v.at(n)
	if o.Veiled != nil && !o.Veiled(n) {
		return v.look(ctx, n, t, o)
	}
	defer v.wire.veil()()
	out, err := v.look(ctx, n, t, o)
	return out, veiled(err)
}

// look asks the warehouse about one relation.
func (v *Visit) look(ctx context.Context, n *compiler.Node, t *relation.Table, o ProfileOptions) (*artifact.RelationProfile, error) {
	v.wire.node = n
	op, err := v.graph.Operation(ctx, v.graph.Project.Root, nothing(v.graph), compiler.Sight{Warehouse: v.wire}, nil)
	if err != nil {
		return nil, err
	}
	begun := time.Now()
	q := &profileQuery{wire: v.wire, context: op.Context, table: t}
	out := &artifact.RelationProfile{
		Relation: v.graph.RelationName(n), InvocationID: o.Invocation, ProfiledAt: begun.UTC().Truncate(time.Second),
	}
	if out.Rows, err = q.count(ctx); err != nil {
		return nil, err
	}
	columns := profileColumns(v.wire.dialect, n, t, o)
	q.read = out.Rows
	if o.Rows > 0 && out.Rows > o.Rows {
		q.sample, q.read = sampleOf(o.Rows, out.Rows), o.Rows
	}
	for some := range slices.Chunk(columns, columnsAtOnce) {
		if err == nil && out.Rows > 0 {
			err = q.describe(ctx, out, some)
		}
	}
	for _, c := range columns {
		out.Columns = append(out.Columns, c.ColumnProfile)
	}
	out.Seconds = time.Since(begun).Seconds()
	if !q.asked && out.Rows > 0 {
		return nil, err
	}
	return out, err
}

// columnsAtOnce is how many columns a statement asks about: a result has at most 1664 in Postgres, and a column takes seven.
// https://www.postgresql.org/docs/current/limits.html
const columnsAtOnce = 200
