package lint

import "github.com/modsql/mod/compiler/diag"

// syntax tells what cannot be read of a query.
func syntax(s *subject) {
	if s.file == nil {
		return
	}
	for _, p := range s.file.Problems {
		_ = s.add(diag.Warning, p.Code, p.Span, p.Message, p.Hint)
	}
}
