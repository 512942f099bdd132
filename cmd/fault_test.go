package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/relation"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// fault is something that goes wrong with one statement of a call of mod.
type fault string

const (
	killed     fault = "the process is killed before"      // nothing is done from then on, and what is open is taken back
	killedThen fault = "the process is killed after"       // the statement is carried out, and nobody hears of that
	lost       fault = "the connection is lost before"     // what is open is taken back; others go on
	lostThen   fault = "the connection is lost after"      // the same, once the statement was carried out
	full       fault = "the disk is full at"               // it is refused, and the session goes on
	none       fault = "nothing goes wrong; counted up to" // the statements are counted
)

var faults = []fault{killed, killedThen, lost, lostThen, full}

// doom counts the statements of a call, and has the n-th go wrong.
type doom struct {
	fault fault
	at    int

	mu       sync.Mutex
	count    int
	kinds    []string // of what sort each statement was
	dead     bool
	sessions []*doomed
}

type doomedWarehouse struct {
	adapters.Warehouse
	*doom
}

type doomed struct {
	adapters.Adapter
	doom   *doom
	closed bool
}

// over puts the doom between mod and a warehouse.
func (d *doom) over(w adapters.Warehouse) adapters.Warehouse { return doomedWarehouse{w, d} }

// Exclusive implements adapters.Exclusive.
func (w doomedWarehouse) Exclusive() bool {
	e, ok := w.Warehouse.(adapters.Exclusive)
	return ok && e.Exclusive()
}

// Connect implements adapters.Warehouse.
func (w doomedWarehouse) Connect(ctx context.Context) (adapters.Adapter, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return nil, errDead
	}
	conn, err := w.Warehouse.Connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &doomed{Adapter: conn, doom: w.doom}
	w.sessions = append(w.sessions, s)
	return s, nil
}

var (
	errDead = fmt.Errorf("%w: the process is dead", adapters.ErrBroken)
	errLost = fmt.Errorf("%w: the connection is lost", adapters.ErrBroken)
	errFull = errors.New("no space left on device")
)

// does carries out what a session does, unless it goes wrong. Sessions have their turns one after the other, so that death comes to all of them at once.
func (s *doomed) does(kind string, do func() error) error {
	d := s.doom
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead || s.closed {
		return errDead
	}
	d.count++
	d.kinds = append(d.kinds, kind)
	if d.count != d.at {
		return do()
	}
	var err error
	switch d.fault {
	case full:
		return errFull
	case killedThen, lostThen:
		err = do()
	}
	if d.fault == killed || d.fault == killedThen {
		d.dead = true
		for _, other := range d.sessions {
			err = errors.Join(err, other.end())
		}
		return errors.Join(errDead, err)
	}
	return errors.Join(errLost, err, s.end())
}

func (s *doomed) end() error {
	if s.closed {
		return nil
	}
	s.closed = true
	return s.Adapter.Close()
}

// Close implements adapters.Adapter.
func (s *doomed) Close() error {
	s.doom.mu.Lock()
	defer s.doom.mu.Unlock()
	return s.end()
}

// Exec implements adapters.Adapter. Of a transaction that is sent in one piece each statement can go wrong.
func (s *doomed) Exec(ctx context.Context, sql string) (stats adapters.Stats, err error) {
	begin, rest, several := strings.Cut(sql, ";\n")
	if several && strings.HasSuffix(begin, "begin") {
		if err := s.does("begin", func() error { _, err := s.Adapter.Exec(ctx, begin); return err }); err != nil {
			return stats, err
		}
		sql = rest
	}
	err = s.does(kindOf(sql), func() (err error) { stats, err = s.Adapter.Exec(ctx, sql); return err })
	return stats, err
}

// Query implements adapters.Adapter.
func (s *doomed) Query(ctx context.Context, sql string) (rows *adapters.Rows, err error) {
	err = s.does("query "+kindOf(sql), func() (err error) { rows, err = s.Adapter.Query(ctx, sql); return err })
	if err != nil && rows != nil {
		err = errors.Join(err, rows.Close())
	}
	return rows, err
}

// Inspect implements adapters.Adapter.
func (s *doomed) Inspect(ctx context.Context, schemas ...relation.Relation) (c *relation.Catalog, err error) {
	err = s.does("inspect", func() (err error) { c, err = s.Adapter.Inspect(ctx, schemas...); return err })
	return c, err
}

// Load implements adapters.Adapter.
func (s *doomed) Load(ctx context.Context, into relation.Table, rows iter.Seq2[[]any, error]) (stats adapters.Stats, err error) {
	err = s.does("load", func() (err error) { stats, err = s.Adapter.Load(ctx, into, rows); return err })
	return stats, err
}

