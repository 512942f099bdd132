package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
)

// shown is what a browser would show: the texts of the spans with their inks.
func shown(text string, spans []int) [][2]any {
	units := []rune(text) // the tests have no character of two units before a span
	var out [][2]any
	at := 0
	for i := 0; i+2 < len(spans); i += 3 {
		at += spans[i]
		out = append(out, [2]any{string(units[at : at+spans[i+1]]), ink(spans[i+2])})
		at += spans[i+1]
	}
	return out
}

func TestCodeIsPaintedByTheSQLLexer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		template bool
		want     [][2]any
	}{
		{"select 'é', 1 -- done", false, [][2]any{{"select", keywordInk}, {"'é'", stringInk}, {"1", numberInk}, {"-- done", commentInk}}},
		{"sum(x)", false, [][2]any{{"sum", functionInk}}},
		{"from {{ ref('a') }}", true, [][2]any{{"from", keywordInk}, {"{{ ref(", templateInk}, {"'a'", stringInk}, {") }}", templateInk}}},
		{"'{{ x }}' {# no #}", true, [][2]any{{"'", stringInk}, {"{{ x }}", templateInk}, {"'", stringInk}, {"{# no #}", commentInk}}},
		{"{{ never ends", true, [][2]any{{"{{ never ends", templateInk}}},
		{"", true, nil},
	} {
		got := shown(c.text, spans(c.text, paint(c.text, dialect.Named("duckdb"), c.template)))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestLinksAreCountedInTheUnitsOfBrowsers(t *testing.T) {
	t.Parallel()
	text := "é😀 a b"
	got := units(text, apart([]anchor{{Start: 9, Length: 1, To: "b"}, {Start: 7, Length: 1, To: "a"}, {Start: 7, Length: 1, To: "again"}}))
	if diff := cmp.Diff([]anchor{{4, 1, "a"}, {6, 1, "b"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
