package lint

import (
	"slices"
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

// withoutColumn is the fix that takes a column out of the select list of a CTE, with a comma; none if that could change the rows or what another
// name means, or if it would take more along than what was written for the column.
func (s *subject) withoutColumn(f *analyze.Form, cte *writtenCTE, at sql.Span) []diag.Edit {
	body := cte.body
	if body == nil || cte.ordered || len(s.Forms) > 1 || cte.whole() {
		return nil
	}
	i := slices.IndexFunc(body.Items, func(item sql.SelectItem) bool { return item.Start <= at.Start && at.End <= item.End })
	if i < 0 || len(body.Items) == 1 || !harmless(body.Items[i].X) || mentions(body, body.Items[i].Alias) {
		return nil
	}
	cut, between := body.Items[i].Span, ""
	if i+1 < len(body.Items) {
		next := body.Items[i+1].Start
		between, cut.End = f.File.Text[cut.End:next], next
	} else {
		last := body.Items[i-1].End
		between, cut.Start = f.File.Text[last:cut.Start], last
	}
	if strings.TrimSpace(between) != "," || !s.wrote(f, cut) {
		return nil
	}
	return diag.Replace(f.At(cut), "")
}

// harmless tells whether leaving out an expression changes nothing but the column: aggregates make one row of many, and functions that give sets
// many of one.
func harmless(x sql.Expr) bool {
	switch x := x.(type) {
	case *sql.Column, *sql.Literal:
		return true
	case *sql.Cast:
		return harmless(x.X)
	}
	return false
}

// wholeRow tells whether a query may use all columns of a CTE at once, by its name or an alias: row_to_json(orders).
func wholeRow(q *sql.Query, cte sql.Ident) bool {
	names := map[string]bool{strings.ToLower(cte.Name): true}
	sql.Walk(q, func(n sql.Node) bool {
		if t, ok := n.(*sql.TableName); ok && strings.EqualFold(t.Name[len(t.Name)-1].Name, cte.Name) && t.Alias.Name.Given() {
			names[strings.ToLower(t.Alias.Name.Name)] = true
		}
		return true
	})
	found := false
	sql.Walk(q, func(n sql.Node) bool {
		c, ok := n.(*sql.Column)
		found = found || ok && len(c.Parts) == 1 && names[strings.ToLower(c.Parts[0].Name)]
		return !found
	})
	return found
}

// mentions tells whether something in a SELECT may mean an alias of its select list.
func mentions(sel *sql.Select, alias sql.Ident) bool {
	found := false
	sql.Walk(sel, func(n sql.Node) bool {
		c, ok := n.(*sql.Column)
		found = found || ok && alias.Given() && strings.EqualFold(c.Parts[0].Name, alias.Name) && len(c.Parts) == 1
		return !found
	})
	return found
}

// writtenAt tells whether the author of the node wrote that byte of a form's code himself.
func (s *subject) writtenAt(f *analyze.Form, at int32) bool {
	return s.wrote(f, sql.Span{Start: at, End: at + 1})
}
