package trino_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/adaptertest"
	"github.com/modsql/mod/adapters/trino"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/compiler/relation"
)

func TestMain(m *testing.M) { os.Exit(trinotest.Main(m)) }

func TestTrinoIsAWarehouse(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	const encoded = "the metastore of the tests, which is files, lists names as those files are called"
	adaptertest.Run(t, trino.Driver, config,
		adaptertest.Exception{Claim: "InspectKnowsUglyNames", Because: encoded}, adaptertest.Exception{Claim: "UglyNamesAreQuoted", Because: encoded})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		adaptertest.Prove(t, trino.Driver, with(config, adapters.Config{"database": "memory"}),
			"InspectKnowsUglyNames", "UglyNamesAreQuoted", "InspectListsRelationsWithTheirColumns")
	})
}

func with(c adapters.Config, changes adapters.Config) adapters.Config {
	c = maps.Clone(c)
	maps.Copy(c, changes)
	return c
}

func connect(t *testing.T, c adapters.Config) adapters.Adapter {
	t.Helper()
	w, err := trino.Driver.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func exec1(t *testing.T, a adapters.Adapter, sql string) adapters.Stats {
	t.Helper()
	stats, err := a.Exec(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return stats
}

// query1 is the first row of a result.
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
	a := connect(t, with(trinotest.Config(t), adapters.Config{"timezone": "Europe/Berlin"}))
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		sql, kind string
		want      any
	}{
		{"cast(null as integer)", "integer", nil},
		{"null", "unknown", nil},
		{"false", "boolean", false},
		{"tinyint '-1'", "tinyint", int64(-1)},
		{"9223372036854775807", "bigint", int64(9223372036854775807)},
		{"real '1.1'", "real", 1.1},
		{"1.5e300", "double", 1.5e300},
		{"infinity() > 0", "boolean", true},
		{"decimal '1.50'", "decimal(3,2)", adapters.Decimal("1.50")},
		{"decimal '-0.000000000000000000001'", "decimal(21,21)", adapters.Decimal("-0.000000000000000000001")},
		{"'x'", "varchar(1)", "x"},
		{"cast('x' as varchar)", "varchar", "x"},
		{"cast('x' as char(3))", "char(3)", "x  "},
		{"x'00ff'", "varbinary", []byte{0, 0xff}},
		{"date '2020-01-02'", "date", day},
		{"timestamp '2020-01-02 00:00:00.000001'", "timestamp(6)", day.Add(time.Microsecond)},
		{"timestamp '2020-03-29 02:30:00'", "timestamp(0)", time.Date(2020, 3, 29, 2, 30, 0, 0, time.UTC)}, // no clock in Berlin showed that
		{"timestamp '2020-01-02 00:00:00 UTC'", "timestamp(0) with time zone", day},
		{"cast(timestamp '2020-01-02 01:00:00' as timestamp(0) with time zone)", "timestamp(0) with time zone", day},
		{"time '01:02:03.5'", "time(1)", "01:02:03.5"},
		{"interval '2' day", "interval day to second", "2 00:00:00.000"},
		{`json '{"b": 1, "a": 12345678901234567890}'`, "json", `{"a":12345678901234567890,"b":1}`},
		{"uuid '8f112233-4455-6677-8899-aabbccddeeff'", "uuid", "8f112233-4455-6677-8899-aabbccddeeff"},
		{"array[1, null, 3]", "array(integer)", []any{int64(1), nil, int64(3)}},
		{"array[array[decimal '1.5'], null]", "array(array(decimal(2,1)))", []any{[]any{adapters.Decimal("1.5")}, nil}},
		{"array[x'00ff']", "array(varbinary)", []any{[]byte{0, 0xff}}},
		{"map(array['a', 'b'], array[1.5e0, null])", "map(varchar(1), double)", map[string]any{"a": 1.5, "b": nil}},
		{"cast(row(1, 'a', null) as row(x bigint, y varchar, z date))", "row(x bigint, y varchar, z date)", map[string]any{"x": int64(1), "y": "a", "z": nil}},
		{"array[cast(row(1) as row(x bigint))]", "array(row(x bigint))", []any{map[string]any{"x": int64(1)}}},
	} {
		rows, err := a.Query(t.Context(), "select "+c.sql)
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if got := rows.Columns[0].Type; strings.ReplaceAll(got, ", ", ",") != strings.ReplaceAll(c.kind, ", ", ",") {
			t.Errorf("%s has type %s, want %s", c.sql, got, c.kind)
		}
		for row, err := range rows.All {
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, row[0]); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", c.sql, diff)
			}
		}
	}
}

