package lint

import (
	_ "embed"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// The codes of what a project says about diagnostics.
const (
	// UnknownCode is a code that no diagnostic has, in diagnostics: or in a comment that allows it.
	UnknownCode diag.Code = "unknown-code"
	// UnusedAllow is a comment that allows a problem which is not there.
	UnusedAllow diag.Code = "unused-allow"
)

// list is a line for each code that a diagnostic of mod can have: the code, the package that raises it, and what it means, with
// tabs between. `make docs` writes it from the doc comments of the codes.
//
//go:embed codes.txt
var list string

// Meaning is the sentence that documents a code, "" if there is no such code.
func Meaning(code diag.Code) string {
	_, meaning := entry(code)
	return meaning
}

// entry is the package that raises a code, and what the code means.
func entry(code diag.Code) (folder, meaning string) {
	for line := range strings.Lines(list) {
		if rest, ok := strings.CutPrefix(line, string(code)+"\t"); ok {
			folder, meaning, _ = strings.Cut(strings.TrimSuffix(rest, "\n"), "\t")
			return folder, meaning
		}
	}
	return "", ""
}

// codes are all codes.
func codes() []string {
	var out []string
	for line := range strings.Lines(list) {
		code, _, _ := strings.Cut(line, "\t")
		out = append(out, code)
	}
	return out
}

// unknown is the problem of a code that does not exist; nil if it does.
func unknown(code string, at diag.Span) *diag.Diagnostic {
	if _, meaning := entry(diag.Code(code)); meaning != "" {
		return nil
	}
	d := &diag.Diagnostic{Severity: diag.Warning, Code: UnknownCode, Span: at, Message: `there is no diagnostic "` + code + `"`}
	if near := diag.Suggest(code, codes()); near != "" {
		d.Hint = `did you mean "` + near + `"?`
		if right := diag.Meant(code, codes()); right != "" && at.Text() == code {
			d.Fix = diag.Replace(at, right)
		}
	}
	return d
}
