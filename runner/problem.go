package runner

import (
	"errors"
	"strings"
	"unicode"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/materialize"
)

// WarehouseError is for a statement of a node that the warehouse refused or could not finish. The message is the warehouse's own.
const WarehouseError diag.Code = "warehouse-error"

// StatementTimeout is for a statement of a node that was cancelled because it took longer than --statement-timeout.
const StatementTimeout diag.Code = "statement-timeout"

// Refused is for a node that cannot be built the way its config says, given what exists in the warehouse.
const Refused diag.Code = "refused"

// problemOf is a node's failure at its place in the user's files; nil if that is not where its reason is.
func problemOf(n *compiler.Node, rendered *compiler.Rendered, err error) *diag.Diagnostic {
	var (
		d      *diag.Diagnostic
		many   *diag.Errors
		inText *jinja.Error
		refuse *adapters.Error
		cannot *materialize.Refusal
		late   overdue
	)
	switch {
	case errors.As(err, &late):
		return &diag.Diagnostic{Code: StatementTimeout, Span: n.At, Message: late.Error(), Hint: "allow it more with --statement-timeout, or let it do less"}
	case errors.As(err, &cannot):
		return &diag.Diagnostic{Code: Refused, Span: n.At, Message: cannot.Message}
	case errors.As(err, &inText):
		return inTemplate(n, rendered, inText)
	case errors.As(err, &d):
		return d
	case errors.As(err, &many):
		for _, d := range many.List.Sorted() {
			if d.Severity == diag.Error {
				return d
			}
		}
		return nil
	case errors.As(err, &refuse) && (refuse.Kind == adapters.Failed || refuse.Kind == adapters.Transient):
		return refused(n, rendered, err, refuse)
	default:
		return nil
	}
}

// inTemplate is an error of a template, which may be a refusal by the warehouse of what the template asked it.
func inTemplate(n *compiler.Node, rendered *compiler.Rendered, e *jinja.Error) *diag.Diagnostic {
	d := e.Diagnostic()
	if d == nil {
		d = &diag.Diagnostic{Span: e.Span, Message: e.Message, Hint: e.Hint}
	}
	if d.Span.IsZero() {
		d.Span = n.At
	}
	var refuse *adapters.Error
	if errors.As(e, &refuse) {
		d.Code, d.Message, d.Hint = WarehouseError, refuse.Error(), refuse.Hint
		if at := placeOf(rendered, e, refuse); !at.IsZero() {
			d.Span = at
		}
	}
	return d
}

// placeOf is where in the user's text the statement is wrong that the warehouse refused, the zero Span if that is not known.
func placeOf(rendered *compiler.Rendered, err error, refuse *adapters.Error) diag.Span {
	var f *fault
	if rendered == nil || !errors.As(err, &f) {
		return diag.Span{}
	}
	return placeIn(rendered, f, refuse.Position)
}

// refused is a statement that the warehouse did not take.
func refused(n *compiler.Node, rendered *compiler.Rendered, err error, refuse *adapters.Error) *diag.Diagnostic {
	at := n.At
	if n.Type == compiler.Seed && refuse.Line > 0 {
		at = n.InSeed(refuse.Line, 0)
	} else if span := placeOf(rendered, err, refuse); !span.IsZero() {
		at = span
	}
	return &diag.Diagnostic{Code: WarehouseError, Span: at, Message: refuse.Error(), Hint: refuse.Hint}
}

// placeIn follows a position in what was sent back to the user's file; the zero Span if it is in no text of the user's.
func placeIn(rendered *compiler.Rendered, f *fault, position int) diag.Span {
	if at := rendered.HookAt(f.sql); !at.IsZero() {
		return at
	}
	position -= f.shift
	if position < 0 || position > len(f.sql) || rendered.Origin == nil {
		return diag.Span{}
	}
	query := strings.TrimSpace(rendered.SQL)
	start := strings.Index(f.sql, query)
	if query == "" || start < 0 || position < start || position > start+len(query) {
		return diag.Span{}
	}
	return wholeName(rendered.Place(position - start + strings.Index(rendered.SQL, query)))
}

// wholeName widens a span of one character to the name that begins there: warehouses tell where a fault begins, not how far it goes.
func wholeName(at diag.Span) diag.Span {
	if at.IsZero() || at.End-at.Start > 1 {
		return at
	}
	text := at.Source.Text[min(at.Start, len(at.Source.Text)):]
	length := strings.IndexFunc(text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if length < 0 {
		length = len(text)
	}
	at.End = max(at.End, at.Start+length)
	return at
}
