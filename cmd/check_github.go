package cmd

import (
	"fmt"
	"io"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// annotate writes diagnostics as the workflow commands that GitHub shows beside the lines of a change:
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions. Prefix goes before every path.
func annotate(w io.Writer, found []*diag.Diagnostic, prefix string) error {
	commands := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "notice"}
	for _, d := range found {
		text := d.Message
		if d.Hint != "" {
			text += "\nhint: " + d.Hint
		}
		for _, n := range d.Related {
			text += "\n" + strings.TrimPrefix(n.Span.String()+": "+n.Message, ": ")
		}
		properties := append(annotationPlace(d.Span, prefix), "title="+property(string(d.Code)))
		if _, err := fmt.Fprintf(w, "::%s %s::%s\n", commands[d.Severity], strings.Join(properties, ","), data(text)); err != nil {
			return err
		}
	}
	return nil
}

// annotationPlace is a place as properties of a workflow command, of which columns are only for what stands on one line.
func annotationPlace(at diag.Span, prefix string) []string {
	if at.IsZero() {
		return nil
	}
	file := "file=" + property(prefix+at.Source.Path)
	if at.Source.Text == "" {
		return []string{file}
	}
	r := region(at)
	out := []string{file, fmt.Sprintf("line=%d,endLine=%d", r.StartLine, r.EndLine)}
	if r.StartLine == r.EndLine {
		out = append(out, fmt.Sprintf("col=%d,endColumn=%d", r.StartColumn, r.EndColumn))
	}
	return out
}

// data escapes the text of a workflow command, property a value in front of it.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(text))
}
