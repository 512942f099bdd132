package runner

import (
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
)

func TestPortable(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
	huge, _ := new(big.Int).SetString("170141183460469231731687303715884105727", 10)
	tests := []struct{ given, want any }{
		{int64(1), int64(1)}, {"it's", "it's"}, {true, true}, {day, day}, {1.5, 1.5},
		{adapters.Decimal("12345678901234567890.10"), "12345678901234567890.10"},
		{huge, "170141183460469231731687303715884105727"},
		{[]any{int64(1), nil, adapters.Decimal("1.50")}, "[1,null,1.50]"},
		{map[string]any{"a": []any{"<x>"}}, `{"a":["\u003cx\u003e"]}`},
	}
	for _, tt := range tests {
		got, err := portable(tt.given)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%#v is carried as %#v (%v), want %#v", tt.given, got, err, tt.want)
		}
	}
}

// A copy that does not have what was read is not published.
func TestCopyIsCompared(t *testing.T) {
	t.Parallel()
	o := &origin{
		relation: relation.Relation{Schema: "s", Name: "orders"}, columns: []relation.Column{{Name: "id"}, {Name: "note"}}, values: make([]int64, 2),
	}
	for _, row := range [][]any{{int64(1), "a"}, {int64(2), nil}} {
		if err := o.pass(row); err != nil {
			t.Fatal(err)
		}
	}
	for counts, want := range map[[3]int64]string{
		{2, 2, 1}: "",
		{1, 1, 1}: "the copy of s.orders has 1 rows, and 2 were read",
		{2, 2, 2}: "the copy of s.orders has 2 values in column note, and 1 were read",
	} {
		err := o.compare([]any{counts[0], counts[1], counts[2]})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v: %v, want %q", counts, err, want)
		}
	}
}
