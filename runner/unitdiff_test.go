package runner

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

func TestUnitTestRowsAreCompared(t *testing.T) {
	t.Parallel()
	const a, e = sideActual, sideExpected
	tests := map[string]struct {
		rows [][]any
		want string // "" for no difference
	}{
		"the same in another order": {rows: [][]any{{int64(1), "x", a}, {int64(2), nil, a}, {int64(2), nil, e}, {int64(1), "x", e}}},
		"nothing at all":            {},
		"as often": {
			rows: [][]any{{int64(1), "x", a}, {int64(1), "x", a}, {int64(1), "x", e}},
			want: "@@  | id | name\n+++ | 1  | x\n\n+++ 1 row not expected",
		},
		"NULL is no text": {
			rows: [][]any{{int64(1), "NULL", a}, {int64(1), nil, e}},
			want: "@@ | id | name\n→  | 1  | NULL→'NULL'\n\n→   1 row other values: expected→actual",
		},
		"all are missing": {
			rows: [][]any{{int64(10), "x", e}, {int64(9), "y\nz", e}},
			want: "@@  | id | name\n--- | 9  | y\\nz\n--- | 10 | x\n\n--- 2 rows expected, but missing",
		},
		"rows with nothing in common are no pair": {
			rows: [][]any{{int64(1), "x", a}, {int64(2), "y", e}},
			want: "@@  | id | name\n--- | 2  | y\n+++ | 1  | x\n\n--- 1 row expected, but missing\n+++ 1 row not expected",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actual, expected, err := sides(&macros.Result{
				Columns: []relation.Column{{Name: "id"}, {Name: "NAME"}, {Name: "actual_or_expected"}}, Rows: tc.rows,
			})
			if err != nil {
				t.Fatal(err)
			}
			d := compareRows(actual, expected)
			got := ""
			if d.differs() {
				got = d.String()
			}
			want := tc.want
			if want != "" {
				want = "actual differs from expected:\n\n" + want
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnitTestRowsWithoutASide(t *testing.T) {
	t.Parallel()
	for _, result := range []*macros.Result{
		nil, {}, {Columns: []relation.Column{{Name: "id"}}, Rows: [][]any{{int64(1)}}},
	} {
		if _, _, err := sides(result); err == nil {
			t.Errorf("%v is taken for the rows of a unit test", result)
		}
	}
}
