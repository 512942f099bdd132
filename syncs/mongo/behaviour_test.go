package mongo

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/modsql/mod/syncs"
)

// target is of people with key id.
func target(mode syncs.Mode, fields ...string) *syncs.Target {
	out := &syncs.Target{Sync: "people", Object: "things", Mode: mode, Key: []string{"id"}}
	for _, name := range append([]string{"id"}, fields...) {
		out.Fields = append(out.Fields, syncs.Field{Name: name})
	}
	return out
}

func batch(of *syncs.Target, op syncs.Op, first int64, rows ...[]any) *syncs.Batch {
	b := &syncs.Batch{Target: of, Run: "run1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: first + int64(i), Op: op, Values: values})
	}
	return b
}

// send sends a batch and returns the classes of its rows' outcomes.
func send(t *testing.T, d *destination, b *syncs.Batch) []syncs.Class {
	t.Helper()
	outcomes, err := d.Send(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	classes := make([]syncs.Class, len(outcomes))
	for i, err := range outcomes {
		if err != nil {
			classes[i] = syncs.ClassOf(err)
		}
	}
	return classes
}

func TestADocumentAtFaultStandsAlone(t *testing.T) {
	c := settings(t)
	db := database(t, c)
	create(t, db, "things", "id")
	d, of := opened(t, c), target(syncs.UpsertMode, "name", "email")
	if _, err := db.Collection("things").Indexes().CreateOne(t.Context(), driver.IndexModel{Keys: bson.D{{Key: "email", Value: 1}}, Options: options.Index().SetUnique(true)}); err != nil {
		t.Fatal(err)
	}
	outcomes := send(t, d, batch(of, syncs.Insert, 1,
		[]any{int64(1), "one", "a@x"}, []any{int64(2), "two", "a@x"}, []any{int64(3), "\xff", "c@x"}, []any{int64(4), syncs.Number("1e99999"), "d@x"},
		[]any{int64(5), "five", "e@x"}))
	same(t, "outcomes", outcomes, []syncs.Class{"", syncs.Rejected, syncs.Rejected, syncs.Rejected, ""})
	outcomes = send(t, d, batch(of, syncs.Insert, 6, []any{int64(6), "six", "f@x"}, []any{int64(7), "seven", "e@x"}))
	same(t, "outcomes where the last is at fault", outcomes, []syncs.Class{"", syncs.Rejected})
	same(t, "documents", records(t, d, of), [][]any{{int64(1), "one", "a@x"}, {int64(5), "five", "e@x"}, {int64(6), "six", "f@x"}})
}

func TestUpdatesThatMeetNothingAreTold(t *testing.T) {
	c := settings(t)
	create(t, database(t, c), "things", "id")
	d := opened(t, c)
	var rows [][]any
	var want []syncs.Class
	for i := range int64(20) {
		rows = append(rows, []any{i, "new", 0.5})
		want = append(want, map[bool]syncs.Class{true: syncs.Rejected}[i == 3 || i >= 17])
	}
	send(t, d, batch(target(syncs.UpsertMode, "name", "ratio"), syncs.Insert, 1, append(rows[4:17:17], rows[:3]...)...))
	same(t, "outcomes", send(t, d, batch(target(syncs.UpdateMode, "name", "ratio"), syncs.Update, 1, rows...)), want)
	same(t, "documents", len(records(t, d, target(syncs.UpdateMode))), 16)
}

func TestARowThatIsAppendedAgainInItsRunIsThereOnce(t *testing.T) {
	c := settings(t)
	create(t, database(t, c), "things")
	d, of := opened(t, c), target(syncs.AppendMode, "name")
	b := batch(of, syncs.Insert, 1, []any{int64(1), "one"}, []any{int64(1), "one"})
	for range 2 {
		same(t, "outcomes", send(t, d, b), []syncs.Class{"", ""})
	}
	b.Rows = append(b.Rows, batch(of, syncs.Insert, 3, []any{int64(1), "one"}).Rows...)
	same(t, "outcomes", send(t, d, b), []syncs.Class{"", "", ""})
	same(t, "documents", len(records(t, d, of)), 3)
}

func TestFieldsOfOthersStay(t *testing.T) {
	c := settings(t)
	db := database(t, c)
	create(t, db, "things", "id")
	if _, err := db.Collection("things").InsertOne(t.Context(), bson.D{{Key: "id", Value: 1}, {Key: "note", Value: "ours"}, {Key: "address", Value: bson.D{{Key: "zip", Value: "z"}}}}); err != nil {
		t.Fatal(err)
	}
	d := opened(t, c)
	send(t, d, batch(target(syncs.UpsertMode, "address.city"), syncs.Update, 1, []any{int64(1), "Łódź"}))
	same(t, "documents", records(t, d, target(syncs.UpsertMode, "note", "address")), [][]any{{int64(1), "ours", map[string]any{"zip": "z", "city": "Łódź"}}})
}

func TestWhatIsWrongIsTold(t *testing.T) {
	c := settings(t)
	create(t, database(t, c), "things", "name")
	odd := target(syncs.UpsertMode, "$where")
	gone := target(syncs.AppendMode)
	gone.Object = "gone"
	for _, test := range []struct {
		config  syncs.Config
		target  *syncs.Target
		class   syncs.Class
		message string
	}{
		{with(c, "uri", "mongodb://127.0.0.1:1/", "connect_timeout", "50ms"), target(syncs.UpsertMode), syncs.Transient, "connection refused"},
		{c, gone, syncs.Missing, `there is no collection "gone"`},
		{c, target(syncs.UpsertMode), syncs.Broken, `collection "things" has no unique index on id`},
		{c, odd, syncs.Broken, `a field cannot be named "$where"`},
	} {
		err := opened(t, test.config).Check(t.Context(), test.target)
		if err == nil || syncs.ClassOf(err) != test.class || !strings.Contains(err.Error(), test.message) {
			t.Errorf("got %v (%s), want %s (%s)", err, syncs.ClassOf(err), test.message, test.class)
		}
	}
	for _, bad := range []syncs.Config{with(c, "id", "uuid"), with(c, "uri", "mongodb://user:hush@127.0.0.1:x/"), with(c, "uri", "hush")} {
		_, err := New().Open(t.Context(), bad)
		if syncs.ClassOf(err) != syncs.Broken || strings.Contains(fmt.Sprint(err), "hush") {
			t.Errorf("got %v (%s)", err, syncs.ClassOf(err))
		}
	}
}

// TestErrorsHaveClasses holds what FerretDB never says.
func TestErrorsHaveClasses(t *testing.T) {
	for _, test := range []struct {
		err  error
		want syncs.Class
	}{
		{driver.CommandError{Code: 13, Message: "not authorized"}, syncs.Denied},
		{fmt.Errorf("connect: %w", driver.CommandError{Code: 18, Message: "Authentication failed."}), syncs.Denied},
		{driver.CommandError{Code: 189, Message: "primary stepped down"}, syncs.Transient},
		{driver.CommandError{Code: 12345, Labels: []string{"RetryableWriteError"}}, syncs.Transient},
		{driver.CommandError{Code: 16500, Message: "too many"}, syncs.Limited},
		{driver.CommandError{Code: 10334, Message: "too large"}, syncs.TooLarge},
		{driver.CommandError{Code: 59, Message: "no such command"}, syncs.Broken},
		{driver.BulkWriteException{WriteConcernError: &driver.WriteConcernError{Code: 64, Message: "waiting for replication"}}, syncs.Transient},
	} {
		if err := classified(t.Context(), test.err); syncs.ClassOf(err) != test.want {
			t.Errorf("%v: %s, want %s", test.err, syncs.ClassOf(err), test.want)
		}
	}
}

func TestValuesOfBSON(t *testing.T) {
	exact, err := bson.ParseDecimal128("-12345678901234.5678")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ value, want any }{
		{syncs.Number("-12345678901234.5678"), exact},
		{syncs.Number("42"), int64(42)},
		{[]any{int64(1), []any{"x", nil}}, bson.A{int64(1), bson.A{"x", nil}}},
		{map[string]any{"b": []byte{1}, "a": true}, bson.D{{Key: "a", Value: true}, {Key: "b", Value: bson.Binary{Data: []byte{1}}}}},
		{time.Date(1969, 12, 31, 23, 59, 59, 999_900_000, time.UTC), bson.DateTime(-1)},
	} {
		got, err := valueOf("x", test.value)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%v is %v, want %v", test.value, got, test.want)
		}
		kind, data, err := bson.MarshalValue(got)
		if err != nil {
			t.Fatal(err)
		}
		if _, moment := test.value.(time.Time); !moment && test.want != any(int64(42)) {
			same(t, "read back", plain(bson.RawValue{Type: kind, Value: data}), test.value)
		}
	}
}

func TestRender(t *testing.T) {
	d := &destination{archive: "archived_at"}
	of := target(syncs.ArchiveMode, "name")
	of.Removal = syncs.Archive
	for _, test := range []struct {
		batch *syncs.Batch
		want  string
	}{
		{batch(of, syncs.Update, 1, []any{int64(1), map[string]any{"$a": 1.5}}),
			`{"updateOne":{"filter":{"id":1},"update":{"$set":{"id":1,"name":{"$a":1.5}},"$unset":{"archived_at":""}},"upsert":true}}`},
		{batch(target(syncs.MirrorMode), syncs.Delete, 1, []any{"x"}), `{"deleteOne":{"id":"x"}}`},
		{batch(target(syncs.AppendMode, "a.b", "a.c"), syncs.Insert, 3, []any{"x", "1", nil}), `{"insertOne":{"_id":"people/run1/3","id":"x","a":{"b":"1","c":null}}}`},
	} {
		got, err := d.Render(test.batch)
		if err != nil {
			t.Fatal(err)
		}
		same(t, string(test.batch.Op), got, []string{test.want})
	}
}
