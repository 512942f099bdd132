package runner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
)

// snapped is how a snapshot is configured.
type snapped struct {
	strategy string // "timestamp", "all" for check_cols: all, or the columns that are checked
	deletes  string
	current  string // dbt_valid_to_current
	twoKeys  bool
}

func (s snapped) project() string {
	config := "strategy: check, check_cols: [" + s.strategy + "]"
	switch s.strategy {
	case "timestamp":
		config = "strategy: timestamp, updated_at: changed_at"
	case "all":
		config = "strategy: check, check_cols: all"
	}
	config += ", hard_deletes: " + s.deletes
	if s.current != "" {
		config += `, dbt_valid_to_current: "` + s.current + `"`
	}
	key := "id"
	if s.twoKeys {
		key = "[id, kind]"
	}
	return shop + `
-- models/snapshots.yml --
sources: [{name: raw, schema: main, tables: [{name: src}]}]
snapshots:
  - name: history
    relation: source('raw', 'src')
    config: {unique_key: ` + key + ", " + config + "}\n"
}

// row is the state of a row of the source; stamp is greater for each change that its changed_at tells of.
type row struct {
	values map[string]string
	stamp  int
}

// version is what a snapshot is to know of a row for some time.
type version struct {
	row
	deleted bool
	open    bool
	cut     bool // ended by a delete, so that the next version need not begin where it ends
}

// model is a source, and the history that its snapshot is to have.
type model struct {
	snapped
	source  map[int]row
	columns []string // of the source, beyond the key and changed_at
	known   []string // of the history
	history map[int][]version
	clock   int
}

func (m *model) take() {
	added := m.history != nil && slices.ContainsFunc(m.columns, func(c string) bool { return m.checks(c) && !slices.Contains(m.known, c) })
	if m.history == nil {
		m.history = map[int][]version{}
	}
	for key, r := range m.source {
		m.see(key, r, added)
	}
	for key, versions := range m.history {
		if _, there := m.source[key]; !there && m.deletes != "ignore" {
			m.miss(key, versions)
		}
	}
	for _, c := range m.columns {
		if !slices.Contains(m.known, c) {
			m.known = append(m.known, c)
		}
	}
}

func (m *model) checks(column string) bool {
	return m.strategy == "all" || m.strategy == column
}

// see tells the history of a row of the source.
func (m *model) see(key int, r row, added bool) {
	versions := m.history[key]
	if n := len(versions); n > 0 && versions[n-1].open {
		last := &versions[n-1]
		if !last.deleted && !m.changed(last.row, r) && !added {
			return
		}
		last.open = false
	}
	m.history[key] = append(versions, version{row: row{maps.Clone(r.values), r.stamp}, open: true})
}

func (m *model) changed(was, is row) bool {
	if m.strategy == "timestamp" {
		return is.stamp > was.stamp
	}
	if m.strategy == "all" && is.stamp != was.stamp {
		return true // changed_at is a column too
	}
	return slices.ContainsFunc(m.columns, func(c string) bool { return m.checks(c) && was.values[c] != is.values[c] })
}

// miss tells the history of a row that is gone.
func (m *model) miss(key int, versions []version) {
	last := &versions[len(versions)-1]
	if !last.open || last.deleted {
		return
	}
	last.open = false
	if m.deletes == "invalidate" {
		last.cut = true
		return
	}
	values := map[string]string{}
	for _, c := range m.columns { // a column that the source does not have any more is not known of a delete
		if slices.Contains(m.known, c) {
			values[c] = last.values[c]
		}
	}
	m.history[key] = append(versions, version{row: row{values: values}, deleted: true, open: true})
}

// lines are the history, a line a version.
func (m *model) lines() []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(m.history)) {
		for _, v := range m.history[key] {
			line := fmt.Sprintf("%d open=%v deleted=%v", key, v.open, v.deleted)
			for _, c := range m.known {
				line += " " + c + "=" + v.values[c]
			}
			out = append(out, line)
		}
	}
	return out
}

// world is a model and the warehouse that is to agree with it.
type world struct {
	*model
	t     *rapid.T
	graph *compiler.Graph
	w     adapters.Warehouse
}

func (x *world) exec(sql string) {
	x.t.Helper()
	s, err := x.w.Connect(context.Background())
	if err == nil {
		_, err = s.Exec(context.Background(), sql)
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		x.t.Fatalf("%s: %v", sql, err)
	}
}

