package mysql

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// target is of table x with key id.
func target(mode syncs.Mode, fields ...string) *syncs.Target {
	out := &syncs.Target{Sync: "people", Object: "x", Mode: mode, Key: []string{"id"}}
	for _, name := range append([]string{"id"}, fields...) {
		out.Fields = append(out.Fields, syncs.Field{Name: name})
	}
	return out
}

// batch is rows from a number on.
func batch(t *syncs.Target, op syncs.Op, first int64, rows ...[]any) *syncs.Batch {
	b := &syncs.Batch{Target: t, Run: "run1", Op: op}
	for i, values := range rows {
		b.Rows = append(b.Rows, syncs.Row{Number: first + int64(i), Op: op, Values: values, Hash: fmt.Sprint(values...)})
	}
	return b
}

// send sends a batch and returns the classes of its rows' outcomes.
func send(t *testing.T, d *committer, b *syncs.Batch) []syncs.Class {
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

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// records are those of a target.
func records(t *testing.T, d *committer, of *syncs.Target) [][]any {
	t.Helper()
	var out [][]any
	for values, err := range d.Read(t.Context(), of) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, values)
	}
	return out
}

func TestValuesArriveAsTheyAre(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id BIGINT PRIMARY KEY, name VARCHAR(100) CHARACTER SET utf8mb4, amount DECIMAL(40, 10), "+
		"big BIGINT UNSIGNED, ratio DOUBLE, day DATE, at DATETIME(6), stamp TIMESTAMP(6) NULL, raw VARBINARY(100), doc JSON, yes BOOLEAN)")
	d, of := opened(t, c), target(syncs.UpsertMode, "name", "amount", "big", "ratio", "day", "at", "stamp", "raw", "doc", "yes")
	if err := d.Check(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC)
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	rows := [][]any{
		{int64(1), `O'Brien \ "x" 🐘 é`, syncs.Number("-123456789012345678901234567890.0123456789"), syncs.Number("18446744073709551615"), 0.1,
			at.Truncate(24 * time.Hour), at, at, []byte{0, 1, 0xff, '\''}, `{"a":1}`, int64(1)},
		{int64(2), "a\x00b\\", syncs.Number("0.0000000000"), syncs.Number("9223372036854775808"), 1e300, first, first, nil, []byte{}, `[]`, int64(0)},
		{int64(3), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil},
	}
	same(t, "outcomes", send(t, d, batch(of, syncs.Insert, 1, rows...)), []syncs.Class{"", "", ""})
	same(t, "records", records(t, d, of), rows)

	other := [][]any{{syncs.Number("4"), int64(-7), 12.5, int64(1), int64(2), nil, "2024-01-02 03:04:05", nil, []byte("x"), map[string]any{"n": syncs.Number("1.50")}, true}}
	same(t, "outcomes", send(t, d, batch(of, syncs.Insert, 4, other...)), []syncs.Class{""})
	same(t, "a record of values of other types", records(t, d, of)[3], []any{int64(4), "-7", syncs.Number("12.5000000000"), int64(1), 2.0, nil,
		time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), nil, []byte("x"), `{"n":1.50}`, int64(1)})
}

func TestDatesThatNoCalendarHasAreRead(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT PRIMARY KEY, day DATE); SET sql_mode = ''; INSERT INTO x VALUES (1, '0000-00-00'), (2, '2024-00-10')")
	of := target(syncs.UpsertMode, "day")
	same(t, "records", records(t, opened(t, c), of), [][]any{{int64(1), "0000-00-00"}, {int64(2), "2024-00-10"}})
}

func TestARowAtFaultStandsAlone(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT PRIMARY KEY, name VARCHAR(5) NOT NULL, age INT CHECK (age >= 0), email VARCHAR(20) UNIQUE); "+
		"INSERT INTO x VALUES (100, 'taken', 1, 'a@x')")
	d, of := opened(t, c), target(syncs.UpsertMode, "name", "age", "email")
	outcomes := send(t, d, batch(of, syncs.Insert, 1,
		[]any{int64(1), "one", int64(1), nil},
		[]any{int64(2), "too long", int64(1), nil},
		[]any{int64(3), nil, int64(1), nil},
		[]any{int64(4), "four", int64(-1), nil},
		[]any{int64(5), "five", math.NaN(), nil},
		[]any{int64(6), "six", "abc", nil},
		[]any{int64(7), "\xff", int64(1), nil},
		[]any{int64(8), "eight", int64(1), "a@x"}, // the record with key 100 has it
		[]any{"9; --", "nine", int64(1), nil},
		[]any{int64(10), "ten", syncs.Number("99999999999"), nil},
		[]any{int64(100), "hundr", int64(2), "a@x"},
	))
	no := syncs.Rejected
	same(t, "outcomes", outcomes, []syncs.Class{"", no, no, no, no, no, no, no, no, no, ""})
	same(t, "records", records(t, d, of), [][]any{{int64(1), "one", int64(1), nil}, {int64(100), "hundr", int64(2), "a@x"}})
	spans, err := d.Committed(t.Context(), of, "run1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "what arrived", spans, []syncs.Span{{First: 1, Last: 1}, {First: 11, Last: 11}})
}

