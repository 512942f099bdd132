package duckdb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/compiler/relation"
)

// TestMain lets the test binary be the other process that holds a file.
func TestMain(m *testing.M) {
	if path := os.Getenv("MOD_TEST_HOLD"); path != "" {
		hold(path)
		return
	}
	os.Exit(m.Run())
}

func hold(path string) {
	w, err := duckdb.Driver.Open(context.Background(), adapters.Config{"path": path})
	fmt.Println("held", err)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
	if err == nil {
		_ = w.Close()
	}
}

func TestInMemoryIsAWarehouse(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, duckdb.Driver, adapters.Config{"type": "duckdb"})
}

func TestAFileIsAWarehouse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ware house.duckdb")
	adaptertest.Run(t, duckdb.Driver, adapters.Config{"type": "duckdb", "path": path})
}

func openWarehouse(t *testing.T, c adapters.Config) adapters.Warehouse {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func connect(t *testing.T, w adapters.Warehouse) adapters.Adapter {
	t.Helper()
	a, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func exec1(t *testing.T, a adapters.Adapter, sql string) {
	t.Helper()
	if _, err := a.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func query1(t *testing.T, a adapters.Adapter, sql string) []any {
	t.Helper()
	rows, err := a.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close() //nolint:errcheck // it cannot fail
	for row, err := range rows.All {
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return append([]any{}, row...)
	}
	t.Fatalf("%s: no rows", sql)
	return nil
}

func TestValuesOfAllTypesAreRead(t *testing.T) {
	t.Parallel()
	a := connect(t, openWarehouse(t, nil))
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	huge, _ := new(big.Int).SetString("340282366920938463463374607431768211455", 10)
	for _, c := range []struct {
		sql, kind string
		want      any
	}{
		{"null", "INTEGER", nil},
		{"true", "BOOLEAN", true},
		{"-7::tinyint", "TINYINT", int64(-7)},
		{"65535::usmallint", "USMALLINT", int64(65535)},
		{"18446744073709551615::ubigint", "UBIGINT", new(big.Int).SetUint64(1<<64 - 1)},
		{"(-3)::hugeint", "HUGEINT", int64(-3)},
		{"340282366920938463463374607431768211455::uhugeint", "UHUGEINT", huge},
		{"(-12345678901234567890123)::bignum", "BIGNUM", new(big.Int).Neg(bigInt("12345678901234567890123"))},
		{"1.5::float", "FLOAT", 1.5},
		{"'inf'::double = 'inf'::double", "BOOLEAN", true},
		{"(-0.05)::decimal(4, 2)", "DECIMAL(4,2)", adapters.Decimal("-0.05")},
		{"7::decimal(10, 2)", "DECIMAL(10,2)", adapters.Decimal("7.00")},
		{"7::decimal(38, 0)", "DECIMAL(38,0)", adapters.Decimal("7")},
		{"'abcdefghijklmnop'", "VARCHAR", "abcdefghijklmnop"},
		{"'a\\x00b'::blob", "BLOB", []byte("a\x00b")},
		{"'0110000000001'::bit", "BIT", "0110000000001"},
		{"'8f112233-4455-6677-8899-aabbccddeeff'::uuid", "UUID", "8f112233-4455-6677-8899-aabbccddeeff"},
		{`'{"b": 1, "a": 12345678901234567890}'::json`, "JSON", `{"b": 1, "a": 12345678901234567890}`},
		{"'b'::enum('a', 'b')", "ENUM('a', 'b')", "b"},
		{"date '2020-01-02'", "DATE", day},
		{"'-infinity'::date", "DATE", "-infinity"},
		{"timestamp '2020-01-02 00:00:00.000001'", "TIMESTAMP", day.Add(time.Microsecond)},
		{"timestamp_ns '2020-01-02 00:00:00.000000001'", "TIMESTAMP_NS", day.Add(1)},
		{"timestamp_s '2020-01-02 00:00:00'", "TIMESTAMP_S", day},
		{"timestamptz '2020-01-02 02:00:00+02'", "TIMESTAMP WITH TIME ZONE", day},
		{"'infinity'::timestamptz", "TIMESTAMP WITH TIME ZONE", "infinity"},
		{"time '23:59:59.5'", "TIME", "23:59:59.5"},
		{"timetz '01:02:03-08:30'", "TIME WITH TIME ZONE", "01:02:03-08:30"},
		{"interval '14 months 1 day -90 minutes'", "INTERVAL", "1 year 2 months 1 day -01:30:00"},
		{"interval '0 days'", "INTERVAL", "00:00:00"},
		{"[1, null, 3]", "INTEGER[]", []any{int64(1), nil, int64(3)}},
		{"array_value(1, 2)", "INTEGER[2]", []any{int64(1), int64(2)}},
		{"{'a': 1, 'B c': ['x']}", `STRUCT(a INTEGER, "B c" VARCHAR[])`, map[string]any{"a": int64(1), "B c": []any{"x"}}},
		{"map {'k': {'v': 1}}", "MAP(VARCHAR, STRUCT(v INTEGER))", map[string]any{"k": map[string]any{"v": int64(1)}}},
		{"map {[1]: 2}", "MAP(INTEGER[], INTEGER)", map[string]any{"[1]": int64(2)}},
		{"union_value(k := 'x')", "UNION(k VARCHAR)", "x"},
	} {
		rows, err := a.Query(t.Context(), "select "+c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if got := rows.Columns[0].Type; got != c.kind {
			t.Errorf("%s has type %s, want %s", c.sql, got, c.kind)
		}
		for row, err := range rows.All {
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, row[0], cmp.Comparer(func(x, y *big.Int) bool { return x.Cmp(y) == 0 })); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", c.sql, diff)
			}
		}
	}
}

func bigInt(s string) *big.Int { n, _ := new(big.Int).SetString(s, 10); return n }

func TestATypeThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	a := connect(t, openWarehouse(t, nil))
	rows, err := a.Query(t.Context(), "select 1 as a, 5::variant as v")
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range rows.All {
	}
	var e *adapters.Error
	if !errors.As(err, &e) || e.Message != `column "v" has type VARIANT, which cannot be read` || e.Hint != "cast it to varchar" {
		t.Errorf("error is %v", err)
	}
}

func TestMessagesAreDuckDBsOwn(t *testing.T) {
	t.Parallel()
	a := connect(t, openWarehouse(t, nil))
	for sql, want := range map[string]string{
		"select * from nowhere_at_all":     "Catalog Error: Table with name nowhere_at_all does not exist!\nDid you mean \"pg_tables\"?",
		"selec 1":                          `Parser Error: syntax error at or near "selec"`,
		"select cast('x' as integer)":      "Conversion Error: Could not convert string 'x' to INT32",
		"select error('{\"a\": \"boo\"}')": `Invalid Input Error: {"a": "boo"}`,
	} {
		_, err := a.Exec(t.Context(), sql)
		if err == nil || !strings.HasPrefix(err.Error(), strings.Split(want, "\n")[0]) {
			t.Errorf("%s: error is %q, want %q", sql, err, want)
		}
	}
}

func TestWrongSettingsAreBadConfig(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		config adapters.Config
		want   string
	}{
		{"motherduck", adapters.Config{"path": "md:db"}, `path: MotherDuck is not supported: "md:db"`},
		{"database", adapters.Config{"path": "x/shop.duckdb", "database": "other"}, `database is "other", but path "x/shop.duckdb" makes it "shop"`},
		{"option", adapters.Config{"config_options": map[string]any{"no_such_option": 1}}, "open :memory:: Invalid Input Error: The following options were not recognized: no_such_option"},
		{"setting", adapters.Config{"settings": map[string]any{"no_such_setting": 1}}, `settings: set: Catalog Error: unrecognized configuration parameter "no_such_setting"`},
		{"setting's name", adapters.Config{"settings": map[string]any{"a; drop": 1}}, `settings: "a; drop" is not the name of a setting`},
		{"attach", adapters.Config{"attach": []any{map[string]any{"alias": "x"}}}, "attach: entry 1 has no path"},
		{"extensions", adapters.Config{"extensions": "httpfs"}, "extensions is httpfs, not a list"},
		{"section", adapters.Config{"settings": []any{"x"}}, "settings is [x], not a mapping of names to values"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, err := duckdb.Driver.Open(t.Context(), c.config)
			if err == nil {
				_, err = w.Connect(t.Context())
			}
			if err == nil || !strings.Contains(err.Error(), c.want) && !strings.Contains(err.Error(), strings.TrimPrefix(c.want, "settings: ")) {
				t.Fatalf("error is %v, want %q", err, c.want)
			}
			if kind := adapters.KindOf(err); kind != adapters.BadConfig {
				t.Errorf("kind is %d, want BadConfig", kind)
			}
		})
	}
}

func TestAFileThatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "text.duckdb")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, says, hint string }{
		{filepath.Join(dir, "no", "x.duckdb"), "No such file or directory", "create the folder"},
		{text, "not a valid DuckDB database file", "choose another `path`"},
		{damagedFile(t, dir), "Corrupt database file", "damaged"},
	} {
		_, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": c.path})
		var e *adapters.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: error is %v", c.path, err)
		}
		if e.Kind != adapters.Unreachable || !strings.Contains(err.Error(), c.says) || !strings.Contains(e.Hint, c.hint) {
			t.Errorf("%s: error is %v, kind %d, hint %q", c.path, err, e.Kind, e.Hint)
		}
	}
}

// damagedFile is a database with a bit of its header flipped.
func damagedFile(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "whole.duckdb")
	w := openWarehouse(t, adapters.Config{"path": path})
	exec1(t, connect(t, w), "create table t (a integer); checkpoint")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[20] ^= 1
	damaged := filepath.Join(dir, "damaged.duckdb")
	if err := os.WriteFile(damaged, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return damaged
}

func TestAFileHeldByAnotherProcessIsLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "held.duckdb")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(self)
	other.Env = append(os.Environ(), "MOD_TEST_HOLD="+path)
	in, errIn := other.StdinPipe()
	out, errOut := other.StdoutPipe()
	if err := errors.Join(errIn, errOut, other.Start()); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held <nil>\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	_, err = duckdb.Driver.Open(t.Context(), adapters.Config{"path": path})
	var e *adapters.Error
	if !errors.As(err, &e) || e.Kind != adapters.Locked {
		t.Errorf("error is %v, want one of kind Locked", err)
	} else if !strings.Contains(e.Hint, fmt.Sprint(other.Process.Pid)) || !strings.Contains(e.Hint, filepath.Base(self)) {
		t.Errorf("hint %q does not tell the process", e.Hint)
	}
	_ = in.Close()
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	openWarehouse(t, adapters.Config{"path": path})
}

