package diff_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
)

func table(columns ...string) relation.Table {
	t := relation.Table{}
	for i := 0; i+1 < len(columns); i += 2 {
		t.Columns = append(t.Columns, relation.Column{Name: columns[i], Type: columns[i+1]})
	}
	return t
}

func TestSchemaSaysHowColumnsDiffer(t *testing.T) {
	t.Parallel()
	s := diff.Spec{Base: table("id", "INTEGER", "gone", "DATE", "Amount", "integer"), New: table("ID", "integer", "amount", "BIGINT", "new", "TEXT"), Key: []string{"id", "other"}}
	want := diff.Schema{
		Added: []relation.Column{{Name: "new", Type: "TEXT"}}, Removed: []relation.Column{{Name: "gone", Type: "DATE"}},
		Retyped: []diff.Retyped{{Name: "amount", Base: "integer", New: "BIGINT"}},
	}
	if d := cmp.Diff(want, s.Schema()); d != "" {
		t.Errorf("schema (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]relation.Column{{Name: "amount", Type: "BIGINT"}}, s.Common()); d != "" {
		t.Errorf("common (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"other"}, s.Lacking()); d != "" {
		t.Errorf("lacking (-want +got):\n%s", d)
	}
}

func text(s string) *string { return &s }

// rows are changed rows of three columns: an id, a country, and an amount that changed.
func rows(n int, country func(i int) *string) []diff.Row {
	var out []diff.Row
	for i := range n {
		id, c := text(fmt.Sprint(i)), country(i)
		out = append(out, diff.Row{
			Kind: diff.Changed, Differs: []bool{false, true},
			Pair: diff.Pair[[]*string]{Base: []*string{id, c, text("1")}, New: []*string{id, c, text("2")}},
		})
	}
	return out
}

func TestWhereChangedRowsAreIsToldIfItIsRemarkable(t *testing.T) {
	t.Parallel()
	german := func(i int) *string {
		if i%10 == 0 {
			return text("FR")
		}
		return text("DE")
	}
	nobody := func(int) *string { return nil }
	for name, c := range map[string]struct {
		rows   []diff.Row
		parts  []float64
		masked bool
		want   []diff.Focus
	}{
		"nine of ten, and few of all":        {rows(100, german), []float64{0.2}, false, []diff.Focus{{Column: "country", Value: "DE", Changed: 0.9, All: 0.2}}},
		"not shown":                          {rows(100, german), []float64{0.2}, true, []diff.Focus{{Column: "country", Value: diff.Mask, Changed: 0.9, All: 0.2}}},
		"nine of ten, as of all":             {rows(100, german), []float64{0.9}, false, nil},
		"null":                               {rows(20, nobody), []float64{0.1}, false, []diff.Focus{{Column: "country", Null: true, Changed: 1, All: 0.1}}},
		"too few to say":                     {rows(9, german), nil, false, nil},
		"each another":                       {rows(100, func(i int) *string { return text(fmt.Sprint(i)) }), nil, false, nil},
		"a value that the warehouse did not": {rows(100, german), nil, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := table("id", "INTEGER", "country", "TEXT", "amount", "INTEGER")
			r := diff.Result{Spec: diff.Spec{Base: s, New: s, Key: []string{"id"}, Masked: func(string) bool { return c.masked }}}
			r.Read(c.rows)
			r.Weigh(c.parts)
			if d := cmp.Diff(c.want, r.Focus); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestSamplesShowWhatDiffersAndNothingThatIsMasked(t *testing.T) {
	t.Parallel()
	s := table("id", "INTEGER", "mail", "TEXT", "amount", "INTEGER")
	r := diff.Result{Spec: diff.Spec{Base: s, New: s, Key: []string{"id"}, Masked: func(c string) bool { return c == "mail" }}}
	r.Read([]diff.Row{
		{Kind: diff.Removed, Pair: diff.Pair[[]*string]{Base: []*string{text("10"), text("a@b"), nil}, New: []*string{nil, nil, nil}}},
		{Kind: diff.Changed, Differs: []bool{true, false}, Pair: diff.Pair[[]*string]{Base: []*string{text("9"), nil, text("1")}, New: []*string{text("9"), text("c@d"), text("1")}}},
	})
	want := []diff.Sample{
		{
			Kind: diff.Changed, Key: []diff.Value{{Column: "id", Pair: diff.Pair[*string]{Base: text("9"), New: text("9")}}},
			Values: []diff.Value{{Column: "mail", Pair: diff.Pair[*string]{New: text(diff.Mask)}}},
		},
		{
			Kind: diff.Removed, Key: []diff.Value{{Column: "id", Pair: diff.Pair[*string]{Base: text("10")}}},
			Values: []diff.Value{{Column: "mail", Pair: diff.Pair[*string]{Base: text(diff.Mask)}}, {Column: "amount"}},
		},
	}
	if d := cmp.Diff(want, r.Samples); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAColumnIsTrustedOnlyIfItsTypeIsTheSame(t *testing.T) {
	t.Parallel()
	table := func(typ string) relation.Table {
		return relation.Table{Columns: []relation.Column{{Name: "ID", Type: "integer"}, {Name: "amount", Type: typ}}}
	}
	s := diff.Spec{Base: table("integer"), New: table("INTEGER")}
	if s.Trusts("amount") {
		t.Error("nothing is known of it")
	}
	s.Kept = func(column string) bool { return column == "amount" }
	if !s.Trusts("amount") || s.Trusts("id") || s.Trusts("other") {
		t.Error("it is the one that is kept")
	}
	s.New = table("bigint")
	if s.Trusts("amount") {
		t.Error("it has another type")
	}
}
