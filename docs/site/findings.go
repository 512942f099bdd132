package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
)

// problem is a diagnostic.
type problem struct {
	Code    string     `json:"code"`
	Level   string     `json:"level"`
	Message string     `json:"message"`
	Hint    string     `json:"hint,omitempty"`
	Path    string     `json:"path,omitempty"`
	Line    int        `json:"line,omitempty"`
	Column  int        `json:"column,omitempty"`
	Excerpt *[3]string `json:"excerpt,omitempty"` // the line: what is before, in and after the place
	Notes   []note     `json:"notes,omitempty"`   // other places that explain it
	Mends   bool       `json:"mends,omitempty"`   // `mod check --fix` does what has to be done
	Node    *link      `json:"node,omitempty"`    // whose it is
}

type note struct {
	Message string `json:"message"`
	At      string `json:"at,omitempty"`
}

// findings are the diagnostics of a project, the worst first, and what their codes mean.
type findings struct {
	Problems []problem         `json:"problems"`
	Meanings map[string]string `json:"meanings"`
}

func (t *telling) findings() *findings {
	out := &findings{Problems: slices.Clone(t.problems), Meanings: map[string]string{}}
	rank := map[string]int{diag.Error.String(): 0, diag.Warning.String(): 1}
	slices.SortStableFunc(out.Problems, func(a, b problem) int {
		return cmp.Compare(level(rank, a.Level), level(rank, b.Level))
	})
	for _, p := range out.Problems {
		if meaning := lint.Meaning(diag.Code(p.Code)); meaning != "" {
			out.Meanings[p.Code] = meaning
		}
	}
	return out
}

// level is the rank of a severity; that of the others is the last.
func level(rank map[string]int, name string) int {
	if r, known := rank[name]; known {
		return r
	}
	return len(rank)
}

// notice finds out whose each diagnostic is.
func (t *telling) notice() {
	t.problems, t.noticed = make([]problem, 0, len(t.Project.Problems)), map[string][]problem{}
	where := t.written()
	for _, d := range t.Project.Problems {
		p := toldProblem(d)
		n := where.nodeAt(d.Span)
		if n != nil {
			p.Node = &link{n.ID, title(n), string(n.Type)}
			t.noticed[n.ID] = append(t.noticed[n.ID], p)
		}
		t.problems = append(t.problems, p)
	}
}

// How much of a line of code is shown around the place that is meant, and of what is meant.
const shownAround, shownOf = 120, 400

func toldProblem(d *diag.Diagnostic) problem {
	p := problem{Code: string(d.Code), Level: fmt.Sprint(d.Severity), Message: d.Message, Hint: d.Hint, Mends: len(d.Fix) > 0}
	for _, n := range d.Related {
		p.Notes = append(p.Notes, note{n.Message, n.Span.String()})
	}
	if d.Span.IsZero() {
		return p
	}
	at := d.Span.Position()
	p.Path, p.Line, p.Column = d.Span.Source.Path, at.Line, at.Column
	line := d.Span.Source.Line(at.Line)
	start := min(max(d.Span.Start-d.Span.Source.Offset(at.Line, 1), 0), len(line))
	end := min(max(start+d.Span.End-d.Span.Start, start), len(line))
	if strings.TrimSpace(line) != "" {
		p.Excerpt = &[3]string{lastOf(line[:start], shownAround), firstOf(line[start:end], shownOf), firstOf(strings.TrimRight(line[end:], " \t\r\n"), shownAround)}
	}
	return p
}

// firstOf is the beginning of a text that is longer than so many characters, and whole if it is not.
func firstOf(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

func lastOf(text string, most int) string {
	if n := utf8.RuneCountInString(text); n > most {
		return "…" + string([]rune(text)[n-most:])
	}
	return text
}

// places are where nodes are written: by the path of a file the nodes that are in it, in the order in which they stand there.
type places map[string][]written

type written struct {
	from int // where its properties begin
	node *compiler.Node
}

func (t *telling) written() places {
	out := places{}
	add := func(n *compiler.Node, at diag.Span) {
		if !at.IsZero() {
			out[at.Source.Path] = append(out[at.Source.Path], written{at.Start, n})
		}
	}
	for _, n := range t.nodes {
		of := n
		if n.Type == compiler.Test && n.Test != nil && n.Test.Attached != "" {
			of = t.Graph.Nodes[n.Test.Attached] // what is wrong with a test is told where it is put
		}
		if of == nil {
			continue
		}
		add(of, n.At)
		if n.File != nil && n.File.Source != nil && n.File.Ending() == ".sql" {
			add(n, diag.Span{Source: n.File.Source})
		}
	}
	for _, some := range out {
		slices.SortStableFunc(some, func(a, b written) int { return cmp.Compare(a.from, b.from) })
	}
	return out
}

// nodeAt is the node whose text a span is in; nil if there is none.
func (p places) nodeAt(at diag.Span) *compiler.Node {
	if at.IsZero() {
		return nil
	}
	some := p[at.Source.Path]
	i, found := slices.BinarySearchFunc(some, at.Start, func(w written, start int) int { return cmp.Compare(w.from, start) })
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	return some[i].node
}
