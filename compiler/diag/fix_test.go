package diag_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
)

// mending makes a diagnostic whose fix replaces each of the words, at its first place in the text.
func mending(src *diag.Source, pairs ...string) *diag.Diagnostic {
	d := &diag.Diagnostic{Message: "replace " + strings.Join(pairs, " ")}
	for i := 0; i < len(pairs); i += 2 {
		start := strings.Index(src.Text, pairs[i])
		d.Fix = append(d.Fix, diag.Edit{At: diag.Span{Source: src, Start: start, End: start + len(pairs[i])}, Text: pairs[i+1]})
	}
	return d
}

func TestMendCarriesOutEveryFixWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	src := diag.NewSource("a.sql", "one two three four")
	for _, test := range []struct {
		name, text string
		fixes      []*diag.Diagnostic
		want       string
		skipped    []string
	}{
		{"none", src.Text, nil, src.Text, nil},
		{"in any order", src.Text, []*diag.Diagnostic{mending(src, "four", "4"), mending(src, "one", "1")}, "1 two three 4", nil},
		{"two places", src.Text, []*diag.Diagnostic{mending(src, "three", "", "one", "ONE")}, "ONE two  four", nil},
		{
			"the later of two that collide is left whole", src.Text,
			[]*diag.Diagnostic{mending(src, "two three", "5"), mending(src, "one", "1", "three", "3")}, "one 5 four", []string{"replace one 1 three 3"},
		},
		{"the text has changed", "ONE two three four", []*diag.Diagnostic{mending(src, "one", "1"), mending(src, "four", "4")}, "ONE two three 4", []string{"replace one 1"}},
		{"the text is shorter", "one", []*diag.Diagnostic{mending(src, "four", "4")}, "one", []string{"replace four 4"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, left := diag.Mend(test.text, test.fixes)
			var skipped []string
			for _, d := range left {
				skipped = append(skipped, d.Message)
			}
			if d := cmp.Diff(test.want, got) + cmp.Diff(test.skipped, skipped); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

func TestMeantIsTheOnlyNameASlipAway(t *testing.T) {
	t.Parallel()
	names := []string{"orders", "order_items", "payment", "payments", "id", "idx"}
	for name, want := range map[string]string{
		"ordres": "orders", "order": "orders", "Orders": "orders", "paymen": "payment", "payment_": "", "customers": "", "i": "", "orders": "",
	} {
		if got := diag.Meant(name, names); got != want {
			t.Errorf("Meant(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestRenameWantsOneQuotedName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`ref('ordres')`:           `ref('orders')`,
		`ref("ordres")`:           `ref("orders")`,
		`ref('ordres', 'ordres')`: ``,
		`ref(ordres)`:             ``,
		`ref('my_ordres')`:        ``,
	} {
		src := diag.NewSource("a.sql", text)
		got := ""
		if fix := diag.Rename(diag.Span{Source: src, End: len(text)}, "ordres", "orders"); fix != nil {
			got, _ = diag.Mend(text, []*diag.Diagnostic{{Fix: fix}})
		}
		if got != want {
			t.Errorf("renamed %q to %q, want %q", text, got, want)
		}
	}
}