// statementWords are those of a statement that tell what it does to what: the first ones in front of a name, and the table of the state if it is one.
var statementWords = regexp.MustCompile(`(?i)^\s*((?:/\*.*?\*/\s*|--[^\n]*\n\s*)*)([a-z]+(?:\s+(?:or replace|temporary|table|view|schema|into|from|index|if|not|exists|transaction)\b)*)|"?mod"?\."?([a-z]+)`)

// kindOf is what sort of statement it is: "insert into builds", "create table", "commit".
func kindOf(sql string) string {
	verb, of := "", ""
	for _, m := range statementWords.FindAllStringSubmatch(sql, -1) {
		if verb == "" {
			verb = strings.Join(strings.Fields(strings.ToLower(m[2])), " ")
		}
		if of == "" && m[3] != "" {
			of = " of " + m[3]
		}
	}
	return verb + of
}

// sample are the statements that go wrong in the i-th way: all of them, or of every other kind one in one of the ways. Which kinds, which way, and which one of the kind, goes on
// with the turn, so that each kind has its turn in a story with the state here or elsewhere, and what all stories do goes wrong in each way.
func sample(kinds []string, i, turn int, whole bool) (at []int) {
	names, of := []string{}, map[string][]int{}
	for n, kind := range kinds {
		if of[kind] == nil {
			names = append(names, kind)
		}
		of[kind] = append(of[kind], n+1)
	}
	slices.Sort(names)
	for k, kind := range names {
		switch {
		case whole:
			at = append(at, of[kind]...)
		case (k+turn)%2 == 0 && (k+turn)%len(faults) == i:
			at = append(at, of[kind][turn%len(of[kind])])
		}
	}
	return at
}

// warehouse is what the file of the warehouse is called, where it is one.
const warehouse = "shop.duckdb"

// spoilt is a project in a folder, of which calls go wrong.
type spoilt struct {
	*testing.T
	dir   string
	today time.Time // what mod is told to be now, and what it notes, are not to be far apart
	// server is its database on Postgres; nil if the warehouse is a DuckDB file in the folder.
	server adapters.Config
}

// day is the day that is so many before today.
func (p spoilt) day(before int) string { return p.today.AddDate(0, 0, -before).Format(time.DateOnly) }

// call runs mod, with a doom over it or none, and returns its status and what it said. {3} stands for the day that is three before today.
func (p spoilt) call(d *doom, args ...string) (int, string) {
	args = slices.Clone(args)
	for i := range args {
		args[i] = strings.NewReplacer("{3}", p.day(3), "{1}", p.day(1)).Replace(args[i])
	}
	var said strings.Builder
	s := System{Out: &said, Err: &said, Env: map[string]string{"MOD_NOW": p.today.Format(time.RFC3339)}, Dir: p.dir, Now: time.Now}
	if d != nil {
		s.between = d.over
	}
	status := Run(p.Context(), s, args...)
	return status, said.String()
}

// well is a call that has to end well.
func (p spoilt) well(args ...string) {
	p.Helper()
	if status, said := p.call(nil, args...); status != 0 {
		p.Fatalf("mod %s ended with status %d:\n%s", strings.Join(args, " "), status, said)
	}
}

// target is how the project says where its warehouse is.
func (p spoilt) target() string {
	c := adapters.Config{"type": "duckdb", "path": filepath.Join(p.dir, warehouse)}
	if p.server != nil {
		c = maps.Clone(p.server)
		c["schema"] = "main"
	}
	c["threads"] = 1
	text, err := json.Marshal(c)
	if err != nil {
		p.Fatal(err)
	}
	return string(text)
}

