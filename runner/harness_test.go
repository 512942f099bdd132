package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// shop is the least that a project needs besides its models.
const shop = `
-- dbt_project.yml --
name: shop
version: '1.0'
profile: shop
-- profiles.yml --
shop:
  target: dev
  outputs:
    dev: {type: duckdb, path: ':memory:', schema: main}
`

// compiled compiles a project given as txtar.
func compiled(t testing.TB, dir, archive string) *compiler.Graph {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, ProfilesDir: dir, Env: map[string]string{}})
	if problems.HasErrors() {
		t.Fatalf("load: %v", problems.Err())
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.Named(p.Target.Type), Invocation: &macros.Invocation{ID: "test"}})
	if problems.HasErrors() {
		t.Fatalf("compile: %v", problems.Err())
	}
	return g
}

// everything are the nodes of a graph that a build runs, in order.
func everything(g *compiler.Graph) (nodes []*compiler.Node, ids []string) {
	for _, n := range g.Order {
		switch n.Type {
		case compiler.Model, compiler.Seed, compiler.Test:
			nodes = append(nodes, n)
			ids = append(ids, n.ID)
		}
	}
	return nodes, ids
}

// build observes, plans and runs all nodes.
func build(ctx context.Context, t testing.TB, r *Runner) (*Results, error) {
	t.Helper()
	nodes, ids := everything(r.Graph)
	r.Options.Selected = ids
	seen, err := r.Observe(ctx, nodes)
	if err != nil {
		return nil, err
	}
	p, err := plan.New(r.Graph, seen, r.Options)
	if err != nil {
		t.Fatal(err)
	}
	return r.Run(ctx, p)
}

// lines are results as text: "orders success", in order of finishing.
func lines(r *Results) []string {
	var out []string
	for _, x := range r.All {
		line := x.Node.Name + " " + string(x.Status)
		if x.Because != nil {
			line += " because of " + x.Because.Name
		}
		out = append(out, line)
	}
	return out
}

// sorted is a sorted copy.
func sorted(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return out
}

// script is a warehouse in memory that does what it is told.
type script struct {
	tables []*relation.Table
	// answer is asked about each statement, without its comment; nil answers nothing. Its error is the statement's.
	answer func(ctx context.Context, sql string) ([][]any, error)

	mu       sync.Mutex
	log      []string
	sessions int
	open     int
}

var _ adapters.Warehouse = (*script)(nil)

// Connect implements adapters.Warehouse.
func (w *script) Connect(context.Context) (adapters.Adapter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sessions++
	w.open++
	return &scripted{w: w}, nil
}

// Close implements adapters.Warehouse.
func (w *script) Close() error { return nil }

// statements are those that were sent, without comments and in one line each.
func (w *script) statements() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.log)
}

type scripted struct{ w *script }

// plain is a statement without its comment, in one line.
func plain(sql string) string {
	if _, rest, ok := strings.Cut(sql, "*/\n"); ok && strings.Contains(sql, "/* {") {
		begin := ""
		if strings.HasPrefix(sql, beginSQL+";") {
			begin = beginSQL + "; "
		}
		sql = begin + rest
	}
	return strings.Join(strings.Fields(sql), " ")
}

func (s *scripted) did(ctx context.Context, sql string) ([][]any, error) {
	sql = plain(sql)
	s.w.mu.Lock()
	s.w.log = append(s.w.log, sql)
	s.w.mu.Unlock()
	if s.w.answer == nil {
		return nil, nil
	}
	return s.w.answer(ctx, sql)
}

// Exec implements adapters.Adapter.
func (s *scripted) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	_, err := s.did(ctx, sql)
	return adapters.Stats{Message: "OK", Rows: -1}, err
}

// Query implements adapters.Adapter.
func (s *scripted) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	rows, err := s.did(ctx, sql)
	if err != nil {
		return nil, err
	}
	result := &adapters.Rows{Close: func() error { return nil }}
	for _, name := range []string{"failures", "should_warn", "should_error"} {
		result.Columns = append(result.Columns, relation.Column{Name: name})
	}
	result.All = func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
	return result, nil
}

// Inspect implements adapters.Adapter.
func (s *scripted) Inspect(context.Context, ...relation.Relation) (*relation.Catalog, error) {
	return relation.NewCatalog(s.w.tables...), nil
}

// Load implements adapters.Adapter.
func (s *scripted) Load(_ context.Context, _ relation.Table, rows iter.Seq2[[]any, error]) (adapters.Stats, error) {
	stats := adapters.Stats{Message: "INSERT", Code: "INSERT"}
	for _, err := range rows {
		if err != nil {
			return stats, err
		}
		stats.Rows++
	}
	return stats, nil
}

// Close implements adapters.Adapter.
func (s *scripted) Close() error {
	s.w.mu.Lock()
	defer s.w.mu.Unlock()
	s.w.open--
	return nil
}

// existing makes the schema main known to exist, so that no test sees it created.
func existing(names ...string) []*relation.Table {
	out := []*relation.Table{{Relation: relation.Relation{Database: "memory", Schema: "main", Name: "unrelated"}, Kind: relation.BaseTable}}
	for _, n := range names {
		out = append(out, &relation.Table{Relation: relation.Relation{Database: "memory", Schema: "main", Name: n}, Kind: relation.BaseTable})
	}
	return out
}

// refuse fails the statements that contain a text.
func refuse(text string, err error) func(context.Context, string) ([][]any, error) {
	return func(_ context.Context, sql string) ([][]any, error) {
		if strings.Contains(sql, text) {
			return nil, err
		}
		return [][]any{{int64(0), false, false}}, nil
	}
}

var errRefused = &adapters.Error{Message: "no such thing", Position: -1}

// recorder keeps events as text.
type recorder struct {
	mu  sync.Mutex
	all []string
}

func (r *recorder) report(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := e.(type) {
	case Started:
		r.all = append(r.all, fmt.Sprintf("started %d", len(e.Plan.Steps)))
	case StepStarted:
		r.all = append(r.all, fmt.Sprintf("%d of %d %s", e.Number, e.Total, e.Step.Node.Name))
	case StepFinished:
		r.all = append(r.all, fmt.Sprintf("%d of %d %s %s", e.Number, e.Total, e.Result.Node.Name, e.Result.Status))
	case Retrying:
		r.all = append(r.all, fmt.Sprintf("retrying %s %d %s", e.Node.Name, e.Attempt, e.Wait))
	case Logged:
		r.all = append(r.all, e.Level+": "+e.Text)
	case Finished:
		r.all = append(r.all, "finished")
	}
}

// noWait makes retries immediate.
func noWait(context.Context, time.Duration) error { return nil }

var errGone = errors.Join(&adapters.Error{Kind: adapters.Transient, Message: "connection lost", Position: -1}, adapters.ErrBroken)
