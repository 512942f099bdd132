package cmd

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
)

// columnJSON is a column as other programs read it: what is said about it, and where.
type columnJSON struct {
	Name        string          `json:"name"`
	Type        string          `json:"type,omitempty"`
	Description *saidJSON       `json:"description,omitempty"`
	Tags        []saidJSON      `json:"tags,omitempty"`
	PII         []saidJSON      `json:"pii,omitempty"`
	Suggested   []suggestedJSON `json:"suggested_tests,omitempty"`
}

type saidJSON struct {
	Text string `json:"text"`
	placeJSON
}

type suggestedJSON struct {
	Test      string          `json:"test"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	placeJSON
}

// placeJSON is where something is said: of which column, and in which file.
type placeJSON struct {
	From string `json:"from"`
	Path string `json:"path"`
	Line int    `json:"line"`
}

func (t *tracing) columnJSON(c lineage.Input) columnJSON {
	out := columnJSON{Name: t.name(c), Type: t.known.TypeOf(c)}
	for _, traits := range t.said(c) {
		if traits.Description != nil {
			d := t.saidJSON(*traits.Description)
			out.Description = &d
		}
		for _, s := range traits.Tags {
			out.Tags = append(out.Tags, t.saidJSON(s))
		}
		for _, s := range traits.PII {
			out.PII = append(out.PII, t.saidJSON(s))
		}
	}
	for _, s := range t.known.SuggestedTests(c) {
		out.Suggested = append(out.Suggested, suggestedJSON{
			Test: s.Test.Test.Name, Arguments: json.RawMessage(argumentsText(s)), placeJSON: t.placeJSON(s.Of, s.Test.At),
		})
	}
	return out
}

// said is what a column says itself, then what it inherits.
func (t *tracing) said(c lineage.Input) [2]analyze.Traits {
	return [2]analyze.Traits{t.known.Said(c), t.known.Inherited(c)}
}

func (t *tracing) saidJSON(s analyze.Said) saidJSON { return saidJSON{s.Text, t.placeJSON(s.Of, s.At)} }

func (t *tracing) placeJSON(of lineage.Input, at diag.Span) placeJSON {
	out := placeJSON{From: t.name(of)}
	if !at.IsZero() {
		out.Path, out.Line = at.Source.Path, at.Position().Line
	}
	return out
}

// argumentsText are the arguments of a test as JSON, which is YAML too; "" without any.
func argumentsText(s analyze.Suggestion) string {
	args := s.Arguments()
	if args == nil {
		return ""
	}
	text, err := jinja.JSON{}.Dump(args)
	if err != nil {
		return "" // a value that only templates have: the place says where to look
	}
	return text
}

// firstParagraph is a text up to its first empty line, in one line.
func firstParagraph(text string) string {
	first, _, more := strings.Cut(strings.TrimSpace(text), "\n\n")
	first = strings.Join(strings.Fields(first), " ")
	if more {
		first += " …"
	}
	return first
}

// traits prints what is said about a column, a line for each, and which tests it could have.
func (t *tracing) traits(b *strings.Builder, c lineage.Input) {
	line := func(what, text string, of lineage.Input, at diag.Span, word string) {
		fmt.Fprintf(b, "  %-11s  %s", what, text)
		if of != c {
			p := t.placeJSON(of, at)
			fmt.Fprintf(b, "  (%s %s, %s:%d)", word, p.From, p.Path, p.Line)
		}
		b.WriteString("\n")
	}
	said := t.said(c)
	for _, traits := range said {
		if d := traits.Description; d != nil {
			line("description", firstParagraph(d.Text), d.Of, d.At, "from")
		}
	}
	for _, traits := range said {
		for _, s := range traits.Tags {
			line("tag", s.Text, s.Of, s.At, "from")
		}
	}
	for _, traits := range said {
		for _, s := range traits.PII {
			line("pii", s.Text, s.Of, s.At, "from")
		}
	}
	for _, s := range t.known.SuggestedTests(c) {
		text := s.Test.Test.Name
		if args := argumentsText(s); args != "" {
			text += ": " + args
		}
		line("could test", text, s.Of, s.Test.At, "as")
	}
}
