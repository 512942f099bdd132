package jinja_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// addSeeds adds the templates of our tests.
func addSeeds(f *testing.F) {
	for _, c := range readCorpus(f, "testdata/corpus.json") {
		f.Add(c.Src)
	}
	archive, err := txtar.ParseFile("testdata/diagnostics.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if strings.HasSuffix(file.Name, ".sql") {
			f.Add(string(file.Data))
		}
	}
	f.Add(model)
	f.Add("{{ '\x89'[0] }}{{ '\xff\xc3' | tojson }}\xe2\x82{{ '\x80' | title | wordwrap(1) }}")
	f.Add(`{% snapshot s %}{{ x }}{% endsnapshot %}{% docs d %}{{ {% enddocs %}{% test t(m) %}{% endtest %}{% materialization m, default %}{% endmaterialization %}`)
}

// FuzzParse: a template is parsed or has a problem at a place in it, and all that is known of it without rendering can be asked.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		source := diag.NewSource("m.sql", src)
		if e, problems := jinja.ParseExpression(source); e == nil {
			checkProblem(t, src, problems)
		} else {
			e.Calls()
		}
		tmpl, problems := jinja.Parse(source)
		if tmpl == nil {
			checkProblem(t, src, problems)
			return
		}
		for _, c := range tmpl.Calls() {
			checkSpan(t, src, c.Span)
		}
		for _, b := range tmpl.Blocks() {
			checkSpan(t, src, b.Span)
			checkSpan(t, src, b.Head)
			if b.Macro != nil {
				b.Macro.Calls()
			}
		}
	})
}

func checkProblem(t *testing.T, src string, problems *diag.List) {
	t.Helper()
	if !problems.HasErrors() {
		t.Fatalf("%q is not parsed and has no problem", src)
	}
	for _, d := range problems.Sorted() {
		checkSpan(t, src, d.Span)
		if d.Message == "" || d.Code == "" {
			t.Fatalf("%q: %+v", src, d)
		}
		for _, n := range d.Related {
			checkSpan(t, src, n.Span)
		}
	}
}

func checkSpan(t *testing.T, src string, s diag.Span) {
	t.Helper()
	if s.Source == nil || s.Start < 0 || s.Start > s.End || s.End > len(src) {
		t.Fatalf("%q has the span [%d, %d)", src, s.Start, s.End)
	}
}

// FuzzRender: a rendering ends within its limits, with text whose origin is in the template or with an *Error at a place in it.
func FuzzRender(f *testing.F) {
	addSeeds(f)
	g := benchGlobals()
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, _ := jinja.Parse(diag.NewSource("m.sql", src))
		if tmpl == nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		o := jinja.Options{Steps: 20_000, Depth: 20, Output: 1 << 16}
		out, err := tmpl.Render(ctx, g, o)
		var e *jinja.Error
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			t.Fatalf("%q takes more than five seconds", src)
		case errors.As(err, &e):
			if e.Kind == "InternalError" {
				t.Fatalf("%q: %v", src, err)
			}
			if d := e.Diagnostic(); d.Span.Source != nil && d.Span.Source.Text == src {
				checkSpan(t, src, d.Span)
			}
		case err != nil:
			t.Fatalf("%q: %v is no *Error", src, err)
		default:
			for i := range len(out.Text) {
				checkSpan(t, src, out.Origin(i))
			}
		}
		if _, err := tmpl.Native(ctx, g, o); errors.As(err, &e) && e.Kind == "InternalError" {
			t.Fatalf("Native of %q: %v", src, err)
		}
	})
}
