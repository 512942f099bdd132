package lint

import (
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// sameness is by what a problem is known again in another version of the project: what is said of which line, wherever that has moved to.
type sameness struct {
	code                diag.Code
	path, message, line string
}

func samenessOf(d *diag.Diagnostic, path bool) sameness {
	s := sameness{code: d.Code, message: d.Message}
	if d.Span.IsZero() {
		return s
	}
	if d.Span.End > d.Span.Start { // else it is of the file, as of a model that no properties file has, and not of what its line says
		s.line = strings.Join(strings.Fields(d.Span.Source.Line(d.Span.Position().Line)), " ")
	}
	if path {
		s.path = d.Span.Source.Path
	}
	return s
}

// Added are the problems that were not there before: as many as there were of the same code, message and line of text are taken for those, first in the same
// file, then in any, since lines move and files are renamed. A problem that has become worse counts as added.
func Added(before, now []*diag.Diagnostic) []*diag.Diagnostic {
	left := map[int]bool{} // of before, those that are not known again yet
	for i := range before {
		left[i] = true
	}
	for _, path := range []bool{true, false} {
		known := map[sameness][]int{}
		for i, d := range before {
			if left[i] {
				known[samenessOf(d, path)] = append(known[samenessOf(d, path)], i)
			}
		}
		var added []*diag.Diagnostic
		for _, d := range now {
			s := samenessOf(d, path)
			again := -1
			for k, i := range known[s] {
				if before[i].Severity <= d.Severity { // the worse, the smaller
					again = k
					break
				}
			}
			if again < 0 {
				added = append(added, d)
				continue
			}
			delete(left, known[s][again])
			known[s] = append(known[s][:again:again], known[s][again+1:]...)
		}
		now = added
	}
	return now
}