func TestABatchThatHasArrivedDoesNothing(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT, name VARCHAR(5))")
	d, of := opened(t, c), target(syncs.AppendMode, "name")
	b := batch(of, syncs.Insert, 5, []any{int64(1), "one"}, []any{int64(2), "too long"}, []any{int64(3), "three"})
	for range 3 {
		same(t, "outcomes", send(t, d, b), []syncs.Class{"", syncs.Rejected, ""})
	}
	same(t, "records", records(t, d, of), [][]any{{int64(1), "one"}, {int64(3), "three"}})

	if err := d.Forget(t.Context(), of, "run1"); err != nil {
		t.Fatal(err)
	}
	send(t, d, b)
	if err := d.Forget(t.Context(), of, ""); err != nil {
		t.Fatal(err)
	}
	send(t, d, b)
	same(t, "records after it was forgotten", len(records(t, d, of)), 4)
}

func TestRowsAfterABatchThatArrivedAreSent(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT, name VARCHAR(5))")
	d, of := opened(t, c), target(syncs.AppendMode, "name")
	one, two, three, four := []any{int64(1), "one"}, []any{int64(2), "too long"}, []any{int64(3), "three"}, []any{int64(4), "four"}
	send(t, d, batch(of, syncs.Insert, 1, one, two))
	for range 2 {
		same(t, "outcomes", send(t, d, batch(of, syncs.Insert, 1, one, two, three, four)), []syncs.Class{"", syncs.Rejected, "", ""})
	}
	same(t, "records", records(t, d, of), [][]any{one, three, four})
}

func TestModes(t *testing.T) {
	one, two := []any{int64(1), "new"}, []any{int64(2), "new"}
	for _, test := range []struct {
		mode     syncs.Mode
		removal  syncs.Op
		op       syncs.Op
		rows     [][]any
		outcomes []syncs.Class
		want     [][]any
	}{
		{syncs.InsertMode, "", syncs.Insert, [][]any{one, two}, []syncs.Class{"", ""}, [][]any{{int64(1), "old"}, two}},
		{syncs.UpdateMode, "", syncs.Update, [][]any{one, two}, []syncs.Class{"", syncs.Rejected}, [][]any{one}},
		{syncs.UpdateMode, "", syncs.Insert, [][]any{two, one, one}, []syncs.Class{syncs.Rejected, "", ""}, [][]any{one}},
		{syncs.UpsertMode, "", syncs.Insert, [][]any{one, two}, []syncs.Class{"", ""}, [][]any{one, two}},
		{syncs.MirrorMode, syncs.Delete, syncs.Delete, [][]any{{int64(1)}, {int64(3)}}, []syncs.Class{"", ""}, nil},
		{syncs.MirrorMode, syncs.Clear, syncs.Clear, [][]any{{int64(1)}}, []syncs.Class{""}, [][]any{{int64(1), nil}}},
		{syncs.ArchiveMode, syncs.Archive, syncs.Archive, [][]any{{int64(1)}}, []syncs.Class{""}, nil},
	} {
		t.Run(fmt.Sprintf("%s %s", test.mode, test.op), func(t *testing.T) {
			c := settings(t)
			do(t, database(t, c), "CREATE TABLE x (id INT PRIMARY KEY, name VARCHAR(5), archived_at DATETIME); INSERT INTO x (id, name) VALUES (1, 'old')")
			d, of := opened(t, c), target(test.mode, "name")
			of.Removal = test.removal
			if err := d.Check(t.Context(), of); err != nil {
				t.Fatal(err)
			}
			same(t, "outcomes", send(t, d, batch(of, test.op, 1, test.rows...)), test.outcomes)
			same(t, "records", records(t, d, of), test.want)
			if test.mode == syncs.ArchiveMode {
				send(t, d, batch(of, syncs.Update, 10, one))
				same(t, "records after it came back", records(t, d, of), [][]any{one})
			}
		})
	}
}

func TestKeysOfSeveralColumnsAndNamesWithBackticks(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE `a``b` (`sel``ect` VARCHAR(20), `from` INT, v INT, PRIMARY KEY (`from`, `sel``ect`))")
	d := opened(t, c)
	of := &syncs.Target{Sync: "s", Object: c["database"].(string) + ".a`b", Mode: syncs.MirrorMode, Removal: syncs.Delete, Key: []string{"sel`ect", "from"},
		Fields: []syncs.Field{{Name: "sel`ect"}, {Name: "from"}, {Name: "v"}}}
	if err := d.Check(t.Context(), of); err != nil {
		t.Fatal(err)
	}
	send(t, d, batch(of, syncs.Insert, 1, []any{"'", int64(1), int64(5)}, []any{"\\", int64(1), int64(6)}, []any{"x", int64(2), int64(7)}))
	send(t, d, batch(of, syncs.Delete, 4, []any{"\\", int64(1)}, []any{"x", int64(2)}))
	same(t, "records", records(t, d, of), [][]any{{"'", int64(1), int64(5)}})
}

