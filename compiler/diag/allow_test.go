package diag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
)

func TestAllowCountsForItsLineOrForTheCodeBelow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       []string // line: codes: reason
	}{
		{"behind code", "select *, -- mod: allow select-star it is a copy\nfrom a", []string{"1: select-star: it is a copy"}},
		{"above code", "select\n  -- mod: allow a, b-c\n\t-- more\n  x,\n  y", []string{"2 3 4: a b-c: "}},
		{"of a template", "{# mod: allow a why #}\nselect {#- mod: allow b -#} 1", []string{"1 2: a: why", "2: b: "}},
		{"in a block", "/* mod: allow a */\nselect 1 /* mod: allow b : because */", []string{"1 2: a: ", "2: b: because"}},
		{"of YAML", "# mod: allow a\nmodels:\n  - name: x # mod:allow b", []string{"1 2: a: ", "3: b: "}},
		{"of the file", "-- mod: allow-file a, b\n\nselect 1", []string{"1 2 3: a b: "}},
		{"none", "-- mod: allow\n-- modallow a\nselect 'mod: allow a'\n-- mod: allows a", nil},
		{"at the end", "select 1\n-- mod: allow a", []string{"2: a: "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			src := diag.NewSource("a.sql", test.text)
			var got []string
			for _, a := range diag.Allows(src) {
				got = append(got, describeAllow(src, a))
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

// describeAllow lists the lines on which a problem would be allowed, the codes and the reason.
func describeAllow(src *diag.Source, a *diag.Allow) string {
	var lines, codes []string
	for _, c := range a.Codes {
		codes = append(codes, c.Text())
	}
	for n := range strings.Count(src.Text, "\n") + 1 {
		at := src.Offset(n+1, 1)
		if _, ok := a.Covers(&diag.Diagnostic{Code: diag.Code(codes[0]), Span: diag.Span{Source: src, Start: at, End: at}}); ok {
			lines = append(lines, fmt.Sprint(n+1))
		}
	}
	return strings.Join(lines, " ") + ": " + strings.Join(codes, " ") + ": " + a.Reason
}

func FuzzAllows(f *testing.F) {
	for _, text := range []string{"-- mod: allow a, b c", "{# mod: allow", "/* mod: allow-file x */", "# mod: allow \x00", "--mod:allow a,\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range diag.Allows(diag.NewSource("a.sql", text)) {
			for _, c := range a.Codes {
				if c.Text() == "" || !strings.Contains(text, c.Text()) {
					t.Errorf("allows %q", c.Text())
				}
			}
		}
	})
}