func TestSettingsHoldInEverySession(t *testing.T) {
	t.Parallel()
	config := with(trinotest.Config(t), adapters.Config{
		"database": nil, "catalog": "tpch", "schema": "tiny", "timezone": "Asia/Kolkata", "client_tags": []any{"nightly", "mod"}, "source": "shop",
		"session_properties": map[string]any{"query_max_run_time": "7m", "lake.compression_codec": "ZSTD"},
		"http_headers":       map[string]any{"X-Trino-Client-Info": "told"},
	})
	a := connect(t, config)
	got := query1(t, a, "select current_catalog, current_schema, current_timezone(), n from (select count(*) as n from nation) as nations")
	if diff := cmp.Diff([]any{"tpch", "tiny", "Asia/Kolkata", int64(25)}, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	got = query1(t, a, "select source from system.runtime.queries where query like '%of this query%' and state = 'RUNNING'")
	if got[0] != "shop" {
		t.Errorf("source is %v", got)
	}
	for _, property := range []string{"query_max_run_time", "lake.compression_codec"} {
		row := query1(t, a, "show session like '"+property+"'")
		if want := config["session_properties"].(map[string]any)[property]; row[1] != want {
			t.Errorf("%s is %v, want %v", property, row[1], want)
		}
	}
	// What a session sets is its own.
	exec1(t, a, "set session query_max_run_time = '3m'")
	if row := query1(t, a, "show session like 'query_max_run_time'"); row[1] != "3m" {
		t.Errorf("it is %v", row)
	}
	if row := query1(t, connect(t, config), "show session like 'query_max_run_time'"); row[1] != "7m" {
		t.Errorf("in another session it is %v", row)
	}
}

func TestErrorsCarryAllThatTheClusterSays(t *testing.T) {
	t.Parallel()
	a := connect(t, trinotest.Config(t))
	for _, c := range []struct {
		sql  string
		want adapters.Error
	}{
		{"select 'é', custmer from tpch.tiny.customer", adapters.Error{Message: "Column 'custmer' cannot be resolved", Code: "COLUMN_NOT_FOUND", Position: 13}},
		{"select 1;\nselect 1 / 0", adapters.Error{Message: "Division by zero", Code: "DIVISION_BY_ZERO", Position: -1}},
		{"set session query_max_run_time = '1ms'; select count(*) from tpch.sf100.lineitem", adapters.Error{
			Kind: adapters.Cancelled, Message: "Query exceeded maximum time limit of 1.00ms", Code: "EXCEEDED_TIME_LIMIT", Position: -1,
		}},
	} {
		_, err := a.Exec(t.Context(), c.sql)
		var got *adapters.Error
		if !errors.As(err, &got) {
			t.Fatalf("%s: error is %v", c.sql, err)
		}
		if diff := cmp.Diff(c.want, *got); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", c.sql, diff)
		}
	}
}

func TestAStatementTellsItsQueryAndRows(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	a := connect(t, config)
	exec1(t, a, fmt.Sprintf("create schema %s", config["schema"]))
	for sql, want := range map[string]adapters.Stats{
		"create table n as select nationkey as k from tpch.tiny.nation": {Message: "CREATE TABLE 25", Code: "CREATE TABLE", Rows: 25},
		"/* why */ create table m (k bigint)":                           {Message: "CREATE TABLE", Code: "CREATE TABLE", Rows: -1},
		"create or replace view v as select 1 as k":                     {Message: "CREATE VIEW", Code: "CREATE VIEW", Rows: -1},
		"create materialized view w as select 1 as k":                   {Message: "CREATE MATERIALIZED VIEW", Code: "CREATE MATERIALIZED VIEW", Rows: -1},
		"set session query_priority = 2":                                {Message: "SET", Code: "SET", Rows: -1},
	} {
		got := exec1(t, a, sql)
		if got.QueryID == "" {
			t.Errorf("%s has no query", sql)
		}
		got.QueryID, got.Bytes = "", 0 // how much was read is told of what reads
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sql, diff)
		}
	}
	rows, err := a.Query(t.Context(), "select * from tpch.tiny.nation")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
	}
	if stats := rows.Stats(); stats.Rows != 25 || stats.QueryID == "" {
		t.Errorf("stats are %+v", stats)
	}
}

