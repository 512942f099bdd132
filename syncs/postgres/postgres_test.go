package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/destinationtest"
	"github.com/modsql/mod/syncs/postgres"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

// settings are those of a new database.
func settings(t *testing.T) syncs.Config {
	t.Helper()
	c := syncs.Config(postgrestest.Config(t))
	c["sslmode"] = "disable"
	return c
}

// connect opens connections of the test's own.
func connect(t *testing.T, c syncs.Config) *pgxpool.Pool {
	t.Helper()
	conn, err := pgxpool.New(t.Context(), fmt.Sprintf("host=%v port=%v user=%v password='%v' dbname=%v search_path=%s", c["host"], c["port"], c["user"], c["password"], c["dbname"],
		c.String("schema", "public")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func exec(t *testing.T, conn *pgxpool.Pool, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// records are the rows of a table.
func records(t *testing.T, conn *pgxpool.Pool, table string) []map[string]any {
	t.Helper()
	rows, err := conn.Query(t.Context(), "select * from "+table)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToMap)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range out {
		for name, v := range record {
			if n, ok := v.(interface{ MarshalJSON() ([]byte, error) }); ok && name == "exact" {
				text, _ := n.MarshalJSON()
				record[name] = json.Number(text)
			}
		}
	}
	return out
}

// types are those of the columns of a suite's tables, in PostgreSQL's words.
var types = map[string]string{"json": "jsonb", "decimal(18,4)": "numeric(18,4)"}

// table makes one in a schema of its own, and returns its name.
func table(t *testing.T, conn *pgxpool.Pool, number int64, fields []syncs.Field, key []string) string {
	t.Helper()
	var columns []string
	for _, f := range fields {
		kind := f.Type
		if types[kind] != "" {
			kind = types[kind]
		}
		columns = append(columns, pgx.Identifier{f.Name}.Sanitize()+" "+kind)
	}
	columns = append(columns, "archived_at timestamptz")
	if !strings.Contains(t.Name(), "append") {
		columns = append(columns, "primary key ("+strings.Join(key, ", ")+")")
	}
	schema := pgx.Identifier{fmt.Sprintf(`My "Sales" %d`, number)}.Sanitize()
	name := schema + `."Orders.New"`
	exec(t, conn, "create schema "+schema+"; create table "+name+" ("+strings.Join(columns, ", ")+")")
	return name
}

// suite is that of a destination with those settings besides. Its places are tables of one database.
func suite(t *testing.T, with syncs.Config) *destinationtest.Suite {
	t.Helper()
	c := settings(t)
	maps.Copy(c, with)
	delete(c, "schema")
	conn := connect(t, c)
	var tables atomic.Int64
	return &destinationtest.Suite{
		Kind: postgres.New(),
		Place: func(t *testing.T, fields []syncs.Field, key []string) destinationtest.Place {
			object := table(t, conn, tables.Add(1), fields, key)
			return destinationtest.Place{Config: c, Object: object, Rows: func(t *testing.T) []map[string]any { return records(t, conn, object) }}
		},
		Denied: func(_ *testing.T, p destinationtest.Place) syncs.Config {
			c := maps.Clone(p.Config)
			c["password"] = "this is wrong"
			return c
		},
		Proxied: func(t *testing.T, p destinationtest.Place) (destinationtest.Place, *destinationtest.Proxy) {
			proxy := destinationtest.NewProxy(t, net.JoinHostPort(p.Config.String("host", ""), p.Config.String("port", "")))
			p.Config = maps.Clone(p.Config)
			p.Config["port"] = proxy.Port()
			return p, proxy
		},
		MissingObject: "no_such_table",
		Refused:       map[string]any{"score": "not a number"},
		TooLarge:      map[string]any{"id": destinationtest.Large(20_000)}, // an index takes less
		Archived:      func(record map[string]any) bool { return record["archived_at"] != nil },
	}
}

func TestPostgresIsADestination(t *testing.T) {
	t.Parallel()
	destinationtest.Run(t, suite(t, nil))
}

func TestPostgresIsADestinationWithoutAMemory(t *testing.T) {
	t.Parallel()
	s := suite(t, syncs.Config{"memory": false})
	s.Proxied = nil // what is sent is the same, but for the memory
	destinationtest.Run(t, s)
}

// bench is a destination with a table that a test has made.
type bench struct {
	*testing.T
	conn   *pgxpool.Pool
	config syncs.Config
	syncs.Destination
	target *syncs.Target
}

func newBench(t *testing.T, mode syncs.Mode, ddl string, with syncs.Config, fields ...string) *bench {
	t.Helper()
	c := with
	if c["dbname"] == nil {
		c = settings(t)
		maps.Copy(c, with)
	}
	b := &bench{T: t, conn: connect(t, c), config: c}
	exec(t, b.conn, ddl)
	d, err := postgres.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	b.Destination, b.target = d, &syncs.Target{Sync: "s", Object: "t", Mode: mode, Key: fields[:1]}
	for _, name := range fields {
		b.target.Fields = append(b.target.Fields, syncs.Field{Name: name})
	}
	return b
}

func (b *bench) batch(rows ...syncs.Row) *syncs.Batch {
	return &syncs.Batch{Target: b.target, Run: "r", Op: rows[0].Op, Rows: rows}
}

func (b *bench) send(rows ...syncs.Row) []error {
	b.Helper()
	outcomes, err := b.Send(b.Context(), b.batch(rows...))
	if err != nil {
		b.Fatal(err)
	}
	return outcomes
}

func (b *bench) text(sql string) string {
	b.Helper()
	var out string
	if err := b.conn.QueryRow(b.Context(), sql).Scan(&out); err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
	return out
}

func row(n int64, op syncs.Op, values ...any) syncs.Row {
	return syncs.Row{Number: n, Op: op, Values: values}
}

func TestColumnsReadValuesInTheirOwnTypes(t *testing.T) {
	t.Parallel()
	ddl := `create type mood as enum ('glad', 'sad'); create domain small as int check (value < 100);
		create table t (id uuid primary key, m mood, s small, tags text[], grid int[], docs jsonb[], n smallint, d date, ts timestamp, r int4range, j json, f real, b boolean)`
	b := newBench(t, syncs.UpsertMode, ddl, nil, "id", "m", "s", "tags", "grid", "docs", "n", "d", "ts", "r", "j", "f", "b")
	b.send(row(1, syncs.Insert, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "glad", int64(7), []any{`a "b" \c`, nil, "NULL", ""},
		[]any{[]any{int64(1), int64(2)}, []any{int64(3), nil}}, []any{map[string]any{"k": `"`}}, 12.0, "2024-02-29", "2024-02-29 12:00:00", "[1,5)",
		map[string]any{"a": "<>"}, syncs.Number("1.50"), true))
	found := b.text(`select to_jsonb(t)::text from t`)
	want := `{"b": true, "d": "2024-02-29", "f": 1.5, "j": {"a": "<>"}, "m": "glad", "n": 12, "r": "[1,5)", "s": 7, "id": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",` +
		` "ts": "2024-02-29T12:00:00", "docs": [{"k": "\""}], "grid": [[1, 2], [3, null]], "tags": ["a \"b\" \\c", null, "NULL", ""]}`
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
	var values []any
	for v, err := range b.Destination.(syncs.Reader).Read(t.Context(), b.target) {
		if err != nil {
			t.Fatal(err)
		}
		values = v
	}
	spelled := make([]string, len(values))
	for i, v := range values {
		spelled[i] = destinationtest.Spell(v)
	}
	read := []string{`"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"`, `"glad"`, "7", `["a \"b\" \\c" nil "NULL" ""]`, "[1 2 3 nil]"}
	if !slices.Equal(spelled[:5], read) {
		t.Errorf("what is read is %q, want %q", spelled[:5], read)
	}
}

func TestUpdateThatFindsNoRecordIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.UpdateMode, `create table t (id int, name text); insert into t values (1, 'a'), (2, 'b')`, nil, "id", "name")
	outcomes := b.send(row(1, syncs.Update, int64(1), "new"), row(2, syncs.Update, int64(9), "none"))
	if outcomes[0] != nil || syncs.ClassOf(outcomes[1]) != syncs.Rejected {
		t.Errorf("outcomes %v", outcomes)
	}
	if got := b.text(`select string_agg(id || name, ' ' order by id) from t`); got != "1new 2b" {
		t.Errorf("the records are %s", got)
	}
}

func TestTriggersAndConstraintsRefuseRows(t *testing.T) {
	t.Parallel()
	ddl := `create table t (id int primary key, name text not null check (name <> 'bad'), email text unique);
		create function no() returns trigger language plpgsql as $$ begin if new.name = 'no' then raise exception 'the trigger says no'; end if; return new; end $$;
		create trigger no before insert on t for each row execute function no()`
	b := newBench(t, syncs.UpsertMode, ddl, nil, "id", "name", "email")
	b.send(row(1, syncs.Insert, int64(1), "good", "a@x"))
	for _, bad := range [][]any{{int64(2), nil, "b@x"}, {int64(2), "bad", "b@x"}, {int64(2), "good", "a@x"}, {int64(2), "no", "b@x"}, {int64(3_000_000_000), "good", "b@x"}} {
		_, err := b.Send(t.Context(), b.batch(row(2, syncs.Insert, bad...)))
		if syncs.ClassOf(err) != syncs.Rejected {
			t.Errorf("%v: class %s of %v", bad, syncs.ClassOf(err), err)
		}
	}
	if got := b.text(`select count(*)::text from t`); got != "1" {
		t.Errorf("%s records", got)
	}
}

func TestCheckTellsWhatATableLacks(t *testing.T) {
	t.Parallel()
	database := settings(t)
	admin := connect(t, database)
	for i, c := range []struct {
		mode  syncs.Mode
		ddl   string
		class syncs.Class
		says  string
	}{
		{syncs.UpsertMode, `create table t (id int, name text)`, syncs.Missing, "no unique key (id)"},
		{syncs.UpsertMode, `create table t (id int, name text, unique (id, name))`, syncs.Missing, "no unique key (id)"},
		{syncs.UpsertMode, `create table t (id int, name text); create unique index on t (id) where name is not null`, syncs.Missing, "no unique key (id)"},
		{syncs.UpsertMode, `create table t (id int, name text); create unique index on t (id) include (name)`, "", ""},
		{syncs.AppendMode, `create table t (id int, name text)`, "", ""},
		{syncs.UpdateMode, `create table t (id int, name text)`, "", ""},
		{syncs.ArchiveMode, `create table t (id int primary key, name text)`, syncs.Missing, "no column gone"},
		{syncs.ArchiveMode, `create table t (id int primary key, name text, gone boolean)`, "", ""},
		{syncs.UpsertMode, `create table t (id int primary key, name text generated always as ('x') stored)`, syncs.Broken, "generates column name itself"},
		{syncs.UpsertMode, `create table t (id int generated always as identity primary key, name text)`, syncs.Broken, "generates column id itself"},
		{syncs.UpsertMode, `create table t (id int primary key)`, syncs.Missing, "no column name"},
		{syncs.UpsertMode, `create view t as select 1 as id, 'x' as name`, syncs.Missing, "no unique key"},
	} {
		with := maps.Clone(database)
		with["archive_field"], with["schema"] = "gone", fmt.Sprintf("s%d", i)
		exec(t, admin, "create schema "+with.String("schema", ""))
		b := newBench(t, c.mode, c.ddl, with, "id", "name")
		if c.mode == syncs.ArchiveMode {
			b.target.Removal = syncs.Archive
		}
		err := b.Check(t.Context(), b.target)
		if c.class == "" && err != nil || c.class != "" && (err == nil || syncs.ClassOf(err) != c.class || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v (%s)", c.ddl, err, syncs.ClassOf(err))
		}
	}
}

func TestCheckTellsWhatTheUserMayNot(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.MirrorMode, `create table t (id int primary key, name text)`, nil, "id", "name")
	b.target.Removal = syncs.Delete
	role := "reader_" + strconv.Itoa(os.Getpid())
	exec(t, b.conn, "create role "+role+" login password 'secret of the reader'")
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for _, sql := range []string{"drop owned by " + role + " cascade", "drop role " + role} {
			if _, err := b.conn.Exec(ctx, sql); err != nil {
				t.Error(err)
			}
		}
	})
	exec(t, b.conn, "revoke create on schema public from public")
	c := maps.Clone(b.config)
	c["user"], c["password"] = role, "secret of the reader"
	d, err := postgres.New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	for _, step := range []struct{ says, mend string }{
		{"may not insert into table t", "grant insert, update, select on t to " + role},
		{"may not delete from table t", "grant delete on t to " + role},
		{`may not create table "mod_sync_batches" in schema public`, "grant create on schema public to " + role},
	} {
		err := d.Check(t.Context(), b.target)
		if err == nil || syncs.ClassOf(err) != syncs.Denied || !strings.Contains(err.Error(), step.says) {
			t.Errorf("%v (%s), want %q", err, syncs.ClassOf(err), step.says)
		}
		exec(t, b.conn, step.mend)
	}
	if err := d.Check(t.Context(), b.target); err != nil {
		t.Error(err)
	}
}

