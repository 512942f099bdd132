package lint

import (
	"slices"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
)

// names tells what does not fit together in a query: tables, columns, functions and types. Where the warehouse's own binder was asked it
// has the last word: what it accepts is right, and what it refuses is told, in our words if we have any. Of a query that could not be
// read in full we say nothing ourselves, since it may follow from that.
func names(s *subject) {
	for _, f := range s.Forms {
		v := s.verdicts[f]
		switch {
		case f.Query == nil || s.accepts(f) || s.unreadable(f):
		case len(f.File.Problems) == 0 && len(f.Query.Problems) > 0:
			s.ownProblems(f)
		case v != nil && !v.Undecided && !s.generic():
			s.refuse(f, RefusedQuery, v)
		}
	}
}

// ownProblems tells what our own analysis found.
func (s *subject) ownProblems(f *analyze.Form) {
	for i, p := range f.Query.Problems {
		if slices.ContainsFunc(f.Query.Problems[:i], func(o lineage.Problem) bool { return o.At == p.At && o.Code == p.Code }) {
			continue // another way to say the same
		}
		severity, hint := diag.Error, p.Hint
		if p.Code == lineage.UnknownFunction {
			var told bool
			if severity, hint, told = s.functionDoubt(f, p); !told {
				continue
			}
		}
		d := s.add(f, severity, p.Code, p.At, p.Message, hint)
		if d == nil {
			continue
		}
		d.Fix = s.correction(f, p)
		for _, n := range p.Related {
			if at := f.At(n.At); !at.IsZero() {
				d.Related = append(d.Related, diag.Note{Span: at, Message: n.Message})
			}
		}
	}
}

// functionDoubt says how sure it is that there is no such function: extensions, hooks and people make more of them than a warehouse
// comes with. It is not told at all if the project makes it.
func (s *subject) functionDoubt(f *analyze.Form, p lineage.Problem) (severity diag.Severity, hint string, told bool) {
	v := s.verdicts[f]
	switch {
	case v != nil && v.Undecided && v.Message == "", s.makes(f.File.Slice(p.At)):
		return 0, "", false
	case !s.undecided(f), p.Meant != "":
		return diag.Error, p.Hint, true
	case v != nil && v.Hint != "":
		return diag.Warning, v.Hint, true
	}
	return diag.Warning, joinedHint(p.Hint, "if an extension or somebody else makes it, allow it: -- mod: allow "+string(p.Code)), true
}

func joinedHint(first, second string) string {
	if first == "" {
		return second
	}
	return first + "\n" + second
}

// correction is the fix of a misspelt name that its author wrote himself; none if there is any doubt about what was meant.
func (s *subject) correction(f *analyze.Form, p lineage.Problem) []diag.Edit {
	if p.Meant == "" || !s.wrote(f, p.At) {
		return nil
	}
	return diag.Replace(f.At(p.At), p.Meant)
}
