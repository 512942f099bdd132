package cmd

import (
	"encoding/json"
	"io"

	"github.com/modsql/mod/compiler/diag"
)

// jsonProblem is a problem as `check --format json` writes it. One without a place has no path, and line and column 0.
type jsonProblem struct {
	Code     diag.Code `json:"code"`
	Severity string    `json:"severity"`
	Path     string    `json:"path"`
	Line     int       `json:"line"`
	Column   int       `json:"column"`
	Message  string    `json:"message"`
	Hint     string    `json:"hint"`
}

// listJSON writes diagnostics as a list of objects, none as an empty one.
func listJSON(w io.Writer, found []*diag.Diagnostic) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(problemsJSON(found))
}

// problemsJSON are problems as `check --format json` writes them.
func problemsJSON(found []*diag.Diagnostic) []jsonProblem {
	list := make([]jsonProblem, len(found))
	for i, d := range found {
		at := d.Span.Position()
		list[i] = jsonProblem{Code: d.Code, Severity: d.Severity.String(), Line: at.Line, Column: at.Column, Message: d.Message, Hint: d.Hint}
		if !d.Span.IsZero() {
			list[i].Path = d.Span.Source.Path
		}
	}
	return list
}