func TestArchivingKeepsWhenARecordWentAndFlagsWork(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.ArchiveMode, `create table t (id int primary key, name text, archived_at timestamptz);
		insert into t values (1, 'a', null), (2, 'b', '2001-01-01')`, nil, "id", "name")
	b.target.Removal = syncs.Archive
	b.send(row(1, syncs.Archive, int64(1)), row(2, syncs.Archive, int64(2)), row(3, syncs.Archive, int64(3)))
	if got := b.text(`select string_agg(id || ' ' || (archived_at > '2002-01-01'), ', ' order by id) from t`); got != "1 true, 2 false" {
		t.Errorf("archived: %s", got)
	}
	flag := newBench(t, syncs.ArchiveMode, `create table t (id int primary key, name text, gone boolean);
		insert into t values (1, 'a', null), (2, 'b', false), (3, 'c', true)`, syncs.Config{"archive_field": "gone"}, "id", "name")
	flag.target.Removal = syncs.Archive
	flag.send(row(1, syncs.Archive, int64(1)), row(2, syncs.Archive, int64(2)))
	if got := flag.text(`select string_agg(id || ' ' || gone, ', ' order by id) from t`); got != "1 true, 2 true, 3 true" {
		t.Errorf("archived: %s", got)
	}
	flag.send(row(4, syncs.Update, int64(2), "back"))
	n := 0
	for values, err := range flag.Destination.(syncs.Reader).Read(t.Context(), flag.target) {
		if n++; err != nil || values[0] != int64(2) {
			t.Errorf("read: %v, %v", values, err)
		}
	}
	if n != 1 {
		t.Errorf("%d records are not archived", n)
	}
}

