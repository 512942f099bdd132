package lint

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// rules are what is looked at in each node, in the order in which it is.
var rules = []func(*subject){buildable, syntax}

// subject is a node as a rule sees it: what is wrong with it goes into found.
type subject struct {
	graph    *compiler.Graph
	node     *compiler.Node
	rendered *compiler.Rendered
	file     *sql.File // its code; nil if nobody wrote it
	found    *diag.List
}

// read parses the code of a node that somebody wrote: that of a generic test is mod's or a package's own.
func (s *subject) read() {
	if s.node.Test == nil || s.node.Test.Name == "" {
		s.file = sql.Parse(s.rendered.SQL, s.graph.Dialect)
	}
}

// span is where a piece of the code stands in the user's file; what a macro wrote stands at its call. It is zero for what mod added,
// such as the query of an ephemeral model, of which that model's own check tells.
func (s *subject) span(at sql.Span) diag.Span {
	first, last := s.rendered.Origin(int(at.Start)), s.rendered.Origin(int(max(at.End-1, at.Start)))
	if last.Source != first.Source || last.Start < first.Start {
		return first
	}
	return diag.Span{Source: first.Source, Start: first.Start, End: max(first.End, last.End)}
}

// add adds a problem of a piece of the code; it is nil if the piece is not the node's own.
func (s *subject) add(severity diag.Severity, code diag.Code, at sql.Span, message, hint string) *diag.Diagnostic {
	where := s.span(at)
	if where.IsZero() {
		return nil
	}
	return s.found.Add(&diag.Diagnostic{Severity: severity, Code: code, Span: where, Message: message, Hint: hint})
}