func TestARoutineIsOneStatement(t *testing.T) {
	t.Parallel()
	a := connect(t, with(trinotest.Config(t), adapters.Config{"database": "memory", "schema": "default"}))
	exec1(t, a, `create or replace function memory.default.sign_of(x bigint) returns varchar
begin
  declare y varchar default 'end; begin';
  if x < 0 then set y = 'minus'; end if;
  return case when x > 0 then 'plus' else y end;
end;
create or replace function memory.default.twice(x bigint) returns bigint return 2 * x;`)
	if got := query1(t, a, "select memory.default.sign_of(-1), memory.default.sign_of(memory.default.twice(2))"); got[0] != "minus" || got[1] != "plus" {
		t.Errorf("got %v", got)
	}
}

func TestALoadOfSeveralBatchesArrivesAsOne(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	a := connect(t, config)
	exec1(t, a, fmt.Sprintf("create schema %s; create table t (k bigint, s varchar, at timestamp(6), tz timestamp(6) with time zone)", config["schema"]))
	const n = 30_000
	stats, err := a.Load(t.Context(), relation.Table{Relation: relation.Relation{Name: "t"}}, func(yield func([]any, error) bool) {
		for i := range n {
			if !yield([]any{int64(i), strings.Repeat("it's ", 4), "2024-02-29T12:30:45Z", "2024-02-29T14:30:45+02:00"}, nil) {
				return
			}
		}
	})
	if err != nil || stats.Rows != n {
		t.Fatalf("got %+v, %v", stats, err)
	}
	noon := time.Date(2024, 2, 29, 12, 30, 45, 0, time.UTC)
	got := query1(t, a, "select count(*), count(distinct k), min(at), max(tz) from t")
	if diff := cmp.Diff([]any{int64(n), int64(n), noon, noon}, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if got := query1(t, a, `select count(*) from "t$snapshots"`); got[0] != int64(2) { // of the table and of one insert
		t.Errorf("there are %v snapshots", got[0])
	}
	if got := query1(t, a, "select count(*) from information_schema.tables where table_schema = current_schema"); got[0] != int64(1) {
		t.Errorf("there are %v tables", got[0])
	}
}

func TestAStatementTellsHowMuchItRead(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	a := connect(t, config)
	exec1(t, a, fmt.Sprintf("create schema %s", config["schema"]))
	made := exec1(t, a, "create table weighed as select * from tpch.tiny.orders")
	read := exec1(t, a, "insert into weighed select * from weighed where orderkey < 100")
	if made.Rows != 15_000 || made.Bytes < 100_000 {
		t.Errorf("copying 15,000 orders: %+v", made)
	}
	if read.Bytes == 0 || read.QueryID == "" || read.QueryID == made.QueryID {
		t.Errorf("reading them: %+v", read)
	}
	if dropped := exec1(t, a, "drop table weighed"); dropped.Bytes != 0 {
		t.Errorf("dropping it read something: %+v", dropped)
	}
}

// A session keeps what it is told to prepare, and executes it with values, which Trino takes as they are.
func TestASessionPreparesStatements(t *testing.T) {
	t.Parallel()
	config := trinotest.Config(t)
	a := connect(t, config)
	exec1(t, a, fmt.Sprintf("create schema %s", config["schema"]))
	exec1(t, a, "create table t (k bigint, s varchar); prepare fill from insert into t values (?, ?); execute fill using 1, 'it''s; --?'")
	if stats := exec1(t, a, "execute fill using 2, null"); stats.Rows != 1 {
		t.Errorf("the second row: %+v", stats)
	}
	exec1(t, a, "prepare find from select s, count(*) over () from t where k >= ? order by k")
	if got := query1(t, a, "execute find using 1"); got[0] != "it's; --?" || got[1] != int64(2) {
		t.Errorf("got %v", got)
	}
	exec1(t, a, "deallocate prepare fill")
	if _, err := a.Exec(t.Context(), "execute fill using 3, 'x'"); err == nil || !strings.Contains(err.Error(), "fill") {
		t.Errorf("what was let go was executed: %v", err)
	}
}
