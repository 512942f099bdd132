package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/syncs"
)

// synced is a project with one sync, of a table that others write.
func synced(mode, extra string) string {
	return strings.Replace(shop, "profile: shop", "profile: shop\ndestinations:\n  crm: {type: memory}", 1) + `
-- models/sources.yml --
sources: [{name: raw, schema: main, tables: [{name: people}]}]
-- syncs/people.yml --
syncs:
  - name: people
    query: select * from {{ source('raw', 'people') }}
    destination: crm
    object: contacts
    key: id
    mode: ` + mode + `
    map: {email: lower(email), name: name}
` + extra
}

// memory is a destination in memory. It remembers batches if it commits.
type memory struct {
	mu      sync.Mutex
	records map[int64]string
	sent    map[string]int // how often a record was written, by key and value
	spans   map[string][]syncs.Span
	fault   func(*syncs.Batch) fate
}

// fate is what becomes of a call.
type fate int

const (
	passes  fate = iota
	lost         // it does nothing, and fails
	unheard      // it does its work, and the answer is lost
	refuses      // one row is refused, for now
)

// commits is a memory that knows what it has.
type commits struct{ *memory }

func newMemory() *memory {
	return &memory{records: map[int64]string{}, sent: map[string]int{}, spans: map[string][]syncs.Span{}}
}

func (m *memory) Check(context.Context, *syncs.Target) error { return nil }
func (m *memory) Close() error                               { return nil }

func (m *memory) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	return m.send(ctx, b, false)
}

func (c commits) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	return c.send(ctx, b, true)
}

func (m *memory) send(ctx context.Context, b *syncs.Batch, commits bool) ([]error, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	outcomes := make([]error, len(b.Rows))
	if commits && slices.Contains(m.spans[b.Run], b.Span()) {
		return outcomes, nil
	}
	f := passes
	if m.fault != nil {
		f = m.fault(b)
	}
	if f == lost || f == refuses && commits {
		return nil, &syncs.Error{Class: syncs.Transient, Message: "reset by peer"}
	}
	for i := range b.Rows {
		if f == refuses && i == 0 {
			outcomes[i] = &syncs.Error{Class: syncs.Rejected, Message: "not today"}
			continue
		}
		m.write(b, &b.Rows[i])
	}
	if commits {
		m.spans[b.Run] = append(m.spans[b.Run], b.Span())
	}
	if f == unheard {
		return nil, &syncs.Error{Class: syncs.Transient, Message: "reset by peer"}
	}
	return outcomes, nil
}

func (m *memory) write(b *syncs.Batch, r *syncs.Row) {
	id := r.Values[0].(int64)
	switch r.Op {
	case syncs.Delete:
		delete(m.records, id)
	default:
		text := fmt.Sprint(r.Values[1:])
		m.records[id] = text
		m.sent[fmt.Sprint(b.Run, " ", id, " ", text)]++
	}
}

func (c commits) Committed(_ context.Context, _ *syncs.Target, run string) ([]syncs.Span, error) {
	return slices.Clone(c.spans[run]), nil
}

func (c commits) Forget(_ context.Context, _ *syncs.Target, but string) error {
	maps.DeleteFunc(c.spans, func(run string, _ []syncs.Span) bool { return run != but })
	return nil
}

func (m *memory) Read(context.Context, *syncs.Target) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for id, text := range m.records {
			parts := strings.SplitN(strings.Trim(text, "[]"), " ", 2)
			if !yield([]any{id, parts[0], parts[1]}, nil) {
				return
			}
		}
	}
}

// dying is a warehouse that nobody can reach any more once it is dead: as for a process that was killed, nothing is tidied up.
type dying struct {
	adapters.Warehouse
	dead func() bool
}

type dyingSession struct {
	adapters.Adapter
	of *dying
}

var errDead = errors.New("killed")

func (d *dying) Connect(ctx context.Context) (adapters.Adapter, error) {
	conn, err := d.Warehouse.Connect(ctx)
	return &dyingSession{conn, d}, err
}

func (s *dyingSession) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	if s.of.dead() {
		return adapters.Stats{}, errDead
	}
	return s.Adapter.Exec(ctx, sql)
}

func (s *dyingSession) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	if s.of.dead() {
		return nil, errDead
	}
	return s.Adapter.Query(ctx, sql)
}

func (s *dyingSession) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	if s.of.dead() {
		return adapters.Stats{}, errDead
	}
	return s.Adapter.Load(ctx, into, rows)
}

// syncHarness runs a sync again and again.
type syncHarness struct {
	graph *compiler.Graph
	node  *compiler.Node
	duck  adapters.Warehouse
	runs  int
}

