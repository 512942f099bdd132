package site

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/sql"
)

// code is a text with its colours and its links. Offsets and lengths are in UTF-16 units, which is how browsers count.
type code struct {
	Text   string   `json:"text"`
	Path   string   `json:"path,omitempty"`
	Spans  []int    `json:"spans,omitempty"` // threes: how far after the last one, how long, and an ink
	Links  []anchor `json:"links,omitempty"` // in order, none in another
	Python bool     `json:"python,omitempty"`
}

// anchor is a stretch of code that leads to a node.
type anchor struct {
	Start  int    `json:"start"`
	Length int    `json:"length"`
	To     string `json:"to"`
}

// ink is the colour of a character of code. The zero ink is that of plain text.
type ink byte

const (
	plainInk ink = iota
	keywordInk
	stringInk
	numberInk
	commentInk
	templateInk
	functionInk
)

// codeOf is a node's code as it is written and as the warehouse gets it; nil for what there is not.
func (t *telling) codeOf(n *compiler.Node) (source, compiled *code) {
	if n.File != nil && (n.File.Ending() == ".sql" || n.File.Ending() == ".py") && n.Type != compiler.UnitTest {
		text := n.File.Written()
		source = &code{Text: text, Path: n.File.Path, Python: n.IsPython()}
		if !source.Python {
			source.Spans = spans(text, paint(text, t.Graph.Of(n).Dialect, true))
		}
		source.Links = units(text, t.calls(n))
	}
	if t.Compiled == nil || n.IsPython() {
		return source, nil
	}
	if text := t.Compiled(n); text != "" && (source == nil || text != source.Text) {
		compiled = &code{Text: text, Spans: spans(text, paint(text, t.Graph.Of(n).Dialect, false)), Links: units(text, t.mentions(n, text))}
	}
	return source, compiled
}

// calls are the refs and sources of a node in its file.
func (t *telling) calls(n *compiler.Node) []anchor {
	var out []anchor
	add := func(at diag.Span, is func(*compiler.Node) bool) {
		if at.Source == nil || n.File == nil || at.Source.Path != n.File.Source.Path {
			return // in a macro
		}
		for _, parent := range t.upstream(n) {
			if is(parent) {
				out = append(out, anchor{at.Start, at.End - at.Start, parent.ID})
				return
			}
		}
	}
	for _, r := range slices.Concat(n.Refs, n.Functions) {
		add(r.At, func(p *compiler.Node) bool {
			return p.Name == r.Name && (r.Package == "" || r.Package == p.Package.Name) && p.Table == nil &&
				(r.Version == nil || p.Version != nil && jinja.Str(r.Version) == jinja.Str(p.Version))
		})
	}
	for _, s := range n.Sources {
		add(s.At, func(p *compiler.Node) bool {
			return p.Table != nil && p.Name == s.Table && p.Table.Source.Name == s.Source
		})
	}
	return apart(out)
}

// mentions are the names of what a node reads in its compiled code.
func (t *telling) mentions(n *compiler.Node, text string) []anchor {
	var out []anchor
	for _, parent := range t.upstream(n) {
		name := t.known[parent.ID].relation
		if parent.Ephemeral() {
			name = parent.CTEName()
		}
		for _, c := range t.Graph.Copies(n) {
			if c.Copied == parent {
				name = t.Graph.RelationName(c)
			}
		}
		if name == "" {
			continue
		}
		for from := 0; ; {
			i := strings.Index(text[from:], name)
			if i < 0 {
				break
			}
			out = append(out, anchor{from + i, len(name), parent.ID})
			from += i + len(name)
		}
	}
	return apart(out)
}

// apart sorts anchors and leaves out those that overlap an earlier one.
func apart(all []anchor) []anchor {
	slices.SortFunc(all, func(a, b anchor) int { return cmp.Or(a.Start-b.Start, b.Length-a.Length) })
	end := 0
	return slices.DeleteFunc(all, func(a anchor) bool {
		if a.Start < end || a.Length <= 0 {
			return true
		}
		end = a.Start + a.Length
		return false
	})
}