// ask runs a query of one column.
func (x *world) ask(sql string) []string {
	x.t.Helper()
	s, err := x.w.Connect(context.Background())
	if err != nil {
		x.t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // a failure shows in what follows
	rows, err := s.Query(context.Background(), sql)
	if err != nil {
		x.t.Fatalf("%s: %v", sql, err)
	}
	var out []string
	for row, err := range rows.All {
		if err != nil {
			x.t.Fatal(err)
		}
		out = append(out, fmt.Sprint(row[0]))
	}
	return out
}

// change changes the source, in a random way.
func (x *world) change() {
	key := rapid.IntRange(1, 4).Draw(x.t, "key")
	value := rapid.SampledFrom([]string{"", "a", "b", "it's"}).Draw(x.t, "value")
	column := rapid.SampledFrom(x.columns).Draw(x.t, "column")
	r, there := x.source[key]
	x.clock++
	switch what := rapid.SampledFrom([]string{"upsert", "upsert", "silent", "delete", "add column", "drop column"}).Draw(x.t, "change"); {
	case what == "upsert" && !there:
		x.source[key] = row{map[string]string{column: value}, x.clock}
		x.exec(fmt.Sprintf("insert into src (id, kind, changed_at, %s) values (%d, 'k', now()::timestamp, %s)", column, key, literal(value)))
	case what == "upsert":
		r.values[column] = value
		x.source[key] = row{r.values, x.clock}
		x.exec(fmt.Sprintf("update src set changed_at = now()::timestamp, %s = %s where id = %d", column, literal(value), key))
	case what == "silent" && there:
		r.values[column] = value
		x.exec(fmt.Sprintf("update src set %s = %s where id = %d", column, literal(value), key))
	case what == "delete" && there:
		delete(x.source, key)
		x.exec(fmt.Sprintf("delete from src where id = %d", key))
	case what == "add column" && len(x.columns) < 4:
		c := fmt.Sprintf("c%d", x.clock)
		x.columns = append(x.columns, c)
		for _, r := range x.source {
			r.values[c] = "new"
		}
		x.exec("alter table src add column " + c + " varchar default 'new'")
		x.exec("alter table src alter column " + c + " drop default")
	case what == "drop column" && column != "v":
		x.columns = slices.DeleteFunc(x.columns, func(c string) bool { return c == column })
		for _, r := range x.source {
			delete(r.values, column)
		}
		x.exec("alter table src drop column " + column)
	}
}

// literal is a value in SQL; there is none for the empty text.
func literal(value string) string {
	if value == "" {
		return "null"
	}
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}

// snapshot runs the snapshot; on a warehouse that goes away before a statement, it fails, or it does not get that far.
func (x *world) snapshot(left int) (ended bool) {
	ctx := context.Background()
	r := &Runner{Graph: x.graph, Warehouse: &leaving{x.w, &left}, Threads: 1}
	n := x.graph.Nodes["snapshot.shop.history"]
	r.Options.Selected = []string{n.ID}
	seen, err := r.Observe(ctx, []*compiler.Node{n})
	if err != nil {
		return false
	}
	p, err := plan.New(x.graph, seen, r.Options)
	if err != nil {
		x.t.Fatal(err)
	}
	results, err := r.Run(ctx, p)
	if left >= 0 && (err != nil || results.Failed()) {
		x.t.Fatalf("%v %v", err, results.All[0].Err)
	}
	return left >= 0
}

// check compares the history with the model's.
func (x *world) check() {
	x.t.Helper()
	list := ""
	for _, c := range x.known {
		list += fmt.Sprintf(" || ' %s=' || coalesce(%s, '')", c, c)
	}
	deleted := "'False'"
	if x.deletes == "new_record" {
		deleted = "dbt_is_deleted"
	}
	open := "(dbt_valid_to is null)"
	if x.current != "" {
		open = "(dbt_valid_to = " + x.current + ")"
	}
	got := x.ask(fmt.Sprintf("select id || ' open=' || %s || ' deleted=' || lower(%s)%s from history order by id, dbt_valid_from", open, deleted, list))
	if diff := cmp.Diff(x.lines(), got); diff != "" {
		x.t.Fatalf("history mismatch (-want +got):\n%s", diff)
	}
	if n := x.ask("select count(*) from history group by dbt_scd_id having count(*) > 1"); len(n) > 0 {
		x.t.Fatalf("versions share an identifier: %v", x.ask("select id || ' ' || dbt_valid_from || ' ' || dbt_scd_id from history order by 1"))
	}
	x.checkTimes()
}

// checkTimes tells whether each version begins where the one before it ends, or later if that was ended by a delete.
func (x *world) checkTimes() {
	x.t.Helper()
	var want []string
	for _, key := range slices.Sorted(maps.Keys(x.history)) {
		for i, v := range x.history[key] {
			switch {
			case i+1 == len(x.history[key]):
				want = append(want, "last")
			case v.cut:
				want = append(want, "before")
			default:
				want = append(want, "until")
			}
		}
	}
	got := x.ask(`
		select case when next is null then 'last' when dbt_valid_to = next then 'until' when dbt_valid_to < next then 'before' else 'after' end
		from (select *, lead(dbt_valid_from) over (partition by id order by dbt_valid_from) as next from history) as versions
		order by id, dbt_valid_from`)
	if diff := cmp.Diff(want, got); diff != "" {
		x.t.Fatalf("times mismatch (-want +got):\n%s", diff)
	}
}

// leaving is a warehouse that is gone after some statements.
type leaving struct {
	adapters.Warehouse
	left *int
}

// Connect implements adapters.Warehouse.
func (w *leaving) Connect(ctx context.Context) (adapters.Adapter, error) {
	s, err := w.Warehouse.Connect(ctx)
	return &leavingSession{s, w.left}, err
}

type leavingSession struct {
	adapters.Adapter
	left *int
}

func (s *leavingSession) gone() error {
	if *s.left--; *s.left < 0 {
		return &adapters.Error{Message: "the warehouse is gone", Position: -1}
	}
	return nil
}

// Exec implements adapters.Adapter. Statements that are sent together are run one after the other, so that it may go between them.
func (s *leavingSession) Exec(ctx context.Context, sql string) (stats adapters.Stats, err error) {
	for _, part := range strings.SplitAfter(sql, ";\n") {
		if err = s.gone(); err != nil {
			return stats, err
		}
		if stats, err = s.Adapter.Exec(ctx, part); err != nil {
			return stats, err
		}
	}
	return stats, nil
}

// Query implements adapters.Adapter.
func (s *leavingSession) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	if err := s.gone(); err != nil {
		return nil, err
	}
	return s.Adapter.Query(ctx, sql)
}