func TestOneFileCanBeOpenedTwiceInAProcess(t *testing.T) {
	t.Parallel()
	config := adapters.Config{"path": filepath.Join(t.TempDir(), "a b%zz.v1.duckdb"), "database": "a b%zz"}
	first, second := openWarehouse(t, config), openWarehouse(t, config)
	exec1(t, connect(t, first), "create table t as select 7 as a")
	if got := query1(t, connect(t, second), `select a from "a b%zz".main.t`)[0]; got != int64(7) {
		t.Errorf("got %v", got)
	}
}

func TestOpenDatabaseIsExclusive(t *testing.T) {
	t.Parallel()
	for _, c := range []adapters.Config{nil, {"path": filepath.Join(t.TempDir(), "shop.duckdb")}} {
		if w, ok := openWarehouse(t, c).(adapters.Exclusive); !ok || !w.Exclusive() {
			t.Errorf("%v is not", c)
		}
	}
}

func TestMemoryIsSharedByTheSessionsOfAWarehouseOnly(t *testing.T) {
	t.Parallel()
	w := openWarehouse(t, nil)
	exec1(t, connect(t, w), "create table t as select 7 as a")
	if got := query1(t, connect(t, w), "select a from memory.main.t")[0]; got != int64(7) {
		t.Errorf("got %v", got)
	}
	if _, err := connect(t, openWarehouse(t, nil)).Exec(t.Context(), "select a from t"); err == nil {
		t.Error("another warehouse sees it")
	}
}

