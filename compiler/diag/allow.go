package diag

import (
	"regexp"
	"slices"
	"strings"
)

// Allow is a comment by which the user says that a problem is none: `-- mod: allow code, code and why`. It counts for the line
// that it stands on or, where it stands alone, for the next one; `allow-file` counts for the whole file. It can be written in
// every comment that a project's files have: --, /* */, {# #} and #.
type Allow struct {
	Codes  []Span // each is a code
	Reason string // what follows the codes

	at          Span // the whole comment; zero if it does not end on its line
	whole       bool // of the file
	first, last int  // the lines that it counts for
}

// Covers tells whether the comment silences a problem of its file, and with which of its codes.
func (a *Allow) Covers(d *Diagnostic) (by Span, ok bool) {
	line := d.Span.Position().Line
	if !a.whole && (line < a.first || line > a.last) {
		return Span{}, false
	}
	at := slices.IndexFunc(a.Codes, func(s Span) bool { return Code(s.Text()) == d.Code })
	if at < 0 {
		return Span{}, false
	}
	return a.Codes[at], true
}

var (
	allowComment = regexp.MustCompile(`(?:--|/\*|\{#-?|#)[ \t]*mod:[ \t]*(allow-file|allow)[ \t]+([^\n]*)`)
	allowedCodes = regexp.MustCompile(`^[a-z0-9-]+(?:[ \t]*,[ \t]*[a-z0-9-]+)*`)
	oneCode      = regexp.MustCompile(`[a-z0-9-]+`)
	onlyComment  = regexp.MustCompile(`^[ \t]*(?:--|#|\{#.*#\}[ \t]*$|/\*.*\*/[ \t]*$)`)
)

// Allows are the comments of a file by which its user allows something, in order.
func Allows(src *Source) []*Allow {
	if !strings.Contains(src.Text, "mod:") {
		return nil
	}
	var out []*Allow
	for _, m := range allowComment.FindAllStringSubmatchIndex(src.Text, -1) {
		rest, from := src.Text[m[4]:m[5]], m[4]
		codes := allowedCodes.FindString(rest)
		if codes == "" {
			continue
		}
		a := &Allow{Reason: reason(rest[len(codes):]), whole: src.Text[m[2]:m[3]] == "allow-file"}
		for _, c := range oneCode.FindAllStringIndex(codes, -1) {
			a.Codes = append(a.Codes, Span{src, from + c[0], from + c[1]})
		}
		a.at = comment(src, m[0], m[1])
		a.first = src.Position(m[0]).Line
		a.last = a.first
		for onlyComment.MatchString(src.Line(a.last)) { // it is about the code below
			a.last++
		}
		out = append(out, a)
	}
	return out
}

// comment is the comment that begins there, up to the end of its line or of itself.
func comment(src *Source, start, end int) Span {
	text := strings.TrimRight(src.Text[start:end], " \t\r")
	for opens, closes := range map[string]string{"/*": "*/", "{#": "#}"} {
		if !strings.HasPrefix(text, opens) {
			continue
		}
		i := strings.Index(text, closes)
		if i < 0 {
			return Span{}
		}
		text = text[:i+len(closes)]
	}
	return Span{src, start, start + len(text)}
}

// Without is the fix that takes one of the codes out of the comment or, if it is the only one, the comment out of the file: with its line if
// nothing else stands on it. There is none for a comment of several lines.
func (a *Allow) Without(code Span) []Edit {
	i := slices.Index(a.Codes, code)
	switch {
	case i < 0 || a.at.IsZero():
		return nil
	case i+1 < len(a.Codes):
		return Replace(Span{code.Source, code.Start, a.Codes[i+1].Start}, "")
	case i > 0:
		return Replace(Span{code.Source, a.Codes[i-1].End, code.End}, "")
	}
	text, at := code.Source.Text, a.at
	for at.Start > 0 && (text[at.Start-1] == ' ' || text[at.Start-1] == '\t') {
		at.Start--
	}
	rest := strings.TrimLeft(text[at.End:], " \t\r")
	alone := at.Start == 0 || text[at.Start-1] == '\n'
	switch {
	case alone && strings.HasPrefix(rest, "\n"):
		at.End = len(text) - len(rest) + 1
	case rest != "" && !strings.HasPrefix(rest, "\n"): // code goes on after it
		at = Span{at.Source, a.at.Start, len(text) - len(rest)}
	}
	return Replace(at, "")
}

// reason is what stands behind the codes of a comment, without the comment's end.
func reason(rest string) string {
	for _, end := range []string{"-#}", "#}", "*/"} {
		rest, _, _ = strings.Cut(rest, end)
	}
	return strings.Trim(rest, " \t\r:-")
}
