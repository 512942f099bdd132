package check_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/relation"
)

func on(name string) relation.Table {
	return relation.Table{Relation: relation.Relation{Schema: "main", Name: name}, Kind: relation.BaseTable}
}

func TestTestsOfTheSameRowsShareAStatement(t *testing.T) {
	t.Parallel()
	a := check.Test{ID: "a", Name: "unique", On: on("orders"), Column: "id"}
	tests := []check.Test{
		a,
		{ID: "b", Name: "not_null", On: on("customers"), Column: "id"},
		{ID: "c", Name: "not_null", On: on("orders"), Column: "id", FailCalc: "count( * )"},
		{ID: "d", Name: "relationships", On: on("orders"), Column: "customer_id"},
		{ID: "e", Name: "accepted_values", On: on("orders"), Column: "status", Where: "id > 3"},
		{ID: "f", Name: "not_null", On: on("orders"), Column: "status", Where: " id > 3\n"},
		{ID: "g", Name: "unique", On: on("orders"), Column: "id", Limit: 5},
		{ID: "h", Name: "unique", On: on("orders"), Column: "id", Stored: true},
		{ID: "i", Name: "unique", On: on("orders"), Column: "id", FailCalc: "max(n_records)"},
		{ID: "j", Name: "unique", On: on("orders"), Column: "id", Rule: check.Rule{WarnIf: "between 1 and 2"}},
		{ID: "k", Name: "not_null", On: on("orders")},
		{ID: "l", On: on("orders"), Column: "id"},
		{ID: "m", Name: "not_null", On: on("orders"), Column: "status", Rule: check.Rule{Severity: "warn", ErrorIf: "> 3"}},
	}
	var got [][]string
	for _, g := range check.Share(tests) {
		var ids []string
		for _, t := range g.Tests {
			ids = append(ids, t.ID)
		}
		got = append(got, ids)
	}
	want := [][]string{{"a", "c", "m"}, {"b"}, {"d"}, {"e", "f"}, {"g"}, {"h"}, {"i"}, {"j"}, {"k"}, {"l"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCountsBelongToTheirTestsInWhateverOrderTheyCome(t *testing.T) {
	t.Parallel()
	g := check.Group{Tests: []check.Test{{ID: "a"}, {ID: "b", Rule: check.Rule{ErrorIf: "> 5"}}}}
	got, err := g.Counts([][]any{{int64(1), big.NewInt(3)}, {int64(0), int64(0)}})
	if err != nil {
		t.Fatal(err)
	}
	want := []check.Count{{Failures: 0}, {Failures: 3, ShouldWarn: true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRowsThatAreNotCountsAreRefused(t *testing.T) {
	t.Parallel()
	g := check.Group{Tests: []check.Test{{ID: "a"}, {ID: "b"}}}
	for name, rows := range map[string][][]any{
		"a test is missing":    {{0, 1}},
		"a place too far":      {{0, 1}, {1, 1}, {2, 1}},
		"one column":           {{0}, {1}},
		"text":                 {{0, "many"}, {1, 0}},
		"nothing":              nil,
		"nothing where a test": {{nil, 1}, {1, 1}},
	} {
		if got, err := g.Counts(rows); err == nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
