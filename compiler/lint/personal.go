package lint

import "github.com/modsql/mod/compiler"

// personal tells of personal data that a sync would send without saying so.
func personal(s *subject) {
	if s.Type != compiler.Sync {
		return
	}
	_, problems := s.known.Personal(s.Node.Node)
	for _, d := range problems {
		s.found.Add(d)
	}
}
