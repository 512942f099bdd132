package trino_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/syncs/destinationtest"
)

// behind is a session with the cluster by way of a proxy, and one without; their schema is there.
func behind(t *testing.T) (proxy *destinationtest.Proxy, far, near adapters.Adapter) {
	t.Helper()
	config := trinotest.Config(t)
	proxy = destinationtest.NewProxy(t, fmt.Sprintf("%v:%v", config["host"], config["port"]))
	far = connect(t, with(config, adapters.Config{"host": "127.0.0.1", "port": proxy.Port(), "retry_timeout": 3}))
	near = connect(t, config)
	exec1(t, near, fmt.Sprintf("create schema %s", config["schema"]))
	return proxy, far, near
}

// brief takes a moment, slow some seconds.
const brief = "select count(*) as n from tpch.sf1.customer where custkey + nationkey > 0"
const slow = "select count(*) as n from tpch.sf1.orders where custkey + orderkey > 0"

// TestAStatementOutlivesItsConnections: those that ask for its result are made again.
func TestAStatementOutlivesItsConnections(t *testing.T) {
	t.Parallel()
	proxy, far, near := behind(t)
	done := make(chan error, 1)
	sql := marked(t, near, "create table t as "+brief)
	go func() {
		_, err := far.Exec(t.Context(), sql)
		done <- err
	}()
	running(t, near, "create table t")
	proxy.Reset()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := query1(t, near, "select n from t"); got[0] != int64(150000) {
		t.Errorf("it has %v", got)
	}
}

// running waits until the cluster runs a statement with that text, in a schema that no other test has, and returns the name of its query.
func running(t *testing.T, a adapters.Adapter, text string) string {
	t.Helper()
	schema := query1(t, a, "select current_schema")[0]
	sql := fmt.Sprintf("select max(query_id) from system.runtime.queries where state in ('RUNNING', 'FINISHING', 'FINISHED')"+
		" and query like '%%/* %v */ %s%%' and query not like '%%system.runtime%%'", schema, text)
	for {
		if id, ok := query1(t, a, sql)[0].(string); ok {
			return id
		}
		if id, ok := query1(t, a, strings.Replace(sql, "'RUNNING', 'FINISHING', 'FINISHED'", "'FAILED'", 1))[0].(string); ok {
			t.Fatalf("query %s failed before anything was done to it", id)
		}
		if t.Context().Err() != nil {
			t.Fatal(t.Context().Err())
		}
	}
}

// marked is a statement by which running knows it.
func marked(t *testing.T, a adapters.Adapter, sql string) string {
	t.Helper()
	return fmt.Sprintf("/* %v */ %s", query1(t, a, "select current_schema")[0], sql)
}

// TestAServerThatIsGoneForGood: what may be done again is a failure that may pass, the rest one that says that nobody knows.
func TestAServerThatIsGoneForGood(t *testing.T) {
	t.Parallel()
	proxy, far, near := behind(t)
	exec1(t, near, "create table t (n bigint)")
	for _, c := range []struct {
		sql  string
		kind adapters.ErrorKind
		says string
	}{
		{slow, adapters.Transient, "the connection was lost: "},
		{"create table gone as " + slow, adapters.Transient, "the connection was lost: "},
		{"insert into t " + slow, adapters.Failed, "whether the statement was carried out is not known"},
	} {
		done, sql := make(chan error, 1), marked(t, near, c.sql)
		go func() {
			_, err := far.Exec(t.Context(), sql)
			done <- err
		}()
		id := running(t, near, c.sql)
		proxy.Refuse()
		err := <-done
		proxy.Go()
		_, _ = near.Exec(t.Context(), fmt.Sprintf("call system.runtime.kill_query('%s', 'nobody waits for it')", id)) // unless it has ended
		if adapters.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error is %v, kind %d", c.sql, err, adapters.KindOf(err))
		}
		if got := query1(t, far, "select 1")[0]; got != int64(1) {
			t.Errorf("the next statement yields %v", got)
		}
	}
}

