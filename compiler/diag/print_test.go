package diag_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
)

// at is the span of the first occurrence of needle in the source.
func at(s *diag.Source, needle string) diag.Span {
	start := strings.Index(s.Text, needle)
	return diag.Span{Source: s, Start: start, End: start + len(needle)}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	orders := diag.NewSource("models/orders.sql", "select\n  sum(p.amout) as revenue\nfrom payments\n")
	tabs := diag.NewSource("t.sql", "\tselect\tx, y")
	wide := diag.NewSource("w.sql", "select '日本', 'e\u0301', oops")
	long := diag.NewSource("l.sql", strings.Repeat("a", 60)+" oops "+strings.Repeat("b", 60))
	tests := map[string]struct {
		in    []*diag.Diagnostic
		style diag.Style
		want  string
	}{
		"an error with its excerpt, hint and note": {
			in: []*diag.Diagnostic{{
				Code: "unknown-column", Span: at(orders, "amout"), Message: `payments has no column "amout"`, Hint: `did you mean "amount"?`,
				Related: []diag.Note{{Span: at(orders, "payments"), Message: "payments is read here"}},
			}},
			want: `models/orders.sql:2:9: error: payments has no column "amout" [unknown-column]
    2 |   sum(p.amout) as revenue
      |         ^^^^^
  hint: did you mean "amount"?
  models/orders.sql:3:6: note: payments is read here
      3 | from payments
        |      ^^^^^^^^
`,
		},
		"a span of several lines is marked on its first": {
			in: []*diag.Diagnostic{{Span: diag.Span{Source: orders, Start: 0, End: 20}, Message: "m"}},
			want: `models/orders.sql:1:1: error: m
    1 | select
      | ^^^^^^
`,
		},
		"an empty span has one caret": {
			in:   []*diag.Diagnostic{{Severity: diag.Warning, Span: diag.Span{Source: orders, Start: 3, End: 3}, Message: "m"}},
			want: "models/orders.sql:1:4: warning: m\n    1 | select\n      |    ^\n",
		},
		"tabs are widened": {
			in:   []*diag.Diagnostic{{Span: at(tabs, "x"), Message: "m"}},
			want: "t.sql:1:9: error: m\n    1 |     select  x, y\n      |             ^\n",
		},
		"the caret counts display columns": {
			in:   []*diag.Diagnostic{{Span: at(wide, "oops"), Message: "m"}},
			want: "w.sql:1:20: error: m\n    1 | select '日本', 'e\u0301', oops\n      |                     ^^^^\n",
		},
		"long lines are cut around the span": {
			in:    []*diag.Diagnostic{{Span: at(long, "oops"), Message: "m"}},
			style: diag.Style{Width: 48},
			want:  "l.sql:1:62: error: m\n    1 | …aaaaaaaaaaaaaaaaaaaaaaaa oops bbbbbbbb…\n      |                           ^^^^\n",
		},
		"without a place there is no excerpt, and only so many are shown": {
			in:    []*diag.Diagnostic{{Message: "a"}, {Message: "b", Code: "c"}, {Message: "d"}, {Message: "e"}},
			style: diag.Style{Max: 2},
			want:  "error: a\nerror: b [c]\n\n… and 2 more\n",
		},
		"the code stands on the first line of a message": {
			in:   []*diag.Diagnostic{{Message: "Binder Error: no column x\nCandidate bindings: y\n", Code: "c", Span: at(tabs, "x")}},
			want: "t.sql:1:9: error: Binder Error: no column x [c]\n  Candidate bindings: y\n    1 |     select  x, y\n      |             ^\n",
		},
		"colours": {
			in:    []*diag.Diagnostic{{Span: at(orders, "select"), Message: "m", Hint: "h"}},
			style: diag.Style{Color: true},
			want: "\x1b[1mmodels/orders.sql:1:1:\x1b[0m \x1b[1;31merror:\x1b[0m \x1b[1mm\x1b[0m\n\x1b[2m    1 | \x1b[0mselect\n" +
				"\x1b[2m      | \x1b[0m\x1b[1;31m^^^^^^\x1b[0m\n  \x1b[36mhint:\x1b[0m h\n",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			if err := diag.Print(&b, test.in, test.style); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(test.want, b.String()); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

func TestDiagnosticAsJSON(t *testing.T) {
	t.Parallel()
	s := diag.NewSource("models/a.sql", "select\nx")
	d := &diag.Diagnostic{Severity: diag.Warning, Code: "c", Span: at(s, "x"), Message: "m", Hint: "h", Related: []diag.Note{{Message: "n"}}}
	got, err := json.Marshal([]*diag.Diagnostic{d, {Message: "bare"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"code":"c","severity":"warning","path":"models/a.sql","line":2,"column":1,"end_line":2,"end_column":2,` +
		`"message":"m","hint":"h","related":[{"message":"n"}]},{"code":"","severity":"error","path":"","line":0,"column":0,"message":"bare","hint":""}]`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Errorf("mismatch (-want +got):\n%s", d)
	}
}
