package postgres_test

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
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/relation"
)

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m)) }

func TestPostgresIsAWarehouse(t *testing.T) {
	t.Parallel()
	adaptertest.Run(t, postgres.Driver, postgrestest.Config(t))
}

func with(c adapters.Config, changes adapters.Config) adapters.Config {
	c = maps.Clone(c)
	maps.Copy(c, changes)
	return c
}

func connect(t *testing.T, c adapters.Config) adapters.Adapter {
	t.Helper()
	w, err := postgres.Driver.Open(t.Context(), c)
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
	a := connect(t, postgrestest.Config(t))
	exec1(t, a, "create type mood as enum ('sad', 'ok'); create domain small as integer; set timezone = 'Asia/Kolkata'")
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		sql, kind string
		want      any
	}{
		{"null::integer", "integer", nil},
		{"false", "boolean", false},
		{"1::smallint", "smallint", int64(1)},
		{"9223372036854775807", "bigint", int64(9223372036854775807)},
		{"1.1::float4", "real", 1.1},
		{"'-infinity'::float8 < 0", "boolean", true},
		{"1.50::numeric(10, 2)", "numeric(10,2)", adapters.Decimal("1.50")},
		{"-0.000000000000000000001", "numeric", adapters.Decimal("-0.000000000000000000001")},
		{"'NaN'::numeric", "numeric", "NaN"},
		{"'x'::varchar(7)", "character varying(7)", "x"},
		{"'x'::char(3)", "character(3)", "x  "},
		{"'x'::name", "name", "x"},
		{`'\x00ff'::bytea`, "bytea", []byte{0, 0xff}},
		{"date '2020-01-02'", "date", day},
		{"date '0044-03-15 BC'", "date", time.Date(-43, 3, 15, 0, 0, 0, 0, time.UTC)},
		{"'infinity'::date", "date", "infinity"},
		{"timestamp '2020-01-02 00:00:00.000001'", "timestamp without time zone", day.Add(time.Microsecond)},
		{"timestamp(3) '2020-01-02 00:00:00.001'", "timestamp(3) without time zone", day.Add(time.Millisecond)},
		{"timestamptz '2020-01-02 00:00:00+00'", "timestamp with time zone", day},
		{"time '01:02:03.5'", "time without time zone", "01:02:03.5"},
		{"interval '1 day 2 hours'", "interval", "1 day 02:00:00"},
		{`'{"b": 1, "a": 12345678901234567890}'::json`, "json", `{"b": 1, "a": 12345678901234567890}`},
		{"'8f112233-4455-6677-8899-aabbccddeeff'::uuid", "uuid", "8f112233-4455-6677-8899-aabbccddeeff"},
		{"b'101'", "bit", "101"},
		{"'ok'::mood", "mood", "ok"},
		{"7::small", "integer", int64(7)},
		{"array[1, null, 3]", "integer[]", []any{int64(1), nil, int64(3)}},
		{`array['a,"b"', 'c\d', '', 'NULL', null]`, "text[]", []any{`a,"b"`, `c\d`, "", "NULL", nil}},
		{"'[0:1]={1.5,2}'::numeric[]", "numeric[]", []any{adapters.Decimal("1.5"), adapters.Decimal("2")}},
		{"'{{1.5,2},{3,4}}'::numeric[]", "numeric[]", []any{
			[]any{adapters.Decimal("1.5"), adapters.Decimal("2")}, []any{adapters.Decimal("3"), adapters.Decimal("4")},
		}},
		{"array[timestamptz '2020-01-02 00:00:00+00']", "timestamp with time zone[]", []any{day}},
		{"'{}'::integer[]", "integer[]", []any{}},
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
			if diff := cmp.Diff(c.want, row[0]); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", c.sql, diff)
			}
		}
	}
}

func TestAServerThatCannotBeReachedSaysWhereAndAsWhom(t *testing.T) {
	t.Parallel()
	config := with(postgrestest.Config(t), adapters.Config{"retries": 0})
	server := fmt.Sprintf("%v:%v", config["host"], config["port"])
	for _, c := range []struct {
		name     string
		change   adapters.Config
		says     string
		hint     string
		contains string
	}{
		{"password", adapters.Config{"password": "hunter2"}, "connect to " + server + " as mod: password authentication failed", "check `user` and `password`", ""},
		{"user", adapters.Config{"user": "stranger"}, "connect to " + server + " as stranger: password authentication failed", "check `user`", ""},
		{"database", adapters.Config{"dbname": "nowhere"}, `database "nowhere" does not exist`, "create the database", ""},
		{"port", adapters.Config{"port": 1}, "connect to 127.0.0.1:1 as mod: dial tcp 127.0.0.1:1: connect: connection refused", "check `host` and `port`", ""},
		{"encryption", adapters.Config{"sslmode": "require"}, "server refused TLS connection", "`sslmode`", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Driver.Open(t.Context(), with(config, c.change))
			var e *adapters.Error
			if !errors.As(err, &e) || e.Kind != adapters.Unreachable {
				t.Fatalf("error is %v, want one of kind Unreachable", err)
			}
			if !strings.Contains(err.Error(), c.says) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("error is %q, want %q", err, c.says)
			}
			if !strings.Contains(e.Hint, c.hint) {
				t.Errorf("hint is %q, want %q", e.Hint, c.hint)
			}
			if all := fmt.Sprintf("%v %+v", err, *e); strings.Contains(all, "hunter2") || strings.Contains(all, "not a secret") {
				t.Errorf("it tells the password: %s", all)
			}
		})
	}
}