// TestAStatementThatNeverArrivedMayBeSentAgain, whatever it does.
func TestAStatementThatNeverArrivedMayBeSentAgain(t *testing.T) {
	t.Parallel()
	proxy, far, near := behind(t)
	exec1(t, near, "create table t (n bigint)")
	proxy.Refuse()
	_, err := far.Exec(t.Context(), "select 1")
	if adapters.KindOf(err) != adapters.Transient {
		t.Errorf("error is %v", err)
	}
	proxy.Go()
	exec1(t, far, "insert into t values (1)")
	if got := query1(t, near, "select count(*) from t"); got[0] != int64(1) {
		t.Errorf("there are %v rows", got)
	}
}

// TestABrokenLoadPublishesNothing, wherever the connection breaks.
func TestABrokenLoadPublishesNothing(t *testing.T) {
	t.Parallel()
	proxy, far, near := behind(t)
	exec1(t, near, "create table t (n bigint, s varchar)")
	into := relation.Table{Relation: relation.Relation{Name: "t"}}
	_, err := far.Load(t.Context(), into, func(yield func([]any, error) bool) {
		for i := range 60_000 {
			if i == 40_000 {
				proxy.Refuse()
			}
			if !yield([]any{int64(i), "some text"}, nil) {
				return
			}
		}
	})
	if err == nil {
		t.Fatal("no error")
	}
	proxy.Go()
	if got := query1(t, near, "select count(*) from t"); got[0] != int64(0) {
		t.Errorf("%v rows are there", got[0])
	}
}

// TestACancelledStatementIsCancelledOnTheCluster: it does not go on there.
func TestACancelledStatementIsCancelledOnTheCluster(t *testing.T) {
	t.Parallel()
	_, far, near := behind(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped by the test")
	done := make(chan error, 1)
	sql := marked(t, near, "create table t as select l.* from tpch.sf100.lineitem as l cross join tpch.sf100.orders")
	go func() {
		_, err := far.Exec(ctx, sql)
		done <- err
	}()
	id := running(t, near, "create table t")
	cancel(stopped)
	if err := <-done; adapters.KindOf(err) != adapters.Cancelled || !errors.Is(err, stopped) {
		t.Errorf("error is %v", err)
	}
	for query1(t, near, "select count(*) from system.runtime.queries where state not in ('FINISHED', 'FAILED') and query_id = '"+id+"'")[0] != int64(0) {
		if t.Context().Err() != nil {
			t.Fatal("it goes on")
		}
	}
	if got := query1(t, near, "select count(*) from information_schema.tables where table_schema = current_schema"); got[0] != int64(0) {
		t.Errorf("there are %v tables", got[0])
	}
}

// TestAQueryThatIsKilledIsCancelled, by whoever it was.
func TestAQueryThatIsKilledIsCancelled(t *testing.T) {
	t.Parallel()
	_, far, near := behind(t)
	done := make(chan error, 1)
	sql := marked(t, near, "select count(*) from tpch.sf100.lineitem")
	go func() {
		_, err := far.Exec(t.Context(), sql)
		done <- err
	}()
	id := running(t, near, "select count(*)")
	exec1(t, near, fmt.Sprintf("call system.runtime.kill_query('%s', 'too much')", id))
	if err := <-done; adapters.KindOf(err) != adapters.Cancelled || !strings.Contains(err.Error(), "too much") {
		t.Errorf("error is %v", err)
	}
}

// TestAnUnansweredServerIsToldSoon: nobody waits for minutes when a run begins.
func TestAnUnansweredServerIsToldSoon(t *testing.T) {
	t.Parallel()
	began := time.Now()
	_, err := openAt(t, adapters.Config{"host": "127.0.0.1", "port": 1, "user": "mod", "database": "lake"})
	if adapters.KindOf(err) != adapters.Unreachable || time.Since(began) > 20*time.Second {
		t.Errorf("after %v: %v", time.Since(began), err)
	}
}