func TestSettingsHoldInEverySession(t *testing.T) {
	t.Parallel()
	w := openWarehouse(t, adapters.Config{
		"threads":        4, // mod's own
		"config_options": map[string]any{"threads": 1, "allow_unsigned_extensions": true},
		"settings":       map[string]any{"timezone": "Asia/Tokyo", "default_null_order": "nulls_first"},
		"extensions":     []any{"json", "parquet", map[string]any{"name": "icu", "repo": "core"}},
	})
	for range 2 {
		a := connect(t, w)
		got := query1(t, a, "select current_setting('threads'), current_setting('TimeZone'), current_setting('default_null_order')")
		if diff := cmp.Diff([]any{int64(1), "Asia/Tokyo", "NULLS_FIRST"}, got); diff != "" {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
	}
}

func TestAttachedDatabasesCanBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	raw, lake := filepath.Join(dir, "raw's.duckdb"), filepath.Join(dir, "lake.duckdb")
	makeFile(t, raw, "create table t as select 7 as a")
	w := openWarehouse(t, adapters.Config{
		"path": filepath.Join(dir, "main.duckdb"), "database": "Lake",
		"attach": []any{
			map[string]any{"path": raw, "read_only": true},
			map[string]any{"path": lake, "alias": "Lake", "type": "duckdb", "options": map[string]any{"block_size": 16384}},
		},
	})
	a := connect(t, w)
	exec1(t, a, "create table t as select 8 as a")
	if got := query1(t, a, `select * from "raw's".t, t`); !cmp.Equal(got, []any{int64(7), int64(8)}) {
		t.Errorf("got %v", got)
	}
	if _, err := a.Exec(t.Context(), `create table "raw's".u (a integer)`); err == nil {
		t.Error("a database that is attached to be read can be written")
	}
	catalog, err := a.Inspect(t.Context(), relation.Relation{Database: "lake", Schema: "main"}, relation.Relation{Database: "RAW'S", Schema: "main"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range catalog.All() {
		got = append(got, table.String())
	}
	if diff := cmp.Diff([]string{"Lake.main.t", "raw's.main.t"}, got); diff != "" {
		t.Errorf("relations mismatch (-want +got):\n%s", diff)
	}
}

// makeFile makes a database and leaves it closed: a file must not be open in two ways.
func makeFile(t *testing.T, path, sql string) {
	t.Helper()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": path})
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exec1(t, a, sql)
	if err := errors.Join(a.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestConflictsAreTransient(t *testing.T) {
	t.Parallel()
	w := openWarehouse(t, nil)
	one, two := connect(t, w), connect(t, w)
	exec1(t, one, "create table t as select 1 as a")
	exec1(t, one, "begin; update t set a = 2")
	exec1(t, two, "begin")
	_, err := two.Exec(t.Context(), "update t set a = 3")
	if adapters.KindOf(err) != adapters.Transient {
		t.Errorf("error is %v, want a transient one", err)
	}
	exec1(t, two, "rollback")
	exec1(t, one, "create table u (a integer)")
	if _, err = two.Exec(t.Context(), "create table u (a integer)"); adapters.KindOf(err) != adapters.Transient {
		t.Errorf("error is %v, want a transient one", err)
	}
	exec1(t, one, "commit")
}

func TestLoadsSpanManyFormsOfAColumn(t *testing.T) {
	t.Parallel()
	a := connect(t, openWarehouse(t, nil))
	exec1(t, a, "set timezone = 'Asia/Tokyo'; create table t (k bigint, v varchar, x blob, wall timestamp, tz timestamptz, d decimal(10, 2), h hugeint, j json, l integer[])")
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	values := [][]any{
		{int64(0), []byte("bytés"), "text", at, at, 1.25, int64(1), `{"a": 1}`, "[1, 2]"},
		{int64(1), "text", []byte{1, 2}, "2024-01-02", "2024-01-02 00:00:00+00", int64(3), "170141183460469231731687303715884105727", nil, nil},
		{int64(2), int64(5), nil, at, at, "4.444", nil, `[]`, "[]"},
		{int64(3), at, []byte{0}, at, at, nil, 2.0, nil, nil},
	}
	_, err := a.Load(t.Context(), relation.Table{Relation: relation.Relation{Name: "t"}}, func(yield func([]any, error) bool) {
		for _, row := range values {
			if !yield(row, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := query1(t, a, "select list(v order by k), list(x::varchar order by k), list(wall order by k), list(tz order by k), list(d order by k), list(h::varchar order by k), list(j::varchar order by k), list(l::varchar order by k) from t")
	utc := at.UTC()
	want := []any{
		[]any{"bytés", "text", "5", "2024-01-02 02:04:05"},
		[]any{"text", `\x01\x02`, nil, `\x00`},
		[]any{utc, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), utc, utc},
		[]any{utc, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), utc, utc},
		[]any{adapters.Decimal("1.25"), adapters.Decimal("3.00"), adapters.Decimal("4.44"), nil},
		[]any{"1", "170141183460469231731687303715884105727", nil, "2"},
		[]any{`{"a": 1}`, nil, "[]", nil},
		[]any{"[1, 2]", nil, "[]", nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestCreateTableAsTellsItsRows(t *testing.T) {
	t.Parallel()
	w, err := duckdb.Driver.Open(t.Context(), adapters.Config{"path": ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close() //nolint:errcheck // it is in memory
	a, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close() //nolint:errcheck // it is in memory
	for _, c := range []struct {
		sql  string
		rows int64
	}{
		{"create table t as select * from range(3000)", 3000},
		{"create or replace table t as select * from range(2)", 2},
		{"begin; create temporary table u as select * from t where false", 0},
		{"commit", -1},
		{"create table v (a bigint)", -1},
		{"create view w as select 1 as a", -1},
		{"select 1 as a", -1},
	} {
		stats, err := a.Exec(t.Context(), c.sql)
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		if stats.Rows != c.rows || stats.Message != "OK" {
			t.Errorf("%s: %d rows, %q; want %d", c.sql, stats.Rows, stats.Message, c.rows)
		}
	}
}