func TestWrongSettingsAreBadConfig(t *testing.T) {
	t.Parallel()
	config := adapters.Config{"host": "localhost", "user": "mod", "password": "hunter2", "dbname": "d"}
	for want, change := range map[string]adapters.Config{
		"host is not set":                        {"host": nil},
		"user is not set":                        {"user": ""},
		"dbname is not set":                      {"dbname": nil},
		`port is "x", not a number up to 65535`:  {"port": "x"},
		`retries is "many", not a number`:        {"retries": "many"},
		"sslmode is invalid":                     {"sslmode": "maybe"},
		"unable to read CA file: open /nowhere:": {"sslmode": "verify-ca", "sslrootcert": "/nowhere"},
	} {
		_, err := postgres.Driver.Open(t.Context(), with(config, change))
		if adapters.KindOf(err) != adapters.BadConfig || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error is %v, want a wrong setting", err)
		}
		if want, _, _ := strings.Cut(want, ":"); !strings.Contains(err.Error(), want) && !strings.Contains(err.Error(), "no such file") {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

func TestSettingsHoldInEverySession(t *testing.T) {
	t.Parallel()
	config := postgrestest.Config(t)
	exec1(t, connect(t, config), `do $$ begin create role loader; exception when duplicate_object then null; end $$`)
	a := connect(t, with(config, adapters.Config{
		"dbname": nil, "database": config["dbname"], "password": nil, "pass": config["password"],
		"role": "Loader", "search_path": "raw, public", "keepalives_idle": 30, "connect_timeout": 5,
	}))
	got := query1(t, a, "select current_user::text, current_setting('search_path'), current_setting('application_name')")
	if diff := cmp.Diff([]any{"loader", "raw, public", "mod"}, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	_, err := postgres.Driver.Open(t.Context(), with(config, adapters.Config{"role": "nobody here"}))
	if adapters.KindOf(err) != adapters.BadConfig || !strings.Contains(err.Error(), `role "nobody here" does not exist`) {
		t.Errorf("error is %v", err)
	}
}

func TestErrorsCarryAllThatTheServerSays(t *testing.T) {
	t.Parallel()
	a := connect(t, postgrestest.Config(t))
	exec1(t, a, "create table t (a integer primary key, customer_name text); insert into t values (1)")
	for _, c := range []struct {
		sql  string
		want adapters.Error
	}{
		{"insert into t values (1)", adapters.Error{
			Message: `duplicate key value violates unique constraint "t_pkey"`, Detail: "Key (a)=(1) already exists.", Code: "23505", Position: -1,
		}},
		{"select 'é', custmer_name from t", adapters.Error{
			Message: `column "custmer_name" does not exist`, Hint: `Perhaps you meant to reference the column "t.customer_name".`,
			Code: "42703", Position: 13,
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
	_, err := a.Load(t.Context(), relation.Table{Relation: relation.Relation{Name: "t"}}, func(yield func([]any, error) bool) {
		_ = yield([]any{int64(2), "x"}, nil) && yield([]any{"three", "x"}, nil)
	})
	if err == nil || !strings.Contains(err.Error(), `COPY t, line 2, column a: "three"`) {
		t.Errorf("error is %v, want one that tells the row", err)
	}
}

func TestLostConnectionsAreTransientAndBroken(t *testing.T) {
	t.Parallel()
	config := postgrestest.Config(t)
	a, b := connect(t, config), connect(t, config)
	pid := query1(t, a, "select pg_backend_pid()")[0]
	exec1(t, b, fmt.Sprintf("select pg_terminate_backend(%d, 10000)", pid))
	_, err := a.Exec(t.Context(), "select 1")
	if adapters.KindOf(err) != adapters.Transient || !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("error is %v", err)
	}
	if _, err := a.Exec(t.Context(), "select 1"); !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("error is %v, want ErrBroken", err)
	}
}

func TestConflictsAreTransient(t *testing.T) {
	t.Parallel()
	config := postgrestest.Config(t)
	one, two := connect(t, config), connect(t, config)
	exec1(t, one, "create table t as select 1 as a")
	exec1(t, one, "begin; update t set a = 2")
	_, err := two.Exec(t.Context(), "begin; select * from t for update nowait")
	if adapters.KindOf(err) != adapters.Transient {
		t.Errorf("error is %v, want a transient one", err)
	}
	exec1(t, two, "rollback; begin isolation level serializable; select * from t")
	exec1(t, one, "commit")
	if _, err = two.Exec(t.Context(), "update t set a = 3"); adapters.KindOf(err) != adapters.Transient {
		t.Errorf("error is %v, want a transient one", err)
	}
}

func TestAStatementTimeLimitIsACancellation(t *testing.T) {
	t.Parallel()
	a := connect(t, postgrestest.Config(t))
	if _, err := a.Exec(t.Context(), "set statement_timeout = 20; select pg_sleep(60)"); adapters.KindOf(err) != adapters.Cancelled {
		t.Errorf("error is %v", err)
	}
}

func TestAQueryThatEndsEarlyDoesNotAbortItsTransaction(t *testing.T) {
	t.Parallel()
	a := connect(t, postgrestest.Config(t))
	exec1(t, a, "begin; create table t (a integer)")
	query1(t, a, "select generate_series(1, 100000)")
	exec1(t, a, "insert into t values (1); commit")
	if got := query1(t, a, "select count(*) from t")[0]; got != int64(1) {
		t.Errorf("%v rows, want 1", got)
	}
}
