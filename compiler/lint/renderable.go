package lint

import (
	"fmt"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
)

// renderable tells why a node's template cannot be rendered. That it asks the warehouse is no mistake.
func renderable(s *subject) {
	for _, d := range diag.Carried(s.Failed) {
		if d.Code == jinja.CodeUndefined && s.bare {
			continue // it is in a package that is not there, most likely
		}
		d := placed(d, s.Node.Node)
		if d.Code == macros.NeedsWarehouse {
			if s.Type != compiler.Model || !s.own() {
				continue
			}
			d = &diag.Diagnostic{Severity: diag.Info, Code: d.Code, Span: d.Span,
				Message: fmt.Sprintf("model %q asks the warehouse: its code is known, and checked, when it runs", s.Name)}
		}
		s.found.Add(d)
	}
}

// placed is a problem at its place, or else at the node.
func placed(d *diag.Diagnostic, n *compiler.Node) *diag.Diagnostic {
	if !d.Span.IsZero() {
		return d
	}
	at := *d
	at.Span = n.At
	return &at
}
