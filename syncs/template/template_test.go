package template_test

import (
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
)

func scope() template.Scope {
	target := &syncs.Target{Sync: "contacts", Object: "people", Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}, {Name: "score"}, {Name: "seen at"}}}
	rows := []syncs.Row{
		{Number: 1, Values: []any{int64(7), `Zoë "Z" <z@x>`, syncs.Number("1.50"), time.Date(2024, 2, 29, 1, 2, 3, 0, time.UTC)}, Hash: "a"},
		{Number: 2, Values: []any{int64(8), nil, nil, nil}, Hash: "b"},
	}
	b := &syncs.Batch{Target: target, Run: "run-1", Op: syncs.Update, Rows: rows}
	return template.Scope{Batch: b, Row: &b.Rows[0]}
}

func fill(t *testing.T, v *template.Value) any {
	t.Helper()
	filled, err := v.Fill(scope())
	if err != nil {
		t.Fatal(err)
	}
	return filled
}

func TestTextIsFilledAndEscapedForItsPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                            "plain",
		"":                                 "",
		"${row.id}":                        "7",
		"/c/${row.name}?at=${row.seen at}": "/c/" + url.QueryEscape(`Zoë "Z" <z@x>`) + "?at=2024-02-29T01%3A02%3A03Z",
		"${ row.score }/${op}/${count}":    "1.50/update/2",
		"${sync} ${object} ${run} ${key}":  "contacts people run-1 7",
		"costs $5, $${row.id} and $":       "costs $5, ${row.id} and $",
		"${row.gone}":                      "",
	} {
		parsed, err := template.ParseText(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, err := parsed.Expand(scope(), url.QueryEscape); got != want || err != nil {
			t.Errorf("%q is %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestMistakesInTextsAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"${row.id":       `"${row.id" is not closed`,
		"${email}":       `"email" is no name: there is row.FIELD, and row, rows, key, op, mode, sync, run, object, count, idempotency_key`,
		"${row.}":        `"row." is no name: there is row.FIELD, and row, rows, key, op, mode, sync, run, object, count, idempotency_key`,
		"${key | upper}": `"upper" is no filter: there are json and text`,
	} {
		if _, err := template.ParseText(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestStructureIsWellFormedWhateverTheValuesAre(t *testing.T) {
	t.Parallel()
	v, err := template.ParseValue(map[string]any{
		"id": "${row.id}", "text": "${row.id | text}", "greeting": "Hello ${row.name}", "inner": "${row.name | json}",
		"list": []any{"${row.score}", int64(3), nil, true}, "row": "${row}", "count": "${count}", "gone": "${row.gone}",
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := template.JSON(fill(t, v))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"count":2,"gone":null,"greeting":"Hello Zoë \"Z\" <z@x>","id":7,"inner":"\"Zoë \\\"Z\\\" <z@x>\"",` +
		`"list":[1.50,3,null,true],"row":{"id":7,"name":"Zoë \"Z\" <z@x>","score":1.50,"seen at":"2024-02-29T01:02:03Z"},"text":"7"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryMistakeOfAStructureIsNamed(t *testing.T) {
	t.Parallel()
	_, err := template.ParseValue(map[string]any{"a": "${x}", "b": []any{"${y}"}})
	if err == nil || len(err.Error()) == 0 {
		t.Fatal("no error")
	}
	for _, name := range []string{`"x"`, `"y"`} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not name %s", err, name)
		}
	}
}

func TestRowsAreRecordsInTheOrderOfTheFields(t *testing.T) {
	t.Parallel()
	v, err := template.ParseValue("${rows}")
	if err != nil {
		t.Fatal(err)
	}
	got, err := template.JSON(fill(t, v))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":7,"name":"Zoë \"Z\" <z@x>","score":1.50,"seen at":"2024-02-29T01:02:03Z"},{"id":8,"name":null,"score":null,"seen at":null}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestNumberThatJSONDoesNotHaveIsRefused(t *testing.T) {
	t.Parallel()
	for _, v := range []any{math.NaN(), math.Inf(1), []any{math.Inf(-1)}} {
		if _, err := template.JSON(v); syncs.ClassOf(err) != syncs.Rejected {
			t.Errorf("%v: class %q of %v", v, syncs.ClassOf(err), err)
		}
	}
}

func TestValueThatHasNoJSONIsRefusedWhereItsJSONIsAskedFor(t *testing.T) {
	t.Parallel()
	s := scope()
	s.Row = &syncs.Row{Values: []any{math.NaN()}}
	v, err := template.ParseValue(map[string]any{"a": []any{"b", "x ${row.id | json}"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Fill(s); syncs.ClassOf(err) != syncs.Rejected {
		t.Errorf("class %q of %v", syncs.ClassOf(err), err)
	}
}

func TestFormatIsText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, ""}, {true, "true"}, {int64(-5), "-5"}, {1e21, "1000000000000000000000"}, {0.1, "0.1"}, {"ü", "ü"}, {[]byte{0, 255}, "AP8="},
		{[]any{int64(1), "a"}, `[1,"a"]`}, {map[string]any{"b": nil}, `{"b":null}`}, {syncs.Number("-12.50"), "-12.50"},
	} {
		if got := template.Format(c.value); got != c.want {
			t.Errorf("%#v is %q, want %q", c.value, got, c.want)
		}
	}
}