// paint is the ink of each byte of a text of SQL, or of a template of SQL.
func paint(text string, d *dialect.Dialect, template bool) []ink {
	out := make([]ink, len(text))
	bare := text
	var tags [][2]int
	if template && strings.Contains(text, "{") {
		tags = templateTags(text)
		bare = blank(text, tags)
	}
	tokens := sql.Tokens(bare, d)
	for i, token := range tokens {
		fill(out[token.Start:token.End], inkOf(bare, tokens, i))
	}
	for _, tag := range tags {
		paintTag(text[tag[0]:tag[1]], out[tag[0]:tag[1]])
	}
	return out
}

func inkOf(text string, tokens []sql.Token, i int) ink {
	switch tokens[i].Kind {
	case sql.KeywordToken:
		return keywordInk
	case sql.StringToken:
		return stringInk
	case sql.NumberToken:
		return numberInk
	case sql.CommentToken:
		return commentInk
	case sql.NameToken:
		if i+1 < len(tokens) && tokens[i+1].Start == tokens[i].End && text[tokens[i+1].Start] == '(' {
			return functionInk
		}
	}
	return plainInk
}

func fill(out []ink, with ink) {
	for i := range out {
		out[i] = with
	}
}

// templateTags are the stretches of a template between {{ and }}, {% and %}, {# and #}. One that does not end goes to the end.
func templateTags(text string) [][2]int {
	var out [][2]int
	for at := 0; at < len(text)-1; {
		i := strings.IndexByte(text[at:], '{')
		if i < 0 || at+i+1 >= len(text) {
			break
		}
		start := at + i
		ends := map[byte]string{'{': "}}", '%': "%}", '#': "#}"}[text[start+1]]
		if ends == "" {
			at = start + 1
			continue
		}
		end := len(text)
		if j := strings.Index(text[start+2:], ends); j >= 0 {
			end = start + 2 + j + 2
		}
		out = append(out, [2]int{start, end})
		at = end
	}
	return out
}

// blank is the text with spaces for its tags, so that it can be read as SQL.
func blank(text string, tags [][2]int) string {
	out := []byte(text)
	for _, tag := range tags {
		for i := tag[0]; i < tag[1]; i++ {
			out[i] = ' '
		}
	}
	return string(out)
}

// paintTag paints a tag of a template: comments, strings, and the rest.
func paintTag(tag string, out []ink) {
	if strings.HasPrefix(tag, "{#") {
		fill(out, commentInk)
		return
	}
	fill(out, templateInk)
	for i := 0; i < len(tag); i++ {
		if tag[i] != '\'' && tag[i] != '"' {
			continue
		}
		end := strings.IndexByte(tag[i+1:], tag[i])
		if end < 0 {
			return
		}
		fill(out[i:i+end+2], stringInk)
		i += end + 1
	}
}

// spans are the runs of one ink, in UTF-16 units.
func spans(text string, inks []ink) []int {
	runs := 0
	for i := range inks {
		if inks[i] != plainInk && (i == 0 || inks[i] != inks[i-1]) {
			runs++
		}
	}
	if runs == 0 {
		return nil
	}
	out := make([]int, 0, 3*runs)
	at, last := 0, 0
	for i := 0; i < len(text); {
		start, with, j := at, inks[i], i
		for j < len(text) && inks[j] == with {
			if text[j] < utf8.RuneSelf {
				at, j = at+1, j+1
				continue
			}
			r, size := utf8.DecodeRuneInString(text[j:])
			at += width(r)
			j += size
		}
		if with != plainInk {
			out = append(out, start-last, at-start, int(with))
			last = at
		}
		i = j
	}
	return out
}

// width is how many UTF-16 units a character takes.
func width(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// units are anchors in bytes as anchors in UTF-16 units.
func units(text string, anchors []anchor) []anchor {
	at, byteAt := 0, 0
	to := func(offset int) int {
		for byteAt < min(offset, len(text)) {
			r, size := utf8.DecodeRuneInString(text[byteAt:])
			at += width(r)
			byteAt += size
		}
		return at
	}
	for i, a := range anchors {
		start := to(a.Start)
		anchors[i].Start, anchors[i].Length = start, to(a.Start+a.Length)-start
	}
	return anchors
}
