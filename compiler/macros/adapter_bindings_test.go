package macros_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

func TestValuesStandInForTheMarksOfAStatement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sql, bindings, want string }{
		{"select ?, '?', \"?\", ?", "[1, 'it''s']", `select 1, '?', "?", 'it''s'`},
		{"select ?, ?, ?, ?", "(none, true, 1.5, modules.datetime.date(2024, 1, 2))", "select null, true, 1.5, '2024-01-02'"},
		{"select ?", "['a?b']", "select 'a?b'"},
		{"select ?", "none", "select ?"},
		{"select ?", "[]", "error: more marks"},
		{"select 1", "[1]", "error: for the 0 marks"},
		{"select 1", "3", "error: 'int' object is not iterable"},
	} {
		w := newMemory()
		w.answers[c.want] = &macros.Result{}
		_, err := render(t, at(t, load(t, shop), w), `{% do adapter.add_query("`+strings.ReplaceAll(c.sql, `"`, `\"`)+`", bindings=`+strings.ReplaceAll(c.bindings, "''", `\'`)+`) %}`)
		if reason, isError := strings.CutPrefix(c.want, "error: "); isError {
			if err == nil || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s with %s: got %v, want an error of %q", c.sql, c.bindings, err, reason)
			}
			continue
		}
		if diff := cmp.Diff([]string{c.want}, w.ran); err != nil || diff != "" {
			t.Errorf("%s with %s: %v (-want +got):\n%s", c.sql, c.bindings, err, diff)
		}
	}
}

func TestSeedsOfOwnMaterializationsAreLoadedInChunks(t *testing.T) {
	t.Parallel()
	w := newMemory()
	c := at(t, load(t, shop+`
-- macros/batch.sql --
{% macro duckdb__get_batch_size() %}{{ return(2) }}{% endmacro %}
`), w)
	c.Config = config{"fast": false}
	c.Rows = func() (*macros.Result, error) {
		return &macros.Result{
			Columns: []relation.Column{{Name: "id", Type: "integer"}, {Name: "name", Type: "text"}},
			Rows:    [][]any{{int64(1), "green"}, {int64(2), nil}, {int64(3), "o'long"}},
		}, nil
	}
	want := []string{
		`insert into "shop"."main"."orders" ("id", "name") values (1, 'green'), (2, null)`,
		`insert into "shop"."main"."orders" ("id", "name") values (3, 'o''long')`,
	}
	for _, sql := range want {
		w.answers[sql] = &macros.Result{}
	}
	got, err := render(t, c, "{{ load_csv_rows(model, load_agate_table()) }}")
	if first := `insert into "shop"."main"."orders" ("id", "name") values (?, ?), (?, ?)`; err != nil || got != first {
		t.Errorf("got %q, %v, want %q", got, err, first)
	}
	if diff := cmp.Diff(want, w.ran); diff != "" {
		t.Errorf("ran (-want +got):\n%s", diff)
	}
}
