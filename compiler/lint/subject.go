package lint

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// rules are what is looked at in each node, in the order in which it is.
var rules = []func(*subject){renderable, buildable, seeds, syntax, names, reads, declared, unused, star, incremental, inserts, fanOut, personal}

// subject is a node as a rule sees it: what is wrong with it goes into found.
type subject struct {
	*analyze.Node
	graph *compiler.Graph
	known *analyze.Analysis
	found *diag.List
	bare  bool // packages are missing
	// keysOf are the declared keys of each node.
	keysOf map[string][]key
	// made is madeFunctions, found when it is first asked for.
	made func() map[string]bool

	bound    bool                       // the engine was asked to bind the query
	verdicts map[*analyze.Form]*Refusal // what the engine says of each form; nil where it accepts it or was not asked
}

// generic tells whether the node is a generic test: nobody wrote its code for this node.
func (s *subject) generic() bool { return s.Test != nil && s.Test.Name != "" }

// add adds a problem of a piece of a form's code. It returns nil if the node's author did not write that piece: what is put in for an
// ephemeral model, say, is told where that model is checked.
func (s *subject) add(f *analyze.Form, severity diag.Severity, code diag.Code, at sql.Span, message, hint string) *diag.Diagnostic {
	where := f.At(at)
	if where.IsZero() {
		return nil
	}
	return s.found.Add(&diag.Diagnostic{Severity: severity, Code: code, Span: where, Message: message, Hint: hint})
}

// wrote tells whether the author of the node wrote a piece of a form's code himself, to the byte: a macro did not. Templates make one
// character of every line end.
func (s *subject) wrote(f *analyze.Form, at sql.Span) bool {
	where := f.At(at)
	return !where.IsZero() && strings.ReplaceAll(where.Text(), "\r\n", "\n") == f.File.Slice(at)
}

// warn adds a problem of the node as a whole.
func (s *subject) warn(severity diag.Severity, code diag.Code, message, hint string) *diag.Diagnostic {
	return s.found.Add(&diag.Diagnostic{Severity: severity, Code: code, Span: s.Node.At, Message: message, Hint: hint})
}

// own tells whether the node is the user's own, not that of a package that he installed: advice is for those who can take it.
func (s *subject) own() bool { return s.Package.IsRoot && !s.generic() }