// write writes the project as a version has it. The warehouse, and the state if it is elsewhere, are files beside it.
func (p spoilt) write(version int, elsewhere bool) {
	p.Helper()
	state := ""
	if elsewhere {
		state = "state: {target: notes}\n"
	}
	files := map[string]string{
		"project.yml":           fmt.Sprintf("name: shop\n%stargets:\n  dev: %s\n  notes: {type: duckdb, path: '%s'}\nmodels: {+materialized: table}\n", state, p.target(), filepath.Join(p.dir, "notes.duckdb")),
		"seeds/raw.csv":         fmt.Sprintf("id,happened,amount\n1,%[1]s,%[4]d\n2,%[2]s,%[4]d\n3,%[3]s,%[4]d\n", p.day(3), p.day(2), p.day(1), version),
		"models/orders.sql":     fmt.Sprintf("{{ config(keep_previous=true, indexes=[{'columns': ['id']}]) }} select id, amount + %d as amount from {{ ref('raw') }}", version),
		"models/latest.sql":     "{{ config(materialized='view') }} select max(amount) as amount from {{ ref('orders') }}",
		"models/revenue.sql":    "select sum(amount) as total from {{ ref('orders') }}",
		"models/log.sql":        "{{ config(materialized='incremental') }} select id, amount from {{ ref('raw') }}{% if is_incremental() %} where id > (select max(id) from {{ this }}){% endif %}",
		"models/events.sql":     "{{ config(materialized='view', event_time='happened') }} select id, cast(happened as timestamp) as happened, amount from {{ ref('raw') }}",
		"models/daily.sql":      fmt.Sprintf("{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', batch_size='day', begin='%s', unique_key=('id' if target.type == 'postgres' else none)) }} select id, happened, amount * %d as amount from {{ ref('events') }}", p.day(3), version),
		"models/days.sql":       "select count(*) as days, sum(amount) as amount from {{ ref('daily') }}",
		"models/properties.yml": "models: [{name: orders, columns: [{name: id, data_tests: [unique, not_null]}]}]\n",
	}
	for name, text := range files {
		path := filepath.Join(p.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			p.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			p.Fatal(err)
		}
	}
}

// ask asks the warehouse, past mod.
func (p spoilt) ask(file, sql string) (out []string) {
	p.Helper()
	driver, config := duckdb.Driver, adapters.Config{"path": filepath.Join(p.dir, file)}
	if p.server != nil && file == warehouse {
		driver, config = postgres.Driver, p.server
	}
	w, err := driver.Open(p.Context(), config)
	if err != nil {
		p.Fatal(err)
	}
	conn, err := w.Connect(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	rows, err := conn.Query(p.Context(), sql)
	if err != nil {
		p.Fatalf("%s: %v", sql, err)
	}
	for row, err := range rows.All {
		if err != nil {
			p.Fatal(err)
		}
		out = append(out, strings.Trim(fmt.Sprint(row...), "[]"))
	}
	if err := errors.Join(conn.Close(), w.Close()); err != nil {
		p.Fatal(err)
	}
	return out
}

// contents are the rows of all relations of schemas, but for those of which it does not matter, and of the state.
func (p spoilt) contents(schemas string, but ...string) map[string][]string {
	p.Helper()
	out := map[string][]string{}
	for _, name := range p.ask(warehouse, "select table_schema || '.' || table_name from information_schema.tables where table_schema like '"+schemas+"' order by 1") {
		if !slices.Contains(but, name) {
			out[name] = p.ask(warehouse, "select cast(t as varchar) from "+name+" as t order by 1")
		}
	}
	return out
}

// expireLeases is what time does to the leases of a process that is gone; here it goes on.
func (p spoilt) expireLeases(file string) {
	p.Helper()
	if len(p.ask(file, "select 1 from information_schema.tables where table_schema = 'mod' and table_name = 'leases'")) > 0 {
		p.ask(file, "update mod.leases set until_at = null returning 1")
	}
}

// renameDatabase has the state say the name that the copy of a database has.
func (p spoilt) renameDatabase() {
	p.Helper()
	for _, table := range p.ask(warehouse, "select table_name from information_schema.columns where table_schema = 'mod' and column_name = 'database_name'") {
		p.ask(warehouse, "update mod."+table+" set database_name = current_database() returning 1")
	}
}

// copied is the project as it is, in a folder of its own.
func (p spoilt) copied(version int, elsewhere bool) spoilt {
	p.Helper()
	out := spoilt{p.T, p.TempDir(), p.today, nil}
	if p.server != nil {
		out.server = postgrestest.Copy(p, p.server)
		out.renameDatabase()
	}
	for _, name := range []string{warehouse, "notes.duckdb"} {
		text, err := os.ReadFile(filepath.Join(p.dir, name))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(out.dir, name), text, 0o644)
		}
		if err != nil {
			p.Fatal(err)
		}
	}
	out.write(version, elsewhere)
	return out
}

// story is a call that goes wrong, and what follows it.
type story struct {
	name   string
	before [][]string // calls after version 1 was built, of version 2
	call   []string
	then   [][]string // calls that have to make good whatever went wrong
	// same are the schemas whose relations, but for some, have to be in the end what they are where nothing goes wrong.
	same string
	but  []string
}

