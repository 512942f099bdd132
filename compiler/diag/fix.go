package diag

import (
	"cmp"
	"slices"
	"strings"
)

// Edit is a change of a text: what is to stand where At is. At covers text that the user wrote, to the byte.
type Edit struct {
	At   Span
	Text string
}

// Replace is a fix of one edit.
func Replace(at Span, text string) []Edit { return []Edit{{at, text}} }

// Mend carries out the fixes of diagnostics on the text of their file, each whole or not at all. Skipped are those that change
// something an earlier one has changed, and those whose place does not hold the text that they were made for.
func Mend(text string, found []*Diagnostic) (mended string, skipped []*Diagnostic) {
	var taken []Edit
	for _, d := range found {
		if !applies(text, d.Fix) || slices.ContainsFunc(d.Fix, func(e Edit) bool { return collides(taken, e) }) {
			skipped = append(skipped, d)
			continue
		}
		taken = append(taken, d.Fix...)
	}
	slices.SortStableFunc(taken, func(a, b Edit) int { return cmp.Compare(a.At.Start, b.At.Start) })
	var b strings.Builder
	at := 0
	for _, e := range taken {
		b.WriteString(text[at:e.At.Start] + e.Text)
		at = e.At.End
	}
	return b.String() + text[at:], skipped
}

// applies tells whether the text is, at the places of the edits, what they were made for.
func applies(text string, edits []Edit) bool {
	for i, e := range edits {
		if e.At.IsZero() || e.At.Start < 0 || e.At.End < e.At.Start || e.At.End > len(text) ||
			text[e.At.Start:e.At.End] != e.At.Text() || collides(edits[:i], e) {
			return false
		}
	}
	return len(edits) > 0
}

// collides tells whether an edit changes, or inserts at, a place that one of the others does.
func collides(others []Edit, e Edit) bool {
	return slices.ContainsFunc(others, func(o Edit) bool {
		return e.At.Start < o.At.End && o.At.Start < e.At.End || e.At.Start == o.At.Start
	})
}