const forever = 1 << 30

func TestASnapshotNeitherLosesNorDoublesHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, history(t, func(s snapped) string { return s.project() }, func(rt *rapid.T) (adapters.Warehouse, func()) {
		w, err := duckdb.Driver.Open(context.Background(), adapters.Config{"path": ":memory:"})
		if err != nil {
			rt.Fatal(err)
		}
		return w, func() { _ = w.Close() } // nothing is to be kept
	}))
}

// postgresHistories is how many histories are tried on Postgres, where each takes a while.
const postgresHistories = 20

func TestASnapshotOnPostgresNeitherLosesNorDoublesHistory(t *testing.T) {
	t.Parallel()
	profile, w := onPostgres(t, shop)
	profile = strings.Replace(profile, `"analytics"`, `"public"`, 1)
	on := func(s snapped) string {
		return strings.Replace(strings.Replace(s.project(), shop, profile, 1), "schema: main, tables", "schema: public, tables", 1)
	}
	tried, failed := 0, false // one that fails is tried again in smaller forms, as often as that takes
	check := history(t, on, func(rt *rapid.T) (adapters.Warehouse, func()) {
		(&world{t: rt, w: w}).exec("drop schema public cascade; create schema public")
		return w, func() {}
	})
	rapid.Check(t, func(rt *rapid.T) {
		if tried++; tried > postgresHistories && !failed {
			return
		}
		was := failed
		failed = true
		check(rt)
		failed = was
	})
}

// history is the property: whatever happens to a source, and wherever the warehouse goes away, the snapshot's history is the model's.
func history(t *testing.T, project func(snapped) string, fresh func(*rapid.T) (w adapters.Warehouse, done func())) func(*rapid.T) {
	graphs := map[snapped]*compiler.Graph{}
	return func(rt *rapid.T) {
		s := snapped{
			strategy: rapid.SampledFrom([]string{"timestamp", "all", "v"}).Draw(rt, "strategy"),
			deletes:  rapid.SampledFrom([]string{"ignore", "invalidate", "new_record"}).Draw(rt, "deletes"),
			current:  rapid.SampledFrom([]string{"", "timestamp '9999-12-31'"}).Draw(rt, "current"),
			twoKeys:  rapid.Bool().Draw(rt, "two keys"),
		}
		if graphs[s] == nil {
			graphs[s] = compiled(t, t.TempDir(), project(s))
		}
		w, done := fresh(rt)
		defer done()
		x := &world{model: &model{snapped: s, source: map[int]row{}, columns: []string{"v", "w"}}, t: rt, graph: graphs[s], w: w}
		x.exec("create table src (id integer, kind varchar, changed_at timestamp, v varchar, w varchar)")
		for range rapid.IntRange(1, 5).Draw(rt, "snapshots") {
			for range rapid.IntRange(0, 4).Draw(rt, "changes") {
				x.change()
			}
			if !x.snapshot(rapid.IntRange(0, 12).Draw(rt, "statements")) {
				if x.history != nil {
					x.check()
				}
				x.snapshot(forever)
			}
			x.take()
			x.check()
		}
	}
}
