package jinja_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDiagnostics shows what a user sees of each mistake: the template in NAME.sql gives the problem in NAME.want. The macros of
// macros.sql can be called everywhere.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	const path = "testdata/diagnostics.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g := dbtLike()
	for i, f := range archive.Files {
		name, isTemplate := strings.CutSuffix(f.Name, ".sql")
		if !isTemplate {
			continue
		}
		if name == "macros" {
			for _, b := range parseFile(t, f).Blocks() {
				g[b.Name] = b.Macro
			}
			continue
		}
		got := shown(problemOf(t, f, g))
		want := archive.Files[i+1]
		if want.Name != name+".want" {
			t.Fatalf("%s has no want", f.Name)
		}
		if *update {
			archive.Files[i+1].Data = []byte(got)
		} else if d := cmp.Diff(string(want.Data), got); d != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, d)
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func parseFile(t *testing.T, f txtar.File) *jinja.Template {
	t.Helper()
	tmpl, problems := jinja.Parse(diag.NewSource(f.Name, string(f.Data)))
	if tmpl == nil {
		t.Fatal(problems.Err())
	}
	return tmpl
}

func problemOf(t *testing.T, f txtar.File, g globals) *diag.Diagnostic {
	t.Helper()
	tmpl, problems := jinja.Parse(diag.NewSource(f.Name, string(f.Data)))
	if tmpl == nil {
		return problems.Sorted()[0]
	}
	_, err := tmpl.Render(t.Context(), named{g}, jinja.Options{Steps: 100_000})
	var e *jinja.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s renders with %v", f.Name, err)
	}
	return e.Diagnostic()
}

// named are globals that can list their names.
type named struct{ globals }

func (n named) Names() []string {
	var names []string
	for name := range n.globals {
		names = append(names, name)
	}
	return names
}

// shown is a diagnostic with the text it is about.
func shown(d *diag.Diagnostic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v\n", d)
	excerpt(&b, d.Span)
	for _, n := range d.Related {
		fmt.Fprintf(&b, "note: %v: %s\n", n.Span, n.Message)
		excerpt(&b, n.Span)
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", d.Hint)
	}
	return b.String()
}

func excerpt(b *strings.Builder, s diag.Span) {
	at := s.Position()
	line := s.Source.Line(at.Line)
	width := max(len([]rune(s.Text())), 1)
	width = min(width, len([]rune(line))-at.Column+1)
	fmt.Fprintf(b, "  %s\n  %s%s\n", line, strings.Repeat(" ", at.Column-1), strings.Repeat("^", max(width, 1)))
}
