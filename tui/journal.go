package tui

import "slices"

// journal is what was said in a run, in pages: a line more copies one page, and not all that was said before. It is a value: with changes none that it
// was called on.
type journal struct {
	pages [][]Logged // full ones, the oldest first
	last  []Logged
	bytes int  // of all
	lost  bool // the oldest pages were let go
}

// The lines of a page, and how many bytes of text are kept: statements of tens of thousands of nodes would fill the memory.
const (
	pageLines = 256
	logKept   = 16 << 20
)

// with is the journal with a line more.
func (j journal) with(m Logged) journal {
	j.bytes += len(m.Text)
	if len(j.last) == pageLines {
		j.pages, j.last = append(slices.Clip(j.pages), j.last), nil
	}
	j.last = append(slices.Clip(j.last), m)
	for j.bytes > logKept && len(j.pages) > 0 {
		for _, old := range j.pages[0] {
			j.bytes -= len(old.Text)
		}
		j.pages, j.lost = j.pages[1:], true
	}
	return j
}

// of are the lines about a node, or all of them for "".
func (j journal) of(id string) []Logged {
	var out []Logged
	for i := range len(j.pages) + 1 {
		page := j.last
		if i < len(j.pages) {
			page = j.pages[i]
		}
		for _, m := range page {
			if m.ID == id || id == "" {
				out = append(out, m)
			}
		}
	}
	return out
}
