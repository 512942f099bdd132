package agate

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

type globals map[string]jinja.Value

func (g globals) Lookup(name string) (jinja.Value, bool) {
	v, ok := g[name]
	return v, ok
}

// decimal stands for the exact decimals of an adapter.
type decimal string

func columns(nameAndType ...string) []relation.Column {
	var out []relation.Column
	for i := 0; i < len(nameAndType); i += 2 {
		out = append(out, relation.Column{Name: nameAndType[i], Type: nameAndType[i+1]})
	}
	return out
}

// tables are the tables of the corpus.
func tables(print func(string)) globals {
	day := func(y, m, d, h, min, s, us int) time.Time {
		return time.Date(y, time.Month(m), d, h, min, s, us*1000, time.UTC)
	}
	t := New(
		columns("id", "INTEGER", "name", "VARCHAR", "price", "DECIMAL", "day", "DATE", "at", "TIMESTAMP", "ok", "BOOLEAN",
			"mixed", "JSON", "empty", "INTEGER", "f", "DOUBLE", "tags", "JSON"),
		[][]any{
			{int64(3), "c", decimal("1.50"), day(2024, 1, 2, 0, 0, 0, 0), day(2024, 1, 2, 3, 4, 5, 0), true, int64(1), nil, 0.1, []any{"a", "b"}},
			{int64(1), "a", decimal("-20"), day(2023, 1, 2, 0, 0, 0, 0), day(2023, 1, 2, 3, 4, 5, 600000), false, "x", nil, 1e20, map[string]any{"k": 1}},
			{int64(2), nil, nil, nil, nil, nil, nil, nil, 2.5, nil},
			{int64(2), "a", decimal("1000000.123456"), day(2024, 1, 2, 0, 0, 0, 0), day(2024, 1, 2, 0, 0, 0, 0), true, "null", nil, -3.0, []any{}},
		}, print)
	small := New(columns("k", "INTEGER", "v", "VARCHAR"), [][]any{{int64(1), "x"}, {int64(2), "y"}}, print)
	return globals{"t": t, "small": small, "empty": New(nil, nil, print)}
}

// TestTablesAnswerAsAgate renders templates whose results the Python library gave for the same rows, by way of dbt's helper.
func TestTablesAnswerAsAgate(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/corpus.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ In, Want, Printed string }
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		var printed strings.Builder
		template, problems := jinja.Parse(&diag.Source{Path: "test", Text: c.In})
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		out, err := template.Render(t.Context(), tables(func(s string) { printed.WriteString(s + "\n") }), jinja.Options{})
		if err != nil {
			t.Errorf("%s: %v, want %q", c.In, err, c.Want)
			continue
		}
		if c.Printed != "" {
			if diff := cmp.Diff(strings.TrimSpace(c.Printed), strings.TrimSpace(printed.String())); diff != "" {
				t.Errorf("%s printed (-want +got):\n%s", c.In, diff)
			}
			continue
		}
		if out.Text != c.Want {
			t.Errorf("%s = %s, want %s", c.In, out.Text, c.Want)
		}
	}
}
