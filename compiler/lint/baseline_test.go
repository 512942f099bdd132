package lint_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
)

// problemsIn makes a warning of every line of a file that has "bad" in it, and an error of those with "worse".
func problemsIn(path, text string) (list []*diag.Diagnostic) {
	src := diag.NewSource(path, text)
	offset := 0
	for line := range strings.Lines(text) {
		d := &diag.Diagnostic{Severity: diag.Warning, Code: "code", Message: "it is bad", Span: diag.Span{Source: src, Start: offset, End: offset + 1}}
		if strings.Contains(line, "worse") {
			d.Severity = diag.Error
		}
		if strings.Contains(line, "bad") {
			list = append(list, d)
		}
		offset += len(line)
	}
	return list
}

func TestWhatWasThereBeforeIsKnownAgain(t *testing.T) {
	t.Parallel()
	before := problemsIn("a.sql", "good\nbad 1\nbad 2\n")
	for _, c := range []struct {
		what, path, text string
		added            []int // lines
	}{
		{"nothing changed", "a.sql", "good\nbad 1\nbad 2\n", nil},
		{"lines moved", "a.sql", "\n\n\nbad 2\n   bad   1\n", nil},
		{"the file has another name", "b.sql", "bad 1\nbad 2\n", nil},
		{"one more of the same", "a.sql", "bad 1\nbad 2\nbad 1\n", []int{3}},
		{"the line is another", "a.sql", "bad 1\nbad 3\n", []int{2}},
		{"one is mended", "a.sql", "bad 2\n", nil},
	} {
		var got []int
		for _, d := range lint.Added(before, problemsIn(c.path, c.text)) {
			got = append(got, d.Span.Position().Line)
		}
		if len(got) != len(c.added) || len(got) > 0 && got[0] != c.added[0] {
			t.Errorf("%s: added are the lines %v, want %v", c.what, got, c.added)
		}
	}
}

func TestWhatBecameWorseIsAdded(t *testing.T) {
	t.Parallel()
	was, is := problemsIn("a.sql", "bad\n"), problemsIn("a.sql", "bad\n")
	is[0].Severity = diag.Error
	if added := lint.Added(was, is); len(added) != 1 {
		t.Errorf("%d are added", len(added))
	}
	if added := lint.Added(is, was); len(added) != 0 {
		t.Errorf("%d are added of one that is less bad now", len(added))
	}
}
