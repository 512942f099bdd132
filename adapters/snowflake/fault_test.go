package snowflake_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/snowflake"
	"github.com/modsql/mod/compiler/relation"
)

// connected is a session with an account.
func connected(t *testing.T, a *account) adapters.Adapter {
	t.Helper()
	w, err := snowflake.Driver.Open(t.Context(), a.config(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func failed(t *testing.T, err error) *adapters.Error {
	t.Helper()
	var e *adapters.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %#v, want an *adapters.Error", err)
	}
	return e
}

func TestALoginThatIsRefusedSaysWhatToCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, answer, says, hint string }{
		{"expired key", refusal("390144", "08001", "JWT token is invalid. [0ce]"), "JWT token is invalid", "`private_key_path`"},
		{"role", refusal("390189", "08001", "Role 'R' specified in the connect string does not exist or not authorized."), "Role 'R'", "`role`"},
		{"password", refusal("390100", "08001", "Incorrect username or password was specified."), "Incorrect username", "`password`"},
		{"token", refusal("390318", "08001", "OAuth access token expired. [0ce]"), "expired", "get a new one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := serve(t, &account{login: c.answer})
			_, err := snowflake.Driver.Open(t.Context(), a.config(t))
			e := failed(t, err)
			if e.Kind != adapters.Unreachable || !strings.Contains(e.Message, c.says) || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("error is %+v", *e)
			}
			if strings.Contains(err.Error(), "not a secret") {
				t.Errorf("the error has the password in it: %v", err)
			}
		})
	}
}

func TestAnAccountThatDoesNotExistIsToldAsThat(t *testing.T) {
	t.Parallel()
	a := serve(t, &account{})
	c := a.config(t)
	a.CloseClientConnections()
	a.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	_, err := snowflake.Driver.Open(t.Context(), c)
	if e := failed(t, err); e.Kind != adapters.Unreachable || !strings.Contains(e.Hint, "`account`") {
		t.Errorf("error is %+v", *e)
	}
}

func TestErrorsTellTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sql, message, at, says string }{
		{"select 1;\nselect 'é', nope\nfrom t", "SQL compilation error: error line 1 at position 12\ninvalid identifier 'NOPE'", "nope", "SQL compilation error: invalid identifier 'NOPE'"},
		{"select 'a',\n  + from t", "SQL compilation error:\nsyntax error line 2 at position 4 unexpected 'from'.", "from", "SQL compilation error: syntax error unexpected 'from'."},
		{"merge into t", "Duplicate row detected during DML action\nRow Values: [1, \"me@example.com\"]", "", "Duplicate row detected during DML action Row Values: […]"},
	} {
		a := serve(t, &account{query: func(w http.ResponseWriter, _ *http.Request, sql string) {
			if sql == "select 1" {
				done(w)
				return
			}
			_, _ = w.Write([]byte(refusal("000904", "42000", c.message)))
		}})
		_, err := connected(t, a).Exec(t.Context(), c.sql)
		e := failed(t, err)
		want := -1
		if c.at != "" {
			want = strings.Index(c.sql, c.at)
		}
		if e.Kind != adapters.Failed || e.Position != want || e.Message != c.says || e.Code != "000904" {
			t.Errorf("%s: error is %+v, want position %d", c.sql, *e, want)
		}
	}
}

func TestAStatementWithoutAWarehouseSaysWhatToSet(t *testing.T) {
	t.Parallel()
	a := serve(t, &account{query: func(w http.ResponseWriter, _ *http.Request, _ string) {
		_, _ = w.Write([]byte(refusal("000606", "57P03", "No active warehouse selected in the current session.")))
	}})
	_, err := connected(t, a).Exec(t.Context(), "select 1")
	if e := failed(t, err); e.Kind != adapters.BadConfig || !strings.Contains(e.Hint, "`warehouse`") {
		t.Errorf("error is %+v", *e)
	}
}

func TestASessionThatIsKilledInAMergeMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	a := serve(t, &account{query: func(w http.ResponseWriter, _ *http.Request, _ string) {
		_, _ = w.Write([]byte(refusal("390111", "08003", "Session no longer exists. New login required to access the service.")))
	}})
	s := connected(t, a)
	_, err := s.Exec(t.Context(), "merge into t using s on t.id = s.id when matched then delete")
	if e := failed(t, err); e.Kind != adapters.Transient || !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("error is %+v", *e)
	}
	if _, err := s.Exec(t.Context(), "select 1"); !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("the session goes on: %v", err)
	}
}