func newSyncHarness(t rapid.TB, g *compiler.Graph) *syncHarness {
	t.Helper()
	h := &syncHarness{graph: g}
	w, err := duckdb.Driver.Open(context.Background(), adapters.Config{"path": ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	h.duck, h.node = w, h.graph.Nodes["sync.shop.people"]
	h.exec(t, "create table people (id bigint, name varchar, email varchar)")
	return h
}

func (h *syncHarness) exec(t rapid.TB, sql string) {
	t.Helper()
	conn, err := h.duck.Connect(context.Background())
	if err == nil {
		_, err = conn.Exec(context.Background(), sql)
		err = errors.Join(err, conn.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// run runs the sync; dead tells when everything stops.
func (h *syncHarness) run(t rapid.TB, d syncs.Destination, o SyncOptions, dead func() bool) (*SyncResult, error) {
	t.Helper()
	h.runs++
	o.Kind, o.Destination, o.Run, o.Now = &syncs.Kind{Name: "memory"}, d, fmt.Sprintf("run%d", h.runs), time.Now()
	if o.Limits.Batch == 0 {
		o.Limits.Batch = 3
	}
	r := &Runner{Graph: h.graph, Warehouse: &dying{h.duck, dead}, wait: noWait}
	v, err := r.Visit(context.Background(), []*compiler.Node{h.node})
	if err != nil {
		return nil, err
	}
	result, err := v.RunSync(context.Background(), h.node, o)
	_ = v.session.close()
	return result, err
}

func alive() bool { return false }

// putAhead makes the runs so far ones of a machine whose clock is an hour ahead.
func (h *syncHarness) putAhead(t rapid.TB) {
	t.Helper()
	conn, err := h.duck.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Exec(context.Background(), "update mod.sync_runs set started_at = started_at + interval 1 hour") // there may be no run yet
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestWhateverHappensTheDestinationEndsEqual: rows come, change and go; calls are lost, answers are lost, rows are refused, the process is
// killed between any two statements, on machines whose clocks differ, or the destination cannot be opened. In the end a run that nothing befalls leaves the destination equal to
// the model, and where it commits, no record was written twice by a run.
func TestWhateverHappensTheDestinationEndsEqual(t *testing.T) {
	g := compiled(t, t.TempDir(), synced("mirror", ""))
	rapid.Check(t, func(t *rapid.T) {
		h := newSyncHarness(t, g)
		defer h.duck.Close() //nolint:errcheck // it is in memory
		m := newMemory()
		var d syncs.Destination = m
		committing := rapid.Bool().Draw(t, "commits")
		if committing {
			d = commits{m}
		}
		for range rapid.IntRange(1, 4).Draw(t, "runs") {
			h.edit(t)
			m.fault = func(*syncs.Batch) fate {
				return rapid.SampledFrom([]fate{passes, passes, passes, lost, unheard, refuses}).Draw(t, "fate")
			}
			left := rapid.IntRange(5, 60).Draw(t, "statements until it is killed")
			to, o := d, SyncOptions{}
			if rapid.IntRange(0, 3).Draw(t, "unopened") == 3 {
				to, o.Unopened = nil, errors.New("a wrong password")
			}
			_, _ = h.run(t, to, o, func() bool { left--; return left < 0 })
			if rapid.Bool().Draw(t, "its clock was ahead") {
				h.putAhead(t)
			}
		}
		m.fault = nil
		result, err := h.run(t, d, SyncOptions{}, alive)
		if err != nil || result.State != SyncDone {
			t.Fatalf("the last run ended as %s: %v, %v", result.State, result.Err, err)
		}
		if diff := cmp.Diff(h.model(t), m.records); diff != "" {
			t.Errorf("destination (-model +records):\n%s", diff)
		}
		for what, n := range m.sent {
			if committing && n > 1 {
				t.Errorf("%s was written %d times", what, n)
			}
		}
	})
}

// edit changes some rows of the source.
func (h *syncHarness) edit(t *rapid.T) {
	var sql strings.Builder
	for range rapid.IntRange(0, 6).Draw(t, "edits") {
		id := rapid.IntRange(1, 12).Draw(t, "id")
		fmt.Fprintf(&sql, "delete from people where id = %d;", id)
		if rapid.IntRange(0, 3).Draw(t, "what") > 0 {
			fmt.Fprintf(&sql, "insert into people values (%d, 'n%d', 'E%d');", id, rapid.IntRange(1, 3).Draw(t, "name"), rapid.IntRange(1, 3).Draw(t, "email"))
		}
	}
	h.exec(t, sql.String()+"select 1")
}

// model is what the destination is to hold.
func (h *syncHarness) model(t rapid.TB) map[int64]string {
	t.Helper()
	out := map[int64]string{}
	for _, row := range h.rows(t, "select id, lower(email), name from people") {
		out[row[0].(int64)] = fmt.Sprint(row[1:])
	}
	return out
}

// TestRowsThatShareAKeyAreToldWheneverThereAreSome: among rows that are new, changed or as they were sent, one comes twice, or has no key. Nothing
// is sent then, and otherwise everything is.
func TestRowsThatShareAKeyAreToldWheneverThereAreSome(t *testing.T) {
	g := compiled(t, t.TempDir(), synced("mirror", "    limits: {max_delete: 100%}\n"))
	rapid.Check(t, func(t *rapid.T) {
		h := newSyncHarness(t, g)
		defer h.duck.Close() //nolint:errcheck // it is in memory
		m := newMemory()
		for range rapid.IntRange(1, 4).Draw(t, "runs") {
			h.edit(t)
			wrong := rapid.SampledFrom([]string{
				"select 1", "select 1", "insert into people values (null, 'x', 'X')", "insert into people select * from people order by id limit 1",
				"insert into people select id, 'other', email from people order by id desc limit 1",
			}).Draw(t, "wrong")
			before := len(h.rows(t, "select * from people"))
			h.exec(t, wrong)
			bad := len(h.rows(t, "select * from people")) > before
			result, err := h.run(t, m, SyncOptions{}, alive)
			var held *diag.Errors
			if err != nil || errors.As(result.Err, &held) != bad || bad == (result.State == SyncDone) {
				t.Fatalf("%s: %s: %v, %v", wrong, result.State, result.Err, err)
			}
			if bad {
				h.exec(t, "delete from people where id is null or id in (select id from people group by id having count(*) > 1)")
				continue
			}
			if diff := cmp.Diff(h.model(t), m.records); diff != "" {
				t.Fatalf("destination (-model +records):\n%s", diff)
			}
		}
	})
}

// rows are those of a query.
func (h *syncHarness) rows(t rapid.TB, sql string) [][]any {
	t.Helper()
	conn, err := h.duck.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	found, err := conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]any
	for row, err := range found.All {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, slices.Clone(row))
	}
	return out
}
