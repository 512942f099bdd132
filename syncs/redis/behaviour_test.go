package redis

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

func opened(t *testing.T, c syncs.Config) *committer {
	t.Helper()
	d, err := New().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d.(*committer)
}

// target is of customers with key id.
func target(mode syncs.Mode) *syncs.Target {
	return &syncs.Target{Sync: "people", Object: "customer", Mode: mode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}, {Name: "age"}}}
}

func batch(of *syncs.Target, op syncs.Op, first int64, rows ...[]any) *syncs.Batch {
	b := &syncs.Batch{Target: of, Run: "run1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: first + int64(i), Op: op, Values: values})
	}
	return b
}

// send sends a batch and returns what is said of each row.
func send(t *testing.T, d *committer, b *syncs.Batch) []string {
	t.Helper()
	outcomes, err := d.Send(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	said := make([]string, len(outcomes))
	for i, err := range outcomes {
		if err != nil {
			said[i] = fmt.Sprintf("%s: %v", syncs.ClassOf(err), err)
		}
	}
	return said
}

func TestARefusedRowIsRememberedAsSuch(t *testing.T) {
	c := settings(t)
	d, db := opened(t, c), connect(t, c)
	db.SAdd(t.Context(), "customer:2", "a set")
	b := batch(target(syncs.UpsertMode), syncs.Insert, 7, []any{int64(1), "one", nil}, []any{int64(2), "two", nil}, []any{int64(3), "three", nil})
	for range 2 {
		same(t, "outcomes", send(t, d, b), []string{"", "rejected: the key holds a set", ""})
	}
	spans, err := d.Committed(t.Context(), target(syncs.UpsertMode), "run1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "what arrived", spans, []syncs.Span{{First: 7, Last: 7}, {First: 9, Last: 9}})
	same(t, "the record", db.HGetAll(t.Context(), "customer:3").Val(), map[string]string{"id": "3", "name": "three"})
	same(t, "the key of something else", db.SMembers(t.Context(), "customer:2").Val(), []string{"a set"})
}

func TestRowsAfterABatchThatArrivedAreSent(t *testing.T) {
	c := settings(t)
	d, db := opened(t, c), connect(t, c)
	of := target(syncs.AppendMode)
	one, two, three := []any{int64(1), "one", nil}, []any{int64(2), "two", nil}, []any{int64(3), "three", nil}
	send(t, d, batch(of, syncs.Insert, 1, one, two))
	for range 2 {
		same(t, "outcomes", send(t, d, batch(of, syncs.Insert, 1, one, two, three)), []string{"", "", ""})
	}
	same(t, "entries", db.XLen(t.Context(), "customer").Val(), 3)
}

func TestRecordsMayEnd(t *testing.T) {
	c := with(settings(t), "ttl", "36h")
	d, db := opened(t, c), connect(t, c)
	send(t, d, batch(target(syncs.UpsertMode), syncs.Insert, 1, []any{"x", "one", nil}))
	if left := db.TTL(t.Context(), "customer:x").Val(); left < 35*time.Hour || left > 36*time.Hour {
		t.Errorf("it stays for %s", left)
	}
}

func TestStreamsMayForget(t *testing.T) {
	c := with(settings(t), "max_length", 10)
	d, db := opened(t, c), connect(t, c)
	var rows [][]any
	for i := range 1000 {
		rows = append(rows, []any{int64(i), "name", nil})
	}
	send(t, d, batch(target(syncs.AppendMode), syncs.Insert, 1, rows...))
	if n := db.XLen(t.Context(), "customer").Val(); n < 10 || n > 200 {
		t.Errorf("the stream has %d entries", n)
	}
}

func TestKeysOfSeveralFieldsDiffer(t *testing.T) {
	of := &syncs.Target{Object: "o", Key: []string{"a", "b"}}
	for template, want := range map[string][]string{
		"":              {`o:x\:y:z`, `o:x:y\:z`, `o:x\\:\:`},
		"{b}/{a}/{b}:q": {`z/x\:y/z:q`, `y\:z/x/y\:z:q`, `\:/x\\/\::q`},
	} {
		d := &destination{key: template}
		var got []string
		for _, values := range [][]any{{"x:y", "z"}, {"x", "y:z"}, {`x\`, ":"}} {
			key, err := d.keyOf(of, &syncs.Row{Values: values})
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, key)
		}
		same(t, template, got, want)
	}
}

func TestWhatIsWrongIsTold(t *testing.T) {
	c := settings(t)
	nameless := target(syncs.AppendMode)
	nameless.Object = ""
	keyless := target(syncs.UpsertMode)
	keyless.Object = ""
	for _, test := range []struct {
		config  syncs.Config
		target  *syncs.Target
		class   syncs.Class
		message string
	}{
		{with(c, "password", "wrong"), target(syncs.UpsertMode), syncs.Denied, "WRONGPASS"},
		{with(c, "password", ""), target(syncs.UpsertMode), syncs.Denied, "NOAUTH"},
		{with(c, "port", 1), target(syncs.UpsertMode), syncs.Transient, "connection refused"},
		{with(c, "database", 99999), target(syncs.UpsertMode), syncs.Missing, "DB index is out of range"},
		{with(c, "key", "c:{id}:{name}"), target(syncs.UpsertMode), syncs.Broken, "has {name}, which is no field of the key (id)"},
		{with(c, "key", "c"), target(syncs.UpsertMode), syncs.Broken, "has no {id}, so that records would share a key"},
		{c, nameless, syncs.Broken, "needs an object: the key of the stream"},
		{c, keyless, syncs.Broken, "a sync needs an object"},
	} {
		err := opened(t, test.config).Check(t.Context(), test.target)
		if err == nil || syncs.ClassOf(err) != test.class || !strings.Contains(err.Error(), test.message) {
			t.Errorf("got %v (%s), want %s (%s)", err, syncs.ClassOf(err), test.message, test.class)
		}
		if strings.Contains(fmt.Sprint(err), "not a secret") {
			t.Errorf("the password is told: %v", err)
		}
	}
	if _, err := New().Open(t.Context(), with(c, "value", "list")); syncs.ClassOf(err) != syncs.Broken {
		t.Errorf("a value that is none: %v", err)
	}
}

func TestAServerThatIsFullTakesNothing(t *testing.T) {
	c := settings(t)
	d, db := opened(t, c), connect(t, c)
	limit := func(most string) {
		if err := db.ConfigSet(t.Context(), "maxmemory", most).Err(); err != nil {
			t.Fatal(err)
		}
	}
	limit("1")
	_, err := d.Send(t.Context(), batch(target(syncs.UpsertMode), syncs.Insert, 1, []any{"x", "one", nil}, []any{"y", "two", nil}))
	limit("0")
	if syncs.ClassOf(err) != syncs.Exhausted || !strings.Contains(err.Error(), "OOM") {
		t.Errorf("got %v (%s)", err, syncs.ClassOf(err))
	}
	same(t, "keys", db.Keys(t.Context(), "*").Val(), []string{})
}

func TestArchivedJSONKeepsItsText(t *testing.T) {
	c := with(settings(t), "value", "json")
	d, db := opened(t, c), connect(t, c)
	of := target(syncs.ArchiveMode)
	of.Removal = syncs.Archive
	send(t, d, batch(of, syncs.Insert, 1, []any{"x", `"archived_at":}`, syncs.Number("1234567890123456789.10")}))
	send(t, d, batch(of, syncs.Archive, 2, []any{"x"}))
	first := db.Get(t.Context(), "customer:x").Val()
	if !strings.HasPrefix(first, `{"id":"x","name":"\"archived_at\":}","age":1234567890123456789.10,"archived_at":"2`) {
		t.Errorf("the record is %s", first)
	}
	send(t, d, batch(of, syncs.Archive, 3, []any{"x"}))
	same(t, "the record after it was archived again", db.Get(t.Context(), "customer:x").Val(), first)
}

func TestRender(t *testing.T) {
	of := target(syncs.MirrorMode)
	rows := [][]any{{int64(1), "it's", nil}, {int64(2), "", int64(5)}}
	for _, test := range []struct {
		destination destination
		batch       *syncs.Batch
		want        []string
	}{
		{destination{}, batch(of, syncs.Insert, 1, rows...), []string{`HSET customer:1 id 1 name "it's"`, `HDEL customer:1 age`, `HSET customer:2 id 2 name "" age 5`}},
		{destination{json: true, ttl: time.Minute}, batch(of, syncs.Insert, 1, rows[1]), []string{`SET customer:2 "{\"id\":2,\"name\":\"\",\"age\":5}"`, `PEXPIRE customer:2 60000`}},
		{destination{}, batch(of, syncs.Delete, 1, []any{int64(1)}), []string{"DEL customer:1"}},
		{destination{}, batch(target(syncs.AppendMode), syncs.Insert, 1, rows[1]), []string{`XADD customer * id 2 name "" age 5`}},
	} {
		got, err := test.destination.Render(test.batch)
		if err != nil {
			t.Fatal(err)
		}
		same(t, string(test.batch.Op), got, test.want)
	}
}

// TestTheScriptIsGivenToAServerThatLostIt covers a restart between two batches.
func TestTheScriptIsGivenToAServerThatLostIt(t *testing.T) {
	c := settings(t)
	d, db := opened(t, c), connect(t, c)
	for i := range int64(2) {
		if err := db.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		same(t, "outcomes", send(t, d, batch(target(syncs.UpsertMode), syncs.Insert, i+1, []any{i, "one", nil})), []string{""})
	}
	same(t, "keys", db.Exists(t.Context(), "customer:0", "customer:1").Val(), 2)
}