func TestBatchUnderWayElsewhereIsWaitedForAndNotSentTwice(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.AppendMode, `create table t (id int, name text)`, nil, "id", "name")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := b.Send(t.Context(), b.batch(row(1, syncs.Insert, int64(1), "a"), row(2, syncs.Insert, int64(2), "b"))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := b.text(`select count(*)::text from t`); got != "2" {
		t.Errorf("%s records", got)
	}
}

func TestTableThatLosesAColumnIsMissedBetweenBatches(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.UpsertMode, `create table t (id int primary key, name text)`, nil, "id", "name")
	b.send(row(1, syncs.Insert, int64(1), "a"))
	exec(t, b.conn, "alter table t drop column name")
	for range 2 {
		if _, err := b.Send(t.Context(), b.batch(row(2, syncs.Insert, int64(2), "b"))); syncs.ClassOf(err) != syncs.Missing {
			t.Errorf("class %s of %v", syncs.ClassOf(err), err)
		}
	}
	exec(t, b.conn, "alter table t add column name text")
	b.send(row(2, syncs.Insert, int64(2), "b"))
}

func TestRenderIsTheTransaction(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.MirrorMode, `create table t (id int primary key, name text)`, nil, "id", "name")
	b.target.Removal = syncs.Delete
	texts, err := b.Destination.(syncs.Renderer).Render(b.batch(row(1, syncs.Insert, int64(1), "a\tb"), row(2, syncs.Insert, int64(2), nil)))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"begin",
		`insert into "mod_sync_batches" (sync, run, first_row, last_row) values ($1, $2, $3, $4) on conflict do nothing`,
		"create temporary table \"mod_sync_stage\" on commit drop as\nselect 0::bigint as \"mod row number\", \"id\", \"name\" from \"t\" where false",
		"copy \"mod_sync_stage\" (\"mod row number\", \"id\", \"name\") from stdin;\n1\t1\ta\\tb\n2\t2\t\\N\n\\.",
		"insert into \"t\" (\"id\", \"name\")\nselect \"id\", \"name\" from \"mod_sync_stage\"\non conflict (\"id\") do update set \"name\" = excluded.\"name\"",
		"commit",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
}

func TestNamesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, syncs.UpsertMode, `create table t (id int primary key)`, nil, "id")
	for _, name := range []string{"", ".", "a.", `"a`, `"a"b`, `""`} {
		b.target.Object = name
		if err := b.Check(t.Context(), b.target); syncs.ClassOf(err) != syncs.Broken {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSettingsAreOneText(t *testing.T) {
	t.Parallel()
	c := settings(t)
	exec(t, connect(t, c), `create schema s; create table s.t (id int primary key)`)
	url := fmt.Sprintf("postgres://%v:%v@%v:%v/%v?sslmode=disable", c["user"], strings.ReplaceAll(c.String("password", ""), " ", "%20"), c["host"], c["port"], c["dbname"])
	words := fmt.Sprintf("host=%v port=%v user=%v dbname=%v", c["host"], c["port"], c["user"], c["dbname"])
	for _, given := range []syncs.Config{{"dsn": url, "schema": "s"}, {"dsn": words, "password": c["password"], "sslmode": "disable", "schema": "s"}} {
		d, err := postgres.New().Open(t.Context(), given)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Check(t.Context(), &syncs.Target{Object: "t", Mode: syncs.UpsertMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}}}); err != nil {
			t.Error(err)
		}
	}
	_, err := postgres.New().Open(t.Context(), syncs.Config{"dsn": "postgres://u:hidden@host:port/x"})
	if err == nil || strings.Contains(err.Error(), "hidden") {
		t.Errorf("the error is %v", err)
	}
}
