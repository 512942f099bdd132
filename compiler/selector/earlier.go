package selector

import (
	"errors"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

// Earlier is what is known of an earlier state of the project and of its last run. Each method tells whether a node is such a one;
// the error says that it cannot be told, and is a *[diag.Diagnostic] if it has a hint.
type Earlier interface {
	// State compares a node with what it was: "new", "old", "modified", "unmodified", or "modified." with what changed.
	State(change string, n *compiler.Node) (bool, error)
	// Result compares how a node ended with a status: "error", "fail" ...
	Result(status string, n *compiler.Node) (bool, error)
	// SourceStatus tells whether a source is "fresher" than it was.
	SourceStatus(status string, n *compiler.Node) (bool, error)
}

// changes are the values of state:.
var changes = []string{
	"new", "old", "modified", "unmodified", "modified.body", "modified.configs", "modified.persisted_descriptions", "modified.relation",
	"modified.macros", "modified.contract",
}

// statuses are the values of result:.
var statuses = []string{
	"success", "error", "fail", "warn", "skipped", "pass", "partial success", "runtime error", "no-op", "reused",
}

// compared are the nodes that meet a criterion about the past.
func (e *evaluation) compared(c *criterion) set {
	picked := set{}
	if e.earlier == nil {
		e.problems.Errorf(c.at, NoState, "there is no earlier state to compare with").Hint = "name the folder of its artifacts with --state"
		return picked
	}
	for _, n := range e.graph.Order {
		yes, err := c.method.past(e.earlier, c.value, n)
		if err != nil {
			e.problems.Add(cannotCompare(c, err))
			return picked
		}
		if yes {
			picked[n.ID] = true
		}
	}
	return picked
}

// cannotCompare is the error of a comparison at its criterion; one that has a place already stays there.
func cannotCompare(c *criterion, err error) *diag.Diagnostic {
	var d *diag.Diagnostic
	if !errors.As(err, &d) {
		return &diag.Diagnostic{Code: NoState, Span: c.at, Message: err.Error(), Hint: "let mod, or dbt 1.8 or newer, write it again"}
	}
	at := *d
	if at.Span.IsZero() {
		at.Span = c.at
	}
	return &at
}
