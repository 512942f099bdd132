package lint

import (
	"slices"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// syntax tells what cannot be read of a query: by the warehouse, which is an error, or else by mod, which then knows less of it.
func syntax(s *subject) {
	if s.generic() {
		return
	}
	for _, f := range s.Forms {
		if s.unreadable(f) {
			s.syntaxError(f)
			continue
		}
		for _, p := range f.File.Problems {
			_ = s.add(f, diag.Warning, p.Code, p.Span, p.Message, p.Hint)
		}
	}
}

// syntaxError tells why the warehouse cannot read a form: of a text that is not closed we know better where it begins.
func (s *subject) syntaxError(f *analyze.Form) {
	open := slices.IndexFunc(f.File.Problems, func(p sql.Problem) bool { return p.Code == sql.UnterminatedText })
	if open < 0 {
		s.refuse(f, sql.UnreadableSQL, s.verdicts[f])
		return
	}
	p := f.File.Problems[open]
	_ = s.add(f, diag.Error, p.Code, p.Span, p.Message, p.Hint)
}