var stories = []story{
	{name: "apply", call: []string{"apply", "--yes"}, then: [][]string{{"apply", "--yes"}}, same: "main%", but: []string{"main.orders__mod_previous"}},
	{
		name: "promote", before: [][]string{{"apply", "--yes", "--env", "pr-1"}}, call: []string{"promote", "pr-1", "--yes"},
		then: [][]string{{"promote", "pr-1", "--yes"}, {"apply", "--yes"}}, same: "main%", but: []string{"main.orders__mod_previous"},
	},
	{
		name: "rollback", before: [][]string{{"apply", "--yes"}}, call: []string{"rollback", "orders", "--yes"},
		then: [][]string{{"apply", "--yes"}}, same: "main%", but: []string{"main.orders__mod_previous"},
	},
	{
		name: "backfill", before: [][]string{{"apply", "--yes"}}, call: []string{"backfill", "daily", "--from", "{3}", "--to", "{1}", "--downstream", "--yes"},
		then: [][]string{{"apply", "--yes"}}, same: "main%", but: []string{"main.orders__mod_previous"},
	},
	{
		name: "gc", before: [][]string{{"apply", "--yes"}, {"apply", "--yes", "--env", "pr-1"}, {"build", "--env", "pr-1"}}, call: []string{"gc", "--env", "pr-1", "--yes"},
		then: [][]string{{"gc", "--env", "pr-1", "--yes"}, {"gc", "--undo", "--yes"}}, same: "main%", but: []string{"main.orders__mod_previous"},
	},
}

// allFaults is the variable by which the test has every statement go wrong in every way, as make conformance does: else it is a sample of each kind of statement.
const allFaults = "MOD_ALL_FAULTS"

// TestWhateverGoesWrongTheNextCallsMakeItGood has each statement of calls go wrong in each way there is. The calls that follow have to find out what is left to do: nothing is
// lost, nothing is there twice, nothing is left over, and nothing is to be done in the end.
func TestWhateverGoesWrongTheNextCallsMakeItGood(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("has hundreds of calls go wrong")
	}
	for turn, s := range stories {
		t.Run(s.name+" elsewhere=false", func(t *testing.T) {
			t.Parallel()
			s.goesWrong(t, false, turn, nil)
		})
		t.Run(s.name+" elsewhere=true", func(t *testing.T) {
			t.Parallel()
			s.goesWrong(t, true, turn+len(stories), nil)
		})
		t.Run(s.name+" on Postgres", func(t *testing.T) {
			t.Parallel()
			s.goesWrong(t, false, turn+1, postgrestest.Config(t))
		})
	}
}

func (s story) goesWrong(t *testing.T, elsewhere bool, turn int, server adapters.Config) {
	base := spoilt{t, t.TempDir(), time.Now().UTC().Truncate(time.Second), server}
	base.write(1, elsewhere)
	base.well("apply", "--yes")
	base.write(2, elsewhere)
	for _, call := range s.before {
		base.well(call...)
	}
	good, count := base.copied(2, elsewhere), &doom{fault: none}
	if status, said := good.call(count, s.call...); status != 0 {
		t.Fatalf("with nothing going wrong it ended with status %d:\n%s", status, said)
	}
	for _, call := range s.then {
		good.well(call...)
	}
	good.well("plan", "--exit-code")
	same := s.same
	if server != nil {
		same = "main" // the views of the environment go with what they read at home, if that is built anew
	}
	want := good.contents(same, s.but...)
	if len(want["main.log"]) != 3 {
		t.Errorf("with nothing going wrong log has the rows %s, want 3", want["main.log"])
	}
	kinds := slices.Compact(slices.Sorted(slices.Values(count.kinds)))
	t.Logf("%d statements of %d kinds: %s", count.count, len(kinds), strings.Join(kinds, ", "))
	calls := 0
	notes := warehouse
	if elsewhere {
		notes = "notes.duckdb"
	}
	for i, f := range faults {
		for _, at := range sample(count.kinds, i, turn, os.Getenv(allFaults) != "") {
			calls++
			p := base.copied(2, elsewhere)
			d := &doom{fault: f, at: at}
			_, said := p.call(d, s.call...)
			p.expireLeases(notes)
			for _, call := range s.then {
				if status, then := p.call(nil, call...); status != 0 {
					t.Fatalf("%s statement %d of %d: mod %s ended with status %d:\n%s\nafter:\n%s", f, at, count.count, strings.Join(call, " "), status, then, said)
				}
			}
			if status, then := p.call(nil, "plan", "--exit-code"); status != 0 {
				t.Errorf("%s statement %d of %d: something is left to do:\n%s\nafter:\n%s", f, at, count.count, then, said)
			}
			if diff := cmp.Diff(want, p.contents(same, s.but...)); diff != "" {
				t.Fatalf("%s statement %d of %d: what is there differs (-want +got):\n%s\nafter:\n%s", f, at, count.count, diff, said)
			}
		}
	}
	t.Logf("%d calls went wrong", calls)
}