func TestWhatIsWrongIsTold(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT, name INT); CREATE TABLE old (id INT PRIMARY KEY, name INT) ENGINE=MyISAM; CREATE TABLE two (id INT, name INT, UNIQUE (id, name))")
	changed := func(key string, value any) syncs.Config { return with(c, key, value) }
	on := func(object string, fields ...string) *syncs.Target {
		of := target(syncs.UpsertMode, fields...)
		of.Object = object
		return of
	}
	for _, test := range []struct {
		config  syncs.Config
		target  *syncs.Target
		class   syncs.Class
		message string
	}{
		{changed("password", "wrong"), on("x"), syncs.Denied, "Access denied for user 'mod_writer'"},
		{changed("database", "nowhere"), on("x"), syncs.Denied, "Access denied"},
		{changed("port", 1), on("x"), syncs.Transient, "connection refused"},
		{c, on("gone"), syncs.Missing, `there is no table "gone"`},
		{c, on("mysql.user"), syncs.Missing, `there is no table "mysql.user"`},
		{c, on("x", "nam", "name", "age"), syncs.Missing, `table "x" has no column "nam", "age"`},
		{c, on("x", "name"), syncs.Broken, `table "x" has no unique index on id, so that a key may mean several records`},
		{c, on("two", "name"), syncs.Broken, `no unique index on id`},
		{c, on("old", "name"), syncs.Broken, "an engine without transactions"},
	} {
		err := opened(t, test.config).Check(t.Context(), test.target)
		if err == nil || syncs.ClassOf(err) != test.class || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s: got %v (%s), want %s (%s)", test.target.Object, err, syncs.ClassOf(err), test.message, test.class)
		}
		if strings.Contains(fmt.Sprint(err), "not a secret") {
			t.Errorf("the password is told: %v", err)
		}
	}
}

func TestATooLargeRowStandsAlone(t *testing.T) {
	c := settings(t)
	do(t, database(t, c), "CREATE TABLE x (id INT PRIMARY KEY, name LONGTEXT)")
	d, of := opened(t, c), target(syncs.UpsertMode, "name")
	half := strings.Repeat("x", 600<<10) // two of them are more than the server's max_allowed_packet
	outcomes := send(t, d, batch(of, syncs.Insert, 1, []any{int64(1), half}, []any{int64(2), half}, []any{int64(3), half + half}, []any{int64(4), "small"}))
	same(t, "outcomes", outcomes, []syncs.Class{"", "", syncs.TooLarge, ""})
	same(t, "records", len(records(t, d, of)), 3)
}

func TestADeadlockMayPassLater(t *testing.T) {
	c := settings(t)
	db := database(t, c)
	do(t, db, "CREATE TABLE x (id INT PRIMARY KEY, name INT); INSERT INTO x VALUES (1, 1)")
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("UPDATE x SET name = 2"); err != nil {
		t.Fatal(err)
	}
	do(t, db, "SET GLOBAL innodb_lock_wait_timeout = 1")
	d, of := opened(t, c), target(syncs.UpsertMode, "name")
	_, err = d.Send(t.Context(), batch(of, syncs.Insert, 1, []any{int64(1), int64(3)}))
	same(t, "class", syncs.ClassOf(err), syncs.Transient)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	same(t, "outcomes", send(t, d, batch(of, syncs.Insert, 1, []any{int64(1), int64(3)})), []syncs.Class{""})
}

func TestRender(t *testing.T) {
	d := &destination{archive: "archived_at"}
	of := target(syncs.MirrorMode, "name")
	for _, test := range []struct {
		batch *syncs.Batch
		want  []string
	}{
		{batch(of, syncs.Insert, 1, []any{int64(1), "it's"}, []any{int64(2), nil}), []string{
			"INSERT INTO `x` (`id`, `name`) VALUES\n(1, 'it''s'),\n(2, NULL)\n" +
				"ON DUPLICATE KEY UPDATE `id` = IF(`id` <=> VALUES(`id`), `id`, (SELECT 1 UNION ALL SELECT 2)), `name` = VALUES(`name`)"}},
		{batch(of, syncs.Delete, 1, []any{int64(1)}, []any{int64(2)}), []string{"DELETE FROM `x` WHERE `id` IN (1, 2)"}},
		{batch(target(syncs.UpdateMode, "name"), syncs.Update, 1, []any{int64(1), "a;\nb"}, []any{int64(2), `\`}), []string{
			"UPDATE `x` SET `name` = 'a;\nb' WHERE `id` = 1", "UPDATE `x` SET `name` = _utf8mb4 X'5c' WHERE `id` = 2"}},
	} {
		got, err := d.Render(test.batch)
		if err != nil {
			t.Fatal(err)
		}
		same(t, string(test.batch.Op), got, test.want)
	}
}
