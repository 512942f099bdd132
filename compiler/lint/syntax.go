package lint

import "github.com/modsql/mod/compiler/diag"

// syntax tells what cannot be read of a query.
func syntax(s *subject) {
	if s.generic() {
		return
	}
	for _, f := range s.Forms {
		for _, p := range f.File.Problems {
			_ = s.add(f, diag.Warning, p.Code, p.Span, p.Message, p.Hint)
		}
	}
}