func TestALostConnectionIsTriedAgainOnlyWhereThatIsSafe(t *testing.T) {
	t.Parallel()
	for sql, kind := range map[string]adapters.ErrorKind{
		"select 1":                              adapters.Transient,
		"create or replace table t as select 1": adapters.Transient,
		"insert overwrite into t select 1":      adapters.Transient,
		"insert into t select 1":                adapters.Failed,
		"/* c */ merge into t using s on 1 = 1": adapters.Failed,
		"begin; delete from t":                  adapters.Transient,
		"begin; delete from t; commit":          adapters.Failed,
	} {
		t.Run(sql, func(t *testing.T) {
			t.Parallel()
			a := serve(t, &account{query: func(w http.ResponseWriter, r *http.Request, text string) {
				if text == "begin" || text == "delete from t" && strings.HasSuffix(sql, "commit") {
					done(w)
					return
				}
				panic(http.ErrAbortHandler) // the connection is reset
			}})
			_, err := connected(t, a).Exec(t.Context(), sql)
			e := failed(t, err)
			if e.Kind != kind || !errors.Is(err, adapters.ErrBroken) || kind == adapters.Failed && !strings.Contains(e.Hint, "not known") {
				t.Errorf("error is %+v", *e)
			}
		})
	}
}

func TestACancelledStatementStops(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped by the test")
	began, release := make(chan struct{}), make(chan struct{})
	a := serve(t, &account{query: func(_ http.ResponseWriter, r *http.Request, _ string) {
		close(began)
		select {
		case <-r.Context().Done():
		case <-release:
		}
	}})
	s := connected(t, a)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-began; cancel(stopped) }()
	_, err := s.Exec(ctx, "select 1")
	close(release)
	if e := failed(t, err); e.Kind != adapters.Cancelled || !errors.Is(err, stopped) || !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("error is %+v", *e)
	}
	if !a.noted("abort") {
		t.Error("the server was not told to stop the statement")
	}
}

func TestAResultOfMillionsOfRowsIsStreamed(t *testing.T) {
	t.Parallel()
	const parts, rows = 100, 50_000
	a := &account{part: func(w http.ResponseWriter, n string) {
		i, _ := strconv.Atoi(n)
		_, _ = w.Write(numbers(i*rows, rows, 5_000))
	}}
	a.query = func(w http.ResponseWriter, _ *http.Request, _ string) { a.inParts(w, parts, rows) }
	result, err := connected(t, serve(t, a)).Query(t.Context(), "select n, s from t")
	if err != nil {
		t.Fatal(err)
	}
	next, most := int64(0), uint64(0)
	for row, err := range result.All {
		if err != nil {
			t.Fatal(err)
		}
		if row[0] != next {
			t.Fatalf("row %d is %v", next, row)
		}
		if next++; next%100_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if next != parts*rows || most > 300<<20 {
		t.Errorf("%d rows, %d MB", next, most>>20)
	}
}

func TestAStreamThatBreaksIsReadOn(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	a := &account{part: func(w http.ResponseWriter, _ string) {
		text := numbers(0, 1000, 100)
		if asked.Add(1) == 1 {
			_, _ = w.Write(text[:len(text)/2])
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(text)
	}}
	a.query = func(w http.ResponseWriter, _ *http.Request, _ string) { a.inParts(w, 1, 1000) }
	result, err := connected(t, serve(t, a)).Query(t.Context(), "select n, s from t")
	if err != nil {
		t.Fatal(err)
	}
	next := int64(0)
	for row, err := range result.All {
		if err != nil {
			t.Fatal(err)
		}
		if row[0] != next {
			t.Fatalf("row %d is %v", next, row)
		}
		next++
	}
	if next != 1000 || asked.Load() < 2 {
		t.Errorf("%d rows, asked %d times", next, asked.Load())
	}
}

func TestACopyThatFailsIsToldAsThat(t *testing.T) {
	t.Parallel()
	a := serve(t, &account{query: func(w http.ResponseWriter, _ *http.Request, sql string) {
		if strings.HasPrefix(sql, "create temporary stage") {
			_, _ = w.Write([]byte(refusal("003001", "42501", "SQL access control error: Insufficient privileges to operate on schema 'S'")))
			return
		}
		if strings.HasPrefix(sql, "insert") {
			_, _ = w.Write([]byte(refusal("100038", "22018", "Numeric value 'x' is not recognized")))
			return
		}
		done(w)
	}})
	into := relation.Table{Relation: relation.Relation{Schema: "S", Name: "T"}}
	_, err := connected(t, a).Load(t.Context(), into, func(yield func([]any, error) bool) {
		for range 100 {
			if !yield([]any{"x", nil}, nil) {
				return
			}
		}
	})
	if e := failed(t, err); !strings.Contains(e.Message, "Numeric value 'x'") || e.Position != -1 {
		t.Errorf("error is %+v", *e)
	}
	if !a.noted("begin") || !a.noted("rollback") || a.noted("commit") {
		t.Errorf("a role without stages was to insert in a transaction that is taken back: %q", a.sent)
	}
}

func TestADriverThatDoesNotAnswerIsLeft(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	a := serve(t, &account{query: func(http.ResponseWriter, *http.Request, string) { <-release }})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := connected(t, a).Exec(ctx, "select 1")
	if e := failed(t, err); e.Kind != adapters.Cancelled || !errors.Is(err, adapters.ErrBroken) {
		t.Errorf("error is %+v", *e)
	}
}
