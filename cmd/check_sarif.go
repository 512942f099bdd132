package cmd

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
)

// The objects of SARIF: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       map[string]sarifDriver `json:"tool"`
		ColumnKind string                 `json:"columnKind"`
		Results    []sarifResult          `json:"results"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		URI     string      `json:"informationUri,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string     `json:"id"`
		Short *sarifText `json:"shortDescription,omitempty"`
		Help  string     `json:"helpUri,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
		Message  *sarifText `json:"message,omitempty"`
	}
	sarifPlace struct {
		Artifact sarifFile    `json:"artifactLocation"`
		Region   *sarifRegion `json:"region,omitempty"`
	}
	sarifFile struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Changes []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifFile          `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// writeSARIF writes diagnostics as a SARIF 2.1.0 log. Prefix goes before every path.
func writeSARIF(w io.Writer, found []*diag.Diagnostic, prefix string) error {
	s := sarifWriter{prefix: prefix}
	driver := sarifDriver{Name: "mod", Version: Version(), URI: website, Rules: []sarifRule{}}
	results := []sarifResult{}
	for _, d := range found {
		at := slices.IndexFunc(driver.Rules, func(r sarifRule) bool { return r.ID == string(d.Code) })
		if at < 0 {
			at = len(driver.Rules)
			driver.Rules = append(driver.Rules, ruleOf(d.Code))
		}
		results = append(results, s.result(d, at))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0",
		Runs: []sarifRun{{Tool: map[string]sarifDriver{"driver": driver}, ColumnKind: "unicodeCodePoints", Results: results}},
	})
}

// website is where the program lives.
const website = "https://github.com/modsql/mod"

func ruleOf(code diag.Code) sarifRule {
	r := sarifRule{ID: string(code)}
	if text := lint.Meaning(code); text != "" {
		r.Short, r.Help = &sarifText{text}, website+"/blob/main/docs/reference/diagnostics/"+string(code)+".md"
	}
	return r
}

// sarifWriter turns what we have into SARIF's objects.
type sarifWriter struct{ prefix string }

func (s sarifWriter) result(d *diag.Diagnostic, rule int) sarifResult {
	text := d.Message
	if d.Hint != "" {
		text += "\nhint: " + d.Hint
	}
	r := sarifResult{
		RuleID: string(d.Code), RuleIndex: rule, Message: sarifText{text},
		Level: map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}[d.Severity],
	}
	if !d.Span.IsZero() {
		r.Locations = []sarifLocation{{Physical: s.place(d.Span)}}
	}
	for _, n := range d.Related {
		if n.Span.IsZero() {
			continue
		}
		if l := (sarifLocation{s.place(n.Span), &sarifText{n.Message}}); !slices.ContainsFunc(r.Related, l.equal) {
			r.Related = append(r.Related, l)
		}
	}
	if len(d.Fix) > 0 {
		change := sarifChange{Artifact: s.file(d.Fix[0].At)}
		for _, e := range d.Fix {
			change.Replacements = append(change.Replacements, sarifReplacement{*region(e.At), sarifText{e.Text}})
		}
		r.Fixes = []sarifFix{{[]sarifChange{change}}}
	}
	return r
}

// equal compares locations: no two of a result may be the same.
func (l sarifLocation) equal(o sarifLocation) bool {
	return l.Physical.Artifact == o.Physical.Artifact && *l.Message == *o.Message &&
		(l.Physical.Region == o.Physical.Region || l.Physical.Region != nil && o.Physical.Region != nil && *l.Physical.Region == *o.Physical.Region)
}

// file is a path as a relative reference: a colon in its first part would make that a scheme.
func (s sarifWriter) file(at diag.Span) sarifFile {
	parts := strings.Split(s.prefix+at.Source.Path, "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(url.PathEscape(p), ":", "%3A")
	}
	return sarifFile{strings.Join(parts, "/")}
}

func (s sarifWriter) place(at diag.Span) sarifPlace {
	p := sarifPlace{Artifact: s.file(at)}
	if at.Source.Text != "" {
		p.Region = region(at)
	}
	return p
}

func region(at diag.Span) *sarifRegion {
	start, end := at.Position(), at.Source.Position(max(at.End, at.Start))
	return &sarifRegion{start.Line, start.Column, end.Line, end.Column}
}
