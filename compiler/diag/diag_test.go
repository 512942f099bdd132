package diag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
)

func TestPositionsCountCharactersFromOne(t *testing.T) {
	t.Parallel()
	src := diag.NewSource("a.sql", "é x\r\ny\n")
	for _, tt := range []struct {
		offset int
		want   diag.Position
	}{
		{0, diag.Position{Line: 1, Column: 1}},
		{3, diag.Position{Line: 1, Column: 3}},
		{6, diag.Position{Line: 2, Column: 1}},
		{8, diag.Position{Line: 3, Column: 1}},
		{99, diag.Position{Line: 3, Column: 1}},
		{-1, diag.Position{Line: 1, Column: 1}},
	} {
		if got := src.Position(tt.offset); got != tt.want {
			t.Errorf("Position(%d) = %v, want %v", tt.offset, got, tt.want)
		}
	}
	if got := src.Line(1); got != "é x" {
		t.Errorf("Line(1) = %q", got)
	}
	if got := src.Offset(2, 1); got != 6 {
		t.Errorf("Offset(2, 1) = %d", got)
	}
}

func TestListIsSortedByPlaceAndWithoutRepeats(t *testing.T) {
	t.Parallel()
	a, b := diag.NewSource("a.sql", "one\ntwo"), diag.NewSource("b.sql", "x")
	var l diag.List
	l.Errorf(diag.Span{Source: b}, "z", "last")
	l.Warnf(diag.Span{Source: a, Start: 4, End: 7}, "y", "second")
	l.Errorf(diag.Span{Source: a, Start: 0, End: 3}, "x", "first")
	l.Errorf(diag.Span{Source: a, Start: 0, End: 3}, "x", "first")
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, d.Error())
	}
	want := []string{"a.sql:1:1: error: first [x]", "a.sql:2:1: warning: second [y]", "b.sql:1:1: error: last [z]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := l.Err(); err == nil || err.Error() != want[0]+"\n"+want[2] {
		t.Errorf("Err() = %v", err)
	}
}

func TestSuggestFindsWhatWasMeant(t *testing.T) {
	t.Parallel()
	names := []string{"orders", "stg_orders", "customers", "payments"}
	for name, want := range map[string]string{
		"ordrs": "orders", "stg_order": "stg_orders", "CUSTOMERS": "customers", "paymetns": "payments", "x": "", "inventory": "", "": "",
	} {
		if got := diag.Suggest(name, names); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", name, got, want)
		}
	}
}
