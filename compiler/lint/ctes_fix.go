package lint

import (
	"strings"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// without is the fix that takes a CTE out of the template, with the comma or the WITH that goes with it; none if that would take more
// along than what was written for the CTE: a tag of the template, or a comment that stands between two CTEs.
func (s *subject) without(f *analyze.Form, name sql.Ident) []diag.Edit {
	var cut sql.Span
	sql.Walk(f.File.Query(), func(n sql.Node) bool {
		if q, ok := n.(*sql.Query); ok && q.With != nil {
			for i := range q.With.CTEs {
				if q.With.CTEs[i].Name.Span == name.Span {
					cut = cutting(f.File.Text, q.With, i)
				}
			}
		}
		return true
	})
	if cut.IsZero() || !s.writtenAt(f, cut.Start) || !s.writtenAt(f, cut.End-1) {
		return nil
	}
	at := f.At(cut)
	if strings.Contains(at.Text(), "{%") {
		return nil
	}
	return diag.Replace(at, "")
}

// cutting is the text that goes with the CTE at i; the zero Span if it cannot be told.
func cutting(text string, w *sql.With, i int) sql.Span {
	list := w.CTEs
	switch {
	case len(list) == 1:
		return blanksAfter(text, sql.Span{Start: w.Start, End: list[0].End})
	case i+1 < len(list):
		out := blanksAfter(text, sql.Span{Start: list[i].Start, End: list[i].End})
		if !strings.HasPrefix(text[out.End:], ",") {
			return sql.Span{}
		}
		out.End++
		return blanksAfter(text, out)
	}
	between := strings.TrimSpace(text[list[i-1].End:list[i].Start])
	if between != "," {
		return sql.Span{}
	}
	return sql.Span{Start: list[i-1].End, End: list[i].End}
}

// blanksAfter is a span with the blanks and line ends after it.
func blanksAfter(text string, at sql.Span) sql.Span {
	rest := text[at.End:]
	at.End += int32(len(rest) - len(strings.TrimLeft(rest, " \t\r\n")))
	return at
}

// writtenAt tells whether the author of the node wrote that byte of a form's code himself.
func (s *subject) writtenAt(f *analyze.Form, at int32) bool {
	return s.wrote(f, sql.Span{Start: at, End: at + 1})
}
