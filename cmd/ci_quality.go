package cmd

import (
	"encoding/json"
	"io"
	"strconv"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/fingerprint"
)

// qualityIssue is a problem as GitLab's merge requests show it: https://docs.gitlab.com/ci/testing/code_quality/
type qualityIssue struct {
	Description string          `json:"description"`
	Check       string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"`
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string `json:"path"`
	Lines struct {
		Begin int `json:"begin"`
	} `json:"lines"`
}

// writeQuality writes problems as a report of code quality. Prefix goes before every path. A problem keeps its fingerprint when lines are moved; one that is
// nowhere is at the project file, since GitLab passes over what has no place.
func (v *review) writeQuality(w io.Writer, found []*diag.Diagnostic, prefix string) error {
	severities := map[diag.Severity]string{diag.Error: "critical", diag.Warning: "minor", diag.Info: "info"}
	list := make([]qualityIssue, len(found))
	seen := map[string]int{}
	for i, d := range found {
		issue := qualityIssue{Description: d.Message, Check: string(d.Code), Severity: severities[d.Severity]}
		issue.Location.Path, issue.Location.Lines.Begin = prefix+projectFile(v.project.Dir), 1
		if d.Span.Source != nil {
			issue.Location.Path, issue.Location.Lines.Begin = prefix+d.Span.Source.Path, d.Span.Position().Line
		}
		what := issue.Location.Path + "\x00" + issue.Check + "\x00" + issue.Description
		seen[what]++
		issue.Fingerprint = fingerprint.Of(what, strconv.Itoa(seen[what])).String()
		list[i] = issue
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(list)
}
